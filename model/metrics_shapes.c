/* The quality and diagnostic reports of SDMetrics (docs/EVALUATE.md, "shapes"). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/metrics.h"
#include "model/pair.h"
#include "model/sample.h"

static const double correlation_least = 0.5, v_least = 0.3;

enum {
    COLUMN_SHAPES,
    PAIR_TRENDS,
    OVERALL,
    BOUNDARY,
    CATEGORIES,
    RANGE_COVERAGE,
    CATEGORY_COVERAGE,
    MISSING,
    STATISTIC,
    N_METRICS
};

static const struct cs_metric metrics[N_METRICS] = {
    [COLUMN_SHAPES] = { "Column Shapes", CS_HIGHER, 0, 1,
                        "KSComplement of numbers and TVComplement of categories, mean of "
                        "the columns." },
    [PAIR_TRENDS] = { "Column Pair Trends", CS_HIGHER, 0, 1,
                      "CorrelationSimilarity or ContingencySimilarity of the pairs of "
                      "columns that depend on each other in the real rows, mean." },
    [OVERALL] = { "Overall", CS_HIGHER, 0, 1,
                  "Mean of Column Shapes and Column Pair Trends; of the first alone if "
                  "no "
                  "pair depends on each other." },
    [BOUNDARY] = { "BoundaryAdherence", CS_HIGHER, 0, 1,
                   "Share of synthetic numbers within the real range, mean of the "
                   "numeric columns." },
    [CATEGORIES] = { "CategoryAdherence", CS_HIGHER, 0, 1,
                     "Share of synthetic rows whose category is in the real file, mean "
                     "of "
                     "the columns." },
    [RANGE_COVERAGE] = { "RangeCoverage", CS_HIGHER, 0, 1,
                         "Share of the real range that the synthetic range covers, mean "
                         "of the numeric columns." },
    [CATEGORY_COVERAGE] = { "CategoryCoverage", CS_HIGHER, 0, 1,
                            "Share of the real categories that are in the synthetic "
                            "file, mean of the columns." },
    [MISSING] = { "MissingValueSimilarity", CS_HIGHER, 0, 1,
                  "1 - the difference of the shares of empty fields, mean of the "
                  "columns." },
    [STATISTIC] = { "StatisticSimilarity", CS_HIGHER, 0, 1,
                    "1 - the difference of the means as a share of the real range, mean "
                    "of the numeric columns." },
};

struct sums {
    double sum[N_METRICS];
    size_t n[N_METRICS];
};

static void add(struct sums *sums, size_t metric, double value)
{
    if (isnan(value))
        return;
    sums->sum[metric] += value;
    sums->n[metric]++;
}

/* ---- columns ---- */

static double share_between(const struct cs_sample *sample, double low, double high)
{
    return (double)(cs_sample_up_to(sample, high) - cs_sample_below(sample, low)) /
           (double)sample->n;
}

static void add_number(struct sums *sums, const struct cs_sample *real,
                       const struct cs_sample *synthetic)
{
    const double low = real->values[0], high = real->values[real->n - 1];
    const double range = high - low;
    const double missed = fmax(synthetic->values[0] - low, 0) +
                          fmax(high - synthetic->values[synthetic->n - 1], 0);

    add(sums, COLUMN_SHAPES, 1 - cs_sample_ks(real, synthetic));
    add(sums, BOUNDARY, share_between(synthetic, low, high));
    if (range <= 0)
        return;
    add(sums, RANGE_COVERAGE, fmax(1 - missed / range, 0));
    add(sums, STATISTIC, fmax(1 - fabs(real->mean - synthetic->mean) / range, 0));
}

/* Rows of one, and different values of it, that the other has as well. */
static void count_known(size_t *n_rows, size_t *n_values, const struct cs_sample *one,
                        const struct cs_sample *other)
{
    *n_rows = *n_values = 0;
    for (size_t i = 0, next; i < one->n; i = next) {
        next = cs_sample_up_to(one, one->values[i]);
        if (cs_sample_up_to(other, one->values[i]) >
            cs_sample_below(other, one->values[i])) {
            *n_rows += next - i;
            (*n_values)++;
        }
    }
}

static void add_category(struct sums *sums, const struct cs_sample *real,
                         const struct cs_sample *synthetic)
{
    size_t n_rows, n_values;

    add(sums, COLUMN_SHAPES, 1 - cs_sample_total_variation(real, synthetic));
    count_known(&n_rows, &n_values, synthetic, real);
    add(sums, CATEGORIES, (double)n_rows / (double)synthetic->n);
    add(sums, CATEGORY_COVERAGE, (double)n_values / (double)real->n_distinct);
}

