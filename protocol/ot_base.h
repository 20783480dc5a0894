/* ot_base.h: the 128 oblivious transfers that an OT extension starts from.
 *
 * The sender gets two random pads for each, the receiver the one of its choice.
 *
 * Masny and Rindal, "Endemic Oblivious Transfer", 2019 (2019/706), figure 8, with
 * Diffie-Hellman over ristretto255. B is the base point, H hashes to the group; all
 * hashes are BLAKE2b and include the session, the number of the transfer and the
 * position, 0 or 1:
 *
 *   receiver -> sender   r_0, r_1: r_(1-b) at random, r_b = x B - H(b, r_(1-b))
 *   sender -> receiver   y B, a fresh y for each transfer
 *   pads                 KDF(c, r_0, r_1, y B, K_c), K_c = y (r_c + H(c, r_(1-c)));
 *                        the receiver knows K_b = x (y B)
 *
 * Secure against malicious parties in the random-oracle model; a party that deviates may
 * choose its own pads, which OT extension tolerates (same paper). y is not used twice, so
 * the traps of that (McQuoid, Rosulek, Roy, "Batching Base Oblivious Transfers", 2021) do
 * not arise.
 *
 *   Errors      those of the channel; CS_PROTOCOL for what is no element of the group.
 *   Secrecy     pads, choices and scalars are secret: constant time; temporaries are
 *               wiped on all exits.
 */
#ifndef CS_PROTOCOL_OT_BASE_H
#define CS_PROTOCOL_OT_BASE_H

#include "crypto/block.h"
#include "crypto/rng.h"
#include "protocol/channel.h"

#define CS_OT_BASE 128         /* how many transfers: the bits of one block */
#define CS_OT_SESSION_BYTES 32 /* names this batch: a hash of both parties' nonces */

/* pad is (2, CS_OT_BASE). */
CS_MUST_USE enum cs_status cs_ot_base_send(struct cs_block pad[static 2 * CS_OT_BASE],
                                           uint8_t session[static CS_OT_SESSION_BYTES],
                                           struct cs_rng *secret,
                                           struct cs_channel *channel);

/* pad[i] is the pad at position `bit i of choice` of transfer i. */
CS_MUST_USE enum cs_status cs_ot_base_recv(struct cs_block pad[static CS_OT_BASE],
                                           uint8_t session[static CS_OT_SESSION_BYTES],
                                           struct cs_block choice, struct cs_rng *secret,
                                           struct cs_channel *channel);

#endif
