#include "protocol/average.h"

#include <math.h>
#include <sodium.h>
#include <stdlib.h>

#include "crypto/share.h"

/* ---- fixed point ---- */

static enum cs_status to_words(uint64_t *word, const float *x, size_t n, double factor)
{
    for (size_t i = 0; i < n; i++) {
        if (!(fabsf(x[i]) < CS_AVERAGE_MAX))
            return CS_CONFIG;
        word[i] = (uint64_t)llrint(ldexp((double)x[i] * factor, CS_AVERAGE_BITS));
    }
    return CS_OK;
}

/* False unless all of them are below CS_AVERAGE_MAX. */
static bool from_words(double *x, const uint64_t *word, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = ldexp((double)(int64_t)word[i], -CS_AVERAGE_BITS);
        if (fabs(x[i]) > (double)CS_AVERAGE_MAX)
            return false;
    }
    return true;
}

/* ---- the two ways to hide words; each turns mine into what this party holds of the
 * sum, a share of it; scratch is (2, n) ---- */

static enum cs_status hide_by_shares(uint64_t *mine, uint64_t *scratch, size_t n,
                                     struct cs_rng *secret, struct cs_channel *channel,
                                     enum cs_party party)
{
    enum cs_status st = CS_OK;
    uint64_t *sent = scratch, *received = scratch + n;
    (void)party;

    cs_share_split64(sent, mine, mine, n, secret);
    CS_TRY(cs_channel_swap(channel, CS_FRAME_AVERAGE, sent, received, n * sizeof *sent));
    for (size_t i = 0; i < n; i++)
        mine[i] += received[i];
out:
    return st;
}

/* The same key at both parties, new for every call. */
static enum cs_status agree(uint8_t key[CS_RNG_SEED_BYTES], struct cs_rng *secret,
                            struct cs_channel *channel, enum cs_party party)
{
    enum cs_status st = CS_OK;
    uint8_t seed[crypto_kx_SEEDBYTES], own_secret[crypto_kx_SECRETKEYBYTES];
    uint8_t own[crypto_kx_PUBLICKEYBYTES], theirs[crypto_kx_PUBLICKEYBYTES];
    int bad;

    cs_rng_bytes(secret, seed, sizeof seed);
    crypto_kx_seed_keypair(own, own_secret, seed);
    CS_TRY(cs_channel_swap(channel, CS_FRAME_MASK_KEY, own, theirs, sizeof own));
    if (party == CS_A)
        bad = crypto_kx_client_session_keys(NULL, key, own, own_secret, theirs);
    else
        bad = crypto_kx_server_session_keys(key, NULL, own, own_secret, theirs);
    if (bad)
        st = cs_channel_refuse(channel, "a key of small order");
out:
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(own_secret, sizeof own_secret);
    return st;
}

static enum cs_status hide_by_masks(uint64_t *mine, uint64_t *scratch, size_t n,
                                    struct cs_rng *secret, struct cs_channel *channel,
                                    enum cs_party party)
{
    enum cs_status st = CS_OK;
    uint8_t key[CS_RNG_SEED_BYTES];
    struct cs_rng stream;
    uint64_t *mask = scratch;

    CS_TRY(agree(key, secret, channel, party));
    cs_rng_init(&stream, key);
    cs_rng_bytes(&stream, mask, n * sizeof *mask);
    for (size_t i = 0; i < n; i++)
        mine[i] += party == CS_A ? mask[i] : -mask[i];
    cs_rng_wipe(&stream);
out:
    sodium_memzero(key, sizeof key);
    return st;
}

static enum cs_status (*const hide[])(uint64_t *mine, uint64_t *scratch, size_t n,
                                      struct cs_rng *secret, struct cs_channel *channel,
                                      enum cs_party party) = {
    [CS_AGGREGATE_SHARES] = hide_by_shares,
    [CS_AGGREGATE_MASKS] = hide_by_masks,
};

enum cs_status cs_average(double *average, const float *mine, size_t n,
                          const uint64_t weight[static 2],
                          enum cs_aggregation aggregation, const char *purpose,
                          struct cs_openings *openings, struct cs_rng *secret,
                          struct cs_channel *channel, enum cs_party party)
{
    enum cs_status st = CS_MEMORY;
    const double all = (double)weight[CS_A] + (double)weight[CS_B];
    uint64_t *word = calloc(n, 3 * sizeof *word); /* and (2, n) of scratch */

    CS_REQUIRE(n > 0 && all > 0);
    if (word == NULL)
        goto out;
    CS_TRY(to_words(word, mine, n, (double)weight[party] / all));
    CS_TRY(hide[aggregation](word, word + n, n, secret, channel, party));
    CS_TRY(cs_reveal64(word, word, n, purpose, openings, secret, channel, party));
    if (!from_words(average, word, n))
        st = cs_channel_refuse(channel, "weights that average to no number");
out:
    if (word != NULL)
        sodium_memzero(word, 3 * n * sizeof *word);
    free(word);
    return st;
}
