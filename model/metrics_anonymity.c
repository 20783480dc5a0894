/* How small, and how much of one kind, are the groups of people who look alike
 * (docs/EVALUATE.md, "anonymity")? */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "model/kmeans.h"
#include "model/metrics.h"
#include "model/ranks.h"

#define CLUSTER_ROWS_LEAST 10u /* rows for each cluster, or it is not looked at */

static const size_t ks[] = { 2, 5, 10, 15 };
static const double cap_of_synthcity = 999;

enum {
    ANONYMITY_REAL,
    ANONYMITY_SYNTHETIC,
    DIVERSITY_REAL,
    DIVERSITY_SYNTHETIC,
    CLOSENESS_REAL,
    CLOSENESS_SYNTHETIC,
    MAP,
    PRESENCE,
    N_METRICS
};

static const struct cs_metric metrics[N_METRICS] = {
    [ANONYMITY_REAL] = { "k-anonymization.gt", CS_HIGHER, 1, INFINITY,
                         "Real rows in the smallest cluster of rows alike." },
    [ANONYMITY_SYNTHETIC] = { "k-anonymization.syn", CS_HIGHER, 1, INFINITY,
                              "Synthetic rows in the smallest cluster of rows alike." },
    [DIVERSITY_REAL] = { "distinct l-diversity.gt", CS_HIGHER, 1, INFINITY,
                         "Different sensitive values in the real cluster that has the "
                         "fewest; 1, and to belong to it tells the value." },
    [DIVERSITY_SYNTHETIC] = { "distinct l-diversity.syn", CS_HIGHER, 1, INFINITY,
                              "The same of the synthetic rows." },
    [CLOSENESS_REAL] = { "t-closeness.gt", CS_LOWER, 0, 1,
                         "Distance of the sensitive values of a real cluster from those "
                         "of all real rows, of the cluster where it is greatest." },
    [CLOSENESS_SYNTHETIC] = { "t-closeness.syn", CS_LOWER, 0, 1,
                              "The same of the synthetic rows." },
    [MAP] = { "k-map.score", CS_HIGHER, 1, INFINITY,
              "Synthetic rows in the real cluster that has the fewest of them, if any." },
    [PRESENCE] = { "delta-presence.score", CS_LOWER, 0, INFINITY,
                   "Real rows for each synthetic row, of the real cluster with any where "
                   "they are most." },
};

/* One file in clusters. */
struct side {
    const struct cs_points *points; /* of the columns that are not sensitive */
    struct cs_ranks *sensitive;     /* (n_sensitive): a column each */
    struct cs_ranks together;       /* all of them, as one value */
    uint32_t *of;                   /* (points->n): the cluster */
    size_t sizes[CS_KMEANS_MAX];
};

struct work {
    const struct cs_evaluation *evaluation;
    struct cs_compared others; /* columns that are not sensitive; borrowed */
    struct cs_points points[CS_SIDES];
    struct side side[2];
};

/* ---- setting up ---- */

static bool is_sensitive(const struct cs_evaluation *e, size_t k)
{
    for (size_t s = 0; s < e->n_sensitive; s++)
        if (e->sensitive[s] == &e->compared->columns[k])
            return true;
    return false;
}

static enum cs_status leave_out_sensitive(struct cs_compared *others,
                                          const struct cs_evaluation *e)
{
    *others = *e->compared;
    others->n_columns = 0;
    others->columns = calloc(e->compared->n_columns, sizeof *others->columns);
    if (others->columns == NULL)
        return CS_MEMORY;
    for (size_t k = 0; k < e->compared->n_columns; k++)
        if (!is_sensitive(e, k))
            others->columns[others->n_columns++] = e->compared->columns[k];
    return CS_OK;
}

static enum cs_status rank_sensitive(struct side *side, const struct cs_evaluation *e,
                                     size_t s)
{
    const size_t n = e->compared->n_rows[s];
    enum cs_status st = CS_MEMORY;

    side->sensitive = calloc(e->n_sensitive + 1, sizeof *side->sensitive);
    if (side->sensitive == NULL)
        goto out;
    for (size_t k = 0; k < e->n_sensitive; k++)
        CS_TRY(cs_ranks_make(&side->sensitive[k], e->sensitive[k]->values[s], n));
    if (e->n_sensitive > 0)
        CS_TRY(cs_ranks_make(&side->together, e->sensitive[0]->values[s], n));
    for (size_t k = 1; k < e->n_sensitive; k++)
        CS_TRY(cs_ranks_join(&side->together, &side->sensitive[k]));
    st = CS_OK;
out:
    return st;
}

