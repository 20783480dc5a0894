#include "model/adam.h"

#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;

enum cs_status cs_adam_init(struct cs_adam *adam, size_t n)
{
    *adam = (struct cs_adam){ .n = n, .mean = calloc(2 * n, sizeof *adam->mean) };
    if (adam->mean == NULL)
        return CS_MEMORY;
    adam->square = adam->mean + n;
    return CS_OK;
}

void cs_adam_wipe(struct cs_adam *adam)
{
    if (adam->mean != NULL)
        sodium_memzero(adam->mean, 2 * adam->n * sizeof *adam->mean);
    free(adam->mean);
    memset(adam, 0, sizeof *adam);
}

void cs_adam_step(struct cs_adam *adam, float *restrict weights,
                  const float *restrict gradient, double learning_rate)
{
    const double t = ++adam->steps, root = sqrt(1 - pow(beta2, t));
    const float rate = (float)(learning_rate * root / (1 - pow(beta1, t)));
    const float b1 = (float)beta1, b2 = (float)beta2, tiny = (float)(epsilon * root);
    float *restrict mean = adam->mean, *restrict square = adam->square;

    for (size_t i = 0; i < adam->n; i++) {
        const float g = gradient[i];

        mean[i] = b1 * mean[i] + (1 - b1) * g;
        square[i] = b2 * square[i] + (1 - b2) * g * g;
        weights[i] -= rate * mean[i] / (sqrtf(square[i]) + tiny);
    }
}
