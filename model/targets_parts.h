/* targets_parts.h: what the files targets*.c share.
 *
 * Inside model/targets*.c alone.
 */
#ifndef CS_MODEL_TARGETS_PARTS_H
#define CS_MODEL_TARGETS_PARTS_H

#include "model/targets.h"

/* Squares of the standard deviations by which a number must stand out of its noise to be
 * believed: `other` and missing are there whether or not anybody is, a level that the
 * study lists is likelier real than not. */
#define CS_SIGNIFICANCE (3. * 3)
#define CS_SIGNIFICANCE_LISTED 1.

struct cs_making {
    struct cs_targets *targets;
    const struct cs_noisy *noisy;
    size_t n_most; /* people */
    struct cs_known known;
    double spread[2];        /* of one column's, two columns' counts around the prior's */
    double scale[CS_SCOPES]; /* people of the population over people measured */
};

/* By code: people at the column's party, or those of them at both. */
static inline double *cs_making_totals(const struct cs_making *making,
                                       enum cs_scope scope, size_t column)
{
    const struct cs_targets *targets = making->targets;

    return (scope == CS_AT_BOTH ? targets->linked : targets->total) +
           column * CS_CODES_MAX;
}

static inline double cs_making_people(const struct cs_making *making, enum cs_scope scope)
{
    return (double)cs_presence_in(&making->targets->people, scope);
}

static inline int64_t cs_making_round(double x)
{
    const int64_t floor = (int64_t)x - (x < 0);

    return floor + (x - (double)floor >= 0.5);
}

/* targets_people.c: how many there are; how many of each level; arm x conversion. */
CS_MUST_USE enum cs_status cs_making_count(struct cs_making *making,
                                           struct cs_fault *fault);
CS_MUST_USE enum cs_status cs_making_exact(struct cs_making *making);

/* targets_tables.c: how far the prior's pairs are from those measured; the cells of a
 * table of the plan; those of an own pair among the people at both, into the next free
 * table. Own tables come first. */
CS_MUST_USE enum cs_status cs_making_spread(struct cs_making *making);
CS_MUST_USE enum cs_status cs_making_table(struct cs_making *making, size_t t);
CS_MUST_USE enum cs_status cs_making_linked(struct cs_making *making,
                                            const struct cs_table_spec *own);

#endif
