#include "model/matrix.h"

#include <cblas.h>
#include <omp.h>
#include <stdbool.h>
#include <string.h>

#include "crypto/status.h"
#include "model/elementary.h"

/* ---- products that treat all rows alike -------------------------------------------- */

enum {
    LANES = 16,  /* columns that are computed at once */
    TILE = 8,    /* rows */
    TERMS = 256, /* of the sums: so many lines of a panel stay in the first cache */
};

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));

/* A part of the right factor: line k holds what term k of LANES columns is multiplied
 * with, zeros where there are fewer. */
struct panel {
    lanes line[TERMS];
    size_t n_terms, n_lanes;
};

/* y[r][j] += sum over k of x[r][k] line[k][j], in the order of k: by IEEE 754, as nothing
 * is fused or reassociated here, the bits are those of the three loops. */
CS_EACH_WIDTH static void add_tile(float *const y[TILE], const float *const x[TILE],
                                   const struct panel *panel)
{
    lanes sum[TILE];

    for (size_t r = 0; r < TILE; r++)
        memcpy(&sum[r], y[r], sizeof sum[r]);
    for (size_t k = 0; k < panel->n_terms; k++)
        for (size_t r = 0; r < TILE; r++)
            sum[r] += x[r][k] * panel->line[k];
    for (size_t r = 0; r < TILE; r++)
        memcpy(y[r], &sum[r], sizeof sum[r]);
}

/* Some rows of y (rows, y_stride) and x (rows, x_stride), at most a tile. Numbers beyond
 * the last row or column are computed too, elsewhere, and not read. */
static void add_rows(float *y, size_t y_stride, const float *x, size_t x_stride,
                     const struct panel *panel, size_t rows)
{
    const bool is_whole = rows == TILE && panel->n_lanes == LANES;
    const size_t n_bytes = panel->n_lanes * sizeof(float);
    float spare[TILE][LANES] = { { 0 } };
    const float *from[TILE];
    float *to[TILE];

    for (size_t r = 0; r < TILE; r++) {
        from[r] = x + (r < rows ? r : 0) * x_stride;
        to[r] = is_whole ? y + r * y_stride : spare[r];
    }
    for (size_t r = 0; r < rows && !is_whole; r++)
        memcpy(spare[r], y + r * y_stride, n_bytes);
    add_tile(to, from, panel);
    for (size_t r = 0; r < rows && !is_whole; r++)
        memcpy(y + r * y_stride, spare[r], n_bytes);
}

/* Line k gets of column j what is k * term_stride + j * column_stride after w. */
static void fill_panel(struct panel *panel, const float *w, size_t term_stride,
                       size_t column_stride)
{
    if (panel->n_lanes < LANES)
        memset(panel->line, 0, sizeof panel->line);
    for (size_t k = 0; k < panel->n_terms; k++)
        for (size_t j = 0; j < panel->n_lanes; j++)
            panel->line[k][j] = w[k * term_stride + j * column_stride];
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* y (rows, n_out) += x (rows, n_in) times w (n_in, n_out), whose strides are given. */
static void add_product(float *y, const float *x, const float *w, size_t term_stride,
                        size_t column_stride, size_t rows, size_t n_out, size_t n_in)
{
    struct panel panel;

    for (size_t k = 0; k < n_in; k += TERMS)
        for (size_t j = 0; j < n_out; j += LANES) {
            panel.n_terms = least(n_in - k, TERMS);
            panel.n_lanes = least(n_out - j, LANES);
            fill_panel(&panel, w + k * term_stride + j * column_stride, term_stride,
                       column_stride);
            for (size_t row = 0; row < rows; row += TILE)
                add_rows(y + row * n_out + j, n_out, x + row * n_in + k, n_in, &panel,
                         least(rows - row, TILE));
        }
}

void cs_matrix_add_product_t(float *y, const float *x, const float *w, size_t rows,
                             size_t n_out, size_t n_in)
{
    add_product(y, x, w, 1, n_in, rows, n_out, n_in);
}

void cs_matrix_product(float *d_x, const float *d_y, const float *w, size_t rows,
                       size_t n_in, size_t n_out)
{
    memset(d_x, 0, rows * n_in * sizeof *d_x);
    add_product(d_x, d_y, w, n_in, 1, rows, n_in, n_out);
}

/* ---- sums over the rows ------------------------------------------------------------ */

/* Keeps OpenBLAS to the calling thread. Of its builds just the one over OpenMP will do:
 * the serial one lets two threads have the same buffer, with wrong products, and the one
 * over pthreads starts threads before main does anything. */
static void stay_alone(void)
{
    CS_REQUIRE(openblas_get_parallel() == OPENBLAS_OPENMP);
    omp_set_num_threads(1); /* of this thread */
}

void cs_matrix_add_t_product(float *d_w, const float *d_y, const float *x, size_t n_out,
                             size_t n_in, size_t rows)
{
    const int m = (int)n_out, n = (int)n_in, k = (int)rows;

    stay_alone();
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, m, n, k, 1.0f, d_y, m, x, n,
                1.0f, d_w, n);
}

void cs_matrix_add_t_product64(double *d_w, const double *d_y, const double *x,
                               size_t n_out, size_t n_in, size_t rows)
{
    const int m = (int)n_out, n = (int)n_in, k = (int)rows;

    stay_alone();
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, m, n, k, 1.0, d_y, m, x, n, 1.0,
                d_w, n);
}
