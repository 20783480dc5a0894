#include "model/near.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "model/matrix.h"

#define FROM_ROWS 256u
#define TO_ROWS 1024u

/* Of squares that come from a product, as a share of both norms; and of distances. */
static const double product_rounding = 1e-13, rounding = 1e-12;

struct search {
    struct cs_near *near;
    const struct cs_points *from, *to;
    const double *radii;
    double *centre;                  /* (width) */
    double *from_norms, *to_norms;   /* around the centre */
    double *scratch[CS_WORKERS_MAX]; /* a worker's blocks */
    size_t first_block;              /* of the wave */
};

bool cs_nearer(double a, double b)
{
    return a < b * (1 - rounding);
}

/* ---- blocks ---- */

static size_t scratch_size(size_t width)
{
    return width * (FROM_ROWS + TO_ROWS) + FROM_ROWS * TO_ROWS;
}

/* Rows from `first` on, around the centre, coordinate by coordinate: (width, n). */
static void pack(double *packed, const struct cs_points *points, size_t first, size_t n,
                 const double *centre)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < points->width; k++)
            packed[k * n + i] = points->x[(first + i) * points->width + k] - centre[k];
}

static void find_norms(double *norms, const struct cs_points *points,
                       const double *centre)
{
    for (size_t i = 0; i < points->n; i++)
        norms[i] = cs_points_square(points->x + i * points->width, centre, points->width);
}

/* Puts a neighbour that is nearer than the last one kept in its place. */
static void keep(double *squares, uint32_t *index, size_t k, double square, uint32_t j)
{
    size_t at = k - 1;

    for (; at > 0 && squares[at - 1] > square; at--) {
        squares[at] = squares[at - 1];
        index[at] = index[at - 1];
    }
    squares[at] = square;
    index[at] = j;
}

/* One point i of from, and n of to from `first` on; products: (n) around the centre. */
static void look_at_row(const struct search *s, size_t i, const double *products,
                        size_t first, size_t n)
{
    struct cs_near *near = s->near;
    double *squares = near->distances + i * near->k;
    uint32_t *index = near->index + i * near->k;
    const double norm = s->from_norms[i];
    const size_t self = s->from == s->to ? i : SIZE_MAX;

    for (size_t j = 0; j < n; j++) {
        const double square = norm + s->to_norms[first + j] - 2 * products[j];

        if (square < squares[near->k - 1] && first + j != self)
            keep(squares, index, near->k, square, (uint32_t)(first + j));
    }
    for (size_t j = 0; s->radii != NULL && j < n; j++) {
        const double norms = norm + s->to_norms[first + j];
        const double radius = s->radii[first + j];

        near->within[i] +=
            norms - 2 * products[j] < radius * radius - product_rounding * norms;
    }
}

/* From squares by products to distances by differences, in order. */
static void settle_row(const struct search *s, size_t i)
{
    double *distances = s->near->distances + i * s->near->k;
    uint32_t *index = s->near->index + i * s->near->k;
    const size_t width = s->from->width;

    for (size_t r = 0; r < s->near->k && index[r] != CS_NEAR_NONE; r++) {
        const uint32_t j = index[r];
        const double distance =
            sqrt(cs_points_square(s->from->x + i * width, s->to->x + j * width, width));
        size_t at = r;

        for (; at > 0 && distances[at - 1] > distance; at--) {
            distances[at] = distances[at - 1];
            index[at] = index[at - 1];
        }
        distances[at] = distance;
        index[at] = j;
    }
}

static void search_block(void *context, size_t k)
{
    const struct search *s = context;
    const size_t first = (s->first_block + k) * FROM_ROWS, width = s->from->width;
    const size_t left = s->from->n - first, rows = left < FROM_ROWS ? left : FROM_ROWS;
    double *from = s->scratch[k], *to = from + width * FROM_ROWS;
    double *products = to + width * TO_ROWS;

    pack(from, s->from, first, rows, s->centre);
    for (size_t j = 0; j < s->to->n; j += TO_ROWS) {
        const size_t n = s->to->n - j < TO_ROWS ? s->to->n - j : TO_ROWS;

        pack(to, s->to, j, n, s->centre);
        memset(products, 0, rows * n * sizeof *products);
        cs_matrix_add_t_product64(products, from, to, rows, n, width);
        for (size_t i = 0; i < rows; i++)
            look_at_row(s, first + i, products + i * n, j, n);
    }
    for (size_t i = 0; i < rows; i++)
        settle_row(s, first + i);
}

/* ---- all ---- */

static enum cs_status make_room(struct cs_near *near, size_t n, size_t k)
{
    *near = (struct cs_near){
        .n = n,
        .k = k,
        .distances = calloc(n * k, sizeof *near->distances),
        .index = calloc(n * k, sizeof *near->index),
        .within = calloc(n, sizeof *near->within),
    };
    if (near->distances == NULL || near->index == NULL || near->within == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < n * k; i++) {
        near->distances[i] = INFINITY;
        near->index[i] = CS_NEAR_NONE;
    }
    return CS_OK;
}

static enum cs_status prepare(struct search *s, size_t n_scratch)
{
    s->centre = calloc(s->to->width + 1, sizeof *s->centre);
    s->from_norms = calloc(s->from->n, sizeof *s->from_norms);
    s->to_norms = calloc(s->to->n, sizeof *s->to_norms);
    if (s->centre == NULL || s->from_norms == NULL || s->to_norms == NULL)
        return CS_MEMORY;
    for (size_t w = 0; w < n_scratch; w++) {
        s->scratch[w] = calloc(scratch_size(s->to->width), sizeof(double));
        if (s->scratch[w] == NULL)
            return CS_MEMORY;
    }
    cs_points_centre(s->centre, s->to);
    find_norms(s->from_norms, s->from, s->centre);
    find_norms(s->to_norms, s->to, s->centre);
    return CS_OK;
}

static void wipe(struct search *s)
{
    for (size_t w = 0; w < CS_WORKERS_MAX; w++)
        if (s->scratch[w] != NULL)
            cs_wipe_free(s->scratch[w], scratch_size(s->to->width) * sizeof(double));
    free(s->centre);
    free(s->from_norms);
    free(s->to_norms);
}

enum cs_status cs_near_find(struct cs_near *near, const struct cs_points *from,
                            const struct cs_points *to, size_t k, const double *radii,
                            struct cs_workers *workers,
                            const struct cs_progress *progress)
{
    struct search s = { .near = near, .from = from, .to = to, .radii = radii };
    const size_t n_workers = cs_workers_count(workers);
    const size_t n_blocks = (from->n + FROM_ROWS - 1) / FROM_ROWS;
    enum cs_status st;

    CS_REQUIRE(k > 0 && from->n > 0 && to->n > 0 && from->width == to->width);
    CS_TRY(make_room(near, from->n, k));
    CS_TRY(prepare(&s, n_workers));
    for (size_t b = 0; b < n_blocks; b += n_workers) {
        CS_TRY(cs_progress_tell(progress, (double)b / (double)n_blocks));
        s.first_block = b;
        cs_workers_run(workers, search_block, &s,
                       n_blocks - b < n_workers ? n_blocks - b : n_workers);
    }
out:
    wipe(&s);
    if (st != CS_OK)
        cs_near_wipe(near);
    return st;
}

void cs_near_wipe(struct cs_near *near)
{
    if (near->distances != NULL)
        cs_wipe_free(near->distances, near->n * near->k * sizeof *near->distances);
    free(near->index);
    free(near->within);
    *near = (struct cs_near){ 0 };
}
