/* group_by.h: the secret-shared GROUP BY (docs/PROTOCOL.md).
 *
 * In: for every row an index a in [0, c) known to the receiver, and a vector v of W words
 * mod 2^32 known to the sender. Out: additive shares, mod 2^32, of T[k] = sum of v over
 * the rows with a = k, for every k: (c, W), row-major, at both. With ones at the codes of
 * some columns as v, T is one table of c by width for each of them. The receiver may have
 * words of its own for each row, which are added to v: so v may be shared by both.
 * Results are added to what is there, so that rows may come in several calls.
 *
 * A row costs a tree of c leaves (crypto/ggm.h). The receiver gets all but leaf a, by
 * ceil(log2 c) oblivious transfers; the sender sends u = v + sum of G(leaf) over leaves
 * and stubs, W words. Then, G being the leaf's stream of AES,
 *
 *   sender     T[k] -= G(leaf_k) for all k
 *   receiver   T[k] += G(leaf_k) for k != a,  T[a] += u - sum of G(node) over all it has
 *
 * Traffic of a row: 4 W bytes and two blocks a level from the sender, ceil(log2 c) * 128
 * / k bits from the receiver. Work: about c * W / 4 blocks of AES on each side.
 *
 * What holds against a party that deviates: the sender sees nothing that depends on an
 * index but the corrections of the OT extension, which are masked. The receiver, whatever
 * index it uses in [0, 2^ceil(log2 c)), lacks a leaf or a stub, so u hides v. What is not
 * checked is that inputs are true and messages well made: either party can spoil the
 * result, and a sender's bad messages can spoil it in a way that depends on the indices.
 *
 *   Memory      whatever n_rows is: 16384 * 32 * log2 c bytes of pads, 64 * 16 *
 *               (c + log2 c) of trees, 64 * 8 * W of vectors, a message of 256 KiB or
 *               of 64 rows if that is more; and (c + log2 c, W) words.
 *   Errors      those of the channel and of ot.h. What cannot be found wrong by form is
 *               not found (see above).
 *   Secrecy     codes and indices are secret: time, memory access and traffic depend on
 *               n_rows, c and the widths alone; but that all are in range is checked,
 *               and stops the program if not.
 *   Network     while one party sends, the other only receives. A round for 16384 rows.
 */
#ifndef CS_PROTOCOL_GROUP_BY_H
#define CS_PROTOCOL_GROUP_BY_H

#include "crypto/progress.h"
#include "crypto/rng.h"
#include "protocol/channel.h"
#include "protocol/ot.h"

#define CS_GROUP_BY_MAX 4096 /* of c */

/* The sender's columns: code[j][row] < width[j]. */
struct cs_hot {
    const uint16_t *const *code; /* (n_columns) arrays of (n_rows) */
    const size_t *width;         /* (n_columns), each > 0 */
    size_t n_columns;            /* > 0 */
};

/* Sends: adds T to share (c, W), W the sum of the widths; 0 < c <= CS_GROUP_BY_MAX. */
CS_MUST_USE enum cs_status
cs_group_by_send(uint32_t *share, const struct cs_hot *hot, size_t n_rows, size_t c,
                 struct cs_ot_sender *ot, struct cs_rng *secret,
                 struct cs_channel *channel, const struct cs_progress *progress);

/* The same for any vectors: words (n_rows, W), 0 < W. */
CS_MUST_USE enum cs_status
cs_group_by_send_words(uint32_t *share, const uint32_t *words, size_t n_rows, size_t c,
                       size_t W, struct cs_ot_sender *ot, struct cs_rng *secret,
                       struct cs_channel *channel, const struct cs_progress *progress);

/* Receives: index[row] < c; W is what the study implies for the sender's vectors. words
 * (n_rows, W) are this party's own, NULL for none. */
CS_MUST_USE enum cs_status cs_group_by_recv(uint32_t *share, const uint16_t *index,
                                            const uint32_t *words, size_t n_rows,
                                            size_t c, size_t W, struct cs_ot_receiver *ot,
                                            struct cs_channel *channel,
                                            const struct cs_progress *progress);

#endif
