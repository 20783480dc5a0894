#include "model/boosted.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"

#define ROUNDS 60u
#define BLOCK_ROWS 256u /* that are scored together */

static const double rate = .3, lambda = 1, curvature_least = 1;

/* Gradient and curvature of one row, or summed over some. */
struct slope {
    double gradient, curvature;
};

/* The rows of a node: a stretch of `order`. */
struct stretch {
    size_t first, n;
};

struct growth {
    const struct cs_task *task;
    size_t n_columns, n_bins, n_scores;
    size_t *first_bin;       /* (n_columns + 1): where a column's codes are in sums */
    uint8_t *codes;          /* (n_rows, n_columns): of the task's rows [secret] */
    double *scores;          /* (n_rows, n_scores) [secret] */
    struct slope *slopes;    /* (n_scores, n_rows) [secret] */
    uint32_t *order, *aside; /* (n_rows): rows, those of a node together; scratch */
    struct slope *sums;      /* (CS_BOOSTED_NODES, n_bins): by node and code [secret] */
    struct stretch stretches[CS_BOOSTED_NODES + CS_BOOSTED_LEAVES];
};

/* No branch: which way a row goes is anybody's guess. */
static inline bool goes_left(const struct cs_boosted_split *split, const uint8_t *codes)
{
    const uint8_t code = codes[split->column];

    return (code <= split->code) & ((code == split->code) | !split->is_equality);
}

/* ---- sums ---- */

static struct slope *sums_of(const struct growth *g, size_t node)
{
    return g->sums + node * g->n_bins;
}

static void sum_rows(struct growth *g, size_t node, const struct slope *slopes)
{
    const struct stretch *stretch = &g->stretches[node];
    struct slope *sums = sums_of(g, node);

    memset(sums, 0, g->n_bins * sizeof *sums);
    for (size_t i = stretch->first; i < stretch->first + stretch->n; i++) {
        const struct slope slope = slopes[g->order[i]];
        const uint8_t *codes = g->codes + g->order[i] * g->n_columns;

        for (size_t j = 0; j < g->n_columns; j++) {
            struct slope *sum = &sums[g->first_bin[j] + codes[j]];

            sum->gradient += slope.gradient;
            sum->curvature += slope.curvature;
        }
    }
}

static void sum_children(struct growth *g, size_t parent, const struct slope *slopes)
{
    const size_t left = 2 * parent + 1, right = left + 1;
    const bool left_is_less = g->stretches[left].n < g->stretches[right].n;
    const size_t less = left_is_less ? left : right, more = left_is_less ? right : left;

    sum_rows(g, less, slopes);
    for (size_t b = 0; b < g->n_bins; b++) {
        const struct slope whole = sums_of(g, parent)[b], part = sums_of(g, less)[b];

        sums_of(g, more)[b] = (struct slope){ whole.gradient - part.gradient,
                                              whole.curvature - part.curvature };
    }
}

static struct slope whole_of(const struct growth *g, size_t node,
                             const struct slope *slopes)
{
    const struct stretch *stretch = &g->stretches[node];
    struct slope whole = { 0, 0 };

    for (size_t i = stretch->first; i < stretch->first + stretch->n; i++) {
        whole.gradient += slopes[g->order[i]].gradient;
        whole.curvature += slopes[g->order[i]].curvature;
    }
    return whole;
}

/* ---- splits ---- */

static double worth(struct slope s)
{
    return s.gradient * s.gradient / (s.curvature + lambda);
}

static void try_split(struct cs_boosted_split *best, double *most, struct slope left,
                      struct slope whole, const struct cs_boosted_split *split)
{
    const struct slope right = { whole.gradient - left.gradient,
                                 whole.curvature - left.curvature };

    if (left.curvature < curvature_least || right.curvature < curvature_least)
        return;
    const double gain = worth(left) + worth(right) - worth(whole);
    if (gain > *most) {
        *most = gain;
        *best = *split;
    }
}

static struct cs_boosted_split best_split(const struct growth *g, size_t node,
                                          struct slope whole)
{
    struct cs_boosted_split best = { .code = UINT8_MAX }; /* none */
    double most = 1e-6;

