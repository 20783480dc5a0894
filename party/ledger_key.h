/* ledger_key.h: the key under which a ledger names data sets.
 *
 * It is 32 random bytes in a file beside the ledger, `ledger.db.key`, which only its
 * owner may read. The ledger has a mark of it, by which another key is noticed, and from
 * which the key cannot be found. Why not in the ledger: a copy of the ledger, as an
 * auditor gets it, would bring the means to test guesses of who is in a data set. Why not
 * the node's key: that is renewed from time to time, and the people would seem new.
 *
 *   Errors     CS_CONFIG with the path if the key is not there, is another, or is none;
 *              CS_IO if it cannot be written
 *   Secrecy    a struct cs_ledger_key is secret, its mark is not
 */
#ifndef CS_PARTY_LEDGER_KEY_H
#define CS_PARTY_LEDGER_KEY_H

#include "crypto/fault.h"
#include "party/data_set.h"

#define CS_LEDGER_NAME_BYTES (2 * CS_DATA_SET_BYTES + 1) /* in hexadecimal, and a NUL */

struct cs_ledger_key {
    uint8_t bytes[32]; /* [secret] */
};

/* Reads the key beside the ledger, or makes one; the caller keeps other processes away.
 */
CS_MUST_USE enum cs_status cs_ledger_key_make(struct cs_ledger_key *key,
                                              const char *ledger_path,
                                              struct cs_fault *fault);
/* Reads the key that has this mark. */
CS_MUST_USE enum cs_status cs_ledger_key_read(struct cs_ledger_key *key,
                                              const char *ledger_path, const char *mark,
                                              struct cs_fault *fault);
void cs_ledger_key_wipe(struct cs_ledger_key *key);

/* BLAKE2b-256 of a label, under the key. */
void cs_ledger_key_mark(char mark[static CS_LEDGER_NAME_BYTES],
                        const struct cs_ledger_key *key);

/* BLAKE2b-256 of the digest (party/data_set.h), under the key. */
void cs_ledger_key_name(char name[static CS_LEDGER_NAME_BYTES],
                        const struct cs_ledger_key *key,
                        const uint8_t data_set[static CS_DATA_SET_BYTES]);

#endif
