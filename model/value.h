/* value.h: one field of a CSV file or of the study as a value, and back.
 *
 * Numbers are decimal text ("-12.50", "1e3" for numbers), held as grid / 10^decimals
 * exactly; dates are days since 1970-01-01 in the proleptic Gregorian calendar, read and
 * written by the column's strftime format (%Y %m %d %y %b %B %e %j %H %M %S; the time of
 * day is dropped).
 *
 *   Errors     false: the text is not such a value. Text beyond the declared decimals is
 *              rounded half away from zero.
 *   Threads    no hidden state, no locale.
 */
#ifndef CS_MODEL_VALUE_H
#define CS_MODEL_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/schema.h"

#define CS_VALUE_BYTES 64 /* of a formatted number or date, NUL included */

bool cs_value_parse(int64_t *grid, const struct cs_column *column, const char *text,
                    size_t n_bytes);
void cs_value_format(char text[static CS_VALUE_BYTES], const struct cs_column *column,
                     int64_t grid);

#endif
