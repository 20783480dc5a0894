#include "model/tree.h"

#include <math.h>
#include <stdlib.h>

#include "crypto/secret.h"

#define DEPTH_MAX 64u /* what is deeper is a leaf */

/* Distances that differ by rounding alone are the same. */
static const double rounding = 1e-12;

/* Points that wait to become a node, side by side among the items. */
struct span {
    uint32_t node, first, n, depth;
};

struct item {
    double key;
    uint32_t point;
};

static double term(enum cs_feature kind, double difference)
{
    switch (kind) {
    case CS_FEATURE_LEVEL:
        return difference != 0;
    case CS_FEATURE_CAPPED:
        return fmin(fabs(difference), 1);
    default:
        return difference * difference;
    }
}

static double *box_of(const struct cs_tree *tree, size_t node)
{
    return tree->boxes + node * 2 * tree->width;
}

static double *lanes_of(const struct cs_tree *tree, size_t block)
{
    return tree->lanes + block * (tree->width + 1) * CS_TREE_LANES;
}

static double feature(const struct cs_tree *tree, uint32_t point, size_t f)
{
    return cs_points_features(tree->points, point)[f];
}

/* ---- a node ---- */

static void find_box(double *least, double *greatest, const struct cs_tree *tree,
                     const struct item *items, size_t n)
{
    for (size_t f = 0; f < tree->width; f++) {
        least[f] = INFINITY;
        greatest[f] = -INFINITY;
        for (size_t i = 0; i < n; i++) {
            least[f] = fmin(least[f], feature(tree, items[i].point, f));
            greatest[f] = fmax(greatest[f], feature(tree, items[i].point, f));
        }
    }
}

/* How much points differ in a feature: the mean term of two that are half of all apart.
 */
static double spread(const struct cs_tree *tree, const struct item *items, size_t n,
                     size_t f)
{
    const enum cs_feature kind = cs_points_kind(tree->points, f);
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += term(kind, feature(tree, items[i].point, f) -
                              feature(tree, items[(i + n / 2) % n].point, f));
    return sum / (double)n;
}

/* The feature by which a node is halved, or the width if its points are all alike. */
static size_t choose_feature(const struct cs_tree *tree, const struct item *items,
                             size_t n, const double *box)
{
    size_t best = tree->width;
    double most = -1;

    for (size_t f = 0; f < tree->width; f++) {
        if (box[f] == box[tree->width + f])
            continue;
        const double here = spread(tree, items, n, f);
        if (here > most) {
            most = here;
            best = f;
        }
    }
    return best;
}

static int compare_items(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->point > y->point) - (x->point < y->point);
}

/* Sorts by the feature, and returns where the second half begins: where the value
 * changes, as near to the middle as it does. */
static size_t halve(const struct cs_tree *tree, struct item *items, size_t n, size_t f)
{
    size_t below = n / 2, above = n / 2;

    for (size_t i = 0; i < n; i++)
        items[i].key = feature(tree, items[i].point, f);
    qsort(items, n, sizeof *items, compare_items);
    while (below > 0 && items[below - 1].key == items[below].key)
        below--;
    while (above < n && items[above - 1].key == items[above].key)
        above++;
    return below > 0 && n / 2 - below <= above - n / 2 ? below : above;
}

/* ---- building ---- */

static enum cs_status make_node_room(struct cs_tree *tree, size_t n_more)
{
    if (tree->n_nodes + n_more <= tree->capacity_nodes)
        return CS_OK;
    const size_t capacity = 2 * tree->capacity_nodes + 64;
    struct cs_tree_node *nodes = realloc(tree->nodes, capacity * sizeof *nodes);
    if (nodes == NULL)
        return CS_MEMORY;
    tree->nodes = nodes;
    double *boxes =
        realloc(tree->boxes, (capacity * 2 * tree->width + 1) * sizeof *boxes);
    if (boxes == NULL)
        return CS_MEMORY;
    tree->boxes = boxes;
    tree->capacity_nodes = capacity;
    return CS_OK;
}

static enum cs_status make_block_room(struct cs_tree *tree, size_t n_more)
{
    const size_t lanes_of_block = (tree->width + 1) * CS_TREE_LANES;

    if (tree->n_blocks + n_more <= tree->capacity_blocks)
        return CS_OK;
    const size_t capacity = 2 * tree->capacity_blocks + n_more + 64;
    double *lanes = realloc(tree->lanes, capacity * lanes_of_block * sizeof *lanes);
    if (lanes == NULL)
        return CS_MEMORY;
    tree->lanes = lanes;
    uint32_t *index = realloc(tree->index, capacity * CS_TREE_LANES * sizeof *index);
    if (index == NULL)
        return CS_MEMORY;
    tree->index = index;
    tree->capacity_blocks = capacity;
    return CS_OK;
}

