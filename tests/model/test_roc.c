#include "model/roc.h"

#include <math.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

static void assert_close(double value, double expected)
{
    if (!(fabs(value - expected) < 1e-12))
        fail_msg("%.15g is not %.15g", value, expected);
}

static void make(struct cs_roc *roc, const double *scores, const bool *is_true, size_t n)
{
    assert_ok(cs_roc_make(roc, scores, is_true, n));
}

/* Scores with ties, worked out by hand: of 3 x 4 pairs 9 are in order and 2 are equal. */
static const double scores[] = { .9, .8, .8, .5, .5, .3, .1 };
static const bool is_true[] = { true, false, true, true, false, false, false };

static void the_area_is_the_share_of_pairs_in_order(void **state)
{
    struct cs_roc roc;
    (void)state;

    make(&roc, scores, is_true, COUNT(scores));
    assert_int_equal(roc.n_points, 6);
    assert_close(cs_roc_area(&roc), (9 + .5 + .5) / 12);
    cs_roc_wipe(&roc);
}

/* The naive twin: all pairs. */
static double slow_area(const double *x, const bool *truth, size_t n)
{
    double sum = 0, pairs = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            if (truth[i] && !truth[j]) {
                sum += x[i] > x[j] ? 1 : x[i] == x[j] ? .5 : 0;
                pairs++;
            }
    return sum / pairs;
}

static void any_scores_have_the_area_of_the_naive_count(void **state)
{
    double x[60];
    bool truth[60];
    struct cs_rng rng;
    struct cs_roc roc;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "tests/roc");
    for (unsigned round = 0; round < 50; round++) {
        for (size_t i = 0; i < COUNT(x); i++) {
            x[i] = cs_rng_below(&rng, 1 + round);
            truth[i] = i < 2 ? i == 0 : cs_rng_below(&rng, 3) == 0;
        }
        make(&roc, x, truth, COUNT(x));
        assert_close(cs_roc_area(&roc), slow_area(x, truth, COUNT(x)));
        cs_roc_wipe(&roc);
    }
    cs_rng_wipe(&rng);
}

static void the_curve_is_read_where_it_is_asked(void **state)
{
    struct cs_roc roc;
    (void)state;

    make(&roc, scores, is_true, COUNT(scores));
    /* Points (0, 1/3), (1/4, 2/3), (1/2, 1), then along the top. */
    assert_close(cs_roc_at(&roc, 0), 1 / 3.0);
    assert_close(cs_roc_at(&roc, .125), .5);
    assert_close(cs_roc_at(&roc, .25), 2 / 3.0);
    assert_close(cs_roc_at(&roc, .9), 1);
    assert_close(cs_roc_at(&roc, 1), 1);
    cs_roc_wipe(&roc);
}

/* The fourth of seven scores is .5, which the fifth has as well. */
static void the_advantage_is_that_of_the_median_and_above(void **state)
{
    struct cs_roc roc;
    (void)state;

    make(&roc, scores, is_true, COUNT(scores));
    assert_close(cs_roc_advantage(&roc), 1 - 2 / 4.0);
    cs_roc_wipe(&roc);
}

static void one_kind_alone_has_no_area(void **state)
{
    static const bool all[] = { true, true, true, true, true, true, true };
    struct cs_roc roc;
    (void)state;

    make(&roc, scores, all, COUNT(scores));
    assert_true(isnan(cs_roc_area(&roc)));
    cs_roc_wipe(&roc);
    make(&roc, NULL, NULL, 0);
    assert_true(isnan(cs_roc_area(&roc)));
    cs_roc_wipe(&roc);
}

static void scores_that_are_no_numbers_come_last(void **state)
{
    static const double some[] = { 1, NAN, NAN, 2 };
    static const bool truth[] = { true, false, false, true };
    struct cs_roc roc;
    (void)state;

    make(&roc, some, truth, COUNT(some));
    assert_close(cs_roc_area(&roc), 1);
    cs_roc_wipe(&roc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_area_is_the_share_of_pairs_in_order),
        cmocka_unit_test(any_scores_have_the_area_of_the_naive_count),
        cmocka_unit_test(the_curve_is_read_where_it_is_asked),
        cmocka_unit_test(the_advantage_is_that_of_the_median_and_above),
        cmocka_unit_test(one_kind_alone_has_no_area),
        cmocka_unit_test(scores_that_are_no_numbers_come_last),
    };
    return CS_RUN("model/roc", tests);
}
