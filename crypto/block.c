#include "crypto/block.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

struct cs_block *cs_blocks_new(size_t n)
{
    const size_t per_line = ALIGNMENT / sizeof(struct cs_block);

    if (n > SIZE_MAX / sizeof(struct cs_block) - per_line)
        return NULL;
    const size_t n_bytes = (n / per_line + 1) * ALIGNMENT;
    struct cs_block *blocks = aligned_alloc(ALIGNMENT, n_bytes);

    if (blocks != NULL)
        memset(blocks, 0, n_bytes);
    return blocks;
}

void cs_blocks_free(struct cs_block *blocks, size_t n)
{
    if (blocks != NULL)
        sodium_memzero(blocks, n * sizeof *blocks);
    free(blocks);
}

void cs_blocks_xor(struct cs_block *to, const struct cs_block *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = cs_block_xor(to[i], from[i]);
}
