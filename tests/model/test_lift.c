/* What model/lift.h promises, one test for each promise. */
#include "model/lift.h"

#include <math.h>

#include "tests/support/check.h"

#define assert_near(x, y, tolerance) assert_true(fabs((x) - (y)) <= (tolerance))

/* 150 of 1000 against 100 of 1000, no noise. */
static const struct cs_outcome clear[CS_ARMS] = {
    [CS_TEST] = { .converted = 150, .other = 850 },
    [CS_CONTROL] = { .converted = 100, .other = 900 },
    [CS_NEITHER] = { .converted = 12, .other = 388 },
};

static void add_noise(struct cs_outcome noisy[static CS_ARMS], double variance)
{
    for (size_t arm = 0; arm < CS_ARMS; arm++) {
        noisy[arm] = clear[arm];
        noisy[arm].v_converted = noisy[arm].v_other = variance;
    }
}

static void without_noise_the_rates_are_exact(void **state)
{
    struct cs_effect effect;
    (void)state;

    cs_effect_direct(&effect, clear);

    assert_int_equal(effect.verdict, CS_REPORTED);
    assert_near(effect.rate[CS_TEST].value, .15, 1e-15);
    assert_near(effect.rate[CS_CONTROL].value, .1, 1e-15);
    assert_near(effect.rate[CS_NEITHER].value, .03, 1e-15);
    assert_near(effect.lift.value, .05, 1e-15);
    assert_true(effect.lift.noise == 0);
    assert_true(effect.relative.reported);
    assert_near(effect.relative.value, .5, 1e-15);
}

/* By hand: (151/1002)(851/1002)/1002 + (101/1002)(901/1002)/1002 = 2.182e-4. */
static void without_noise_the_intervals_are_the_textbook_ones(void **state)
{
    struct cs_effect effect;
    (void)state;

    cs_effect_direct(&effect, clear);

    assert_near(effect.lift.sampling,
                151. * 851 / pow(1002, 3) + 101. * 901 / pow(1002, 3), 1e-12);
    assert_near(effect.lift.low, .05 - 1.959964 * sqrt(effect.lift.sampling), 1e-6);
    assert_near(effect.lift.high, .05 + 1.959964 * sqrt(effect.lift.sampling), 1e-6);
    assert_near(effect.lift.p, erfc(.05 / sqrt(2 * effect.lift.sampling)), 1e-12);
}

static double variance_of(const struct cs_rate *rate)
{
    return rate->sampling + rate->noise;
}

/* The definition of the set, at both of its ends. */
static void the_relative_interval_ends_where_a_ratio_is_ruled_out(void **state)
{
    struct cs_outcome noisy[CS_ARMS];
    struct cs_effect effect;
    (void)state;

    add_noise(noisy, 25);
    cs_effect_direct(&effect, noisy);

    const struct cs_rate *test = &effect.rate[CS_TEST],
                         *control = &effect.rate[CS_CONTROL];
    const double ends[] = { 1 + effect.relative.low, 1 + effect.relative.high };
    for (size_t i = 0; i < COUNT(ends); i++)
        assert_near(
            fabs(test->value - ends[i] * control->value),
            CS_Z95 * sqrt(variance_of(test) + ends[i] * ends[i] * variance_of(control)),
            1e-12);
    assert_true(ends[0] < 1.5 && 1.5 < ends[1]);
}

static void both_intervals_rule_out_nothing_at_the_same_count(void **state)
{
    struct cs_outcome near[CS_ARMS];
    struct cs_effect effect;
    bool ruled_out = false;
    (void)state;

    add_noise(near, 25);
    for (double converted = 101; converted < 160; converted++) {
        near[CS_TEST] = (struct cs_outcome){ converted, 1000 - converted, 25, 25, 0 };
        cs_effect_direct(&effect, near);
        assert_int_equal(effect.lift.low > 0, effect.relative.low > 0);
        assert_int_equal(effect.lift.low > 0, effect.lift.p < .05);
        ruled_out = ruled_out || effect.lift.low > 0;
    }
    assert_true(ruled_out);
}

/* By hand: (.85^2 + .15^2 + .9^2 + .1^2) * 25 / 1000^2. */
static void noise_enters_by_the_delta_method(void **state)
{
    struct cs_outcome noisy[CS_ARMS];
    struct cs_effect effect;
    (void)state;

    add_noise(noisy, 25);
    cs_effect_direct(&effect, noisy);

    assert_near(effect.lift.noise, (.7225 + .0225 + .81 + .01) * 25 / 1e6, 1e-15);
    assert_near(effect.lift.high - effect.lift.low,
                2 * CS_Z95 * sqrt(effect.lift.noise + effect.lift.sampling), 1e-12);
}

/* All people of the arm counted with variance 16, the converted apart with 25: by hand,
 * (25 + .15^2 * 16 + 25 + .1^2 * 16) / 1000^2. */
