/* tree.h: points in boxes within boxes, so that a search passes over most of them.
 *
 * A k-d tree (Bentley, "Multidimensional Binary Search Trees Used for Associative
 * Searching", 1975) with tight boxes: each node is halved by the feature in which its
 * points differ most, between two of its values. A search goes to the nearer half first,
 * and leaves out each box that is no nearer than what it has (Friedman, Bentley and
 * Finkel, "An Algorithm for Finding Best Matches in Logarithmic Expected Time", 1977,
 * section 3). Leaves are looked at feature by feature, all points of a block at once.
 *
 *   Units      distances are roots of the sum of the features' terms (model/points.h)
 *   Ties       of points equally far, either may be the one that is found, always the
 *              same one
 *   Ownership  the points stay, as long as the tree; cs_tree_wipe frees, and may be
 *              called on zeros
 *   Errors     CS_MEMORY
 *   Secrecy    of rows; wiped
 *   Threads    any may search at the same time
 */
#ifndef CS_MODEL_TREE_H
#define CS_MODEL_TREE_H

#include "model/points.h"

#define CS_TREE_NONE UINT32_MAX

/* Points of a block. */
#define CS_TREE_LANES 64u

struct cs_tree_node {
    uint32_t child;    /* this one and the next, or 0 of a leaf */
    uint32_t block, n; /* of a leaf: its first block, and how many points it has */
    double reach;      /* how far its points reach at most, squared */
};

struct cs_tree {
    const struct cs_points *points;
    const double *reaches;      /* (points->n), or NULL */
    size_t width;               /* features */
    struct cs_tree_node *nodes; /* (n_nodes); the first is the whole */
    double *boxes; /* (n_nodes, 2, width): the least and greatest values [secret] */
    size_t n_nodes, capacity_nodes;
    double *lanes;   /* (n_blocks, width + 1, CS_TREE_LANES): the features of a block's
                        points, and how far they reach, squared [secret] */
    uint32_t *index; /* (n_blocks, CS_TREE_LANES): which points; CS_TREE_NONE fills up */
    size_t n_blocks, capacity_blocks;
};

/* reaches: (points->n), how far points reach, for cs_tree_reached; they stay as the
 * points do; or NULL. */
CS_MUST_USE enum cs_status
cs_tree_make(struct cs_tree *tree, const struct cs_points *points, const double *reaches);
void cs_tree_wipe(struct cs_tree *tree);

/* The k points nearest to the query (width), without the one that is `self`: distances
 * (k), ascending, and index (k); INFINITY and CS_TREE_NONE if there are fewer. */
void cs_tree_nearest(double *distances, uint32_t *index, size_t k,
                     const struct cs_tree *tree, const double *query, uint32_t self);

/* How many points have the query nearer than they reach, by more than rounding. */
uint32_t cs_tree_reached(const struct cs_tree *tree, const double *query);

#endif