static enum cs_status set_up(struct work *work, const struct cs_evaluation *e)
{
    enum cs_status st;

    *work = (struct work){ .evaluation = e };
    CS_TRY(leave_out_sensitive(&work->others, e));
    CS_TRY(cs_points_make(work->points, &work->others, e->compat == CS_COMPAT_SYNTHCITY));
    for (size_t s = 0; s < 2; s++) {
        work->side[s].points = &work->points[s];
        work->side[s].of = calloc(work->points[s].n, sizeof(uint32_t));
        if (work->side[s].of == NULL)
            return CS_MEMORY;
        CS_TRY(rank_sensitive(&work->side[s], e, s));
    }
out:
    return st;
}

static void wipe(struct work *work)
{
    for (size_t s = 0; s < 2; s++) {
        struct side *side = &work->side[s];

        for (size_t k = 0; side->sensitive != NULL && k < work->evaluation->n_sensitive;
             k++)
            cs_ranks_wipe(&side->sensitive[k]);
        free(side->sensitive);
        cs_ranks_wipe(&side->together);
        if (side->of != NULL)
            cs_wipe_free(side->of, work->points[s].n * sizeof *side->of);
    }
    for (size_t s = 0; s < CS_SIDES; s++)
        cs_points_wipe(&work->points[s]);
    free(work->others.columns);
}

/* ---- of clusters ---- */

static void lower(double *least, double value)
{
    *least = isnan(*least) ? value : fmin(*least, value);
}

static void raise(double *most, double value)
{
    *most = isnan(*most) ? value : fmax(*most, value);
}

static void count_sizes(struct side *side)
{
    memset(side->sizes, 0, sizeof side->sizes);
    for (size_t i = 0; i < side->points->n; i++)
        side->sizes[side->of[i]]++;
}

/* Different sensitive values in each cluster. seen: (n_different), of zeros. */
static void measure_diversity(double *least, const struct side *side, uint32_t *seen)
{
    for (uint32_t c = 0; c < CS_KMEANS_MAX; c++) {
        size_t n = 0;

        for (size_t i = 0; i < side->points->n && side->sizes[c] > 0; i++) {
            if (side->of[i] != c || seen[side->together.of[i]] == c + 1)
                continue;
            seen[side->together.of[i]] = c + 1;
            n++;
        }
        if (n > 0)
            lower(least, (double)n);
    }
}

/* Earth mover's distance of the shares `apart` by which a cluster differs from all, on
 * values in their order, or all as far from each other (Li, Li and Venkatasubramanian,
 * "t-Closeness: Privacy Beyond k-Anonymity and l-Diversity", 2007, section 5.1). */
static double move_earth(const double *apart, size_t n, bool is_number)
{
    double sum = 0, carried = 0;

    for (size_t v = 0; v < n; v++) {
        carried += apart[v];
        sum += fabs(is_number ? carried : apart[v]);
    }
    if (n < 2)
        return 0;
    return is_number ? sum / (double)(n - 1) : sum / 2;
}

/* apart: (n_different). */
static void measure_closeness(double *most, const struct side *side,
                              const struct cs_ranks *ranks, bool is_number, double *apart)
{
    for (uint32_t c = 0; c < CS_KMEANS_MAX; c++) {
        if (side->sizes[c] == 0)
            continue;
        memset(apart, 0, ranks->n_different * sizeof *apart);
        for (size_t i = 0; i < ranks->n; i++) {
            apart[ranks->of[i]] -= 1 / (double)ranks->n;
            if (side->of[i] == c)
                apart[ranks->of[i]] += 1 / (double)side->sizes[c];
        }
        raise(most, move_earth(apart, ranks->n_different, is_number));
    }
}