static void converted_counted_apart_from_all_covary_with_the_others(void **state)
{
    struct cs_outcome noisy[CS_ARMS];
    struct cs_effect effect;
    (void)state;

    for (size_t arm = 0; arm < CS_ARMS; arm++) {
        noisy[arm] = clear[arm];
        noisy[arm].v_converted = 25;
        noisy[arm].v_other = 16 + 25;
        noisy[arm].covariance = -25;
    }
    cs_effect_direct(&effect, noisy);
    assert_near(effect.lift.noise, (50 + (.0225 + .01) * 16) / 1e6, 1e-15);

    /* 1000 people stand out of a deviation of 4, whatever that of the converted is. */
    for (size_t arm = 0; arm < CS_ARMS; arm++) {
        noisy[arm].v_converted = 1e4;
        noisy[arm].v_other = 16 + 1e4;
        noisy[arm].covariance = -1e4;
    }
    cs_effect_direct(&effect, noisy);
    assert_int_equal(effect.verdict, CS_REPORTED);
    noisy[CS_TEST].covariance = 1e4; /* the control: a deviation of 200 */
    noisy[CS_TEST].v_other = 2e4;
    cs_effect_direct(&effect, noisy);
    assert_int_equal(effect.verdict, CS_NOISY_PEOPLE);
}

static void more_synthetic_people_do_not_know_more(void **state)
{
    struct cs_outcome many[CS_ARMS];
    struct cs_effect direct, synthetic;
    (void)state;

    for (size_t arm = 0; arm < CS_ARMS; arm++)
        many[arm] = (struct cs_outcome){ .converted = 100 * clear[arm].converted,
                                         .other = 100 * clear[arm].other };
    cs_effect_direct(&direct, clear);
    cs_effect_synthetic(&synthetic, many, &direct);

    assert_near(synthetic.rate[CS_TEST].people, 100000, 0);
    assert_near(synthetic.lift.low, direct.lift.low, 1e-12);
    assert_near(synthetic.lift.p, direct.lift.p, 1e-12);
}

/* 19 % against 10 % in the population, 15 % against 10 % measured. */
static void the_interval_is_that_of_what_was_measured(void **state)
{
    struct cs_outcome noisy[CS_ARMS], other[CS_ARMS];
    struct cs_effect direct, synthetic;
    (void)state;

    add_noise(noisy, 25);
    add_noise(other, 0);
    other[CS_TEST] = (struct cs_outcome){ .converted = 190, .other = 810 };
    cs_effect_direct(&direct, noisy);
    cs_effect_synthetic(&synthetic, other, &direct);

    assert_near(synthetic.lift.value, .09, 1e-12);
    assert_near(synthetic.relative.value, .9, 1e-12);
    assert_true(synthetic.lift.low == direct.lift.low);
    assert_true(synthetic.lift.high == direct.lift.high);
    assert_true(synthetic.lift.p == direct.lift.p);
    assert_true(synthetic.rate[CS_TEST].noise == direct.rate[CS_TEST].noise);
    assert_true(synthetic.relative.high == direct.relative.high);

    other[CS_CONTROL] = (struct cs_outcome){ .converted = 0, .other = 1000 };
    cs_effect_synthetic(&synthetic, other, &direct);
    assert_false(synthetic.relative.reported); /* a ratio to nothing */
}

static void a_rate_of_zero_has_an_interval(void **state)
{
    const struct cs_outcome none[CS_ARMS] = {
        [CS_TEST] = { .converted = 0, .other = 200 },
        [CS_CONTROL] = { .converted = 0, .other = 200 },
    };
    struct cs_effect effect;
    (void)state;

    cs_effect_direct(&effect, none);

    assert_int_equal(effect.verdict, CS_REPORTED);
    assert_true(effect.lift.low < 0 && effect.lift.high > 0);
    assert_true(effect.lift.p == 1);
    assert_false(effect.relative.reported);
}

static void negative_counts_are_taken_for_zero(void **state)
{
    struct cs_outcome noisy[CS_ARMS];
    struct cs_effect effect;
    (void)state;

    add_noise(noisy, 25);
    noisy[CS_CONTROL].converted = -7;
    cs_effect_direct(&effect, noisy);

    assert_int_equal(effect.verdict, CS_REPORTED);
    assert_true(effect.rate[CS_CONTROL].value == 0);
}

static void people_lost_in_the_noise_are_not_reported(void **state)
{
    struct cs_outcome noisy[CS_ARMS];
    struct cs_effect direct, synthetic;
    (void)state;

    add_noise(noisy, 1000. * 1000 / 25 / 2); /* exactly five deviations: still good */
    cs_effect_direct(&direct, noisy);
    assert_int_not_equal(direct.verdict, CS_NOISY_PEOPLE);

    add_noise(noisy, 1000. * 1000 / 25 / 2 * 1.001);
    cs_effect_direct(&direct, noisy);
    assert_int_equal(direct.verdict, CS_NOISY_PEOPLE);
    cs_effect_synthetic(&synthetic, clear, &direct);
    assert_int_equal(synthetic.verdict, CS_NOISY_PEOPLE);
    assert_true(synthetic.lift.value == 0 && !synthetic.relative.reported);
}

