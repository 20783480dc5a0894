/* own.h: a private population of one party's own tables, without the peer. */
#ifndef CS_TESTS_SUPPORT_OWN_H
#define CS_TESTS_SUPPORT_OWN_H

#include "crypto/rng.h"
#include "model/codes.h"
#include "model/plan.h"

/* As many people as rows, fitted to the party's tables of two columns with the plan's
 * noise; totals of single columns have hardly any. Wipe with cs_codes_wipe. */
void cs_own_population(struct cs_codes *population, const struct cs_study *study,
                       const struct cs_plan *plan, enum cs_party party,
                       const struct cs_codes *rows, struct cs_rng *rng);

#endif
