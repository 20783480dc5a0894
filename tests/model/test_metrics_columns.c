/* Metrics of columns, pairs and whole rows: reference values and extreme cases. The
 * digits are those of an independent implementation over the same rows. */
#include <math.h>
#include <string.h>

#include "model/pair.h"
#include "model/sample.h"
#include "tests/support/check.h"
#include "tests/support/comparison.h"

static const char same[] = "x,c\n1,a\n2,b\n3,b\n4,a\n5,c\n6,a\n";
static const char shifted[] = "x,c\n11,d\n12,e\n13,e\n14,d\n15,f\n16,d\n";
static const char constant[] = "x,c\n3,a\n3,a\n3,a\n3,a\n3,a\n3,a\n";
static const char mirrored[] = "x,c\n6,a\n5,b\n4,b\n3,a\n2,c\n1,a\n";

static void assert_value(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within))
        fail_msg("%.12g is not %.12g", value, expected);
}

static void assert_golden(const struct cs_metric_group *group, const char *metric,
                          enum cs_compat compat, double expected)
{
    struct cs_compared compared;

    cs_comparison_golden(&compared, strcmp(group->name, "shapes") == 0);
    assert_value(cs_comparison_measure(group, metric, &compared, compat), expected,
                 5.1e-11);
    cs_compared_wipe(&compared);
}

static void marginals_are_the_reference(void **state)
{
    const struct cs_metric_group *const marginal = &cs_metrics_marginal;
    (void)state;

    assert_golden(marginal, "ks_test.marginal", CS_COMPAT_NONE, 0.83125);
    assert_golden(marginal, "jensenshannon_dist.marginal", CS_COMPAT_NONE, 0.1912629132);
    assert_golden(marginal, "jensenshannon_dist.marginal", CS_COMPAT_SYNTHCITY,
                  0.0187183454);
    assert_golden(marginal, "inv_kl_divergence.marginal", CS_COMPAT_NONE, 0.8977666977);
}

/* Of the numeric columns with many values: of the others, as the peer has them, ranks are
 * compared, and not values (docs/EVALUATE.md). */
static void p_values_of_frequencies_are_the_reference(void **state)
{
    struct cs_compared compared;
    (void)state;

    cs_comparison_golden(&compared, false);
    struct cs_compared first = compared;
    first.n_columns = 3;
    assert_value(cs_comparison_measure(&cs_metrics_marginal, "chi_squared_test.marginal",
                                       &first, CS_COMPAT_SYNTHCITY),
                 (0.9999975483 + 0.9999720596 + 0.9999987771) / 3, 5.1e-11);
    cs_compared_wipe(&compared);
}

/* The same rows by column: W1 in the column's own unit. */
static void distances_of_columns_are_the_reference(void **state)
{
    static const double w1[] = { 0.1036933036, 0.0362005256, 0.0975138182, 0.15 };
    static const double ks[] = { 0.2, 0.125, 0.225, 0.125 };
    struct cs_sample sample[2];
    struct cs_compared compared;
    (void)state;

    cs_comparison_golden(&compared, false);
    for (size_t k = 0; k < 4; k++) {
        for (size_t s = 0; s < 2; s++)
            assert_ok(cs_sample_sort(&sample[s], compared.columns[k].values[s],
                                     compared.n_rows[s]));
        assert_value(cs_sample_wasserstein(&sample[0], &sample[1]), w1[k], 5.1e-11);
        assert_value(cs_sample_ks(&sample[0], &sample[1]), ks[k], 1e-12);
        for (size_t s = 0; s < 2; s++)
            cs_sample_wipe(&sample[s]);
    }
    cs_compared_wipe(&compared);
}

static void column_shapes_are_the_reference(void **state)
{
    (void)state;

    assert_golden(&cs_metrics_shapes, "Column Shapes", CS_COMPAT_NONE, .825);
}

