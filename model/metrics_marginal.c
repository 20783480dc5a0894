/* Columns one by one, as synthcity compares them (docs/EVALUATE.md, "marginal"). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/gamma_tail.h"
#include "model/metrics.h"
#include "model/sample.h"

#define BINS_MAX 10u
#define EXPECTED_LEAST 5.0

enum { INV_KL, KS, CHI_SQUARED, JENSEN_SHANNON, WASSERSTEIN, N_METRICS };

static const struct cs_metric metrics[N_METRICS] = {
    [INV_KL] = { "inv_kl_divergence.marginal", CS_HIGHER, 0, 1,
                 "1 / (1 + the Kullback-Leibler divergence of real from synthetic) over "
                 "at most ten bins, mean of the columns." },
    [KS] = { "ks_test.marginal", CS_HIGHER, 0, 1,
             "1 - the largest gap between the two distribution functions, mean of the "
             "columns." },
    [CHI_SQUARED] = { "chi_squared_test.marginal", CS_HIGHER, 0, 1,
                      "p-value that both files are draws of one distribution over at "
                      "most ten bins, mean of the columns." },
    [JENSEN_SHANNON] = { "jensenshannon_dist.marginal", CS_LOWER, 0, 0.8325546111576978,
                         "Jensen-Shannon distance (natural logarithm) over at most ten "
                         "bins, mean of the columns." },
    [WASSERSTEIN] = { "wasserstein_1d.marginal", CS_LOWER, 0, INFINITY,
                      "How far values must move for the columns to be alike, as a share "
                      "of the real range, mean of the numeric columns." },
};

/* Real and synthetic rows by bin. */
struct bins {
    size_t n;
    double counts[2][BINS_MAX + 1];
};

/* ---- bins ---- */

static double total(const double *counts, size_t n)
{
    double sum = 0;

    for (size_t k = 0; k < n; k++)
        sum += counts[k];
    return sum;
}

static double lowest(const struct cs_sample *sample)
{
    return sample->values[0];
}

static double highest(const struct cs_sample *sample)
{
    return sample->values[sample->n - 1];
}

/* Each of the real values, if they are few, is its own bin; the others have one. */
static void bin_values(struct bins *bins, const struct cs_sample *const *pair)
{
    const struct cs_sample *real = pair[0];

    bins->n = 0;
    for (size_t i = 0; i < real->n; i = cs_sample_up_to(real, real->values[i])) {
        for (size_t s = 0; s < 2; s++)
            bins->counts[s][bins->n] =
                (double)(cs_sample_up_to(pair[s], real->values[i]) -
                         cs_sample_below(pair[s], real->values[i]));
        bins->n++;
    }
    bins->counts[0][bins->n] = 0;
    bins->counts[1][bins->n] = (double)pair[1]->n - total(bins->counts[1], bins->n);
    bins->n += bins->counts[1][bins->n] > 0;
}

static double edge(const struct cs_sample *real, size_t k, size_t n)
{
    if (k == n)
        return highest(real);
    return lowest(real) + (double)k * ((highest(real) - lowest(real)) / (double)n);
}

static size_t bin_count(const struct cs_sample *real)
{
    return real->n_distinct < BINS_MAX ? real->n_distinct : BINS_MAX;
}

/* As numpy.histogram: [a, b), the last one [a, b]. */
static void bin_left_closed(struct bins *bins, const struct cs_sample *const *pair)
{
    bins->n = bin_count(pair[0]);
    for (size_t s = 0; s < 2; s++) {
        size_t before = cs_sample_below(pair[s], lowest(pair[0]));

        for (size_t k = 0; k < bins->n; k++) {
            const double end = edge(pair[0], k + 1, bins->n);
            const size_t up_to = k + 1 < bins->n ? cs_sample_below(pair[s], end)
                                                 : cs_sample_up_to(pair[s], end);

            bins->counts[s][k] = (double)(up_to - before);
            before = up_to;
        }
    }
}

/* As pandas.cut: (a, b], the first edge lowered by a thousandth of the range; what is
 * outside has a bin of its own if there is any. */
