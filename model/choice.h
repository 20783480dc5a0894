/* choice.h: which tables a study asks for: the rule at the top of model/plan.h. */
#ifndef CS_MODEL_CHOICE_H
#define CS_MODEL_CHOICE_H

#include "model/plan.h"

/* Whether all that is asked for has a table, or some is left out. */
bool cs_choice_holds_all(const struct cs_study *study);

/* Sets the plan's tables, all but their noise, and n_left_out. CS_MEMORY, or CS_CONFIG
 * with words if they have too many cells. */
CS_MUST_USE enum cs_status cs_choice_make(struct cs_plan *plan,
                                          const struct cs_study *study,
                                          struct cs_fault *fault);

#endif
