/* What crypto/gauss.h promises: the distribution, tested against its formula. */
#include "crypto/gauss.h"

#include <math.h>
#include <stdlib.h>

#include "tests/support/check.h"
#include "tests/support/goodness.h"

enum { DRAWS = 60000 };
#define Q16(s2) ((uint64_t)((s2)*65536))

static const double scales[] = { .05, .3, 1, 2.5, 49, 1474.25, 1e6, 1e10 };

static int64_t *draws(double s2, const char *label)
{
    int64_t *x = malloc(DRAWS * sizeof *x);
    struct cs_rng rng;

    assert_non_null(x);
    cs_rng_init_labelled(&rng, 11, label);
    cs_gauss_fill_var(x, DRAWS, Q16(s2), &rng);
    return x;
}

static void check_draws(double s2, const char *label)
{
    int64_t *x = draws(s2, label);
    struct cs_goodness goodness;

    cs_goodness_gauss(&goodness, s2);
    cs_goodness_add(&goodness, x, DRAWS);
    assert_true(cs_goodness_misfit(&goodness) < 5);
    assert_true(cs_goodness_distance(&goodness) < 2.5);
    cs_goodness_wipe(&goodness);
    free(x);
}

/* tests/crypto/test_gauss_draws.c looks closer at the scales between. */
static void draws_follow_the_formula_at_any_scale(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(scales); k++)
        check_draws(scales[k], "formula");
}

static void the_mean_is_zero_and_the_variance_is_right(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(scales); k++) {
        int64_t *x = draws(scales[k], "moments");
        double sum = 0, squares = 0, variance = 0;
        struct cs_goodness goodness;

        cs_goodness_gauss(&goodness, scales[k]);
        for (size_t i = 0; i < goodness.n; i++) {
            const double value = (double)goodness.low + (double)i;

            variance += value * value * goodness.mass[i];
        }
        cs_goodness_wipe(&goodness);
        for (size_t i = 0; i < DRAWS; i++) {
            sum += (double)x[i];
            squares += (double)x[i] * (double)x[i];
        }
        assert_true(fabs(sum / DRAWS) < 4 * sqrt(variance / DRAWS));
        if (scales[k] >= .3) /* below, x is one of three values: the formula test */
            assert_true(fabs(squares / DRAWS / variance - 1) <
                        5 * sqrt(2. / DRAWS) + .02);
        free(x);
    }
}

static void both_signs_are_alike(void **state)
{
    (void)state;
    for (size_t k = 1; k < COUNT(scales); k++) {
        int64_t *x = draws(scales[k], "signs");
        double up = 0, down = 0;

        for (size_t i = 0; i < DRAWS; i++) {
            up += x[i] > 0;
            down += x[i] < 0;
        }
        assert_true(fabs(up - down) < 4 * sqrt(up + down));
        free(x);
    }
}

static void no_noise_or_too_much_stops_the_program(void **state)
{
    struct cs_rng rng;
    int64_t x;
    (void)state;

    cs_rng_init_labelled(&rng, 11, "bounds");
    assert_stops(cs_gauss_fill_var(&x, 1, 0, &rng));
    assert_stops(cs_gauss_fill_var(&x, 1, CS_GAUSS_S2_Q16_MAX + 1, &rng));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_follow_the_formula_at_any_scale),
        cmocka_unit_test(the_mean_is_zero_and_the_variance_is_right),
        cmocka_unit_test(both_signs_are_alike),
        cmocka_unit_test(no_noise_or_too_much_stops_the_program),
    };
    return CS_RUN("crypto/gauss", tests);
}
