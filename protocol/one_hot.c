#include "protocol/one_hot.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/moves.h"
#include "crypto/whole.h"
#include "protocol/row_trees.h"

enum { DIGIT_BITS = 4, MESSAGE_BYTES = 1 << 18 };

/* What both parties work in: arrays of a tile's words are (n_blocks, row), a block the
 * words 4 J to 4 J + 3 of a row, so that AES meets rows side by side. */
struct work {
    struct cs_aes expand;
    struct cs_row_trees trees[DIGIT_BITS + 1]; /* by the bits of a digit; [0] is idle */
    size_t n_transfers, tile_blocks;

    struct cs_block *vector;      /* (tile_blocks) this party's words so far [secret] */
    struct cs_block *drawn;       /* (tile_blocks) sum of G_k [secret] */
    struct cs_block *moved;       /* (tile_blocks) sum of G_k, each moved by k [secret] */
    struct cs_block *pad0, *pad1; /* (n_transfers) pad1 at the sender [secret] */
    struct cs_block *choice;      /* bits (n_transfers), at the receiver [secret] */
    uint8_t *message;
};

static size_t most(size_t x, size_t y)
{
    return x > y ? x : y;
}

/* ---- sizes ------------------------------------------------------------------------ */

/* Two words take a whole block too. */
static size_t n_blocks_of(const struct cs_one_hot *column)
{
    return column->n_bits < 2 ? 1 : (size_t)1 << (column->n_bits - 2);
}

/* Bits of the digit of weight 2^shift: what is left goes into as few as may be, of about
 * the same size. */
static unsigned digit_bits(const struct cs_one_hot *column, unsigned shift)
{
    const unsigned left = column->n_bits - shift;
    const unsigned n_digits = (left + DIGIT_BITS - 1) / DIGIT_BITS;

    return (left + n_digits - 1) / n_digits;
}

/* Of the message about one row: for each digit that of its tree, and u. */
static size_t row_bytes_of(const struct work *w, const struct cs_one_hot *column)
{
    size_t n_bytes = 0;

    for (unsigned shift = 0; shift < column->n_bits; shift += digit_bits(column, shift))
        n_bytes += cs_row_trees_bytes(&w->trees[digit_bits(column, shift)], 1) +
                   n_blocks_of(column) * sizeof(struct cs_block);
    return n_bytes;
}

static size_t message_rows_of(const struct work *w, const struct cs_one_hot *column)
{
    return (MESSAGE_BYTES / row_bytes_of(w, column) / CS_ROW_TREES + 1) * CS_ROW_TREES;
}

/* ---- memory ----------------------------------------------------------------------- */

static void work_wipe(struct work *w)
{
    for (unsigned r = 1; r <= DIGIT_BITS; r++)
        cs_row_trees_wipe(&w->trees[r]);
    cs_blocks_free(w->vector, w->tile_blocks);
    cs_blocks_free(w->drawn, w->tile_blocks);
    cs_blocks_free(w->moved, w->tile_blocks);
    cs_blocks_free(w->pad0, w->n_transfers);
    cs_blocks_free(w->pad1, w->n_transfers);
    cs_blocks_free(w->choice, w->n_transfers / 128 + 1);
    free(w->message);
    sodium_memzero(w, sizeof *w);
}

static enum cs_status work_init(struct work *w, const struct cs_one_hot *columns,
                                size_t n_columns, size_t n_rows, bool sends)
{
    enum cs_status st = CS_OK;
    size_t message_bytes = 1;

    memset(w, 0, sizeof *w);
    cs_aes_init(&w->expand, (const uint8_t *)"cosynth hot mask");
    for (unsigned r = 1; r <= DIGIT_BITS; r++)
        CS_TRY(cs_row_trees_init(&w->trees[r], (size_t)1 << r));
    for (size_t i = 0; i < n_columns; i++) {
        CS_REQUIRE(columns[i].n_bits <= CS_ONE_HOT_BITS_MAX);
        if (columns[i].n_bits == 0)
            continue;
        w->n_transfers += columns[i].n_bits * n_rows;
        w->tile_blocks = most(w->tile_blocks, n_blocks_of(&columns[i]) * CS_ROW_TREES);
        message_bytes = most(message_bytes, message_rows_of(w, &columns[i]) *
                                                row_bytes_of(w, &columns[i]));
    }
    w->vector = cs_blocks_new(w->tile_blocks);
    w->drawn = cs_blocks_new(w->tile_blocks);
    w->moved = cs_blocks_new(w->tile_blocks);
    w->pad0 = cs_blocks_new(w->n_transfers);
    if (sends)
        w->pad1 = cs_blocks_new(w->n_transfers);
    else
        w->choice = cs_blocks_new(w->n_transfers / 128 + 1);
    w->message = malloc(message_bytes);
    if (w->vector && w->drawn && w->moved && w->pad0 && (w->pad1 || w->choice) &&
        w->message)
        return CS_OK;
    st = CS_MEMORY;
out:
    work_wipe(w);
    return st;
}

