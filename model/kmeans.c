#include "model/kmeans.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "model/matrix.h"

#define JOB_POINTS 256u
#define ROUNDS_MAX 100u

/* Points and centres around an origin amid them, for products of both. */
struct assignment {
    const struct cs_points *points;
    size_t n_jobs;
    double *origin;  /* (width) */
    double *packed;  /* (n_jobs, width, JOB_POINTS) [secret] */
    double *centres; /* (width, k) [secret] */
    double *norms;   /* (k) */
    size_t k;
    uint32_t *of; /* (points->n) */
};

/* ---- assignment ---- */

static void pack(void *context, size_t job)
{
    const struct assignment *a = context;
    const size_t width = a->points->width, first = job * JOB_POINTS;

    for (size_t i = first; i < first + JOB_POINTS && i < a->points->n; i++)
        for (size_t w = 0; w < width; w++)
            a->packed[(job * width + w) * JOB_POINTS + i - first] =
                a->points->x[i * width + w] - a->origin[w];
}

static enum cs_status prepare(struct assignment *a, const struct cs_points *points,
                              uint32_t *of, struct cs_workers *workers)
{
    const size_t width = points->width;

    *a = (struct assignment){
        .points = points,
        .n_jobs = (points->n + JOB_POINTS - 1) / JOB_POINTS,
        .of = of,
    };
    a->origin = calloc(width + 1, sizeof *a->origin);
    a->packed = calloc(a->n_jobs * width * JOB_POINTS + 1, sizeof *a->packed);
    a->centres = calloc(width * CS_KMEANS_MAX + 1, sizeof *a->centres);
    a->norms = calloc(CS_KMEANS_MAX, sizeof *a->norms);
    if (a->origin == NULL || a->packed == NULL || a->centres == NULL || a->norms == NULL)
        return CS_MEMORY;
    cs_points_centre(a->origin, points);
    cs_workers_run(workers, pack, a, a->n_jobs);
    return CS_OK;
}

static void wipe(struct assignment *a)
{
    if (a->packed != NULL)
        cs_wipe_free(a->packed,
                     a->n_jobs * a->points->width * JOB_POINTS * sizeof *a->packed);
    if (a->centres != NULL)
        cs_wipe_free(a->centres, a->points->width * CS_KMEANS_MAX * sizeof *a->centres);
    free(a->origin);
    free(a->norms);
}

static void assign_some(void *context, size_t job)
{
    const struct assignment *a = context;
    const size_t first = job * JOB_POINTS, width = a->points->width;
    double products[JOB_POINTS * CS_KMEANS_MAX] = { 0 };

    if (width > 0)
        cs_matrix_add_t_product64(products, a->packed + job * width * JOB_POINTS,
                                  a->centres, JOB_POINTS, a->k, width);
    for (size_t i = 0; i < JOB_POINTS && first + i < a->points->n; i++) {
        double least = INFINITY;

        for (size_t c = 0; c < a->k; c++) {
            const double distance = a->norms[c] - 2 * products[i * a->k + c];

            if (distance < least) {
                least = distance;
                a->of[first + i] = (uint32_t)c;
            }
        }
    }
}

static void assign(struct assignment *a, const struct cs_kmeans *kmeans,
                   struct cs_workers *workers)
{
    a->k = kmeans->k;
    for (size_t c = 0; c < kmeans->k; c++) {
        a->norms[c] = 0;
        for (size_t w = 0; w < kmeans->width; w++) {
            const double x = kmeans->centres[c * kmeans->width + w] - a->origin[w];

            a->centres[w * kmeans->k + c] = x;
            a->norms[c] += x * x;
        }
    }
    cs_workers_run(workers, assign_some, a, a->n_jobs);
}

enum cs_status cs_kmeans_assign(uint32_t *of, const struct cs_kmeans *kmeans,
                                const struct cs_points *points,
                                struct cs_workers *workers)
{
    struct assignment a = { .points = points };
    enum cs_status st;

    CS_REQUIRE(points->width == kmeans->width);
    CS_TRY(prepare(&a, points, of, workers));
    assign(&a, kmeans, workers);
out:
    wipe(&a);
    return st;
}

/* ---- centres ---- */

static void add_centre(struct cs_kmeans *kmeans, const struct cs_points *points, size_t i)
{
    memcpy(kmeans->centres + kmeans->k++ * kmeans->width, points->x + i * kmeans->width,
           kmeans->width * sizeof *kmeans->centres);
}

