#include "model/critic.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/hidden.h"

static struct cs_affine *score(struct cs_critic *critic)
{
    return &critic->layer[critic->n_layers - 1];
}

/* ---- birth and death ---- */

static void set_shapes(struct cs_critic *critic, const struct cs_generator_spec *spec)
{
    const size_t n_codes = critic->first[critic->n_columns], n = spec->n_layers;
    const size_t *width = spec->layers;

    cs_assemble_shape(&critic->layer[0], critic->packing * n_codes, width[0],
                      critic->packing * critic->n_columns);
    for (size_t k = 1; k < n; k++)
        cs_assemble_shape(&critic->layer[k], width[k - 1], width[k], 0);
    cs_assemble_shape(&critic->layer[n], width[n - 1], 1, 0);
    critic->n_layers = n + 1;
}

size_t cs_critic_n_weights(size_t n_codes, const struct cs_generator_spec *spec)
{
    size_t n_in = spec->packing * n_codes, n = 0;

    for (size_t k = 0; k < spec->n_layers; n_in = spec->layers[k++])
        n += (n_in + 1) * spec->layers[k];
    return n + n_in + 1;
}

/* The tables of all places, one after another, so that they are one matrix. */
static enum cs_status add_blocks(struct cs_critic *critic, struct cs_weights *weights,
                                 const struct cs_net_column *columns)
{
    struct cs_affine *in = &critic->layer[0];
    enum cs_status st = CS_OK;
    size_t ignored;

    critic->first_weight = weights->n;
    for (size_t place = 0; place < critic->packing; place++) {
        char part[32];

        snprintf(part, sizeof part, "critic/in/%zu", place);
        CS_TRY(cs_assemble_columns(weights, place == 0 ? &in->weight : &ignored, columns,
                                   critic->n_columns, in->n_out, part));
    }
    for (size_t k = 0; k < critic->n_layers; k++)
        CS_TRY(cs_assemble_layer(weights, &critic->layer[k], "trunk/critic", k));
    critic->n_weights = weights->n - critic->first_weight;
out:
    return st;
}

static void place_activations(struct cs_critic *critic)
{
    const size_t n = critic->n_layers, rows = critic->capacity;

    for (size_t k = 0; k + 1 < n; k++)
        cs_hidden_place(&critic->layer[k], &critic->activations, rows, critic->activation,
                        critic->dropout > 0);
    score(critic)->y = cs_activations_place(&critic->activations, rows);
    score(critic)->d_y = cs_activations_place(&critic->activations, rows);
}

static void connect(struct cs_critic *critic)
{
    critic->layer[0].lookup = critic->lookup;
    for (size_t k = 1; k < critic->n_layers; k++)
        critic->layer[k].x = cs_hidden_output(&critic->layer[k - 1]);
}

/* A weight matrix as it lies in memory: a table's rows are as wide as its output. */
static size_t rows_of(const struct cs_affine *layer)
{
    return layer->n_lookups > 0 ? layer->n_in : layer->n_out;
}

static size_t columns_of(const struct cs_affine *layer)
{
    return layer->n_lookups > 0 ? layer->n_out : layer->n_in;
}

static enum cs_status make_singular(struct cs_critic *critic)
{
    size_t widest = 0;

    for (size_t k = 0; k < critic->n_layers; k++) {
        const size_t n = columns_of(&critic->layer[k]);

        critic->n_singular += n;
        widest = n > widest ? n : widest;
    }
    critic->n_singular += widest;
    critic->singular = calloc(critic->n_singular, sizeof *critic->singular);
    if (critic->singular == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < critic->n_singular; i++)
        critic->singular[i] = 1;
    return CS_OK;
}

static enum cs_status allocate(struct cs_critic *critic)
{
    const size_t n_lookups = critic->packing * critic->n_columns;
    enum cs_status st = CS_OK;

    place_activations(critic);
    CS_TRY(cs_activations_allocate(&critic->activations));
    place_activations(critic);
    critic->lookup = calloc(critic->capacity, n_lookups * sizeof *critic->lookup);
    critic->norm2 = calloc(critic->capacity, sizeof *critic->norm2);
    if (critic->lookup == NULL || critic->norm2 == NULL) {
        st = CS_MEMORY;
        goto out;
    }
    connect(critic);
    cs_critic_drop_none(critic);
out:
    return st;
}

