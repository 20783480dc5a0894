/* block.h: 128 bits, and arrays of them.
 *
 * The currency of AES, of trees and of oblivious transfer. Bit i of a block is bit i of
 * lo for i < 64, else bit i - 64 of hi; in memory it is 16 bytes, lowest bit first.
 *
 *   Ownership   cs_blocks_new gives zeroed blocks, aligned for the widest vectors, or
 *               NULL; cs_blocks_free takes NULL, and wipes the n blocks it frees.
 *   Secrecy     time and memory access depend on n only.
 */
#ifndef CS_CRYPTO_BLOCK_H
#define CS_CRYPTO_BLOCK_H

#include <stddef.h>
#include <stdint.h>

struct cs_block {
    uint64_t lo, hi;
};

struct cs_block *cs_blocks_new(size_t n);
void cs_blocks_free(struct cs_block *blocks, size_t n);

/* to[i] ^= from[i] */
void cs_blocks_xor(struct cs_block *to, const struct cs_block *from, size_t n);

/* The same where mask is all ones; where it is zero, nothing changes. */
void cs_blocks_xor_masked(struct cs_block *to, const struct cs_block *from, uint64_t mask,
                          size_t n);

/* to += sum of from[i] & mask[i], as four words mod 2^32. */
void cs_blocks_add_masked(struct cs_block *to, const struct cs_block *from,
                          const struct cs_block *mask, size_t n);

static inline struct cs_block cs_block_xor(struct cs_block x, struct cs_block y)
{
    return (struct cs_block){ x.lo ^ y.lo, x.hi ^ y.hi };
}

/* mask is all ones (x) or zero (0). */
static inline struct cs_block cs_block_and(struct cs_block x, uint64_t mask)
{
    return (struct cs_block){ x.lo & mask, x.hi & mask };
}

static inline uint64_t cs_block_bit(struct cs_block x, unsigned i)
{
    return (i < 64 ? x.lo >> i : x.hi >> (i - 64)) & 1;
}

/* All ones if x == y, else zero, without a branch. */
static inline uint64_t cs_mask_equal(uint64_t x, uint64_t y)
{
    const uint64_t difference = x ^ y;

    return ((difference | (0 - difference)) >> 63) - 1;
}

#endif