static void an_arm_without_people_is_not_reported(void **state)
{
    struct cs_outcome empty[CS_ARMS];
    struct cs_effect direct, synthetic;
    (void)state;

    add_noise(empty, 0);
    empty[CS_TEST].converted = empty[CS_TEST].other = 0;
    cs_effect_direct(&direct, clear);
    cs_effect_synthetic(&synthetic, empty, &direct);
    assert_int_equal(synthetic.verdict, CS_FEW_PEOPLE);

    cs_effect_direct(&direct, empty);
    assert_int_equal(direct.verdict, CS_NOISY_PEOPLE);
}

static void an_interval_wider_than_fifty_points_is_not_reported(void **state)
{
    const struct cs_outcome few[CS_ARMS] = {
        [CS_TEST] = { .converted = 2, .other = 3 },
        [CS_CONTROL] = { .converted = 3, .other = 2 },
    };
    struct cs_effect effect;
    (void)state;

    cs_effect_direct(&effect, few);

    assert_int_equal(effect.verdict, CS_WIDE);
}

static void intervals_stay_within_possible_values(void **state)
{
    const struct cs_outcome extreme[CS_ARMS] = {
        [CS_TEST] = { .converted = 20, .other = 0 },
        [CS_CONTROL] = { .converted = 0, .other = 20 },
    };
    struct cs_effect effect;
    (void)state;

    cs_effect_direct(&effect, extreme);

    assert_int_equal(effect.verdict, CS_REPORTED);
    assert_true(effect.lift.high == 1 && effect.lift.low > .5);
}

/* Fifteen p-values and which are significant at .05: Benjamini and Hochberg, 1995,
 * section 4.1: the first four. */
static void p_values_are_adjusted_as_in_the_paper(void **state)
{
    double p[] = { .0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344,
                   .0459, .3240, .4262, .5719, .6528, .7590, 1.000 };
    (void)state;

    cs_p_adjust(p, COUNT(p));

    assert_near(p[0], .0015, 1e-12);
    assert_near(p[3], .0095 * 15 / 4, 1e-12);
    assert_near(p[5], .0298 * 15 / 7, 1e-12); /* a later one is less */
    assert_true(p[3] <= .05 && p[4] > .05);
    for (size_t i = 1; i < COUNT(p); i++)
        assert_true(p[i] >= p[i - 1] && p[i] <= 1);
}

static void the_p_value_is_that_of_the_normal(void **state)
{
    (void)state;

    assert_near(cs_normal_p(1.959963984540054), .05, 1e-12);
    assert_near(cs_normal_p(-3), .002699796063, 1e-12);
    assert_true(cs_normal_p(0) == 1);
}

/* Quantiles of the tables in any textbook. */
static void the_p_value_of_chi_square_is_close(void **state)
{
    (void)state;

    assert_near(cs_chi_square_p(18.307, 10), .05, .001);
    assert_near(cs_chi_square_p(29.588, 10), .001, .0001);
    assert_near(cs_chi_square_p(124.342, 100), .05, .0002);
    assert_near(cs_chi_square_p(99.334, 100), .5, .0002);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_noise_the_rates_are_exact),
        cmocka_unit_test(without_noise_the_intervals_are_the_textbook_ones),
        cmocka_unit_test(the_relative_interval_ends_where_a_ratio_is_ruled_out),
        cmocka_unit_test(both_intervals_rule_out_nothing_at_the_same_count),
        cmocka_unit_test(noise_enters_by_the_delta_method),
        cmocka_unit_test(converted_counted_apart_from_all_covary_with_the_others),
        cmocka_unit_test(more_synthetic_people_do_not_know_more),
        cmocka_unit_test(the_interval_is_that_of_what_was_measured),
        cmocka_unit_test(a_rate_of_zero_has_an_interval),
        cmocka_unit_test(negative_counts_are_taken_for_zero),
        cmocka_unit_test(people_lost_in_the_noise_are_not_reported),
        cmocka_unit_test(an_arm_without_people_is_not_reported),
        cmocka_unit_test(an_interval_wider_than_fifty_points_is_not_reported),
        cmocka_unit_test(intervals_stay_within_possible_values),
        cmocka_unit_test(p_values_are_adjusted_as_in_the_paper),
        cmocka_unit_test(the_p_value_is_that_of_the_normal),
        cmocka_unit_test(the_p_value_of_chi_square_is_close),
    };

    return CS_RUN("model/lift", tests);
}
