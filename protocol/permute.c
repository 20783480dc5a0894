#include "protocol/permute.h"

#include <sodium.h>
#include <string.h>

#include "crypto/aes.h"
#include "crypto/whole.h"

enum {
    BATCH_WORDS = 4 * 8064, /* of a message: two chunks of OT for rows of two words */
    CHOICES = 128           /* a batch is whole blocks of them */
};

/* What both parties work in. Transfers are numbered as the network's switches are; after
 * them come the gates of all places. */
struct work {
    struct cs_waksman net;
    struct cs_aes stretch;
    size_t n_words, n_blocks;  /* n_blocks of two words hold a row */
    size_t n_transfers, batch; /* in all, and made at once */

    struct cs_block *place;   /* (n_in, n_words) of words: the share as it is [secret] */
    struct cs_block *pad[2];  /* (batch) sender: q0, q1; receiver: q by turns [secret] */
    struct cs_block *mask[2]; /* (n_blocks, batch) of longer ones, if needed [secret] */
    struct cs_block *control; /* bits, (n_transfers), the receiver's choices [secret] */
    struct cs_block *message; /* (batch, n_words) of words */
};

/* Transfers that lie in one layer, or that are gates. */
struct run {
    const struct cs_waksman_layer *layer; /* NULL: gates */
    size_t first, n;                      /* which of its switches, or which gates */
};

static size_t blocks_of(size_t n_words)
{
    return (n_words + 1) / 2;
}

static uint64_t *words(struct cs_block *blocks)
{
    return (uint64_t *)blocks;
}

/* ---- what both do --------------------------------------------------------------- */

static size_t n_transfers(const struct cs_waksman *net)
{
    return net->n_switches + net->n_out;
}

size_t cs_permute_transfers(size_t n_in, size_t n_out)
{
    struct cs_waksman net;

    cs_waksman_init(&net, n_in, n_out);
    return n_transfers(&net);
}

static size_t mask_blocks(const struct work *w)
{
    return w->n_blocks > 1 ? w->batch * w->n_blocks : 0;
}

static void work_wipe(struct work *w)
{
    cs_blocks_free(w->place, blocks_of(w->net.n_in * w->n_words));
    for (int c = 0; c < 2; c++) {
        cs_blocks_free(w->pad[c], w->batch);
        cs_blocks_free(w->mask[c], mask_blocks(w));
    }
    cs_blocks_free(w->control, w->n_transfers / CHOICES + 1);
    cs_blocks_free(w->message, blocks_of(w->batch * w->n_words));
    sodium_memzero(w, sizeof *w);
}

static enum cs_status work_init(struct work *w, const uint64_t *in, size_t n_in,
                                size_t n_out, size_t n_words)
{
    CS_REQUIRE(0 < n_words && n_words <= CS_PERMUTE_WORDS);
    *w = (struct work){ .n_words = n_words, .n_blocks = blocks_of(n_words) };
    cs_waksman_init(&w->net, n_in, n_out);
    cs_aes_init(&w->stretch, (const uint8_t *)"cosynth row swap");
    w->n_transfers = n_transfers(&w->net);
    w->batch = BATCH_WORDS / n_words / CHOICES * CHOICES;

    w->place = cs_blocks_new(blocks_of(n_in * n_words));
    for (int c = 0; c < 2; c++) {
        w->pad[c] = cs_blocks_new(w->batch);
        w->mask[c] = cs_blocks_new(mask_blocks(w));
    }
    w->control = cs_blocks_new(w->n_transfers / CHOICES + 1);
    w->message = cs_blocks_new(blocks_of(w->batch * n_words));
    if (w->place && w->pad[0] && w->pad[1] && w->mask[0] && w->mask[1] && w->control &&
        w->message) {
        memcpy(w->place, in, n_in * n_words * sizeof *in);
        return CS_OK;
    }
    work_wipe(w);
    return CS_MEMORY;
}

/* Masks (n_blocks, batch) from n pads. A pad is a hash and used once, so that it is a
 * mask by itself where it is long enough. */
