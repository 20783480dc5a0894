#include "protocol/group_by.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/whole.h"
#include "protocol/row_trees.h"

enum {
    BATCH_ROWS = 16384, /* whose transfers are made at once */
    MESSAGE_BYTES = 1 << 18
};

/* What both parties work in. Rows of a tile are the fastest index of vector, so that AES
 * meets them side by side. */
struct work {
    struct cs_aes expand;
    struct cs_row_trees trees;
    size_t W, n_blocks; /* n_blocks of four words hold a vector */
    size_t batch_rows, message_rows, row_bytes;

    struct cs_block *total;       /* (n_nodes, n_blocks) T; rows of stubs do not count */
    struct cs_block *vector;      /* (n_blocks, tile) [secret] */
    struct cs_block *pad0, *pad1; /* (batch_rows * depth) of the transfers [secret] */
    struct cs_block *choice;      /* bits, (batch_rows * depth) [secret] */
    uint8_t *message;             /* (message_rows, row_bytes) */
};

/* The sender's vectors: ones at the codes of columns, or words as they are. */
struct source {
    const struct cs_hot *hot; /* or NULL */
    const uint32_t *words;    /* (n_rows, W) */
};

static size_t n_transfers(const struct work *w)
{
    return w->batch_rows * w->trees.tree.depth;
}

static void work_wipe(struct work *w)
{
    cs_blocks_free(w->total, w->trees.tree.n_nodes * w->n_blocks);
    cs_blocks_free(w->vector, w->n_blocks * CS_ROW_TREES);
    cs_blocks_free(w->pad0, n_transfers(w));
    cs_blocks_free(w->pad1, n_transfers(w));
    cs_blocks_free(w->choice, n_transfers(w) / 128 + 1);
    free(w->message);
    cs_row_trees_wipe(&w->trees);
    sodium_memzero(w, sizeof *w);
}

static enum cs_status work_init(struct work *w, size_t n_rows, size_t c, size_t W)
{
    CS_REQUIRE(0 < c && c <= CS_GROUP_BY_MAX && 0 < W);
    *w = (struct work){ .W = W, .n_blocks = (W + 3) / 4 };
    if (cs_row_trees_init(&w->trees, c) != CS_OK)
        return CS_MEMORY;
    cs_aes_init(&w->expand, (const uint8_t *)"cosynth row mask");
    w->row_bytes = cs_row_trees_bytes(&w->trees, 1) + W * sizeof(uint32_t);
    w->batch_rows = cs_least(n_rows, BATCH_ROWS);
    w->message_rows = (MESSAGE_BYTES / w->row_bytes / CS_ROW_TREES + 1) * CS_ROW_TREES;

    w->total = cs_blocks_new(w->trees.tree.n_nodes * w->n_blocks);
    w->vector = cs_blocks_new(w->n_blocks * CS_ROW_TREES);
    w->pad0 = cs_blocks_new(n_transfers(w));
    w->pad1 = cs_blocks_new(n_transfers(w));
    w->choice = cs_blocks_new(n_transfers(w) / 128 + 1);
    w->message = calloc(w->message_rows, w->row_bytes);
    if (w->total && w->vector && w->pad0 && w->pad1 && w->choice && w->message)
        return CS_OK;
    work_wipe(w);
    return CS_MEMORY;
}

/* The part of a message that tells of one tile's rows: that of the trees, then vectors u
 * (n, W). */
static uint32_t *vectors_of(const struct work *w, uint8_t *part, size_t n)
{
    return (uint32_t *)(void *)(part + cs_row_trees_bytes(&w->trees, n));
}

/* vector (n_blocks, n) gets the sums of all nodes' streams, total each node's sum. */
static void expand_nodes(struct work *w, size_t n)
{
    memset(w->vector, 0, w->n_blocks * n * sizeof *w->vector);
    cs_aes_accumulate(&w->expand, w->total, w->vector, w->trees.node,
                      w->trees.tree.n_nodes, n, w->n_blocks);
}

/* ---- the sender ----------------------------------------------------------------- */

/* u += v: one in the place of each column's code, every place touched alike. */
static void add_hot(uint32_t *u, const struct cs_hot *hot, size_t row)
{
    for (size_t j = 0; j < hot->n_columns; u += hot->width[j++]) {
        const uint32_t code = hot->code[j][row];

        for (uint32_t word = 0; word < hot->width[j]; word++)
            u[word] += ((word ^ code) - 1) >> 31;
    }
}

