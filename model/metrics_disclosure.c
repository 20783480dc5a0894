/* What do synthetic rows tell of real people, as SDMetrics asks (docs/EVALUATE.md,
 * "disclosure")? */
#include <math.h>
#include <stdlib.h>

#include "crypto/secret.h"
#include "model/attribution.h"
#include "model/metrics.h"
#include "model/new_rows.h"
#include "model/records.h"
#include "model/sample.h"

enum {
    CAP,
    ZERO_CAP,
    GENERALIZED_CAP,
    BASELINE,
    OVERFITTING,
    NEW_ROWS,
    CLOSEST_MEAN,
    CLOSEST_MEDIAN,
    N_METRICS
};

static const struct cs_metric metrics[N_METRICS] = {
    [CAP] = { "DisclosureProtection.cap", CS_HIGHER, 0, 1,
              "How often the sensitive values of a real row are guessed wrong from the "
              "synthetic rows that are like it in all else, as a share of how often by "
              "chance; of rows that have such ones." },
    [ZERO_CAP] = { "DisclosureProtection.zero_cap", CS_HIGHER, 0, 1,
                   "The same of all real rows; those that have no such ones are not "
                   "guessed." },
    [GENERALIZED_CAP] = { "DisclosureProtection.generalized_cap", CS_HIGHER, 0, 1,
                          "The same of all real rows, from the synthetic rows that "
                          "differ in the fewest columns." },
    [BASELINE] = { "DCRBaselineProtection", CS_HIGHER, 0, 1,
                   "Median distance of a synthetic row to the closest real record, as a "
                   "share of that of random rows." },
    [OVERFITTING] = { "DCROverfittingProtection", CS_HIGHER, 0, 1,
                      "Twice the share of synthetic rows that are not closer to the real "
                      "rows than to as many of the holdout." },
    [NEW_ROWS] = { "NewRowSynthesis", CS_HIGHER, 0, 1,
                   "Share of synthetic rows that match no real row, each number within a "
                   "hundredth." },
    [CLOSEST_MEAN] = { "DCR.mean", CS_HIGHER, 0, 1,
                       "Share of the range by which a synthetic row differs from the "
                       "closest real record, mean of its columns and of the rows." },
    [CLOSEST_MEDIAN] = { "DCR.median", CS_HIGHER, 0, 1, "The same, median of the rows." },
};

/* Parts of the work, and how much of it is done when each begins. */
enum { GUESSES, MATCHES, TO_REAL, FROM_RANDOM, TO_AS_MANY, TO_HOLDOUT, N_PARTS };
static const double begins[N_PARTS + 1] = { 0, .15, .2, .35, .7, .85, 1 };

/* ---- guesses ---- */

/* A share of right guesses as a protection, of the one that there is without any file. */
static double protection(double share_right, double n_possible)
{
    const double baseline = 1 - 1 / n_possible;

    return baseline > 0 ? fmin((1 - share_right) / baseline, 1) : NAN;
}

static double cap(const struct cs_attribution *found, enum cs_compat compat)
{
    if (found->n_found > 0)
        return protection(found->found / (double)found->n_found, found->n_possible);
    return protection(compat == CS_COMPAT_SDMETRICS, found->n_possible);
}

static enum cs_status measure_guesses(double *values, const struct cs_evaluation *e,
                                      const struct cs_progress *parts)
{
    bool *is_sensitive = calloc(e->compared->n_columns, sizeof *is_sensitive);
    struct cs_attribution found;
    enum cs_status st;

    if (is_sensitive == NULL)
        return CS_MEMORY;
    for (size_t k = 0; k < e->n_sensitive; k++)
        is_sensitive[e->sensitive[k] - e->compared->columns] = true;
    CS_TRY(cs_attribution_find(&found, e->compared, is_sensitive, e->workers,
                               &parts[GUESSES]));
    if (found.n_known == 0)
        goto out;
    values[CAP] = cap(&found, e->compat);
    values[ZERO_CAP] = protection(found.found / (double)found.n_rows, found.n_possible);
    values[GENERALIZED_CAP] =
        protection(found.closest / (double)found.n_rows, found.n_possible);
out:
    free(is_sensitive);
    return st;
}

/* ---- distances ---- */

static enum cs_status summarise(double *mean, double *median, const double *distances,
                                size_t n)
{
    struct cs_sample sample = { 0 };
    enum cs_status st;

    CS_TRY(cs_sample_sort(&sample, distances, n));
    *mean = sample.mean;
    *median = cs_sample_quantile(sample.values, sample.n, .5);
out:
    cs_sample_wipe(&sample);
    return st;
}

