#include "model/linear.h"

#include <stdlib.h>

#include "crypto/secret.h"
#include "model/descent.h"

#define STEPS_MAX 100u

static const double flat = 1e-3; /* of a sum over all rows */

struct fitting {
    struct cs_linear *linear;
    const struct cs_task *task;
};

static size_t n_weights(const struct cs_linear *linear)
{
    return (linear->n_inputs + 1) * linear->n_scores;
}

/* ---- one row ---- */

static void score(double *restrict scores, const double *weights, size_t n_scores,
                  const struct cs_features *f, size_t row)
{
    const float *numbers = f->numbers + row * f->n_numbers;
    const uint16_t *lookup = f->lookup + row * f->n_lookups;
    const double *levels = weights + f->n_numbers * n_scores;
    const double *constant = levels + f->n_levels * n_scores;

    for (size_t k = 0; k < n_scores; k++)
        scores[k] = constant[k];
    for (size_t j = 0; j < f->n_numbers; j++)
        for (size_t k = 0; k < n_scores; k++)
            scores[k] += (double)numbers[j] * weights[j * n_scores + k];
    for (size_t j = 0; j < f->n_lookups; j++)
        for (size_t k = 0; k < n_scores; k++)
            scores[k] += levels[lookup[j] * n_scores + k];
}

/* The gradient in the weights, from that in the scores. */
static void add_gradient(double *restrict gradient, const double *d_scores,
                         size_t n_scores, const struct cs_features *f, size_t row)
{
    const float *numbers = f->numbers + row * f->n_numbers;
    const uint16_t *lookup = f->lookup + row * f->n_lookups;
    double *levels = gradient + f->n_numbers * n_scores;
    double *constant = levels + f->n_levels * n_scores;

    for (size_t k = 0; k < n_scores; k++)
        constant[k] += d_scores[k];
    for (size_t j = 0; j < f->n_numbers; j++)
        for (size_t k = 0; k < n_scores; k++)
            gradient[j * n_scores + k] += (double)numbers[j] * d_scores[k];
    for (size_t j = 0; j < f->n_lookups; j++)
        for (size_t k = 0; k < n_scores; k++)
            levels[lookup[j] * n_scores + k] += d_scores[k];
}

/* ---- all rows ---- */

/* Half the squared weights, whose gradient they are; of the constant nothing. */
static double shrink(double *gradient, const double *weights,
                     const struct cs_linear *linear)
{
    const size_t n = linear->n_inputs * linear->n_scores;
    double sum = 0;

    for (size_t i = 0; i < n_weights(linear); i++) {
        gradient[i] = i < n ? weights[i] : 0;
        sum += gradient[i] * gradient[i];
    }
    return sum / 2;
}

static double objective(double *gradient, const double *weights, void *context)
{
    const struct fitting *fitting = context;
    const struct cs_task *task = fitting->task;
    const size_t n = fitting->linear->n_scores;
    double scores[CS_LOSS_SCORES_MAX], d_scores[CS_LOSS_SCORES_MAX];
    double loss = shrink(gradient, weights, fitting->linear);

    for (size_t i = 0; i < task->rows.n; i++) {
        const size_t row = task->rows.at[i];

        score(scores, weights, n, task->features, row);
        loss += cs_loss_at(d_scores, NULL, scores, task->answers[row], task->n_classes);
        add_gradient(gradient, d_scores, n, task->features, row);
    }
    return loss;
}

enum cs_status cs_linear_fit(struct cs_linear *linear, const struct cs_task *task)
{
    const struct cs_features *f = task->features;
    struct fitting fitting = { linear, task };
    enum cs_status st = CS_MEMORY;

    *linear = (struct cs_linear){ .n_scores = cs_loss_scores(task->n_classes),
                                  .n_inputs = f->n_numbers + f->n_levels };
    linear->weights = calloc(n_weights(linear), sizeof *linear->weights);
    if (linear->weights == NULL)
        return CS_MEMORY;
    CS_TRY(cs_descent(linear->weights, n_weights(linear), objective, &fitting, STEPS_MAX,
                      flat));
out:
    if (st != CS_OK)
        cs_linear_wipe(linear);
    return st;
}

enum cs_status cs_linear_score(double *scores, const struct cs_linear *linear,
                               const struct cs_features *features, struct cs_rows rows)
{
    for (size_t i = 0; i < rows.n; i++)
        score(scores + i * linear->n_scores, linear->weights, linear->n_scores, features,
              rows.at[i]);
    return CS_OK;
}

void cs_linear_wipe(struct cs_linear *linear)
{
    cs_wipe_free(linear->weights, n_weights(linear) * sizeof *linear->weights);
    *linear = (struct cs_linear){ 0 };
}