/* ---- what both do with a tile ------------------------------------------------------ */

/* One bit about all codes leaves this function: that the caller is wrong. */
static bool codes_fit(const struct cs_one_hot *column, size_t n_rows)
{
    uint32_t bad = 0;

    for (size_t row = 0; row < n_rows; row++)
        bad |= (uint32_t)column->code[row] >> column->n_bits;
    return bad == 0;
}

/* A column of one code: the word is 1, and that is no secret. */
static void give_certain(const struct cs_one_hot *column, size_t n_rows, uint32_t share)
{
    for (size_t row = 0; row < n_rows; row++)
        column->word[row] = share;
}

static void add(struct cs_block *to, const struct cs_block *from, size_t n)
{
    for (size_t i = 0; i < 4 * n; i++)
        ((uint32_t *)to)[i] += ((const uint32_t *)from)[i];
}

static void subtract(struct cs_block *to, const struct cs_block *from, size_t n)
{
    for (size_t i = 0; i < 4 * n; i++)
        ((uint32_t *)to)[i] -= ((const uint32_t *)from)[i];
}

/* drawn and moved, from the leaves of a digit. */
static void expand_leaves(struct work *w, const struct cs_row_trees *trees,
                          unsigned shift, size_t n_blocks, size_t n)
{
    cs_moves_accumulate(&w->expand, w->drawn, w->moved, trees->node, trees->tree.n_leaves,
                        shift, n_blocks, n);
}

static void write_words(const struct work *w, const struct cs_one_hot *column,
                        size_t first_row, size_t n)
{
    const size_t W = (size_t)1 << column->n_bits;
    uint32_t *word = column->word + first_row * W;

    for (size_t r = 0; r < n; r++, word += W) {
        if (W < 4)
            memcpy(word, &w->vector[r], W * sizeof *word);
        for (size_t j = 0; j < W / 4; j++)
            memcpy(word + 4 * j, &w->vector[j * n + r], 4 * sizeof *word);
    }
}

/* ---- the sender -------------------------------------------------------------------- */

/* One in the place of each row's code, every place touched alike. */
static void start_at_codes(struct work *w, const struct cs_one_hot *column,
                           size_t first_row, size_t n)
{
    for (size_t j = 0; j < n_blocks_of(column); j++)
        for (size_t r = 0; r < n; r++) {
            const uint32_t code = column->code[first_row + r];
            uint32_t *const word = (uint32_t *)&w->vector[j * n + r];

            for (uint32_t i = 0; i < 4; i++)
                word[i] = ((((uint32_t)j * 4 + i) ^ code) - 1) >> 31;
        }
}

static void send_tile(struct work *w, const struct cs_one_hot *column, size_t first_row,
                      size_t n, size_t transfer, uint8_t *part, struct cs_rng *secret)
{
    const size_t n_blocks = n_blocks_of(column), n_all = n_blocks * n;

    start_at_codes(w, column, first_row, n);
    for (unsigned shift = 0, r; shift < column->n_bits; shift += r) {
        r = digit_bits(column, shift);
        cs_row_trees_deal(&w->trees[r], part, w->pad0 + transfer, w->pad1 + transfer, n,
                          secret);
        transfer += r * n;
        part += cs_row_trees_bytes(&w->trees[r], n);

        expand_leaves(w, &w->trees[r], shift, n_blocks, n);
        add(w->vector, w->drawn, n_all);
        memcpy(part, w->vector, n_all * sizeof *w->vector);
        part += n_all * sizeof *w->vector;

        memset(w->vector, 0, n_all * sizeof *w->vector);
        subtract(w->vector, w->moved, n_all);
    }
    write_words(w, column, first_row, n);
}

static enum cs_status send_column(struct work *w, const struct cs_one_hot *column,
                                  size_t n_rows, size_t transfer, struct cs_rng *secret,
                                  struct cs_channel *channel)
{
    const size_t row_bytes = row_bytes_of(w, column), step = message_rows_of(w, column);
    enum cs_status st = CS_OK;

    for (size_t at = 0; at < n_rows; at += step) {
        const size_t n_message = cs_least(step, n_rows - at);

        for (size_t tile = 0; tile < n_message; tile += CS_ROW_TREES)
            send_tile(w, column, at + tile, cs_least(CS_ROW_TREES, n_message - tile),
                      transfer + (at + tile) * column->n_bits,
                      w->message + tile * row_bytes, secret);
        CS_TRY(cs_channel_send(channel, CS_FRAME_ONE_HOT, w->message,
                               n_message * row_bytes));
    }
out:
    return st;
}

enum cs_status cs_one_hot_send(const struct cs_one_hot *columns, size_t n_columns,
                               size_t n_rows, struct cs_ot_sender *ot,
                               struct cs_rng *secret, struct cs_channel *channel)
{
    struct work w;
    enum cs_status st = CS_OK;
    size_t transfer = 0;

