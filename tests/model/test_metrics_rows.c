/* Metrics of rows as points: reference values and extreme cases. The digits are those of
 * an independent implementation over the same rows. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/comparison.h"
#include "tests/support/invented.h"

static void assert_value(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within))
        fail_msg("%.12g is not %.12g", value, expected);
}

/* A reference value, to its last printed digit; scaled is the default. */
static const struct {
    const struct cs_metric_group *group;
    const char *metric;
    enum cs_compat compat;
    double value;
} references[] = {
    { &cs_metrics_joint, "max_mean_discrepancy.joint", CS_COMPAT_SYNTHCITY,
      0.0421288115 },
    { &cs_metrics_joint, "max_mean_discrepancy_linear.joint", CS_COMPAT_SYNTHCITY,
      0.0300906850 },
    /* The limit; 20,000 plain updates come to 0.0673065314, 60,000 to 0.0673065547. */
    { &cs_metrics_joint, "wasserstein_dist.joint", CS_COMPAT_NONE, 0.0673065554 },
    { &cs_metrics_joint, "prdc.precision", CS_COMPAT_SYNTHCITY, .975 },
    { &cs_metrics_joint, "prdc.recall", CS_COMPAT_SYNTHCITY, .975 },
    { &cs_metrics_joint, "prdc.density", CS_COMPAT_SYNTHCITY, .805 },
    { &cs_metrics_joint, "prdc.coverage", CS_COMPAT_SYNTHCITY, .85 },
    { &cs_metrics_joint, "prdc.precision", CS_COMPAT_NONE, .875 },
    { &cs_metrics_joint, "prdc.recall", CS_COMPAT_NONE, 1 },
    { &cs_metrics_joint, "prdc.density", CS_COMPAT_NONE, .715 },
    { &cs_metrics_joint, "prdc.coverage", CS_COMPAT_NONE, .85 },
    { &cs_metrics_joint, "delta_precision_alpha_naive", CS_COMPAT_NONE, 0.7552298851 },
    { &cs_metrics_joint, "delta_coverage_beta_naive", CS_COMPAT_NONE, 0.3383333333 },
    { &cs_metrics_privacy, "authenticity", CS_COMPAT_NONE, .55 },
    { &cs_metrics_privacy, "authenticity", CS_COMPAT_SYNTHCITY, .65 },
    { &cs_metrics_privacy, "identifiability_score.score", CS_COMPAT_SYNTHCITY, .30 },
    { &cs_metrics_privacy, "dcr.mean", CS_COMPAT_NONE, 0.2776856869 },
    { &cs_metrics_privacy, "dcr.5th_percentile", CS_COMPAT_NONE, 0.1150062139 },
    { &cs_metrics_privacy, "nndr.mean", CS_COMPAT_NONE, 0.7296097433 },
    { &cs_metrics_privacy, "nndr.5th_percentile", CS_COMPAT_NONE, 0.3441441096 },
    { &cs_metrics_sanity, "nearest_syn_neighbor_distance.mean", CS_COMPAT_SYNTHCITY,
      0.3928817737 },
    { &cs_metrics_sanity, "close_values_probability.score", CS_COMPAT_SYNTHCITY, .175 },
    { &cs_metrics_sanity, "distant_values_probability.score", CS_COMPAT_SYNTHCITY, .05 },
};

static void metrics_are_the_reference(void **state)
{
    static const enum cs_compat compats[] = { CS_COMPAT_NONE, CS_COMPAT_SYNTHCITY };
    static const struct cs_metric_group *const groups[] = { &cs_metrics_sanity,
                                                            &cs_metrics_joint,
                                                            &cs_metrics_privacy };
    double values[COUNT(groups)][COUNT(compats)][CS_METRICS_MAX];
    struct cs_compared compared;
    (void)state;

    cs_comparison_golden(&compared, false);
    for (size_t g = 0; g < COUNT(groups); g++)
        for (size_t c = 0; c < COUNT(compats); c++)
            cs_comparison_values(values[g][c], groups[g], &compared, compats[c]);
    cs_compared_wipe(&compared);
    for (size_t i = 0; i < COUNT(references); i++) {
        const size_t m = cs_comparison_find(references[i].group, references[i].metric);
        size_t g = 0;

        while (groups[g] != references[i].group)
            g++;
        const double value = values[g][references[i].compat][m];
        if (!(fabs(value - references[i].value) <= 5.1e-11))
            fail_msg("%s is %.12g", references[i].metric, value);
    }
}