    for (size_t j = 0; j < g->n_columns; j++) {
        const struct slope *sums = sums_of(g, node) + g->first_bin[j];
        const bool is_number = g->task->features->columns[j].is_number;
        struct slope left = { 0, 0 };

        for (size_t c = 0; c < g->first_bin[j + 1] - g->first_bin[j]; c++) {
            left.gradient = (is_number ? left.gradient : 0) + sums[c].gradient;
            left.curvature = (is_number ? left.curvature : 0) + sums[c].curvature;
            try_split(&best, &most, left, whole,
                      &(struct cs_boosted_split){ .column = (uint32_t)j,
                                                  .code = (uint8_t)c,
                                                  .is_equality = !is_number });
        }
    }
    return best;
}

/* Those that go left stay first; the order among them, and among the others, is kept. */
static void part_rows(struct growth *g, size_t node, const struct cs_boosted_split *split)
{
    const struct stretch all = g->stretches[node];
    uint32_t *order = g->order + all.first;
    size_t n_left = 0, n_right = 0;

    for (size_t i = 0; i < all.n; i++) {
        const uint32_t row = order[i];

        if (goes_left(split, g->codes + row * g->n_columns))
            order[n_left++] = row;
        else
            g->aside[n_right++] = row;
    }
    memcpy(order + n_left, g->aside, n_right * sizeof *order);
    g->stretches[2 * node + 1] = (struct stretch){ all.first, n_left };
    g->stretches[2 * node + 2] = (struct stretch){ all.first + n_left, n_right };
}

/* ---- a tree ---- */

static void grow_tree(struct cs_boosted_tree *tree, struct growth *g,
                      const struct slope *slopes)
{
    for (size_t i = 0; i < g->task->rows.n; i++)
        g->order[i] = (uint32_t)i;
    g->stretches[0] = (struct stretch){ 0, g->task->rows.n };
    sum_rows(g, 0, slopes);
    for (size_t node = 0; node < CS_BOOSTED_NODES; node++) {
        struct cs_boosted_split *split = &tree->nodes[node];

        *split = best_split(g, node, whole_of(g, node, slopes));
        part_rows(g, node, split);
        if (2 * node + 2 < CS_BOOSTED_NODES)
            sum_children(g, node, slopes);
    }
}

/* Each leaf's step (equation 5), and what it does to the scores of its rows. */
static void settle_leaves(struct cs_boosted_tree *tree, struct growth *g, size_t score)
{
    const struct slope *slopes = g->slopes + score * g->task->rows.n;

    for (size_t leaf = 0; leaf < CS_BOOSTED_LEAVES; leaf++) {
        const size_t node = CS_BOOSTED_NODES + leaf;
        const struct stretch *stretch = &g->stretches[node];
        const struct slope whole = whole_of(g, node, slopes);

        tree->leaves[leaf] = -rate * whole.gradient / (whole.curvature + lambda);
        for (size_t i = stretch->first; i < stretch->first + stretch->n; i++)
            g->scores[g->order[i] * g->n_scores + score] += tree->leaves[leaf];
    }
}

static void find_slopes(struct growth *g)
{
    const struct cs_task *task = g->task;
    double gradient[CS_LOSS_SCORES_MAX], curvature[CS_LOSS_SCORES_MAX];

    for (size_t i = 0; i < task->rows.n; i++) {
        cs_loss_at(gradient, curvature, g->scores + i * g->n_scores,
                   task->answers[task->rows.at[i]], task->n_classes);
        for (size_t k = 0; k < g->n_scores; k++)
            g->slopes[k * task->rows.n + i] = (struct slope){ gradient[k], curvature[k] };
    }
}

static void grow(struct cs_boosted *boosted, struct growth *g)
{
    for (size_t round = 0; round < boosted->n_rounds; round++) {
        find_slopes(g);
        for (size_t k = 0; k < g->n_scores; k++) {
            struct cs_boosted_tree *tree = &boosted->trees[round * g->n_scores + k];

            grow_tree(tree, g, g->slopes + k * g->task->rows.n);
            settle_leaves(tree, g, k);
        }
    }
}

/* ---- room ---- */

static enum cs_status make_room(struct growth *g)
{
    const struct cs_task *task = g->task;
    const struct cs_features_column *columns = task->features->columns;
    const size_t n = task->rows.n;