    st = work_init(&w, columns, n_columns, n_rows, true);
    if (st != CS_OK)
        return st;
    CS_TRY(cs_ot_send(ot, w.pad0, w.pad1, w.n_transfers, channel));
    for (size_t i = 0; i < n_columns; i++) {
        CS_REQUIRE(codes_fit(&columns[i], n_rows));
        if (columns[i].n_bits == 0)
            give_certain(&columns[i], n_rows, 1);
        else
            CS_TRY(send_column(&w, &columns[i], n_rows, transfer, secret, channel));
        transfer += columns[i].n_bits * n_rows;
    }
out:
    work_wipe(&w);
    return st;
}

/* ---- the receiver ------------------------------------------------------------------ */

static void digits_of(uint32_t *digit, const struct cs_one_hot *column, unsigned shift,
                      size_t first_row, size_t n)
{
    const uint32_t mask = (1u << digit_bits(column, shift)) - 1;

    for (size_t r = 0; r < n; r++)
        digit[r] = (uint32_t)column->code[first_row + r] >> shift & mask;
}

/* Transfers go by column, tile, digit, level, row. */
static void choose(struct work *w, const struct cs_one_hot *column, size_t n_rows,
                   size_t transfer)
{
    uint32_t digit[CS_ROW_TREES];

    for (size_t at = 0; at < n_rows; at += CS_ROW_TREES) {
        const size_t n = cs_least(CS_ROW_TREES, n_rows - at);

        for (unsigned shift = 0, r; shift < column->n_bits; shift += r) {
            r = digit_bits(column, shift);
            digits_of(digit, column, shift, at, n);
            cs_row_trees_choose(&w->trees[r], w->choice, transfer, digit, n);
            transfer += r * n;
        }
    }
    sodium_memzero(digit, sizeof digit);
}

/* What the missing leaf's rubbish adds to moved, it takes from vector: it goes. */
static void recv_tile(struct work *w, const struct cs_one_hot *column, size_t first_row,
                      size_t n, size_t transfer, const uint8_t *part)
{
    const size_t n_blocks = n_blocks_of(column), n_all = n_blocks * n;
    uint32_t digit[CS_ROW_TREES];

    memset(w->vector, 0, n_all * sizeof *w->vector);
    for (unsigned shift = 0, r; shift < column->n_bits; shift += r) {
        r = digit_bits(column, shift);
        digits_of(digit, column, shift, first_row, n);
        cs_row_trees_take(&w->trees[r], part, w->pad0 + transfer, digit, n);
        transfer += r * n;
        part += cs_row_trees_bytes(&w->trees[r], n);

        expand_leaves(w, &w->trees[r], shift, n_blocks, n);
        add(w->vector, (const struct cs_block *)(const void *)part, n_all);
        part += n_all * sizeof *w->vector;
        subtract(w->vector, w->drawn, n_all);
        cs_moves_by_digit(w->vector, digit, r, shift, n_blocks, n);
        add(w->vector, w->moved, n_all);
    }
    write_words(w, column, first_row, n);
    sodium_memzero(digit, sizeof digit);
}

static enum cs_status recv_column(struct work *w, const struct cs_one_hot *column,
                                  size_t n_rows, size_t transfer,
                                  struct cs_channel *channel)
{
    const size_t row_bytes = row_bytes_of(w, column), step = message_rows_of(w, column);
    enum cs_status st = CS_OK;

    for (size_t at = 0; at < n_rows; at += step) {
        const size_t n_message = cs_least(step, n_rows - at);

        CS_TRY(cs_channel_recv(channel, CS_FRAME_ONE_HOT, w->message,
                               n_message * row_bytes));
        for (size_t tile = 0; tile < n_message; tile += CS_ROW_TREES)
            recv_tile(w, column, at + tile, cs_least(CS_ROW_TREES, n_message - tile),
                      transfer + (at + tile) * column->n_bits,
                      w->message + tile * row_bytes);
    }
out:
    return st;
}

enum cs_status cs_one_hot_recv(const struct cs_one_hot *columns, size_t n_columns,
                               size_t n_rows, struct cs_ot_receiver *ot,
                               struct cs_channel *channel)
{
    struct work w;
    enum cs_status st = CS_OK;
    size_t transfer = 0;

    st = work_init(&w, columns, n_columns, n_rows, false);
    if (st != CS_OK)
        return st;
    for (size_t i = 0; i < n_columns; i++) {
        CS_REQUIRE(codes_fit(&columns[i], n_rows));
        choose(&w, &columns[i], n_rows, transfer);
        transfer += columns[i].n_bits * n_rows;
    }
    CS_TRY(cs_ot_recv(ot, w.pad0, w.choice, w.n_transfers, channel));

    transfer = 0;
    for (size_t i = 0; i < n_columns; i++) {
        if (columns[i].n_bits == 0)
            give_certain(&columns[i], n_rows, 0);
        else
            CS_TRY(recv_column(&w, &columns[i], n_rows, transfer, channel));
        transfer += columns[i].n_bits * n_rows;
    }
out:
    work_wipe(&w);
    return st;
}