static enum cs_status add_column(struct sums *sums, const struct cs_evaluation *e,
                                 size_t k)
{
    const struct cs_compared_column *column = &e->compared->columns[k];
    struct cs_sample sample[2] = { { 0 } };
    enum cs_status st = CS_OK;

    for (size_t s = 0; s < 2; s++)
        CS_TRY(cs_sample_sort(&sample[s], column->values[s], e->compared->n_rows[s]));
    add(sums, MISSING,
        1 - fabs((double)sample[0].n_empty / (double)sample[0].n_all -
                 (double)sample[1].n_empty / (double)sample[1].n_all));
    if (sample[0].n > 0 && sample[1].n > 0)
        (column->is_number ? add_number : add_category)(sums, &sample[0], &sample[1]);
out:
    for (size_t s = 0; s < 2; s++)
        cs_sample_wipe(&sample[s]);
    return st;
}

/* ---- pairs ---- */

static void add_correlation(struct sums *sums, const struct cs_evaluation *e, size_t j,
                            size_t k)
{
    double rho[2];

    for (size_t s = 0; s < 2; s++)
        rho[s] = cs_pair_correlation(e->compared->columns[j].values[s],
                                     e->compared->columns[k].values[s],
                                     e->compared->n_rows[s]);
    if (fabs(rho[0]) > correlation_least)
        add(sums, PAIR_TRENDS, 1 - fabs(rho[0] - rho[1]) / 2);
}

static enum cs_status add_pair(struct sums *sums, const struct cs_evaluation *e,
                               const struct cs_coded *coded, size_t j, size_t k)
{
    double similarity, v;

    if (e->compared->columns[j].is_number && e->compared->columns[k].is_number) {
        add_correlation(sums, e, j, k);
        return CS_OK;
    }
    if (coded[j].n_codes == 0 || coded[k].n_codes == 0)
        return CS_OK; /* a column that is in no pair */
    const enum cs_status st = cs_pair_contingency(&similarity, &v, &coded[j], &coded[k]);
    if (st == CS_OK && v > v_least)
        add(sums, PAIR_TRENDS, similarity);
    return st;
}

static bool has_value(const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i]))
            return true;
    return false;
}

static bool can_be_coded(const struct cs_compared *compared, size_t k)
{
    const struct cs_compared_column *column = &compared->columns[k];

    if (!column->is_number)
        return column->n_levels <= CS_PAIR_LEVELS_MAX;
    return has_value(column->values[CS_REAL], compared->n_rows[CS_REAL]) &&
           has_value(column->values[CS_SYNTHETIC], compared->n_rows[CS_SYNTHETIC]);
}

static enum cs_status add_pairs(struct sums *sums, const struct cs_evaluation *e)
{
    const size_t n = e->compared->n_columns;
    struct cs_coded *coded = calloc(n, sizeof *coded);
    enum cs_status st = CS_OK;

    if (coded == NULL)
        return CS_MEMORY;
    for (size_t k = 0; k < n; k++)
        if (can_be_coded(e->compared, k))
            CS_TRY(cs_coded_make(&coded[k], &e->compared->columns[k], e->compared->n_rows,
                                 e->compat == CS_COMPAT_SDMETRICS));
    for (size_t k = 1; k < n; k++) {
        CS_TRY(cs_progress_tell(e->progress, (double)k / (double)n));
        for (size_t j = 0; j < k; j++)
            CS_TRY(add_pair(sums, e, coded, j, k));
    }
out:
    for (size_t k = 0; k < n; k++)
        cs_coded_wipe(&coded[k]);
    free(coded);
    return st;
}

static enum cs_status measure(double *values, const struct cs_evaluation *e)
{
    struct sums sums = { 0 };
    enum cs_status st = CS_OK;

    for (size_t k = 0; k < e->compared->n_columns; k++)
        CS_TRY(add_column(&sums, e, k));
    CS_TRY(add_pairs(&sums, e));
    for (size_t m = 0; m < N_METRICS; m++)
        values[m] = sums.n[m] > 0 ? sums.sum[m] / (double)sums.n[m] : NAN;
    values[OVERALL] = isnan(values[PAIR_TRENDS])
                          ? values[COLUMN_SHAPES]
                          : (values[COLUMN_SHAPES] + values[PAIR_TRENDS]) / 2;
out:
    return st;
}

const struct cs_metric_group cs_metrics_shapes = {
    .name = "shapes",
    .metrics = metrics,
    .n = N_METRICS,
    .measure = measure,
};
