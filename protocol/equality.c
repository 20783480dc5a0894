#include "protocol/equality.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/bits.h"
#include "crypto/secret.h"
#include "crypto/whole.h"

enum {
    BATCH_PAIRS = 8064, /* whole blocks of 128; ot.h makes twice as many at once */
    BATCHES = 3, /* in work at a time: the turns of one overlap with the next two */
    BITS_MAX = 63,
    INDEX_BITS = 6, /* of R and S */
    INDEX_MASK = 63,
};

/* Pairs are padded to whole blocks of 128 by pairs of zeros, whose bits go nowhere. */
struct batch {
    size_t first, n, n_padded;
    uint64_t tag[BATCH_PAIRS];   /* [secret] */
    uint8_t sum[BATCH_PAIRS];    /* R or S, mod 64 and more [secret] */
    uint64_t entry[BATCH_PAIRS]; /* the sender's masked tables, or the receiver's masks */
};

/* Transfers of a batch are (bit, pair), so that sums over bits run along pairs. */
struct work {
    size_t n;
    unsigned n_bits;
    struct batch batch[BATCHES];
    struct cs_block pad[2][BATCH_PAIRS];                  /* [secret] */
    struct cs_block choice[BITS_MAX * BATCH_PAIRS / 128]; /* [secret] */
    uint64_t index[BATCH_PAIRS];                          /* R [secret] */
    uint64_t table[BATCH_PAIRS];                          /* as received */
    uint8_t row[BATCH_PAIRS];                             /* corrections of one bit */
    uint8_t message[BITS_MAX * BATCH_PAIRS * 3 / 4];      /* (n_bits, 3, n_padded / 4) */
};

static enum cs_status work_new(struct work **w, size_t n, unsigned n_bits)
{
    CS_REQUIRE(0 < n_bits && n_bits <= BITS_MAX);
    *w = calloc(1, sizeof **w);
    if (*w == NULL)
        return CS_MEMORY;
    (*w)->n = n;
    (*w)->n_bits = n_bits;
    return CS_OK;
}

static size_t n_batches(const struct work *w)
{
    return (w->n + BATCH_PAIRS - 1) / BATCH_PAIRS;
}

static struct batch *batch_at(struct work *w, size_t number)
{
    return &w->batch[number % BATCHES];
}

static struct batch *begin_batch(struct work *w, size_t number, const uint64_t *tag)
{
    struct batch *const b = batch_at(w, number);

    b->first = number * BATCH_PAIRS;
    b->n = cs_least(BATCH_PAIRS, w->n - b->first);
    b->n_padded = (b->n + 127) / 128 * 128;
    memset(b->tag, 0, sizeof b->tag);
    memcpy(b->tag, tag + b->first, b->n * sizeof *tag);
    memset(b->sum, 0, sizeof b->sum);
    memset(b->entry, 0, sizeof b->entry);
    return b;
}

/* How many bits' transfers are made in one call: more of them in a small batch. */
static unsigned bits_at_once(const struct batch *b, unsigned left)
{
    return (unsigned)cs_least(left, BATCH_PAIRS / b->n_padded);
}

static size_t message_bytes(const struct work *w, const struct batch *b)
{
    return w->n_bits * b->n_padded * 3 / 4;
}

static enum cs_status tell(const struct work *w, size_t n_done,
                           const struct cs_progress *progress)
{
    return cs_progress_tell(progress, (double)n_done / (double)w->n);
}

/* The word whose bit k is bit `level` of k: the entries that pad 1 of a level masks. */
static uint64_t entries_of(unsigned level)
{
    static const uint64_t entries[INDEX_BITS] = {
        0xAAAAAAAAAAAAAAAA, 0xCCCCCCCCCCCCCCCC, 0xF0F0F0F0F0F0F0F0,
        0xFF00FF00FF00FF00, 0xFFFF0000FFFF0000, 0xFFFFFFFF00000000,
    };

    return entries[level];
}

/* ---- the sender ----------------------------------------------------------------- */

/* Four corrections of 6 bits, a quarter of the row apart, become three bytes. */
static void pack(uint8_t *packed, const uint8_t *row, size_t n)
{
    const size_t quarter = n / 4;
    const uint8_t *const last = row + 3 * quarter;

    for (size_t j = 0; j < 3; j++)
        for (size_t i = 0; i < quarter; i++)
            packed[j * quarter + i] =
                (uint8_t)(row[j * quarter + i] | (last[i] >> 2 * j & 3) << 6);
}

/* The message for a choice of 0, r + y, is pad 0; that for a choice of 1, r + 1 - y, is
 * pad 1 and the correction. */
static void correct_bit(uint8_t *row, uint8_t *sum, const struct cs_block *pad0,
                        const struct cs_block *pad1, const uint64_t *tag, unsigned bit,
                        size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const uint64_t y = tag[i] >> bit & 1;
        const uint64_t r = pad0[i].lo - y;

        sum[i] = (uint8_t)(sum[i] + r);
        row[i] = (uint8_t)((r + 1 - y - pad1[i].lo) & INDEX_MASK);
    }
}

