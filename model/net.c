#include "model/net.h"

#include <sodium.h>
#include <stdlib.h>

#include "model/hidden.h"

/* ---- which layer is where ---- */

static struct cs_affine *encoder(struct cs_net *net, size_t k)
{
    return &net->layer[k];
}

static struct cs_affine *head(struct cs_net *net)
{
    return &net->layer[net->n_hidden];
}

static struct cs_affine *decoder(struct cs_net *net, size_t k)
{
    return &net->layer[net->n_hidden + 1 + k];
}

static struct cs_affine *logits(struct cs_net *net)
{
    return &net->layer[2 * net->n_hidden + 1];
}

static struct cs_affine *label(struct cs_net *net)
{
    return &net->layer[2 * net->n_hidden + 2];
}

static void set_shapes(struct cs_net *net, const struct cs_generator_spec *spec,
                       size_t n_codes, size_t label_codes)
{
    const size_t n = net->n_hidden = spec->n_layers;
    const size_t *width = spec->layers;

    net->latent = spec->latent;

    cs_assemble_shape(encoder(net, 0), n_codes + label_codes, width[0],
                      net->n_features + 1);
    for (size_t k = 1; k < n; k++)
        cs_assemble_shape(encoder(net, k), width[k - 1], width[k], 0);
    cs_assemble_shape(head(net), width[n - 1], 2 * net->latent, 0);
    cs_assemble_shape(decoder(net, 0), net->latent, width[n - 1], 0);
    for (size_t k = 1; k < n; k++)
        cs_assemble_shape(decoder(net, k), width[n - k], width[n - k - 1], 0);
    cs_assemble_shape(logits(net), width[0], n_codes, 0);
    cs_assemble_shape(label(net), label_codes, width[n - 1], 1);
    net->n_layers = 2 * n + 3;
}

size_t cs_net_n_weights(size_t n_codes, size_t label_codes,
                        const struct cs_generator_spec *spec)
{
    struct cs_net net = { 0 };
    size_t n = 0;

    set_shapes(&net, spec, n_codes, label_codes);
    for (size_t l = 0; l < net.n_layers; l++)
        n += (net.layer[l].n_in + 1) * net.layer[l].n_out;
    return n - label(&net)->n_out; /* which has no bias */
}

/* ---- weights ---- */

static enum cs_status add_trunk(struct cs_net *net)
{
    enum cs_status st = CS_OK;

    for (size_t k = 0; k < net->n_hidden; k++)
        CS_TRY(cs_assemble_layer(&net->weights, encoder(net, k), "trunk/encoder", k));
    CS_TRY(cs_assemble_layer(&net->weights, head(net), "trunk/latent", 0));
    for (size_t k = 0; k < net->n_hidden; k++)
        CS_TRY(cs_assemble_layer(&net->weights, decoder(net, k), "trunk/decoder", k));
out:
    return st;
}

static enum cs_status add_blocks(struct cs_net *net, const struct cs_net_column *features,
                                 const struct cs_net_column *the_label)
{
    enum cs_status st = CS_OK;
    struct cs_affine *in = encoder(net, 0), *out_layer = logits(net);
    size_t ignored;

    CS_TRY(add_trunk(net));
    CS_TRY(cs_assemble_columns(&net->weights, &in->weight, features, net->n_features,
                               in->n_out, "in"));
    CS_TRY(cs_assemble_columns(&net->weights,
                               net->n_features == 0 ? &in->weight : &ignored, the_label,
                               1, in->n_out, "in"));
    CS_TRY(cs_assemble_columns(&net->weights, &out_layer->weight, features,
                               net->n_features, out_layer->n_in, "out"));
    CS_TRY(cs_assemble_columns(&net->weights, &out_layer->bias, features, net->n_features,
                               1, "out/bias"));
    CS_TRY(cs_assemble_columns(&net->weights, &label(net)->weight, the_label, 1,
                               label(net)->n_out, "label"));
out:
    return st;
}

/* ---- activations ---- */

static void place_plain(struct cs_affine *layer, struct cs_activations *activations,
                        size_t rows)
{
    layer->y = cs_activations_place(activations, rows * layer->n_out);
    layer->d_y = cs_activations_place(activations, rows * layer->n_out);
}

