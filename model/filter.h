/* filter.h: conditions on people: `age>=30`, `segment=Womens E-Mail`, `region in
 * north,south`; several hold together.
 *
 * A condition is the name of a column, an operator and a value as it stands in the files:
 *
 *   =  !=            the value, or anything else; of an empty value: missing, or not
 *   <  <=  >  >=     of numbers and dates; what is missing satisfies none of them
 *   in               one of several values, with commas between
 *
 * A bin of a numeric column may satisfy one only in part. A person in such a bin then
 * satisfies it with the probability that the column's density (model/density.h) gives to
 * that part, and the value is drawn from it: cs_filter_takes throws the coin,
 * cs_decoder_keep_within does the rest.
 *
 *   Ownership  schema and densities are borrowed for the filter's life; _wipe frees
 *   Errors     CS_CONFIG with words: no such column or value, which was meant perhaps,
 *              an operator that the column does not have, nothing left
 *   Numbers    integers: the same on every machine
 */
#ifndef CS_MODEL_FILTER_H
#define CS_MODEL_FILTER_H

#include "crypto/fault.h"
#include "crypto/rng.h"
#include "model/spans.h"

struct cs_filter_column {
    bool is_set;                                      /* there is a condition on it */
    struct cs_spans within;                           /* numeric: where values lie */
    uint64_t part[CS_CODES_MAX], whole[CS_CODES_MAX]; /* of a code: how much of it is
                                                          taken, and there is */
};

struct cs_filter {
    const struct cs_schema *schema;            /* with all edges */
    const struct cs_density *const *densities; /* (n_columns), NULL: even within bins */
    struct cs_filter_column *column;           /* (n_columns) */
};

CS_MUST_USE enum cs_status cs_filter_init(struct cs_filter *filter,
                                          const struct cs_schema *schema,
                                          const struct cs_density *const *densities);

/* One more condition. */
CS_MUST_USE enum cs_status cs_filter_add(struct cs_filter *filter, const char *condition,
                                         struct cs_fault *fault);

/* Whether somebody with that code of the column satisfies its conditions. rng is asked
 * only where the code does so in part. */
bool cs_filter_takes(const struct cs_filter *filter, size_t column, uint8_t code,
                     struct cs_rng *rng);

/* Where the column's values must lie, or NULL if there is no condition on it or it is a
 * category. */
const struct cs_spans *cs_filter_spans(const struct cs_filter *filter, size_t column);

void cs_filter_wipe(struct cs_filter *filter);

#endif
