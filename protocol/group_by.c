#include "protocol/group_by.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/ggm.h"

enum {
    BATCH_ROWS = 16384, /* whose transfers are made at once */
    TILE_ROWS = 64,     /* whose trees are grown at once */
    MESSAGE_BYTES = 1 << 18
};

/* What both parties work in. Rows of a tile are the fastest index of node and vector, so
 * that AES meets them side by side. */
struct work {
    struct cs_aes grow, expand;
    struct cs_ggm tree;
    size_t W, n_blocks; /* n_blocks of four words hold a vector */
    size_t batch_rows, message_rows, row_bytes;

    struct cs_block *total;       /* (n_nodes, n_blocks) T; rows of stubs do not count */
    struct cs_block *node;        /* (n_nodes, tile) [secret] */
    struct cs_block *vector;      /* (n_blocks, tile) [secret] */
    struct cs_block *sum;         /* (depth, 2, tile) [secret] */
    struct cs_block *pad0, *pad1; /* (batch_rows * depth) of the transfers [secret] */
    struct cs_block *choice;      /* bits, (batch_rows * depth) [secret] */
    uint8_t *message;             /* (message_rows, row_bytes) */
};

static size_t least(size_t x, size_t y)
{
    return x < y ? x : y;
}

static size_t n_transfers(const struct work *w)
{
    return w->batch_rows * w->tree.depth;
}

static void work_wipe(struct work *w)
{
    cs_blocks_free(w->total, w->tree.n_nodes * w->n_blocks);
    cs_blocks_free(w->node, w->tree.n_nodes * TILE_ROWS);
    cs_blocks_free(w->vector, w->n_blocks * TILE_ROWS);
    cs_blocks_free(w->sum, 2 * w->tree.depth * TILE_ROWS);
    cs_blocks_free(w->pad0, n_transfers(w));
    cs_blocks_free(w->pad1, n_transfers(w));
    cs_blocks_free(w->choice, n_transfers(w) / 128 + 1);
    free(w->message);
    sodium_memzero(w, sizeof *w);
}

static enum cs_status work_init(struct work *w, size_t n_rows, size_t c, size_t W)
{
    CS_REQUIRE(0 < c && c <= CS_GROUP_BY_MAX && 0 < W);
    *w = (struct work){ .W = W, .n_blocks = (W + 3) / 4 };
    cs_aes_init(&w->grow, (const uint8_t *)"cosynth row tree");
    cs_aes_init(&w->expand, (const uint8_t *)"cosynth row mask");
    cs_ggm_init(&w->tree, c);
    w->row_bytes = 2 * w->tree.depth * sizeof(struct cs_block) + W * sizeof(uint32_t);
    w->batch_rows = least(n_rows, BATCH_ROWS);
    w->message_rows = (MESSAGE_BYTES / w->row_bytes / TILE_ROWS + 1) * TILE_ROWS;

    w->total = cs_blocks_new(w->tree.n_nodes * w->n_blocks);
    w->node = cs_blocks_new(w->tree.n_nodes * TILE_ROWS);
    w->vector = cs_blocks_new(w->n_blocks * TILE_ROWS);
    w->sum = cs_blocks_new(2 * w->tree.depth * TILE_ROWS);
    w->pad0 = cs_blocks_new(n_transfers(w));
    w->pad1 = cs_blocks_new(n_transfers(w));
    w->choice = cs_blocks_new(n_transfers(w) / 128 + 1);
    w->message = calloc(w->message_rows, w->row_bytes);
    if (w->total && w->node && w->vector && w->sum && w->pad0 && w->pad1 && w->choice &&
        w->message)
        return CS_OK;
    work_wipe(w);
    return CS_MEMORY;
}

/* The part of a message that tells of one tile's rows: masked sums (depth, 2, n), then
 * vectors u (n, W). */
static uint8_t *vectors_of(const struct work *w, uint8_t *part, size_t n)
{
    return part + 2 * w->tree.depth * n * sizeof(struct cs_block);
}

/* vector (n_blocks, n) gets the sums of all nodes' streams, total each node's sum. */
static void expand_nodes(struct work *w, size_t n)
{
    memset(w->vector, 0, w->n_blocks * n * sizeof *w->vector);
    cs_aes_accumulate(&w->expand, w->total, w->vector, w->node, w->tree.n_nodes, n,
                      w->n_blocks);
}

/* Words 4 j, 4 j + 1, ... of one row, as many as there are. */
static size_t words_in(const struct work *w, size_t j)
{
    return least(4, w->W - 4 * j);
}

/* ---- the sender ----------------------------------------------------------------- */

/* sum (depth, 2, n) is masked by the pads of the tile's transfers (depth, n). */
static void mask_sums(struct work *w, uint8_t *part, size_t first_transfer, size_t n)
{
    for (unsigned level = 0; level < w->tree.depth; level++) {
        struct cs_block *const left = w->sum + 2 * level * n;
        const size_t transfer = first_transfer + level * n;

        cs_blocks_xor(left, w->pad0 + transfer, n);
        cs_blocks_xor(left + n, w->pad1 + transfer, n);
    }
    memcpy(part, w->sum, 2 * w->tree.depth * n * sizeof *w->sum);
}

