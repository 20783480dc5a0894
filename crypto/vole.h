/* vole.h: from the leaves of a tree to a correlation of bits (small-field VOLE).
 *
 * With r_x the stream of seed x, x < q = 2^depth, and a bit position j:
 *
 *   who has all seeds                      u = sum of r_x,  v = sum of x * r_x
 *   who has all but seed delta             w = sum of (x ^ delta) * r_x
 *
 * so w = v ^ u * delta, as depth bits a position, and the missing seed is not needed
 * (Roy, "SoftSpokenOT", 2022/192, figure 7; sums are exclusive ors). The second party
 * moves seed x to place x ^ delta; then both do the same, cs_aes_stream_sums: its total
 * is u (with moved seeds: without meaning), its column b the bits b of v or w.
 *
 *   Errors      none.
 *   Secrecy     seeds and delta are secret: time and memory access depend on depth only.
 */
#ifndef CS_CRYPTO_VOLE_H
#define CS_CRYPTO_VOLE_H

#include "crypto/aes.h"

/* seed[x] moves to seed[x ^ delta], for x < 2^depth. */
void cs_vole_shift(struct cs_block *seed, unsigned depth, uint64_t delta);

#endif
