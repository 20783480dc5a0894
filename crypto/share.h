/* share.h: two-party additive secret sharing over Z_2^32 and Z_2^64.
 *
 * A value x is held as two shares, x0 at one party and x1 at the other, with
 * x = x0 + x1 (mod 2^32 or 2^64). Either share alone is uniformly random.
 *
 *   Units       n counts elements; n = 0 is allowed.
 *   Aliasing    a result may be the same array as an argument.
 *   Errors      none.
 *   Secrecy     time and memory access depend on n only.
 */
#ifndef CS_CRYPTO_SHARE_H
#define CS_CRYPTO_SHARE_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/rng.h"

/* x0 gets fresh randomness, x1 gets x - x0. */
void cs_share_split64(uint64_t *x0, uint64_t *x1, const uint64_t *x, size_t n,
                      struct cs_rng *rng);

/* x = x0 + x1: a disclosure, so protocol/reveal.c is the only caller outside tests/
 * (scripts/check-layers sees to it). */
void cs_share_join32(uint32_t *x, const uint32_t *x0, const uint32_t *x1, size_t n);
void cs_share_join64(uint64_t *x, const uint64_t *x0, const uint64_t *x1, size_t n);

#endif
