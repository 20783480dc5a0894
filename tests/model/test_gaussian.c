/* What model/gaussian.h promises, against values to twelve digits. */
#include "model/gaussian.h"

#include <math.h>

#include "tests/support/check.h"

static const struct {
    double epsilon, delta, sigma, relative;
} known[] = {
    { .5, 1e-5, 7.03182667558, 1e-11 }, { 1, 1e-5, 3.73063163482, 1e-11 },
    { 1, 1e-6, 4.22467888933, 1e-11 },  { 1, 1e-9, 5.49526615724, 1e-11 },
    { 3, 1e-5, 1.39059345667, 1e-11 },  { 8, 1e-5, .600229072199, 1e-11 },
    { 10, 1e-5, .499888619709, 1e-11 }, { .1, 1e-6, 36.304690, 1e-7 },
    { 1, .78760074, 1 / 3., 1e-6 },
};

static void assert_near(double got, double expected, double relative)
{
    if (!(fabs(got - expected) <= relative * fabs(expected)))
        fail_msg("%.12g, expected %.12g", got, expected);
}

static void noise_for_a_budget_is_right_to_all_digits(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(known); i++)
        assert_near(1 / cs_gaussian_mu(known[i].epsilon, known[i].delta), known[i].sigma,
                    known[i].relative);
}

static void each_solver_undoes_the_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(known); i++) {
        const double mu = cs_gaussian_mu(known[i].epsilon, known[i].delta);
        assert_near(cs_gaussian_delta(mu, known[i].epsilon), known[i].delta, 1e-9);
        assert_near(cs_gaussian_epsilon(mu, known[i].delta), known[i].epsilon, 1e-9);
    }
}

/* Three releases of sigma sqrt(3) are one of sigma 1. */
static void published_deltas_are_met(void **state)
{
    (void)state;
    assert_near(cs_gaussian_delta(1, 1), .126936, 1e-5);
    assert_true(cs_gaussian_epsilon(.1, .9) == 0);
    assert_true(cs_gaussian_delta(1e-3, 700) >= 0 &&
                cs_gaussian_delta(1e-3, 700) < 1e-300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noise_for_a_budget_is_right_to_all_digits),
        cmocka_unit_test(each_solver_undoes_the_other),
        cmocka_unit_test(published_deltas_are_met),
    };
    return CS_RUN("model/gaussian", tests);
}
