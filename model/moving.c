#include "model/moving.h"

#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum cs_status cs_moving_init(struct cs_moving *moving,
                              const struct cs_weight_block *blocks, size_t n_blocks,
                              double decay)
{
    CS_REQUIRE(decay >= 0 && decay < 1);
    *moving = (struct cs_moving){ .block = blocks, .n_blocks = n_blocks, .decay = decay };
    for (size_t b = 0; b < n_blocks && decay > 0; b++)
        moving->n += blocks[b].n;
    if (moving->n == 0)
        return CS_OK;
    moving->average = calloc(moving->n, sizeof *moving->average);
    return moving->average == NULL ? CS_MEMORY : CS_OK;
}

void cs_moving_wipe(struct cs_moving *moving)
{
    if (moving->average != NULL)
        sodium_memzero(moving->average, moving->n * sizeof *moving->average);
    free(moving->average);
    memset(moving, 0, sizeof *moving);
}

static void approach(float *restrict average, const float *restrict weight, size_t n,
                     float share)
{
    for (size_t i = 0; i < n; i++)
        average[i] += share * (weight[i] - average[i]);
}

/* The newest weights' share: 1 / (1 + decay + ... + decay^(t - 1)). */
void cs_moving_add(struct cs_moving *moving)
{
    float *average = moving->average;

    if (average == NULL)
        return;
    moving->steps++;
    const double share = (1 - moving->decay) / (1 - pow(moving->decay, moving->steps));
    for (size_t b = 0; b < moving->n_blocks; average += moving->block[b++].n)
        approach(average, moving->block[b].weight, moving->block[b].n, (float)share);
}

void cs_moving_settle(struct cs_moving *moving)
{
    const float *average = moving->average;

    if (moving->steps == 0)
        return;
    for (size_t b = 0; b < moving->n_blocks; average += moving->block[b++].n)
        memcpy(moving->block[b].weight, average, moving->block[b].n * sizeof *average);
    moving->steps = 0;
}
