/* What model/worth.h promises, one test for each promise. */
#include "model/worth.h"

#include <math.h>

#include "tests/support/check.h"

#define assert_near(x, y, tolerance) assert_true(fabs((x) - (y)) <= (tolerance))

/* Amounts in cents: nothing, up to 1, up to 10, up to 100; then `missing`. */
enum { NOTHING, ONE, TEN, HUNDRED, MISSING, CODES };
static int64_t edges[] = { 0, 1, 101, 1001, 10001 };
static const struct cs_column spend = { .name = (char *)"spend",
                                        .type = CS_NUMBER,
                                        .decimals = 2,
                                        .min = 0,
                                        .max = 10000,
                                        .edges = edges,
                                        .n_bins = 4,
                                        .n_codes = CODES,
                                        .missing = MISSING,
                                        .other = -1 };
static const struct cs_outcome_spec outcome = { .is_mean = true };

/* Of the last bin, all people have 50.00; of the third, three quarters have 5.00. */
static int64_t start[] = { 0, 500, 501, 5000, 5001, 10001 };
static int64_t mass[] = { 300, 900, 0, 40, 0 };
static const struct cs_density shape = { 5, start, mass };

static void without_a_shape_values_lie_evenly(void **state)
{
    struct cs_worth worth;
    (void)state;

    cs_worth_init(&worth, &outcome, &spend, NULL, INFINITY);
    assert_true(worth.mean[NOTHING] == 0 && worth.square[NOTHING] == 0);
    assert_near(worth.mean[ONE], .505, 1e-12); /* 0.01 to 1.00 */
    assert_near(worth.mean[HUNDRED], 55.005, 1e-9);
    double squares = 0, cubes = 0;
    for (int cents = 1; cents <= 100; cents++) {
        squares += pow(cents / 100., 2) / 100;
        cubes += pow(cents / 100., 3) / 100;
    }
    assert_near(worth.square[ONE], squares, 1e-12);
    assert_near(worth.cube[ONE], cubes, 1e-12);
}

static void a_shape_says_where_in_a_bin_people_are(void **state)
{
    struct cs_worth worth;
    (void)state;

    cs_worth_init(&worth, &outcome, &spend, &shape, INFINITY);
    assert_near(worth.mean[HUNDRED], 50, 1e-9);
    assert_near(worth.square[HUNDRED], 2500, 1e-6);
    /* 300 people evenly over 0 to 4.99, of which 399 of 500 points are in the bin */
    const double below = 300 * 399. / 500;
    assert_near(worth.mean[TEN], (below * 3 + 900 * 5) / (below + 900), 1e-9);
}

static void values_above_the_cap_count_as_the_cap(void **state)
{
    struct cs_worth worth;
    (void)state;

    cs_worth_init(&worth, &outcome, &spend, NULL, 20);
    assert_near(worth.mean[TEN], 5.505, 1e-9); /* below the cap: as it was */
    const double below = (2000 - 1001) / 9000.;
    assert_near(worth.mean[HUNDRED], below * 15.0 + (1 - below) * 20, 1e-9);
    assert_true(worth.square[HUNDRED] < 400 && worth.cube[HUNDRED] < 8000);
}

static void who_has_no_value_counts_as_nothing_or_not_at_all(void **state)
{
    const struct cs_outcome_spec excluded = { .is_mean = true,
                                              .leaves_out_missing = true };
    struct cs_worth worth;
    (void)state;

    cs_worth_init(&worth, &outcome, &spend, NULL, INFINITY);
    assert_true(worth.counts[MISSING] && worth.mean[MISSING] == 0);
    cs_worth_init(&worth, &excluded, &spend, NULL, INFINITY);
    assert_false(worth.counts[MISSING]);
    assert_true(worth.counts[NOTHING]);
}

/* 10,000 people bought, 99 in a hundred of them for less than some value. */
static void the_cap_leaves_one_in_a_hundred_above(void **state)
{
    const double people[CS_CODES_MAX] = { 90000, 6000, 3800, 200 };
    (void)state;

    /* half of the last bin */
    assert_near(cs_worth_cap(&spend, NULL, people, 0), 55, .02);
    /* nobody above 50.00 by the shape, and all of the 200 at it */
    assert_near(cs_worth_cap(&spend, &shape, people, 0), 50.01, .005);
}

static void noise_in_empty_bins_does_not_move_the_cap_up(void **state)
{
    const double people[CS_CODES_MAX] = { 90000, 6000, 30, -25 };
    (void)state;

    const double cap = cs_worth_cap(&spend, NULL, people, 400);
    assert_true(cap < 1.02);
    /* the control: without noise there are 30 people, half of one in a hundred */
    assert_true(cs_worth_cap(&spend, NULL, people, 0) <= 1.01);
    const double real[CS_CODES_MAX] = { 90000, 6000, 3000, 500 };
    assert_true(cs_worth_cap(&spend, NULL, real, 400) > 50);
}

static void nobody_is_capped_where_noise_hides_who_has_any(void **state)
{
    const double people[CS_CODES_MAX] = { 90000, 50, 20, 5 };
    (void)state;

    assert_true(cs_worth_cap(&spend, NULL, people, 400) == INFINITY);
    assert_true(cs_worth_cap(&spend, NULL, people, 1) < INFINITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_shape_values_lie_evenly),
        cmocka_unit_test(a_shape_says_where_in_a_bin_people_are),
        cmocka_unit_test(values_above_the_cap_count_as_the_cap),
        cmocka_unit_test(who_has_no_value_counts_as_nothing_or_not_at_all),
        cmocka_unit_test(the_cap_leaves_one_in_a_hundred_above),
        cmocka_unit_test(noise_in_empty_bins_does_not_move_the_cap_up),
        cmocka_unit_test(nobody_is_capped_where_noise_hides_who_has_any),
    };

    return CS_RUN("model/worth", tests);
}