static enum cs_status send_distances(struct work *w, struct batch *b,
                                     struct cs_ot_sender *ot, struct cs_channel *channel)
{
    const size_t n = b->n_padded;
    unsigned at_once = 0;
    enum cs_status st = CS_OK;

    for (unsigned bit = 0; bit < w->n_bits; bit += at_once) {
        at_once = bits_at_once(b, w->n_bits - bit);
        CS_TRY(cs_ot_send(ot, w->pad[0], w->pad[1], at_once * n, channel));
        for (unsigned i = 0; i < at_once; i++) {
            correct_bit(w->row, b->sum, w->pad[0] + i * n, w->pad[1] + i * n, b->tag,
                        bit + i, n);
            pack(w->message + (bit + i) * n * 3 / 4, w->row, n);
        }
    }
    st = cs_channel_send(channel, CS_FRAME_EQUALITY, w->message, message_bytes(w, b));
out:
    return st;
}

/* One entry of each table differs from the rest: that of number S. */
static void fill_tables(struct batch *b, const uint8_t *bit)
{
    for (size_t i = 0; i < b->n; i++)
        b->entry[i] = (uint64_t)1 << (b->sum[i] & INDEX_MASK) ^ (0 - (uint64_t)bit[i]);
}

static void mask_tables(uint64_t *table, const struct cs_block *pad0,
                        const struct cs_block *pad1, uint64_t entries, size_t n)
{
    for (size_t i = 0; i < n; i++)
        table[i] ^= (pad0[i].lo & ~entries) | (pad1[i].lo & entries);
}

static enum cs_status send_entries(struct work *w, uint8_t *bit, struct batch *b,
                                   struct cs_ot_sender *ot, struct cs_rng *secret,
                                   struct cs_channel *channel)
{
    const size_t n = b->n_padded;
    unsigned at_once = 0;
    enum cs_status st = CS_OK;

    cs_rng_bytes(secret, bit + b->first, b->n);
    for (size_t i = 0; i < b->n; i++)
        bit[b->first + i] &= 1;
    fill_tables(b, bit + b->first);
    for (unsigned level = 0; level < INDEX_BITS; level += at_once) {
        at_once = bits_at_once(b, INDEX_BITS - level);
        CS_TRY(cs_ot_send(ot, w->pad[0], w->pad[1], at_once * n, channel));
        for (unsigned i = 0; i < at_once; i++)
            mask_tables(b->entry, w->pad[0] + i * n, w->pad[1] + i * n,
                        entries_of(level + i), n);
    }
    st = cs_channel_send(channel, CS_FRAME_EQUALITY, b->entry, n * sizeof *b->entry);
out:
    return st;
}

enum cs_status cs_equality_send(uint8_t *bit, const uint64_t *tag, size_t n,
                                unsigned n_bits, struct cs_ot_sender *ot,
                                struct cs_rng *secret, struct cs_channel *channel,
                                const struct cs_progress *progress)
{
    struct work *w = NULL;
    enum cs_status st = CS_OK;

    CS_TRY(work_new(&w, n, n_bits));
    for (size_t turn = 0; turn <= n_batches(w); turn++) {
        if (turn < n_batches(w))
            CS_TRY(send_distances(w, begin_batch(w, turn, tag), ot, channel));
        if (turn >= 1) {
            struct batch *const b = batch_at(w, turn - 1);

            CS_TRY(send_entries(w, bit, b, ot, secret, channel));
            CS_TRY(tell(w, b->first + b->n, progress));
        }
    }
out:
    cs_wipe_free(w, sizeof *w);
    return st;
}

/* ---- the receiver --------------------------------------------------------------- */

/* Of n words the lowest bits, each bit's as choices: (n_bits, n / 128). */
static void choose(struct cs_block *choice, const uint64_t *word, unsigned n_bits,
                   size_t n)
{
    struct cs_block column[128], row[128];

    for (size_t group = 0; group < n / 128; group++) {
        for (size_t i = 0; i < 128; i++)
            column[i] = (struct cs_block){ word[128 * group + i], 0 };
        cs_bits_transpose(row, column, 1, 1);
        for (unsigned bit = 0; bit < n_bits; bit++)
            choice[bit * (n / 128) + group] = row[bit];
    }
    sodium_memzero(column, sizeof column);
    sodium_memzero(row, sizeof row);
}

static void add_pads(uint8_t *sum, const struct cs_block *pad, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sum[i] = (uint8_t)(sum[i] + pad[i].lo);
}

static enum cs_status choose_by_tags(struct work *w, struct batch *b,
                                     struct cs_ot_receiver *ot,
                                     struct cs_channel *channel)
{
    const size_t n = b->n_padded;
    unsigned at_once = 0;
    enum cs_status st = CS_OK;

