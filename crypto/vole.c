#include "crypto/vole.h"

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
