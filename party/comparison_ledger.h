/* comparison_ledger.h: what the owner's ledger says of the runs that are compared: are
 * they on the same people, and what else was spent on these?
 *
 * A receipt has the head of the chain when its run was charged (party/ledger_chain.h);
 * the link of that hash says which run it is, and the run which data set.
 *
 *   Errors     CS_CONFIG with words if a run is not in the ledger, or on other people;
 *              those of party/store.h
 */
#ifndef CS_PARTY_COMPARISON_LEDGER_H
#define CS_PARTY_COMPARISON_LEDGER_H

#include "party/comparison.h"

struct cs_comparison_ledger {
    uint64_t runs, unprotected; /* on these people, in all; of these without privacy */
    double epsilon, delta;      /* sums over the private ones */
};

CS_MUST_USE enum cs_status
cs_comparison_ledger_read(struct cs_comparison_ledger *ledger,
                          const struct cs_comparison *comparison, const char *path,
                          struct cs_fault *fault);

#endif
