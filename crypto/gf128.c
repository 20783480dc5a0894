#include "crypto/gf128.h"

#include <immintrin.h>

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

__attribute__((target("pclmul,sse2"))) struct cs_block
cs_gf128_dot(const struct cs_block *a, const struct cs_block *b, size_t n)
{
    __m128i low = _mm_setzero_si128(), middle = low, high = low;
    struct cs_block l, m, h;

    for (size_t i = 0; i < n; i++) {
        const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)&a[i]);
        const __m128i y = _mm_loadu_si128((const __m128i *)(const void *)&b[i]);

        low = _mm_xor_si128(low, _mm_clmulepi64_si128(x, y, 0x00));
        middle = _mm_xor_si128(middle, _mm_clmulepi64_si128(x, y, 0x01));
        middle = _mm_xor_si128(middle, _mm_clmulepi64_si128(x, y, 0x10));
        high = _mm_xor_si128(high, _mm_clmulepi64_si128(x, y, 0x11));
    }
    _mm_storeu_si128((__m128i *)(void *)&l, low);
    _mm_storeu_si128((__m128i *)(void *)&m, middle);
    _mm_storeu_si128((__m128i *)(void *)&h, high);
    l.hi ^= m.lo;
    h.lo ^= m.hi;
    return reduce(h, l);
}
