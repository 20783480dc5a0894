#include "model/assemble.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "crypto/rng.h"

void cs_assemble_shape(struct cs_affine *layer, size_t n_in, size_t n_out,
                       size_t n_lookups)
{
    *layer = (struct cs_affine){
        .n_in = n_in, .n_out = n_out, .n_lookups = n_lookups, .bias = CS_NO_BIAS
    };
}

/* ---- blocks ---- */

enum cs_status cs_assemble_layer(struct cs_weights *weights, struct cs_affine *layer,
                                 const char *parent, size_t k)
{
    enum cs_status st = CS_OK;
    char name[24];

    snprintf(name, sizeof name, "%zu", k);
    if (layer->n_lookups == 0)
        CS_TRY(cs_weights_add(weights, &layer->weight, layer->n_in * layer->n_out, parent,
                              name, "weight"));
    CS_TRY(cs_weights_add(weights, &layer->bias, layer->n_out, parent, name, "bias"));
out:
    return st;
}

enum cs_status cs_assemble_columns(struct cs_weights *weights, size_t *first,
                                   const struct cs_net_column *columns, size_t n_columns,
                                   size_t width, const char *part)
{
    enum cs_status st = CS_OK;
    size_t ignored, *start = first;

    for (size_t j = 0; j < n_columns; j++, start = &ignored)
        CS_TRY(cs_weights_add(weights, start, columns[j].n_codes * width, "column",
                              columns[j].name, part));
out:
    return st;
}

/* ---- first weights ---- */

/* Uniform in +-limit from the block's own stream. */
static void draw_block(const struct cs_weight_block *block, float limit, uint64_t seed)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, seed, block->name);
    for (size_t i = 0; i < block->n; i++)
        block->weight[i] = limit * (2 * (float)cs_rng_unit(&rng) - 1);
    cs_rng_wipe(&rng);
}

static void draw_layer(const struct cs_weights *weights, const struct cs_affine *layer,
                       uint64_t seed)
{
    const size_t fan = layer->n_lookups > 0 ? layer->n_out : layer->n_in;
    const float limit = sqrtf(3.0f / (float)fan);
    const size_t end = layer->weight + layer->n_in * layer->n_out;

    for (size_t b = 0; b < weights->n_blocks; b++) {
        const struct cs_weight_block *block = &weights->block[b];
        const size_t start = (size_t)(block->weight - weights->weight);

        if (start >= layer->weight && start < end)
            draw_block(block, limit, seed);
    }
}

void cs_assemble_draw(const struct cs_weights *weights, const struct cs_affine *layers,
                      size_t n_layers, uint64_t seed)
{
    for (size_t l = 0; l < n_layers; l++)
        draw_layer(weights, &layers[l], seed);
}

/* ---- activations ---- */

float *cs_activations_place(struct cs_activations *activations, size_t n)
{
    float *start =
        activations->value == NULL ? NULL : activations->value + activations->n;

    activations->n += n;
    return start;
}

enum cs_status cs_activations_allocate(struct cs_activations *activations)
{
    activations->value = calloc(activations->n, sizeof *activations->value);
    if (activations->value == NULL)
        return CS_MEMORY;
    activations->n = 0;
    return CS_OK;
}

void cs_activations_wipe(struct cs_activations *activations)
{
    if (activations->value != NULL) /* traces of real rows */
        sodium_memzero(activations->value, activations->n * sizeof *activations->value);
    free(activations->value);
    *activations = (struct cs_activations){ 0 };
}
