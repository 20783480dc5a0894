#include "model/forger.h"

#include <stdlib.h>
#include <string.h>

#include "model/hidden.h"
#include "model/normal.h"

/* ---- which layer is where ---- */

static struct cs_affine *logits(struct cs_forger *forger)
{
    return &forger->layer[forger->n_hidden];
}

static struct cs_affine *condition(struct cs_forger *forger)
{
    return &forger->layer[forger->n_hidden + 1];
}

/* ---- birth and death ---- */

static void set_shapes(struct cs_forger *forger, const struct cs_generator_spec *spec,
                       size_t label_codes)
{
    const size_t n_codes = forger->first[forger->n_features], n = forger->n_hidden;
    const size_t *width = spec->layers;

    cs_assemble_shape(&forger->layer[0], forger->latent, width[n - 1], 0);
    for (size_t k = 1; k < n; k++)
        cs_assemble_shape(&forger->layer[k], width[n - k], width[n - k - 1], 0);
    cs_assemble_shape(logits(forger), width[0], n_codes, 0);
    cs_assemble_shape(condition(forger), n_codes + label_codes, width[n - 1], 2);
    forger->n_layers = n + 2;
}

static enum cs_status add_blocks(struct cs_forger *forger, struct cs_weights *weights,
                                 const struct cs_net_column *features,
                                 const struct cs_net_column *label)
{
    struct cs_affine *in = condition(forger), *out = logits(forger);
    const size_t n = forger->n_features;
    enum cs_status st = CS_OK;
    size_t ignored;

    forger->first_weight = weights->n;
    for (size_t k = 0; k < forger->n_hidden; k++)
        CS_TRY(cs_assemble_layer(weights, &forger->layer[k], "trunk/generator", k));
    CS_TRY(cs_assemble_columns(weights, &in->weight, features, n, in->n_out,
                               "generator/in"));
    CS_TRY(cs_assemble_columns(weights, &ignored, label, 1, in->n_out, "generator/in"));
    CS_TRY(cs_assemble_columns(weights, &out->weight, features, n, out->n_in,
                               "generator/out"));
    CS_TRY(
        cs_assemble_columns(weights, &out->bias, features, n, 1, "generator/out/bias"));
    forger->n_weights = weights->n - forger->first_weight;
out:
    return st;
}

static void place_activations(struct cs_forger *forger)
{
    struct cs_activations *activations = &forger->activations;
    const size_t rows = forger->capacity, n_codes = forger->first[forger->n_features];

    for (size_t k = 0; k < forger->n_hidden; k++)
        cs_hidden_place(&forger->layer[k], activations, rows, forger->activation, false);
    logits(forger)->y = cs_activations_place(activations, rows * n_codes);
    logits(forger)->d_y = cs_activations_place(activations, rows * n_codes);
    condition(forger)->y = forger->layer[0].y;
    condition(forger)->d_y = forger->layer[0].d_y;
    forger->noise = cs_activations_place(activations, rows * forger->latent);
    forger->p = cs_activations_place(activations, rows * n_codes);
}

static void connect(struct cs_forger *forger)
{
    forger->layer[0].x = forger->noise;
    for (size_t k = 1; k <= forger->n_hidden; k++)
        forger->layer[k].x = cs_hidden_output(&forger->layer[k - 1]);
    condition(forger)->lookup = forger->lookup;
}

static enum cs_status allocate(struct cs_forger *forger)
{
    const size_t rows = forger->capacity;
    enum cs_status st = CS_OK;

    place_activations(forger);
    CS_TRY(cs_activations_allocate(&forger->activations));
    place_activations(forger);
    forger->lookup = calloc(rows, 2 * sizeof *forger->lookup);
    forger->feature = calloc(rows, sizeof *forger->feature);
    forger->code = calloc(rows, forger->n_features + 1);
    if (forger->lookup == NULL || forger->feature == NULL || forger->code == NULL) {
        st = CS_MEMORY;
        goto out;
    }
    connect(forger);
out:
    return st;
}

enum cs_status cs_forger_init(struct cs_forger *forger, struct cs_weights *weights,
                              const struct cs_net_column *features, size_t n_features,
                              const struct cs_net_column *label,
                              const struct cs_generator_spec *spec, size_t capacity)
{
    enum cs_status st = CS_OK;

    CS_REQUIRE(n_features > 0 && capacity > 0 && spec->latent > 0 && spec->n_layers > 0);
    *forger = (struct cs_forger){ .capacity = capacity,
                                  .n_features = n_features,
                                  .latent = spec->latent,
                                  .activation = spec->activation,
                                  .n_hidden = spec->n_layers };
    forger->first = calloc(n_features + 1, sizeof *forger->first);
    if (forger->first == NULL)
        return CS_MEMORY;
    for (size_t j = 0; j < n_features; j++)
        forger->first[j + 1] = forger->first[j] + features[j].n_codes;
    set_shapes(forger, spec, label->n_codes);
    CS_TRY(add_blocks(forger, weights, features, label));
    CS_TRY(allocate(forger));
out:
    if (st != CS_OK)
        cs_forger_wipe(forger);
    return st;
}

enum cs_status cs_forger_init_twin(struct cs_forger *twin, const struct cs_forger *forger)
{
    *twin = *forger;
    twin->is_twin = true;
    twin->lookup = NULL;
    twin->feature = NULL;
    twin->code = NULL;
    twin->activations = (struct cs_activations){ 0 };
    const enum cs_status st = allocate(twin);
    if (st != CS_OK)
        cs_forger_wipe(twin);
    return st;
}

