#include "crypto/moves.h"

#include <immintrin.h>
#include <sodium.h>
#include <string.h>

#include "crypto/status.h"

/* Word w of x becomes word w ^ lane, lane < 4. */
static inline struct cs_block exchange_words(struct cs_block x, unsigned lane)
{
    const unsigned turn = 32 * (lane & 1);
    const struct cs_block y = lane & 2 ? (struct cs_block){ x.hi, x.lo } : x;

    return (struct cs_block){ y.lo << turn | y.lo >> (64 - turn) % 64,
                              y.hi << turn | y.hi >> (64 - turn) % 64 };
}

/* ---- sums of streams --------------------------------------------------------------- */

#define WIDE __attribute__((target("avx2")))

/* With vectors of 256 bits: pairs of blocks. Returns how many blocks are done. */
WIDE static size_t add_pairs(struct cs_block *to, const struct cs_block *from,
                             unsigned lane, size_t n)
{
    const __m256i place = _mm256_xor_si256(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7),
                                           _mm256_set1_epi32((int)lane));
    size_t i = 0;

    for (; i + 2 <= n; i += 2) {
        __m256i *const at = (__m256i *)(void *)(to + i);
        const __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)(from + i));

        _mm256_storeu_si256(at, _mm256_add_epi32(_mm256_loadu_si256(at),
                                                 _mm256_permutevar8x32_epi32(x, place)));
    }
    return i;
}

/* to[i] += from[i], word w of from[i] to word w ^ lane. */
static void add_exchanged(struct cs_block *to, const struct cs_block *from, unsigned lane,
                          size_t n)
{
    size_t i = __builtin_cpu_supports("avx2") ? add_pairs(to, from, lane, n) : 0;

    for (; i < n; i++) {
        const struct cs_block x = exchange_words(from[i], lane);
        __m128i *const at = (__m128i *)(void *)&to[i];

        _mm_storeu_si128(
            at, _mm_add_epi32(_mm_loadu_si128(at),
                              _mm_loadu_si128((const __m128i *)(const void *)&x)));
    }
}

void cs_moves_accumulate(const struct cs_aes *aes, struct cs_block *sum,
                         struct cs_block *moved, const struct cs_block *seed,
                         size_t n_seeds, unsigned shift, size_t n_blocks, size_t n_rows)
{
    struct cs_block stream[CS_MOVES_ROWS];

    CS_REQUIRE(n_rows <= CS_MOVES_ROWS);
    memset(sum, 0, n_blocks * n_rows * sizeof *sum);
    memset(moved, 0, n_blocks * n_rows * sizeof *moved);
    for (size_t k = 0; k < n_seeds; k++) {
        const size_t far = k << shift >> 2;
        const unsigned lane = (unsigned)(k << shift) & 3;

        for (size_t j = 0; j < n_blocks; j++) {
            cs_aes_mmo(aes, stream, seed + k * n_rows, j, n_rows);
            add_exchanged(sum + j * n_rows, stream, 0, n_rows);
            add_exchanged(moved + (j ^ far) * n_rows, stream, lane, n_rows);
        }
    }
    sodium_memzero(stream, sizeof stream);
}

/* ---- moves by what is secret ------------------------------------------------------- */

static void exchange_blocks(struct cs_block *x, struct cs_block *y, const uint64_t *mask,
                            size_t n)
{
    for (size_t r = 0; r < n; r++) {
        const struct cs_block change = cs_block_and(cs_block_xor(x[r], y[r]), mask[r]);

        x[r] = cs_block_xor(x[r], change);
        y[r] = cs_block_xor(y[r], change);
    }
}

static void exchange_within(struct cs_block *x, unsigned lane, const uint64_t *mask,
                            size_t n)
{
    for (size_t r = 0; r < n; r++) {
        const struct cs_block other = exchange_words(x[r], lane);

        x[r] = cs_block_xor(x[r], cs_block_and(cs_block_xor(x[r], other), mask[r]));
    }
}

/* In the rows of mask, by 2^bit. */
static void exchange(struct cs_block *x, unsigned bit, const uint64_t *mask,
                     size_t n_blocks, size_t n)
{
    const size_t far = (size_t)1 << bit >> 2;

    for (size_t j = 0; j < n_blocks; j++)
        if (far == 0)
            exchange_within(x + j * n, 1u << bit, mask, n);
        else if ((j & far) == 0)
            exchange_blocks(x + j * n, x + (j | far) * n, mask, n);
}

void cs_moves_by_digit(struct cs_block *x, const uint32_t *digit, unsigned n_bits,
                       unsigned shift, size_t n_blocks, size_t n_rows)
{
    uint64_t mask[CS_MOVES_ROWS];

    CS_REQUIRE(n_rows <= CS_MOVES_ROWS);
    for (unsigned i = 0; i < n_bits; i++) {
        for (size_t r = 0; r < n_rows; r++)
            mask[r] = 0 - (uint64_t)(digit[r] >> i & 1);
        exchange(x, shift + i, mask, n_blocks, n_rows);
    }
    sodium_memzero(mask, sizeof mask);
}
