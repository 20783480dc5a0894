#include "model/kept.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static size_t count(struct cs_generator *generator)
{
    size_t n_blocks = 0, n = 0;
    const struct cs_weight_block *block = cs_generator_blocks(generator, &n_blocks);

    for (size_t b = 0; b < n_blocks; b++)
        n += block[b].n;
    return n;
}

enum cs_status cs_kept_take(struct cs_kept *kept, struct cs_generator *generator)
{
    size_t n_blocks = 0, at = 0;
    const struct cs_weight_block *block = cs_generator_blocks(generator, &n_blocks);

    cs_kept_wipe(kept);
    kept->n = count(generator);
    kept->weight = calloc(kept->n + 1, sizeof *kept->weight); /* + 1: never of size 0 */
    if (kept->weight == NULL)
        return CS_MEMORY;
    for (size_t b = 0; b < n_blocks; at += block[b++].n)
        memcpy(kept->weight + at, block[b].weight, block[b].n * sizeof *kept->weight);
    kept->taken = true;
    return CS_OK;
}

void cs_kept_put_back(const struct cs_kept *kept, struct cs_generator *generator)
{
    size_t n_blocks = 0, at = 0;
    const struct cs_weight_block *block = cs_generator_blocks(generator, &n_blocks);

    CS_REQUIRE(kept->taken && kept->n == count(generator));
    for (size_t b = 0; b < n_blocks; at += block[b++].n)
        memcpy(block[b].weight, kept->weight + at, block[b].n * sizeof *kept->weight);
}

void cs_kept_wipe(struct cs_kept *kept)
{
    if (kept->weight != NULL)
        sodium_memzero(kept->weight, kept->n * sizeof *kept->weight);
    free(kept->weight);
    memset(kept, 0, sizeof *kept);
}