static void correlations_are_the_reference(void **state)
{
    static const struct {
        size_t j, k;
        double rho[2];
    } known[] = { { 0, 1, { .4785667156, .5009768962 } },
                  { 0, 2, { .2260514044, .0394355665 } },
                  { 1, 2, { .2877565136, .0843158564 } } };
    struct cs_compared compared;
    (void)state;

    cs_comparison_golden(&compared, true);
    for (size_t p = 0; p < COUNT(known); p++)
        for (size_t s = 0; s < 2; s++)
            assert_value(cs_pair_correlation(compared.columns[known[p].j].values[s],
                                             compared.columns[known[p].k].values[s],
                                             compared.n_rows[s]),
                         known[p].rho[s], 5.1e-11);
    cs_compared_wipe(&compared);
}

static void contingencies_are_the_reference_with_either_edges(void **state)
{
    static const double known[2][3] = { { .575, .450, .475 }, { .525, .575, .475 } };
    struct cs_compared compared;
    (void)state;

    cs_comparison_golden(&compared, true);
    for (size_t own = 0; own < 2; own++)
        for (size_t k = 0; k < 3; k++) {
            struct cs_coded one, other;
            double similarity, v;

            assert_ok(
                cs_coded_make(&one, &compared.columns[k], compared.n_rows, own == 1));
            assert_ok(
                cs_coded_make(&other, &compared.columns[3], compared.n_rows, own == 1));
            assert_ok(cs_pair_contingency(&similarity, &v, &one, &other));
            assert_value(similarity, known[own][k], 1e-12);
            cs_coded_wipe(&one);
            cs_coded_wipe(&other);
        }
    cs_compared_wipe(&compared);
}

/* What a metric says of a file and itself, of one with nothing in common, and of a
 * constant one. */
static void identical_files_have_the_best_values(void **state)
{
    const struct cs_metric_group *const groups[] = { &cs_metrics_marginal,
                                                     &cs_metrics_shapes };
    (void)state;

    for (size_t g = 0; g < COUNT(groups); g++)
        for (size_t m = 0; m < groups[g]->n; m++) {
            const struct cs_metric *metric = &groups[g]->metrics[m];
            const double best =
                metric->better == CS_HIGHER ? metric->most : metric->least;

            assert_value(cs_comparison_value(groups[g], metric->name, same, same), best,
                         1e-9);
        }
}

static void files_apart_have_the_worst_values(void **state)
{
    static const struct {
        const struct cs_metric_group *group;
        const char *metric;
        double worst;
    } known[] = {
        { &cs_metrics_marginal, "ks_test.marginal", 0 },
        { &cs_metrics_marginal, "jensenshannon_dist.marginal", 0.83255461115769769 },
        { &cs_metrics_marginal, "wasserstein_1d.marginal", 2 },
        { &cs_metrics_shapes, "Column Shapes", 0 },
        { &cs_metrics_shapes, "BoundaryAdherence", 0 },
        { &cs_metrics_shapes, "CategoryAdherence", 0 },
        { &cs_metrics_shapes, "RangeCoverage", 0 },
        { &cs_metrics_shapes, "CategoryCoverage", 0 },
        { &cs_metrics_shapes, "StatisticSimilarity", 0 },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(known); i++)
        assert_value(cs_comparison_value(known[i].group, known[i].metric, same, shifted),
                     known[i].worst, 1e-9);
}

static void counts_tell_files_apart_that_frequencies_do_not(void **state)
{
    char real[20000] = "x\n", synthetic[20000] = "x\n";
    struct cs_compared compared;
    (void)state;

    for (int i = 0; i < 2000; i++) { /* shares .5 and .4 */
        strcat(real, i % 2 == 0 ? "0\n" : "1\n");
        strcat(synthetic, i % 5 < 2 ? "0\n" : "1\n");
    }
    cs_comparison_of(&compared, real, synthetic, NULL, 0);
    assert_true(cs_comparison_measure(&cs_metrics_marginal, "chi_squared_test.marginal",
                                      &compared, CS_COMPAT_NONE) < 1e-6);
    assert_true(cs_comparison_measure(&cs_metrics_marginal, "chi_squared_test.marginal",
                                      &compared, CS_COMPAT_SYNTHCITY) > .5);
    cs_compared_wipe(&compared);
}

