/* Searches of a tree against looking at every point. */
#include <math.h>
#include <stdlib.h>

#include "crypto/rng.h"
#include "model/tree.h"
#include "tests/support/check.h"

enum { POINTS = 900, WIDTH = 5, NEAREST = 4 };

/* Features of each kind; few values of each, so that many points are equally far, and
 * many are alike. */
static void fill(struct cs_points *points, const char *label, uint32_t n_values)
{
    static const enum cs_feature kinds[WIDTH] = { CS_FEATURE_LEVEL, CS_FEATURE_SQUARE,
                                                  CS_FEATURE_LEVEL, CS_FEATURE_CAPPED,
                                                  CS_FEATURE_SQUARE };
    struct cs_rng rng;

    *points = (struct cs_points){
        .n = POINTS,
        .features = calloc(POINTS * WIDTH, sizeof(double)),
        .kinds = calloc(WIDTH, sizeof(enum cs_feature)),
        .n_features = WIDTH,
    };
    cs_rng_init_labelled(&rng, 1, label);
    for (size_t f = 0; f < WIDTH; f++)
        points->kinds[f] = kinds[f];
    for (size_t i = 0; i < POINTS * WIDTH; i++)
        points->features[i] = cs_rng_below(&rng, n_values) /
                              (kinds[i % WIDTH] == CS_FEATURE_LEVEL ? 1. : 8.);
    cs_rng_wipe(&rng);
}

static double slow_distance(const struct cs_points *a, size_t i,
                            const struct cs_points *b, size_t j)
{
    const double *x = cs_points_features(a, i), *y = cs_points_features(b, j);
    double sum = 0;

    for (size_t f = 0; f < WIDTH; f++) {
        const double apart = fabs(x[f] - y[f]);

        sum += a->kinds[f] == CS_FEATURE_LEVEL    ? apart > 0
               : a->kinds[f] == CS_FEATURE_CAPPED ? fmin(apart, 1)
                                                  : apart * apart;
    }
    return sqrt(sum);
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void assert_nearest(const struct cs_tree *tree, const struct cs_points *from,
                           size_t i)
{
    const struct cs_points *to = tree->points;
    double found[NEAREST], all[POINTS];
    uint32_t index[NEAREST];
    size_t n = 0;

    cs_tree_nearest(found, index, NEAREST, tree, cs_points_features(from, i),
                    from == to ? (uint32_t)i : CS_TREE_NONE);
    for (size_t j = 0; j < to->n; j++)
        if (from != to || j != i)
            all[n++] = slow_distance(from, i, to, j);
    qsort(all, n, sizeof *all, compare);
    for (size_t r = 0; r < NEAREST; r++) {
        assert_true(fabs(found[r] - all[r]) <= 1e-12);
        assert_true(from != to || index[r] != i);
        assert_true(slow_distance(from, i, to, index[r]) == found[r]);
    }
}

static void assert_searches(const struct cs_points *from, const struct cs_points *to)
{
    double reaches[POINTS];
    struct cs_tree tree;

    for (size_t j = 0; j < POINTS; j++)
        reaches[j] = .5 + 2 * (double)j / POINTS;
    assert_ok(cs_tree_make(&tree, to, reaches));
    for (size_t i = 0; i < from->n; i++) {
        uint32_t reached = 0;

        assert_nearest(&tree, from, i);
        for (size_t j = 0; j < to->n; j++)
            reached += slow_distance(from, i, to, j) < reaches[j] * (1 - 1e-12);
        assert_int_equal(cs_tree_reached(&tree, cs_points_features(from, i)), reached);
    }
    cs_tree_wipe(&tree);
}

static void searches_find_what_looking_at_every_point_finds(void **state)
{
    static const uint32_t n_values[] = { 2, 3, 20, 100000 };
    (void)state;

    for (size_t v = 0; v < COUNT(n_values); v++) {
        struct cs_points a, b;

        fill(&a, "a", n_values[v]);
        fill(&b, "b", n_values[v]);
        assert_searches(&a, &b);
        assert_searches(&a, &a);
        cs_points_wipe(&a);
        cs_points_wipe(&b);
    }
}

static void points_all_alike_are_one_leaf(void **state)
{
    struct cs_points points;
    struct cs_tree tree;
    (void)state;

    fill(&points, "alike", 1);
    assert_ok(cs_tree_make(&tree, &points, NULL));
    assert_int_equal(tree.n_nodes, 1);
    assert_nearest(&tree, &points, 7);
    cs_tree_wipe(&tree);
    cs_points_wipe(&points);
}

/* As of rows whose every column is left out. */
static void points_without_features_are_all_alike(void **state)
{
    double nothing = 0, distances[2];
    const struct cs_points points = { .x = &nothing, .n = 5 };
    struct cs_tree tree;
    uint32_t index[2];
    (void)state;

    assert_ok(cs_tree_make(&tree, &points, NULL));
    cs_tree_nearest(distances, index, 2, &tree, &nothing, 0);
    assert_true(distances[1] == 0);
    assert_true(index[0] != 0 && index[1] != 0 && index[0] != index[1]);
    cs_tree_wipe(&tree);
}

/* Each of them half as far as the one before: halves that hold one point each would make
 * a tree as deep as there are points. */
static void a_tree_is_not_as_deep_as_its_points_are_many(void **state)
{
    double x[POINTS], distance;
    const struct cs_points points = { .x = x, .n = POINTS, .width = 1 };
    struct cs_tree tree;
    uint32_t index;
    (void)state;

    for (size_t i = 0; i < POINTS; i++)
        x[i] = i < 600 ? 0 : ldexp(1, -(int)(i - 600));
    assert_ok(cs_tree_make(&tree, &points, NULL));
    for (uint32_t i = 600; i < POINTS; i++) {
        cs_tree_nearest(&distance, &index, 1, &tree, &x[i], CS_TREE_NONE);
        assert_int_equal(index, i);
    }
    cs_tree_wipe(&tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(searches_find_what_looking_at_every_point_finds),
        cmocka_unit_test(points_all_alike_are_one_leaf),
        cmocka_unit_test(points_without_features_are_all_alike),
        cmocka_unit_test(a_tree_is_not_as_deep_as_its_points_are_many),
    };
    return CS_RUN("model/tree", tests);
}