static const uint64_t *masks(struct work *w, size_t c, size_t n)
{
    if (w->n_blocks == 1)
        return words(w->pad[c]);
    for (size_t j = 0; j < w->n_blocks; j++)
        cs_aes_mmo(&w->stretch, w->mask[c] + j * w->batch, w->pad[c], j, n);
    return words(w->mask[c]);
}

/* Where a word of the first mask lies; those of the next mask lie two words further. */
static inline size_t mask_at(const struct work *w, size_t word)
{
    return word / 2 * 2 * w->batch + word % 2;
}

/* The transfers from number to the end of its layer, or of the batch. */
static struct run run_at(const struct cs_waksman *net, size_t number, size_t end)
{
    if (number >= net->n_switches)
        return (struct run){ NULL, number - net->n_switches, end - number };

    const struct cs_waksman_layer *const layer = cs_waksman_layer_of(net, number);
    const size_t first = number - layer->first;

    return (struct run){ layer, first,
                         cs_least(end - number, layer->n_switches - first) };
}

/* ---- the sender ----------------------------------------------------------------- */

static void send_switches(struct work *w, const struct run *run, uint64_t *e,
                          const uint64_t *q0, const uint64_t *q1)
{
    const size_t stride = w->n_words << run->layer->log_stride;

    for (size_t i = 0; i < run->n; i++) {
        const size_t place = cs_waksman_place(run->layer, run->first + i);
        uint64_t *const a = words(w->place) + place * w->n_words, *const b = a + stride;

        for (size_t word = 0; word < w->n_words; word++) {
            const size_t at = mask_at(w, word);

            e[word] = a[word] ^ b[word] ^ q0[at] ^ q1[at];
            a[word] ^= q0[at];
            b[word] ^= q0[at];
        }
        e += w->n_words;
        q0 += 2;
        q1 += 2;
    }
}

static void send_gates(struct work *w, const struct run *run, uint64_t *e,
                       const uint64_t *q0, const uint64_t *q1)
{
    uint64_t *a = words(w->place) + run->first * w->n_words;

    for (size_t i = 0; i < run->n; i++) {
        for (size_t word = 0; word < w->n_words; word++) {
            const size_t at = mask_at(w, word);

            e[word] = a[word] ^ q0[at] ^ q1[at];
            a[word] = q0[at];
        }
        a += w->n_words;
        e += w->n_words;
        q0 += 2;
        q1 += 2;
    }
}

static void make_message(struct work *w, size_t first, size_t n)
{
    const uint64_t *const q0 = masks(w, 0, n), *const q1 = masks(w, 1, n);
    struct run run;

    for (size_t at = 0; at < n; at += run.n) {
        uint64_t *const e = words(w->message) + at * w->n_words;

        run = run_at(&w->net, first + at, first + n);
        if (run.layer != NULL)
            send_switches(w, &run, e, q0 + 2 * at, q1 + 2 * at);
        else
            send_gates(w, &run, e, q0 + 2 * at, q1 + 2 * at);
    }
}

enum cs_status cs_permute_send(uint64_t *out, const uint64_t *in, size_t n_in,
                               size_t n_out, size_t n_words, struct cs_ot_sender *ot,
                               struct cs_channel *channel,
                               const struct cs_progress *progress)
{
    struct work w;
    enum cs_status st = work_init(&w, in, n_in, n_out, n_words);

    if (st != CS_OK)
        return st;
    for (size_t first = 0; first < w.n_transfers; first += w.batch) {
        const size_t n = cs_least(w.batch, w.n_transfers - first);

        CS_TRY(cs_ot_send(ot, w.pad[0], w.pad[1], n, channel));
        make_message(&w, first, n);
        CS_TRY(cs_channel_send(channel, CS_FRAME_PERMUTE, w.message,
                               n * n_words * sizeof *out));
        CS_TRY(cs_progress_tell(progress, (double)(first + n) / (double)w.n_transfers));
    }
    memcpy(out, w.place, n_out * n_words * sizeof *out);
out:
    work_wipe(&w);
    return st;
}

/* ---- the receiver --------------------------------------------------------------- */

/* All ones if the transfer's choice is one. */
static uint64_t choice_of(const struct work *w, size_t number)
{
    const uint64_t *const bits = words(w->control);

    return 0 - (bits[number / 64] >> number % 64 & 1);
}

