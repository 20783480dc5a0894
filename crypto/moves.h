/* moves.h: words of many rows, moved from place j to place j ^ e.
 *
 * A row has W = 2^b words mod 2^32 at places 0 to W - 1. Block J of a row holds places
 * 4 J to 4 J + 3; where W < 4, one block holds all, and what else is in it has no
 * meaning. Moving by e keeps pairs together that differ by e, so it exchanges blocks,
 * words within blocks, or both.
 *
 *   Units       arrays are (n_blocks, n_rows), row fastest, n_rows <= CS_MOVES_ROWS;
 *               n_blocks is a power of two
 *   Aliasing    none
 *   Errors      none
 *   Secrecy     words, seeds and digits are secret: time and memory access depend on
 *               counts and shift alone
 */
#ifndef CS_CRYPTO_MOVES_H
#define CS_CRYPTO_MOVES_H

#include "crypto/aes.h"

enum { CS_MOVES_ROWS = 64 };

/* Adds up the streams of n_seeds seeds a row twice: as they are, and each moved by the
 * seed's number. With G(k, r)_j for word j of the stream of seed[k][r] (n_seeds, n_rows),
 * j < W,
 *
 *   sum[j][r]   = sum over k of G(k, r)_j
 *   moved[j][r] = sum over k of G(k, r)_(j ^ k << shift)
 *
 * n_seeds << shift <= W, n_seeds a power of two. */
void cs_moves_accumulate(const struct cs_aes *aes, struct cs_block *sum,
                         struct cs_block *moved, const struct cs_block *seed,
                         size_t n_seeds, unsigned shift, size_t n_blocks, size_t n_rows);

/* Moves the words of each row by digit[row] << shift; digit[row] < 2^n_bits. */
void cs_moves_by_digit(struct cs_block *x, const uint32_t *digit, unsigned n_bits,
                       unsigned shift, size_t n_blocks, size_t n_rows);

#endif
