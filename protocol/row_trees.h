/* row_trees.h: a tree for each row: whole at one party, without a leaf at the other.
 *
 * What the dialogues that work row by row have in common (protocol/group_by.h,
 * protocol/one_hot.h). The sender grows a tree of pseudorandom blocks from a fresh root
 * (crypto/ggm.h) for each row; the receiver gets all of its leaves but one of its choice,
 * by an oblivious transfer a level. The sender does not learn which.
 *
 *   message   for each level, side and row a block: the sum of that side's nodes, masked
 *             by a pad of the transfer of that level and row, which the receiver makes
 *             for the side that its path does *not* take
 *
 *   Units       n <= CS_ROW_TREES rows of one shape are done at once, a *tile*; arrays
 *               are (node, row) and (level, row), row fastest. A tile has depth * n
 *               transfers in that order.
 *   Ownership   _wipe wipes and frees; takes zeros.
 *   Errors      CS_MEMORY
 *   Secrecy     nodes, sums, pads and indices are secret: constant time but for the shape
 *               and n.
 */
#ifndef CS_PROTOCOL_ROW_TREES_H
#define CS_PROTOCOL_ROW_TREES_H

#include "crypto/ggm.h"
#include "crypto/rng.h"
#include "crypto/status.h"

enum { CS_ROW_TREES = 64 };

struct cs_row_trees {
    struct cs_aes grow;
    struct cs_ggm tree;
    struct cs_block *node; /* (n_nodes, CS_ROW_TREES) leaves and stubs [secret] */
    struct cs_block *sum;  /* (depth, 2, CS_ROW_TREES) [secret] */
};

CS_MUST_USE enum cs_status cs_row_trees_init(struct cs_row_trees *trees, size_t n_leaves);
void cs_row_trees_wipe(struct cs_row_trees *trees);

/* Of the message about n rows. */
size_t cs_row_trees_bytes(const struct cs_row_trees *trees, size_t n);

/* The receiver's choices for a tile whose first transfer is that of number `first`: sets
 * bits of choice, which were zero. index[row] < n_leaves. */
void cs_row_trees_choose(const struct cs_row_trees *trees, struct cs_block *choice,
                         size_t first, const uint32_t *index, size_t n);

/* The sender: fresh trees in trees->node (n_nodes, n), and the message about them. */
void cs_row_trees_deal(struct cs_row_trees *trees, uint8_t *message,
                       const struct cs_block *pad0, const struct cs_block *pad1, size_t n,
                       struct cs_rng *secret);

/* The receiver: the same trees in trees->node, but for leaf index[row] of each row, which
 * gets a block without meaning. */
void cs_row_trees_take(struct cs_row_trees *trees, const uint8_t *message,
                       const struct cs_block *pad, const uint32_t *index, size_t n);

#endif
