/* Rows as points: how the two clouds lie to each other (docs/EVALUATE.md, "joint"). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/rng.h"
#include "crypto/secret.h"
#include "model/metrics.h"
#include "model/sample.h"
#include "model/sinkhorn.h"

#define ALPHAS 30u
#define SAMPLE_ROWS 1000u /* of each file, for kernels and transport */

static const double blur = .05;

enum {
    PRECISION,
    RECALL,
    DENSITY,
    COVERAGE,
    ALPHA,
    BETA,
    MMD_RBF,
    MMD_LINEAR,
    MMD_POLYNOMIAL,
    WASSERSTEIN,
    N_METRICS
};

static const struct cs_metric metrics[N_METRICS] = {
    [PRECISION] = { "prdc.precision", CS_HIGHER, 0, 1,
                    "Share of synthetic rows nearer to some real row than its fifth real "
                    "neighbour is." },
    [RECALL] = { "prdc.recall", CS_HIGHER, 0, 1,
                 "Share of real rows nearer to some synthetic row than its fifth "
                 "synthetic neighbour is." },
    [DENSITY] = { "prdc.density", CS_HIGHER, 0, INFINITY,
                  "A fifth of how many real rows have a synthetic row nearer than their "
                  "fifth real neighbour, mean of the synthetic rows; 1 is as real." },
    [COVERAGE] = { "prdc.coverage", CS_HIGHER, 0, 1,
                   "Share of real rows with a synthetic row nearer than their fifth real "
                   "neighbour." },
    [ALPHA] = { "delta_precision_alpha_naive", CS_HIGHER, -1, 1,
                "1 - how far the shares of synthetic rows within quantiles of the real "
                "distances from the real centre are from these shares." },
    [BETA] = { "delta_coverage_beta_naive", CS_HIGHER, -1, 1,
               "1 - how far the shares of real rows that the synthetic rows of each "
               "quantile cover are from these shares." },
    [MMD_RBF] = { "max_mean_discrepancy.joint", CS_LOWER, 0, 2,
                  "Squared distance of the means of both files under a Gaussian kernel "
                  "(gamma 1)." },
    [MMD_LINEAR] = { "max_mean_discrepancy_linear.joint", CS_LOWER, 0, INFINITY,
                     "Squared distance of the mean rows." },
    [MMD_POLYNOMIAL] = { "max_mean_discrepancy_polynomial.joint", CS_LOWER, 0, INFINITY,
                         "Squared distance of the second moments." },
    [WASSERSTEIN] = { "wasserstein_dist.joint", CS_LOWER, 0, INFINITY,
                      "Cost, half the squared distance, of moving one file's rows onto "
                      "the other's (debiased Sinkhorn divergence, blur .05)." },
};

/* ---- by neighbours ---- */

static double share_within(const struct cs_near *near)
{
    size_t n = 0;

    for (size_t i = 0; i < near->n; i++)
        n += near->within[i] > 0;
    return (double)n / (double)near->n;
}

static void measure_prdc(double *values, const struct cs_neighbourhood *n)
{
    const struct cs_near *own = &n->own[CS_REAL], *synthetic = &n->other[CS_SYNTHETIC];
    const struct cs_near *real = &n->other[CS_REAL];
    double sum = 0;
    size_t covered = 0;

    for (size_t j = 0; j < synthetic->n; j++)
        sum += synthetic->within[j];
    for (size_t i = 0; i < real->n; i++)
        covered += cs_nearer(real->distances[i * real->k],
                             own->distances[i * own->k + own->k - 1]);
    values[PRECISION] = share_within(synthetic);
    values[RECALL] = share_within(real);
    values[DENSITY] = sum / CS_NEIGHBOURS / (double)synthetic->n;
    values[COVERAGE] = (double)covered / (double)real->n;
}

/* 1 - sum |alpha - share| / sum alpha, of ALPHAS alphas from 0 to 1. */
static double delta(const double *shares)
{
    double apart = 0, all = 0;

    for (size_t k = 0; k < ALPHAS; k++) {
        const double alpha = (double)k / (ALPHAS - 1);

        apart += fabs(alpha - shares[k]);
        all += alpha;
    }
    return 1 - apart / all;
}

/* What share of the values x (n) lies within each alpha-quantile of those of y, sorted;
 * x that is NAN lies within none. */
