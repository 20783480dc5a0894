/* The inner loop of crypto/okvs.c: rows of a code that bits choose, added up. */
#include <immintrin.h>

#include "crypto/okvs_band.h"

#define TARGET_256 __attribute__((target("avx2")))
#define TARGET_512 __attribute__((target("avx512f,bmi2")))

static struct cs_block dot_128(const struct cs_block *rows,
                               const struct cs_okvs_band *band, size_t n_rows)
{
    struct cs_block sum = { 0, 0 };

    for (size_t i = 0; i < n_rows; i++)
        sum = cs_block_xor(sum,
                           cs_block_and(rows[i], 0 - (band->bits[i / 64] >> i % 64 & 1)));
    return sum;
}

/* Two rows at a time from the last of 64 on: a load takes the rows whose bit is at the
 * top of their lane. */
TARGET_256 static inline __m256i sum_64_rows(__m256i sum, const struct cs_block *rows,
                                             uint64_t bits)
{
    const __m256i to_the_top = _mm256_setr_epi64x(1, 1, 0, 0);
    __m256i top = _mm256_sllv_epi64(_mm256_set1_epi64x((int64_t)bits), to_the_top);

    for (size_t i = 64; i > 0; i -= 2) {
        sum = _mm256_xor_si256(
            sum,
            _mm256_maskload_epi64((const long long *)(const void *)(rows + i - 2), top));
        top = _mm256_slli_epi64(top, 2);
    }
    return sum;
}

TARGET_256 static struct cs_block dot_256(const struct cs_block *rows,
                                          const struct cs_okvs_band *band)
{
    __m256i sum = _mm256_setzero_si256();
    struct cs_block out;

    for (size_t word = CS_OKVS_BAND_WORDS; word-- > 0;)
        sum = sum_64_rows(sum, rows + 64 * word, band->bits[word]);
    _mm_storeu_si128(
        (__m128i *)(void *)&out,
        _mm_xor_si128(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1)));
    return out;
}

/* Four rows at a time: eight lanes, so each bit is needed twice. */
TARGET_512 static inline __m512i sum_4_rows(__m512i sum, const struct cs_block *rows,
                                            uint64_t twice)
{
    return _mm512_mask_xor_epi64(sum, (__mmask8)twice, sum, _mm512_loadu_si512(rows));
}

TARGET_512 static inline uint64_t each_bit_twice(uint64_t bits)
{
    return _pdep_u64(bits, UINT64_C(0x5555555555555555)) * 3;
}

TARGET_512 static struct cs_block dot_512(const struct cs_block *rows,
                                          const struct cs_okvs_band *band)
{
    __m512i even = _mm512_setzero_si512(), odd = even;
    struct cs_block out[4];

    for (size_t half = 2 * CS_OKVS_BAND_WORDS; half-- > 0;) {
        const uint64_t twice = each_bit_twice(band->bits[half / 2] >> half % 2 * 32);
        const struct cs_block *const here = rows + 32 * half;

        for (size_t i = 0; i < 8; i += 2) {
            even = sum_4_rows(even, here + 4 * i, twice >> 8 * i);
            odd = sum_4_rows(odd, here + 4 * i + 4, twice >> (8 * i + 8));
        }
    }
    _mm512_storeu_si512(out, _mm512_xor_si512(even, odd));
    return cs_block_xor(cs_block_xor(out[0], out[1]), cs_block_xor(out[2], out[3]));
}

unsigned cs_okvs_dot_widest(void)
{
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("bmi2"))
        return 512;
    return __builtin_cpu_supports("avx2") ? 256 : 128;
}

struct cs_block cs_okvs_dot_with(const struct cs_block *rows,
                                 const struct cs_okvs_band *band, size_t n_rows,
                                 unsigned width)
{
    if (n_rows < CS_OKVS_BAND_BITS || width == 128)
        return dot_128(rows, band, n_rows);
    return width == 512 ? dot_512(rows, band) : dot_256(rows, band);
}

struct cs_block cs_okvs_dot(const struct cs_block *rows, const struct cs_okvs_band *band,
                            size_t n_rows)
{
    return cs_okvs_dot_with(rows, band, n_rows, cs_okvs_dot_widest());
}
