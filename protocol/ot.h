/* ot.h: random oblivious transfers, as many as wanted, after a short set-up.
 *
 * For each transfer the sender gets two random pads, the receiver the one of its choice
 * bit. What is transferred is then what the caller masks by them. Set-up costs 128 base
 * OTs (some 20 ms and 18 kB); a transfer costs 128 / k bits, sent by the receiver alone,
 * and computation that grows as 2^k / k: k = 4 takes hardly longer than less does, 8 is
 * for a link that is dear (docs/NUMERICS.md).
 *
 * What holds against a party that deviates (ot_base.h, ot_trees.h, ot_matrix.h):
 *
 *   receiver   knows one pad of each transfer and nothing of the other. What is
 *              inconsistent is CS_PROTOCOL at the sender, before any pad is given out; a
 *              cheating receiver that is *not* found out has guessed the bits of delta
 *              that it learns by that, k a tree
 *   sender     learns nothing about choice bits
 *
 *   Ownership   the session is the caller's, _free takes NULL. Arrays are the caller's.
 *   Units       n counts transfers, any number; both ends name the same n. Choice
 *               bit i is bit i % 128 of choice[i / 128].
 *   Errors      those of the channel, CS_PROTOCOL as above, CS_MEMORY. After an error
 *               the session is of no use.
 *   Secrecy     pads and choices are secret: constant time but for n and k.
 *   Threads     one thread a session.
 */
#ifndef CS_PROTOCOL_OT_H
#define CS_PROTOCOL_OT_H

#include "crypto/block.h"
#include "crypto/rng.h"
#include "protocol/channel.h"

struct cs_ot_sender;
struct cs_ot_receiver;

/* One party calls the one, the peer the other, with the same k of 1 to 8. */
CS_MUST_USE enum cs_status cs_ot_sender_new(struct cs_ot_sender **ot, unsigned k,
                                            struct cs_rng *secret,
                                            struct cs_channel *channel);
CS_MUST_USE enum cs_status cs_ot_receiver_new(struct cs_ot_receiver **ot, unsigned k,
                                              struct cs_rng *secret,
                                              struct cs_channel *channel);
void cs_ot_sender_free(struct cs_ot_sender *ot);
void cs_ot_receiver_free(struct cs_ot_receiver *ot);

/* pad0 and pad1 are (n). The sender waits for the receiver; the receiver for nobody. */
CS_MUST_USE enum cs_status cs_ot_send(struct cs_ot_sender *ot, struct cs_block *pad0,
                                      struct cs_block *pad1, size_t n,
                                      struct cs_channel *channel);
CS_MUST_USE enum cs_status cs_ot_recv(struct cs_ot_receiver *ot, struct cs_block *pad,
                                      const struct cs_block *choice, size_t n,
                                      struct cs_channel *channel);

#endif
