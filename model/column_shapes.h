/* column_shapes.h: how near the synthetic values of each column are to the real ones.
 *
 *   Errors     CS_MEMORY
 *   Secrecy    of rows, without noise
 */
#ifndef CS_MODEL_COLUMN_SHAPES_H
#define CS_MODEL_COLUMN_SHAPES_H

#include "model/compared.h"

struct cs_column_shape {
    double similarity; /* KSComplement of a number, TVComplement of a category; NAN of a
                          column without values in one file */
    double empty[2];   /* share of empty fields, real and synthetic */
};

/* shapes: (compared->n_columns). */
CS_MUST_USE enum cs_status cs_column_shapes(struct cs_column_shape *shapes,
                                            const struct cs_compared *compared);

#endif