static void bin_right_closed(struct bins *bins, const struct cs_sample *const *pair)
{
    const struct cs_sample *real = pair[0];
    const double below = lowest(real) - 0.001 * (highest(real) - lowest(real));
    const double first = fmin(below, nextafter(lowest(real), -INFINITY));
    bool outside = false;

    bins->n = bin_count(real);
    for (size_t s = 0; s < 2; s++) {
        size_t before = cs_sample_up_to(pair[s], first), inside = before;

        for (size_t k = 0; k < bins->n; k++) {
            const size_t up_to = cs_sample_up_to(pair[s], edge(real, k + 1, bins->n));

            bins->counts[s][k] = (double)(up_to - before);
            before = up_to;
        }
        bins->counts[s][bins->n] = (double)(pair[s]->n - (before - inside));
        outside |= bins->counts[s][bins->n] > 0;
    }
    bins->n += outside;
}

/* ---- divergences ---- */

/* Shares of at least 1e-11, as synthcity has them. */
static void to_frequencies(double *p, const double *counts, size_t n, double n_rows)
{
    for (size_t k = 0; k < n; k++)
        p[k] = counts[k] > 0 ? counts[k] / n_rows : 1e-11;
}

static int compare_falling(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x < y) - (x > y);
}

/* synthcity compares the most frequent value with the most frequent, and so on, where it
 * counts values: whichever these are. */
static void misplace(struct bins *bins)
{
    for (size_t s = 0; s < 2; s++)
        qsort(bins->counts[s], bins->n, sizeof(double), compare_falling);
}

static void bin_frequencies(double p[2][BINS_MAX + 1], struct bins *bins,
                            const struct cs_sample *const *pair, bool as_synthcity)
{
    const bool by_value = pair[0]->n_distinct < 5;

    if (by_value)
        bin_values(bins, pair);
    else
        bin_left_closed(bins, pair);
    if (by_value && as_synthcity)
        misplace(bins);
    for (size_t s = 0; s < 2; s++)
        to_frequencies(p[s], bins->counts[s], bins->n,
                       by_value ? (double)pair[s]->n
                                : total(bins->counts[s], bins->n) + 1e-8);
}

static double inverse_kl(const struct cs_sample *const *pair, bool as_synthcity)
{
    double p[2][BINS_MAX + 1], sum = 0;
    struct bins bins;

    bin_frequencies(p, &bins, pair, as_synthcity);
    for (size_t k = 0; k < bins.n; k++)
        sum += p[0][k] * log(p[0][k] / p[1][k]) - p[0][k] + p[1][k];
    return 1 / (1 + sum);
}

/* synthcity's: of frequencies as if they were counts, so that p is near 1 whatever. */
static double chi_squared_compat(const struct cs_sample *const *pair)
{
    double p[2][BINS_MAX + 1], sum = 0;
    struct bins bins;

    bin_frequencies(p, &bins, pair, true);
    for (size_t k = 0; k < bins.n; k++)
        sum += (p[0][k] - p[1][k]) * (p[0][k] - p[1][k]) / p[1][k];
    return bins.n < 2 ? 1 : cs_gamma_chi_square_p(sum, (double)bins.n - 1);
}

/* Joins bins until each may expect five rows of the smaller file; what is left over goes
 * into the last. */
static void pool(struct bins *bins, double smaller_share)
{
    struct bins pooled = { 0 };
    double open[2] = { 0, 0 };

    for (size_t k = 0; k < bins->n; k++) {
        for (size_t s = 0; s < 2; s++)
            open[s] += bins->counts[s][k];
        if ((open[0] + open[1]) * smaller_share < EXPECTED_LEAST)
            continue;
        for (size_t s = 0; s < 2; s++)
            pooled.counts[s][pooled.n] = open[s], open[s] = 0;
        pooled.n++;
    }
    if (pooled.n > 0)
        for (size_t s = 0; s < 2; s++)
            pooled.counts[s][pooled.n - 1] += open[s];
    *bins = pooled;
}

