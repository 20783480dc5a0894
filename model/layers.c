#include "model/layers.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "crypto/status.h"
#include "model/elementary.h"
#include "model/matrix.h"

static inline void add(float *restrict y, const float *restrict x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] += x[i];
}

/* Eight sums, so that a vector of them is done at once. */
CS_EACH_WIDTH static double norm2_of(const float *x, size_t n)
{
    double sum[8] = { 0 }, whole = 0;
    size_t i = 0;

    for (; i + 8 <= n; i += 8)
        for (size_t k = 0; k < 8; k++)
            sum[k] += (double)x[i + k] * (double)x[i + k];
    for (; i < n; i++)
        sum[0] += (double)x[i] * (double)x[i];
    for (size_t k = 0; k < 8; k++)
        whole += sum[k];
    return whole;
}

/* ---- affine ---- */

/* y = the sum of n_lookups rows of the table, and what is in y; four rows a pass. */
CS_EACH_WIDTH static void add_rows(float *restrict y, const float *restrict table,
                                   const uint16_t *lookup, size_t n_lookups, size_t n)
{
    size_t k = 0;

    for (; k + 4 <= n_lookups; k += 4) {
        const float *a = table + lookup[k] * n, *b = table + lookup[k + 1] * n;
        const float *c = table + lookup[k + 2] * n, *d = table + lookup[k + 3] * n;

        for (size_t i = 0; i < n; i++)
            y[i] += (a[i] + b[i]) + (c[i] + d[i]);
    }
    for (; k < n_lookups; k++)
        add(y, table + lookup[k] * n, n);
}

static void forward_lookups(const struct cs_affine *layer, const float *table,
                            size_t rows)
{
    for (size_t row = 0; row < rows; row++)
        add_rows(layer->y + row * layer->n_out, table,
                 layer->lookup + row * layer->n_lookups, layer->n_lookups, layer->n_out);
}

void cs_affine_forward(const struct cs_affine *layer, const float *weights, size_t rows)
{
    const float *weight = weights + layer->weight;

    if (layer->bias != CS_NO_BIAS)
        for (size_t row = 0; row < rows; row++)
            memcpy(layer->y + row * layer->n_out, weights + layer->bias,
                   layer->n_out * sizeof *weights);
    if (layer->n_lookups > 0)
        forward_lookups(layer, weight, rows);
    else
        cs_matrix_add_product_t(layer->y, layer->x, weight, rows, layer->n_out,
                                layer->n_in);
}

void cs_affine_backward(const struct cs_affine *layer, float *d_x, const float *weights,
                        size_t rows)
{
    const float *weight = weights + layer->weight;

    if (layer->n_lookups == 0) {
        cs_matrix_product(d_x, layer->d_y, weight, rows, layer->n_in, layer->n_out);
        return;
    }
    memset(d_x, 0, rows * layer->n_in * sizeof *d_x);
    cs_matrix_add_product_t(d_x, layer->d_y, weight, rows, layer->n_in, layer->n_out);
}

/* Row i of x (rows, n) is added to row lookup[i * stride] of the table. */
CS_EACH_WIDTH static void add_to_rows(float *restrict table, const float *restrict x,
                                      const uint16_t *lookup, size_t stride, size_t rows,
                                      size_t n)
{
    for (size_t row = 0; row < rows; row++)
        add(table + lookup[row * stride] * n, x + row * n, n);
}

/* Column by column, whose rows of the table stay in the cache meanwhile. */
static void gradient_lookups(const struct cs_affine *layer, float *d_table, size_t rows)
{
    for (size_t k = 0; k < layer->n_lookups; k++)
        add_to_rows(d_table, layer->d_y, layer->lookup + k, layer->n_lookups, rows,
                    layer->n_out);
}

/* sum += the rows of x. */
CS_EACH_WIDTH static void add_columns(float *restrict sum, const float *restrict x,
                                      size_t rows, size_t n)
{
    for (size_t row = 0; row < rows; row++)
        add(sum, x + row * n, n);
}

void cs_affine_gradient(const struct cs_affine *layer, float *d_weights, size_t rows)
{
    if (layer->bias != CS_NO_BIAS)
        add_columns(d_weights + layer->bias, layer->d_y, rows, layer->n_out);
    if (layer->n_lookups > 0)
        gradient_lookups(layer, d_weights + layer->weight, rows);
    else
        cs_matrix_add_t_product(d_weights + layer->weight, layer->d_y, layer->x,
                                layer->n_out, layer->n_in, rows);
}

void cs_affine_add_norm2(const struct cs_affine *layer, double *norm2, size_t rows)
{
    const double bias2 = layer->bias == CS_NO_BIAS ? 0 : 1;

    for (size_t row = 0; row < rows; row++) {
        const double x2 = layer->n_lookups > 0
                              ? (double)layer->n_lookups
                              : norm2_of(layer->x + row * layer->n_in, layer->n_in);

        norm2[row] +=
            (x2 + bias2) * norm2_of(layer->d_y + row * layer->n_out, layer->n_out);
    }
}

/* ---- activations ---- */

bool cs_activation_keeps(enum cs_activation kind)
{
    return kind == CS_GELU;
}

/* The normal distribution function. */
static float normal_below(float x)
{
    return 0.5f * erfcf(-0.70710678f * x);
}

