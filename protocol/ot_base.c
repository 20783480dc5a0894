#include "protocol/ot_base.h"

#include <sodium.h>
#include <stdbool.h>
#include <string.h>

enum {
    POINT = crypto_core_ristretto255_BYTES,
    SCALAR = crypto_core_ristretto255_SCALARBYTES,
    WIDE = crypto_core_ristretto255_HASHBYTES,
    NONCE = 32
};

static const char no_point[] = "a point of the group that is none";

/* Which transfer, and which of its two positions. */
struct place {
    const uint8_t *session;
    uint8_t number, position;
};

/* ---- hashing and the group ------------------------------------------------------ */

static void hash_begin(crypto_generichash_state *hash, size_t n_bytes, const char *label,
                       const struct place *at)
{
    crypto_generichash_init(hash, NULL, 0, n_bytes);
    crypto_generichash_update(hash, (const uint8_t *)label, strlen(label));
    crypto_generichash_update(hash, at->session, CS_OT_SESSION_BYTES);
    crypto_generichash_update(hash, &at->number, 1);
    crypto_generichash_update(hash, &at->position, 1);
}

static void hash_to_group(uint8_t point[static POINT], const struct place *at,
                          const uint8_t other[static POINT])
{
    crypto_generichash_state hash;
    uint8_t wide[WIDE];

    hash_begin(&hash, sizeof wide, "cosynth base OT point", at);
    crypto_generichash_update(&hash, other, POINT);
    crypto_generichash_final(&hash, wide, sizeof wide);
    crypto_core_ristretto255_from_hash(point, wide);
    sodium_memzero(&hash, sizeof hash);
}

static struct cs_block derive(const struct place *at, const uint8_t r[static 2 * POINT],
                              const uint8_t y_base[static POINT],
                              const uint8_t shared[static POINT])
{
    crypto_generichash_state hash;
    struct cs_block pad;

    hash_begin(&hash, sizeof pad, "cosynth base OT pad", at);
    crypto_generichash_update(&hash, r, 2 * POINT);
    crypto_generichash_update(&hash, y_base, POINT);
    crypto_generichash_update(&hash, shared, POINT);
    crypto_generichash_final(&hash, (uint8_t *)&pad, sizeof pad);
    sodium_memzero(&hash, sizeof hash);
    return pad;
}

static void random_scalar(uint8_t scalar[static SCALAR], struct cs_rng *secret)
{
    uint8_t wide[crypto_core_ristretto255_NONREDUCEDSCALARBYTES];

    cs_rng_bytes(secret, wide, sizeof wide);
    crypto_core_ristretto255_scalar_reduce(scalar, wide);
    sodium_memzero(wide, sizeof wide);
}

static void random_point(uint8_t point[static POINT], struct cs_rng *secret)
{
    uint8_t wide[WIDE];

    cs_rng_bytes(secret, wide, sizeof wide);
    crypto_core_ristretto255_from_hash(point, wide);
    sodium_memzero(wide, sizeof wide);
}

/* Both parties' nonces, the sender's first. */
static enum cs_status agree(uint8_t session[static CS_OT_SESSION_BYTES], bool i_send,
                            struct cs_rng *secret, struct cs_channel *channel)
{
    uint8_t nonce[2][NONCE];
    uint8_t *const mine = nonce[i_send ? 0 : 1], *const theirs = nonce[i_send ? 1 : 0];
    enum cs_status st = CS_OK;

    cs_rng_bytes(secret, mine, NONCE);
    CS_TRY(cs_channel_swap(channel, CS_FRAME_BASE_OT, mine, theirs, NONCE));
    crypto_generichash(session, CS_OT_SESSION_BYTES, nonce[0], sizeof nonce, NULL, 0);
out:
    return st;
}

/* ---- the sender ----------------------------------------------------------------- */

/* Both pads of one transfer; y_base gets y B. False if r holds what is no point. */
static bool send_one(struct cs_block *pad0, struct cs_block *pad1,
                     uint8_t y_base[static POINT], const uint8_t r[static 2 * POINT],
                     struct place at, struct cs_rng *secret)
{
    uint8_t y[SCALAR], point[POINT], shared[POINT];
    bool good = true;

