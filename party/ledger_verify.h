/* ledger_verify.h: whether a ledger is as its program left it.
 *
 * It is, if the database is sound, its tables, triggers and views are those of
 * party/ledger_tables.h, the chain holds (party/ledger_chain.h), every run and release is
 * in the chain once, every run has the state of its last link, and no number of a run is
 * missing at the end.
 *
 *   Errors     of reading alone; what does not hold is a finding, not an error
 */
#ifndef CS_PARTY_LEDGER_VERIFY_H
#define CS_PARTY_LEDGER_VERIFY_H

#include "party/ledger_chain.h"

#define CS_FINDINGS_MAX 20
#define CS_FINDING_BYTES 160

struct cs_findings {
    size_t n; /* all of them; words are kept of the first CS_FINDINGS_MAX */
    char words[CS_FINDINGS_MAX][CS_FINDING_BYTES];
};

/* noted is a head that was noted before, (CS_CHAIN_BYTES): that it is not in the chain is
 * a finding; or NULL. */
CS_MUST_USE enum cs_status cs_ledger_verify(struct cs_findings *findings,
                                            struct cs_chain_check *check,
                                            struct cs_store *store, const uint8_t *noted,
                                            struct cs_fault *fault);

#endif
