/* align.h: `link: aligned`: do both files hold the same people in the same order?
 *
 * Both draw a nonce; the key is BLAKE2b-256 of both; each sends BLAKE2b-256 under that
 * key of its role, the number of rows and all identifiers' digests in order, and compares
 * the peer's with what the peer should have sent.
 *
 *   Errors     CS_DISAGREE, at both, with what to do; what a channel gives.
 *   Secrecy    the peer learns whether the lists are the same, and the number of rows.
 *              A peer that holds nearly the whole list may test guesses of the rest
 *              against the digest, whole lists at a time; it says nothing about single
 *              identifiers to anyone else. The role in the hash keeps a peer from
 *              sending back what it got; the nonces keep digests of two runs from being
 *              compared.
 */
#ifndef CS_PROTOCOL_ALIGN_H
#define CS_PROTOCOL_ALIGN_H

#include "crypto/rng.h"
#include "model/id.h"
#include "model/schema.h"
#include "protocol/channel.h"

/* id is (n_rows), as cs_id_digest makes them. secret: from cs_rng_init_random. */
CS_MUST_USE enum cs_status cs_align(const uint8_t (*id)[CS_ID_BYTES], size_t n_rows,
                                    enum cs_party party, struct cs_rng *secret,
                                    struct cs_channel *channel, struct cs_fault *fault);

#endif
