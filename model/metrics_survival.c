/* Do synthetic people live as long as real ones (docs/EVALUATE.md, "survival")? */
#include <math.h>
#include <stdlib.h>

#include "crypto/secret.h"
#include "model/gamma_tail.h"
#include "model/metrics.h"

enum { OPTIMISM, ABS_OPTIMISM, SIGHTEDNESS, LOG_RANK, LOG_RANK_P, N_METRICS };

static const struct cs_metric metrics[N_METRICS] = {
    [OPTIMISM] = { "survival_km_distance.optimism", CS_NEITHER, -1, 1,
                   "By how much synthetic survival is above the real one, mean over "
                   "time; 0 is as real." },
    [ABS_OPTIMISM] = { "survival_km_distance.abs_optimism", CS_LOWER, 0, 1,
                       "How far apart both survival curves are, mean over time." },
    [SIGHTEDNESS] = { "survival_km_distance.sightedness", CS_NEITHER, -1, 1,
                      "By how much real rows are watched longer than synthetic ones, of "
                      "the longest time; 0 is as real, above 0 is short-sighted." },
    [LOG_RANK] = { "log_rank.statistic", CS_LOWER, 0, INFINITY,
                   "Squared difference of seen and expected synthetic events, in units "
                   "of its variance; about 1 if both files survive alike." },
    [LOG_RANK_P] = { "log_rank.p_value", CS_HIGHER, 0, 1,
                     "How likely a statistic as high is if both files survive alike." },
};

struct watched {
    double time;
    bool event;
};

/* One file, in the order of time. */
struct curve {
    struct watched *rows; /* (n) [secret] */
    size_t n, next;       /* the first that is still watched */
    double survival;
};

/* What adds up while time passes. */
struct sums {
    double until, difference, absolute; /* areas between the curves up to then */
    double seen, expected, variance;    /* synthetic events */
};

/* ---- curves ---- */

static int compare(const void *a, const void *b)
{
    const struct watched *x = a, *y = b;

    return (x->time > y->time) - (x->time < y->time);
}

/* Rows without a time or an event are left out. */
static enum cs_status sort_rows(struct curve *curve, const struct cs_evaluation *e,
                                size_t s)
{
    const size_t n = e->compared->n_rows[s];

    *curve = (struct curve){ .rows = calloc(n + 1, sizeof *curve->rows), .survival = 1 };
    if (curve->rows == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < n; i++) {
        const double time = e->time->values[s][i], event = e->event->values[s][i];

        if (!isnan(time) && !isnan(event))
            curve->rows[curve->n++] = (struct watched){ time, event != 0 };
    }
    qsort(curve->rows, curve->n, sizeof *curve->rows, compare);
    return CS_OK;
}

static double last_time(const struct curve *curve)
{
    return curve->rows[curve->n - 1].time;
}

static double next_time(const struct curve curves[static 2])
{
    double time = INFINITY;

    for (size_t s = 0; s < 2; s++)
        if (curves[s].next < curves[s].n)
            time = fmin(time, curves[s].rows[curves[s].next].time);
    return time;
}

/* Kaplan and Meier, "Nonparametric Estimation from Incomplete Observations", 1958: those
 * of this time are watched no more. Returns the events among them. */
static double pass(struct curve *curve, double time)
{
    const double n_watched = (double)(curve->n - curve->next);
    double events = 0;

    for (; curve->next < curve->n && curve->rows[curve->next].time == time; curve->next++)
        events += curve->rows[curve->next].event;
    if (events > 0)
        curve->survival *= 1 - events / n_watched;
    return events;
}

/* ---- between two ---- */

static void add_area(struct sums *sums, const struct curve curves[static 2], double time)
{
    const double apart = curves[CS_SYNTHETIC].survival - curves[CS_REAL].survival;

    if (time <= sums->until)
        return;
    sums->difference += apart * (time - sums->until);
    sums->absolute += fabs(apart) * (time - sums->until);
    sums->until = time;
}

/* Mantel, "Evaluation of Survival Data and Two New Rank Order Statistics", 1966: events
 * at one time are shared by both files as their rows that were watched until then. */
static void add_ranks(struct sums *sums, const double watched[static 2],
                      const double events[static 2])
{
    const double n = watched[0] + watched[1], d = events[0] + events[1];
    const double share = watched[CS_SYNTHETIC] / n;

    sums->seen += events[CS_SYNTHETIC];
    sums->expected += d * share;
    if (n > 1)
        sums->variance += d * share * (1 - share) * (n - d) / (n - 1);
}

static void walk(struct sums *sums, struct curve curves[static 2])
{
    for (double time = next_time(curves); isfinite(time); time = next_time(curves)) {
        double watched[2], events[2];

        add_area(sums, curves, time);
        for (size_t s = 0; s < 2; s++) {
            watched[s] = (double)(curves[s].n - curves[s].next);
            events[s] = pass(&curves[s], time);
        }
        add_ranks(sums, watched, events);
    }
}

static void compare_curves(double *values, struct curve curves[static 2])
{
    const double horizon = fmax(last_time(&curves[0]), last_time(&curves[1]));
    struct sums sums = { .until = 0 };

    walk(&sums, curves);
    if (sums.variance > 0) {
        const double apart = sums.seen - sums.expected;

        values[LOG_RANK] = apart * apart / sums.variance;
        values[LOG_RANK_P] = cs_gamma_chi_square_p(values[LOG_RANK], 1);
    }
    if (horizon <= 0)
        return;
    values[OPTIMISM] = sums.difference / horizon;
    values[ABS_OPTIMISM] = sums.absolute / horizon;
    values[SIGHTEDNESS] =
        (last_time(&curves[CS_REAL]) - last_time(&curves[CS_SYNTHETIC])) / horizon;
}

static bool has_time(const struct cs_evaluation *e)
{
    return e->time != NULL;
}

static enum cs_status measure(double *values, const struct cs_evaluation *e)
{
    struct curve curves[2] = { { NULL } };
    enum cs_status st = CS_OK;

    for (size_t m = 0; m < N_METRICS; m++)
        values[m] = NAN;
    for (size_t s = 0; s < 2; s++)
        CS_TRY(sort_rows(&curves[s], e, s));
    if (curves[0].n > 0 && curves[1].n > 0)
        compare_curves(values, curves);
out:
    for (size_t s = 0; s < 2; s++)
        if (curves[s].rows != NULL)
            cs_wipe_free(curves[s].rows, curves[s].n * sizeof *curves[s].rows);
    return st;
}

const struct cs_metric_group cs_metrics_survival = {
    .name = "survival",
    .metrics = metrics,
    .n = N_METRICS,
    .measure = measure,
    .needs = "--time and --event",
    .is_given = has_time,
};
