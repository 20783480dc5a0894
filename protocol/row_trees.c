#include "protocol/row_trees.h"

#include <sodium.h>
#include <string.h>

enum cs_status cs_row_trees_init(struct cs_row_trees *trees, size_t n_leaves)
{
    memset(trees, 0, sizeof *trees);
    cs_aes_init(&trees->grow, (const uint8_t *)"cosynth row tree");
    cs_ggm_init(&trees->tree, n_leaves);
    trees->node = cs_blocks_new(trees->tree.n_nodes * CS_ROW_TREES);
    trees->sum = cs_blocks_new(2 * trees->tree.depth * CS_ROW_TREES);
    if (trees->node != NULL && trees->sum != NULL)
        return CS_OK;
    cs_row_trees_wipe(trees);
    return CS_MEMORY;
}

void cs_row_trees_wipe(struct cs_row_trees *trees)
{
    cs_blocks_free(trees->node, trees->tree.n_nodes * CS_ROW_TREES);
    cs_blocks_free(trees->sum, 2 * trees->tree.depth * CS_ROW_TREES);
    sodium_memzero(trees, sizeof *trees);
}

size_t cs_row_trees_bytes(const struct cs_row_trees *trees, size_t n)
{
    return 2 * trees->tree.depth * n * sizeof(struct cs_block);
}

static void set_bit(struct cs_block *bits, size_t i, uint64_t bit)
{
    *(i % 128 < 64 ? &bits[i / 128].lo : &bits[i / 128].hi) |= bit << i % 64;
}

void cs_row_trees_choose(const struct cs_row_trees *trees, struct cs_block *choice,
                         size_t first, const uint32_t *index, size_t n)
{
    for (unsigned level = 0; level < trees->tree.depth; level++)
        for (size_t r = 0; r < n; r++, first++)
            set_bit(choice, first, cs_ggm_side(&trees->tree, index[r], level) ^ 1);
}

void cs_row_trees_deal(struct cs_row_trees *trees, uint8_t *message,
                       const struct cs_block *pad0, const struct cs_block *pad1, size_t n,
                       struct cs_rng *secret)
{
    cs_rng_bytes(secret, trees->node, n * sizeof *trees->node);
    cs_ggm_expand(&trees->grow, &trees->tree, trees->node, trees->sum, n);
    for (unsigned level = 0; level < trees->tree.depth; level++) {
        struct cs_block *const left = trees->sum + 2 * level * n;

        cs_blocks_xor(left, pad0 + level * n, n);
        cs_blocks_xor(left + n, pad1 + level * n, n);
    }
    memcpy(message, trees->sum, cs_row_trees_bytes(trees, n));
}

/* Of the masked sums (depth, 2, n) those that were chosen, unmasked, (depth, n). */
static void unmask_sums(struct cs_row_trees *trees, const uint8_t *message,
                        const struct cs_block *pad, const uint32_t *index, size_t n)
{
    struct cs_block *known = trees->sum;

    for (unsigned level = 0; level < trees->tree.depth; level++)
        for (size_t r = 0; r < n; r++, known++, pad++) {
            const uint64_t right = cs_ggm_side(&trees->tree, index[r], level) - 1;
            struct cs_block side[2];

            memcpy(&side[0], message + (2 * level * n + r) * sizeof *side, sizeof *side);
            memcpy(&side[1], message + ((2 * level + 1) * n + r) * sizeof *side,
                   sizeof *side);
            *known = cs_block_xor(*pad, cs_block_xor(cs_block_and(side[0], ~right),
                                                     cs_block_and(side[1], right)));
        }
}

void cs_row_trees_take(struct cs_row_trees *trees, const uint8_t *message,
                       const struct cs_block *pad, const uint32_t *index, size_t n)
{
    unmask_sums(trees, message, pad, index, n);
    cs_ggm_puncture(&trees->grow, &trees->tree, trees->node, trees->sum, index, n);
}