void cs_forger_wipe(struct cs_forger *forger)
{
    cs_activations_wipe(&forger->activations);
    free(forger->lookup);
    free(forger->feature);
    free(forger->code);
    if (!forger->is_twin)
        free(forger->first);
    memset(forger, 0, sizeof *forger);
}

/* ---- forward ---- */

void cs_forger_set(struct cs_forger *forger, size_t slot, uint8_t label, size_t feature,
                   uint8_t code)
{
    CS_REQUIRE(slot < forger->capacity && feature < forger->n_features);
    forger->feature[slot] = feature;
    forger->code[slot * (forger->n_features + 1) + forger->n_features] = label;
    forger->lookup[2 * slot] = (uint16_t)(forger->first[feature] + code);
    forger->lookup[2 * slot + 1] = (uint16_t)(forger->first[forger->n_features] + label);
}

static void forward(struct cs_forger *forger, const float *weights, size_t rows,
                    struct cs_rng *rng)
{
    CS_REQUIRE(rows <= forger->capacity);
    cs_normal_fill(forger->noise, rows * forger->latent, rng);
    for (size_t k = 0; k < forger->n_hidden; k++) {
        cs_affine_forward(&forger->layer[k], weights, rows);
        if (k == 0)
            cs_affine_forward(condition(forger), weights, rows); /* adds */
        cs_hidden_activate(&forger->layer[k], rows, forger->activation);
    }
    cs_affine_forward(logits(forger), weights, rows);
}

const float *cs_forger_probabilities(struct cs_forger *forger, const float *weights,
                                     size_t rows, struct cs_rng *rng)
{
    forward(forger, weights, rows, rng);
    cs_softmax_forward(logits(forger)->y, forger->first, rows, forger->n_features);
    return logits(forger)->y;
}

static uint8_t greatest(const float *x, size_t n)
{
    size_t at = 0;

    for (size_t i = 1; i < n; i++)
        at = x[i] > x[at] ? i : at;
    return (uint8_t)at;
}

void cs_forger_draw(struct cs_forger *forger, const float *weights, size_t rows,
                    struct cs_rng *rng)
{
    const size_t n_features = forger->n_features, *first = forger->first;
    const size_t n = rows * first[n_features];

    forward(forger, weights, rows, rng);
    cs_gumbel_fill(forger->p, n, rng);
    for (size_t i = 0; i < n; i++)
        forger->p[i] += logits(forger)->y[i];
    for (size_t row = 0; row < rows; row++)
        for (size_t j = 0; j < n_features; j++)
            forger->code[row * (n_features + 1) + j] = greatest(
                forger->p + row * first[n_features] + first[j], first[j + 1] - first[j]);
    cs_softmax_forward(forger->p, first, rows, n_features);
}

/* ---- the loss of the conditions ---- */

/* Where the logits of the condition's feature start in the batch. */
static size_t condition_at(const struct cs_forger *forger, size_t row)
{
    return row * forger->first[forger->n_features] + forger->first[forger->feature[row]];
}

static size_t condition_codes(const struct cs_forger *forger, size_t row)
{
    const size_t feature = forger->feature[row];

    return forger->first[feature + 1] - forger->first[feature];
}

/* The cross-entropy of the row's condition, and its gradient. */
static float condition_loss(float d[static CS_CODES_MAX], struct cs_forger *forger,
                            size_t row)
{
    const size_t range[2] = { 0, condition_codes(forger, row) };
    const uint16_t hot =
        (uint16_t)(forger->lookup[2 * row] - forger->first[forger->feature[row]]);
    float loss;

    cs_cross_entropy(&loss, d, logits(forger)->y + condition_at(forger, row), &hot, 1,
                     range, 1, 1);
    return loss;
}

double cs_forger_loss(struct cs_forger *forger, size_t rows)
{
    float d[CS_CODES_MAX];
    double loss = 0;

    for (size_t row = 0; row < rows; row++)
        loss += (double)condition_loss(d, forger, row);
    return loss;
}

/* ---- backward ---- */

/* The row's part of the loss; its gradient, times weight, is added to that of the logits.
 */
static float require_condition(struct cs_forger *forger, size_t row, float weight)
{
    float d[CS_CODES_MAX], *d_y = logits(forger)->d_y + condition_at(forger, row);
    const float loss = condition_loss(d, forger, row);

    for (size_t i = 0; i < condition_codes(forger, row); i++)
        d_y[i] += weight * d[i];
    return loss;
}

double cs_forger_backward(struct cs_forger *forger, const float *d_hot, size_t stride,
                          double weight, const float *weights, size_t rows)
{
    double loss = 0;

    cs_softmax_backward(logits(forger)->d_y, d_hot, stride, forger->p, forger->first,
                        rows, forger->n_features);
    for (size_t row = 0; row < rows; row++)
        loss += (double)require_condition(forger, row, (float)weight);
    for (size_t k = forger->n_hidden; k-- > 0;)
        cs_hidden_backward(&forger->layer[k], &forger->layer[k + 1], weights, rows,
                           forger->activation);
    return loss;
}

void cs_forger_gradient(const struct cs_forger *forger, float *d_weights, size_t rows)
{
    for (size_t l = 0; l < forger->n_layers; l++)
        cs_affine_gradient(&forger->layer[l], d_weights, rows);
}
