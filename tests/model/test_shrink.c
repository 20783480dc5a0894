/* What model/shrink.h promises, one test for each promise. */
#include "model/shrink.h"

#include <math.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

static void near_what_is_expected_the_prior_decides(void **state)
{
    (void)state;
    /* t = 100, s2 = 100: half way */
    assert_true(fabs(cs_shrink(14, 10, 100).value - 12) < 1e-12);
    assert_true(fabs(cs_shrink(14, 10, 100).variance - 51) < 1e-12);
}

static void far_from_it_the_measurement_wins(void **state)
{
    const struct cs_shrunk far = cs_shrink(10010, 10, 100);
    (void)state;

    assert_true(fabs(far.value - 10010) < 0.1);
    assert_true(fabs(far.variance - 101) < 0.1);
}

static void what_surely_is_not_there_becomes_nobody(void **state)
{
    (void)state;
    assert_true(cs_shrink(12, 500, 100).value == 0);
    assert_true(cs_shrink(-12, 500, 100).value == 0);
    /* the control: the same count where few are expected keeps most of itself */
    assert_true(cs_shrink(12, 10, 100).value > 10);
}

static void some_variance_is_always_left(void **state)
{
    (void)state;
    for (double noisy = -50; noisy < 600; noisy += 1)
        assert_true(cs_shrink(noisy, 300, 100).variance >= 31);
}

/* Poisson-like counts around 20 under noise of variance 400: the shrunk ones are nearer
 * to the truth by far more than the raw ones. */
static void shrunk_counts_are_nearer_to_the_truth(void **state)
{
    struct cs_rng rng;
    double raw = 0, shrunk = 0;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "shrink");
    for (int i = 0; i < 2000; i++) {
        double noise = -6;
        for (int k = 0; k < 12; k++)
            noise += cs_rng_unit(&rng);
        const double truth = 10 + cs_rng_below(&rng, 21), noisy = truth + 20 * noise;
        const double value = cs_shrink(noisy, 20, 400).value;

        raw += (noisy - truth) * (noisy - truth);
        shrunk += (value - truth) * (value - truth);
    }
    assert_true(shrunk < 0.5 * raw);
}

/* Counts around e with a spread of 6: found, from counts whose noise is ten times that.
 */
static void the_spread_around_a_prior_is_found(void **state)
{
    struct cs_spread wide = { 0 }, none = { 0 }, empty = { 0 };
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 3, "spread");
    for (int i = 0; i < 40000; i++) {
        double x = -6, y = -6;
        for (int k = 0; k < 12; k++) {
            x += cs_rng_unit(&rng);
            y += cs_rng_unit(&rng);
        }
        cs_spread_add(&wide, 100 + sqrt(600) * x + sqrt(6000) * y, 100, 6000);
        cs_spread_add(&none, 100 + sqrt(6000) * y, 100, 6000);
    }
    assert_true(cs_spread_value(&wide) > 5 && cs_spread_value(&wide) < 7);
    assert_true(cs_spread_value(&none) < 2); /* deviation .4 */
    assert_true(cs_spread_value(&empty) == 1);
}

static void a_prior_is_heeded_by_its_spread(void **state)
{
    (void)state;

    const double near = cs_shrink_to_prior(150, 100, 400, 1).value;
    const double far = cs_shrink_to_prior(150, 100, 400, 20).value;
    assert_true(near > 100 && near < far && far < 150);
    assert_true(cs_shrink_to_prior(1000, 100, 400, 1).value > 990); /* surely not 100 */
    assert_stops(cs_shrink_to_prior(1, 1, 1, 0));
}

static void without_noise_the_count_stands(void **state)
{
    const struct cs_shrunk shrunk = cs_shrink(7, 100, 0);
    (void)state;

    assert_true(shrunk.value == 7 && shrunk.variance >= 1);
    assert_true(cs_shrink(0, 0, 0).value == 0 && cs_shrink(0, 0, 0).variance == 1);
    assert_true(cs_shrink(1000, 0, 0).variance > shrunk.variance);
}

static void broken_preconditions_stop_the_program(void **state)
{
    (void)state;
    assert_stops(cs_shrink(1, 1, -1));
    assert_stops(cs_shrink(1, -1, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_what_is_expected_the_prior_decides),
        cmocka_unit_test(far_from_it_the_measurement_wins),
        cmocka_unit_test(what_surely_is_not_there_becomes_nobody),
        cmocka_unit_test(some_variance_is_always_left),
        cmocka_unit_test(shrunk_counts_are_nearer_to_the_truth),
        cmocka_unit_test(the_spread_around_a_prior_is_found),
        cmocka_unit_test(a_prior_is_heeded_by_its_spread),
        cmocka_unit_test(without_noise_the_count_stands),
        cmocka_unit_test(broken_preconditions_stop_the_program),
    };
    return CS_RUN("model/shrink", tests);
}
