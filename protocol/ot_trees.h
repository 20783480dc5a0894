/* ot_trees.h: from base OTs to the seeds of an OT extension.
 *
 * 128 base OTs become n = ceil(128 / k) trees of depth k (the last one of what is left).
 * One party, the *planter*, has all leaves of each; the other, the *gatherer*, all but
 * leaf delta_i of tree i, where delta_i is random and its own. Tree i stands for the bits
 * i k to i k + depth - 1 of delta, in order. Roy, "SoftSpokenOT", 2022/192, figure 13:
 *
 *   sums     planter -> gatherer: for each tree and level, the sums of left and of right
 *            children, each masked by a pad of the base OT of that tree and level
 *   check    planter -> gatherer: each leaf yields a seed and a mark of 256 bits; for
 *            each tree the sum of its marks, and a hash of all marks (figure 14)
 *
 * The check is against a malicious planter: sums that do not belong to one tree give a
 * mark, and so a hash, that differ, whatever delta is. What is left to a planter is to
 * guess bits of delta, and to be found out where wrong.
 *
 *   Ownership   seed is the caller's: (n, 2^k), tree i at seed + (i << k).
 *   Errors      those of the channel; CS_PROTOCOL if the check fails.
 *   Secrecy     seeds and delta are secret: constant time but for k.
 */
#ifndef CS_PROTOCOL_OT_TREES_H
#define CS_PROTOCOL_OT_TREES_H

#include "protocol/ot_base.h"

#define CS_OT_K_MAX 8

static inline size_t cs_ot_n_trees(unsigned k)
{
    return (CS_OT_BASE + k - 1) / k;
}

static inline unsigned cs_ot_tree_depth(unsigned k, size_t tree)
{
    const size_t left = CS_OT_BASE - tree * k;

    return left < k ? (unsigned)left : k;
}

CS_MUST_USE enum cs_status cs_ot_trees_plant(struct cs_block *seed,
                                             uint8_t session[static CS_OT_SESSION_BYTES],
                                             unsigned k, struct cs_rng *secret,
                                             struct cs_channel *channel);

/* The seeds come shifted by delta (cs_vole_shift): place 0 of a tree has no meaning. */
CS_MUST_USE enum cs_status cs_ot_trees_gather(struct cs_block *seed,
                                              struct cs_block *delta,
                                              uint8_t session[static CS_OT_SESSION_BYTES],
                                              unsigned k, struct cs_rng *secret,
                                              struct cs_channel *channel);

#endif
