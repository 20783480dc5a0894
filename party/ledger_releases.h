/* ledger_releases.h: a plan as rows of the ledger, one for each thing that it releases.
 */
#ifndef CS_PARTY_LEDGER_RELEASES_H
#define CS_PARTY_LEDGER_RELEASES_H

#include "model/plan.h"
#include "party/store.h"

CS_MUST_USE enum cs_status cs_ledger_releases_enter(struct cs_store *store, int64_t run,
                                                    const struct cs_schema *schema,
                                                    const struct cs_plan *plan,
                                                    struct cs_fault *fault);

#endif
