/* band_bound.h: how often random bands are linearly dependent, computed.
 *
 * The proof is in docs/NUMERICS.md, "Store of keys": columns are time, keys are customers
 * that arrive at their start and must be served within their band. */
#ifndef CS_TESTS_SUPPORT_BAND_BOUND_H
#define CS_TESTS_SUPPORT_BAND_BOUND_H

#include <stddef.h>

/* A bound on log2 of the probability that n bands of n_bits <= 256 random bits, each
 * starting at one of n_starts places at random, are dependent; n < n_starts. */
double cs_band_bound_log2(size_t n, size_t n_starts, unsigned n_bits);

/* log2 of the expected number of keys that are late if the number of keys is Poisson with
 * mean n: the bound but for its last step. */
double cs_band_late_log2(size_t n, size_t n_starts, unsigned n_bits);

#endif
