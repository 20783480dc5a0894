/* bits.h: turns 128 long columns of bits into many rows of 128 bits.
 *
 * OT extension makes its matrix a column at a time and uses it a row at a time.
 *
 *   Aliasing    rows and columns do not overlap.
 *   Errors      none.
 *   Secrecy     time and memory access depend on counts only.
 */
#ifndef CS_CRYPTO_BITS_H
#define CS_CRYPTO_BITS_H

#include "crypto/block.h"

/* Bit c of rows[r] = bit r of column c, for r < 128 * n_blocks. Column c begins at
 * columns + c * stride; rows has 128 * n_blocks. */
void cs_bits_transpose(struct cs_block *rows, const struct cs_block *columns,
                       size_t stride, size_t n_blocks);

/* The same with vectors of 128, 256 or 512 bits, for tests; the first takes the widest.
 */
void cs_bits_transpose_with(struct cs_block *rows, const struct cs_block *columns,
                            size_t stride, size_t n_blocks, unsigned width);
unsigned cs_bits_widest(void);

#endif