static void a_constant_column_is_no_trouble(void **state)
{
    (void)state;

    assert_value(
        cs_comparison_value(&cs_metrics_marginal, "ks_test.marginal", constant, constant),
        1, 1e-12);
    assert_value(cs_comparison_value(&cs_metrics_shapes, "RangeCoverage", same, constant),
                 0, 1e-12);
    assert_true(isnan(
        cs_comparison_value(&cs_metrics_shapes, "Column Pair Trends", constant, same)));
    assert_value(cs_comparison_value(&cs_metrics_shapes, "Overall", constant, constant),
                 1, 1e-12);
}

/* A column in another order has the same shape, and another trend. */
static void a_column_in_another_order_shows_in_trends_alone(void **state)
{
    static const char both[] = "x,y\n1,1\n2,2\n3,3\n4,4\n";
    static const char turned[] = "x,y\n1,4\n2,3\n3,2\n4,1\n";
    (void)state;

    assert_value(cs_comparison_value(&cs_metrics_shapes, "Column Shapes", both, turned),
                 1, 1e-12);
    assert_value(
        cs_comparison_value(&cs_metrics_shapes, "Column Pair Trends", both, turned), 0,
        1e-12);
}

static void leaked_and_repeated_rows_are_counted(void **state)
{
    static const char synthetic[] = "x,c\n1,a\n1,a\n9,z\n8,\n";
    const struct cs_metric_group *const sanity = &cs_metrics_sanity;
    (void)state;

    assert_value(
        cs_comparison_value(sanity, "common_rows_proportion.score", same, mirrored),
        2 / 6.0, 1e-8);
    assert_value(
        cs_comparison_value(sanity, "common_rows_proportion.score", same, synthetic),
        1 / 6.0, 1e-8);
    assert_value(cs_comparison_value(sanity, "duplicate_rows.synthetic", same, synthetic),
                 .25, 1e-12);
    assert_value(
        cs_comparison_value(sanity, "common_rows_proportion.score", same, shifted), 0, 0);
    assert_value(
        cs_comparison_value(sanity, "data_mismatch.score", "x,c\n1,2\n", "x,c\n1,no\n"),
        1 / 3.0, 1e-12);
}

static void empty_fields_are_compared(void **state)
{
    (void)state;

    assert_value(cs_comparison_value(&cs_metrics_shapes, "MissingValueSimilarity",
                                     "x,y\n1,\n2,5\n", "x,y\n1,4\n2,5\n"),
                 .75, 1e-12);
    assert_value(cs_comparison_value(&cs_metrics_sanity, "common_rows_proportion.score",
                                     "x,y\n1,\n", "x,y\n1,\n"),
                 1, 1e-7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marginals_are_the_reference),
        cmocka_unit_test(p_values_of_frequencies_are_the_reference),
        cmocka_unit_test(distances_of_columns_are_the_reference),
        cmocka_unit_test(column_shapes_are_the_reference),
        cmocka_unit_test(correlations_are_the_reference),
        cmocka_unit_test(contingencies_are_the_reference_with_either_edges),
        cmocka_unit_test(identical_files_have_the_best_values),
        cmocka_unit_test(files_apart_have_the_worst_values),
        cmocka_unit_test(counts_tell_files_apart_that_frequencies_do_not),
        cmocka_unit_test(a_constant_column_is_no_trouble),
        cmocka_unit_test(a_column_in_another_order_shows_in_trends_alone),
        cmocka_unit_test(leaked_and_repeated_rows_are_counted),
        cmocka_unit_test(empty_fields_are_compared),
    };
    return CS_RUN("model/metrics_columns", tests);
}
