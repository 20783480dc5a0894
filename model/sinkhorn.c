#include "model/sinkhorn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"

#define JOB_ROWS 64u

static const double still = 1e-11;   /* of every potential, in an update */
static const double pairs_max = 4e9; /* of points, in all updates */
static const double overrelaxed = 1.8;

/* Kernels are made again once a potential has moved by this many epsilons; sums of them
 * beyond these bounds are not used. */
static const double drift_max = 50, sum_least = 1e-200, sum_most = 1e200;

/* One problem of transport: the potential f of n points, given the other one's. */
struct side {
    double *costs; /* (n, m) [secret] */
    size_t n, m;
    const double *other; /* (m) */
    double *f, *next;    /* (n) */
    double share;        /* of the next one in the one that is kept; 0: stays */

    /* The kernel exp((f + other - cost) / epsilon) of the potentials as they were then;
     * and how it is to be weighed by the other one as it is now. */
    double *kernel;              /* (n, m) [secret], or NULL: none yet */
    double *f_then, *other_then; /* (n), (m) */
    double *weights;             /* (m) */
};

enum { AB, BA, AA, BB, SIDES };

struct transport {
    struct side side[SIDES];
    double epsilon;
    bool first; /* the other potentials count as 0 */
};

/* ---- sides ---- */

static enum cs_status prepare_side(struct side *side, const struct cs_points *x,
                                   const struct cs_points *y)
{
    *side = (struct side){
        .costs = calloc(x->n * y->n, sizeof(double)),
        .f = calloc(x->n, sizeof(double)),
        .next = calloc(x->n, sizeof(double)),
        .n = x->n,
        .m = y->n,
    };
    if (side->costs == NULL || side->f == NULL || side->next == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < x->n; i++)
        for (size_t j = 0; j < y->n; j++)
            side->costs[i * y->n + j] =
                cs_points_square(x->x + i * x->width, y->x + j * y->width, x->width) / 2;
    return CS_OK;
}

static enum cs_status prepare(struct transport *t, const struct cs_points *a,
                              const struct cs_points *b)
{
    enum cs_status st;

    CS_TRY(prepare_side(&t->side[AB], a, b));
    CS_TRY(prepare_side(&t->side[BA], b, a));
    CS_TRY(prepare_side(&t->side[AA], a, a));
    CS_TRY(prepare_side(&t->side[BB], b, b));
    t->side[AB].other = t->side[BA].f;
    t->side[BA].other = t->side[AB].f;
    t->side[AA].other = t->side[AA].f;
    t->side[BB].other = t->side[BB].f;
out:
    return st;
}

static void wipe(struct transport *t)
{
    for (size_t s = 0; s < SIDES; s++) {
        struct side *side = &t->side[s];

        if (side->costs != NULL)
            cs_wipe_free(side->costs, side->n * side->m * sizeof(double));
        if (side->kernel != NULL)
            cs_wipe_free(side->kernel, side->n * side->m * sizeof(double));
        free(side->f);
        free(side->next);
        free(side->f_then);
        free(side->other_then);
        free(side->weights);
    }
}

/* ---- kernels ---- */

static enum cs_status make_kernel_room(struct transport *t)
{
    for (size_t s = 0; s < SIDES; s++) {
        struct side *side = &t->side[s];

        side->kernel = calloc(side->n * side->m, sizeof *side->kernel);
        side->f_then = calloc(side->n, sizeof *side->f_then);
        side->other_then = calloc(side->m, sizeof *side->other_then);
        side->weights = calloc(side->m, sizeof *side->weights);
        if (side->kernel == NULL || side->f_then == NULL || side->other_then == NULL ||
            side->weights == NULL)
            return CS_MEMORY;
    }
    return CS_OK;
}

