#include "model/dpsgd.h"

#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "model/elementary.h"
#include "model/matrix.h"
#include "model/renyi.h"

/* In units of clip: an input's grid, an output gradient's, a contribution's, and the
 * noise's standard deviation in steps of its own grid. */
static const double x_steps = 0x1p10, d_y_steps = 0x1p20, sum_steps = 0x1p30;
static const double noise_steps = CS_GAUSS_FAST_S;
static const double coordinate_max = 0x1p30; /* in steps of its grid */

/* Covers the rounding of norms and scales, which are doubles: 2^17 terms of relative
 * error 2^-53 each. */
static const double rounding = 1e-9;

static size_t max(size_t a, size_t b)
{
    return a > b ? a : b;
}

enum cs_status cs_dpsgd_new(struct cs_dpsgd **result, const struct cs_affine *layers,
                            size_t n_layers, size_t n_weights, size_t capacity)
{
    enum cs_status st = CS_MEMORY;
    struct cs_dpsgd *dpsgd = calloc(1, sizeof *dpsgd);
    size_t n_in = 1, n_out = 1;

    CS_REQUIRE(n_weights <= CS_RENYI_DRAWS_MAX);
    if (dpsgd == NULL)
        goto out;
    for (size_t l = 0; l < n_layers; l++) {
        n_in = layers[l].n_lookups > 0 ? n_in : max(n_in, layers[l].n_in);
        n_out = max(n_out, layers[l].n_out);
    }
    dpsgd->layer = layers;
    dpsgd->n_layers = n_layers;
    dpsgd->n_weights = n_weights;
    dpsgd->capacity = capacity;
    dpsgd->x_bytes = capacity * n_in * sizeof *dpsgd->x;
    dpsgd->d_y_bytes = capacity * n_out * sizeof *dpsgd->d_y;
    dpsgd->sum = calloc(n_weights, sizeof *dpsgd->sum);
    dpsgd->x = calloc(1, dpsgd->x_bytes);
    dpsgd->d_y = calloc(1, dpsgd->d_y_bytes);
    dpsgd->scale = calloc(capacity, sizeof *dpsgd->scale);
    dpsgd->noise = calloc(n_weights, sizeof *dpsgd->noise);
    if (dpsgd->sum == NULL || dpsgd->x == NULL || dpsgd->d_y == NULL ||
        dpsgd->scale == NULL || dpsgd->noise == NULL)
        goto out;
    cs_gauss_fast_init(&dpsgd->gauss);
    *result = dpsgd;
    dpsgd = NULL;
    st = CS_OK;
out:
    cs_dpsgd_free(dpsgd);
    return st;
}

static void wipe_and_free(void *memory, size_t n_bytes)
{
    if (memory != NULL)
        sodium_memzero(memory, n_bytes);
    free(memory);
}

void cs_dpsgd_free(struct cs_dpsgd *dpsgd)
{
    if (dpsgd == NULL)
        return;
    wipe_and_free(dpsgd->sum, dpsgd->n_weights * sizeof *dpsgd->sum);
    wipe_and_free(dpsgd->x, dpsgd->x_bytes);
    wipe_and_free(dpsgd->d_y, dpsgd->d_y_bytes);
    wipe_and_free(dpsgd->scale, dpsgd->capacity * sizeof *dpsgd->scale);
    wipe_and_free(dpsgd->noise, dpsgd->n_weights * sizeof *dpsgd->noise);
    free(dpsgd);
}

bool cs_dpsgd_takes(double sampling_rate, struct cs_rng *secret)
{
    const double words = sampling_rate * 0x1p64;
    const uint64_t threshold = words < 0x1p64 ? (uint64_t)words : UINT64_MAX;

    return cs_rng_u64(secret) < threshold;
}

double cs_dpsgd_limit(double sigma, size_t n_weights)
{
    return (1 - sqrt((double)n_weights) * sigma / noise_steps) * (1 - rounding) -
           rounding;
}

double cs_dpsgd_continuous(double sigma)
{
    static const double s = CS_GAUSS_FAST_S, r = 6;

    return sigma * sqrt(1 - r * r / (s * s));
}

void cs_dpsgd_begin(struct cs_dpsgd *dpsgd, double clip, double sigma)
{
    CS_REQUIRE(clip > 0 && sigma > 0);
    dpsgd->limit = cs_dpsgd_limit(sigma, dpsgd->n_weights);
    CS_REQUIRE(dpsgd->limit > 0);
    dpsgd->clip = clip;
    dpsgd->sigma = sigma;
    if (dpsgd->n_taken > 0) /* a step that was not finished */
        memset(dpsgd->sum, 0, dpsgd->n_weights * sizeof *dpsgd->sum);
    dpsgd->n_taken = 0;
}

