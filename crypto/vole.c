#include "crypto/vole.h"

#include <string.h>

#include "crypto/status.h"

void cs_vole_shift(struct cs_block *seed, unsigned depth, uint64_t delta)
{
    for (unsigned bit = 0; bit < depth; bit++) {
        const uint64_t swap = 0 - (delta >> bit & 1);

        for (size_t x = 0; x < (size_t)1 << depth; x++) {
            if (x >> bit & 1)
                continue;
            struct cs_block *const low = &seed[x], *const high = &seed[x | 1u << bit];
            const struct cs_block change = cs_block_and(cs_block_xor(*low, *high), swap);

            *low = cs_block_xor(*low, change);
            *high = cs_block_xor(*high, change);
        }
    }
}

/* column += right, right += left: the right half's sum counts for this bit, and both
 * halves' sum goes one level up. */
static void merge(struct cs_block *column, struct cs_block *right,
                  const struct cs_block *left, size_t n)
{
    cs_blocks_xor(column, right, n);
    cs_blocks_xor(right, left, n);
}

/* The tree of sums is walked leaf by leaf as a binary counter is counted up: row b of sum
 * holds that of a left subtree of 2^b leaves, until its right sibling is complete. */
void cs_vole_expand(const struct cs_aes *aes, struct cs_block *column, size_t stride,
                    struct cs_block *sum, const struct cs_block *seed, unsigned depth,
                    uint64_t first, size_t n)
{
    CS_REQUIRE(depth <= CS_VOLE_DEPTH);
    for (unsigned b = 0; b < depth; b++)
        memset(column + b * stride, 0, n * sizeof *column);
    for (size_t x = 0; x < (size_t)1 << depth; x++) {
        unsigned full = 0; /* how many right subtrees end with leaf x */

        while (x >> full & 1)
            full++;
        cs_aes_stream(aes, sum + full * n, seed[x], first, n);
        for (unsigned b = 0; b < full; b++)
            merge(column + b * stride, sum + full * n, sum + b * n, n);
    }
}
