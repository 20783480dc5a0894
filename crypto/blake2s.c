#include "crypto/blake2s.h"

#include <sodium.h>
#include <string.h>

enum {
    LANES = 16, /* messages side by side */
    WORDS = 16, /* of a message */
};

/* A word of each lane: the compiler takes one vector of 512 bits for it, two of 256 or
 * four of 128, as the function's target has them. */
typedef uint32_t lanes __attribute__((vector_size(4 * LANES)));

static const uint32_t iv[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

/* Which words of the message a round takes. */
static const uint8_t order[10][WORDS] = {
    { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
    { 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3 },
    { 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4 },
    { 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8 },
    { 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13 },
    { 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9 },
    { 12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11 },
    { 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10 },
    { 6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5 },
    { 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0 },
};

#define INLINE __attribute__((always_inline)) static inline

/* x = (x ^ y) >>> by, in each lane */
INLINE void turn(lanes *x, const lanes *y, unsigned by)
{
    const lanes both = *x ^ *y;

    *x = both >> by | both << (32 - by);
}

/* RFC 7693, section 3.1, on words a, b, c, d of v. */
INLINE void mix(lanes *v, const lanes *m, const uint8_t pair[2], size_t a, size_t b,
                size_t c, size_t d)
{
    v[a] += v[b] + m[pair[0]];
    turn(&v[d], &v[a], 16);
    v[c] += v[d];
    turn(&v[b], &v[c], 12);
    v[a] += v[b] + m[pair[1]];
    turn(&v[d], &v[a], 8);
    v[c] += v[d];
    turn(&v[b], &v[c], 7);
}

INLINE void do_round(lanes v[WORDS], const lanes m[WORDS], const uint8_t *words)
{
    for (size_t i = 0; i < 4; i++)
        mix(v, m, words + 2 * i, i, 4 + i, 8 + i, 12 + i);
    for (size_t i = 0; i < 4; i++)
        mix(v, m, words + 8 + 2 * i, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4,
            12 + (i + 3) % 4);
}

/* The only block of a message is its last (section 3.2). Rounds are written out so that
 * every compiler knows which word goes where. */
INLINE void hash_lanes(lanes v[WORDS], const lanes m[WORDS], const uint32_t start[8])
{
    const uint32_t counter = WORDS * sizeof(uint32_t);

    for (size_t i = 0; i < 8; i++) {
        v[i] = (lanes){ 0 } + start[i];
        v[8 + i] = (lanes){ 0 } + iv[i];
    }
    v[12] ^= counter;
    v[14] = ~v[14];
    do_round(v, m, order[0]);
    do_round(v, m, order[1]);
    do_round(v, m, order[2]);
    do_round(v, m, order[3]);
    do_round(v, m, order[4]);
    do_round(v, m, order[5]);
    do_round(v, m, order[6]);
    do_round(v, m, order[7]);
    do_round(v, m, order[8]);
    do_round(v, m, order[9]);
    for (size_t i = 0; i < 4; i++)
        v[i] ^= v[8 + i] ^ start[i];
}

INLINE void hash_all(struct cs_block *digest, const struct cs_block *message, size_t n,
                     const uint32_t start[8])
{
    lanes v[WORDS], m[WORDS] = { 0 };
    uint32_t word[WORDS];

    for (size_t at = 0; at < n; at += LANES) {
        const size_t n_now = n - at < LANES ? n - at : LANES;

        for (size_t lane = 0; lane < n_now; lane++) {
            memcpy(word, message + CS_BLAKE2S_BLOCKS * (at + lane), sizeof word);
            for (size_t w = 0; w < WORDS; w++)
                m[w][lane] = word[w];
        }
        hash_lanes(v, m, start);
        for (size_t lane = 0; lane < n_now; lane++)
            digest[at + lane] =
                (struct cs_block){ v[0][lane] | (uint64_t)v[1][lane] << 32,
                                   v[2][lane] | (uint64_t)v[3][lane] << 32 };
    }
    sodium_memzero(v, sizeof v);
    sodium_memzero(m, sizeof m);
    sodium_memzero(word, sizeof word);
}

static void hash_128(struct cs_block *digest, const struct cs_block *message, size_t n,
                     const uint32_t start[8])
{
    hash_all(digest, message, n, start);
}

__attribute__((target("avx2"))) static void hash_256(struct cs_block *digest,
                                                     const struct cs_block *message,
                                                     size_t n, const uint32_t start[8])
{
    hash_all(digest, message, n, start);
}

__attribute__((target("avx512f"))) static void hash_512(struct cs_block *digest,
                                                        const struct cs_block *message,
                                                        size_t n, const uint32_t start[8])
{
    hash_all(digest, message, n, start);
}

unsigned cs_blake2s_widest(void)
{
    if (__builtin_cpu_supports("avx512f"))
        return 512;
    return __builtin_cpu_supports("avx2") ? 256 : 128;
}

/* The state before the block, from the parameters (section 2.5). */
static void begin(uint32_t start[8], const uint8_t label[static CS_BLAKE2S_LABEL_BYTES])
{
    uint32_t personal[2];

    memcpy(start, iv, sizeof iv);
    memcpy(personal, label, sizeof personal);
    start[0] ^= 0x01010000 ^ (uint32_t)sizeof(struct cs_block);
    start[6] ^= personal[0];
    start[7] ^= personal[1];
}

void cs_blake2s_many_with(struct cs_block *digest, const struct cs_block *message,
                          size_t n, const uint8_t label[static CS_BLAKE2S_LABEL_BYTES],
                          unsigned width)
{
    uint32_t start[8];

    begin(start, label);
    if (width == 512)
        hash_512(digest, message, n, start);
    else if (width == 256)
        hash_256(digest, message, n, start);
    else
        hash_128(digest, message, n, start);
}

void cs_blake2s_many(struct cs_block *digest, const struct cs_block *message, size_t n,
                     const uint8_t label[static CS_BLAKE2S_LABEL_BYTES])
{
    cs_blake2s_many_with(digest, message, n, label, cs_blake2s_widest());
}
