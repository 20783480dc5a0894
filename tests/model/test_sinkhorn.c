/* Optimal transport where its cost is known. */
#include <math.h>
#include <stdlib.h>

#include "model/normal.h"
#include "model/sinkhorn.h"
#include "tests/support/check.h"
#include "tests/support/comparison.h"

enum { POINTS = 30, WIDTH = 3 };

static void fill_cloud(struct cs_points *points)
{
    float draws[POINTS * WIDTH];
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "cloud");
    cs_normal_fill(draws, POINTS * WIDTH, &rng);
    *points = (struct cs_points){ .x = calloc(POINTS * WIDTH, sizeof(double)),
                                  .n = POINTS,
                                  .width = WIDTH };
    for (size_t i = 0; i < POINTS * WIDTH; i++)
        points->x[i] = (double)draws[i];
    cs_rng_wipe(&rng);
}

/* Of a cloud that is moved as a whole, half the square of the way: however far, so also
 * where kernels are all zeros. */
static void transport_of_a_moved_cloud_is_half_the_square_of_the_way(void **state)
{
    static const double ways[] = { .01, 1, 300 };
    struct cs_points here, there;
    double divergence;
    (void)state;

    fill_cloud(&here);
    for (size_t w = 0; w < COUNT(ways); w++) {
        fill_cloud(&there);
        for (size_t i = 0; i < POINTS; i++)
            there.x[i * WIDTH] += ways[w];
        assert_ok(cs_sinkhorn(&divergence, &here, &there, .5, false, NULL, NULL));
        const double expected = ways[w] * ways[w] / 2;
        if (!(fabs(divergence - expected) <= 1e-8 * (1 + expected)))
            fail_msg("%.12g is not %.12g", divergence, expected);
        cs_points_wipe(&there);
    }
    cs_points_wipe(&here);
}

enum { ROWS = 40 };

/* The potential of column 0 while rows are matched one after the other, columns and rows
 * counted from 1. */
struct matching {
    double u[ROWS + 1], v[ROWS + 1]; /* potentials of rows and columns */
    size_t row[ROWS + 1];            /* of each column, 0 for none */
};

static double cost(const struct cs_points *a, size_t i, const struct cs_points *b,
                   size_t j)
{
    return cs_points_square(a->x + (i - 1) * a->width, b->x + (j - 1) * b->width,
                            a->width) /
           2;
}

/* Finds the cheapest way to match one row more (Kuhn, "The Hungarian Method for the
 * Assignment Problem", 1955, with the shortest augmenting path). */
static void match_row(struct matching *m, size_t row, const struct cs_points *a,
                      const struct cs_points *b)
{
    double least[ROWS + 1];
    size_t from[ROWS + 1] = { 0 }, at = 0;
    bool used[ROWS + 1] = { false };

    for (size_t j = 0; j <= ROWS; j++)
        least[j] = INFINITY;
    for (m->row[0] = row; m->row[at] != 0;) {
        size_t next = 0;

        used[at] = true;
        for (size_t j = 1; j <= ROWS; j++) {
            const double slack = cost(a, m->row[at], b, j) - m->u[m->row[at]] - m->v[j];

            if (!used[j] && slack < least[j])
                least[j] = slack, from[j] = at;
            if (!used[j] && (next == 0 || least[j] < least[next]))
                next = j;
        }
        const double step = least[next];
        for (size_t j = 0; j <= ROWS; j++)
            if (used[j])
                m->u[m->row[j]] += step, m->v[j] -= step;
            else
                least[j] -= step;
        at = next;
    }
    for (; at != 0; at = from[at])
        m->row[at] = m->row[from[at]];
}

static double exact_transport(const struct cs_points *a, const struct cs_points *b)
{
    struct matching m = { .u = { 0 } };
    double sum = 0;

    for (size_t i = 1; i <= ROWS; i++)
        match_row(&m, i, a, b);
    for (size_t j = 1; j <= ROWS; j++)
        sum += cost(a, m.row[j], b, j) / ROWS;
    return sum;
}

/* What the divergence tends to as the blur falls; its value is known to ten digits. */
static void transport_without_blur_is_the_reference(void **state)
{
    struct cs_points points[CS_SIDES];
    struct cs_compared compared;
    double last = INFINITY, divergence;
    (void)state;

    cs_comparison_golden(&compared, false);
    assert_ok(cs_points_make(points, &compared, false));
    const double exact = exact_transport(&points[CS_REAL], &points[CS_SYNTHETIC]);
    if (!(fabs(exact - 0.0679914597) <= 5.1e-11))
        fail_msg("%.12g", exact);
    for (double blur = .4; blur > .04; blur /= 2) {
        assert_ok(cs_sinkhorn(&divergence, &points[CS_REAL], &points[CS_SYNTHETIC], blur,
                              false, NULL, NULL));
        assert_true(fabs(divergence - exact) < last);
        last = fabs(divergence - exact);
    }
    assert_true(last < 1e-3);
    for (size_t s = 0; s < CS_SIDES; s++)
        cs_points_wipe(&points[s]);
    cs_compared_wipe(&compared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transport_of_a_moved_cloud_is_half_the_square_of_the_way),
        cmocka_unit_test(transport_without_blur_is_the_reference),
    };
    return CS_RUN("model/sinkhorn", tests);
}
