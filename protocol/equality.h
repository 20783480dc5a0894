/* equality.h: shares of whether two tags are equal, for many pairs (docs/PROTOCOL.md).
 *
 * In: for every pair a tag x known to the receiver and a tag y known to the sender, of
 * n_bits <= 63 bits. Out: a bit at each, whose exclusive or is 1 if x = y, else 0. Two
 * steps:
 *
 *   distance   The Hamming distance d of x and y, shared mod 64, by one transfer a bit:
 *              the receiver chooses with x_i, the sender's messages are r_i + y_i and r_i
 *              + 1 - y_i. With R = sum of what was chosen and S = sum of r_i, R - S = d
 *              (Bringer, Chabanne, Patey, "SHADE: Secure Hamming Distance Computation
 *              from Oblivious Transfer", 2013, the basic scheme; as a way to shorter
 *              words to compare: Couteau, "New Protocols for Secure Equality Test and
 *              Comparison", 2018, 2016/544). d < 64, so x = y if and only if R = S mod
 *              64.
 *
 *   entry      The receiver gets entry R of the sender's table of 64 bits, which is b,
 *              but 1 - b at entry S; b is random, and the sender's share. One transfer a
 *              bit of R: entry k is masked by bit k of the six pads that belong to the
 *              bits of k (Naor, Pinkas, "Oblivious Transfer and Polynomial Evaluation",
 *              1999, 1 of N by log N transfers). For k other than R one of the six is a
 *              pad that the receiver lacks, and bit k of it masks nothing else: the other
 *              63 entries are hidden each by a bit of its own, no hash is needed.
 *
 * In the first step r_i is made from one pad, so that only the difference of the messages
 * is sent (Asharov, Lindell, Schneider, Zohner, "More Efficient Oblivious Transfer and
 * Extensions for Faster Secure Computation", 2013: correlated OT), 6 bits.
 *
 * Traffic of a pair: n_bits + 6 transfers, and 6 n_bits + 64 bits from the sender.
 *
 * What holds against a party that deviates: the receiver, whatever it chooses, has a
 * share of whether y equals some tag, uniform without the sender's. The sender sees
 * nothing but the corrections of the OT extension. What is not checked is that messages
 * are well made: either party can spoil shares, the sender in a way that depends on x.
 *
 *   Arguments   both ends name the same n and n_bits, 0 < n_bits <= 63. Bits of a tag
 *               from n_bits on do not count. n = 0 is allowed.
 *   Aliasing    bit and tag do not overlap.
 *   Memory      1.2 MB whatever n is.
 *   Errors      those of the channel and of ot.h. What cannot be found wrong by form is
 *               not found (see above).
 *   Secrecy     tags and bits are secret: time, memory access and traffic depend on n and
 *               n_bits alone.
 *   Network     pairs go in batches of 8064, a round each and two more. The receiver
 *               sends transfers of the next batch before it waits for answers about the
 *               last; meanwhile the sender has at most two frames, 0.5 MB, on the way.
 */
#ifndef CS_PROTOCOL_EQUALITY_H
#define CS_PROTOCOL_EQUALITY_H

#include "crypto/progress.h"
#include "protocol/ot.h"

/* bit is (n), each 0 or 1; tag is (n). */
CS_MUST_USE enum cs_status cs_equality_recv(uint8_t *bit, const uint64_t *tag, size_t n,
                                            unsigned n_bits, struct cs_ot_receiver *ot,
                                            struct cs_channel *channel,
                                            const struct cs_progress *progress);

CS_MUST_USE enum cs_status cs_equality_send(uint8_t *bit, const uint64_t *tag, size_t n,
                                            unsigned n_bits, struct cs_ot_sender *ot,
                                            struct cs_rng *secret,
                                            struct cs_channel *channel,
                                            const struct cs_progress *progress);

#endif
