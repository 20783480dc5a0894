#include "model/weights.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *join(const char *parent, const char *name, const char *part)
{
    const char *slash = part == NULL ? "" : "/";
    const size_t n_bytes =
        strlen(parent) + strlen(name) + (part == NULL ? 0 : strlen(part)) + sizeof "//";
    char *text = malloc(n_bytes);

    if (text != NULL)
        snprintf(text, n_bytes, "%s/%s%s%s", parent, name, slash,
                 part == NULL ? "" : part);
    return text;
}

static enum cs_status grow(struct cs_weights *weights)
{
    const size_t capacity = weights->capacity == 0 ? 32 : 2 * weights->capacity;
    struct cs_weight_block *block = realloc(weights->block, capacity * sizeof *block);

    if (block == NULL)
        return CS_MEMORY;
    weights->block = block;
    weights->capacity = capacity;
    return CS_OK;
}

enum cs_status cs_weights_add(struct cs_weights *weights, size_t *first, size_t n,
                              const char *parent, const char *name, const char *part)
{
    CS_REQUIRE(weights->weight == NULL);
    if (weights->n_blocks == weights->capacity && grow(weights) != CS_OK)
        return CS_MEMORY;
    char *text = join(parent, name, part);
    if (text == NULL)
        return CS_MEMORY;
    weights->block[weights->n_blocks++] =
        (struct cs_weight_block){ .name = text, .n = n };
    *first = weights->n;
    weights->n += n;
    return CS_OK;
}

enum cs_status cs_weights_allocate(struct cs_weights *weights)
{
    float *weight = calloc(weights->n, sizeof *weight);

    if (weight == NULL)
        return CS_MEMORY;
    weights->weight = weight;
    for (size_t i = 0; i < weights->n_blocks; weight += weights->block[i++].n)
        weights->block[i].weight = weight;
    return CS_OK;
}

void cs_weights_wipe(struct cs_weights *weights)
{
    for (size_t i = 0; i < weights->n_blocks; i++)
        free(weights->block[i].name);
    if (weights->weight != NULL)
        sodium_memzero(weights->weight, weights->n * sizeof *weights->weight);
    free(weights->weight);
    free(weights->block);
    memset(weights, 0, sizeof *weights);
}
