/* vole.h: from the leaves of a tree to a correlation of bits (small-field VOLE).
 *
 * With r_x the stream of seed x, x < q = 2^depth, and a bit position j:
 *
 *   who has all seeds                      u = sum of r_x,  v = sum of x * r_x
 *   who has all but seed delta             w = sum of (x ^ delta) * r_x
 *
 * so w = v ^ u * delta, as depth bits a position, and the missing seed is not needed
 * (Roy, "SoftSpokenOT", 2022/192, figure 7; sums are exclusive ors). The second party
 * moves seed x to place x ^ delta; then both do the same.
 *
 *   Units       counts are blocks of 128 positions; column b, bit b of v or w, begins at
 *               column + b * stride.
 *   Errors      none.
 *   Secrecy     seeds, delta and results are secret: time and memory access depend on
 *               depth and counts only.
 */
#ifndef CS_CRYPTO_VOLE_H
#define CS_CRYPTO_VOLE_H

#include "crypto/aes.h"

enum { CS_VOLE_DEPTH = 8 }; /* at most */

/* seed[x] moves to seed[x ^ delta], for x < 2^depth. */
void cs_vole_shift(struct cs_block *seed, unsigned depth, uint64_t delta);

/* Blocks first to first + n of the columns (depth, stride). sum (depth + 1, n) is worked
 * in, and its last row gets u; with shifted seeds the columns are w, and that row is
 * without meaning. */
void cs_vole_expand(const struct cs_aes *aes, struct cs_block *column, size_t stride,
                    struct cs_block *sum, const struct cs_block *seed, unsigned depth,
                    uint64_t first, size_t n);

#endif