enum cs_status cs_critic_init(struct cs_critic *critic, struct cs_weights *weights,
                              const struct cs_net_column *columns, size_t n_columns,
                              const struct cs_generator_spec *spec, size_t capacity)
{
    enum cs_status st = CS_OK;

    CS_REQUIRE(n_columns > 0 && capacity > 0 && spec->n_layers > 0);
    CS_REQUIRE(spec->packing > 0 && spec->packing <= CS_PACKING_MAX);
    *critic = (struct cs_critic){ .capacity = capacity,
                                  .packing = spec->packing,
                                  .n_columns = n_columns,
                                  .activation = spec->activation,
                                  .dropout = spec->dropout };
    critic->first = calloc(n_columns + 1, sizeof *critic->first);
    if (critic->first == NULL)
        return CS_MEMORY;
    for (size_t j = 0; j < n_columns; j++)
        critic->first[j + 1] = critic->first[j] + columns[j].n_codes;
    CS_REQUIRE(critic->packing * critic->first[n_columns] <= UINT16_MAX + 1);
    set_shapes(critic, spec);
    CS_TRY(make_singular(critic));
    CS_TRY(add_blocks(critic, weights, columns));
    CS_TRY(allocate(critic));
out:
    if (st != CS_OK)
        cs_critic_wipe(critic);
    return st;
}

enum cs_status cs_critic_init_twin(struct cs_critic *twin, const struct cs_critic *critic)
{
    *twin = *critic;
    twin->is_twin = true;
    twin->lookup = NULL;
    twin->norm2 = NULL;
    twin->singular = NULL;
    twin->activations = (struct cs_activations){ 0 };
    const enum cs_status st = allocate(twin);
    if (st != CS_OK)
        cs_critic_wipe(twin);
    return st;
}

void cs_critic_wipe(struct cs_critic *critic)
{
    const size_t n_lookups = critic->capacity * critic->packing * critic->n_columns;

    cs_activations_wipe(&critic->activations);
    if (critic->lookup != NULL) /* real rows */
        sodium_memzero(critic->lookup, n_lookups * sizeof *critic->lookup);
    free(critic->lookup);
    free(critic->norm2);
    free(critic->singular);
    if (!critic->is_twin)
        free(critic->first);
    memset(critic, 0, sizeof *critic);
}

/* ---- forward ---- */

void cs_critic_set(struct cs_critic *critic, size_t pack, size_t place, size_t column,
                   uint8_t code)
{
    const size_t n_codes = critic->first[critic->n_columns];

    CS_REQUIRE(pack < critic->capacity && place < critic->packing);
    critic->lookup[(pack * critic->packing + place) * critic->n_columns + column] =
        (uint16_t)(place * n_codes + critic->first[column] + code);
}

void cs_critic_drop(struct cs_critic *critic, struct cs_rng *rng)
{
    cs_hidden_drop(critic->layer, critic->n_layers, critic->capacity, critic->dropout,
                   rng);
}

void cs_critic_drop_none(struct cs_critic *critic)
{
    cs_hidden_drop_none(critic->layer, critic->n_layers, critic->capacity);
}

const float *cs_critic_forward(struct cs_critic *critic, const float *weights,
                               size_t packs)
{
    CS_REQUIRE(packs <= critic->capacity);
    for (size_t k = 0; k + 1 < critic->n_layers; k++) {
        cs_affine_forward(&critic->layer[k], weights, packs);
        cs_hidden_activate(&critic->layer[k], packs, critic->activation);
    }
    cs_affine_forward(score(critic), weights, packs);
    return score(critic)->y;
}

/* ---- the hinge ---- */

/* sign is 1 for packs whose score should be high, -1 for those where low. */
static double hinge(struct cs_critic *critic, size_t packs, float sign)
{
    const struct cs_affine *layer = score(critic);
    double loss = 0;

    for (size_t i = 0; i < packs; i++) {
        const float margin = 1 - sign * layer->y[i];
        const bool is_met = margin <= 0;

        layer->d_y[i] = is_met ? 0 : -sign;
        loss += is_met ? 0 : (double)margin;
    }
    return loss;
}