static void recv_switches(struct work *w, const struct run *run, const uint64_t *e,
                          const uint64_t *q)
{
    const size_t stride = w->n_words << run->layer->log_stride;

    for (size_t i = 0; i < run->n; i++) {
        const uint64_t c = choice_of(w, run->layer->first + run->first + i);
        const size_t place = cs_waksman_place(run->layer, run->first + i);
        uint64_t *const a = words(w->place) + place * w->n_words, *const b = a + stride;

        for (size_t word = 0; word < w->n_words; word++) {
            const uint64_t change =
                (c & (a[word] ^ b[word] ^ e[word])) ^ q[mask_at(w, word)];

            a[word] ^= change;
            b[word] ^= change;
        }
        e += w->n_words;
        q += 2;
    }
}

static void recv_gates(struct work *w, const struct run *run, const uint64_t *e,
                       const uint64_t *q)
{
    uint64_t *a = words(w->place) + run->first * w->n_words;

    for (size_t i = 0; i < run->n; i++) {
        const uint64_t c = choice_of(w, w->net.n_switches + run->first + i);

        for (size_t word = 0; word < w->n_words; word++)
            a[word] = (c & (a[word] ^ e[word])) ^ q[mask_at(w, word)];
        a += w->n_words;
        e += w->n_words;
        q += 2;
    }
}

static void use_message(struct work *w, size_t turn, size_t first, size_t n)
{
    const uint64_t *const q = masks(w, turn, n);
    struct run run;

    for (size_t at = 0; at < n; at += run.n) {
        const uint64_t *const e = words(w->message) + at * w->n_words;

        run = run_at(&w->net, first + at, first + n);
        if (run.layer != NULL)
            recv_switches(w, &run, e, q + 2 * at);
        else
            recv_gates(w, &run, e, q + 2 * at);
    }
}

/* Control bits of all switches, then of the gates. */
static enum cs_status choose(struct work *w, const uint32_t *source)
{
    const enum cs_status st = cs_waksman_route_var(w->control, &w->net, source);

    for (size_t i = 0; i < w->net.n_out; i++) {
        const size_t number = w->net.n_switches + i;
        const uint64_t open = source[i] != CS_PERMUTE_NOBODY;

        words(w->control)[number / 64] |= open << number % 64;
    }
    return st;
}

/* Batch i's pads, by the choices sent for them; none beyond the last. */
static enum cs_status ask(struct work *w, size_t i, struct cs_ot_receiver *ot,
                          struct cs_channel *channel)
{
    const size_t first = i * w->batch;

    if (first >= w->n_transfers)
        return CS_OK;
    return cs_ot_recv(ot, w->pad[i % 2], w->control + first / CHOICES,
                      cs_least(w->batch, w->n_transfers - first), channel);
}

/* Batch i + 1 is asked for before batch i is waited for: both parties work. */
enum cs_status cs_permute_recv(uint64_t *out, const uint64_t *in, const uint32_t *source,
                               size_t n_in, size_t n_out, size_t n_words,
                               struct cs_ot_receiver *ot, struct cs_channel *channel,
                               const struct cs_progress *progress)
{
    struct work w;
    enum cs_status st = work_init(&w, in, n_in, n_out, n_words);

    if (st != CS_OK)
        return st;
    CS_TRY(choose(&w, source));
    CS_TRY(ask(&w, 0, ot, channel));
    for (size_t i = 0; i * w.batch < w.n_transfers; i++) {
        const size_t first = i * w.batch, n = cs_least(w.batch, w.n_transfers - first);

        CS_TRY(ask(&w, i + 1, ot, channel));
        CS_TRY(cs_channel_recv(channel, CS_FRAME_PERMUTE, w.message,
                               n * n_words * sizeof *out));
        use_message(&w, i % 2, first, n);
        CS_TRY(cs_progress_tell(progress, (double)(first + n) / (double)w.n_transfers));
    }
    memcpy(out, w.place, n_out * n_words * sizeof *out);
out:
    work_wipe(&w);
    return st;
}
