#include "model/optimiser.h"

#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "model/elementary.h"

static const double usual_momentum = 0.9, beta2 = 0.999, epsilon = 1e-8;

enum cs_status cs_optimiser_init(struct cs_optimiser *optimiser,
                                 enum cs_optimiser_kind kind, size_t n)
{
    *optimiser = (struct cs_optimiser){ .kind = kind,
                                        .n = n,
                                        .momentum = usual_momentum,
                                        .mean = calloc(2 * n, sizeof *optimiser->mean) };
    if (optimiser->mean == NULL)
        return CS_MEMORY;
    optimiser->square = optimiser->mean + n;
    return CS_OK;
}

void cs_optimiser_wipe(struct cs_optimiser *optimiser)
{
    if (optimiser->mean != NULL)
        sodium_memzero(optimiser->mean, 2 * optimiser->n * sizeof *optimiser->mean);
    free(optimiser->mean);
    memset(optimiser, 0, sizeof *optimiser);
}

CS_EACH_WIDTH static void step_adam(struct cs_optimiser *adam, float *restrict weights,
                                    const float *restrict gradient, float scale,
                                    double learning_rate)
{
    const double beta1 = adam->momentum, t = adam->steps;
    const double root = sqrt(1 - pow(beta2, t));
    const float rate = (float)(learning_rate * root / (1 - pow(beta1, t)));
    const float b1 = (float)beta1, b2 = (float)beta2, tiny = (float)(epsilon * root);
    float *restrict mean = adam->mean, *restrict square = adam->square;
    const size_t n = adam->n;

    for (size_t i = 0; i < n; i++) {
        const float g = scale * gradient[i];

        mean[i] = b1 * mean[i] + (1 - b1) * g;
        square[i] = b2 * square[i] + (1 - b2) * g * g;
        weights[i] -= rate * mean[i] / (sqrtf(square[i]) + tiny);
    }
}

CS_EACH_WIDTH static void step_sgd(struct cs_optimiser *sgd, float *restrict weights,
                                   const float *restrict gradient, float scale,
                                   float rate)
{
    const float momentum = (float)sgd->momentum;
    float *restrict velocity = sgd->mean;
    const size_t n = sgd->n;

    for (size_t i = 0; i < n; i++) {
        velocity[i] = momentum * velocity[i] + scale * gradient[i];
        weights[i] -= rate * velocity[i];
    }
}

void cs_optimiser_step(struct cs_optimiser *optimiser, float *weights,
                       const float *gradient, double scale, double learning_rate)
{
    optimiser->steps++;
    if (optimiser->kind == CS_ADAM)
        step_adam(optimiser, weights, gradient, (float)scale, learning_rate);
    else
        step_sgd(optimiser, weights, gradient, (float)scale, (float)learning_rate);
}
