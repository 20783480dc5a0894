/* costs.h: what each stage of a plan costs, and the noise that follows, before any run.
 *
 *   Errors     CS_MEMORY; CS_IO if the stream cannot be written
 */
#ifndef CS_PARTY_COSTS_H
#define CS_PARTY_COSTS_H

#include <stdio.h>

#include "model/spend.h"

/* Of the releases of one kind. Costs are epsilons at the study's delta as if there were
 * nothing else, by whom they count; 0 where they do not. */
struct cs_stage_cost {
    size_t n;           /* tables, details, discoveries; steps of both parties */
    double least, most; /* standard deviation in a cell, of one party's noise or of the
                           joint one; in training the noise multipliers */
    double epsilon[CS_SCOPES];
};

struct cs_costs {
    struct cs_stage_cost stage[CS_RELEASES];
    double epsilon[CS_SCOPES]; /* together */
};

/* The plan has a finite budget. */
CS_MUST_USE enum cs_status cs_costs_count(struct cs_costs *costs,
                                          const struct cs_plan *plan,
                                          const struct cs_study *study);

CS_MUST_USE enum cs_status cs_costs_text(FILE *stream, const struct cs_costs *costs,
                                         const struct cs_plan *plan,
                                         const struct cs_study *study);
CS_MUST_USE enum cs_status cs_costs_json(FILE *stream, const struct cs_costs *costs,
                                         const struct cs_plan *plan,
                                         const struct cs_study *study);

#endif
