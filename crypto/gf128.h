/* gf128.h: the field of 2^128 elements, for consistency checks.
 *
 * A block is a polynomial over bits, bit i the coefficient of x^i, modulo
 * x^128 + x^7 + x^2 + x + 1. Addition is exclusive or.
 *
 *   Errors      none.
 *   Secrecy     time and memory access depend on n only.
 */
#ifndef CS_CRYPTO_GF128_H
#define CS_CRYPTO_GF128_H

#include "crypto/block.h"

/* The sum of a[i] * b[i] over i < n. Needs PCLMUL (cs_aes_supported). */
struct cs_block cs_gf128_dot(const struct cs_block *a, const struct cs_block *b,
                             size_t n);

#endif
