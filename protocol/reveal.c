#include "protocol/reveal.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/share.h"

enum { KEY_BYTES = 32, COMMITMENT_BYTES = 32 };

static void commit(uint8_t out[COMMITMENT_BYTES], const uint8_t key[KEY_BYTES],
                   const void *share, size_t n_bytes)
{
    crypto_generichash(out, COMMITMENT_BYTES, share, n_bytes, key, KEY_BYTES);
}

static enum cs_status record(struct cs_openings *openings, const char *purpose, size_t n,
                             unsigned word_bytes)
{
    if (openings->n == openings->capacity) {
        const size_t capacity = openings->capacity == 0 ? 64 : 2 * openings->capacity;
        struct cs_opening *entry =
            realloc(openings->entry, capacity * sizeof *openings->entry);

        if (entry == NULL)
            return CS_MEMORY;
        openings->entry = entry;
        openings->capacity = capacity;
    }
    struct cs_opening *opening = &openings->entry[openings->n++];
    snprintf(opening->purpose, sizeof opening->purpose, "%s", purpose);
    opening->n_words = n;
    opening->word_bytes = word_bytes;
    return CS_OK;
}

/* Commitments cross first, then keys and shares; theirs is (n_bytes). The purpose is part
 * of what is committed to, so that two parties at different places do not open anything.
 */
static enum cs_status exchange(void *theirs, const void *mine, size_t n_bytes,
                               const char *purpose, struct cs_rng *secret,
                               struct cs_channel *channel)
{
    enum cs_status st = CS_OK;
    uint8_t key[KEY_BYTES], salted[KEY_BYTES], commitment[COMMITMENT_BYTES];
    uint8_t their_key[KEY_BYTES], their_commitment[COMMITMENT_BYTES];
    uint8_t expected[COMMITMENT_BYTES];

    cs_rng_bytes(secret, key, sizeof key);
    crypto_generichash(salted, sizeof salted, (const uint8_t *)purpose, strlen(purpose),
                       key, sizeof key);
    commit(commitment, salted, mine, n_bytes);
    CS_TRY(cs_channel_swap(channel, CS_FRAME_COMMIT, commitment, their_commitment,
                           sizeof commitment));
    CS_TRY(cs_channel_swap(channel, CS_FRAME_COMMIT, key, their_key, sizeof key));
    CS_TRY(cs_channel_swap(channel, CS_FRAME_OPEN, mine, theirs, n_bytes));

    crypto_generichash(salted, sizeof salted, (const uint8_t *)purpose, strlen(purpose),
                       their_key, sizeof their_key);
    commit(expected, salted, theirs, n_bytes);
    if (sodium_memcmp(expected, their_commitment, sizeof expected) != 0)
        st = CS_PROTOCOL;
out:
    sodium_memzero(key, sizeof key);
    sodium_memzero(salted, sizeof salted);
    return st;
}

enum cs_status cs_reveal32(uint32_t *x, const uint32_t *mine, size_t n,
                           const char *purpose, struct cs_openings *openings,
                           struct cs_rng *secret, struct cs_channel *channel)
{
    enum cs_status st = CS_MEMORY;
    uint32_t *theirs = calloc(n, sizeof *theirs);

    CS_REQUIRE(n > 0);
    if (theirs == NULL)
        goto out;
    CS_TRY(record(openings, purpose, n, sizeof *x));
    CS_TRY(exchange(theirs, mine, n * sizeof *mine, purpose, secret, channel));
    cs_share_join32(x, mine, theirs, n);
out:
    free(theirs);
    return st;
}

enum cs_status cs_reveal64(uint64_t *x, const uint64_t *mine, size_t n,
                           const char *purpose, struct cs_openings *openings,
                           struct cs_rng *secret, struct cs_channel *channel)
{
    enum cs_status st = CS_MEMORY;
    uint64_t *theirs = calloc(n, sizeof *theirs);

    CS_REQUIRE(n > 0);
    if (theirs == NULL)
        goto out;
    CS_TRY(record(openings, purpose, n, sizeof *x));
    CS_TRY(exchange(theirs, mine, n * sizeof *mine, purpose, secret, channel));
    cs_share_join64(x, mine, theirs, n);
out:
    free(theirs);
    return st;
}

void cs_openings_wipe(struct cs_openings *openings)
{
    free(openings->entry);
    memset(openings, 0, sizeof *openings);
}
