/* membership.h: how much an attack finds out about who was in the data, from the score it
 * gives to each person.
 *
 * Rates as the threshold falls are those of model/roc.h. epsilon: a mechanism that keeps
 * it has TPR / FPR and TNR / FNR of at most e^epsilon for every attack (Kairouz, Oh and
 * Viswanath, "The Composition Theorem for Differential Privacy", 2015), so
 * what they are found to be is a lower bound. The threshold, and which of the two, is
 * chosen on a tenth of the people, the rates are counted on the others and bounded by
 * Clopper and Pearson, each with a miss of 5 %: the bound holds with a chance of 90 %, as
 * far as people are independent of each other, which those of one synthetic file are not
 * quite (Houssiau et al., "TAPAS: a Toolbox for Adversarial Privacy Auditing of Synthetic
 * Data", 2022).
 *
 *   Errors     CS_MEMORY
 */
#ifndef CS_MODEL_MEMBERSHIP_H
#define CS_MODEL_MEMBERSHIP_H

#include <stdbool.h>
#include <stddef.h>

#include "crypto/rng.h"
#include "crypto/status.h"

#define CS_MEMBERSHIP_RATES 4u

struct cs_membership {
    double area;
    double true_rates[CS_MEMBERSHIP_RATES]; /* at false ones of 0, .001, .01 and .1 */
    double advantage;
    double epsilon; /* at least this; 0 if nothing is shown */
};

/* NAN if there are no members, or none who are not. */
CS_MUST_USE enum cs_status cs_membership_judge(struct cs_membership *membership,
                                               const double *scores,
                                               const bool *is_member, size_t n,
                                               struct cs_rng *rng);

#endif