/* u += v: one in the place of each column's code, every place touched alike. */
static void add_hot(uint32_t *u, const struct cs_hot *hot, size_t row)
{
    for (size_t j = 0; j < hot->n_columns; u += hot->width[j++]) {
        const uint32_t code = hot->code[j][row];

        for (uint32_t word = 0; word < hot->width[j]; word++)
            u[word] += ((word ^ code) - 1) >> 31;
    }
}

static void write_vectors(const struct work *w, uint32_t *u, const struct cs_hot *hot,
                          size_t first_row, size_t n)
{
    for (size_t r = 0; r < n; r++, u += w->W) {
        for (size_t j = 0; j < w->n_blocks; j++)
            memcpy(u + 4 * j, &w->vector[j * n + r], words_in(w, j) * sizeof *u);
        add_hot(u, hot, first_row + r);
    }
}

static enum cs_status send_batch(struct work *w, const struct cs_hot *hot,
                                 size_t first_row, size_t n, struct cs_rng *secret,
                                 struct cs_channel *channel)
{
    enum cs_status st = CS_OK;

    for (size_t at = 0; at < n; at += w->message_rows) {
        const size_t n_message = least(w->message_rows, n - at);

        for (size_t tile = 0; tile < n_message; tile += TILE_ROWS) {
            const size_t n_tile = least(TILE_ROWS, n_message - tile);
            uint8_t *const part = w->message + tile * w->row_bytes;

            cs_rng_bytes(secret, w->node, n_tile * sizeof *w->node);
            cs_ggm_expand(&w->grow, &w->tree, w->node, w->sum, n_tile);
            mask_sums(w, part, (at + tile) * w->tree.depth, n_tile);
            expand_nodes(w, n_tile);
            write_vectors(w, (uint32_t *)(void *)vectors_of(w, part, n_tile), hot,
                          first_row + at + tile, n_tile);
        }
        CS_TRY(cs_channel_send(channel, CS_FRAME_GROUP_BY, w->message,
                               n_message * w->row_bytes));
    }
out:
    return st;
}

/* One bit about all codes leaves this function: that the caller is wrong. */
static bool codes_fit(const uint16_t *code, size_t n_rows, size_t width)
{
    uint32_t bad = 0;

    for (size_t row = 0; row < n_rows; row++)
        bad |= ((uint32_t)width - 1 - code[row]) >> 31;
    return bad == 0;
}

static size_t hot_width(const struct cs_hot *hot, size_t n_rows)
{
    size_t W = 0;

    for (size_t j = 0; j < hot->n_columns; j++) {
        CS_REQUIRE(0 < hot->width[j] && hot->width[j] <= (size_t)UINT16_MAX + 1);
        CS_REQUIRE(codes_fit(hot->code[j], n_rows, hot->width[j]));
        W += hot->width[j];
    }
    return W;
}

enum cs_status cs_group_by_send(uint32_t *share, const struct cs_hot *hot, size_t n_rows,
                                size_t c, struct cs_ot_sender *ot, struct cs_rng *secret,
                                struct cs_channel *channel,
                                const struct cs_progress *progress)
{
    struct work w;
    enum cs_status st = CS_OK;

    st = work_init(&w, n_rows, c, hot_width(hot, n_rows));
    if (st != CS_OK)
        return st;
    for (size_t row = 0; row < n_rows; row += BATCH_ROWS) {
        const size_t n = least(BATCH_ROWS, n_rows - row);

        CS_TRY(cs_ot_send(ot, w.pad0, w.pad1, n * w.tree.depth, channel));
        CS_TRY(send_batch(&w, hot, row, n, secret, channel));
        CS_TRY(cs_progress_tell(progress, (double)(row + n) / (double)n_rows));
    }
    for (size_t k = 0; k < c; k++)
        for (size_t word = 0; word < w.W; word++)
            share[k * w.W + word] =
                0 - ((const uint32_t *)(w.total + k * w.n_blocks))[word];
out:
    work_wipe(&w);
    return st;
}

/* ---- the receiver --------------------------------------------------------------- */

/* Transfers of a batch go by tile, level, row; each is for the side that the row's path
 * does not take. */
static void choose(struct work *w, const uint16_t *index, size_t n)
{
    size_t transfer = 0;

    memset(w->choice, 0, (n * w->tree.depth / 128 + 1) * sizeof *w->choice);
    for (size_t tile = 0; tile < n; tile += TILE_ROWS)
        for (unsigned level = 0; level < w->tree.depth; level++)
            for (size_t r = tile; r < least(tile + TILE_ROWS, n); r++, transfer++) {
                const uint64_t bit = cs_ggm_side(&w->tree, index[r], level) ^ 1;
                struct cs_block *const to = &w->choice[transfer / 128];

                *(transfer % 128 < 64 ? &to->lo : &to->hi) |= bit << transfer % 64;
            }
}

