#include "protocol/joint_noise.h"

#include <stdbool.h>
#include <stdlib.h>

enum { ROOM = 1 << 17 }; /* bits of a block */

/* Which draw is next. */
struct cursor {
    const struct cs_joint_noise *part;
    size_t n_parts, draw;
};

struct work {
    struct cs_block *own;         /* bits (ROOM) [secret] */
    struct cs_block *pad0, *pad1; /* (ROOM) pad1 at the sender, pad0 the chosen one at
                                     the receiver [secret] */
    uint32_t *message;            /* (ROOM) */
};

static void advance(struct cursor *at)
{
    if (++at->draw == at->part->n) {
        at->part++;
        at->n_parts--;
        at->draw = 0;
    }
}

/* Of as many of the next draws as there is room for. */
static size_t bits_ahead(struct cursor at)
{
    size_t n_bits = 0;

    for (; at.n_parts > 0; advance(&at)) {
        const size_t more = cs_binomial_bits(&at.part->binomial);

        CS_REQUIRE(at.part->n > 0 && more <= ROOM);
        if (n_bits + more > ROOM)
            break;
        n_bits += more;
    }
    return n_bits;
}

static void work_wipe(struct work *w)
{
    cs_blocks_free(w->own, ROOM / 128);
    cs_blocks_free(w->pad0, ROOM);
    cs_blocks_free(w->pad1, ROOM);
    free(w->message);
}

static enum cs_status work_init(struct work *w, bool sends)
{
    *w = (struct work){ .own = cs_blocks_new(ROOM / 128),
                        .pad0 = cs_blocks_new(ROOM),
                        .pad1 = sends ? cs_blocks_new(ROOM) : NULL,
                        .message = malloc(ROOM * sizeof *w->message) };
    if (w->own != NULL && w->pad0 != NULL && (w->pad1 != NULL || !sends) &&
        w->message != NULL)
        return CS_OK;
    work_wipe(w);
    return CS_MEMORY;
}

static void draw_own(struct work *w, size_t n_bits, struct cs_rng *secret)
{
    cs_rng_bytes(secret, w->own, (n_bits + 127) / 128 * sizeof *w->own);
}

static uint32_t own_bit(const struct work *w, size_t i)
{
    return (uint32_t)cs_block_bit(w->own[i / 128], i % 128);
}

/* ---- the sender -------------------------------------------------------------------- */

/* Its share of a draw of the bits from `first` on, and the words about it. */
static uint32_t deal(struct work *w, const struct cs_binomial *binomial, size_t first)
{
    const size_t n = cs_binomial_bits(binomial);
    uint32_t share = 0 - cs_binomial_reach(binomial);

    for (size_t i = 0; i < n; i++) {
        const uint32_t pad0 = (uint32_t)w->pad0[first + i].lo;
        const uint32_t pad1 = (uint32_t)w->pad1[first + i].lo;
        const uint32_t b = own_bit(w, first + i);

        w->message[first + i] = pad0 + b - pad1;
        share += cs_binomial_weight(binomial, i) * (b + 2 * pad0);
    }
    return share;
}

static void deal_block(struct work *w, struct cursor *at, size_t n_bits)
{
    for (size_t first = 0; first < n_bits; advance(at)) {
        at->part->share[at->draw] += deal(w, &at->part->binomial, first);
        first += cs_binomial_bits(&at->part->binomial);
    }
}

enum cs_status cs_joint_noise_send(const struct cs_joint_noise *parts, size_t n_parts,
                                   struct cs_ot_sender *ot, struct cs_rng *secret,
                                   struct cs_channel *channel)
{
    struct cursor at = { parts, n_parts, 0 };
    struct work w;
    enum cs_status st = work_init(&w, true);

    if (st != CS_OK)
        return st;
    for (size_t n_bits; (n_bits = bits_ahead(at)) > 0;) {
        CS_TRY(cs_ot_send(ot, w.pad0, w.pad1, n_bits, channel));
        draw_own(&w, n_bits, secret);
        deal_block(&w, &at, n_bits);
        CS_TRY(cs_channel_send(channel, CS_FRAME_JOINT_NOISE, w.message,
                               n_bits * sizeof *w.message));
    }
out:
    work_wipe(&w);
    return st;
}

/* ---- the receiver ------------------------------------------------------------------ */

static uint32_t take(const struct work *w, const struct cs_binomial *binomial,
                     size_t first)
{
    const size_t n = cs_binomial_bits(binomial);
    uint32_t share = 0;

    for (size_t i = 0; i < n; i++) {
        const uint32_t pad = (uint32_t)w->pad0[first + i].lo;
        const uint32_t a = own_bit(w, first + i);
        const uint32_t product = pad + (w->message[first + i] & (0 - a));

        share += cs_binomial_weight(binomial, i) * (a - 2 * product);
    }
    return share;
}

static void take_block(const struct work *w, struct cursor *at, size_t n_bits)
{
    for (size_t first = 0; first < n_bits; advance(at)) {
        at->part->share[at->draw] += take(w, &at->part->binomial, first);
        first += cs_binomial_bits(&at->part->binomial);
    }
}

enum cs_status cs_joint_noise_recv(const struct cs_joint_noise *parts, size_t n_parts,
                                   struct cs_ot_receiver *ot, struct cs_rng *secret,
                                   struct cs_channel *channel)
{
    struct cursor at = { parts, n_parts, 0 };
    struct work w;
    enum cs_status st = work_init(&w, false);

    if (st != CS_OK)
        return st;
    for (size_t n_bits; (n_bits = bits_ahead(at)) > 0;) {
        draw_own(&w, n_bits, secret);
        CS_TRY(cs_ot_recv(ot, w.pad0, w.own, n_bits, channel));
        CS_TRY(cs_channel_recv(channel, CS_FRAME_JOINT_NOISE, w.message,
                               n_bits * sizeof *w.message));
        take_block(&w, &at, n_bits);
    }
out:
    work_wipe(&w);
    return st;
}