    choose(w->choice, b->tag, w->n_bits, n);
    for (unsigned bit = 0; bit < w->n_bits; bit += at_once) {
        at_once = bits_at_once(b, w->n_bits - bit);
        CS_TRY(
            cs_ot_recv(ot, w->pad[0], w->choice + bit * n / 128, at_once * n, channel));
        for (unsigned i = 0; i < at_once; i++)
            add_pads(b->sum, w->pad[0] + i * n, n);
    }
out:
    return st;
}

static void unpack(uint8_t *row, const uint8_t *packed, size_t n)
{
    const size_t quarter = n / 4;
    const uint8_t *const third[3] = { packed, packed + quarter, packed + 2 * quarter };

    for (size_t i = 0; i < quarter; i++)
        row[3 * quarter + i] =
            (uint8_t)(third[0][i] >> 6 | third[1][i] >> 6 << 2 | third[2][i] >> 6 << 4);
    for (size_t i = 0; i < 3 * quarter; i++)
        row[i] = packed[i] & INDEX_MASK;
}

/* A correction counts where the choice was 1. */
static void add_corrections(uint8_t *sum, const uint8_t *row, const uint64_t *tag,
                            unsigned bit, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sum[i] = (uint8_t)(sum[i] + (row[i] & (0 - (tag[i] >> bit & 1))));
}

static enum cs_status recv_distances(struct work *w, struct batch *b,
                                     struct cs_channel *channel)
{
    const size_t n = b->n_padded;
    enum cs_status st = CS_OK;

    CS_TRY(cs_channel_recv(channel, CS_FRAME_EQUALITY, w->message, message_bytes(w, b)));
    for (unsigned bit = 0; bit < w->n_bits; bit++) {
        unpack(w->row, w->message + bit * n * 3 / 4, n);
        add_corrections(b->sum, w->row, b->tag, bit, n);
    }
out:
    return st;
}

static void add_masks(uint64_t *mask, const struct cs_block *pad, size_t n)
{
    for (size_t i = 0; i < n; i++)
        mask[i] ^= pad[i].lo;
}

static enum cs_status choose_by_distance(struct work *w, struct batch *b,
                                         struct cs_ot_receiver *ot,
                                         struct cs_channel *channel)
{
    const size_t n = b->n_padded;
    unsigned at_once = 0;
    enum cs_status st = CS_OK;

    for (size_t i = 0; i < n; i++)
        w->index[i] = b->sum[i];
    choose(w->choice, w->index, INDEX_BITS, n);
    for (unsigned level = 0; level < INDEX_BITS; level += at_once) {
        at_once = bits_at_once(b, INDEX_BITS - level);
        CS_TRY(
            cs_ot_recv(ot, w->pad[0], w->choice + level * n / 128, at_once * n, channel));
        for (unsigned i = 0; i < at_once; i++)
            add_masks(b->entry, w->pad[0] + i * n, n);
    }
out:
    return st;
}

static enum cs_status recv_entries(struct work *w, uint8_t *bit, const struct batch *b,
                                   struct cs_channel *channel)
{
    enum cs_status st = CS_OK;

    CS_TRY(cs_channel_recv(channel, CS_FRAME_EQUALITY, w->table,
                           b->n_padded * sizeof *w->table));
    for (size_t i = 0; i < b->n; i++)
        bit[b->first + i] =
            (uint8_t)((w->table[i] ^ b->entry[i]) >> (b->sum[i] & INDEX_MASK) & 1);
out:
    return st;
}

/* The order in which frames are received is the order in which cs_equality_send sends. */
enum cs_status cs_equality_recv(uint8_t *bit, const uint64_t *tag, size_t n,
                                unsigned n_bits, struct cs_ot_receiver *ot,
                                struct cs_channel *channel,
                                const struct cs_progress *progress)
{
    struct work *w = NULL;
    enum cs_status st = CS_OK;

    CS_TRY(work_new(&w, n, n_bits));
    for (size_t turn = 0; turn <= n_batches(w) + 1; turn++) {
        const bool is_second = turn >= 1 && turn <= n_batches(w);
        struct batch *const last = batch_at(w, turn + BATCHES - 1);
        struct batch *const before = batch_at(w, turn + BATCHES - 2);

        if (turn < n_batches(w))
            CS_TRY(choose_by_tags(w, begin_batch(w, turn, tag), ot, channel));
        if (is_second)
            CS_TRY(recv_distances(w, last, channel));
        if (turn >= 2) {
            CS_TRY(recv_entries(w, bit, before, channel));
            CS_TRY(tell(w, before->first + before->n, progress));
        }
        if (is_second)
            CS_TRY(choose_by_distance(w, last, ot, channel));
    }
out:
    cs_wipe_free(w, sizeof *w);
    return st;
}
