/* spans.h: a set of grid values as ascending half-open spans: where the values of a
 * numeric column may lie.
 *
 *   Units      grid values as in model/schema.h
 *   Ownership  a struct cs_spans holds no pointer
 *   Numbers    integers: the same draws on every machine
 */
#ifndef CS_MODEL_SPANS_H
#define CS_MODEL_SPANS_H

#include "model/density.h"

#define CS_SPANS_MAX 256

struct cs_span {
    int64_t lo, hi; /* [lo, hi) */
};

struct cs_spans {
    size_t n;
    struct cs_span span[CS_SPANS_MAX]; /* ascending, none empty, none touching */
};

/* What of spans lies in others, too. False, and nothing has changed, if that are more
 * than CS_SPANS_MAX. */
CS_MUST_USE bool cs_spans_intersect(struct cs_spans *spans,
                                    const struct cs_spans *others);

/* What of [lo, hi) does not lie in spans, which lie within it. False if that are more
 * than CS_SPANS_MAX. spans and rest are not the same. */
CS_MUST_USE bool cs_spans_complement(struct cs_spans *rest, const struct cs_spans *spans,
                                     int64_t lo, int64_t hi);

/* How much of the bin [lo, hi), and of that in spans, there is: by the density's mass;
 * by the number of values if the bin has none, or density is NULL. part <= whole. */
void cs_spans_measure(uint64_t *part, uint64_t *whole, const struct cs_spans *spans,
                      const struct cs_density *density, int64_t lo, int64_t hi);

/* As cs_density_draw, from what of [lo, hi) lies in spans; its part is not 0. */
int64_t cs_spans_draw(const struct cs_spans *spans, const struct cs_density *density,
                      int64_t lo, int64_t hi, uint64_t where, struct cs_rng *rng);

#endif
