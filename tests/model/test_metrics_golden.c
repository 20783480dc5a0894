/* Reference values column by column, of which the metrics are means: an independent
 * implementation over the same rows gave their digits. */
#include <math.h>

#include "model/column_shapes.h"
#include "model/gamma_tail.h"
#include "model/pair.h"
#include "tests/support/check.h"
#include "tests/support/comparison.h"

enum { COLUMNS = 4 };
static const double printed = 5.1e-11; /* half of the last digit */

static void assert_value(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within))
        fail_msg("%.12g is not %.12g", value, expected);
}

static void rows_are_the_reference(void **state)
{
    static const struct {
        enum cs_side side;
        size_t row;
        double values[COLUMNS];
    } rows[] = {
        { CS_REAL, 0, { 0.5138700781, 0.3448056907, 0.0952657585, 2 } },
        { CS_REAL, 39, { 0.5790385874, 0.6084574547, 0.6109861035, 1 } },
        { CS_SYNTHETIC, 0, { 0.0749609669, 0.5099182807, 0.3124887091, 1 } },
        { CS_SYNTHETIC, 39, { 0.5430696077, 0.6007285300, 0.4456073851, 2 } },
    };
    static const double means[2][COLUMNS] = {
        { 0.5134189084, 0.5240455686, 0.3694563580, 1.55 },
        { 0.4105561327, 0.5230507597, 0.4669701762, 1.45 },
    };
    struct cs_compared compared;
    (void)state;

    cs_comparison_golden(&compared, false);
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t k = 0; k < COLUMNS; k++)
            assert_value(compared.columns[k].values[rows[i].side][rows[i].row],
                         rows[i].values[k], printed);
    for (size_t s = 0; s < 2; s++)
        for (size_t k = 0; k < COLUMNS; k++) {
            double sum = 0;

            for (size_t i = 0; i < compared.n_rows[s]; i++)
                sum += compared.columns[k].values[s][i];
            assert_value(sum / (double)compared.n_rows[s], means[s][k], printed);
        }
    cs_compared_wipe(&compared);
}

/* A metric of the mean over columns, of each column alone. */
static void columns_alone_are_the_reference(void **state)
{
    static const struct {
        const char *metric;
        enum cs_compat compat;
        double values[COLUMNS];
    } known[] = {
        { "inv_kl_divergence.marginal",
          CS_COMPAT_NONE,
          { 0.8923015028, 0.8524862980, 0.9114136241, 0.9348653658 } },
        { "jensenshannon_dist.marginal",
          CS_COMPAT_NONE,
          { 0.1695334184, 0.2843776819, 0.1753525649, 0.1357879877 } },
        { "jensenshannon_dist.marginal",
          CS_COMPAT_SYNTHCITY,
          { 0.0151890042, 0.0196370119, 0.0145861066, 0.0254612588 } },
        { "ks_test.marginal", CS_COMPAT_NONE, { .8, .875, .775, .875 } },
    };
    struct cs_compared compared;
    (void)state;

    cs_comparison_golden(&compared, false);
    for (size_t i = 0; i < COUNT(known); i++)
        for (size_t k = 0; k < COLUMNS; k++) {
            struct cs_compared alone = compared;

            alone.columns = &compared.columns[k];
            alone.n_columns = 1;
            assert_value(cs_comparison_measure(&cs_metrics_marginal, known[i].metric,
                                               &alone, known[i].compat),
                         known[i].values[k], printed);
        }
    cs_compared_wipe(&compared);
}

/* The reference compares value with value, the peer the most frequent of each file: the
 * test of the peer's frequencies, in the order of the reference. */
static void frequencies_by_value_are_the_reference(void **state)
{
    struct cs_compared compared;
    double shares[2][4] = { { 0 } }, sum = 0;
    (void)state;

    cs_comparison_golden(&compared, false);
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < compared.n_rows[s]; i++)
            shares[s][(size_t)compared.columns[3].values[s][i]] +=
                1 / (double)compared.n_rows[s];
    for (size_t v = 0; v < 4; v++)
        sum +=
            (shares[0][v] - shares[1][v]) * (shares[0][v] - shares[1][v]) / shares[1][v];
    assert_value(cs_gamma_chi_square_p(sum, 3), 0.9884211527, 1e-8);
    cs_compared_wipe(&compared);
}

static void complements_of_columns_are_the_reference(void **state)
{
    static const double known[COLUMNS] = { .8, .875, .775, .85 };
    struct cs_column_shape shapes[COLUMNS];
    struct cs_compared compared;
    (void)state;

    cs_comparison_golden(&compared, true);
    assert_ok(cs_column_shapes(shapes, &compared));
    for (size_t k = 0; k < COLUMNS; k++)
        assert_value(shapes[k].similarity, known[k], 1e-12);
    cs_compared_wipe(&compared);
}

static void correlation_similarities_are_the_reference(void **state)
{
    static const struct {
        size_t j, k;
        double similarity;
    } known[] = { { 0, 1, 0.9887949097 },
                  { 0, 2, 0.9066920810 },
                  { 1, 2, 0.8982796714 } };
    struct cs_compared compared;
    (void)state;

    cs_comparison_golden(&compared, true);
    for (size_t p = 0; p < COUNT(known); p++) {
        double rho[2];

        for (size_t s = 0; s < 2; s++)
            rho[s] = cs_pair_correlation(compared.columns[known[p].j].values[s],
                                         compared.columns[known[p].k].values[s],
                                         compared.n_rows[s]);
        assert_value(1 - fabs(rho[0] - rho[1]) / 2, known[p].similarity, printed);
    }
    cs_compared_wipe(&compared);
}

static void distance_to_the_nearest_synthetic_row_is_the_reference(void **state)
{
    struct cs_neighbourhood neighbourhood = { .there = false };
    struct cs_compared compared;
    double sum = 0;
    (void)state;

    cs_comparison_golden(&compared, false);
    assert_ok(cs_neighbourhood_find(&neighbourhood, &compared, true, NULL, NULL));
    const struct cs_near *near = &neighbourhood.other[CS_REAL];
    for (size_t i = 0; i < near->n; i++)
        sum += near->distances[i * near->k];
    assert_value(sum / (double)near->n, 0.2336108458, printed);
    cs_neighbourhood_wipe(&neighbourhood);
    cs_compared_wipe(&compared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_the_reference),
        cmocka_unit_test(columns_alone_are_the_reference),
        cmocka_unit_test(frequencies_by_value_are_the_reference),
        cmocka_unit_test(complements_of_columns_are_the_reference),
        cmocka_unit_test(correlation_similarities_are_the_reference),
        cmocka_unit_test(distance_to_the_nearest_synthetic_row_is_the_reference),
    };
    return CS_RUN("model/metrics_golden", tests);
}
