#include "crypto/rng.h"

#include <sodium.h>
#include <string.h>

#include "crypto/bytes.h"
#include "crypto/status.h"

static void refill(struct cs_rng *rng)
{
    uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];

    cs_bytes_put(nonce, rng->block, sizeof nonce);
    crypto_stream_chacha20(rng->buffer, sizeof rng->buffer, nonce, rng->key);
    rng->block++;
    rng->used = 0;
}

void cs_rng_init(struct cs_rng *rng, const uint8_t seed[static CS_RNG_SEED_BYTES])
{
    memcpy(rng->key, seed, CS_RNG_SEED_BYTES);
    rng->block = 0;
    refill(rng);
}

void cs_rng_init_random(struct cs_rng *rng)
{
    uint8_t seed[CS_RNG_SEED_BYTES];

    randombytes_buf(seed, sizeof seed);
    cs_rng_init(rng, seed);
    sodium_memzero(seed, sizeof seed);
}

void cs_rng_init_labelled(struct cs_rng *rng, uint64_t number, const char *label)
{
    uint8_t key[8], seed[CS_RNG_SEED_BYTES];
    crypto_generichash_state hash;

    cs_bytes_put(key, number, sizeof key);
    crypto_generichash_init(&hash, NULL, 0, sizeof seed);
    crypto_generichash_update(&hash, key, sizeof key);
    crypto_generichash_update(&hash, (const uint8_t *)label, strlen(label));
    crypto_generichash_final(&hash, seed, sizeof seed);
    cs_rng_init(rng, seed);
    sodium_memzero(seed, sizeof seed);
}

void cs_rng_init_child(struct cs_rng *rng, struct cs_rng *parent)
{
    uint8_t seed[CS_RNG_SEED_BYTES];

    cs_rng_bytes(parent, seed, sizeof seed);
    cs_rng_init(rng, seed);
    sodium_memzero(seed, sizeof seed);
}

void cs_rng_bytes(struct cs_rng *rng, void *bytes, size_t n_bytes)
{
    uint8_t *to = bytes;

    while (n_bytes > 0) {
        if (rng->used == sizeof rng->buffer)
            refill(rng);
        size_t take = sizeof rng->buffer - rng->used;
        if (take > n_bytes)
            take = n_bytes;
        memcpy(to, rng->buffer + rng->used, take);
        rng->used += take;
        to += take;
        n_bytes -= take;
    }
}

uint32_t cs_rng_u32(struct cs_rng *rng)
{
    uint32_t word;

    cs_rng_bytes(rng, &word, sizeof word);
    return word;
}

uint64_t cs_rng_u64(struct cs_rng *rng)
{
    uint64_t word;

    cs_rng_bytes(rng, &word, sizeof word);
    return word;
}

/* Lemire, "Fast Random Integer Generation in an Interval", 2019, algorithm 5. */
uint32_t cs_rng_below(struct cs_rng *rng, uint32_t n)
{
    CS_REQUIRE(n > 0);
    uint64_t product = (uint64_t)cs_rng_u32(rng) * n;

    if ((uint32_t)product < n) {
        const uint32_t threshold = -n % n;
        while ((uint32_t)product < threshold)
            product = (uint64_t)cs_rng_u32(rng) * n;
    }
    return (uint32_t)(product >> 32);
}

double cs_rng_unit(struct cs_rng *rng)
{
    return (double)(cs_rng_u64(rng) >> 11) * 0x1p-53;
}

void cs_rng_wipe(struct cs_rng *rng)
{
    sodium_memzero(rng, sizeof *rng);
}