/* The gradient of the logits takes their place. */
static void place_activations(struct cs_net *net)
{
    const size_t rows = net->capacity;
    const bool drops = net->dropout > 0;

    for (size_t k = 0; k < net->n_hidden; k++) {
        cs_hidden_place(encoder(net, k), &net->activations, rows, net->activation, drops);
        cs_hidden_place(decoder(net, k), &net->activations, rows, net->activation, drops);
    }
    place_plain(head(net), &net->activations, rows);
    logits(net)->y = cs_activations_place(&net->activations, rows * logits(net)->n_out);
    logits(net)->d_y = logits(net)->y;
    label(net)->y = decoder(net, 0)->y;
    label(net)->d_y = decoder(net, 0)->d_y;
    net->noise = cs_activations_place(&net->activations, rows * net->latent);
    net->z = cs_activations_place(&net->activations, rows * net->latent);
    net->d_z = cs_activations_place(&net->activations, rows * net->latent);
    net->loss = cs_activations_place(&net->activations, rows);
    net->kl = cs_activations_place(&net->activations, rows);
}

/* Every layer reads what the one before wrote; the first and the label look up. */
static void connect(struct cs_net *net)
{
    encoder(net, 0)->lookup = net->lookup;
    for (size_t l = 1; l + 1 < net->n_layers; l++)
        net->layer[l].x = cs_hidden_output(&net->layer[l - 1]);
    decoder(net, 0)->x = net->z;
    label(net)->lookup = net->label_lookup;
}

static enum cs_status allocate_batch(struct cs_net *net)
{
    enum cs_status st = CS_MEMORY;

    place_activations(net);
    CS_TRY(cs_activations_allocate(&net->activations));
    place_activations(net);
    net->lookup = calloc(net->capacity * (net->n_features + 1), sizeof *net->lookup);
    net->label_lookup = calloc(net->capacity, sizeof *net->label_lookup);
    if (net->lookup == NULL || net->label_lookup == NULL) {
        st = CS_MEMORY;
        goto out;
    }
    connect(net);
    cs_net_drop_none(net);
out:
    return st;
}

enum cs_status cs_net_new(struct cs_net **result, const struct cs_net_column *features,
                          size_t n_features, const struct cs_net_column *the_label,
                          const struct cs_generator_spec *spec, uint64_t seed,
                          size_t capacity)
{
    enum cs_status st = CS_MEMORY;
    struct cs_net *net = calloc(1, sizeof *net);

    CS_REQUIRE(n_features > 0 && capacity > 0 && spec->latent > 0);
    CS_REQUIRE(spec->n_layers > 0 && spec->n_layers <= CS_LAYERS_MAX);
    if (net == NULL)
        goto out;
    net->capacity = capacity;
    net->n_features = n_features;
    net->activation = spec->activation;
    net->kl_weight = (float)spec->kl;
    net->dropout = spec->dropout;
    net->first = calloc(n_features + 1, sizeof *net->first);
    if (net->first == NULL)
        goto out;
    for (size_t j = 0; j < n_features; j++)
        net->first[j + 1] = net->first[j] + features[j].n_codes;
    set_shapes(net, spec, net->first[n_features], the_label->n_codes);
    CS_TRY(add_blocks(net, features, the_label));
    CS_TRY(allocate_batch(net));
    CS_TRY(cs_weights_allocate(&net->weights));
    cs_assemble_draw(&net->weights, net->layer, net->n_layers, seed);
    *result = net;
    net = NULL;
out:
    cs_net_free(net);
    return st;
}

enum cs_status cs_net_new_twin(struct cs_net **result, const struct cs_net *net)
{
    enum cs_status st = CS_MEMORY;
    struct cs_net *twin = malloc(sizeof *twin);

    if (twin == NULL)
        goto out;
    *twin = *net;
    twin->is_twin = true;
    twin->lookup = twin->label_lookup = NULL;
    twin->activations = (struct cs_activations){ 0 };
    CS_TRY(allocate_batch(twin));
    *result = twin;
    twin = NULL;
out:
    cs_net_free(twin);
    return st;
}

static void free_shared(struct cs_net *net)
{
    cs_weights_wipe(&net->weights);
    free(net->first);
}

void cs_net_free(struct cs_net *net)
{
    if (net == NULL)
        return;
    const size_t n_lookups = net->capacity * (net->n_features + 1);

    cs_activations_wipe(&net->activations);
    if (net->lookup != NULL)
        sodium_memzero(net->lookup, n_lookups * sizeof *net->lookup);
    if (net->label_lookup != NULL)
        sodium_memzero(net->label_lookup, net->capacity * sizeof *net->label_lookup);
    free(net->lookup);
    free(net->label_lookup);
    if (!net->is_twin)
        free_shared(net);
    free(net);
}