static void add_words(uint32_t *to, const uint32_t *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += words[i];
}

static void write_vectors(const struct work *w, uint32_t *u, const struct source *source,
                          size_t first_row, size_t n)
{
    const size_t n_whole = w->W / 4;

    for (size_t r = 0; r < n; r++, u += w->W) {
        for (size_t j = 0; j < n_whole; j++)
            memcpy(u + 4 * j, &w->vector[j * n + r], 4 * sizeof *u);
        if (w->W % 4 > 0)
            memcpy(u + 4 * n_whole, &w->vector[n_whole * n + r], w->W % 4 * sizeof *u);
        if (source->hot != NULL)
            add_hot(u, source->hot, first_row + r);
        else
            add_words(u, source->words + (first_row + r) * w->W, w->W);
    }
}

static enum cs_status send_batch(struct work *w, const struct source *source,
                                 size_t first_row, size_t n, struct cs_rng *secret,
                                 struct cs_channel *channel)
{
    enum cs_status st = CS_OK;

    for (size_t at = 0; at < n; at += w->message_rows) {
        const size_t n_message = cs_least(w->message_rows, n - at);

        for (size_t tile = 0; tile < n_message; tile += CS_ROW_TREES) {
            const size_t n_tile = cs_least(CS_ROW_TREES, n_message - tile);
            const size_t transfer = (at + tile) * w->trees.tree.depth;
            uint8_t *const part = w->message + tile * w->row_bytes;

            cs_row_trees_deal(&w->trees, part, w->pad0 + transfer, w->pad1 + transfer,
                              n_tile, secret);
            expand_nodes(w, n_tile);
            write_vectors(w, vectors_of(w, part, n_tile), source, first_row + at + tile,
                          n_tile);
        }
        CS_TRY(cs_channel_send(channel, CS_FRAME_GROUP_BY, w->message,
                               n_message * w->row_bytes));
    }
out:
    return st;
}

static enum cs_status send_rows(uint32_t *share, const struct source *source,
                                size_t n_rows, size_t c, size_t W,
                                struct cs_ot_sender *ot, struct cs_rng *secret,
                                struct cs_channel *channel,
                                const struct cs_progress *progress)
{
    struct work w;
    enum cs_status st = CS_OK;

    st = work_init(&w, n_rows, c, W);
    if (st != CS_OK)
        return st;
    for (size_t row = 0; row < n_rows; row += BATCH_ROWS) {
        const size_t n = cs_least(BATCH_ROWS, n_rows - row);

        CS_TRY(cs_ot_send(ot, w.pad0, w.pad1, n * w.trees.tree.depth, channel));
        CS_TRY(send_batch(&w, source, row, n, secret, channel));
        CS_TRY(cs_progress_tell(progress, (double)(row + n) / (double)n_rows));
    }
    for (size_t k = 0; k < c; k++)
        for (size_t word = 0; word < W; word++)
            share[k * W + word] -= ((const uint32_t *)(w.total + k * w.n_blocks))[word];
out:
    work_wipe(&w);
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
    const struct source source = { .hot = hot };

    return send_rows(share, &source, n_rows, c, hot_width(hot, n_rows), ot, secret,
                     channel, progress);
}

enum cs_status cs_group_by_send_words(uint32_t *share, const uint32_t *words,
                                      size_t n_rows, size_t c, size_t W,
                                      struct cs_ot_sender *ot, struct cs_rng *secret,
                                      struct cs_channel *channel,
                                      const struct cs_progress *progress)
{
    const struct source source = { .words = words };

    return send_rows(share, &source, n_rows, c, W, ot, secret, channel, progress);
}

/* ---- the receiver --------------------------------------------------------------- */

/* Transfers of a batch go by tile, level, row. */
static void choose(struct work *w, const uint16_t *index, size_t n)
{
    uint32_t tile_index[CS_ROW_TREES];

    memset(w->choice, 0, (n_transfers(w) / 128 + 1) * sizeof *w->choice);
    for (size_t tile = 0; tile < n; tile += CS_ROW_TREES) {
        const size_t n_tile = cs_least(CS_ROW_TREES, n - tile);

        for (size_t r = 0; r < n_tile; r++)
            tile_index[r] = index[tile + r];
        cs_row_trees_choose(&w->trees, w->choice, tile * w->trees.tree.depth, tile_index,
                            n_tile);
    }
    sodium_memzero(tile_index, sizeof tile_index);
}

