/* Softmax and cross-entropy of model/layers.h. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "crypto/status.h"
#include "model/elementary.h"
#include "model/layers.h"

/* Logits up to this size need not be shifted: no exp of them overflows or vanishes, nor
 * does the sum of one column's. */
static const float tame = 80;

CS_EACH_WIDTH static bool are_tame(const float *x, size_t n)
{
    unsigned n_wild = 0;

    for (size_t i = 0; i < n; i++)
        n_wild += fabsf(x[i]) <= tame ? 0u : 1u;
    return n_wild == 0;
}

static void subtract_largest(float *x, size_t n)
{
    float top = x[0];

    for (size_t i = 1; i < n; i++)
        top = x[i] > top ? x[i] : top;
    for (size_t i = 0; i < n; i++)
        x[i] -= top;
}

static void shift_if_wild(float *x, const size_t *first, size_t n_columns)
{
    if (are_tame(x, first[n_columns]))
        return;
    for (size_t j = 0; j < n_columns; j++)
        subtract_largest(x + first[j], first[j + 1] - first[j]);
}

CS_EACH_WIDTH static void exp_all(float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = cs_exp(x[i]);
}

/* Columns are short: the additions of one wait for each other, those of the next do not.
 */
static float sum_of(const float *x, size_t n)
{
    float sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

CS_EACH_WIDTH static void scale(float *x, size_t n, float factor)
{
    for (size_t i = 0; i < n; i++)
        x[i] *= factor;
}

/* x becomes softmax(x), column by column; sum gets the denominators. */
static void softmax(float *x, float *sum, const size_t *first, size_t n_columns)
{
    exp_all(x, first[n_columns]);
    for (size_t j = 0; j < n_columns; j++)
        sum[j] = sum_of(x + first[j], first[j + 1] - first[j]);
    for (size_t j = 0; j < n_columns; j++)
        scale(x + first[j], first[j + 1] - first[j], 1 / sum[j]);
}

void cs_softmax_forward(float *logits, const size_t *first, size_t rows, size_t n_columns)
{
    float sum[CS_COLUMNS_MAX];

    CS_REQUIRE(n_columns <= CS_COLUMNS_MAX);
    for (size_t row = 0; row < rows; row++, logits += first[n_columns]) {
        shift_if_wild(logits, first, n_columns);
        softmax(logits, sum, first, n_columns);
    }
}

static void backward(float *restrict d_x, const float *restrict d_p,
                     const float *restrict p, size_t n)
{
    float mean = 0;

    for (size_t i = 0; i < n; i++)
        mean += p[i] * d_p[i];
    for (size_t i = 0; i < n; i++)
        d_x[i] = p[i] * (d_p[i] - mean);
}

void cs_softmax_backward(float *d_logits, const float *d_p, size_t stride, const float *p,
                         const size_t *first, size_t rows, size_t n_columns)
{
    const size_t width = first[n_columns];

    for (size_t row = 0; row < rows; row++, d_logits += width, p += width, d_p += stride)
        for (size_t j = 0; j < n_columns; j++)
            backward(d_logits + first[j], d_p + first[j], p + first[j],
                     first[j + 1] - first[j]);
}

/* The sum of log(sum) - x: minus the logarithms of the probabilities at the true codes.
 */
CS_EACH_WIDTH static float sum_of_losses(float *restrict sum, const float *restrict x,
                                         size_t n)
{
    for (size_t j = 0; j < n; j++)
        sum[j] = cs_log(sum[j]) - x[j];
    return sum_of(sum, n);
}

void cs_cross_entropy(float *loss, float *d_logits, const float *logits,
                      const uint16_t *hot, size_t hot_stride, const size_t *first,
                      size_t rows, size_t n_columns)
{
    const size_t width = first[n_columns];
    float sum[CS_COLUMNS_MAX], at_hot[CS_COLUMNS_MAX];

    CS_REQUIRE(n_columns <= CS_COLUMNS_MAX);
    if (d_logits != logits)
        memcpy(d_logits, logits, rows * width * sizeof *logits);
    for (size_t row = 0; row < rows; row++, hot += hot_stride, d_logits += width) {
        shift_if_wild(d_logits, first, n_columns);
        for (size_t j = 0; j < n_columns; j++)
            at_hot[j] = d_logits[hot[j]];
        softmax(d_logits, sum, first, n_columns);
        for (size_t j = 0; j < n_columns; j++)
            d_logits[hot[j]] -= 1;
        loss[row] = sum_of_losses(sum, at_hot, n_columns);
    }
}
