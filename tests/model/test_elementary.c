/* What model/elementary.h states of its errors, against double precision. */
#include "model/elementary.h"

#include <math.h>

#include "tests/support/check.h"

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static void exp_has_the_error_that_is_stated(void **state)
{
    double worst = 0;
    (void)state;

    for (float x = -87; x <= 88; x += 0x1p-12f)
        worst = larger(worst, fabs((double)cs_exp(x) / exp((double)x) - 1));
    assert_true(worst <= exp2(-23.5));
    assert_true(worst > 0x1p-26); /* the measure sees what a float must lose */
}

static void exp_of_what_is_out_of_range_is_that_of_its_end(void **state)
{
    (void)state;

    assert_true(cs_exp(0) == 1);
    assert_true(cs_exp(1000) == cs_exp(88));
    assert_true(cs_exp(INFINITY) == cs_exp(88));
    assert_true(cs_exp(-INFINITY) == cs_exp(-87));
    assert_true(cs_exp(-1000) > 0);
    assert_true(isnan(cs_exp(NAN)));
}

static void log_has_the_error_that_is_stated(void **state)
{
    const uint32_t least = 0x00800000, infinity = 0x7f800000, one = 0x3f800000;
    double worst = 0;
    (void)state;

    for (uint32_t bits = least; bits < infinity; bits += 997) {
        const float x = cs_float_of_bits(bits);

        worst = larger(worst, fabs((double)cs_log(x) / log((double)x) - 1));
    }
    for (uint32_t d = 1; d < 1u << 20; d += 3) { /* about 1, where log is small */
        const float above = cs_float_of_bits(one + d), below = cs_float_of_bits(one - d);

        worst = larger(worst, fabs((double)cs_log(above) / log((double)above) - 1));
        worst = larger(worst, fabs((double)cs_log(below) / log((double)below) - 1));
    }
    assert_true(worst <= exp2(-23.1));
    assert_true(cs_log(1) == 0);
    assert_true(isnan(cs_log(NAN)));
}

static void sine_and_cosine_have_the_error_that_is_stated(void **state)
{
    double worst = 0;
    (void)state;

    for (float t = -0x1.921fb6p-1f; t <= 0x1.921fb6p-1f; t += 0x1p-19f) {
        worst = larger(worst, fabs((double)cs_sine(t) - sin((double)t)));
        worst = larger(worst, fabs((double)cs_cosine(t) - cos((double)t)));
    }
    assert_true(worst <= 0x1p-24);
    assert_true(worst > 0x1p-27);
}

enum { N = 83 };

CS_EACH_WIDTH static void exp_of_array(float *y, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = cs_exp(x[i]);
}

/* What DP-SGD rests on: a row's numbers do not depend on where in a batch it stands. */
static void a_value_is_the_same_alone_and_in_a_vector(void **state)
{
    float x[N], y[N];
    (void)state;

    for (size_t i = 0; i < N; i++)
        x[i] = 0.37f * (float)i - 11;
    for (size_t n = 1; n <= N; n++) {
        exp_of_array(y, x, n);
        assert_true(y[n - 1] == cs_exp(x[n - 1]));
        assert_true(y[0] == cs_exp(x[0]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_has_the_error_that_is_stated),
        cmocka_unit_test(exp_of_what_is_out_of_range_is_that_of_its_end),
        cmocka_unit_test(log_has_the_error_that_is_stated),
        cmocka_unit_test(sine_and_cosine_have_the_error_that_is_stated),
        cmocka_unit_test(a_value_is_the_same_alone_and_in_a_vector),
    };
    return CS_RUN("model/elementary", tests);
}
