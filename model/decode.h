/* decode.h: the codes of a column as text, row after row.
 *
 * A category becomes its text, `other` and missing become "other" and "". A bin becomes a
 * value of its grid, drawn by the column's density, or uniformly without one, and written
 * with the column's decimals or format.
 *
 * The draws of a column come from a stream of its own, by the study's seed and the
 * column's name, in the order of rows: a column that both parties hold gets the same text
 * at both.
 *
 *   Ownership  a decoder borrows the column, whose name has at most 256 bytes, and the
 *              density.
 *   Threads    one decoder, one thread; no locale.
 */
#ifndef CS_MODEL_DECODE_H
#define CS_MODEL_DECODE_H

#include "crypto/rng.h"
#include "model/density.h"
#include "model/schema.h"
#include "model/spans.h"
#include "model/value.h"

struct cs_decoder {
    const struct cs_column *column;   /* with edges, if it is numeric */
    const struct cs_density *density; /* NULL: uniform within a bin */
    const struct cs_spans *within;    /* where all values lie; NULL: anywhere */
    uint64_t place[CS_CODES_MAX];     /* of the last row of a bin in its mass, in 2^-64 */
    uint64_t step;                    /* from there to that of the next */
    struct cs_rng rng;
    char text[CS_VALUE_BYTES]; /* of the last value */
};

/* number < CS_COLUMNS_MAX is the column's own, the same at both parties: rows alike
 * follow each other (model/order.h), and two columns whose places moved by the same step
 * would move together. The steps are the square roots of primes, whose multiples mod 1
 * lie evenly together as well (Weyl, "Ueber die Gleichverteilung von Zahlen mod. Eins",
 * 1916). */
void cs_decoder_init(struct cs_decoder *decoder, const struct cs_column *column,
                     size_t number, const struct cs_density *density, uint64_t seed);

/* From here on, values of bins are drawn from what of them lies in the spans, which are
 * borrowed. Codes of which nothing lies there must not come then. */
void cs_decoder_keep_within(struct cs_decoder *decoder, const struct cs_spans *within);

/* Text of the next row, valid until the next call; code < column->n_codes. */
const char *cs_decoder_next(struct cs_decoder *decoder, uint8_t code);

#endif