/* distances: (n) of the synthetic rows; work: (n). */
static enum cs_status measure_baseline(double *values, const struct cs_evaluation *e,
                                       const double *distances, double *work,
                                       struct cs_rng *rng,
                                       const struct cs_progress *parts)
{
    struct cs_points random = { 0 }, real = { 0 };
    const size_t n = e->compared->n_rows[CS_SYNTHETIC];
    double unused, of_random;
    enum cs_status st;

    CS_TRY(cs_records_random(&random, e->compared, n, rng));
    CS_TRY(cs_records_make(&real, e->compared, CS_REAL, CS_REAL, 0, NULL));
    CS_TRY(cs_records_closest(work, &random, &real, e->workers, &parts[FROM_RANDOM]));
    CS_TRY(summarise(&values[CLOSEST_MEAN], &values[CLOSEST_MEDIAN], distances, n));
    CS_TRY(summarise(&unused, &of_random, work, n));
    if (of_random > 0)
        values[BASELINE] = fmin(values[CLOSEST_MEDIAN] / of_random, 1);
out:
    cs_points_wipe(&random);
    cs_points_wipe(&real);
    return st;
}

static enum cs_status find_closest(double *distances, const struct cs_evaluation *e,
                                   enum cs_side side, enum cs_side ranges, size_t n,
                                   struct cs_rng *rng, const struct cs_progress *progress)
{
    struct cs_points from = { 0 }, to = { 0 };
    enum cs_status st;

    CS_TRY(cs_records_make(&from, e->compared, CS_SYNTHETIC, ranges, 0, NULL));
    CS_TRY(cs_records_make(&to, e->compared, side, ranges, n, rng));
    CS_TRY(cs_records_closest(distances, &from, &to, e->workers, progress));
out:
    cs_points_wipe(&from);
    cs_points_wipe(&to);
    return st;
}

/* SDMetrics takes all rows of both, and of each the distances in its own ranges: the
 * greater of both files is closer then. work: (2, n). */
static enum cs_status measure_overfitting(double *value, const struct cs_evaluation *e,
                                          double *work, struct cs_rng *rng,
                                          const struct cs_progress *parts)
{
    const bool as_sdmetrics = e->compat == CS_COMPAT_SDMETRICS;
    const size_t *n_rows = e->compared->n_rows, n = n_rows[CS_SYNTHETIC];
    const size_t n_real = n_rows[CS_REAL], n_holdout = n_rows[CS_HOLDOUT];
    const size_t n_both = n_real < n_holdout ? n_real : n_holdout;
    struct cs_rng *draw = as_sdmetrics ? NULL : rng;
    size_t closer = 0;
    enum cs_status st;

    CS_TRY(find_closest(work, e, CS_REAL, CS_REAL, n_both, draw, &parts[TO_AS_MANY]));
    CS_TRY(find_closest(work + n, e, CS_HOLDOUT, as_sdmetrics ? CS_HOLDOUT : CS_REAL,
                        n_both, draw, &parts[TO_HOLDOUT]));
    for (size_t j = 0; j < n; j++)
        closer += cs_nearer(work[j], work[n + j]);
    *value = fmin(2 * (1 - (double)closer / (double)n), 1);
out:
    return st;
}

static enum cs_status measure_distances(double *values, const struct cs_evaluation *e,
                                        const struct cs_progress *parts)
{
    const size_t n = e->compared->n_rows[CS_SYNTHETIC];
    double *work = calloc(2 * n, sizeof *work);
    struct cs_rng rng;
    enum cs_status st = CS_MEMORY;

    cs_rng_init_labelled(&rng, e->seed, "evaluate disclosure");
    if (work == NULL)
        goto out;
    CS_TRY(find_closest(work, e, CS_REAL, CS_REAL, 0, NULL, &parts[TO_REAL]));
    CS_TRY(measure_baseline(values, e, work, work + n, &rng, parts));
    if (e->compared->n_rows[CS_HOLDOUT] > 0)
        CS_TRY(measure_overfitting(&values[OVERFITTING], e, work, &rng, parts));
out:
    if (work != NULL)
        cs_wipe_free(work, 2 * n * sizeof *work);
    cs_rng_wipe(&rng);
    return st;
}

static enum cs_status measure(double *values, const struct cs_evaluation *e)
{
    struct cs_progress_piece pieces[N_PARTS];
    struct cs_progress parts[N_PARTS];
    enum cs_status st;
    size_t n_new;

    for (size_t p = 0; p < N_PARTS; p++) {
        pieces[p] = (struct cs_progress_piece){ e->progress, begins[p], begins[p + 1] };
        parts[p] = cs_progress_of(&pieces[p]);
    }
    for (size_t m = 0; m < N_METRICS; m++)
        values[m] = NAN;
    if (e->n_sensitive > 0)
        CS_TRY(measure_guesses(values, e, parts));
    CS_TRY(cs_new_rows_count(&n_new, e->compared, e->workers, &parts[MATCHES]));
    values[NEW_ROWS] = (double)n_new / (double)e->compared->n_rows[CS_SYNTHETIC];
    CS_TRY(measure_distances(values, e, parts));
out:
    return st;
}

const struct cs_metric_group cs_metrics_disclosure = {
    .name = "disclosure",
    .metrics = metrics,
    .n = N_METRICS,
    .measure = measure,
};
