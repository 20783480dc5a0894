/* ledger_chain.h: every entry of the ledger hashed with all that stands before it, so
 * that one that is changed, taken out, put in or moved is found.
 *
 * A link is a run, one of its releases, or an end of a run, in the order in which they
 * were entered. Its hash is BLAKE2b-256 of the hash before it and of its content: the
 * link's number, run, release, end and state, then all columns of the run, or of the
 * release, each as a letter for its type and its value: `n`; `i` or `r` and eight bytes,
 * the lowest first, a real as its IEEE bits; `t`, the length in eight bytes and the text.
 * Before the first link stands the mark of the ledger's key. (Haber, Stornetta, "How to
 * time-stamp a digital document", J. Cryptology 3, 1991, section 5.1.)
 *
 * There is no key in it: whoever has the ledger can check it. So whoever can write the
 * ledger can make a whole new chain, or cut its end off; that is found by a head that was
 * noted elsewhere, as in each receipt.
 *
 *   Errors     as in party/store.h
 */
#ifndef CS_PARTY_LEDGER_CHAIN_H
#define CS_PARTY_LEDGER_CHAIN_H

#include "party/store.h"

#define CS_CHAIN_BYTES 32

struct cs_chain_head {
    uint64_t n_links;
    uint8_t hash[CS_CHAIN_BYTES]; /* of the last link */
};

CS_MUST_USE enum cs_status cs_chain_head(struct cs_chain_head *head,
                                         struct cs_store *store, struct cs_fault *fault);

/* Links a run that was entered and its releases; in the transaction that entered them. */
CS_MUST_USE enum cs_status cs_chain_add_run(struct cs_store *store, int64_t run,
                                            struct cs_fault *fault);

/* Links the end and state that the run has. */
CS_MUST_USE enum cs_status cs_chain_add_end(struct cs_store *store, int64_t run,
                                            struct cs_fault *fault);

/* Links all runs of a ledger that has no chain yet, each with its releases and its end.
 */
CS_MUST_USE enum cs_status cs_chain_add_all(struct cs_store *store,
                                            struct cs_fault *fault);

struct cs_chain_check {
    struct cs_chain_head head; /* up to the first link that does not hold */
    bool is_broken;
    int64_t broken; /* that link */
    bool has_noted; /* the noted hash is that of a link that holds, or of the key */
};

/* Makes all hashes anew and compares; noted, (CS_CHAIN_BYTES), may be NULL. */
CS_MUST_USE enum cs_status cs_chain_verify(struct cs_chain_check *check,
                                           struct cs_store *store, const uint8_t *noted,
                                           struct cs_fault *fault);

#endif
