/* What model/mean.h promises, one test for each promise. */
#include "model/mean.h"

#include <math.h>
#include <string.h>

#include "tests/support/check.h"

#define assert_near(x, y, tolerance) assert_true(fabs((x) - (y)) <= (tolerance))

/* Of NIST's two samples of cars (AUTO83B.DAT, "two-sample t-test for equal means"): means
 * 20.14458 and 30.48101, standard deviations 6.41470 and 6.10771, of 249 and 79 cars;
 * with unequal variances t is -12.94627, with 136.8750 degrees of freedom. */
static const struct cs_amount cars[CS_ARMS] = {
    [CS_TEST] = { .people = 249, .sum = 249 * 20.14458, .variance = 6.41470 * 6.41470 },
    [CS_CONTROL] = { .people = 79, .sum = 79 * 30.48101, .variance = 6.10771 * 6.10771 },
};

static void without_noise_the_interval_is_welchs(void **state)
{
    struct cs_effect effect;
    (void)state;

    cs_mean_direct(&effect, cars);
    assert_int_equal(effect.verdict, CS_REPORTED);
    const struct cs_lift *lift = &effect.lift;
    const double error = sqrt(lift->sampling);
    assert_near(lift->value / error, -12.94627, 1e-4);
    /* t of 136.875 degrees at 95 % is 1.97749 */
    assert_near((lift->high - lift->low) / 2 / error, 1.97749, 2e-4);
    assert_true(lift->p < 1e-20);
    assert_true(effect.rate[CS_TEST].total == cars[CS_TEST].sum);
}

static void an_interval_without_the_zero_has_a_p_below_five_percent(void **state)
{
    struct cs_amount arms[CS_ARMS];
    struct cs_effect effect;
    (void)state;

    memcpy(arms, cars, sizeof arms);
    for (double mean = 28; mean < 33; mean += .01) {
        arms[CS_TEST].sum = arms[CS_TEST].people * mean;
        cs_mean_direct(&effect, arms);
        assert_int_equal(effect.lift.low > 0 || effect.lift.high < 0,
                         effect.lift.p < .05);
    }
}

/* 1000 people whose values are 0 or 10, in two cells of noise v each: the variance of a
 * rate times 100 (model/lift.h). */
static void noise_widens_a_mean_as_it_does_a_rate(void **state)
{
    const double v = 50;
    const struct cs_outcome counts[CS_ARMS] = {
        [CS_TEST] = { 300, 700, v, v, 0 }, [CS_CONTROL] = { 200, 800, v, v, 0 }
    };
    struct cs_amount amounts[CS_ARMS] = { 0 };
    struct cs_effect rate, mean;
    (void)state;

    for (size_t arm = 0; arm < 2; arm++)
        amounts[arm] = (struct cs_amount){ .people = 1000,
                                           .sum = 10 * counts[arm].converted,
                                           .variance = 20,
                                           .v_people = 2 * v,
                                           .v_sum = 100 * v,
                                           .covariance = 10 * v };
    cs_effect_direct(&rate, counts);
    cs_mean_direct(&mean, amounts);
    assert_near(mean.lift.noise, 100 * rate.lift.noise, 1e-12);
    assert_near(mean.lift.value, 10 * rate.lift.value, 1e-12);
    assert_true(mean.relative.reported && rate.relative.reported);
    assert_near(mean.relative.value, rate.relative.value, 1e-12);
}

static void what_noise_hides_is_not_reported(void **state)
{
    struct cs_amount arms[CS_ARMS];
    struct cs_effect effect;
    (void)state;

    memcpy(arms, cars, sizeof arms);
    arms[CS_CONTROL].v_people = 20 * 20;
    cs_mean_direct(&effect, arms);
    assert_int_equal(effect.verdict, CS_NOISY_PEOPLE);

    memcpy(arms, cars, sizeof arms);
    arms[CS_CONTROL].v_sum = pow(79 * 6.5, 2); /* a mean that noise moves by 6.5 */
    cs_mean_direct(&effect, arms);
    assert_int_equal(effect.verdict, CS_WIDE);
    arms[CS_CONTROL].v_sum = pow(79 * 2, 2);
    cs_mean_direct(&effect, arms);
    assert_int_equal(effect.verdict, CS_REPORTED);
}

static void means_of_a_population_have_the_measured_interval(void **state)
{
    struct cs_amount people[CS_ARMS] = { { .people = 1e6, .sum = 21e6 },
                                         { .people = 1e6, .sum = 30e6 } };
    struct cs_effect direct, synthetic;
    (void)state;

    cs_mean_direct(&direct, cars);
    cs_mean_synthetic(&synthetic, people, &direct);
    assert_int_equal(synthetic.verdict, CS_REPORTED);
    assert_near(synthetic.lift.value, -9, 1e-12);
    assert_true(synthetic.lift.low == direct.lift.low);
    assert_true(synthetic.lift.p == direct.lift.p);
    people[CS_TEST].people = 0;
    cs_mean_synthetic(&synthetic, people, &direct);
    assert_int_equal(synthetic.verdict, CS_FEW_PEOPLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_noise_the_interval_is_welchs),
        cmocka_unit_test(an_interval_without_the_zero_has_a_p_below_five_percent),
        cmocka_unit_test(noise_widens_a_mean_as_it_does_a_rate),
        cmocka_unit_test(what_noise_hides_is_not_reported),
        cmocka_unit_test(means_of_a_population_have_the_measured_interval),
    };

    return CS_RUN("model/mean", tests);
}
