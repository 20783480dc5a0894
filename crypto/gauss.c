#include "crypto/gauss.h"

#include <stdbool.h>

#include "crypto/status.h"
#include "crypto/wide.h"

/* Everything below stays within 128 bits: t <= 10^5 + 1 < 2^17, s2_q16 < 2^50, and a
 * candidate is below t * RUNS_MAX < 2^30. */
enum { DIGIT_BITS = 24, RUNS_MAX = 1 << 13 };

/* One with probability num / den, for num < den < 2^104: a uniform real against the
 * fraction, digit by digit, until they differ. */
static bool bernoulli(cs_u128 num, cs_u128 den, struct cs_rng *rng)
{
    for (;;) {
        const cs_u128 shifted = num << DIGIT_BITS;
        const uint32_t ours = (uint32_t)(shifted / den);
        const uint32_t drawn = cs_rng_u32(rng) >> (32 - DIGIT_BITS);

        if (drawn != ours)
            return drawn < ours;
        num = shifted % den;
    }
}

/* One with probability 1 / k. */
static bool one_in(uint32_t k, struct cs_rng *rng)
{
    return cs_rng_below(rng, k) == 0;
}

/* Algorithm 1, for gamma = 1. */
static bool bernoulli_exp_one(struct cs_rng *rng)
{
    uint32_t k = 2;

    while (one_in(k, rng))
        k++;
    return k % 2 == 1;
}

/* Algorithm 1, for gamma = num / den in [0, 1); a coin of gamma / k is two coins. */
static bool bernoulli_exp_fraction(cs_u128 num, cs_u128 den, struct cs_rng *rng)
{
    uint32_t k = 1;

    while (bernoulli(num, den, rng) && one_in(k, rng))
        k++;
    return k % 2 == 1;
}

/* Algorithm 1: one with probability exp(-num / den). */
static bool bernoulli_exp(cs_u128 num, cs_u128 den, struct cs_rng *rng)
{
    for (cs_u128 whole = num / den; whole > 0; whole--)
        if (!bernoulli_exp_one(rng))
            return false;
    return bernoulli_exp_fraction(num % den, den, rng);
}

/* Algorithm 2 with s = 1: x with probability proportional to exp(-|x| / t). Returns |x|,
 * its sign in *negative. */
static uint64_t laplace(bool *negative, uint32_t t, struct cs_rng *rng)
{
    for (;;) {
        const uint32_t u = cs_rng_below(rng, t);
        uint32_t runs = 0;

        if (!bernoulli_exp_fraction(u, t, rng))
            continue;
        while (bernoulli_exp_one(rng))
            runs++;
        CS_REQUIRE(runs < RUNS_MAX); /* fails with probability exp(-8192) */
        const uint64_t x = u + (uint64_t)t * runs;
        *negative = cs_rng_u32(rng) & 1;
        if (x != 0 || !*negative)
            return x;
    }
}

/* Algorithm 3: accepts a Laplace candidate y with probability
 * exp(-(|y| - s2 / t)^2 / (2 s2)), the fraction being cleared of 2^16 and t. */
static int64_t gauss(uint64_t s2_q16, uint32_t t, struct cs_rng *rng)
{
    const cs_u128 den = ((cs_u128)t * t * s2_q16) << 17;
    bool negative;

    for (;;) {
        const uint64_t y = laplace(&negative, t, rng);
        const uint64_t far = (y * t) << 16;
        const cs_u128 gap = far > s2_q16 ? far - s2_q16 : s2_q16 - far;

        if (bernoulli_exp(gap * gap, den, rng))
            return negative ? -(int64_t)y : (int64_t)y;
    }
}

/* floor(sqrt(x)), bit by bit. */
static uint32_t square_root(uint64_t x)
{
    uint32_t root = 0;

    for (uint32_t bit = UINT32_C(1) << 31; bit > 0; bit >>= 1)
        if ((uint64_t)(root | bit) * (root | bit) <= x)
            root |= bit;
    return root;
}

void cs_gauss_fill_var(int64_t *noise, size_t n, uint64_t s2_q16, struct cs_rng *rng)
{
    CS_REQUIRE(s2_q16 > 0 && s2_q16 <= CS_GAUSS_S2_Q16_MAX);
    const uint32_t t = square_root(s2_q16 >> 16) + 1; /* floor(s) + 1 */

    for (size_t i = 0; i < n; i++)
        noise[i] = gauss(s2_q16, t, rng);
}
