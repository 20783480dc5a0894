#include "model/layers.h"

#include <math.h>
#include <string.h>

#include "crypto/status.h"
#include "model/matrix.h"

static void add(float *restrict y, const float *restrict x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] += x[i];
}

/* Four sums, so that an addition need not wait for the one before. */
static double norm2_of(const float *x, size_t n)
{
    double sum[4] = { 0 };
    size_t i = 0;

    for (; i + 4 <= n; i += 4)
        for (size_t k = 0; k < 4; k++)
            sum[k] += (double)x[i + k] * (double)x[i + k];
    for (; i < n; i++)
        sum[0] += (double)x[i] * (double)x[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* ---- affine ---- */

static void forward_lookups(const struct cs_affine *layer, const float *table,
                            size_t rows)
{
    const uint16_t *lookup = layer->lookup;

    for (size_t row = 0; row < rows; row++)
        for (size_t k = 0; k < layer->n_lookups; k++)
            add(layer->y + row * layer->n_out, table + *lookup++ * layer->n_out,
                layer->n_out);
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
    CS_REQUIRE(layer->n_lookups == 0);
    cs_matrix_product(d_x, layer->d_y, weights + layer->weight, rows, layer->n_in,
                      layer->n_out);
}

static void gradient_lookups(const struct cs_affine *layer, float *d_table, size_t rows)
{
    const uint16_t *lookup = layer->lookup;

    for (size_t row = 0; row < rows; row++)
        for (size_t k = 0; k < layer->n_lookups; k++)
            add(d_table + *lookup++ * layer->n_out, layer->d_y + row * layer->n_out,
                layer->n_out);
}

void cs_affine_gradient(const struct cs_affine *layer, float *d_weights, size_t rows)
{
    if (layer->bias != CS_NO_BIAS)
        for (size_t row = 0; row < rows; row++)
            add(d_weights + layer->bias, layer->d_y + row * layer->n_out, layer->n_out);
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

void cs_activation_forward(float *y, float *before, size_t n, enum cs_activation kind)
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

void cs_activation_backward(float *restrict d_y, const float *restrict y,
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

/* ---- the latent ---- */

void cs_latent_forward(float *z, float *kl, const float *head, const float *noise,
                       size_t rows, size_t latent)
{
    for (size_t row = 0; row < rows; row++) {
        const float *mean = head + 2 * row * latent, *log_variance = mean + latent;
        float sum = 0;

        for (size_t i = 0; i < latent; i++) {
            const float deviation = expf(0.5f * log_variance[i]);

            z[row * latent + i] = mean[i] + deviation * noise[row * latent + i];
            sum += deviation * deviation + mean[i] * mean[i] - 1 - log_variance[i];
        }
        kl[row] = 0.5f * sum;
    }
}

void cs_latent_backward(float *d_head, const float *d_z, const float *head,
                        const float *noise, float weight, size_t rows, size_t latent)
{
    for (size_t row = 0; row < rows; row++) {
        const float *mean = head + 2 * row * latent, *log_variance = mean + latent;
        float *d_mean = d_head + 2 * row * latent, *d_log_variance = d_mean + latent;

        for (size_t i = 0; i < latent; i++) {
            const float deviation = expf(0.5f * log_variance[i]);
            const float d = d_z[row * latent + i];

            d_mean[i] = d + weight * mean[i];
            d_log_variance[i] = 0.5f * (d * deviation * noise[row * latent + i] +
                                        weight * (deviation * deviation - 1));
        }
    }
}

/* ---- softmax ---- */

/* p = softmax(logits) of one column; p may be logits. */
static void softmax(float *p, const float *logits, size_t n)
{
    float top = logits[0], sum = 0;

    for (size_t i = 1; i < n; i++)
        top = logits[i] > top ? logits[i] : top;
    for (size_t i = 0; i < n; i++) {
        p[i] = expf(logits[i] - top);
        sum += p[i];
    }
    for (size_t i = 0; i < n; i++)
        p[i] /= sum;
}

void cs_softmax_forward(float *logits, const size_t *first, size_t rows, size_t n_columns)
{
    for (size_t row = 0; row < rows; row++, logits += first[n_columns])
        for (size_t j = 0; j < n_columns; j++)
            softmax(logits + first[j], logits + first[j], first[j + 1] - first[j]);
}

void cs_cross_entropy(float *loss, float *d_logits, const float *logits,
                      const uint16_t *hot, size_t hot_stride, const size_t *first,
                      size_t rows, size_t n_columns)
{
    const size_t width = first[n_columns];

    for (size_t row = 0; row < rows; row++) {
        float *d = d_logits + row * width;

        loss[row] = 0;
        for (size_t j = 0; j < n_columns; j++) {
            const size_t code = hot[row * hot_stride + j];

            softmax(d + first[j], logits + row * width + first[j],
                    first[j + 1] - first[j]);
            loss[row] -= logf(fmaxf(d[code], 0x1p-126f));
            d[code] -= 1;
        }
    }
}
