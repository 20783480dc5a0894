/* binomial.h: noise that is a weighted sum of fair bits, so that two parties can draw it
 * together (protocol/joint_noise.h), and its distribution, so that what it costs can be
 * computed and not only bounded (model/account.h).
 *
 *     N = sum over j < levels of 2^j (Bin(16, 1/2) - 8) + 2^levels (Bin(coins, 1/2) -
 *         coins / 2),
 *     variance (16 (4^levels - 1) / 3 + 4^levels coins) / 4
 *
 * The coins, 128 or more where there are levels, make the shape: binomial noise is what
 * Dwork, Kenthapadi, McSherry, Mironov, Naor, "Our Data, Ourselves", 2006, draw together,
 * and of 128 coins it costs hardly more than a Gaussian of its variance
 * (docs/NUMERICS.md). The 16 bits of each level below fill the steps between the next
 * one's multiples: what is left of them in the ratio of two neighbours is 4 exp(-2 pi^2),
 * 1e-8, by Poisson's summation formula. So a draw takes 16 bits for each doubling of the
 * standard deviation where a plain binomial takes four times as many.
 *
 * N has ends, and at an end a person shows: that has the probability 2^-40 or less, and
 * is part of what the account takes.
 *
 *   Units       s2_q16 is a variance times 2^16
 *   Ownership   arrays given out are the caller's, by free
 *   Errors      CS_MEMORY
 *   Secrecy     all here is public
 */
#ifndef CS_CRYPTO_BINOMIAL_H
#define CS_CRYPTO_BINOMIAL_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"

#define CS_BINOMIAL_S2_Q16_MAX (UINT64_C(100000000) << 16)
#define CS_BINOMIAL_LEVEL_BITS 16u
#define CS_BINOMIAL_COINS_MIN 40u /* a variance of 10 */

struct cs_binomial {
    unsigned levels, coins;
};

/* The least of these that has at least that variance, by integers alone: the same on
 * every machine. s2_q16 is from 1 to CS_BINOMIAL_S2_Q16_MAX. */
void cs_binomial_choose(struct cs_binomial *binomial, uint64_t s2_q16);

/* What it has, exactly; above what was asked for by 1 in 64 at most from a variance of 32
 * on. */
uint64_t cs_binomial_s2_q16(const struct cs_binomial *binomial);

/* Bits of a draw, and the weight of each: 0 <= bit < cs_binomial_bits. */
size_t cs_binomial_bits(const struct cs_binomial *binomial);
static inline uint32_t cs_binomial_weight(const struct cs_binomial *binomial, size_t bit)
{
    const size_t level = bit / CS_BINOMIAL_LEVEL_BITS;

    return UINT32_C(1) << (level < binomial->levels ? level : binomial->levels);
}

/* The largest value: half the sum of all weights, a whole number. */
uint32_t cs_binomial_reach(const struct cs_binomial *binomial);

/* p: (2 * reach + 1), p[reach + x] = Pr[N = x], each to 1e-12 of itself. */
CS_MUST_USE enum cs_status cs_binomial_distribution(double **p,
                                                    const struct cs_binomial *binomial);

#endif
