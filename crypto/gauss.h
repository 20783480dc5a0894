/* gauss.h: the discrete Gaussian, sampled exactly: the noise of every table.
 *
 * N_Z(0, s2) gives the integer x the probability exp(-x^2 / (2 s2)) / (sum over all
 * integers). Algorithms 1 to 3 of Canonne, Kamath, Steinke, "The Discrete Gaussian for
 * Differential Privacy", 2020: only integers, only fair coins, no table and no rounding,
 * so what is sampled is the distribution whose privacy was proved, and none of its
 * floating-point neighbours (Mironov, "On Significance of the Least Significant Bits",
 * 2012).
 *
 *   Units       s2_q16 is the variance parameter times 2^16, from 1 to
 *               CS_GAUSS_S2_Q16_MAX; the variance itself is at most s2, and equals it to
 *               one part in a million from s2 = 1 on
 *   Errors      none
 *   Secrecy     noise is secret until it is inside an opened sum. The number of rejected
 *               tries depends on it: a try with a large |x| is rejected more often and
 *               counts more coins. Who could time a single draw would learn something of
 *               it, so draw whole arrays, as here, and send nothing between the draws:
 *               what shows is one sum of times over all cells of a run. `_var` says so.
 *   Threads     no hidden state
 */
#ifndef CS_CRYPTO_GAUSS_H
#define CS_CRYPTO_GAUSS_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/rng.h"

#define CS_GAUSS_S2_Q16_MAX (UINT64_C(10000000000) << 16)

/* noise: (n) independent draws. */
void cs_gauss_fill_var(int64_t *noise, size_t n, uint64_t s2_q16, struct cs_rng *rng);

#endif
