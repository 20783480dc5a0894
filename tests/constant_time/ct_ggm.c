/* crypto/ggm.h: "nodes, sums and indices are secret: time and memory access depend on the
 * shape and n_trees only". */
#include "crypto/ggm.h"

#include "tests/constant_time/taint.h"

enum { LEAVES_MAX = 37, TREES = 5 };

static struct cs_block node[2 * LEAVES_MAX * TREES], sum[2 * 8 * TREES];

static void run(const struct cs_aes *aes, size_t n_leaves)
{
    uint32_t index[TREES] = { 0 };
    struct cs_ggm shape;

    cs_ggm_init(&shape, n_leaves);
    cs_taint_secret(node, sizeof node);
    cs_ggm_expand(aes, &shape, node, sum, TREES);
    cs_taint_expect(node, shape.n_nodes * TREES * sizeof *node);
    cs_taint_expect(sum, 2 * shape.depth * TREES * sizeof *sum);
    cs_taint_secret(index, sizeof index);
    cs_ggm_puncture(aes, &shape, node, sum, index, TREES);
    if (n_leaves > 1)
        cs_taint_expect(node, shape.n_nodes * TREES * sizeof *node);
}

int main(void)
{
    static const size_t n_leaves[] = { 1, 2, 3, 16, LEAVES_MAX };
    struct cs_aes aes;

    cs_aes_init(&aes, (const uint8_t *)"trees, the tests");
    for (size_t i = 0; i < sizeof n_leaves / sizeof *n_leaves; i++)
        run(&aes, n_leaves[i]);
    return 0;
}