    g->first_bin = calloc(g->n_columns + 1, sizeof *g->first_bin);
    if (g->first_bin == NULL)
        return CS_MEMORY;
    for (size_t j = 0; j < g->n_columns; j++)
        g->first_bin[j + 1] = g->first_bin[j] + columns[j].n_codes;
    g->n_bins = g->first_bin[g->n_columns];
    g->codes = calloc(n * g->n_columns + 1, sizeof *g->codes);
    g->scores = calloc(n, g->n_scores * sizeof *g->scores);
    g->slopes = calloc(n, g->n_scores * sizeof *g->slopes);
    g->order = calloc(n, sizeof *g->order);
    g->aside = calloc(n, sizeof *g->aside);
    g->sums = calloc(g->n_bins + 1, CS_BOOSTED_NODES * sizeof *g->sums);
    if (g->codes == NULL || g->scores == NULL || g->slopes == NULL || g->order == NULL ||
        g->aside == NULL || g->sums == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < n; i++)
        memcpy(g->codes + i * g->n_columns,
               task->features->codes + task->rows.at[i] * g->n_columns, g->n_columns);
    return CS_OK;
}

static void wipe(struct growth *g)
{
    const size_t n = g->task->rows.n;

    cs_wipe_free(g->codes, n * g->n_columns + 1);
    cs_wipe_free(g->scores, n * g->n_scores * sizeof *g->scores);
    cs_wipe_free(g->slopes, n * g->n_scores * sizeof *g->slopes);
    cs_wipe_free(g->sums, (g->n_bins + 1) * CS_BOOSTED_NODES * sizeof *g->sums);
    free(g->first_bin);
    free(g->order);
    free(g->aside);
}

enum cs_status cs_boosted_fit(struct cs_boosted *boosted, const struct cs_task *task)
{
    struct growth g = { .task = task,
                        .n_columns = task->features->n_columns,
                        .n_scores = cs_loss_scores(task->n_classes) };
    enum cs_status st = CS_MEMORY;

    *boosted = (struct cs_boosted){ .n_scores = g.n_scores, .n_rounds = ROUNDS };
    boosted->trees = calloc(ROUNDS, g.n_scores * sizeof *boosted->trees);
    if (boosted->trees == NULL)
        return CS_MEMORY;
    CS_TRY(make_room(&g));
    grow(boosted, &g);
out:
    wipe(&g);
    if (st != CS_OK)
        cs_boosted_wipe(boosted);
    return st;
}

static inline double leaf_of(const struct cs_boosted_tree *tree, const uint8_t *codes)
{
    size_t node = 0;

    for (size_t depth = 0; depth < CS_BOOSTED_DEPTH; depth++)
        node = 2 * node + 2 - goes_left(&tree->nodes[node], codes);
    return tree->leaves[node - CS_BOOSTED_NODES];
}

/* Tree by tree, so that one is looked at while it is in the cache. */
static void score_block(double *scores, const struct cs_boosted *boosted,
                        const struct cs_features *features, const uint32_t *rows,
                        size_t n_rows)
{
    const size_t n = boosted->n_scores;

    memset(scores, 0, n_rows * n * sizeof *scores);
    for (size_t t = 0; t < boosted->n_rounds * n; t++)
        for (size_t i = 0; i < n_rows; i++)
            scores[i * n + t % n] += leaf_of(
                &boosted->trees[t], features->codes + rows[i] * features->n_columns);
}

enum cs_status cs_boosted_score(double *scores, const struct cs_boosted *boosted,
                                const struct cs_features *features, struct cs_rows rows)
{
    for (size_t i = 0; i < rows.n; i += BLOCK_ROWS)
        score_block(scores + i * boosted->n_scores, boosted, features, rows.at + i,
                    rows.n - i < BLOCK_ROWS ? rows.n - i : BLOCK_ROWS);
    return CS_OK;
}

void cs_boosted_wipe(struct cs_boosted *boosted)
{
    cs_wipe_free(boosted->trees,
                 boosted->n_rounds * boosted->n_scores * sizeof *boosted->trees);
    *boosted = (struct cs_boosted){ 0 };
}
