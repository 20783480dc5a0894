#include "protocol/transcript.h"

#include <sodium.h>
#include <stdlib.h>

enum { NONCE_BYTES = 32, TAG_BYTES = crypto_onetimeauth_BYTES };

struct cs_transcript {
    struct cs_channel *channel; /* borrowed */
    crypto_onetimeauth_state sent, received;
};

/* The key of the direction whose sender drew `from`. */
static void begin_direction(crypto_onetimeauth_state *state,
                            const uint8_t from[NONCE_BYTES],
                            const uint8_t to[NONCE_BYTES])
{
    uint8_t key[crypto_onetimeauth_KEYBYTES];
    crypto_generichash_state hash;

    crypto_generichash_init(&hash, (const uint8_t *)"cosynth transcript", 18, sizeof key);
    crypto_generichash_update(&hash, from, NONCE_BYTES);
    crypto_generichash_update(&hash, to, NONCE_BYTES);
    crypto_generichash_final(&hash, key, sizeof key);
    crypto_onetimeauth_init(state, key);
    sodium_memzero(key, sizeof key);
}

enum cs_status cs_transcript_begin(struct cs_transcript **transcript,
                                   struct cs_rng *secret, struct cs_channel *channel)
{
    struct cs_transcript *made = calloc(1, sizeof *made);
    uint8_t mine[NONCE_BYTES], theirs[NONCE_BYTES];
    enum cs_status st = CS_MEMORY;

    if (made == NULL)
        goto out;
    cs_rng_bytes(secret, mine, sizeof mine);
    CS_TRY(cs_channel_swap(channel, CS_FRAME_TRANSCRIPT, mine, theirs, sizeof mine));
    begin_direction(&made->sent, mine, theirs);
    begin_direction(&made->received, theirs, mine);
    made->channel = channel;
    cs_channel_watch(channel, made);
    *transcript = made;
    made = NULL;
out:
    cs_transcript_free(made);
    return st;
}

void cs_transcript_sent(struct cs_transcript *transcript, const void *body,
                        size_t n_bytes)
{
    crypto_onetimeauth_update(&transcript->sent, body, n_bytes);
}

void cs_transcript_received(struct cs_transcript *transcript, const void *body,
                            size_t n_bytes)
{
    crypto_onetimeauth_update(&transcript->received, body, n_bytes);
}

enum cs_status cs_transcript_end(struct cs_transcript *transcript)
{
    uint8_t mine[TAG_BYTES], theirs[TAG_BYTES], due[TAG_BYTES];
    enum cs_status st = CS_OK;

    cs_channel_watch(transcript->channel, NULL);
    crypto_onetimeauth_final(&transcript->sent, mine);
    crypto_onetimeauth_final(&transcript->received, due);
    CS_TRY(cs_channel_swap(transcript->channel, CS_FRAME_TRANSCRIPT, mine, theirs,
                           sizeof mine));
    if (sodium_memcmp(theirs, due, sizeof due) != 0)
        st = cs_channel_refuse(transcript->channel,
                               "frames that are not those the peer sent");
out:
    return st;
}

void cs_transcript_free(struct cs_transcript *transcript)
{
    if (transcript == NULL)
        return;
    if (transcript->channel != NULL)
        cs_channel_watch(transcript->channel, NULL);
    sodium_memzero(transcript, sizeof *transcript);
    free(transcript);
}
