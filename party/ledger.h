/* ledger.h: what was spent on the people of this node's file, kept from run to run.
 *
 * A run is charged with its whole plan, the most it can release, in one transaction that
 * is on disk before anything is measured: whatever leaves the node afterwards is in the
 * ledger, also if the run fails or the machine does. A charge is never taken back.
 * docs/LEDGER.md has the tables, and what a person may ask of them.
 *
 * Runs are added up by data set (party/data_set.h), whose digest is written under a key
 * (party/ledger_key.h); what may be spent on one is party/limit.h's. Every entry is a
 * link of a chain of hashes (party/ledger_chain.h).
 *
 * A run without privacy costs INFINITY. It is counted apart, so that the sum over the
 * others is still known; but after it no bound holds for these people.
 *
 *   Errors     CS_CONFIG if the file is no ledger, or the limit does not allow the run;
 *              CS_IO if it cannot be read or written, or another program holds it too
 *              long; with its path and what to do
 *   Ownership  what is passed is borrowed; cs_ledger_free takes NULL
 *   Secrecy    the ledger stays with its owner; it has no value of a row and no
 *              count but those that follow from the plan
 *   Threads    one thread a ledger; any number of processes a file
 */
#ifndef CS_PARTY_LEDGER_H
#define CS_PARTY_LEDGER_H

#include "model/plan.h"
#include "party/data_set.h"
#include "party/ledger_chain.h"
#include "party/limit.h"
#include "protocol/checkpoint.h"

struct cs_ledger;

struct cs_ledger_charge {
    enum cs_party party;
    const uint8_t *data_set; /* (CS_DATA_SET_BYTES) */
    const uint8_t *run_id;   /* (CS_RUN_ID_BYTES): the same at both parties, and of a run
                                that goes on what it was */
    bool goes_on;            /* what this node kept of the run is at hand */
    const struct cs_study *study;
    const struct cs_plan *plan;
    struct cs_limit limit;
};

struct cs_ledger_charged {
    bool before;               /* a resumed run, which has been paid for */
    struct cs_chain_head head; /* of the chain, when the run was in it */
};

struct cs_ledger_spent {
    uint64_t runs, unprotected; /* without privacy: so many of these runs */
    double epsilon, delta;      /* sums over the others */
};

/* Opens the file, makes it, its folder and its key if they are not there, and makes sure
 * that it can be written. wait_ms: for other processes, here and in all that follows. */
CS_MUST_USE enum cs_status cs_ledger_open(struct cs_ledger **ledger, const char *path,
                                          unsigned wait_ms, struct cs_fault *fault);

/* Whether the limit allows the charge as things stand; another process may be faster. */
CS_MUST_USE enum cs_status cs_ledger_allows(struct cs_ledger *ledger,
                                            const struct cs_ledger_charge *charge,
                                            struct cs_fault *fault);

/* Refuses an identity as cs_ledger_charge does; to be asked before anything is kept of a
 * run that the peer names. */
CS_MUST_USE enum cs_status cs_ledger_check_run(struct cs_ledger *ledger,
                                               const struct cs_ledger_charge *charge,
                                               struct cs_fault *fault);

/* Enters a run and all that it may release, if the limit allows it. Once for each
 * cs_ledger_open.
 *
 * A run_id that was charged before is a run that goes on: with goes_on the caller states
 * that it releases the same bytes again, or what it had not released yet. If study, plan,
 * data set, party and peer are the same, nothing is charged; else, or without goes_on,
 * CS_CONFIG: a peer could name an old run to have new noise for nothing. */
CS_MUST_USE enum cs_status cs_ledger_charge(struct cs_ledger_charged *charged,
                                            struct cs_ledger *ledger,
                                            const struct cs_ledger_charge *charge,
                                            struct cs_fault *fault);

/* Notes how the run ended: failed_in is the stage, or NULL if it finished. Nothing to do
 * if ledger is NULL or no run was charged. */
CS_MUST_USE enum cs_status cs_ledger_end(struct cs_ledger *ledger, const char *failed_in,
                                         struct cs_fault *fault);

/* What all runs have spent on the data set; on all together if it is NULL. */
CS_MUST_USE enum cs_status cs_ledger_read_spent(struct cs_ledger_spent *spent,
                                                struct cs_ledger *ledger,
                                                const uint8_t *data_set,
                                                struct cs_fault *fault);

void cs_ledger_free(struct cs_ledger *ledger);

#endif