/* Homogeneity of two samples (Pearson); values outside the real range are a bin. */
static double chi_squared(const struct cs_sample *const *pair)
{
    const double n[2] = { (double)pair[0]->n, (double)pair[1]->n };
    const double share = fmin(n[0], n[1]) / (n[0] + n[1]);
    struct bins bins;
    double sum = 0;

    bin_right_closed(&bins, pair);
    pool(&bins, share);
    for (size_t k = 0; k < bins.n; k++)
        for (size_t s = 0; s < 2; s++) {
            const double expected =
                (bins.counts[0][k] + bins.counts[1][k]) * n[s] / (n[0] + n[1]);

            sum += (bins.counts[s][k] - expected) * (bins.counts[s][k] - expected) /
                   expected;
        }
    return bins.n < 2 ? 1 : cs_gamma_chi_square_p(sum, (double)bins.n - 1);
}

static double half_divergence(double p, double m)
{
    return p > 0 ? p * log(p / m) / 2 : 0;
}

/* synthcity adds 1 to every share, which leaves little of the distance. */
static double jensen_shannon(const struct cs_sample *const *pair, double added)
{
    struct bins bins;
    double whole[2], sum = 0;

    bin_right_closed(&bins, pair);
    for (size_t s = 0; s < 2; s++)
        whole[s] = 1 + added * (double)bins.n;
    for (size_t k = 0; k < bins.n; k++) {
        double p[2];

        for (size_t s = 0; s < 2; s++)
            p[s] = (bins.counts[s][k] / (double)pair[s]->n + added) / whole[s];
        sum += half_divergence(p[0], (p[0] + p[1]) / 2) +
               half_divergence(p[1], (p[0] + p[1]) / 2);
    }
    return sqrt(fmax(sum, 0));
}

/* ---- all columns ---- */

static void measure_column(double *values, const struct cs_sample *const *pair,
                           bool is_number, bool as_synthcity)
{
    const double range = highest(pair[0]) - lowest(pair[0]);

    values[INV_KL] = inverse_kl(pair, as_synthcity);
    values[KS] = 1 - cs_sample_ks(pair[0], pair[1]);
    values[CHI_SQUARED] = as_synthcity ? chi_squared_compat(pair) : chi_squared(pair);
    values[JENSEN_SHANNON] = jensen_shannon(pair, as_synthcity ? 1 : 0);
    values[WASSERSTEIN] =
        is_number && range > 0 ? cs_sample_wasserstein(pair[0], pair[1]) / range : NAN;
}

static enum cs_status add_column(double *sums, size_t *counts,
                                 const struct cs_evaluation *e, size_t k)
{
    const struct cs_compared_column *column = &e->compared->columns[k];
    struct cs_sample sample[2] = { { 0 } };
    double values[N_METRICS];
    enum cs_status st = CS_OK;

    for (size_t s = 0; s < 2; s++)
        CS_TRY(cs_sample_sort(&sample[s], column->values[s], e->compared->n_rows[s]));
    if (sample[0].n == 0 || sample[1].n == 0)
        goto out;
    measure_column(values, (const struct cs_sample *[]){ &sample[0], &sample[1] },
                   column->is_number, e->compat == CS_COMPAT_SYNTHCITY);
    for (size_t m = 0; m < N_METRICS; m++)
        if (!isnan(values[m])) {
            sums[m] += values[m];
            counts[m]++;
        }
out:
    for (size_t s = 0; s < 2; s++)
        cs_sample_wipe(&sample[s]);
    return st;
}

static enum cs_status measure(double *values, const struct cs_evaluation *e)
{
    const size_t n_columns = e->compared->n_columns;
    size_t counts[N_METRICS] = { 0 };
    enum cs_status st = CS_OK;

    memset(values, 0, N_METRICS * sizeof *values);
    for (size_t k = 0; k < n_columns; k++) {
        CS_TRY(cs_progress_tell(e->progress, (double)k / (double)n_columns));
        CS_TRY(add_column(values, counts, e, k));
    }
    for (size_t m = 0; m < N_METRICS; m++)
        values[m] = counts[m] > 0 ? values[m] / (double)counts[m] : NAN;
out:
    return st;
}

const struct cs_metric_group cs_metrics_marginal = {
    .name = "marginal",
    .metrics = metrics,
    .n = N_METRICS,
    .measure = measure,
};
