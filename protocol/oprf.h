/* oprf.h: a batch of oblivious pseudorandom functions, one value of each to the receiver.
 *
 * Instance j is a function F_j of a key that the sender has. The receiver gets F_j(x) for
 * one x of its choice; the sender does not learn x, and can evaluate F_j anywhere.
 *
 * Kolesnikov, Kumaresan, Rosulek, Trieu, "Efficient Batched Oblivious PRF with
 * Applications to Private Set Intersection", CCS 2016 (2016/799): IKNP's OT extension
 * with a pseudorandom code of CS_OPRF_BITS in the place of the repetition code. From as
 * many random OTs, with the sender's choice bits s, both have seeds of columns; written
 * by rows,
 *
 *   receiver   has t_j and t'_j; sends u_j = t_j ^ t'_j ^ C(x_j)
 *   sender     has q_j = t_j ^ (C(x_j) & s)
 *   both       F_j(y) = H(j, q_j ^ (C(y) & s)), which is H(j, t_j) for y = x_j
 *
 * C is AES under four keys that the sender draws, cut to CS_OPRF_BITS; H is BLAKE2b under
 * a label, a random oracle. For y != x_j the receiver lacks the bits of s where C(y) and
 * C(x_j) differ. They differ in fewer than 128 places with a probability of 2^-66.5, so
 * that at 2^24 evaluations the chance that any y does is 2^-42 (that paper takes 448 bits
 * for 2^24 as well).
 *
 * What holds against a party that deviates:
 *
 *   sender     sees u_j masked by a column of which it has one of two seeds, whatever s
 *              it chose: learns nothing
 *   receiver   may send u_j for a word c that is no code word. Then F_j(y) = H(j, t_j ^
 *              ((c ^ C(y)) & s)), and it gets F_j(y) by guessing the bits of s where c
 *              and C(y) differ: 64 or more for each of two inputs, if c lies half-way
 *              between their code words. If it is shown which guess was right, it knows
 *              those bits. That words are code words is not checked: the checks there
 *              are (Orru, Orsini, Scholl, 2016/933) need a linear code
 *
 * A party that sends other bytes than it should gets, or gives, other values; that is not
 * noticed here.
 *
 *   Ownership   the objects are the caller's, _free takes NULL. The OT session is used by
 *               _new alone; arrays are borrowed for the call.
 *   Units       n counts instances, any number; both ends name the same n. Instances are
 *               numbered through the life of the pair, so no two are the same function.
 *   Memory      64 n bytes at the sender, to the next call or _free; else constant.
 *   Errors      those of the channel and of ot.h; CS_MEMORY. After an error the object is
 *               of no use but to _free.
 *   Secrecy     inputs, outputs and keys are secret: constant time but for counts. Of
 *               cs_oprf_eval memory access depends on which instances are named.
 *   Network     the receiver sends 56 bytes an instance, the sender nothing but 64 bytes
 *               when both are made.
 */
#ifndef CS_PROTOCOL_OPRF_H
#define CS_PROTOCOL_OPRF_H

#include "crypto/block.h"
#include "crypto/progress.h"
#include "crypto/rng.h"
#include "protocol/channel.h"
#include "protocol/ot.h"

#define CS_OPRF_BITS 448

struct cs_oprf_sender;
struct cs_oprf_receiver;

/* One party calls the one, the peer the other: CS_OPRF_BITS transfers to the sender. */
CS_MUST_USE enum cs_status cs_oprf_sender_new(struct cs_oprf_sender **oprf,
                                              struct cs_ot_receiver *ot,
                                              struct cs_rng *secret,
                                              struct cs_channel *channel);
CS_MUST_USE enum cs_status cs_oprf_receiver_new(struct cs_oprf_receiver **oprf,
                                                struct cs_ot_sender *ot,
                                                struct cs_channel *channel);
void cs_oprf_sender_free(struct cs_oprf_sender *oprf);
void cs_oprf_receiver_free(struct cs_oprf_receiver *oprf);

/* n new instances: out[j] = F_j(in[j]); both (n). Waits for nobody. */
CS_MUST_USE enum cs_status cs_oprf_recv(struct cs_oprf_receiver *oprf,
                                        struct cs_block *out, const struct cs_block *in,
                                        size_t n, struct cs_channel *channel,
                                        const struct cs_progress *progress);

/* Takes what the receiver sends for n <= UINT32_MAX new instances; those of the call
 * before are gone. */
CS_MUST_USE enum cs_status cs_oprf_send(struct cs_oprf_sender *oprf, size_t n,
                                        struct cs_channel *channel,
                                        const struct cs_progress *progress);

/* out[i] = F_j(in[i]) for j = instance[i], of those of the last cs_oprf_send, counted
 * from 0; all (m). Out and in may be the same array. */
void cs_oprf_eval(const struct cs_oprf_sender *oprf, struct cs_block *out,
                  const uint32_t *instance, const struct cs_block *in, size_t m);

#endif
