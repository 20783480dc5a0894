/* permute.h: shares brought into an order that one party alone knows (docs/PROTOCOL.md).
 *
 * In: XOR shares of n_in rows of n_words words, and the receiver's wish: source[i] is the
 * row that is to come to place i < n_out, no row to two places, or nobody. Out: fresh XOR
 * shares, (n_out, n_words), of out[i] = in[source[i]], or of zero. The sender learns
 * nothing of the wish, the receiver nothing of the rows.
 *
 * Mohassel, Sadeghian, "How to Hide Circuits in MPC", 2013 (2013/137): the oblivious
 * evaluation of a switching network, here that of crypto/waksman.h. A switch lies between
 * a = a0 ^ a1 and b = b0 ^ b1, a0 and b0 the receiver's shares, and adds c (a ^ b) to
 * both, c the receiver's control bit (Kolesnikov, Schneider, "Improved Garbled Circuit:
 * Free XOR Gates and Applications", 2008, build permutation networks of such switches).
 * The receiver has c (a0 ^ b0); shares of c (a1 ^ b1) take one oblivious transfer, of
 * pads q0, q1:
 *
 *   sender     sends e = a1 ^ b1 ^ q0 ^ q1;  adds q0 to a1 and b1
 *   receiver   has q, which is q0 or q1;     adds c (a0 ^ b0 ^ e) ^ q to a0 and b0
 *
 * So a switch takes one message as wide as a row; masks on every wire, as in 2013/137,
 * take one twice as wide, or two. At the end each place has a gate, which lets its row
 * through or makes it zero, and which gives both fresh shares: with e = a1 ^ q0 ^ q1
 * a1 becomes q0, and a0 becomes c (a0 ^ e) ^ q.
 *
 * Each switch or gate is a transfer, cs_permute_transfers of them, and costs 8 n_words
 * bytes from the sender and 128 / k bits from the receiver.
 *
 * What holds against a party that deviates: the receiver sends nothing but the OT
 * extension, and whatever its choices are, they are those of some switches and gates; it
 * gets a share of each row at one place at most. The sender sees no more than the OT
 * extension shows. It can spoil rows in a way that depends on the wish.
 *
 *   Arguments   both ends name the same n_in, n_out <= n_in and n_words, which is above 0
 *               and at most CS_PERMUTE_WORDS.
 *   Aliasing    out does not overlap the inputs.
 *   Memory      8 n_in n_words bytes, a bit a transfer and 1.5 MB; the receiver takes
 *               12.5 n_in bytes more before its first message.
 *   Errors      those of the channel and of ot.h. Altered words are not found out.
 *   Secrecy     shares and wish are secret. The sender takes time that depends on counts
 *               alone; so does the receiver, but for routing before its first message.
 *               That sources are distinct and in range is checked, and stops the program.
 *   Network     while the receiver sends its choices for a batch of at most 258 kB, one
 *               such message of the sender may be on the way.
 */
#ifndef CS_PROTOCOL_PERMUTE_H
#define CS_PROTOCOL_PERMUTE_H

#include "crypto/progress.h"
#include "crypto/waksman.h"
#include "protocol/channel.h"
#include "protocol/ot.h"

#define CS_PERMUTE_WORDS 252             /* of a row, at most */
#define CS_PERMUTE_NOBODY CS_WAKSMAN_ANY /* a place that gets zero */

/* Transfers that a call takes. */
size_t cs_permute_transfers(size_t n_in, size_t n_out);

/* out (n_out, n_words), in (n_in, n_words), source (n_out). */
CS_MUST_USE enum cs_status
cs_permute_recv(uint64_t *out, const uint64_t *in, const uint32_t *source, size_t n_in,
                size_t n_out, size_t n_words, struct cs_ot_receiver *ot,
                struct cs_channel *channel, const struct cs_progress *progress);

CS_MUST_USE enum cs_status cs_permute_send(uint64_t *out, const uint64_t *in, size_t n_in,
                                           size_t n_out, size_t n_words,
                                           struct cs_ot_sender *ot,
                                           struct cs_channel *channel,
                                           const struct cs_progress *progress);

#endif
