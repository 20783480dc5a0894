/* ot_matrix.h: the matrix behind one chunk of an OT extension, and its check.
 *
 * Roy, "SoftSpokenOT: Quieter OT Extension from Small-Field Silent VOLE in the Minicrypt
 * Model", CRYPTO 2022 (2022/192), figures 7 and 8 with the repetition code; k = 1 is IKNP
 * with that paper's check. For the rows of a chunk (one a transfer, then 128 that only
 * mask the check) and 128 columns in groups of k, a group a tree of ot_trees.h:
 *
 *   receiver   has all seeds, so V, and u_i for each tree i; with its choice bits u it
 *              sends the corrections C_i = u_i ^ u
 *   sender     lacks seed delta_i, has W = V ^ u_i delta_i; with C_i added where delta
 *              has a bit, W = V ^ u delta: row j is V_j, or V_j ^ delta if u_j
 *
 * A transfer's pads are H(W_j, j) and H(W_j ^ delta, j); the receiver knows the one of
 * its choice, H(V_j, j).
 *
 * The check that one u is behind all C_i is a universal hash of each *column* (figure 8;
 * KOS as revised, 2015/546, figure 10). A check that mixes columns, as KOS first was, is
 * weaker than was proved (2022/192, section 4.1). A column is n blocks of 128 bits and
 * the mask block m; with weights x_j its hash is m + sum of x_j block_j over GF(2^128).
 * The hash of u, and a digest of those of V's columns, must agree with what the sender
 * gets from W and delta. The weights come from a hash of the corrections (Fiat-Shamir, as
 * in Doerner, Kondi, Lee, shelat, 2023/765, section 5.1), so a chunk is one message and
 * waits for nobody. A receiver with another u in some trees is found out unless it
 * guessed all k bits of delta of each of those trees; a weight that suits it costs 2^128
 * tries.
 *
 *   Units       n counts transfers, n_blocks blocks of 128 of them.
 *   Secrecy     seeds, columns, delta and choices are secret: constant time but for
 *               counts.
 */
#ifndef CS_PROTOCOL_OT_MATRIX_H
#define CS_PROTOCOL_OT_MATRIX_H

#include "crypto/aes.h"
#include "protocol/ot_trees.h"

enum {
    CS_OT_ROOM = 128,                     /* blocks of a column: in whole AES vectors */
    CS_OT_CHUNK = (CS_OT_ROOM - 1) * 128, /* transfers at most; one block is the mask */
    CS_OT_STRIDE = CS_OT_ROOM + 4,        /* so that columns do not share cache lines */
};

struct cs_ot_matrix {
    struct cs_aes pads, bits, weights;
    uint8_t session[CS_OT_SESSION_BYTES];
    bool lanes; /* of SHA-256 */
    unsigned k;
    size_t n_trees;
    uint64_t chunk, block, transfer; /* how many of each are done */

    struct cs_block *seed;       /* (n_trees, 2^k) [secret] */
    struct cs_block *column;     /* (128, CS_OT_STRIDE) V or W [secret] */
    struct cs_block *spare;      /* (n_blocks + 1) for u_i of a tree that lacks a seed */
    struct cs_block *correction; /* (n_trees, n_blocks + 1), then a struct cs_ot_answer */
    struct cs_block *weight;     /* (n_blocks + 1), the last is 1 */
};

/* What the receiver answers to the weights. */
struct cs_ot_answer {
    struct cs_block u; /* the hash of its choices */
    uint8_t digest[32];
};

/* Takes memory; seeds and session are to be filled in. _wipe takes zeros as well. */
CS_MUST_USE enum cs_status cs_ot_matrix_init(struct cs_ot_matrix *m, unsigned k);
void cs_ot_matrix_wipe(struct cs_ot_matrix *m);

/* What crosses, from m->correction on: the corrections, and behind them the answer. */
size_t cs_ot_matrix_message_bytes(const struct cs_ot_matrix *m, size_t n_blocks);
struct cs_ot_answer *cs_ot_matrix_answer(const struct cs_ot_matrix *m, size_t n_blocks);

/* The receiver's half: V, and the corrections towards u (n_blocks + 1). */
void cs_ot_matrix_fill_v(struct cs_ot_matrix *m, const struct cs_block *u,
                         size_t n_blocks);

/* The sender's half: W, with the corrections received. */
void cs_ot_matrix_fill_w(struct cs_ot_matrix *m, struct cs_block delta, size_t n_blocks);

/* Draws the weights from session, chunk, n and the corrections. */
CS_MUST_USE enum cs_status cs_ot_matrix_challenge(struct cs_ot_matrix *m, size_t n);

/* The hash of one column, (n_blocks + 1). */
struct cs_block cs_ot_matrix_weigh(const struct cs_ot_matrix *m,
                                   const struct cs_block *column, size_t n_blocks);

/* The digest of all columns' hashes, each with u added where delta has a bit: of V with
 * delta 0, of W with the sender's. */
void cs_ot_matrix_digest(uint8_t digest[static 32], const struct cs_ot_matrix *m,
                         struct cs_block u, struct cs_block delta, size_t n_blocks);

/* pad[j] = H(row j ^ offset) for the n rows of the chunk; offset[i] for pad[i]. */
void cs_ot_matrix_pads(const struct cs_ot_matrix *m, struct cs_block *const *pad,
                       const struct cs_block *offset, size_t n_pads, size_t n);

/* Moves all counters on: nothing of this chunk is used again. */
void cs_ot_matrix_next(struct cs_ot_matrix *m, size_t n);

#endif
