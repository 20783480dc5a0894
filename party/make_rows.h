/* make_rows.h: new rows by a saved model's generator; of synthesize.c alone, whose header
 * says which.
 *
 *   Errors     CS_CONFIG with words if it makes none; CS_INPUT if the model lacks
 * weights; CS_MEMORY
 */
#ifndef CS_PARTY_MAKE_ROWS_H
#define CS_PARTY_MAKE_ROWS_H

#include "party/synthesize.h"

/* rows gets draw->n_rows rows over all columns, of which the first *n_made are made, with
 * this party's columns; to be wiped, on failure too. */
CS_MUST_USE enum cs_status cs_make_rows(struct cs_codes *rows, size_t *n_made,
                                        const struct cs_synthesis *synthesis,
                                        const struct cs_draw *draw,
                                        struct cs_fault *fault);

#endif
