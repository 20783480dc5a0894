#include "protocol/reveal.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "crypto/share.h"

enum { KEY_BYTES = 32, DIGEST_BYTES = 32 };

/* What is opened, in what way, by whom to whom; the same but for `party` at both. */
struct opening {
    const char *purpose;
    size_t n, word_bytes;
    struct cs_rng *secret;
    struct cs_channel *channel;
    enum cs_party party;
};

/* The first message of either party. */
struct promise {
    uint8_t terms[DIGEST_BYTES]; /* purpose, n and word_bytes */
    uint8_t commitment[DIGEST_BYTES];
};

static void digest_terms(uint8_t terms[DIGEST_BYTES], const struct opening *opening)
{
    const uint64_t size[2] = { opening->n, opening->word_bytes };
    crypto_generichash_state hash;

    crypto_generichash_init(&hash, NULL, 0, DIGEST_BYTES);
    crypto_generichash_update(&hash, (const uint8_t *)size, sizeof size);
    crypto_generichash_update(&hash, (const uint8_t *)opening->purpose,
                              strlen(opening->purpose));
    crypto_generichash_final(&hash, terms, DIGEST_BYTES);
}

/* The party is in it, so that nobody can pass with what it got. */
static void commit(struct promise *promise, const uint8_t key[KEY_BYTES],
                   const void *share, const struct opening *opening, enum cs_party party)
{
    const uint8_t role = (uint8_t)party;
    crypto_generichash_state hash;

    digest_terms(promise->terms, opening);
    crypto_generichash_init(&hash, key, KEY_BYTES, DIGEST_BYTES);
    crypto_generichash_update(&hash, &role, sizeof role);
    crypto_generichash_update(&hash, promise->terms, sizeof promise->terms);
    crypto_generichash_update(&hash, share, opening->n * opening->word_bytes);
    crypto_generichash_final(&hash, promise->commitment, sizeof promise->commitment);
    sodium_memzero(&hash, sizeof hash);
}

enum cs_status cs_openings_add(struct cs_openings *openings, const char *purpose,
                               size_t n_words, unsigned word_bytes)
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
    struct cs_opening *last = &openings->entry[openings->n++];
    snprintf(last->purpose, sizeof last->purpose, "%s", purpose);
    last->n_words = n_words;
    last->word_bytes = word_bytes;
    return CS_OK;
}

/* Both promise, then show key and share; theirs is (n). A peer that would open something
 * else is found out by its promise, before anything is shown to it. */
static enum cs_status exchange(void *theirs, const void *mine,
                               const struct opening *opening)
{
    struct cs_channel *channel = opening->channel;
    uint8_t key[KEY_BYTES], their_key[KEY_BYTES];
    struct promise promise, their_promise, expected;
    enum cs_status st = CS_OK;

    cs_rng_bytes(opening->secret, key, sizeof key);
    commit(&promise, key, mine, opening, opening->party);
    CS_TRY(cs_channel_swap(channel, CS_FRAME_COMMIT, &promise, &their_promise,
                           sizeof promise));
    if (memcmp(their_promise.terms, promise.terms, sizeof promise.terms) != 0)
        CS_TRY(cs_channel_refuse(channel, "an opening that is not the next one"));
    CS_TRY(cs_channel_swap(channel, CS_FRAME_COMMIT, key, their_key, sizeof key));
    CS_TRY(cs_channel_swap(channel, CS_FRAME_OPEN, mine, theirs,
                           opening->n * opening->word_bytes));
    commit(&expected, their_key, theirs, opening, !opening->party);
    if (sodium_memcmp(expected.commitment, their_promise.commitment, DIGEST_BYTES) != 0)
        st = cs_channel_refuse(channel, "a share that is not the one it committed to");
out:
    sodium_memzero(key, sizeof key);
    sodium_memzero(their_key, sizeof their_key);
    return st;
}

/* The peer's share, once it is known to be the one it committed to. */
static enum cs_status their_share(void **theirs, const void *mine,
                                  const struct opening *opening,
                                  struct cs_openings *openings)
{
    enum cs_status st = CS_MEMORY;
    void *share = NULL;

    CS_REQUIRE(opening->n > 0);
    share = calloc(opening->n, opening->word_bytes);
    if (share == NULL)
        goto out;
    CS_TRY(cs_openings_add(openings, opening->purpose, opening->n,
                           (unsigned)opening->word_bytes));
    CS_TRY(exchange(share, mine, opening));
    *theirs = share;
    share = NULL;
out:
    cs_wipe_free(share, opening->n * opening->word_bytes);
    return st;
}

enum cs_status cs_reveal32(uint32_t *x, const uint32_t *mine, size_t n,
                           const char *purpose, struct cs_openings *openings,
                           struct cs_rng *secret, struct cs_channel *channel,
                           enum cs_party party)
{
    const struct opening opening = { purpose, n, sizeof *x, secret, channel, party };
    void *theirs = NULL;
    const enum cs_status st = their_share(&theirs, mine, &opening, openings);

    if (st == CS_OK)
        cs_share_join32(x, mine, theirs, n);
    cs_wipe_free(theirs, n * sizeof *x);
    return st;
}

enum cs_status cs_reveal64(uint64_t *x, const uint64_t *mine, size_t n,
                           const char *purpose, struct cs_openings *openings,
                           struct cs_rng *secret, struct cs_channel *channel,
                           enum cs_party party)
{
    const struct opening opening = { purpose, n, sizeof *x, secret, channel, party };
    void *theirs = NULL;
    const enum cs_status st = their_share(&theirs, mine, &opening, openings);

    if (st == CS_OK)
        cs_share_join64(x, mine, theirs, n);
    cs_wipe_free(theirs, n * sizeof *x);
    return st;
}

void cs_openings_wipe(struct cs_openings *openings)
{
    free(openings->entry);
    memset(openings, 0, sizeof *openings);
}
