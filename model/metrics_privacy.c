/* Are synthetic rows copies of real ones (docs/EVALUATE.md, "privacy")? */
#include <math.h>
#include <stdlib.h>

#include "crypto/secret.h"
#include "model/metrics.h"
#include "model/sample.h"

enum {
    IDENTIFIABILITY,
    AUTHENTICITY,
    CLOSEST_MEAN,
    CLOSEST_5,
    CLOSEST_REAL_5,
    RATIO_MEAN,
    RATIO_5,
    N_METRICS
};

static const struct cs_metric metrics[N_METRICS] = {
    [IDENTIFIABILITY] = { "identifiability_score.score", CS_LOWER, 0, 1,
                          "Share of real rows nearer to a synthetic row than to any "
                          "other real row; about half where synthetic rows are new draws "
                          "as near to the real ones as these are to each other." },
    [AUTHENTICITY] = { "authenticity", CS_HIGHER, 0, 1,
                       "Share of synthetic rows whose nearest real row has another real "
                       "row nearer than them." },
    [CLOSEST_MEAN] = { "dcr.mean", CS_HIGHER, 0, INFINITY,
                       "Distance of a synthetic row to the closest real record, mean." },
    [CLOSEST_5] = { "dcr.5th_percentile", CS_HIGHER, 0, INFINITY,
                    "The same of the nearest twentieth of synthetic rows; near 0, rows "
                    "are copies." },
    [CLOSEST_REAL_5] = { "dcr_real.5th_percentile", CS_UNDIRECTED, 0, INFINITY,
                         "The same between real rows, to compare with: much below it, "
                         "synthetic rows cling to real ones." },
    [RATIO_MEAN] = { "nndr.mean", CS_HIGHER, 0, 1,
                     "Distance to the closest real record as a share of that to the "
                     "second closest, mean of the synthetic rows." },
    [RATIO_5] = { "nndr.5th_percentile", CS_HIGHER, 0, 1,
                  "The same at the lowest twentieth; near 0, a synthetic row singles one "
                  "real row out." },
};

static double identifiability(const struct cs_neighbourhood *n)
{
    const struct cs_near *other = &n->other[CS_REAL], *own = &n->own[CS_REAL];
    size_t nearer = 0;

    for (size_t i = 0; i < other->n; i++)
        nearer += cs_nearer(other->distances[i * other->k], own->distances[i * own->k]);
    return (double)nearer / (double)other->n;
}

static double authenticity(const struct cs_neighbourhood *n)
{
    const struct cs_near *other = &n->other[CS_SYNTHETIC], *own = &n->own[CS_REAL];
    size_t authentic = 0;

    for (size_t j = 0; j < other->n; j++)
        authentic += cs_nearer(own->distances[other->index[j * other->k] * own->k],
                               other->distances[j * other->k]);
    return (double)authentic / (double)other->n;
}

/* synthcity's: the number of the nearest synthetic row is taken for that of a real one.
 */
static double authenticity_compat(const struct cs_neighbourhood *n)
{
    const struct cs_near *other = &n->other[CS_REAL], *own = &n->own[CS_REAL];
    size_t authentic = 0;

    for (size_t i = 0; i < other->n; i++) {
        const size_t mistaken = other->index[i * other->k] % own->n;

        authentic +=
            cs_nearer(own->distances[mistaken * own->k], other->distances[i * other->k]);
    }
    return (double)authentic / (double)other->n;
}

static double ratio(const struct cs_near *near, size_t j)
{
    const double first = near->distances[j * near->k];
    const double second = near->distances[j * near->k + 1];

    if (isinf(second))
        return NAN; /* a single real row */
    return second > 0 ? first / second : 1;
}

/* Mean and 5th percentile of the distances, or of their ratios. */
static enum cs_status summarise(double *mean, double *fifth, const struct cs_near *near,
                                bool ratios)
{
    double *values = calloc(near->n, sizeof *values);
    struct cs_sample sample = { 0 };
    enum cs_status st = CS_MEMORY;

    if (values == NULL)
        return CS_MEMORY;
    for (size_t j = 0; j < near->n; j++)
        values[j] = ratios ? ratio(near, j) : near->distances[j * near->k];
    CS_TRY(cs_sample_sort(&sample, values, near->n));
    *mean = sample.n > 0 ? sample.mean : NAN;
    *fifth = sample.n > 0 ? cs_sample_quantile(sample.values, sample.n, .05) : NAN;
out:
    cs_sample_wipe(&sample);
    cs_wipe_free(values, near->n * sizeof *values);
    return st;
}

static enum cs_status measure(double *values, const struct cs_evaluation *e)
{
    const bool as_synthcity = e->compat == CS_COMPAT_SYNTHCITY;
    const struct cs_neighbourhood *n;
    enum cs_status st;
    double unused;

    CS_TRY(cs_evaluation_neighbours(&n, e, as_synthcity));
    values[IDENTIFIABILITY] = identifiability(n);
    CS_TRY(cs_evaluation_neighbours(&n, e, false));
    values[AUTHENTICITY] = as_synthcity ? authenticity_compat(n) : authenticity(n);
    CS_TRY(summarise(&values[CLOSEST_MEAN], &values[CLOSEST_5], &n->other[CS_SYNTHETIC],
                     false));
    CS_TRY(summarise(&unused, &values[CLOSEST_REAL_5], &n->own[CS_REAL], false));
    CS_TRY(
        summarise(&values[RATIO_MEAN], &values[RATIO_5], &n->other[CS_SYNTHETIC], true));
out:
    return st;
}

const struct cs_metric_group cs_metrics_privacy = {
    .name = "privacy",
    .metrics = metrics,
    .n = N_METRICS,
    .measure = measure,
};
