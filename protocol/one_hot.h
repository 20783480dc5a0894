/* one_hot.h: from exclusive-or shares of codes to additive shares of one-hot words.
 *
 * In: for each row of a column, a code below 2^b of which the parties hold exclusive-or
 * shares; the receiver's is cA, the sender's cB. Out: W = 2^b words mod 2^32 at either,
 * whose sum is 1 at the place of the code cA ^ cB and 0 elsewhere.
 *
 * The sender starts with ones at cB, the receiver with zeros; then the vector they share
 * is moved by each digit of cA in turn, a digit d of r bits and weight 2^s taking the
 * word at place j to place j ^ (d << s). For that the sender grows a tree of 2^r leaves
 * and the receiver gets all but leaf d (protocol/row_trees.h); with G_k for the stream of
 * AES of leaf k, W words, and vA + vB for the vector so far,
 *
 *   sender     sends u = vB + sum of G_k, and its next vector is
 *                  v'B[j] = - sum of G_k[j ^ (k << s)]
 *   receiver   v'A[j] = sum over k != d of G_k[j ^ (k << s)]
 *                  + x[j ^ (d << s)],  x = vA + u - sum over k != d of G_k
 *
 * In the sum of both, the first line of the receiver leaves - G_d[j ^ (d << s)] of the
 * sender's, and x = vA + vB + G_d: what is left is (vA + vB)[j ^ (d << s)]. The sender
 * needs nothing of the receiver but the transfers, so a call is one message from the
 * receiver and one stream from the sender, for all digits of all columns.
 *
 * A digit costs W words and 2 r blocks of traffic, and 2^r W / 4 blocks of AES on each
 * side. One digit of b bits would send least and work 2^b times W; b digits of one bit (a
 * conditional swap each) work least and send b times W. Digits have up to four bits, of
 * about the same size: for b = 7 they are 4 and 3, and 128 words cost 1,248 bytes and 768
 * blocks, against 736 and 4,096 of one digit, 3,808 and 448 of seven. It is the GROUP BY
 * (protocol/group_by.h) with words moved in place of rows added up.
 *
 * What holds against a party that deviates is what holds there: the sender sees masked
 * choices; the receiver, whatever its digits, lacks a leaf of each tree, so u hides vB.
 * That messages are well made is not checked: either party can spoil the words.
 *
 *   Units       n_rows rows of n_columns columns; all words of all columns are made, so
 *               the caller takes rows in blocks
 *   Memory      beyond the caller's: 32 bytes a row and bit of all columns for the
 *               sender, 16 for the receiver; a message of 256 KiB, or of 64 rows if that
 *               is more
 *   Errors      those of the channel and of ot.h, CS_MEMORY. What cannot be found wrong
 *               by form is not found.
 *   Secrecy     codes and words are secret: time, memory access and traffic depend on
 *               counts alone; but that all codes are in range is checked, and stops the
 *               program if not
 *   Network     one round
 */
#ifndef CS_PROTOCOL_ONE_HOT_H
#define CS_PROTOCOL_ONE_HOT_H

#include "crypto/rng.h"
#include "protocol/channel.h"
#include "protocol/ot.h"

#define CS_ONE_HOT_BITS_MAX 12

struct cs_one_hot {
    const uint16_t *code; /* (n_rows) this party's shares, below 2^n_bits [secret] */
    unsigned n_bits;      /* <= CS_ONE_HOT_BITS_MAX; 0 for a column of one code */
    uint32_t *word;       /* (n_rows, 2^n_bits) is filled in [secret] */
};

/* Both name the same n_bits of the same columns. */
CS_MUST_USE enum cs_status cs_one_hot_send(const struct cs_one_hot *columns,
                                           size_t n_columns, size_t n_rows,
                                           struct cs_ot_sender *ot, struct cs_rng *secret,
                                           struct cs_channel *channel);
CS_MUST_USE enum cs_status cs_one_hot_recv(const struct cs_one_hot *columns,
                                           size_t n_columns, size_t n_rows,
                                           struct cs_ot_receiver *ot,
                                           struct cs_channel *channel);

#endif
