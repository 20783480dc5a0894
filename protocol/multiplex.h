/* multiplex.h: shares of bit * string, for many strings (docs/PROTOCOL.md).
 *
 * In: for every row, shares of a bit and of a string of n_words words, both by exclusive
 * or. Out: shares of the string where the bit is 1, of zeros where it is 0. With a and b
 * for the two parties (bit x, string s),
 *
 *   (x_a ^ x_b) (s_a ^ s_b) = x_a s_a ^ x_b s_b ^ x_a s_b ^ x_b s_a
 *
 * of which each party makes one product by itself and one transfer each way makes the
 * mixed ones: who has the bit chooses with it between r and r ^ s, r random, of the other
 * (Gilboa, "Two Party RSA Key Generation", 1999; as a multiplexer Rathee et al.,
 * "CrypTFlow2", 2020/1002). r is made from one pad, so that only the difference is sent
 * (Asharov, Lindell, Schneider, Zohner, 2013: correlated OT). Pads are stretched by AES.
 *
 * Traffic of a row: a transfer and 64 n_words bits each way. Each party's result is
 * uniform: it is masked by r of the peer.
 *
 * What holds against a party that deviates: whatever it chooses or sends, it learns
 * nothing. What is not checked is that its messages are well made: it can spoil the
 * result, in a way that depends on the peer's bits.
 *
 *   Arguments   both ends name the same n and n_words > 0. Bits are 0 or 1. n = 0 is
 *               allowed.
 *   Aliasing    out overlaps neither bit nor string.
 *   Memory      rows go in batches of 32256, or of 2^18 words if that is less (of 128
 *               rows at least): 6 MB while n_words <= 8, then 4 MB and 2 KB a word.
 *   Errors      those of the channel and of ot.h.
 *   Secrecy     shares are secret: time, memory access and traffic depend on n and
 *               n_words alone.
 *   Network     never do both send at once but in cs_channel_swap. Two rounds a batch.
 */
#ifndef CS_PROTOCOL_MULTIPLEX_H
#define CS_PROTOCOL_MULTIPLEX_H

#include "crypto/progress.h"
#include "model/study.h"
#include "protocol/ot.h"

/* out and string are (n, n_words), bit is (n). A's transfers as the receiver are B's as
 * the sender, and the other way round. */
CS_MUST_USE enum cs_status cs_multiplex(uint64_t *out, const uint8_t *bit,
                                        const uint64_t *string, size_t n, size_t n_words,
                                        struct cs_ot_sender *sender,
                                        struct cs_ot_receiver *receiver,
                                        struct cs_channel *channel, enum cs_party party,
                                        const struct cs_progress *progress);

#endif
