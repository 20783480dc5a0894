/* What model/optimiser.h promises. */
#include "model/optimiser.h"

#include <math.h>

#include "tests/support/check.h"

static void first_step_is_the_learning_rate_against_the_sign(void **state)
{
    const float gradient[] = { 3, -0.01f, 0 };
    float weights[] = { 1, 1, 1 };
    struct cs_optimiser adam;
    (void)state;

    assert_ok(cs_optimiser_init(&adam, CS_ADAM, 3));
    cs_optimiser_step(&adam, weights, gradient, 1, 0.1);
    assert_true(fabsf(weights[0] - 0.9f) < 1e-5f);
    assert_true(fabsf(weights[1] - 1.1f) < 1e-5f);
    assert_true(weights[2] == 1);
    cs_optimiser_wipe(&adam);
}

/* Algorithm 1 as printed, in doubles. */
static void steps_are_those_of_the_paper(void **state)
{
    double w = 1, m = 0, v = 0;
    float weight = 1;
    struct cs_optimiser adam;
    (void)state;

    assert_ok(cs_optimiser_init(&adam, CS_ADAM, 1));
    for (int t = 1; t <= 50; t++) {
        const double g = cos(t) + 0.2;
        const float gradient = (float)(2 * g);

        m = .9 * m + .1 * g;
        v = .999 * v + .001 * g * g;
        w -= .01 * (m / (1 - pow(.9, t))) / (sqrt(v / (1 - pow(.999, t))) + 1e-8);
        cs_optimiser_step(&adam, &weight, &gradient, .5, .01);
        assert_true(fabs((double)weight - w) < 1e-5);
    }
    cs_optimiser_wipe(&adam);
}

/* Two steps by hand: velocities .25 * 8 and .9 * 2 + 1. */
static void sgd_has_momentum_and_takes_a_scale(void **state)
{
    float weight = 10, gradient = 8;
    struct cs_optimiser sgd;
    (void)state;

    assert_ok(cs_optimiser_init(&sgd, CS_SGD, 1));
    cs_optimiser_step(&sgd, &weight, &gradient, .25, .5);
    assert_true(fabsf(weight - 9) < 1e-6f);
    gradient = 1;
    cs_optimiser_step(&sgd, &weight, &gradient, 1, .5);
    assert_true(fabsf(weight - 7.6f) < 1e-6f);
    cs_optimiser_wipe(&sgd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_step_is_the_learning_rate_against_the_sign),
        cmocka_unit_test(steps_are_those_of_the_paper),
        cmocka_unit_test(sgd_has_momentum_and_takes_a_scale),
    };
    return CS_RUN("model/optimiser", tests);
}
