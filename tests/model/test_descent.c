#include "model/descent.h"

#include <math.h>

#include "tests/support/check.h"

enum { WIDTH = 12 };

/* Half of sum k (x_k - k)^2, whose curvature goes from 1 to 12. */
static double bowl(double *gradient, const double *x, void *context)
{
    double value = 0;
    (void)context;

    for (size_t k = 0; k < WIDTH; k++) {
        const double weight = (double)k + 1, apart = x[k] - weight;

        gradient[k] = weight * apart;
        value += weight * apart * apart / 2;
    }
    return value;
}

/* Rosenbrock's valley, least at (1, 1). */
static double valley(double *gradient, const double *x, void *context)
{
    const double across = x[1] - x[0] * x[0], along = 1 - x[0];
    size_t *calls = context;

    ++*calls;
    gradient[0] = -400 * x[0] * across - 2 * along;
    gradient[1] = 200 * across;
    return 100 * across * across + along * along;
}

static void the_least_of_a_bowl_is_found(void **state)
{
    double x[WIDTH] = { 0 };
    (void)state;

    assert_ok(cs_descent(x, WIDTH, bowl, NULL, 100, 1e-9));
    for (size_t k = 0; k < WIDTH; k++)
        assert_true(fabs(x[k] - (double)(k + 1)) < 1e-8);
}

static void a_bent_valley_is_followed_to_its_end(void **state)
{
    double x[2] = { -1.2, 1 };
    size_t calls = 0;
    (void)state;

    assert_ok(cs_descent(x, 2, valley, &calls, 200, 1e-9));
    assert_true(fabs(x[0] - 1) < 1e-8 && fabs(x[1] - 1) < 1e-8);
    assert_true(calls < 100);
}

static void steps_are_counted(void **state)
{
    double x[2] = { -1.2, 1 };
    size_t calls = 0;
    (void)state;

    assert_ok(cs_descent(x, 2, valley, &calls, 0, 1e-9));
    assert_int_equal(calls, 1);
    assert_true(x[0] == -1.2 && x[1] == 1);
}

static double nowhere(double *gradient, const double *x, void *context)
{
    (void)x;
    (void)context;
    gradient[0] = NAN;
    return NAN;
}

static void what_is_no_number_ends_the_descent(void **state)
{
    double x[1] = { 3 };
    (void)state;

    assert_ok(cs_descent(x, 1, nowhere, NULL, 100, 1e-9));
    assert_true(x[0] == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_of_a_bowl_is_found),
        cmocka_unit_test(a_bent_valley_is_followed_to_its_end),
        cmocka_unit_test(steps_are_counted),
        cmocka_unit_test(what_is_no_number_ends_the_descent),
    };
    return CS_RUN("model/descent", tests);
}
