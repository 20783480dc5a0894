/* What crypto/ggm.h promises, one test for each promise; the twin walks from the root to
 * each node by itself. */
#include "crypto/ggm.h"

#include <stdlib.h>

#include "crypto/rng.h"
#include "tests/support/check.h"
#include "tests/support/slow_aes.h"

enum { TREES = 9 };

static const uint8_t key[16] = "a tree's example";
static const size_t sizes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 21, 33, 64, 100 };

struct grove { /* one batch of trees, whole and punctured */
    struct cs_aes aes;
    struct cs_ggm shape;
    struct cs_block root[TREES], *whole, *sum, *known, *punctured;
    uint32_t index[TREES];
};

static void plant(struct grove *g, size_t n_leaves)
{
    struct cs_rng rng;

    cs_aes_init(&g->aes, key);
    cs_ggm_init(&g->shape, n_leaves);
    g->whole = cs_blocks_new(g->shape.n_nodes * TREES);
    g->sum = cs_blocks_new(g->shape.depth * 2 * TREES);
    g->known = cs_blocks_new(g->shape.depth * TREES);
    g->punctured = cs_blocks_new(g->shape.n_nodes * TREES);
    cs_rng_init_labelled(&rng, n_leaves, "grove");
    cs_rng_bytes(&rng, g->root, sizeof g->root);
    for (size_t t = 0; t < TREES; t++) {
        g->whole[t] = g->root[t];
        g->index[t] = cs_rng_below(&rng, (uint32_t)n_leaves);
    }
    g->index[0] = 0;
    g->index[1] = (uint32_t)n_leaves - 1;
    cs_ggm_expand(&g->aes, &g->shape, g->whole, g->sum, TREES);
}

/* What the oblivious transfers would hand over. */
static void choose_sums(struct grove *g)
{
    for (unsigned level = 0; level < g->shape.depth; level++)
        for (size_t t = 0; t < TREES; t++) {
            const uint64_t other = 1 - cs_ggm_side(&g->shape, g->index[t], level);

            g->known[level * TREES + t] = g->sum[(2 * level + other) * TREES + t];
        }
}

static void fell(struct grove *g)
{
    cs_blocks_free(g->whole, g->shape.n_nodes * TREES);
    cs_blocks_free(g->sum, g->shape.depth * 2 * TREES);
    cs_blocks_free(g->known, g->shape.depth * TREES);
    cs_blocks_free(g->punctured, g->shape.n_nodes * TREES);
}

/* Node x of a level, from the root, bit by bit. */
static struct cs_block slow_node(struct cs_block node, size_t x, unsigned level)
{
    while (level-- > 0)
        node =
            cs_slow_mmo(key, cs_block_xor(node, (struct cs_block){ x >> level & 1, 0 }));
    return node;
}

static void leaves_are_those_of_the_slow_walk(void **state)
{
    (void)state;

    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct grove g;

        plant(&g, sizes[i]);
        for (size_t x = 0; x < sizes[i]; x++)
            for (size_t t = 0; t < TREES; t++) {
                const struct cs_block leaf = slow_node(g.root[t], x, g.shape.depth);

                assert_memory_equal(&g.whole[x * TREES + t], &leaf, sizeof leaf);
            }
        fell(&g);
    }
}

/* Leaves and stubs together cover 2^depth places, each once: walking to any place meets
 * exactly one of them. */
static void every_place_is_below_one_leaf_or_stub(void **state)
{
    (void)state;

    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct grove g;

        plant(&g, sizes[i]);
        for (size_t place = sizes[i]; place < (size_t)1 << g.shape.depth; place++) {
            unsigned met = 0;

            for (unsigned level = 0; level <= g.shape.depth; level++) {
                const struct cs_block node =
                    slow_node(g.root[0], place >> (g.shape.depth - level), level);

                for (size_t x = sizes[i]; x < g.shape.n_nodes; x++)
                    met += g.whole[x * TREES].lo == node.lo &&
                           g.whole[x * TREES].hi == node.hi;
            }
            assert_int_equal(met, 1);
        }
        fell(&g);
    }
}

static void all_but_one_leaf_come_from_the_sums(void **state)
{
    (void)state;

    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct grove g;

        plant(&g, sizes[i]);
        choose_sums(&g);
        cs_ggm_puncture(&g.aes, &g.shape, g.punctured, g.known, g.index, TREES);
        for (size_t x = 0; x < g.shape.n_nodes; x++)
            for (size_t t = 0; t < TREES; t++) {
                const struct cs_block *const mine = &g.punctured[x * TREES + t];
                const struct cs_block *const true_one = &g.whole[x * TREES + t];

                if (x == g.index[t])
                    assert_memory_not_equal(mine, true_one, sizeof *mine);
                else
                    assert_memory_equal(mine, true_one, sizeof *mine);
            }
        fell(&g);
    }
}

static void one_wrong_sum_spoils_leaves(void **state)
{
    struct grove g;
    (void)state;

    plant(&g, 64);
    choose_sums(&g);
    g.known[0].lo ^= 1;
    cs_ggm_puncture(&g.aes, &g.shape, g.punctured, g.known, g.index, TREES);
    assert_memory_not_equal(&g.punctured[63 * TREES], &g.whole[63 * TREES],
                            sizeof *g.whole); /* tree 0 lacks leaf 0 */
    fell(&g);
}

static void impossible_shapes_stop_the_program(void **state)
{
    struct cs_ggm shape;
    (void)state;

    assert_stops(cs_ggm_init(&shape, 0));
    assert_stops(cs_ggm_init(&shape, ((size_t)1 << 30) + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_are_those_of_the_slow_walk),
        cmocka_unit_test(every_place_is_below_one_leaf_or_stub),
        cmocka_unit_test(all_but_one_leaf_come_from_the_sums),
        cmocka_unit_test(one_wrong_sum_spoils_leaves),
        cmocka_unit_test(impossible_shapes_stop_the_program),
    };
    return CS_RUN("crypto/ggm", tests);
}
