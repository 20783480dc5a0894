/* Survival curves and the log-rank test, against a trial that is in every textbook. */
#include <math.h>

#include "tests/support/check.h"
#include "tests/support/comparison.h"

/* Remission of leukaemia in weeks, under 6-mercaptopurine and under placebo (Freireich et
 * al., "The Effect of 6-Mercaptopurine on the Duration of Steroid-Induced Remissions in
 * Acute Leukemia", 1963). */
static const char treated[] =
    "t,e\n6,1\n6,1\n6,1\n6,0\n7,1\n9,0\n10,1\n10,0\n11,0\n13,1\n16,1\n17,0\n19,0\n20,0\n"
    "22,1\n23,1\n25,0\n32,0\n32,0\n34,0\n35,0\n";
static const char placebo[] =
    "t,e\n1,1\n1,1\n2,1\n2,1\n3,1\n4,1\n4,1\n5,1\n5,1\n8,1\n8,1\n8,1\n8,1\n11,1\n11,1\n"
    "12,1\n12,1\n15,1\n17,1\n22,1\n23,1\n";

enum { OPTIMISM, ABS_OPTIMISM, SIGHTEDNESS, LOG_RANK, LOG_RANK_P, N_METRICS };

static void measure(double values[static N_METRICS], const char *real,
                    const char *synthetic)
{
    struct cs_compared compared;

    cs_comparison_of(&compared, real, synthetic, NULL, 0);
    const struct cs_evaluation evaluation = { .compared = &compared,
                                              .time = &compared.columns[0],
                                              .event = &compared.columns[1] };
    assert_int_equal(cs_metrics_survival.n, N_METRICS);
    assert_ok(cs_metrics_survival.measure(values, &evaluation));
    cs_compared_wipe(&compared);
}

static void assert_value(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within))
        fail_msg("%.12g is not %.12g", value, expected);
}

/* The statistic and its p-value are in every textbook: 16.79, and 4.17e-5. */
static void curves_of_a_known_trial_are_told_apart(void **state)
{
    const double area = 26098 / 1785.0; /* week by week, in fractions */
    double values[N_METRICS];
    (void)state;

    measure(values, treated, placebo);
    assert_value(values[LOG_RANK], 16.792940989216532, 1e-9);
    assert_value(values[LOG_RANK_P], 4.17e-5, 5e-8);
    assert_value(values[OPTIMISM], -area / 35, 1e-9);
    assert_value(values[ABS_OPTIMISM], area / 35, 1e-9);
    assert_value(values[SIGHTEDNESS], 12.0 / 35, 1e-12);
}

/* The other way round the test is the same, and the rest has the other sign. */
static void the_test_is_symmetric(void **state)
{
    double one[N_METRICS], other[N_METRICS];
    (void)state;

    measure(one, treated, placebo);
    measure(other, placebo, treated);
    assert_value(other[LOG_RANK], one[LOG_RANK], 1e-9);
    assert_value(other[OPTIMISM], -one[OPTIMISM], 1e-12);
    assert_value(other[ABS_OPTIMISM], one[ABS_OPTIMISM], 1e-12);
    assert_value(other[SIGHTEDNESS], -one[SIGHTEDNESS], 1e-12);
}

static void copies_survive_alike(void **state)
{
    static const double expected[N_METRICS] = { 0, 0, 0, 0, 1 };
    double values[N_METRICS];
    (void)state;

    measure(values, treated, treated);
    for (size_t m = 0; m < N_METRICS; m++)
        assert_value(values[m], expected[m], 1e-12);
}

/* Half survive to the end, 4 weeks late in one: 4 / 12 of the time half the rows apart.
 */
static void a_shifted_curve_is_optimistic(void **state)
{
    static const char early[] = "t,e\n2,1\n2,1\n12,0\n12,0\n";
    static const char late[] = "t,e\n6,1\n6,1\n12,0\n12,0\n";
    double values[N_METRICS];
    (void)state;

    measure(values, early, late);
    assert_value(values[OPTIMISM], .5 * 4 / 12, 1e-12);
    measure(values, late, early);
    assert_value(values[OPTIMISM], -.5 * 4 / 12, 1e-12);
    assert_value(values[ABS_OPTIMISM], .5 * 4 / 12, 1e-12);
}

/* Rows without a time or an event say nothing. */
static void empty_fields_are_left_out(void **state)
{
    static const char with[] = "t,e\n2,1\n,1\n5,\n4,0\n", without[] = "t,e\n2,1\n4,0\n";
    double one[N_METRICS], other[N_METRICS];
    (void)state;

    measure(one, with, treated);
    measure(other, without, treated);
    for (size_t m = 0; m < N_METRICS; m++)
        assert_value(one[m], other[m], 0);
    measure(one, "t,e\n,1\n", treated);
    assert_true(isnan(one[OPTIMISM]));
}

static void without_events_there_is_no_test(void **state)
{
    double values[N_METRICS];
    (void)state;

    measure(values, "t,e\n1,0\n2,0\n", "t,e\n3,0\n");
    assert_true(isnan(values[LOG_RANK]));
    assert_value(values[ABS_OPTIMISM], 0, 0);
    assert_value(values[SIGHTEDNESS], -1.0 / 3, 1e-12);
    measure(values, "t,e\n0,1\n", "t,e\n0,1\n");
    assert_true(isnan(values[OPTIMISM]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curves_of_a_known_trial_are_told_apart),
        cmocka_unit_test(the_test_is_symmetric),
        cmocka_unit_test(copies_survive_alike),
        cmocka_unit_test(a_shifted_curve_is_optimistic),
        cmocka_unit_test(empty_fields_are_left_out),
        cmocka_unit_test(without_events_there_is_no_test),
    };
    return CS_RUN("model/metrics_survival", tests);
}