/* ---- extreme files ---- */

static char *grid(int n, double from, double scale)
{
    char *text = calloc((size_t)n * 40 + 8, 1);
    int at = sprintf(text, "x,y\n");

    for (int i = 0; i < n; i++)
        at += sprintf(text + at, "%.9g,%.9g\n", from + scale * (i % 6 + .01 * i),
                      from + scale * (i / 6 + .003 * i * i / n));
    return text;
}

static void assert_extremes(const char *real, const char *synthetic,
                            const double expected[8])
{
    static const struct {
        const struct cs_metric_group *group;
        const char *metric;
    } rows[] = {
        { &cs_metrics_joint, "prdc.precision" },
        { &cs_metrics_joint, "prdc.recall" },
        { &cs_metrics_joint, "prdc.coverage" },
        { &cs_metrics_joint, "max_mean_discrepancy.joint" },
        { &cs_metrics_joint, "wasserstein_dist.joint" },
        { &cs_metrics_privacy, "identifiability_score.score" },
        { &cs_metrics_privacy, "authenticity" },
        { &cs_metrics_privacy, "dcr.mean" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        const double value =
            cs_comparison_value(rows[i].group, rows[i].metric, real, synthetic);

        if (!isnan(expected[i]) && !(fabs(value - expected[i]) <= 1e-9))
            fail_msg("%s is %.12g", rows[i].metric, value);
    }
}

static void copies_and_strangers_have_the_extreme_values(void **state)
{
    char *real = grid(36, 0, 1), *far = grid(36, 100, 1);
    (void)state;

    /* A copy of every row; the copies of a copy are exactly 0 away. */
    assert_extremes(real, real, (double[]){ 1, 1, 1, 0, 0, 1, 0, 0 });
    assert_extremes(real, far, (double[]){ 0, 0, 0, NAN, NAN, 0, 1, NAN });
    assert_true(
        cs_comparison_value(&cs_metrics_joint, "wasserstein_dist.joint", real, far) > 10);
    assert_true(cs_comparison_value(&cs_metrics_joint, "max_mean_discrepancy.joint", real,
                                    far) > .1);
    free(real);
    free(far);
}

/* One leaked row among those far away. */
static void a_leaked_row_is_found(void **state)
{
    char *real = grid(36, 0, 1), *far = grid(19, 100, 1), *leak = calloc(4096, 1);
    (void)state;

    assert_value(
        cs_comparison_value(&cs_metrics_privacy, "dcr.5th_percentile", real, far),
        cs_comparison_value(&cs_metrics_privacy, "dcr.mean", real, far), 20);
    strcpy(leak, far);
    strcat(leak, "0,0\n"); /* the first real row */
    assert_value(cs_comparison_value(&cs_metrics_privacy, "identifiability_score.score",
                                     real, leak),
                 1 / 36.0, 1e-12);
    assert_value(cs_comparison_value(&cs_metrics_privacy, "authenticity", real, leak),
                 19 / 20.0, 1e-12);
    assert_value(cs_comparison_value(&cs_metrics_sanity, "common_rows_proportion.score",
                                     real, leak),
                 1 / 36.0, 1e-9);
    free(real);
    free(far);
    free(leak);
}

/* Of an equal tie neither is nearer: rows that are all alike identify nobody. */
static void rows_all_alike_are_no_trouble(void **state)
{
    static const char alike[] = "x,c\n1,a\n1,a\n1,a\n1,a\n1,a\n1,a\n1,a\n";
    (void)state;

    assert_value(cs_comparison_value(&cs_metrics_privacy, "identifiability_score.score",
                                     alike, alike),
                 0, 0);
    assert_value(cs_comparison_value(&cs_metrics_privacy, "nndr.mean", alike, alike), 1,
                 0);
    assert_value(
        cs_comparison_value(&cs_metrics_joint, "wasserstein_dist.joint", alike, alike), 0,
        1e-12);
    assert_value(cs_comparison_value(&cs_metrics_sanity,
                                     "nearest_syn_neighbor_distance.mean", alike, alike),
                 0, 0);
}

static void single_rows_are_no_trouble(void **state)
{
    (void)state;

    assert_true(
        isnan(cs_comparison_value(&cs_metrics_privacy, "nndr.mean", "x\n1\n", "x\n2\n")));
    assert_value(cs_comparison_value(&cs_metrics_privacy, "dcr.mean", "x\n1\n", "x\n2\n"),
                 1, 1e-12);
}

/* Ranges and distances beyond all numbers: every row still has a nearest one. */
static void huge_numbers_are_no_trouble(void **state)
{
    static const char real[] = "x\n1\n2\n4\n", wide[] = "x\n-1.7e308\n0\n1.7e308\n";
    static const struct cs_metric_group *const groups[] = { &cs_metrics_sanity,
                                                            &cs_metrics_joint,
                                                            &cs_metrics_privacy };
    const char *const pairs[][2] = { { real, wide }, { wide, real }, { wide, wide } };
    double values[CS_METRICS_MAX];
    (void)state;

    for (size_t p = 0; p < COUNT(pairs); p++) {
        struct cs_compared compared;

        cs_comparison_of(&compared, pairs[p][0], pairs[p][1], NULL, 0);
        for (size_t g = 0; g < COUNT(groups); g++) {
            cs_comparison_values(values, groups[g], &compared, CS_COMPAT_NONE);
            cs_comparison_values(values, groups[g], &compared, CS_COMPAT_SYNTHCITY);
        }
        cs_compared_wipe(&compared);
    }
    assert_value(cs_comparison_value(&cs_metrics_privacy, "authenticity", real, wide),
                 2 / 3.0, 1e-12);
}

static void measure_with(double *values, const struct cs_metric_group *group,
                         const struct cs_compared *compared, struct cs_workers *workers)
{
    struct cs_neighbourhood neighbourhoods[2] = { { .there = false } };
    const struct cs_compared_column *const sensitive[] = {
        &compared->columns[INVENTED_Y], &compared->columns[INVENTED_Z]
    };
    const struct cs_evaluation evaluation = { .compared = compared,
                                              .sensitive = sensitive,
                                              .n_sensitive = COUNT(sensitive),
                                              .neighbourhoods = neighbourhoods,
                                              .workers = workers };

    assert_ok(group->measure(values, &evaluation));
    cs_neighbourhood_wipe(&neighbourhoods[0]);
    cs_neighbourhood_wipe(&neighbourhoods[1]);
}

static void values_are_the_same_with_any_number_of_workers(void **state)
{
    static const struct cs_metric_group *const groups[] = { &cs_metrics_sanity,
                                                            &cs_metrics_privacy,
                                                            &cs_metrics_anonymity,
                                                            &cs_metrics_disclosure };
    double alone[CS_METRICS_MAX], shared[CS_METRICS_MAX];
    struct cs_workers *workers;
    struct cs_compared compared;
    (void)state;

    cs_invented(&compared, (const size_t[CS_SIDES]){ 700, 900, 300 }, CS_DRAWN);
    assert_ok(cs_workers_new(&workers, 3));
    for (size_t g = 0; g < COUNT(groups); g++) {
        measure_with(alone, groups[g], &compared, NULL);
        measure_with(shared, groups[g], &compared, workers);
        assert_memory_equal(alone, shared, groups[g]->n * sizeof *alone);
    }
    cs_workers_free(workers);
    cs_compared_wipe(&compared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metrics_are_the_reference),
        cmocka_unit_test(copies_and_strangers_have_the_extreme_values),
        cmocka_unit_test(a_leaked_row_is_found),
        cmocka_unit_test(rows_all_alike_are_no_trouble),
        cmocka_unit_test(single_rows_are_no_trouble),
        cmocka_unit_test(huge_numbers_are_no_trouble),
        cmocka_unit_test(values_are_the_same_with_any_number_of_workers),
    };
    return CS_RUN("model/metrics_rows", tests);
}