double cs_critic_expect_real(struct cs_critic *critic, size_t packs)
{
    return hinge(critic, packs, 1);
}

double cs_critic_expect_false(struct cs_critic *critic, size_t packs)
{
    return hinge(critic, packs, -1);
}

double cs_critic_expect_fooled(struct cs_critic *critic, size_t packs)
{
    const struct cs_affine *layer = score(critic);
    double loss = 0;

    for (size_t i = 0; i < packs; i++) {
        layer->d_y[i] = -1;
        loss -= (double)layer->y[i];
    }
    return loss;
}

/* ---- backward ---- */

void cs_critic_backward(struct cs_critic *critic, const float *weights, size_t packs)
{
    for (size_t k = critic->n_layers - 1; k-- > 0;)
        cs_hidden_backward(&critic->layer[k], &critic->layer[k + 1], weights, packs,
                           critic->activation);
}

void cs_critic_gradient(const struct cs_critic *critic, float *d_weights, size_t packs)
{
    for (size_t k = 0; k < critic->n_layers; k++)
        cs_affine_gradient(&critic->layer[k], d_weights, packs);
}

void cs_critic_inputs(const struct cs_critic *critic, float *d_hot, const float *weights,
                      size_t packs)
{
    cs_affine_backward(&critic->layer[0], d_hot, weights, packs);
}

static void scale(float *x, size_t n, double factor)
{
    for (size_t i = 0; i < n; i++)
        x[i] *= (float)factor;
}

void cs_critic_clip(struct cs_critic *critic, size_t packs, double clip)
{
    memset(critic->norm2, 0, packs * sizeof *critic->norm2);
    for (size_t k = 0; k < critic->n_layers; k++)
        cs_affine_add_norm2(&critic->layer[k], critic->norm2, packs);
    for (size_t k = 0; k < critic->n_layers; k++) {
        const struct cs_affine *layer = &critic->layer[k];

        for (size_t i = 0; i < packs; i++)
            scale(layer->d_y + i * layer->n_out, layer->n_out,
                  fmin(1, clip / sqrt(critic->norm2[i])));
    }
}

/* ---- the slope ---- */

/* next += wT w v for a matrix w (rows, columns) */
static void add_iterate(float *restrict next, const float *restrict w,
                        const float *restrict v, size_t rows, size_t columns)
{
    for (size_t i = 0; i < rows; i++, w += columns) {
        float product = 0;

        for (size_t j = 0; j < columns; j++)
            product += w[j] * v[j];
        for (size_t j = 0; j < columns; j++)
            next[j] += product * w[j];
    }
}

static double norm_of(const float *x, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (double)x[i] * (double)x[i];
    return sqrt(sum);
}

/* One step of the power iteration for the layer's first right singular vector v; returns
 * what its spectral norm is at least, and about. next is memory as large as v. */
static double iterate(float *v, float *next, const struct cs_affine *layer,
                      const float *weights)
{
    const size_t n = columns_of(layer);
    const double before = norm_of(v, n);

    memset(next, 0, n * sizeof *next);
    add_iterate(next, weights + layer->weight, v, rows_of(layer), n);
    const double after = norm_of(next, n);
    for (size_t j = 0; j < n && after > 0; j++)
        v[j] = next[j] / (float)after;
    return sqrt(after / before);
}

void cs_critic_project(struct cs_critic *critic, float *weights)
{
    float *v = critic->singular, *next = v;

    CS_REQUIRE(!critic->is_twin);
    for (size_t k = 0; k < critic->n_layers; k++)
        next += columns_of(&critic->layer[k]);
    for (size_t k = 0; k < critic->n_layers; k++) {
        const struct cs_affine *layer = &critic->layer[k];
        const double norm = iterate(v, next, layer, weights);

        if (norm > CS_CRITIC_NORM)
            scale(weights + layer->weight, layer->n_in * layer->n_out,
                  CS_CRITIC_NORM / norm);
        v += columns_of(layer);
    }
}
