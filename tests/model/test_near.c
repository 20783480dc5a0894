/* Rows as points, and who is nearest to whom. */
#include <math.h>
#include <stdlib.h>

#include "model/near.h"
#include "model/normal.h"
#include "tests/support/check.h"
#include "tests/support/comparison.h"

static void assert_value(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within))
        fail_msg("%.12g is not %.12g", value, expected);
}

/* ---- neighbours ---- */

enum { ROWS = 700, WIDTH = 7 }; /* several blocks, the last of them not full */

static void fill_points(struct cs_points *points, const char *label, size_t n)
{
    float draws[ROWS * WIDTH];
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, label);
    cs_normal_fill(draws, n * WIDTH, &rng);
    *points = (struct cs_points){ .x = calloc(n * WIDTH, sizeof(double)),
                                  .n = n,
                                  .width = WIDTH };
    for (size_t i = 0; i < n * WIDTH; i++)
        points->x[i] = 1000 + (double)draws[i];
    cs_rng_wipe(&rng);
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The naive twin: all distances of a point, sorted. */
static size_t slow_row(double *distances, const struct cs_points *from, size_t i,
                       const struct cs_points *to)
{
    size_t n = 0;

    for (size_t j = 0; j < to->n; j++)
        if (from != to || i != j)
            distances[n++] =
                sqrt(cs_points_square(from->x + i * WIDTH, to->x + j * WIDTH, WIDTH));
    return n;
}

static void assert_as_slow(const struct cs_points *from, const struct cs_points *to,
                           struct cs_workers *workers)
{
    double distances[ROWS], radii[ROWS];
    struct cs_near near;

    for (size_t j = 0; j < to->n; j++)
        radii[j] = 1 + 2 * (double)j / (double)to->n;
    assert_ok(cs_near_find(&near, from, to, 4, radii, workers, NULL));
    for (size_t i = 0; i < from->n; i++) {
        const size_t n = slow_row(distances, from, i, to);
        size_t within = 0;

        for (size_t j = 0; from != to && j < n; j++)
            within += distances[j] < radii[j];
        if (from != to)
            assert_int_equal(near.within[i], within);
        qsort(distances, n, sizeof *distances, compare);
        for (size_t r = 0; r < 4; r++)
            assert_value(near.distances[i * 4 + r], distances[r], 1e-12);
    }
    cs_near_wipe(&near);
}

static void neighbours_are_those_of_the_naive_search(void **state)
{
    struct cs_workers *workers;
    struct cs_points a, b;
    (void)state;

    fill_points(&a, "a", ROWS);
    fill_points(&b, "b", 300);
    assert_ok(cs_workers_new(&workers, 3));
    assert_as_slow(&a, &b, workers);
    assert_as_slow(&b, &a, NULL);
    assert_as_slow(&a, &a, workers);
    cs_workers_free(workers);
    cs_points_wipe(&a);
    cs_points_wipe(&b);
}

static void fewer_points_than_neighbours_leave_infinity(void **state)
{
    struct cs_points points;
    struct cs_near near;
    (void)state;

    fill_points(&points, "few", 2);
    assert_ok(cs_near_find(&near, &points, &points, 3, NULL, NULL, NULL));
    assert_true(isfinite(near.distances[0]) && isinf(near.distances[1]));
    assert_int_equal(near.index[0], 1);
    assert_int_equal(near.index[1], CS_NEAR_NONE);
    cs_near_wipe(&near);
    cs_points_wipe(&points);
}

static enum cs_status stop(void *arg, double done)
{
    (void)arg;
    (void)done;
    return CS_CLOSED;
}

static void what_the_progress_returns_ends_the_search(void **state)
{
    const struct cs_progress progress = { stop, NULL };
    struct cs_points points;
    struct cs_near near;
    (void)state;

    fill_points(&points, "stop", 9);
    assert_int_equal(cs_near_find(&near, &points, &points, 1, NULL, NULL, &progress),
                     CS_CLOSED);
    assert_null(near.distances);
    cs_points_wipe(&points);
}

/* ---- points ---- */

static void categories_are_as_far_apart_as_ends_of_a_range(void **state)
{
    struct cs_points points[CS_SIDES];
    struct cs_compared compared;
    (void)state;

    cs_comparison_of(&compared, "x,c,m\n0,a,1\n10,a,3\n0,b,\n", "x,c,m\n20,c,2\n", NULL,
                     0);
    assert_ok(cs_points_make(points, &compared, false));
    const size_t width = points[0].width;
    const double *x = points[CS_REAL].x;
    assert_int_equal(width, 1 + 3 + 2);
    /* by x, and by m; by c, and by m, which is 1 apart for being missing, at its mean */
    assert_value(cs_points_square(x, x + width, width), 1 + 1, 1e-12);
    assert_value(cs_points_square(x, x + 2 * width, width), 1 + .25 + 1, 1e-12);
    assert_value(points[CS_SYNTHETIC].x[0], 2, 1e-12);
    for (size_t s = 0; s < CS_SIDES; s++)
        cs_points_wipe(&points[s]);
    cs_compared_wipe(&compared);
}

static void features_have_the_distances_of_coordinates(void **state)
{
    static const char real[] = "x,c,m\n0,a,1\n10,a,3\n0,b,\n4,,5\n";
    static const char synthetic[] = "x,c,m\n20,c,2\n3,,\n";
    struct cs_points points[CS_SIDES];
    struct cs_compared compared;
    struct cs_near near;
    (void)state;

    cs_comparison_of(&compared, real, synthetic, NULL, 0);
    assert_ok(cs_points_make(points, &compared, false));
    const struct cs_points *from = &points[CS_SYNTHETIC], *to = &points[CS_REAL];
    assert_ok(cs_near_find(&near, from, to, 4, NULL, NULL, NULL));
    for (size_t i = 0; i < 2 * 4; i++) {
        const double *x = from->x + i / 4 * from->width;
        const double *y = to->x + near.index[i] * to->width;

        assert_value(near.distances[i], sqrt(cs_points_square(x, y, to->width)), 1e-12);
    }
    /* two rows whose category is empty are of the same */
    assert_value(near.distances[4], sqrt(.09 + 1), 1e-12);
    cs_near_wipe(&near);
    for (size_t s = 0; s < CS_SIDES; s++)
        cs_points_wipe(&points[s]);
    cs_compared_wipe(&compared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_are_those_of_the_naive_search),
        cmocka_unit_test(fewer_points_than_neighbours_leave_infinity),
        cmocka_unit_test(what_the_progress_returns_ends_the_search),
        cmocka_unit_test(categories_are_as_far_apart_as_ends_of_a_range),
        cmocka_unit_test(features_have_the_distances_of_coordinates),
    };
    return CS_RUN("model/near", tests);
}
