/* ggm.h: many trees of pseudorandom blocks, whole or with one leaf missing.
 *
 * Every node s has the children H(s ^ 0) and H(s ^ 1), H of crypto/aes.h (Goldreich,
 * Goldwasser, Micali, 1986). Who has the root has all leaves. Who has, for each level,
 * the sum (exclusive or) of the nodes on the side that the path to leaf a does not take,
 * gets all leaves but a (Boyle et al., "Efficient Two-Round OT Extension and Silent
 * Non-Interactive Secure Computation", 2019; Roy, "SoftSpokenOT", 2022/192, figure 13).
 *
 * A tree need not have a power of two of leaves. Only the nodes above the n_leaves first
 * leaves are expanded; a right child with none of them below it stays a *stub*. The stubs
 * (at most one a level) follow the leaves in the result. Whoever walked to a place beyond
 * the leaves would miss a stub: a user who wants such a one to learn nothing uses leaves
 * and stubs alike.
 *
 *   Units       n_trees <= CS_GGM_TREES trees of one shape are done at once; arrays are
 *               (node, tree) and (level, side, tree), tree fastest.
 *   Errors      none.
 *   Secrecy     nodes, sums and indices are secret: time and memory access depend on the
 *               shape and n_trees only.
 */
#ifndef CS_CRYPTO_GGM_H
#define CS_CRYPTO_GGM_H

#include "crypto/aes.h"

enum { CS_GGM_TREES = 128 };

struct cs_ggm {
    size_t n_leaves;
    size_t n_nodes; /* leaves, then stubs */
    unsigned depth; /* levels below the root: ceil(log2 n_leaves) */
};

/* 0 < n_leaves <= 2^30 */
void cs_ggm_init(struct cs_ggm *shape, size_t n_leaves);

/* The direction in which the path to a leaf leaves a node of this level, 0 at the root:
 * 0 left, 1 right. The sum that the holder of index may have is of the other side. */
static inline uint64_t cs_ggm_side(const struct cs_ggm *shape, uint64_t index,
                                   unsigned level)
{
    return index >> (shape->depth - 1 - level) & 1;
}

/* node (n_nodes, n_trees) holds the roots in its first row, and gets leaves and stubs.
 * sum (depth, 2, n_trees) gets the sums of left and right children of each level. */
void cs_ggm_expand(const struct cs_aes *aes, const struct cs_ggm *shape,
                   struct cs_block *node, struct cs_block *sum, size_t n_trees);

/* node (n_nodes, n_trees) gets leaves and stubs, but for leaf index[t] of tree t, which
 * gets a block without meaning. known (depth, n_trees) holds the sums of the sides that
 * the paths do not take. index[t] < n_leaves. */
void cs_ggm_puncture(const struct cs_aes *aes, const struct cs_ggm *shape,
                     struct cs_block *node, const struct cs_block *known,
                     const uint32_t *index, size_t n_trees);

#endif