/* ---- a batch ---- */

void cs_net_set_label(struct cs_net *net, size_t slot, uint8_t code)
{
    const size_t n = net->n_features;

    CS_REQUIRE(slot < net->capacity);
    net->label_lookup[slot] = code;
    net->lookup[slot * (n + 1) + n] = (uint16_t)(net->first[n] + code);
}

void cs_net_set_feature(struct cs_net *net, size_t slot, size_t feature, uint8_t code)
{
    CS_REQUIRE(slot < net->capacity);
    net->lookup[slot * (net->n_features + 1) + feature] =
        (uint16_t)(net->first[feature] + code);
}

void cs_net_set_labels(struct cs_net *net, const uint8_t *code, const uint32_t *picked,
                       size_t n)
{
    for (size_t slot = 0; slot < n; slot++)
        cs_net_set_label(net, slot, code[picked[slot]]);
}

/* Nothing between the loads of codes, which are seldom in the cache: many are on their
 * way at once. */
void cs_net_set_features(struct cs_net *net, size_t feature, const uint8_t *code,
                         const uint32_t *picked, size_t n)
{
    const size_t stride = net->n_features + 1, first = net->first[feature];
    uint16_t *lookup = net->lookup + feature;

    CS_REQUIRE(n <= net->capacity);
    for (size_t slot = 0; slot < n; slot++)
        lookup[slot * stride] = (uint16_t)(first + code[picked[slot]]);
}

void cs_net_drop(struct cs_net *net, struct cs_rng *rng)
{
    cs_hidden_drop(net->layer, net->n_layers, net->capacity, net->dropout, rng);
}

void cs_net_drop_none(struct cs_net *net)
{
    cs_hidden_drop_none(net->layer, net->n_layers, net->capacity);
}

const float *cs_net_encode(struct cs_net *net, size_t rows)
{
    const float *weight = net->weights.weight;

    CS_REQUIRE(rows <= net->capacity);
    for (size_t k = 0; k < net->n_hidden; k++) {
        cs_affine_forward(encoder(net, k), weight, rows);
        cs_hidden_activate(encoder(net, k), rows, net->activation);
    }
    cs_affine_forward(head(net), weight, rows);
    return head(net)->y;
}

static void decode(struct cs_net *net, size_t rows)
{
    const float *weight = net->weights.weight;

    cs_affine_forward(decoder(net, 0), weight, rows);
    cs_affine_forward(label(net), weight, rows); /* adds */
    cs_hidden_activate(decoder(net, 0), rows, net->activation);
    for (size_t k = 1; k < net->n_hidden; k++) {
        cs_affine_forward(decoder(net, k), weight, rows);
        cs_hidden_activate(decoder(net, k), rows, net->activation);
    }
    cs_affine_forward(logits(net), weight, rows);
}

const float *cs_net_decode(struct cs_net *net, size_t rows)
{
    CS_REQUIRE(rows <= net->capacity);
    decode(net, rows);
    cs_softmax_forward(logits(net)->y, net->first, rows, net->n_features);
    return logits(net)->y;
}

void cs_net_forward(struct cs_net *net, size_t rows)
{
    cs_latent_forward(net->z, net->kl, cs_net_encode(net, rows), net->noise, rows,
                      net->latent);
    decode(net, rows);
    cs_cross_entropy(net->loss, logits(net)->d_y, logits(net)->y, net->lookup,
                     net->n_features + 1, net->first, rows, net->n_features);
}

void cs_net_backward(struct cs_net *net, size_t rows)
{
    const float *weight = net->weights.weight;

    for (size_t k = net->n_hidden; k-- > 0;)
        cs_hidden_backward(decoder(net, k), decoder(net, k + 1), weight, rows,
                           net->activation);
    cs_affine_backward(decoder(net, 0), net->d_z, weight, rows);
    cs_latent_backward(head(net)->d_y, net->d_z, head(net)->y, net->noise, net->kl_weight,
                       rows, net->latent);
    for (size_t k = net->n_hidden; k-- > 0;)
        cs_hidden_backward(encoder(net, k), encoder(net, k + 1), weight, rows,
                           net->activation);
}

void cs_net_add_gradient(const struct cs_net *net, float *d_weights, size_t rows)
{
    for (size_t l = 0; l < net->n_layers; l++)
        cs_affine_gradient(&net->layer[l], d_weights, rows);
}
