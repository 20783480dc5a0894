/* role_levels.h: which level of a column is the test arm, the control arm, or a
 * conversion: a guess from its words, for a person to correct.
 *
 *   Ownership  the lists borrow the column's values
 */
#ifndef CS_PARTY_ROLE_LEVELS_H
#define CS_PARTY_ROLE_LEVELS_H

#include "model/schema.h"
#include "party/arguments.h"

/* Fills the lists that are empty; column has two values or more. */
void cs_role_levels_of_arm(struct cs_argument_list *test,
                           struct cs_argument_list *control,
                           const struct cs_column *column);
void cs_role_levels_of_conversion(struct cs_argument_list *converted,
                                  const struct cs_column *column);

#endif
