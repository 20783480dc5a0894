/* spend.h: the noise of a plan, as little as the study's epsilon allows, and what the
 * plan's releases cost.
 *
 * A nominal epsilon is shared out by Renyi curves (model/renyi.h), by the plan's rule
 * (model/plan.h). What the releases with that noise cost in truth is less, by privacy
 * loss distributions (model/account.h). The nominal epsilon goes up in steps of
 * 1 / CS_SPEND_STEPS of the study's, to the last one whose cost is within the study's.
 * Both nodes must come to the same noise: it has four digits, and the steps are so coarse
 * that only in one study of a million the last bits of two unlike machines would decide
 * (docs/NUMERICS.md, "Rounding of the plan").
 */
#ifndef CS_MODEL_SPEND_H
#define CS_MODEL_SPEND_H

#include "model/account.h"
#include "model/plan.h"

#define CS_SPEND_STEPS 1024

/* Sets the noise of the plan's tables, details and training, and its costs. CS_CONFIG if
 * the budget is too small, with words. */
CS_MUST_USE enum cs_status cs_spend(struct cs_plan *plan, const struct cs_study *study,
                                    struct cs_fault *fault);

/* What a run releases, by where. */
enum cs_release {
    CS_RELEASE_OWN,     /* tables of one party's columns */
    CS_RELEASE_CROSS,   /* tables of both parties' columns */
    CS_RELEASE_DENSITY, /* details */
    CS_RELEASE_FOUND,   /* discoveries */
    CS_RELEASE_TRAINING,
    CS_RELEASES
};

/* Adds the plan's releases of one kind that count a person who is at these parties. With
 * `link: aligned` everybody is at both. */
CS_MUST_USE enum cs_status cs_spend_collect(struct cs_account *account,
                                            const struct cs_plan *plan,
                                            enum cs_release release, enum cs_scope at);

/* What the discoveries take of delta, for a person who is at these parties: a value of
 * that person alone is published with this probability at most, and else all that is
 * released is accounted at the rest of delta. */
double cs_spend_delta(const struct cs_plan *plan, enum cs_scope at);

/* What all of them cost such a person; delta includes what discoveries take. */
CS_MUST_USE enum cs_status cs_spend_epsilon(double *epsilon, const struct cs_plan *plan,
                                            enum cs_scope at, double delta);

#endif
