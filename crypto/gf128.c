#include "crypto/gf128.h"

#include <immintrin.h>
#include <stdbool.h>

/* (high, low) mod x^128 + x^7 + x^2 + x + 1: what is above x^128 comes back times
 * x^7 + x^2 + x + 1, and the 7 bits that fall out above x^128 once more. */
static struct cs_block reduce(struct cs_block high, struct cs_block low)
{
    const uint64_t out = high.hi >> 63 ^ high.hi >> 62 ^ high.hi >> 57;

    low.lo ^= high.lo ^ high.lo << 1 ^ high.lo << 2 ^ high.lo << 7;
    low.hi ^= high.hi ^ (high.hi << 1 | high.lo >> 63) ^ (high.hi << 2 | high.lo >> 62) ^
              (high.hi << 7 | high.lo >> 57);
    low.lo ^= out ^ out << 1 ^ out << 2 ^ out << 7;
    return low;
}

/* Products before reduction: low + middle x^64 + high x^128. */
struct parts {
    struct cs_block low, middle, high;
};

static void add_parts(struct parts *to, const struct parts *from)
{
    to->low = cs_block_xor(to->low, from->low);
    to->middle = cs_block_xor(to->middle, from->middle);
    to->high = cs_block_xor(to->high, from->high);
}

__attribute__((target("pclmul,sse2"))) static void
multiply(struct parts *sum, const struct cs_block *a, const struct cs_block *b, size_t n)
{
    __m128i low = _mm_setzero_si128(), middle = low, high = low;
    struct parts parts;

    for (size_t i = 0; i < n; i++) {
        const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)&a[i]);
        const __m128i y = _mm_loadu_si128((const __m128i *)(const void *)&b[i]);

        low = _mm_xor_si128(low, _mm_clmulepi64_si128(x, y, 0x00));
        middle = _mm_xor_si128(middle, _mm_clmulepi64_si128(x, y, 0x01));
        middle = _mm_xor_si128(middle, _mm_clmulepi64_si128(x, y, 0x10));
        high = _mm_xor_si128(high, _mm_clmulepi64_si128(x, y, 0x11));
    }
    _mm_storeu_si128((__m128i *)(void *)&parts.low, low);
    _mm_storeu_si128((__m128i *)(void *)&parts.middle, middle);
    _mm_storeu_si128((__m128i *)(void *)&parts.high, high);
    add_parts(sum, &parts);
}

/* The same, four blocks at a time; returns how many blocks are done. */
__attribute__((target("avx512f,vpclmulqdq"))) static size_t
multiply_fours(struct parts *sum, const struct cs_block *a, const struct cs_block *b,
               size_t n)
{
    __m512i low = _mm512_setzero_si512(), middle = low, high = low;
    struct cs_block lane[3][4];
    size_t i = 0;

    for (; i + 4 <= n; i += 4) {
        const __m512i x = _mm512_loadu_si512((const void *)&a[i]);
        const __m512i y = _mm512_loadu_si512((const void *)&b[i]);

        low = _mm512_xor_si512(low, _mm512_clmulepi64_epi128(x, y, 0x00));
        middle = _mm512_xor_si512(middle, _mm512_clmulepi64_epi128(x, y, 0x01));
        middle = _mm512_xor_si512(middle, _mm512_clmulepi64_epi128(x, y, 0x10));
        high = _mm512_xor_si512(high, _mm512_clmulepi64_epi128(x, y, 0x11));
    }
    _mm512_storeu_si512((void *)lane[0], low);
    _mm512_storeu_si512((void *)lane[1], middle);
    _mm512_storeu_si512((void *)lane[2], high);
    for (size_t l = 0; l < 4; l++)
        add_parts(sum, &(struct parts){ lane[0][l], lane[1][l], lane[2][l] });
    return i;
}

static bool has_fours(void)
{
    return __builtin_cpu_supports("vpclmulqdq") && __builtin_cpu_supports("avx512f");
}

struct cs_block cs_gf128_dot(const struct cs_block *a, const struct cs_block *b, size_t n)
{
    struct parts sum = { 0 };
    const size_t done = has_fours() ? multiply_fours(&sum, a, b, n) : 0;

    multiply(&sum, a + done, b + done, n - done);
    sum.low.hi ^= sum.middle.lo;
    sum.high.lo ^= sum.middle.hi;
    return reduce(sum.high, sum.low);
}