static double delta_of(const double *x, size_t n, const struct cs_sample *y)
{
    double shares[ALPHAS];

    for (size_t k = 0; k < ALPHAS; k++) {
        const double radius =
            cs_sample_quantile(y->values, y->n, (double)k / (ALPHAS - 1));
        size_t within = 0;

        for (size_t i = 0; i < n; i++)
            within += x[i] <= radius;
        shares[k] = (double)within / (double)n;
    }
    return delta(shares);
}

static void distances_from(double *distances, const struct cs_points *points,
                           const double *centre)
{
    for (size_t i = 0; i < points->n; i++)
        distances[i] =
            sqrt(cs_points_square(points->x + i * points->width, centre, points->width));
}

/* Distances of real and synthetic rows from the centre of one side's. */
static enum cs_status measure_alpha(double *value, const struct cs_neighbourhood *n)
{
    const struct cs_points *real = &n->points[CS_REAL];
    const struct cs_points *synthetic = &n->points[CS_SYNTHETIC];
    double *work = calloc(real->n + synthetic->n + real->width, sizeof *work);
    struct cs_sample radii = { 0 };
    enum cs_status st = CS_MEMORY;

    if (work == NULL)
        return CS_MEMORY;
    double *of_synthetic = work + real->n, *centre = of_synthetic + synthetic->n;
    cs_points_centre(centre, real);
    distances_from(work, real, centre);
    distances_from(of_synthetic, synthetic, centre);
    CS_TRY(cs_sample_sort(&radii, work, real->n));
    *value = delta_of(of_synthetic, synthetic->n, &radii);
out:
    cs_sample_wipe(&radii);
    cs_wipe_free(work, (real->n + synthetic->n + real->width) * sizeof *work);
    return st;
}

/* A real row is covered by its nearest synthetic one if another real row is not nearer;
 * then that one's distance from the synthetic centre counts, of all such distances. */
static enum cs_status measure_beta(double *value, const struct cs_neighbourhood *n)
{
    const struct cs_points *synthetic = &n->points[CS_SYNTHETIC];
    const struct cs_near *other = &n->other[CS_REAL], *own = &n->own[CS_REAL];
    double *work = calloc(2 * other->n + synthetic->n + synthetic->width, sizeof *work);
    struct cs_sample radii = { 0 };
    enum cs_status st = CS_MEMORY;

    if (work == NULL)
        return CS_MEMORY;
    double *counted = work + other->n, *of_synthetic = counted + other->n;
    double *centre = of_synthetic + synthetic->n;
    cs_points_centre(centre, synthetic);
    distances_from(of_synthetic, synthetic, centre);
    for (size_t i = 0; i < other->n; i++) {
        const bool covered =
            !cs_nearer(own->distances[i * own->k], other->distances[i * other->k]);

        work[i] = of_synthetic[other->index[i * other->k]];
        counted[i] = covered ? work[i] : NAN;
    }
    CS_TRY(cs_sample_sort(&radii, work, other->n));
    *value = delta_of(counted, other->n, &radii);
out:
    cs_sample_wipe(&radii);
    cs_wipe_free(work, (2 * other->n + synthetic->n + synthetic->width) * sizeof *work);
    return st;
}

/* ---- of a sample of rows ---- */

static double dot(const double *x, const double *y, size_t width)
{
    double sum = 0;

    for (size_t k = 0; k < width; k++)
        sum += x[k] * y[k];
    return sum;
}

static double rbf(const double *x, const double *y, size_t width)
{
    return exp(-cs_points_square(x, y, width));
}

static double polynomial(const double *x, const double *y, size_t width)
{
    return dot(x, y, width) * dot(x, y, width);
}

static double mean_kernel(const struct cs_points *a, const struct cs_points *b,
                          double (*kernel)(const double *, const double *, size_t))
{
    double sum = 0;

    for (size_t i = 0; i < a->n; i++) {
        double row = 0;

        for (size_t j = 0; j < b->n; j++)
            row += kernel(a->x + i * a->width, b->x + j * b->width, a->width);
        sum += row / (double)b->n;
    }
    return sum / (double)a->n;
}

/* Gretton et al., "A Kernel Two-Sample Test", 2012, equation 5. */
static double discrepancy(const struct cs_points *a, const struct cs_points *b,
                          double (*kernel)(const double *, const double *, size_t))
{
    return mean_kernel(a, a, kernel) + mean_kernel(b, b, kernel) -
           2 * mean_kernel(a, b, kernel);
}

/* Some of the points, each at most once, or all of them if they are few. */
static enum cs_status draw(struct cs_points *some, const struct cs_points *points,
                           struct cs_rng *rng)
{
    const size_t width = points->width;
    size_t left = points->n;

