#include "crypto/ggm.h"

#include <sodium.h>
#include <string.h>

#include "crypto/status.h"

/* How many nodes of a level have one of the leaves below them. */
static size_t width(const struct cs_ggm *shape, unsigned level)
{
    return ((shape->n_leaves - 1) >> (shape->depth - level)) + 1;
}

/* The last leaf's sibling, where there is one too many, is a stub in its place already.
 */
static size_t first_stub(const struct cs_ggm *shape)
{
    return shape->n_leaves + (shape->depth > 0 ? shape->n_leaves % 2 : 0);
}

void cs_ggm_init(struct cs_ggm *shape, size_t n_leaves)
{
    CS_REQUIRE(n_leaves > 0 && n_leaves <= (size_t)1 << 30);
    *shape = (struct cs_ggm){ .n_leaves = n_leaves };
    while ((size_t)1 << shape->depth < n_leaves)
        shape->depth++;
    shape->n_nodes = first_stub(shape);
    for (unsigned level = 1; level < shape->depth; level++)
        shape->n_nodes += width(shape, level) % 2;
}

/* Replaces the w nodes of a level by their 2 w children, from the last one on, so that
 * no parent is overwritten before its time; sums up left and right children. */
static void grow(const struct cs_aes *aes, struct cs_block *node, struct cs_block *left,
                 struct cs_block *right, size_t w, size_t n_trees)
{
    memset(left, 0, n_trees * sizeof *left);
    memset(right, 0, n_trees * sizeof *right);
    for (size_t x = w; x-- > 0;) {
        struct cs_block *const child = node + 2 * x * n_trees;

        cs_aes_mmo(aes, child + n_trees, node + x * n_trees, 1, n_trees);
        cs_aes_mmo(aes, child, node + x * n_trees, 0, n_trees);
        cs_blocks_xor(left, child, n_trees);
        cs_blocks_xor(right, child + n_trees, n_trees);
    }
}

/* If this level has a child without leaves, it moves to where the stubs are gathered, and
 * the next stub's place is returned. */
static struct cs_block *keep_stub(const struct cs_ggm *shape, struct cs_block *stub,
                                  const struct cs_block *node, unsigned level,
                                  size_t n_trees)
{
    const size_t next = width(shape, level + 1);

    if (level + 1 == shape->depth || next % 2 == 0)
        return stub;
    memcpy(stub, node + next * n_trees, n_trees * sizeof *stub);
    return stub + n_trees;
}

void cs_ggm_expand(const struct cs_aes *aes, const struct cs_ggm *shape,
                   struct cs_block *node, struct cs_block *sum, size_t n_trees)
{
    struct cs_block *stub = node + first_stub(shape) * n_trees;

    CS_REQUIRE(n_trees <= CS_GGM_TREES);
    for (unsigned level = 0; level < shape->depth; level++) {
        struct cs_block *const left = sum + 2 * level * n_trees;

        grow(aes, node, left, left + n_trees, width(shape, level), n_trees);
        stub = keep_stub(shape, stub, node, level, n_trees);
    }
}

/* The child beside the path is off by what the sum of its side is off. */
static void mend_sibling(struct cs_block *child, const struct cs_block *error,
                         const uint64_t *sibling, size_t n_children, size_t n_trees)
{
    for (size_t x = 0; x < n_children; x++) {
        struct cs_block *const row = child + x * n_trees;

        for (size_t t = 0; t < n_trees; t++) {
            const uint64_t mask = cs_mask_equal(x, sibling[t]);

            row[t] = cs_block_xor(row[t], cs_block_and(error[t], mask));
        }
    }
}

/* Nodes on the path are unknown: they hold rubbish, which grows into rubbish below the
 * path, and is cleared beside it by mend_sibling. Every node is treated alike. */
void cs_ggm_puncture(const struct cs_aes *aes, const struct cs_ggm *shape,
                     struct cs_block *node, const struct cs_block *known,
                     const uint32_t *index, size_t n_trees)
{
    struct cs_block left[CS_GGM_TREES], right[CS_GGM_TREES];
    struct cs_block *stub = node + first_stub(shape) * n_trees;
    uint64_t sibling[CS_GGM_TREES];

    CS_REQUIRE(n_trees <= CS_GGM_TREES);
    memset(node, 0, n_trees * sizeof *node);
    for (unsigned level = 0; level < shape->depth; level++, known += n_trees) {
        const size_t w = width(shape, level);

        grow(aes, node, left, right, w, n_trees);
        for (size_t t = 0; t < n_trees; t++) {
            const uint64_t turns_right = 0 - cs_ggm_side(shape, index[t], level);

            left[t] = cs_block_xor(cs_block_and(left[t], turns_right),
                                   cs_block_and(right[t], ~turns_right));
            left[t] = cs_block_xor(left[t], known[t]);
            sibling[t] = (index[t] >> (shape->depth - 1 - level)) ^ 1;
        }
        mend_sibling(node, left, sibling, 2 * w, n_trees);
        stub = keep_stub(shape, stub, node, level, n_trees);
    }
    sodium_memzero(left, sizeof left);
    sodium_memzero(right, sizeof right);
    sodium_memzero(sibling, sizeof sibling);
}
