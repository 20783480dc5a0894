/* elementary.h: exp, log, sine and cosine in float32, written so that a loop over an
 * array of them becomes vector instructions: no branch, no table, no call.
 *
 * Polynomials on the usual reduced ranges (Cody and Waite, "Software Manual for the
 * Elementary Functions", 1980; coefficients from a minimax fit by Lawson's algorithm).
 * Errors stated are the largest over the range, measured against double precision
 * (tests/model/test_elementary.c). One operation after another, never fused: an argument
 * has the same result alone and in any vector, on every machine.
 *
 *   Errors   none; arguments outside the range stated are the caller's fault
 */
#ifndef CS_MODEL_ELEMENTARY_H
#define CS_MODEL_ELEMENTARY_H

#include <stdint.h>
#include <string.h>

/* Before a function whose loops should use the widest vectors that the machine has: it is
 * compiled once for each, and one is chosen when the program starts. That is before the
 * thread sanitizer is ready, which would crash in the choice. Clang 14 gives what it
 * compiles so a name under which other files do not find it. */
#if defined(__SANITIZE_THREAD__) || defined(__clang__)
#define CS_EACH_WIDTH
#else
#define CS_EACH_WIDTH __attribute__((target_clones("avx512f", "avx2", "default")))
#endif

static inline uint32_t cs_float_bits(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float cs_float_of_bits(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Added and taken away again, it rounds to an integer, which is then in the low bits. */
static const float cs_float_rounder = 0x1.8p23f;

/* exp(x), to 2^-23.5 of it. Below -87 it is exp(-87), above 88 exp(88). NAN stays. */
static inline float cs_exp(float x)
{
    const float below = x > 88.0f ? 88.0f : x, inside = below < -87.0f ? -87.0f : below;
    const float shifted = inside * 0x1.715476p0f + cs_float_rounder; /* 1 / log 2 */
    const float n = shifted - cs_float_rounder;
    const float r = (inside - n * 0x1.62ep-1f) - n * 0x1.0bfbe8p-15f; /* log 2, in two */
    const float q =
        0x1.fffffcp-2f +
        r * (0x1.555492p-3f +
             r * (0x1.5558f2p-5f + r * (0x1.1239e6p-7f + r * 0x1.6a2434p-10f)));
    const float p = 1 + (r + r * r * q);

    return cs_float_of_bits(cs_float_bits(p) + (cs_float_bits(shifted) << 23));
}

/* log(x) of a normal positive x, to 2^-23.1 of it. NAN stays. */
static inline float cs_log(float x)
{
    const uint32_t half_root = 0x3f3504f3; /* sqrt(1/2): x = 2^n m, m from there on */
    const uint32_t bits = cs_float_bits(x) - half_root;
    const float n = (float)((int32_t)bits >> 23);
    const float f = cs_float_of_bits((bits & 0x7fffff) + half_root) - 1;
    const float p =
        0x1.5556d8p-2f +
        f * (-0x1.000382p-2f +
             f * (0x1.98d7fp-3f + f * (-0x1.538222p-3f +
                                       f * (0x1.317466p-3f + f * (-0x1.2433c6p-3f +
                                                                  f * 0x1.646070p-4f)))));
    const float nan_if_nan = x - x;

    return n * 0x1.62ep-1f + (n * 0x1.0bfbe8p-15f + (f - f * f * (0.5f - f * p))) +
           nan_if_nan;
}

/* Sine and cosine of t in [-pi/4, pi/4], to within 2^-24. */
static inline float cs_sine(float t)
{
    const float s = t * t;

    return t + t * s * (-0x1.55554p-3f + s * (0x1.1105b4p-7f - s * 0x1.98da4cp-13f));
}

static inline float cs_cosine(float t)
{
    const float s = t * t;

    return 1 - (0.5f * s -
                s * s * (0x1.55554ap-5f + s * (-0x1.6c0c8cp-10f + s * 0x1.9a024p-16f)));
}

#endif