static double squared_reach(const struct cs_tree *tree, uint32_t point)
{
    const double reach =
        tree->reaches != NULL ? tree->reaches[point] * (1 - rounding) : 0;

    return reach * reach;
}

/* A block of up to CS_TREE_LANES points; lanes without one reach nothing. */
static void fill_block(struct cs_tree *tree, size_t block, const struct item *items,
                       size_t n)
{
    double *lanes = lanes_of(tree, block);
    uint32_t *index = tree->index + block * CS_TREE_LANES;

    for (size_t j = 0; j < CS_TREE_LANES; j++) {
        const bool is_there = j < n;

        index[j] = is_there ? items[j].point : CS_TREE_NONE;
        for (size_t f = 0; f < tree->width; f++)
            lanes[f * CS_TREE_LANES + j] =
                is_there ? feature(tree, items[j].point, f) : 0;
        lanes[tree->width * CS_TREE_LANES + j] =
            is_there ? squared_reach(tree, items[j].point) : 0;
    }
}

static enum cs_status fill_leaf(struct cs_tree *tree, const struct span *span,
                                const struct item *items)
{
    const size_t n_blocks = (span->n + CS_TREE_LANES - 1) / CS_TREE_LANES;
    struct cs_tree_node *node = &tree->nodes[span->node];
    enum cs_status st;

    CS_TRY(make_block_room(tree, n_blocks));
    node->block = (uint32_t)tree->n_blocks;
    for (size_t first = 0; first < span->n; first += CS_TREE_LANES)
        fill_block(tree, tree->n_blocks++, items + first,
                   span->n - first < CS_TREE_LANES ? span->n - first : CS_TREE_LANES);
out:
    return st;
}

/* Makes a node of the span, and spans (2) of its halves; *n_spans is 0 for a leaf. */
static enum cs_status make_node(struct span spans[static 2], size_t *n_spans,
                                struct cs_tree *tree, const struct span *span,
                                struct item *all)
{
    struct item *items = all + span->first;
    struct cs_tree_node *node = &tree->nodes[span->node];
    double *box = box_of(tree, span->node);
    enum cs_status st;

    *node = (struct cs_tree_node){ .n = span->n };
    for (size_t i = 0; i < span->n; i++)
        node->reach = fmax(node->reach, squared_reach(tree, items[i].point));
    find_box(box, box + tree->width, tree, items, span->n);
    const size_t f = span->n <= CS_TREE_LANES || span->depth == DEPTH_MAX
                         ? tree->width
                         : choose_feature(tree, items, span->n, box);
    *n_spans = 0;
    if (f == tree->width)
        return fill_leaf(tree, span, items);
    const uint32_t n = (uint32_t)halve(tree, items, span->n, f);
    const uint32_t child = (uint32_t)tree->n_nodes;
    node->child = child;
    CS_TRY(make_node_room(tree, 2));
    tree->n_nodes += 2;
    spans[0] = (struct span){ child, span->first, n, span->depth + 1 };
    spans[1] = (struct span){ child + 1, span->first + n, span->n - n, span->depth + 1 };
    *n_spans = 2;
out:
    return st;
}

static enum cs_status build(struct cs_tree *tree, struct item *items)
{
    struct span waiting[DEPTH_MAX + 2] = { { .n = (uint32_t)tree->points->n } };
    size_t n_waiting = 1, n_more;
    enum cs_status st;

    CS_TRY(make_node_room(tree, 1));
    tree->n_nodes = 1;
    while (n_waiting > 0) {
        const struct span span = waiting[--n_waiting];

        CS_TRY(make_node(&waiting[n_waiting], &n_more, tree, &span, items));
        n_waiting += n_more;
    }
out:
    return st;
}

enum cs_status cs_tree_make(struct cs_tree *tree, const struct cs_points *points,
                            const double *reaches)
{
    struct item *items = calloc(points->n, sizeof *items);
    enum cs_status st = CS_MEMORY;

    CS_REQUIRE(points->n > 0 && points->n < CS_TREE_NONE);
    *tree = (struct cs_tree){ .points = points,
                              .reaches = reaches,
                              .width = cs_points_n_features(points) };
    if (items == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < points->n; i++)
        items[i].point = (uint32_t)i;
    st = build(tree, items);
    cs_wipe_free(items, points->n * sizeof *items);
    if (st != CS_OK)
        cs_tree_wipe(tree);
    return st;
}

void cs_tree_wipe(struct cs_tree *tree)
{
    if (tree->boxes != NULL)
        cs_wipe_free(tree->boxes,
                     tree->capacity_nodes * 2 * tree->width * sizeof *tree->boxes);
    if (tree->lanes != NULL)
        cs_wipe_free(tree->lanes, tree->capacity_blocks * (tree->width + 1) *
                                      CS_TREE_LANES * sizeof *tree->lanes);
    free(tree->nodes);
    free(tree->index);
    *tree = (struct cs_tree){ 0 };
}