/* Where the running sum of squares passes a share of the whole: a point that is no centre
 * yet, for those have squares of 0. */
static size_t draw_point(const double *squares, size_t n, double sum, struct cs_rng *rng)
{
    double left = cs_rng_unit(rng) * sum;
    size_t last = 0;

    for (size_t i = 0; i < n; i++) {
        if (squares[i] <= 0)
            continue;
        last = i;
        if (left < squares[i])
            break;
        left -= squares[i];
    }
    return last;
}

static enum cs_status seed(struct cs_kmeans *kmeans, const struct cs_points *points,
                           size_t k, struct cs_rng *rng)
{
    double *squares = calloc(points->n, sizeof *squares), sum = INFINITY;

    if (squares == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < points->n; i++)
        squares[i] = INFINITY;
    add_centre(kmeans, points, cs_rng_below(rng, (uint32_t)points->n));
    while (sum > 0 && kmeans->k < k) {
        const double *centre = kmeans->centres + (kmeans->k - 1) * kmeans->width;

        sum = 0;
        for (size_t i = 0; i < points->n; i++) {
            squares[i] = fmin(squares[i], cs_points_square(points->x + i * points->width,
                                                           centre, points->width));
            sum += squares[i];
        }
        if (sum > 0)
            add_centre(kmeans, points, draw_point(squares, points->n, sum, rng));
    }
    cs_wipe_free(squares, points->n * sizeof *squares);
    return CS_OK;
}

/* Each centre to the mean of its points; one without any stays. */
static void move_centres(struct cs_kmeans *kmeans, const struct cs_points *points,
                         const uint32_t *of)
{
    const size_t width = kmeans->width;
    size_t sizes[CS_KMEANS_MAX] = { 0 };

    for (size_t i = 0; i < points->n; i++)
        if (sizes[of[i]]++ == 0)
            memset(kmeans->centres + of[i] * width, 0, width * sizeof *kmeans->centres);
    for (size_t i = 0; i < points->n; i++)
        for (size_t w = 0; w < width; w++)
            kmeans->centres[of[i] * width + w] += points->x[i * width + w];
    for (size_t c = 0; c < kmeans->k; c++)
        for (size_t w = 0; w < width && sizes[c] > 0; w++)
            kmeans->centres[c * width + w] /= (double)sizes[c];
}

static enum cs_status settle(struct cs_kmeans *kmeans, struct assignment *a,
                             uint32_t *before, struct cs_workers *workers,
                             const struct cs_progress *progress)
{
    const size_t n_bytes = a->points->n * sizeof *a->of;
    enum cs_status st = CS_OK;

    for (size_t round = 0; round < ROUNDS_MAX; round++) {
        CS_TRY(cs_progress_tell(progress, (double)round / ROUNDS_MAX));
        memcpy(before, a->of, n_bytes);
        assign(a, kmeans, workers);
        if (round > 0 && memcmp(before, a->of, n_bytes) == 0)
            break;
        move_centres(kmeans, a->points, a->of);
    }
out:
    return st;
}

enum cs_status cs_kmeans_find(struct cs_kmeans *kmeans, uint32_t *of,
                              const struct cs_points *points, size_t k,
                              struct cs_rng *rng, struct cs_workers *workers,
                              const struct cs_progress *progress)
{
    struct assignment a = { .points = points };
    uint32_t *before = calloc(points->n, sizeof *before);
    enum cs_status st = CS_MEMORY;

    CS_REQUIRE(k > 0 && k <= CS_KMEANS_MAX && points->n > 0);
    *kmeans = (struct cs_kmeans){
        .width = points->width,
        .centres = calloc(k * points->width + 1, sizeof *kmeans->centres),
    };
    if (before == NULL || kmeans->centres == NULL)
        goto out;
    memset(of, 0, points->n * sizeof *of);
    CS_TRY(prepare(&a, points, of, workers));
    CS_TRY(seed(kmeans, points, k, rng));
    CS_TRY(settle(kmeans, &a, before, workers, progress));
out:
    wipe(&a);
    free(before);
    if (st != CS_OK)
        cs_kmeans_wipe(kmeans);
    return st;
}

void cs_kmeans_wipe(struct cs_kmeans *kmeans)
{
    if (kmeans->centres != NULL)
        cs_wipe_free(kmeans->centres,
                     kmeans->k * kmeans->width * sizeof *kmeans->centres);
    *kmeans = (struct cs_kmeans){ 0 };
}
