/* Do synthetic people live as long as real ones (docs/EVALUATE.md, "survival")? */
#include <math.h>

#include "model/gamma_tail.h"
#include "model/metrics.h"
#include "model/survival.h"

enum { OPTIMISM, ABS_OPTIMISM, SIGHTEDNESS, LOG_RANK, LOG_RANK_P, N_METRICS };

static const struct cs_metric metrics[N_METRICS] = {
    [OPTIMISM] = { "survival_km_distance.optimism", CS_UNDIRECTED, -1, 1,
                   "By how much synthetic survival is above the real one, mean over "
                   "time; 0 is as real." },
    [ABS_OPTIMISM] = { "survival_km_distance.abs_optimism", CS_LOWER, 0, 1,
                       "How far apart both survival curves are, mean over time." },
    [SIGHTEDNESS] = { "survival_km_distance.sightedness", CS_UNDIRECTED, -1, 1,
                      "By how much real rows are watched longer than synthetic ones, of "
                      "the longest time; 0 is as real, above 0 is short-sighted." },
    [LOG_RANK] = { "log_rank.statistic", CS_LOWER, 0, INFINITY,
                   "Squared difference of seen and expected synthetic events, in units "
                   "of its variance; about 1 if both files survive alike." },
    [LOG_RANK_P] = { "log_rank.p_value", CS_HIGHER, 0, 1,
                     "How likely a statistic as high is if both files survive alike." },
};

/* What adds up while time passes. */
struct sums {
    double until, difference, absolute; /* areas between the curves up to then */
    double seen, expected, variance;    /* synthetic events */
};

static double last_time(const struct cs_survival *curve)
{
    return curve->rows[curve->n - 1].time;
}

static void add_area(struct sums *sums, const struct cs_survival curves[static 2],
                     double time)
{
    const double apart = curves[CS_SYNTHETIC].share - curves[CS_REAL].share;

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

static double next_time(const struct cs_survival curves[static 2])
{
    return fmin(cs_survival_next(&curves[0]), cs_survival_next(&curves[1]));
}

static void walk(struct sums *sums, struct cs_survival curves[static 2])
{
    for (double time = next_time(curves); isfinite(time); time = next_time(curves)) {
        double watched[2], events[2];

        add_area(sums, curves, time);
        for (size_t s = 0; s < 2; s++) {
            watched[s] = (double)(curves[s].n - curves[s].n_passed);
            events[s] = cs_survival_pass(&curves[s], time);
        }
        add_ranks(sums, watched, events);
    }
}

static void compare_curves(double *values, struct cs_survival curves[static 2])
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
    struct cs_survival curves[2] = { { NULL } };
    enum cs_status st = CS_OK;

    for (size_t m = 0; m < N_METRICS; m++)
        values[m] = NAN;
    for (size_t s = 0; s < 2; s++)
        CS_TRY(cs_survival_make(&curves[s], e->time->values[s], e->event->values[s],
                                e->compared->n_rows[s]));
    if (curves[0].n > 0 && curves[1].n > 0)
        compare_curves(values, curves);
out:
    for (size_t s = 0; s < 2; s++)
        cs_survival_wipe(&curves[s]);
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
