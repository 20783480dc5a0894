#include "crypto/block.h"

#include <immintrin.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

struct cs_block *cs_blocks_new(size_t n)
{
    const size_t per_line = ALIGNMENT / sizeof(struct cs_block);

    if (n > SIZE_MAX / sizeof(struct cs_block) - per_line)
        return NULL;
    const size_t n_bytes = (n / per_line + 1) * ALIGNMENT;
    struct cs_block *blocks = aligned_alloc(ALIGNMENT, n_bytes);

    if (blocks != NULL)
        memset(blocks, 0, n_bytes);
    return blocks;
}

void cs_blocks_free(struct cs_block *blocks, size_t n)
{
    if (blocks != NULL)
        sodium_memzero(blocks, n * sizeof *blocks);
    free(blocks);
}

/* ---- loops, with vectors of 256 bits where the processor has them: these do pairs of
 * blocks and return how many blocks are done ---------------------------------------- */

#define WIDE __attribute__((target("avx2")))

WIDE static inline __m256i load_pair(const struct cs_block *from)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)from);
}

WIDE static size_t xor_pairs(struct cs_block *to, const struct cs_block *from,
                             uint64_t mask, size_t n)
{
    const __m256i masks = _mm256_set1_epi64x((long long)mask);
    size_t i = 0;

    for (; i + 2 <= n; i += 2)
        _mm256_storeu_si256(
            (__m256i *)(void *)(to + i),
            _mm256_xor_si256(load_pair(to + i),
                             _mm256_and_si256(load_pair(from + i), masks)));
    return i;
}

void cs_blocks_xor_masked(struct cs_block *to, const struct cs_block *from, uint64_t mask,
                          size_t n)
{
    size_t i = __builtin_cpu_supports("avx2") ? xor_pairs(to, from, mask, n) : 0;

    for (; i < n; i++)
        to[i] = cs_block_xor(to[i], cs_block_and(from[i], mask));
}

void cs_blocks_xor(struct cs_block *to, const struct cs_block *from, size_t n)
{
    cs_blocks_xor_masked(to, from, UINT64_MAX, n);
}

WIDE static size_t add_masked_pairs(struct cs_block *to, const struct cs_block *from,
                                    const struct cs_block *mask, size_t n)
{
    __m256i sum = _mm256_setzero_si256();
    __m128i *const at = (__m128i *)(void *)to;
    size_t i = 0;

    for (; i + 2 <= n; i += 2)
        sum = _mm256_add_epi32(
            sum, _mm256_and_si256(load_pair(from + i), load_pair(mask + i)));
    _mm_storeu_si128(at, _mm_add_epi32(_mm_loadu_si128(at),
                                       _mm_add_epi32(_mm256_castsi256_si128(sum),
                                                     _mm256_extracti128_si256(sum, 1))));
    return i;
}

void cs_blocks_add_masked(struct cs_block *to, const struct cs_block *from,
                          const struct cs_block *mask, size_t n)
{
    size_t i = __builtin_cpu_supports("avx2") ? add_masked_pairs(to, from, mask, n) : 0;
    __m128i sum = _mm_loadu_si128((const __m128i *)(const void *)to);

    for (; i < n; i++)
        sum = _mm_add_epi32(
            sum, _mm_and_si128(_mm_loadu_si128((const __m128i *)(const void *)&from[i]),
                               _mm_loadu_si128((const __m128i *)(const void *)&mask[i])));
    _mm_storeu_si128((__m128i *)(void *)to, sum);
}