/* Of the masked sums (depth, 2, n) those that were chosen, unmasked, (depth, n). */
static void unmask_sums(struct work *w, const uint8_t *part, const uint32_t *index,
                        size_t first_transfer, size_t n)
{
    struct cs_block *known = w->sum;
    const struct cs_block *pad = w->pad0 + first_transfer;

    for (unsigned level = 0; level < w->tree.depth; level++)
        for (size_t r = 0; r < n; r++, known++, pad++) {
            const uint64_t right = cs_ggm_side(&w->tree, index[r], level) - 1;
            struct cs_block side[2];

            memcpy(&side[0], part + (2 * level * n + r) * sizeof *side, sizeof *side);
            memcpy(&side[1], part + ((2 * level + 1) * n + r) * sizeof *side,
                   sizeof *side);
            *known = cs_block_xor(*pad, cs_block_xor(cs_block_and(side[0], ~right),
                                                     cs_block_and(side[1], right)));
        }
}

/* vector (n_blocks, n) becomes u - vector. */
static void subtract_from(struct work *w, const uint32_t *u, size_t n)
{
    for (size_t r = 0; r < n; r++, u += w->W)
        for (size_t j = 0; j < w->n_blocks; j++) {
            uint32_t *const word = (uint32_t *)&w->vector[j * n + r];

            for (size_t i = 0; i < words_in(w, j); i++)
                word[i] = u[4 * j + i] - word[i];
        }
}

/* T[a] += vector, for each row's a; every T[k] is touched alike. What has been added to
 * T[a] for the missing leaf, and taken from vector, is the same rubbish: it goes. */
static void add_at_index(struct work *w, const uint32_t *index, size_t n)
{
    struct cs_block mask[TILE_ROWS];

    for (size_t k = 0; k < w->tree.n_leaves; k++) {
        for (size_t r = 0; r < n; r++) {
            const uint64_t here = cs_mask_equal(k, index[r]);

            mask[r] = (struct cs_block){ here, here };
        }
        for (size_t j = 0; j < w->n_blocks; j++)
            cs_blocks_add_masked(&w->total[k * w->n_blocks + j], w->vector + j * n, mask,
                                 n);
    }
    sodium_memzero(mask, sizeof mask);
}

static enum cs_status recv_batch(struct work *w, const uint16_t *index, size_t n,
                                 struct cs_channel *channel)
{
    uint32_t tile_index[TILE_ROWS];
    enum cs_status st = CS_OK;

    for (size_t at = 0; at < n; at += w->message_rows) {
        const size_t n_message = least(w->message_rows, n - at);

        CS_TRY(cs_channel_recv(channel, CS_FRAME_GROUP_BY, w->message,
                               n_message * w->row_bytes));
        for (size_t tile = 0; tile < n_message; tile += TILE_ROWS) {
            const size_t n_tile = least(TILE_ROWS, n_message - tile);
            uint8_t *const part = w->message + tile * w->row_bytes;

            for (size_t r = 0; r < n_tile; r++)
                tile_index[r] = index[at + tile + r];
            unmask_sums(w, part, tile_index, (at + tile) * w->tree.depth, n_tile);
            cs_ggm_puncture(&w->grow, &w->tree, w->node, w->sum, tile_index, n_tile);
            expand_nodes(w, n_tile);
            subtract_from(w, (const uint32_t *)(void *)vectors_of(w, part, n_tile),
                          n_tile);
            add_at_index(w, tile_index, n_tile);
        }
    }
out:
    sodium_memzero(tile_index, sizeof tile_index);
    return st;
}

enum cs_status cs_group_by_recv(uint32_t *share, const uint16_t *index, size_t n_rows,
                                size_t c, size_t W, struct cs_ot_receiver *ot,
                                struct cs_channel *channel,
                                const struct cs_progress *progress)
{
    struct work w;
    enum cs_status st = CS_OK;

    CS_REQUIRE(codes_fit(index, n_rows, c));
    st = work_init(&w, n_rows, c, W);
    if (st != CS_OK)
        return st;
    for (size_t row = 0; row < n_rows; row += BATCH_ROWS) {
        const size_t n = least(BATCH_ROWS, n_rows - row);

        choose(&w, index + row, n);
        CS_TRY(cs_ot_recv(ot, w.pad0, w.choice, n * w.tree.depth, channel));
        CS_TRY(recv_batch(&w, index + row, n, channel));
        CS_TRY(cs_progress_tell(progress, (double)(row + n) / (double)n_rows));
    }
    for (size_t k = 0; k < c; k++)
        memcpy(share + k * W, w.total + k * w.n_blocks, W * sizeof *share);
out:
    work_wipe(&w);
    return st;
}