static float gelu_slope(float x)
{
    return normal_below(x) + x * 0.39894228f * expf(-0.5f * x * x);
}

CS_EACH_WIDTH void cs_activation_forward(float *y, float *before, size_t n,
                                         enum cs_activation kind)
{
    if (cs_activation_keeps(kind))
        memcpy(before, y, n * sizeof *y);
    switch (kind) {
    case CS_RELU:
        for (size_t i = 0; i < n; i++)
            y[i] = y[i] > 0 ? y[i] : 0;
        break;
    case CS_LEAKY_RELU:
        for (size_t i = 0; i < n; i++)
            y[i] *= y[i] > 0 ? 1 : 0.01f;
        break;
    case CS_ELU:
        for (size_t i = 0; i < n; i++)
            y[i] = y[i] > 0 ? y[i] : expm1f(y[i]);
        break;
    case CS_GELU:
        for (size_t i = 0; i < n; i++)
            y[i] *= normal_below(y[i]);
        break;
    case CS_TANH:
        for (size_t i = 0; i < n; i++)
            y[i] = tanhf(y[i]);
        break;
    }
}

CS_EACH_WIDTH void cs_activation_backward(float *restrict d_y, const float *restrict y,
                                          const float *restrict before, size_t n,
                                          enum cs_activation kind)
{
    switch (kind) {
    case CS_RELU:
        for (size_t i = 0; i < n; i++)
            d_y[i] = y[i] > 0 ? d_y[i] : 0;
        break;
    case CS_LEAKY_RELU:
        for (size_t i = 0; i < n; i++)
            d_y[i] *= y[i] > 0 ? 1 : 0.01f;
        break;
    case CS_ELU:
        for (size_t i = 0; i < n; i++)
            d_y[i] *= y[i] > 0 ? 1 : y[i] + 1;
        break;
    case CS_GELU:
        for (size_t i = 0; i < n; i++)
            d_y[i] *= gelu_slope(before[i]);
        break;
    case CS_TANH:
        for (size_t i = 0; i < n; i++)
            d_y[i] *= 1 - y[i] * y[i];
        break;
    }
}

/* ---- dropout ---- */

void cs_dropout_draw(float *mask, size_t n, double rate, struct cs_rng *rng)
{
    uint16_t draw[256];
    const uint16_t below = (uint16_t)(rate * 0x1p16);
    const float scale = 1 / (1 - (float)below * 0x1p-16f);

    CS_REQUIRE(rate >= 0 && rate < 1);
    for (size_t i = 0; i < n; i++) {
        const size_t k = i % (sizeof draw / sizeof *draw);

        if (k == 0)
            cs_rng_bytes(rng, draw, sizeof draw);
        mask[i] = draw[k] < below ? 0 : scale;
    }
}

void cs_dropout_forward(float *restrict kept, const float *restrict y,
                        const float *restrict mask, size_t n)
{
    for (size_t i = 0; i < n; i++)
        kept[i] = y[i] * mask[i];
}

void cs_dropout_backward(float *restrict d_y, const float *restrict mask, size_t n)
{
    for (size_t i = 0; i < n; i++)
        d_y[i] *= mask[i];
}

/* ---- the latent ---- */

/* One coordinate of z; returns its part of twice the divergence. */
static inline float draw_latent(float *z, float mean, float log_variance, float noise)
{
    const float deviation = cs_exp(0.5f * log_variance);

    *z = mean + deviation * noise;
    return deviation * deviation + mean * mean - 1 - log_variance;
}

/* One row; returns its divergence. In eight sums, so that a vector of coordinates is done
 * at once. */
CS_EACH_WIDTH static float draw_latents(float *restrict z, const float *restrict head,
                                        const float *restrict noise, size_t latent)
{
    const float *mean = head, *log_variance = head + latent;
    float sum[8] = { 0 }, whole = 0;
    size_t i = 0;

    for (; i + 8 <= latent; i += 8)
        for (size_t k = 0; k < 8; k++)
            sum[k] +=
                draw_latent(&z[i + k], mean[i + k], log_variance[i + k], noise[i + k]);
    for (; i < latent; i++)
        sum[0] += draw_latent(&z[i], mean[i], log_variance[i], noise[i]);
    for (size_t k = 0; k < 8; k++)
        whole += sum[k];
    return 0.5f * whole;
}

void cs_latent_forward(float *z, float *kl, const float *head, const float *noise,
                       size_t rows, size_t latent)
{
    for (size_t row = 0; row < rows; row++)
        kl[row] = draw_latents(z + row * latent, head + 2 * row * latent,
                               noise + row * latent, latent);
}

CS_EACH_WIDTH void cs_latent_backward(float *d_head, const float *d_z, const float *head,
                                      const float *noise, float weight, size_t rows,
                                      size_t latent)
{
    for (size_t row = 0; row < rows; row++) {
        const float *mean = head + 2 * row * latent, *log_variance = mean + latent;
        float *d_mean = d_head + 2 * row * latent, *d_log_variance = d_mean + latent;

        for (size_t i = 0; i < latent; i++) {
            const float deviation = cs_exp(0.5f * log_variance[i]);
            const float d = d_z[row * latent + i];

            d_mean[i] = d + weight * mean[i];
            d_log_variance[i] = 0.5f * (d * deviation * noise[row * latent + i] +
                                        weight * (deviation * deviation - 1));
        }
    }
}
