/* value.h: one field of a CSV file or of the study as a value, and back.
 *
 * Numbers are decimal text ("-12.50", "+3", ".5", and "1e3" where the column is a
 * number), held as grid / 10^decimals exactly; no floating point is involved. Text beyond
 * the declared decimals is rounded half away from zero; an integer may have a fraction of
 * zeros ("12.0") and no other. Dates are days since 1970-01-01 by the column's format
 * (model/date.h).
 *
 *   Errors     false: the text is not such a value, or not within the 63 bits of a grid;
 *              *grid is not touched. CS_GRID_MISSING is never the result.
 *   Threads    no hidden state, no locale.
 */
#ifndef CS_MODEL_VALUE_H
#define CS_MODEL_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/schema.h"

#define CS_DECIMALS_MAX 18
#define CS_VALUE_BYTES 64 /* of a formatted number or date, NUL included */

bool cs_value_parse(int64_t *grid, const struct cs_column *column, const char *text,
                    size_t n_bytes);

/* grid is what cs_value_parse may give. */
void cs_value_format(char text[static CS_VALUE_BYTES], const struct cs_column *column,
                     int64_t grid);

#endif