/* Jobs are the rows of all sides, one after the other. */
static void fill_kernel_row(void *context, size_t job)
{
    struct transport *t = context;
    size_t s = 0;

    while (job >= t->side[s].n)
        job -= t->side[s++].n;
    const struct side *side = &t->side[s];
    const double *costs = side->costs + job * side->m;
    double *kernel = side->kernel + job * side->m;
    for (size_t j = 0; j < side->m; j++)
        kernel[j] = exp((side->f[job] + side->other[j] - costs[j]) / t->epsilon);
}

static void fill_kernels(struct transport *t, struct cs_workers *workers)
{
    size_t n_rows = 0;

    for (size_t s = 0; s < SIDES; s++) {
        struct side *side = &t->side[s];

        memcpy(side->f_then, side->f, side->n * sizeof *side->f);
        memcpy(side->other_then, side->other, side->m * sizeof *side->other);
        n_rows += side->n;
    }
    cs_workers_run(workers, fill_kernel_row, t, n_rows);
}

static void weigh(struct side *side, double epsilon)
{
    for (size_t j = 0; j < side->m && side->kernel != NULL; j++)
        side->weights[j] = exp((side->other[j] - side->other_then[j]) / epsilon);
}

/* By how many epsilons a potential has moved since the kernels were made, at most. */
static double drift(const struct transport *t)
{
    double most = 0;

    for (size_t s = 0; s < SIDES; s++)
        for (size_t i = 0; i < t->side[s].n; i++)
            most = fmax(most, fabs(t->side[s].f[i] - t->side[s].f_then[i]));
    return most / t->epsilon;
}

/* ---- updates ---- */

/* -epsilon log of the mean of exp((other - cost) / epsilon). */
static double soft_minimum(const struct side *side, size_t i, double epsilon, bool first)
{
    const double *costs = side->costs + i * side->m;
    double most = -INFINITY, sum = 0;

    for (size_t j = 0; j < side->m; j++) {
        const double gain = (first ? 0 : side->other[j]) - costs[j];

        most = gain > most ? gain : most;
    }
    for (size_t j = 0; j < side->m; j++) {
        const double gain = (first ? 0 : side->other[j]) - costs[j];

        sum += exp((gain - most) / epsilon);
    }
    return -most - epsilon * log(sum / (double)side->m);
}

