#include "model/kernel.h"

#include <math.h>
#include <stdlib.h>

#include "crypto/secret.h"
#include "model/elementary.h"

#define STRETCH 1024u /* rows of the sample that are looked at together */
#define QUERIES 32u   /* of one job */

/* The sample by columns, each in units of its kernel. */
struct kernel {
    const struct cs_features *features;
    struct cs_rows queries, sample;
    float *numbers;   /* (n_numbers, sample.n) [secret] */
    uint16_t *levels; /* (n_lookups, sample.n) [secret] */
    float *scales;    /* (n_numbers): 1 / width of the kernel */
    float *costs;     /* (n_lookups): what another level takes from the logarithm */
    double *logs;
    size_t first_job;
};

/* ---- widths ---- */

static double deviation_of(const struct kernel *k, size_t number)
{
    const struct cs_features *f = k->features;
    double mean = 0, square = 0;

    for (size_t i = 0; i < k->sample.n; i++)
        mean += (double)f->numbers[k->sample.at[i] * f->n_numbers + number] /
                (double)k->sample.n;
    for (size_t i = 0; i < k->sample.n; i++)
        square +=
            pow((double)f->numbers[k->sample.at[i] * f->n_numbers + number] - mean, 2) /
            (double)k->sample.n;
    return square > 0 ? sqrt(square) : 1;
}

/* shrinking: n^(-1/(d + 4)). */
static float cost_of(double n_levels, double shrinking)
{
    const double other = (n_levels - 1) / n_levels * shrinking * shrinking;

    return n_levels > 1 ? (float)log((1 - other) * (n_levels - 1) / other) : 0;
}

static void find_widths(struct kernel *k)
{
    const struct cs_features *f = k->features;
    const double d = (double)(f->n_numbers + f->n_lookups);
    const double shrinking = pow((double)k->sample.n, -1 / (d + 4));

    for (size_t j = 0; j < f->n_numbers; j++)
        k->scales[j] = (float)(1 / (deviation_of(k, j) * shrinking));
    for (size_t j = 0; j < f->n_columns; j++)
        if (!f->columns[j].is_number)
            k->costs[f->columns[j].lookup] =
                cost_of((double)f->columns[j].n_levels, shrinking);
}

static void fill(struct kernel *k)
{
    const struct cs_features *f = k->features;
    const size_t n = k->sample.n;

    for (size_t i = 0; i < n; i++) {
        const size_t row = k->sample.at[i];

        for (size_t j = 0; j < f->n_numbers; j++)
            k->numbers[j * n + i] = k->scales[j] * f->numbers[row * f->n_numbers + j];
        for (size_t j = 0; j < f->n_lookups; j++)
            k->levels[j * n + i] = f->lookup[row * f->n_lookups + j];
    }
}

/* ---- a query ---- */

CS_EACH_WIDTH static void add_number(float *restrict costs, const float *restrict y,
                                     float x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        costs[i] += .5f * (x - y[i]) * (x - y[i]);
}

CS_EACH_WIDTH static void add_level(float *restrict costs, const uint16_t *restrict y,
                                    uint16_t x, float cost, size_t n)
{
    for (size_t i = 0; i < n; i++)
        costs[i] += x == y[i] ? 0 : cost;
}

CS_EACH_WIDTH static void exp_below(float *costs, float least, size_t n)
{
    for (size_t i = 0; i < n; i++)
        costs[i] = cs_exp(least - costs[i]);
}

/* costs: (n), of the sample's rows from `first` on, by which their logarithm is below
 * that of the query's own place. */
static void find_costs(float *costs, const struct kernel *k, size_t row, size_t first,
                       size_t n)
{
    const struct cs_features *f = k->features;

    for (size_t i = 0; i < n; i++)
        costs[i] = 0;
    for (size_t j = 0; j < f->n_numbers; j++)
        add_number(costs, k->numbers + j * k->sample.n + first,
                   k->scales[j] * f->numbers[row * f->n_numbers + j], n);
    for (size_t j = 0; j < f->n_lookups; j++)
        add_level(costs, k->levels + j * k->sample.n + first,
                  f->lookup[row * f->n_lookups + j], k->costs[j], n);
}

/* The logarithm of a sum of exponentials, stretch by stretch, around its largest. */
static double log_density(const struct kernel *k, size_t row)
{
    float costs[STRETCH], least = INFINITY;
    double sum = 0;

    for (size_t first = 0; first < k->sample.n; first += STRETCH) {
        const size_t left = k->sample.n - first, n = left < STRETCH ? left : STRETCH;
        float lower = least;

        find_costs(costs, k, row, first, n);
        for (size_t i = 0; i < n; i++)
            lower = costs[i] < lower ? costs[i] : lower;
        sum *= exp((double)lower - (double)least);
        least = lower;
        exp_below(costs, least, n);
        for (size_t i = 0; i < n; i++)
            sum += (double)costs[i];
    }
    return log(sum) - (double)least;
}

static void run_job(void *context, size_t job)
{
    const struct kernel *k = context;
    const size_t first = (k->first_job + job) * QUERIES;

    for (size_t q = first; q < first + QUERIES && q < k->queries.n; q++)
        k->logs[q] = log_density(k, k->queries.at[q]);
}

/* ---- all ---- */

static enum cs_status make_room(struct kernel *k)
{
    const struct cs_features *f = k->features;

    k->numbers = calloc(k->sample.n * f->n_numbers + 1, sizeof *k->numbers);
    k->levels = calloc(k->sample.n * f->n_lookups + 1, sizeof *k->levels);
    k->scales = calloc(f->n_numbers + 1, sizeof *k->scales);
    k->costs = calloc(f->n_lookups + 1, sizeof *k->costs);
    return k->numbers == NULL || k->levels == NULL || k->scales == NULL ||
                   k->costs == NULL
               ? CS_MEMORY
               : CS_OK;
}

static void wipe(struct kernel *k)
{
    const struct cs_features *f = k->features;

    cs_wipe_free(k->numbers, (k->sample.n * f->n_numbers + 1) * sizeof *k->numbers);
    cs_wipe_free(k->levels, (k->sample.n * f->n_lookups + 1) * sizeof *k->levels);
    free(k->scales);
    free(k->costs);
}

enum cs_status cs_kernel_log_density(double *logs, const struct cs_features *features,
                                     struct cs_rows queries, struct cs_rows sample,
                                     struct cs_workers *workers,
                                     const struct cs_progress *progress)
{
    struct kernel k = {
        .features = features, .queries = queries, .sample = sample, .logs = logs
    };
    const size_t n_jobs = (queries.n + QUERIES - 1) / QUERIES;
    const size_t at_once = cs_workers_count(workers);
    enum cs_status st;

    CS_REQUIRE(sample.n > 0);
    CS_TRY(make_room(&k));
    find_widths(&k);
    fill(&k);
    for (; k.first_job < n_jobs; k.first_job += at_once) {
        const size_t left = n_jobs - k.first_job;

        CS_TRY(cs_progress_tell(progress, (double)k.first_job / (double)n_jobs));
        cs_workers_run(workers, run_job, &k, left < at_once ? left : at_once);
    }
out:
    wipe(&k);
    return st;
}
