/* discoveries.h: the values of categories that the study leaves open, found privately by
 * their owners and told to the peer (model/discover.h).
 *
 *   Errors     CS_PROTOCOL, with words, for what cannot be values of that column;
 *              CS_MEMORY; what a channel gives
 *   Secrecy    the table is secret, what is found is a private result; all of a party's
 *              are found before one is sent
 */
#ifndef CS_PROTOCOL_DISCOVERIES_H
#define CS_PROTOCOL_DISCOVERIES_H

#include "crypto/rng.h"
#include "model/plan.h"
#include "model/table.h"
#include "protocol/checkpoint.h"

/* Finds and exchanges what the plan says, in its order; closes the columns of the schema
 * and narrows the plan to what was found. Own ones are kept as CS_STEP_FOUND, by their
 * place in the plan. */
CS_MUST_USE enum cs_status
cs_discoveries_make(struct cs_schema *schema, struct cs_plan *plan,
                    const struct cs_table *table, const struct cs_checkpoint *checkpoint,
                    struct cs_rng *secret, struct cs_channel *channel);

#endif