/* sum x y, of lanes that do not wait for each other. */
static double product(const double *x, const double *y, size_t n)
{
    double sum[4] = { 0 };
    size_t j = 0;

    for (; j + 4 <= n; j += 4)
        for (size_t lane = 0; lane < 4; lane++)
            sum[lane] += x[j + lane] * y[j + lane];
    for (; j < n; j++)
        sum[0] += x[j] * y[j];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* As the soft minimum; from the kernel, where there is one, and it is precise enough. */
static double next_potential(const struct side *side, size_t i, double epsilon,
                             bool first)
{
    if (side->kernel == NULL)
        return soft_minimum(side, i, epsilon, first);
    const double sum = product(side->kernel + i * side->m, side->weights, side->m);
    if (!(sum > sum_least && sum < sum_most))
        return soft_minimum(side, i, epsilon, first);
    return side->f_then[i] - epsilon * log(sum / (double)side->m);
}

static size_t jobs_of(const struct side *side)
{
    return side->share > 0 ? (side->n + JOB_ROWS - 1) / JOB_ROWS : 0;
}

static void update_rows(void *context, size_t job)
{
    const struct transport *t = context;
    size_t s = 0;

    while (job >= jobs_of(&t->side[s]))
        job -= jobs_of(&t->side[s++]);
    const struct side *side = &t->side[s];
    for (size_t i = job * JOB_ROWS; i < side->n && i < (job + 1) * JOB_ROWS; i++)
        side->next[i] = next_potential(side, i, t->epsilon, t->first);
}

static void set_shares(struct transport *t, double ab, double ba, double own)
{
    t->side[AB].share = ab;
    t->side[BA].share = ba;
    t->side[AA].share = t->side[BB].share = own;
}

/* Returns by how much the next potentials differ from those before, at most. */
static double update(struct transport *t, struct cs_workers *workers)
{
    size_t n_jobs = 0;
    double most = 0;

    for (size_t s = 0; s < SIDES; s++) {
        n_jobs += jobs_of(&t->side[s]);
        if (t->side[s].share > 0)
            weigh(&t->side[s], t->epsilon);
    }
    cs_workers_run(workers, update_rows, t, n_jobs);
    for (size_t s = 0; s < SIDES; s++) {
        const struct side *side = &t->side[s];

        for (size_t i = 0; i < side->n && side->share > 0; i++) {
            most = fmax(most, fabs(side->next[i] - side->f[i]));
            side->f[i] += side->share * (side->next[i] - side->f[i]);
        }
    }
    return most;
}

static double mean(const double *x, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum / (double)n;
}

static double value(const struct transport *t)
{
    const struct side *side = t->side;

    return mean(side[AB].f, side[AB].n) - mean(side[AA].f, side[AA].n) +
           mean(side[BA].f, side[BA].n) - mean(side[BB].f, side[BB].n);
}

/* Of the box around both sets. */
static double diameter(const struct cs_points *a, const struct cs_points *b)
{
    double sum = 0;

    for (size_t k = 0; k < a->width; k++) {
        double least = INFINITY, most = -INFINITY;

        for (size_t i = 0; i < a->n; i++) {
            least = fmin(least, a->x[i * a->width + k]);
            most = fmax(most, a->x[i * a->width + k]);
        }
        for (size_t i = 0; i < b->n; i++) {
            least = fmin(least, b->x[i * a->width + k]);
            most = fmax(most, b->x[i * a->width + k]);
        }
        sum += (most - least) * (most - least);
    }
    return sqrt(sum);
}

/* The regularisation falls from the diameter's square: once there, then by a factor of 4
 * from it on while above blur^2, then at blur^2. */
static void anneal(struct transport *t, double wide, double blur,
                   struct cs_workers *workers)
{
    set_shares(t, 1, 1, 1);
    t->epsilon = wide * wide;
    t->first = true;
    update(t, workers);
    t->first = false;
    set_shares(t, .5, .5, .5);
    update(t, workers);
    for (double length = wide; length > blur; length *= .5) {
        t->epsilon = length * length;
        update(t, workers);
    }
    t->epsilon = blur * blur;
    update(t, workers);
}

/* Turn by turn, each side going beyond where the other sends it, which is much faster
 * where the regularisation is small. */
static enum cs_status converge(struct transport *t, struct cs_workers *workers,
                               const struct cs_progress *progress)
{
    const double n = (double)(t->side[AB].n + t->side[AB].m);
    double moved = INFINITY;
    enum cs_status st;

    CS_TRY(make_kernel_room(t));
    fill_kernels(t, workers);
    for (double pairs = 0; pairs < pairs_max && moved > still; pairs += n * n) {
        CS_TRY(cs_progress_tell(progress, pairs / pairs_max));
        set_shares(t, overrelaxed, 0, .5);
        moved = update(t, workers);
        set_shares(t, 0, overrelaxed, 0);
        moved = fmax(moved, update(t, workers));
        if (drift(t) > drift_max)
            fill_kernels(t, workers);
    }
out:
    return st;
}

enum cs_status cs_sinkhorn(double *divergence, const struct cs_points *a,
                           const struct cs_points *b, double blur, bool anneal_only,
                           struct cs_workers *workers, const struct cs_progress *progress)
{
    struct transport t = { .epsilon = 0 };
    enum cs_status st;

    CS_TRY(prepare(&t, a, b));
    anneal(&t, fmax(diameter(a, b), blur), blur, workers);
    if (!anneal_only)
        CS_TRY(converge(&t, workers, progress));
    set_shares(&t, 1, 1, 1);
    update(&t, workers);
    *divergence = value(&t);
out:
    wipe(&t);
    return st;
}
