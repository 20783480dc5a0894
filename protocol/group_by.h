/* group_by.h: the secret-shared GROUP BY (docs/PROTOCOL.md; shared design, section 5).
 *
 * In: for every row an index a in [0, c) known to the receiver, and a vector v of W words
 * mod 2^32 known to the sender. Out: additive shares, mod 2^32, of T[k] = sum of v over
 * the rows with a = k, for every k: (c, W), row-major, at both.
 *
 * Per row: a GGM tree with 2^ceil(log2 c) leaves; the receiver gets all leaves but a by
 * ceil(log2 c) oblivious transfers. Semi-honest, but for the OT extension, which checks a
 * malicious receiver. The sender's vector is one-hot words of some columns: it is given
 * as codes, `hot` columns of codes and their widths; W = sum of the widths.
 */
#ifndef CS_PROTOCOL_GROUP_BY_H
#define CS_PROTOCOL_GROUP_BY_H

#include "crypto/progress.h"
#include "crypto/rng.h"
#include "protocol/channel.h"
#include "protocol/ot.h"

/* The sender's columns: code[j][row] < width[j]. */
struct cs_hot {
    const uint16_t *const *code; /* (n_columns) arrays of (n_rows) */
    const size_t *width;         /* (n_columns) */
    size_t n_columns;
};

/* Sends: share gets (c, W) words. ot is a session set up with cs_ot_sender_init. */
CS_MUST_USE enum cs_status
cs_group_by_send(uint32_t *share, const struct cs_hot *hot, size_t n_rows, size_t c,
                 struct cs_ot_sender *ot, struct cs_rng *secret,
                 struct cs_channel *channel, const struct cs_progress *progress);

/* Receives: index[row] < c; W is what the study implies for the sender's columns. */
CS_MUST_USE enum cs_status
cs_group_by_recv(uint32_t *share, const uint16_t *index, size_t n_rows, size_t c,
                 size_t W, struct cs_ot_receiver *ot, struct cs_rng *secret,
                 struct cs_channel *channel, const struct cs_progress *progress);

#endif