static enum cs_status measure_sensitive(double *values, const struct side *side,
                                        const struct cs_evaluation *e, size_t s)
{
    uint32_t *seen = calloc(side->points->n, sizeof *seen);
    double *apart = calloc(side->points->n, sizeof *apart);
    enum cs_status st = CS_MEMORY;

    if (seen == NULL || apart == NULL)
        goto out;
    if (e->n_sensitive > 0)
        measure_diversity(&values[DIVERSITY_REAL + s], side, seen);
    for (size_t k = 0; k < e->n_sensitive; k++)
        measure_closeness(&values[CLOSENESS_REAL + s], side, &side->sensitive[k],
                          e->sensitive[k]->is_number, apart);
    st = CS_OK;
out:
    free(seen);
    if (apart != NULL)
        cs_wipe_free(apart, side->points->n * sizeof *apart);
    return st;
}

/* Synthetic rows in the clusters of the real ones. */
static enum cs_status measure_presence(double *values, struct work *work,
                                       const struct cs_kmeans *kmeans)
{
    struct side *synthetic = &work->side[CS_SYNTHETIC];
    enum cs_status st;

    CS_TRY(cs_kmeans_assign(synthetic->of, kmeans, synthetic->points,
                            work->evaluation->workers));
    count_sizes(synthetic);
    for (size_t c = 0; c < kmeans->k; c++) {
        if (synthetic->sizes[c] == 0)
            continue;
        lower(&values[MAP], (double)synthetic->sizes[c]);
        raise(&values[PRESENCE],
              (double)work->side[CS_REAL].sizes[c] / (double)synthetic->sizes[c]);
    }
out:
    return st;
}

/* One side in k clusters, if it has the rows for them. */
static enum cs_status measure_clusters(double *values, struct work *work, size_t s,
                                       size_t k, struct cs_rng *rng,
                                       const struct cs_progress *progress)
{
    struct side *side = &work->side[s];
    struct cs_kmeans kmeans = { 0 };
    enum cs_status st = CS_OK;

    if (side->points->n < CLUSTER_ROWS_LEAST * k)
        return CS_OK;
    CS_TRY(cs_kmeans_find(&kmeans, side->of, side->points, k, rng,
                          work->evaluation->workers, progress));
    count_sizes(side);
    for (size_t c = 0; c < k; c++)
        if (side->sizes[c] > 0)
            lower(&values[ANONYMITY_REAL + s], (double)side->sizes[c]);
    CS_TRY(measure_sensitive(values, side, work->evaluation, s));
    if (s == CS_REAL)
        CS_TRY(measure_presence(values, work, &kmeans));
out:
    cs_kmeans_wipe(&kmeans);
    return st;
}

static enum cs_status measure_all(double *values, struct work *work, struct cs_rng *rng)
{
    const size_t n_ks = sizeof ks / sizeof *ks;
    enum cs_status st = CS_OK;

    for (size_t s = 0; s < 2; s++)
        for (size_t k = 0; k < n_ks; k++) {
            const double at = (double)(s * n_ks + k) / (double)(2 * n_ks);
            struct cs_progress_piece piece = { work->evaluation->progress, at,
                                               at + .5 / (double)n_ks };
            const struct cs_progress part = cs_progress_of(&piece);

            CS_TRY(measure_clusters(values, work, s, ks[k], rng, &part));
        }
out:
    return st;
}

/* synthcity begins its minima at a number of its own. */
static void cap(double *values)
{
    static const size_t capped[] = { ANONYMITY_REAL, ANONYMITY_SYNTHETIC, DIVERSITY_REAL,
                                     DIVERSITY_SYNTHETIC, MAP };

    for (size_t m = 0; m < sizeof capped / sizeof *capped; m++)
        lower(&values[capped[m]], cap_of_synthcity);
}

static enum cs_status measure(double *values, const struct cs_evaluation *e)
{
    struct work work;
    struct cs_rng rng;
    enum cs_status st;

    for (size_t m = 0; m < N_METRICS; m++)
        values[m] = NAN;
    cs_rng_init_labelled(&rng, e->seed, "evaluate anonymity");
    CS_TRY(set_up(&work, e));
    if (work.points[CS_REAL].width > 0)
        CS_TRY(measure_all(values, &work, &rng));
    if (e->compat == CS_COMPAT_SYNTHCITY)
        cap(values);
out:
    wipe(&work);
    cs_rng_wipe(&rng);
    return st;
}

const struct cs_metric_group cs_metrics_anonymity = {
    .name = "anonymity",
    .metrics = metrics,
    .n = N_METRICS,
    .measure = measure,
};
