/* data_set.h: whom a file is about.
 *
 * A data set is a set of people, whatever the order of the rows and whichever columns a
 * study reads: all that is ever released of a person adds up. Files that share only some
 * of their people are different data sets.
 *
 *   Secrecy    identifiers are secret; their digest tells whoever guesses all of them
 *              that they are right, so it is in no file: the ledger has one of it, under
 *              a key (party/ledger_key.h)
 */
#ifndef CS_PARTY_DATA_SET_H
#define CS_PARTY_DATA_SET_H

#include "model/id.h"

#define CS_DATA_SET_BYTES 32

/* BLAKE2b-256 of one digest a row (model/id.h), in ascending order: of its first
 * identifier, or zeros where it has none. */
CS_MUST_USE enum cs_status cs_data_set_digest(uint8_t data_set[static CS_DATA_SET_BYTES],
                                              const struct cs_ids *ids, size_t n_rows);

#endif