    *some = (struct cs_points){ .width = width };
    const size_t n = left < SAMPLE_ROWS ? left : SAMPLE_ROWS;
    some->x = calloc(n * width + 1, sizeof *some->x);
    if (some->x == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < points->n; i++, left--)
        if (cs_rng_below(rng, (uint32_t)left) < n - some->n)
            memcpy(some->x + some->n++ * width, points->x + i * width,
                   width * sizeof *some->x);
    return CS_OK;
}

static double linear(const struct cs_neighbourhood *n)
{
    const struct cs_points *points = n->points;
    double sum = 0;

    for (size_t k = 0; k < points[0].width; k++) {
        double means[2] = { 0, 0 };

        for (size_t s = 0; s < 2; s++)
            for (size_t i = 0; i < points[s].n; i++)
                means[s] += points[s].x[i * points[s].width + k] / (double)points[s].n;
        sum += (means[0] - means[1]) * (means[0] - means[1]);
    }
    return sum;
}

static enum cs_status draw_both(struct cs_points some[static 2],
                                const struct cs_neighbourhood *n, uint64_t seed)
{
    struct cs_rng rng;
    enum cs_status st = CS_OK;

    cs_rng_init_labelled(&rng, seed, "evaluate joint");
    for (size_t s = 0; s < 2 && st == CS_OK; s++)
        st = draw(&some[s], &n->points[s], &rng);
    cs_rng_wipe(&rng);
    return st;
}

static void wipe_both(struct cs_points some[static 2])
{
    cs_points_wipe(&some[0]);
    cs_points_wipe(&some[1]);
}

static enum cs_status measure_kernels(double *values, const struct cs_neighbourhood *n,
                                      uint64_t seed)
{
    struct cs_points some[2] = { { NULL } };
    enum cs_status st;

    CS_TRY(draw_both(some, n, seed));
    values[MMD_LINEAR] = linear(n);
    values[MMD_RBF] = discrepancy(&some[0], &some[1], rbf);
    values[MMD_POLYNOMIAL] = discrepancy(&some[0], &some[1], polynomial);
out:
    wipe_both(some);
    return st;
}

/* synthcity stops while the regularisation still falls. */
static enum cs_status measure_transport(double *value, const struct cs_evaluation *e,
                                        const struct cs_neighbourhood *n)
{
    struct cs_points some[2] = { { NULL } };
    enum cs_status st;

    CS_TRY(draw_both(some, n, e->seed));
    CS_TRY(cs_sinkhorn(value, &some[0], &some[1], blur, e->compat == CS_COMPAT_SYNTHCITY,
                       e->workers, e->progress));
out:
    wipe_both(some);
    return st;
}

/* The same with a part of the progress. */
static struct cs_evaluation part_of(const struct cs_evaluation *e,
                                    const struct cs_progress *part)
{
    struct cs_evaluation evaluation = *e;

    evaluation.progress = part;
    return evaluation;
}

/* synthcity scales for some of these, and not for the others. */
static enum cs_status measure(double *values, const struct cs_evaluation *e)
{
    struct cs_progress_piece pieces[] = { { e->progress, 0, .3 },
                                          { e->progress, .3, .6 },
                                          { e->progress, .6, 1 } };
    const struct cs_progress parts[] = { cs_progress_of(&pieces[0]),
                                         cs_progress_of(&pieces[1]),
                                         cs_progress_of(&pieces[2]) };
    const struct cs_evaluation as_peer = part_of(e, &parts[0]);
    const struct cs_evaluation scaled = part_of(e, &parts[1]);
    const struct cs_evaluation transport = part_of(e, &parts[2]);
    const struct cs_neighbourhood *n;
    enum cs_status st;

    CS_TRY(cs_evaluation_neighbours(&n, &as_peer, e->compat == CS_COMPAT_SYNTHCITY));
    measure_prdc(values, n);
    CS_TRY(measure_kernels(values, n, e->seed));
    CS_TRY(cs_evaluation_neighbours(&n, &scaled, false));
    CS_TRY(measure_alpha(&values[ALPHA], n));
    CS_TRY(measure_beta(&values[BETA], n));
    CS_TRY(measure_transport(&values[WASSERSTEIN], &transport, n));
out:
    return st;
}

const struct cs_metric_group cs_metrics_joint = {
    .name = "joint",
    .metrics = metrics,
    .n = N_METRICS,
    .measure = measure,
};
