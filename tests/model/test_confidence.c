#include "model/confidence.h"

#include <math.h>

#include "tests/support/check.h"

static void assert_close(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within))
        fail_msg("%.15g is not %.15g", value, expected);
}

/* The naive twin: P(at least k of n) as a sum. */
static double at_least(size_t k, size_t n, double p)
{
    double sum = 0;

    for (size_t i = k; i <= n; i++)
        sum += exp(lgamma((double)n + 1) - lgamma((double)i + 1) -
                   lgamma((double)(n - i) + 1) + (double)i * log(p) +
                   (double)(n - i) * log1p(-p));
    return sum;
}

static void bounds_miss_with_just_the_chance_that_is_asked(void **state)
{
    static const size_t counts[][2] = { { 1, 10 },  { 5, 10 },    { 9, 10 },   { 1, 1 },
                                        { 3, 900 }, { 450, 900 }, { 899, 900 } };
    (void)state;

    for (size_t i = 0; i < COUNT(counts); i++) {
        const size_t k = counts[i][0], n = counts[i][1];

        assert_close(at_least(k, n, cs_confidence_lower(k, n, .05)), .05, 1e-9);
        if (k < n)
            assert_close(1 - at_least(k + 1, n, cs_confidence_upper(k, n, .05)), .05,
                         1e-9);
    }
}

/* No success in n: (1 - p)^n = miss; all: p^n = miss. */
static void bounds_of_none_and_of_all_have_a_closed_form(void **state)
{
    (void)state;

    assert_close(cs_confidence_lower(0, 20, .05), 0, 0);
    assert_close(cs_confidence_upper(20, 20, .05), 1, 0);
    assert_close(cs_confidence_upper(0, 20, .05), 1 - pow(.05, 1 / 20.0), 1e-12);
    assert_close(cs_confidence_lower(20, 20, .05), pow(.05, 1 / 20.0), 1e-12);
}

static void the_beta_distribution_has_its_closed_forms(void **state)
{
    (void)state;

    assert_close(cs_confidence_beta(.3, 1, 1), .3, 1e-14);
    assert_close(cs_confidence_beta(.3, 1, 4), 1 - pow(.7, 4), 1e-14);
    assert_close(cs_confidence_beta(.3, 2, 2), .09 * (3 - .6), 1e-14);
    assert_close(cs_confidence_beta(.5, 3e5, 3e5), .5, 1e-9);
    assert_close(cs_confidence_beta(0, 2, 3), 0, 0);
    assert_close(cs_confidence_beta(1, 2, 3), 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_miss_with_just_the_chance_that_is_asked),
        cmocka_unit_test(bounds_of_none_and_of_all_have_a_closed_form),
        cmocka_unit_test(the_beta_distribution_has_its_closed_forms),
    };
    return CS_RUN("model/confidence", tests);
}