    random_scalar(y, secret);
    good &= crypto_scalarmult_ristretto255_base(y_base, y) == 0;
    for (at.position = 0; at.position < 2; at.position++) {
        const uint8_t *const mine = r + at.position * POINT;
        const uint8_t *const other = r + !at.position * POINT;

        good &= crypto_core_ristretto255_is_valid_point(mine) == 1;
        hash_to_group(point, &at, other);
        good &= crypto_core_ristretto255_add(point, mine, point) == 0;
        good &= crypto_scalarmult_ristretto255(shared, y, point) == 0;
        *(at.position == 0 ? pad0 : pad1) = derive(&at, r, y_base, shared);
    }
    sodium_memzero(y, sizeof y);
    sodium_memzero(shared, sizeof shared);
    return good;
}

enum cs_status cs_ot_base_send(struct cs_block pad[static 2 * CS_OT_BASE],
                               uint8_t session[static CS_OT_SESSION_BYTES],
                               struct cs_rng *secret, struct cs_channel *channel)
{
    uint8_t r[CS_OT_BASE][2 * POINT], y_base[CS_OT_BASE][POINT];
    enum cs_status st = CS_OK;

    CS_TRY(agree(session, true, secret, channel));
    CS_TRY(cs_channel_recv(channel, CS_FRAME_BASE_OT, r, sizeof r));
    for (uint8_t i = 0; i < CS_OT_BASE; i++)
        if (!send_one(&pad[i], &pad[CS_OT_BASE + i], y_base[i], r[i],
                      (struct place){ session, i, 0 }, secret))
            CS_TRY(cs_channel_refuse(channel, no_point));
    CS_TRY(cs_channel_send(channel, CS_FRAME_BASE_OT, y_base, sizeof y_base));
out:
    return st;
}

/* ---- the receiver --------------------------------------------------------------- */

/* out = (x, y) if swap is 0, (y, x) if it is 1. */
static void place_pair(uint8_t out[static 2 * POINT], const uint8_t x[static POINT],
                       const uint8_t y[static POINT], uint8_t swap)
{
    const uint8_t mask = (uint8_t)(0 - swap);

    for (size_t i = 0; i < POINT; i++) {
        const uint8_t change = (uint8_t)((x[i] ^ y[i]) & mask);

        out[i] = x[i] ^ change;
        out[POINT + i] = y[i] ^ change;
    }
}

/* x gets the secret scalar, r the two points of one transfer. */
static void choose_one(uint8_t x[static SCALAR], uint8_t r[static 2 * POINT],
                       const struct place *at, struct cs_rng *secret)
{
    uint8_t mine[POINT], other[POINT], hashed[POINT];

    random_scalar(x, secret);
    random_point(other, secret);
    hash_to_group(hashed, at, other);
    crypto_scalarmult_ristretto255_base(mine, x);
    crypto_core_ristretto255_sub(mine, mine, hashed);
    place_pair(r, mine, other, at->position);
    sodium_memzero(mine, sizeof mine);
    sodium_memzero(other, sizeof other);
    sodium_memzero(hashed, sizeof hashed);
}

enum cs_status cs_ot_base_recv(struct cs_block pad[static CS_OT_BASE],
                               uint8_t session[static CS_OT_SESSION_BYTES],
                               struct cs_block choice, struct cs_rng *secret,
                               struct cs_channel *channel)
{
    uint8_t x[CS_OT_BASE][SCALAR], r[CS_OT_BASE][2 * POINT], y_base[CS_OT_BASE][POINT];
    uint8_t shared[POINT];
    enum cs_status st = CS_OK;

    CS_TRY(agree(session, false, secret, channel));
    for (uint8_t i = 0; i < CS_OT_BASE; i++)
        choose_one(x[i], r[i],
                   &(struct place){ session, i, (uint8_t)cs_block_bit(choice, i) },
                   secret);
    CS_TRY(cs_channel_send(channel, CS_FRAME_BASE_OT, r, sizeof r));
    CS_TRY(cs_channel_recv(channel, CS_FRAME_BASE_OT, y_base, sizeof y_base));
    for (uint8_t i = 0; i < CS_OT_BASE; i++) {
        const struct place at = { session, i, (uint8_t)cs_block_bit(choice, i) };

        if (crypto_scalarmult_ristretto255(shared, x[i], y_base[i]) != 0) {
            st = cs_channel_refuse(channel, no_point);
            goto out;
        }
        pad[i] = derive(&at, r[i], y_base[i], shared);
    }
out:
    sodium_memzero(x, sizeof x);
    sodium_memzero(shared, sizeof shared);
    return st;
}
