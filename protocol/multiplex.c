#include "protocol/multiplex.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/aes.h"
#include "crypto/whole.h"

enum {
    BATCH_ROWS = 4 * 8064, /* whole calls of ot.h */
    BATCH_WORDS = 1 << 18,
};

struct work {
    struct cs_aes stretch;
    size_t n_words, batch_rows;
    struct cs_block *pad[2]; /* (batch_rows) of the transfers [secret] */
    struct cs_block *stream; /* (batch_rows) one block of each pad, stretched [secret] */
    struct cs_block *choice; /* bits, (batch_rows) [secret] */
    uint64_t *mine, *theirs; /* (batch_rows, n_words) corrections */
};

static void work_wipe(struct work *w)
{
    for (int i = 0; i < 2; i++)
        cs_blocks_free(w->pad[i], w->batch_rows);
    cs_blocks_free(w->stream, w->batch_rows);
    cs_blocks_free(w->choice, w->batch_rows / 128 + 1);
    free(w->mine);
    free(w->theirs);
    sodium_memzero(w, sizeof *w);
}

static enum cs_status work_init(struct work *w, size_t n, size_t n_words)
{
    CS_REQUIRE(0 < n_words);
    *w = (struct work){ .n_words = n_words };
    w->batch_rows =
        cs_least(n, cs_least(BATCH_ROWS, (BATCH_WORDS / n_words / 128 + 1) * 128));
    cs_aes_init(&w->stretch, (const uint8_t *)"cosynth bit mask");
    w->pad[0] = cs_blocks_new(w->batch_rows);
    w->pad[1] = cs_blocks_new(w->batch_rows);
    w->stream = cs_blocks_new(w->batch_rows);
    w->choice = cs_blocks_new(w->batch_rows / 128 + 1);
    /* One more: no rows are no reason to have no memory. */
    w->mine = calloc(w->batch_rows + 1, n_words * sizeof *w->mine);
    w->theirs = calloc(w->batch_rows + 1, n_words * sizeof *w->theirs);
    if (w->pad[0] && w->pad[1] && w->stream && w->choice && w->mine && w->theirs)
        return CS_OK;
    work_wipe(w);
    return CS_MEMORY;
}

/* to (n, n_words) ^= the streams of the pads, block j of all of them at once. */
static void add_streams(const struct work *w, uint64_t *to, const struct cs_block *pad,
                        size_t n)
{
    for (size_t word = 0; word < w->n_words; word += 2) {
        cs_aes_mmo(&w->stretch, w->stream, pad, word / 2, n);
        for (size_t row = 0; row < n; row++) {
            uint64_t *const at = to + row * w->n_words + word;

            at[0] ^= w->stream[row].lo;
            if (word + 1 < w->n_words)
                at[1] ^= w->stream[row].hi;
        }
    }
}

/* out ^= bit * string */
static void add_products(const struct work *w, uint64_t *out, const uint8_t *bit,
                         const uint64_t *string, size_t n)
{
    for (size_t row = 0; row < n; row++) {
        const uint64_t mask = 0 - (uint64_t)bit[row];

        for (size_t word = 0; word < w->n_words; word++)
            out[row * w->n_words + word] ^= string[row * w->n_words + word] & mask;
    }
}

/* Chooses by my bits: out gets the stream of what was chosen. */
static enum cs_status choose(struct work *w, uint64_t *out, const uint8_t *bit, size_t n,
                             struct cs_ot_receiver *ot, struct cs_channel *channel)
{
    enum cs_status st = CS_OK;

    memset(w->choice, 0, (w->batch_rows / 128 + 1) * sizeof *w->choice);
    for (size_t row = 0; row < n; row++) {
        struct cs_block *const to = &w->choice[row / 128];

        *(row % 128 < 64 ? &to->lo : &to->hi) |= (uint64_t)bit[row] << row % 64;
    }
    CS_TRY(cs_ot_recv(ot, w->pad[0], w->choice, n, channel));
    add_streams(w, out, w->pad[0], n);
out:
    return st;
}

/* Offers r or r ^ string: out gets r, mine what turns the stream of pad 1 into r ^
 * string. */
static enum cs_status offer(struct work *w, uint64_t *out, const uint64_t *string,
                            size_t n, struct cs_ot_sender *ot, struct cs_channel *channel)
{
    enum cs_status st = CS_OK;

    CS_TRY(cs_ot_send(ot, w->pad[0], w->pad[1], n, channel));
    add_streams(w, out, w->pad[0], n);
    memcpy(w->mine, string, n * w->n_words * sizeof *string);
    add_streams(w, w->mine, w->pad[0], n);
    add_streams(w, w->mine, w->pad[1], n);
out:
    return st;
}

static enum cs_status multiply(struct work *w, uint64_t *out, const uint8_t *bit,
                               const uint64_t *string, size_t n,
                               struct cs_ot_sender *sender,
                               struct cs_ot_receiver *receiver,
                               struct cs_channel *channel, enum cs_party party)
{
    const size_t n_bytes = n * w->n_words * sizeof *out;
    enum cs_status st = CS_OK;

    memset(out, 0, n_bytes);
    if (party == CS_A)
        CS_TRY(choose(w, out, bit, n, receiver, channel));
    CS_TRY(offer(w, out, string, n, sender, channel));
    if (party == CS_B)
        CS_TRY(choose(w, out, bit, n, receiver, channel));
    CS_TRY(cs_channel_swap(channel, CS_FRAME_MULTIPLEX, w->mine, w->theirs, n_bytes));
    add_products(w, out, bit, string, n);
    add_products(w, out, bit, w->theirs, n);
out:
    return st;
}

enum cs_status cs_multiplex(uint64_t *out, const uint8_t *bit, const uint64_t *string,
                            size_t n, size_t n_words, struct cs_ot_sender *sender,
                            struct cs_ot_receiver *receiver, struct cs_channel *channel,
                            enum cs_party party, const struct cs_progress *progress)
{
    struct work w;
    enum cs_status st = CS_OK;

    st = work_init(&w, n, n_words);
    if (st != CS_OK)
        return st;
    for (size_t row = 0; row < n; row += w.batch_rows) {
        const size_t n_batch = cs_least(w.batch_rows, n - row);

        CS_TRY(multiply(&w, out + row * n_words, bit + row, string + row * n_words,
                        n_batch, sender, receiver, channel, party));
        CS_TRY(cs_progress_tell(progress, (double)(row + n_batch) / (double)n));
    }
out:
    work_wipe(&w);
    return st;
}