static void subtract_from(struct cs_block *block, const uint32_t *u, size_t n_words)
{
    uint32_t *const word = (uint32_t *)block;

    for (size_t i = 0; i < n_words; i++)
        word[i] = u[i] - word[i];
}

/* vector (n_blocks, n) becomes u - vector. Whole blocks are most of it, and fast. */
static void subtract_from_all(struct work *w, const uint32_t *u, size_t n)
{
    const size_t n_whole = w->W / 4;

    for (size_t r = 0; r < n; r++, u += w->W) {
        for (size_t j = 0; j < n_whole; j++)
            subtract_from(&w->vector[j * n + r], u + 4 * j, 4);
        if (w->W % 4 > 0)
            subtract_from(&w->vector[n_whole * n + r], u + 4 * n_whole, w->W % 4);
    }
}

/* T[a] += vector, for each row's a; every T[k] is touched alike. What has been added to
 * T[a] for the missing leaf, and taken from vector, is the same rubbish: it goes. */
static void add_at_index(struct work *w, const uint32_t *index, size_t n)
{
    struct cs_block mask[CS_ROW_TREES];

    for (size_t k = 0; k < w->trees.tree.n_leaves; k++) {
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

/* This party's own words, if any, join the sender's in u, and go where those go. */
static void recv_tile(struct work *w, uint8_t *part, const struct cs_block *pad,
                      const uint16_t *index, const uint32_t *words, size_t n)
{
    uint32_t *const u = vectors_of(w, part, n);
    uint32_t tile_index[CS_ROW_TREES];

    for (size_t r = 0; r < n; r++)
        tile_index[r] = index[r];
    cs_row_trees_take(&w->trees, part, pad, tile_index, n);
    expand_nodes(w, n);
    if (words != NULL)
        add_words(u, words, n * w->W);
    subtract_from_all(w, u, n);
    add_at_index(w, tile_index, n);
    sodium_memzero(tile_index, sizeof tile_index);
}

/* The words from a row on. */
static const uint32_t *from_row(const struct work *w, const uint32_t *words, size_t row)
{
    return words != NULL ? words + row * w->W : NULL;
}

static enum cs_status recv_batch(struct work *w, const uint16_t *index,
                                 const uint32_t *words, size_t n,
                                 struct cs_channel *channel)
{
    enum cs_status st = CS_OK;

    for (size_t at = 0; at < n; at += w->message_rows) {
        const size_t n_message = cs_least(w->message_rows, n - at);

        CS_TRY(cs_channel_recv(channel, CS_FRAME_GROUP_BY, w->message,
                               n_message * w->row_bytes));
        for (size_t tile = 0; tile < n_message; tile += CS_ROW_TREES) {
            const size_t row = at + tile;

            recv_tile(w, w->message + tile * w->row_bytes,
                      w->pad0 + row * w->trees.tree.depth, index + row,
                      from_row(w, words, row), cs_least(CS_ROW_TREES, n_message - tile));
        }
    }
out:
    return st;
}

enum cs_status cs_group_by_recv(uint32_t *share, const uint16_t *index,
                                const uint32_t *words, size_t n_rows, size_t c, size_t W,
                                struct cs_ot_receiver *ot, struct cs_channel *channel,
                                const struct cs_progress *progress)
{
    struct work w;
    enum cs_status st = CS_OK;

    CS_REQUIRE(codes_fit(index, n_rows, c));
    st = work_init(&w, n_rows, c, W);
    if (st != CS_OK)
        return st;
    for (size_t row = 0; row < n_rows; row += BATCH_ROWS) {
        const size_t n = cs_least(BATCH_ROWS, n_rows - row);

        choose(&w, index + row, n);
        CS_TRY(cs_ot_recv(ot, w.pad0, w.choice, n * w.trees.tree.depth, channel));
        CS_TRY(recv_batch(&w, index + row, from_row(&w, words, row), n, channel));
        CS_TRY(cs_progress_tell(progress, (double)(row + n) / (double)n_rows));
    }
    for (size_t k = 0; k < c; k++)
        add_words(share + k * W, (const uint32_t *)(w.total + k * w.n_blocks), W);
out:
    work_wipe(&w);
    return st;
}