/* What every row's gradient is multiplied with: into units of clip, and clipped. */
static void find_scales(struct cs_dpsgd *dpsgd, size_t rows)
{
    double *scale = dpsgd->scale;

    memset(scale, 0, rows * sizeof *scale);
    for (size_t l = 0; l < dpsgd->n_layers; l++)
        cs_affine_add_norm2(&dpsgd->layer[l], scale, rows);
    for (size_t row = 0; row < rows; row++) {
        const double norm = sqrt(scale[row]) / dpsgd->clip;

        scale[row] = fmin(1, dpsgd->limit / norm) / dpsgd->clip;
        if (!isfinite(norm))
            scale[row] = 0;
    }
}

/* To whole steps of a grid, toward zero: no coordinate grows. What is out of range or not
 * a number becomes zero. */
CS_EACH_WIDTH static void cut(double *restrict steps, const float *restrict x, size_t n,
                              double factor)
{
    for (size_t i = 0; i < n; i++) {
        const double step = trunc((double)x[i] * factor);

        steps[i] = fabs(step) < coordinate_max ? step : 0;
    }
}

static void cut_outputs(struct cs_dpsgd *dpsgd, const struct cs_affine *layer,
                        size_t rows)
{
    const size_t n = layer->n_out;

    for (size_t row = 0; row < rows; row++)
        cut(dpsgd->d_y + row * n, layer->d_y + row * n, n, dpsgd->scale[row] * d_y_steps);
}

/* sum += x_steps * d_y of one row, where the input is one: at the bias, and in a table.
 */
CS_EACH_WIDTH static void add_where_one(double *restrict sum, const double *restrict d_y,
                                        size_t n)
{
    for (size_t i = 0; i < n; i++)
        sum[i] += x_steps * d_y[i];
}

static void add_layer(struct cs_dpsgd *dpsgd, const struct cs_affine *layer, size_t rows)
{
    const size_t n = layer->n_out;
    const uint16_t *lookup = layer->lookup;
    double *sum = dpsgd->sum + layer->weight;

    cut_outputs(dpsgd, layer, rows);
    for (size_t row = 0; row < rows && layer->bias != CS_NO_BIAS; row++)
        add_where_one(dpsgd->sum + layer->bias, dpsgd->d_y + row * n, n);
    for (size_t row = 0; row < rows; row++)
        for (size_t k = 0; k < layer->n_lookups; k++)
            add_where_one(sum + *lookup++ * n, dpsgd->d_y + row * n, n);
    if (layer->n_lookups > 0)
        return;
    cut(dpsgd->x, layer->x, rows * layer->n_in, x_steps);
    cs_matrix_add_t_product64(sum, dpsgd->d_y, dpsgd->x, n, layer->n_in, rows);
}

void cs_dpsgd_add(struct cs_dpsgd *dpsgd, size_t rows)
{
    CS_REQUIRE(rows <= dpsgd->capacity);
    CS_REQUIRE(rows <= CS_DPSGD_ROWS_MAX - dpsgd->n_taken);
    find_scales(dpsgd, rows);
    for (size_t l = 0; l < dpsgd->n_layers; l++)
        add_layer(dpsgd, &dpsgd->layer[l], rows);
    dpsgd->n_taken += (uint32_t)rows;
}

void cs_dpsgd_absorb(struct cs_dpsgd *dpsgd, struct cs_dpsgd *other)
{
    CS_REQUIRE(other->n_weights == dpsgd->n_weights);
    CS_REQUIRE(other->clip == dpsgd->clip && other->sigma == dpsgd->sigma);
    CS_REQUIRE(other->n_taken <= CS_DPSGD_ROWS_MAX - dpsgd->n_taken);
    if (other->n_taken == 0)
        return;
    for (size_t i = 0; i < dpsgd->n_weights; i++) {
        dpsgd->sum[i] += other->sum[i];
        other->sum[i] = 0;
    }
    dpsgd->n_taken += other->n_taken;
    other->n_taken = 0;
}

/* To the nearest integer, for |x| < 2^51: above 2^52 doubles have no fraction. */
static inline double nearest(double x)
{
    const double shift = 0x1.8p52;

    return x + shift - shift;
}

/* gradient = (sum per_step, rounded, + noise) back; leaves sum zero. */
CS_EACH_WIDTH static void add_noise(float *restrict gradient, double *restrict sum,
                                    const int32_t *restrict noise, size_t n,
                                    double per_step, double back)
{
    for (size_t i = 0; i < n; i++) {
        gradient[i] = (float)((nearest(sum[i] * per_step) + noise[i]) * back);
        sum[i] = 0;
    }
}

void cs_dpsgd_finish(struct cs_dpsgd *dpsgd, float *gradient, double expected,
                     struct cs_rng *secret)
{
    const size_t n = dpsgd->n_weights;
    const double step = dpsgd->sigma / noise_steps; /* in units of clip */
    const double per_step = 1 / (sum_steps * step);

    cs_gauss_fast_fill(&dpsgd->gauss, dpsgd->noise, n, secret);
    add_noise(gradient, dpsgd->sum, dpsgd->noise, n, per_step,
              step * dpsgd->clip / expected);
    dpsgd->n_taken = 0;
    sodium_memzero(dpsgd->noise, n * sizeof *dpsgd->noise);
}
