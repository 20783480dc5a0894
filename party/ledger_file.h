/* ledger_file.h: the ledger's file: made with its folder, tables and key if it is not
 * there, brought up to date if it is of an older version.
 *
 * A transaction is on disk when it is over: journal in WAL mode, synchronous FULL.
 * Contract as in party/ledger.h.
 */
#ifndef CS_PARTY_LEDGER_FILE_H
#define CS_PARTY_LEDGER_FILE_H

#include "party/ledger_key.h"
#include "party/store.h"

CS_MUST_USE enum cs_status cs_ledger_file_open(struct cs_store **store,
                                               struct cs_ledger_key *key,
                                               const char *path, unsigned wait_ms,
                                               struct cs_fault *fault);

/* To read what is there; needs no key, changes nothing. */
CS_MUST_USE enum cs_status cs_ledger_file_read(struct cs_store **store, const char *path,
                                               struct cs_fault *fault);

/* An empty ledger in memory, to compare with. */
CS_MUST_USE enum cs_status cs_ledger_file_model(struct cs_store **store,
                                                struct cs_fault *fault);

#endif
