#include "model/kendall.h"

#include <math.h>

#include "tests/support/check.h"

static const double rising[] = { 1, 2, 3, 4, 5 }, falling[] = { 9, 7, 5, 3, 1 };

static void rankings_alike_are_one_and_opposite_ones_minus_one(void **state)
{
    (void)state;

    assert_true(cs_kendall(rising, rising, 5) == 1);
    assert_true(cs_kendall(rising, falling, 5) == -1);
}

/* Of ten pairs eight in order, two not. */
static void a_known_ranking_has_its_known_tau(void **state)
{
    static const double other[] = { 2, 1, 3, 5, 4 };
    (void)state;

    assert_true(fabs(cs_kendall(rising, other, 5) - .6) < 1e-12);
}

/* One tie in each: of six pairs four agree, and five are not ties in each. */
static void ties_leave_less_to_agree_on(void **state)
{
    static const double x[] = { 1, 1, 2, 3 }, y[] = { 1, 2, 3, 3 };
    (void)state;

    assert_true(fabs(cs_kendall(x, y, 4) - 4 / 5.0) < 1e-12);
}

static void nothing_but_ties_is_no_ranking(void **state)
{
    static const double same[] = { 4, 4, 4, 4, 4 };
    (void)state;

    assert_true(isnan(cs_kendall(rising, same, 5)));
    assert_true(isnan(cs_kendall(rising, rising, 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rankings_alike_are_one_and_opposite_ones_minus_one),
        cmocka_unit_test(a_known_ranking_has_its_known_tau),
        cmocka_unit_test(ties_leave_less_to_agree_on),
        cmocka_unit_test(nothing_but_ties_is_no_ranking),
    };
    return CS_RUN("model/kendall", tests);
}
