/* Searches of a tree: what is in a box, and which boxes are looked into. */
#include <math.h>
#include <string.h>

#include "model/elementary.h"
#include "model/tree.h"

#define WAITING_MAX 80u /* more than a tree is deep */

/* Nodes that are still to be looked into, and how near their boxes are, squared. */
struct waiting {
    struct {
        uint32_t node;
        double bound;
    } at[WAITING_MAX];
    size_t n;
};

static void put_off(struct waiting *waiting, size_t node, double bound)
{
    waiting->at[waiting->n].node = (uint32_t)node;
    waiting->at[waiting->n++].bound = bound;
}

/* ---- terms ---- */

/* How far x is at least from the values between least and greatest. */
static inline double gap(double x, double least, double greatest)
{
    const double below = least - x, above = x - greatest;
    const double outside = below > above ? below : above;

    return outside > 0 ? outside : 0;
}

/* How near the node's box is, squared. */
static double bound_of(const struct cs_tree *tree, size_t node, const double *query)
{
    const double *least = tree->boxes + node * 2 * tree->width;
    const double *greatest = least + tree->width;
    double sum = 0;

    for (size_t f = 0; f < tree->width; f++) {
        const double outside = gap(query[f], least[f], greatest[f]);

        switch (cs_points_kind(tree->points, f)) {
        case CS_FEATURE_LEVEL:
            sum += outside > 0;
            break;
        case CS_FEATURE_CAPPED:
            sum += outside < 1 ? outside : 1;
            break;
        case CS_FEATURE_SQUARE:
            sum += outside * outside;
            break;
        }
    }
    return sum;
}

CS_EACH_WIDTH static void add_squares(double *sums, const double *lanes, double x)
{
    for (size_t j = 0; j < CS_TREE_LANES; j++)
        sums[j] += (lanes[j] - x) * (lanes[j] - x);
}

CS_EACH_WIDTH static void add_levels(double *sums, const double *lanes, double x)
{
    for (size_t j = 0; j < CS_TREE_LANES; j++)
        sums[j] += lanes[j] != x ? 1.0 : 0.0;
}

CS_EACH_WIDTH static void add_capped(double *sums, const double *lanes, double x)
{
    for (size_t j = 0; j < CS_TREE_LANES; j++) {
        const double apart = fabs(lanes[j] - x);

        sums[j] += apart < 1 ? apart : 1;
    }
}

/* The squared distances of a block's points. */
static void look_at_block(double sums[static CS_TREE_LANES], const struct cs_tree *tree,
                          const double *lanes, const double *query)
{
    static void (*const add[])(double *, const double *, double) = {
        [CS_FEATURE_SQUARE] = add_squares,
        [CS_FEATURE_LEVEL] = add_levels,
        [CS_FEATURE_CAPPED] = add_capped,
    };

    memset(sums, 0, CS_TREE_LANES * sizeof *sums);
    for (size_t f = 0; f < tree->width; f++)
        add[cs_points_kind(tree->points, f)](sums, lanes + f * CS_TREE_LANES, query[f]);
}

static size_t first_lane(const struct cs_tree *tree, const struct cs_tree_node *leaf,
                         size_t block, const double **lanes, size_t *n)
{
    const size_t left = leaf->n - block * CS_TREE_LANES;

    *n = left < CS_TREE_LANES ? left : CS_TREE_LANES;
    *lanes = tree->lanes + (leaf->block + block) * (tree->width + 1) * CS_TREE_LANES;
    return (leaf->block + block) * CS_TREE_LANES;
}

/* ---- the nearest ---- */

struct nearest {
    double *squares; /* (k), ascending */
    uint32_t *index; /* (k) */
    size_t k;
    uint32_t self;
};

/* Puts a neighbour that is nearer than the last one kept in its place. */
static void keep(struct nearest *nearest, double square, uint32_t point)
{
    size_t at = nearest->k - 1;

    for (; at > 0 && nearest->squares[at - 1] > square; at--) {
        nearest->squares[at] = nearest->squares[at - 1];
        nearest->index[at] = nearest->index[at - 1];
    }
    nearest->squares[at] = square;
    nearest->index[at] = point;
}

static void keep_of_leaf(struct nearest *nearest, const struct cs_tree *tree,
                         const struct cs_tree_node *leaf, const double *query)
{
    double sums[CS_TREE_LANES];
    const double *lanes;
    size_t n;

    for (size_t block = 0; block * CS_TREE_LANES < leaf->n; block++) {
        const size_t first = first_lane(tree, leaf, block, &lanes, &n);

        look_at_block(sums, tree, lanes, query);
        for (size_t j = 0; j < n; j++)
            if (sums[j] < nearest->squares[nearest->k - 1] &&
                tree->index[first + j] != nearest->self)
                keep(nearest, sums[j], tree->index[first + j]);
        if (nearest->squares[nearest->k - 1] == 0)
            return;
    }
}

void cs_tree_nearest(double *distances, uint32_t *index, size_t k,
                     const struct cs_tree *tree, const double *query, uint32_t self)
{
    struct nearest nearest = { distances, index, k, self };
    struct waiting waiting;

    waiting.n = 0;
    for (size_t r = 0; r < k; r++) {
        distances[r] = INFINITY;
        index[r] = CS_TREE_NONE;
    }
    put_off(&waiting, 0, 0);
    while (waiting.n > 0) {
        const size_t at = waiting.at[--waiting.n].node;
        const struct cs_tree_node *node = &tree->nodes[at];

        if (waiting.at[waiting.n].bound >= distances[k - 1])
            continue;
        if (node->child == 0) {
            keep_of_leaf(&nearest, tree, node, query);
            continue;
        }
        const double one = bound_of(tree, node->child, query);
        const double other = bound_of(tree, node->child + 1, query);
        put_off(&waiting, node->child + (one < other), one < other ? other : one);
        put_off(&waiting, node->child + (one >= other), one < other ? one : other);
    }
    for (size_t r = 0; r < k; r++)
        distances[r] = sqrt(distances[r]);
}

/* ---- those that reach ---- */

static uint32_t reached_of_leaf(const struct cs_tree *tree,
                                const struct cs_tree_node *leaf, const double *query)
{
    double sums[CS_TREE_LANES];
    const double *lanes;
    uint32_t count = 0;
    size_t n;

    for (size_t block = 0; block * CS_TREE_LANES < leaf->n; block++) {
        first_lane(tree, leaf, block, &lanes, &n);
        look_at_block(sums, tree, lanes, query);
        for (size_t j = 0; j < n; j++)
            count += sums[j] < lanes[tree->width * CS_TREE_LANES + j];
    }
    return count;
}

uint32_t cs_tree_reached(const struct cs_tree *tree, const double *query)
{
    struct waiting waiting;
    uint32_t count = 0;

    waiting.n = 0;
    put_off(&waiting, 0, 0);
    while (waiting.n > 0) {
        const struct cs_tree_node *node = &tree->nodes[waiting.at[--waiting.n].node];

        if (waiting.at[waiting.n].bound >= node->reach)
            continue;
        if (node->child == 0) {
            count += reached_of_leaf(tree, node, query);
            continue;
        }
        for (size_t c = 0; c < 2; c++)
            put_off(&waiting, node->child + c, bound_of(tree, node->child + c, query));
    }
    return count;
}
