#include "model/hidden.h"

void cs_hidden_place(struct cs_affine *layer, struct cs_activations *activations,
                     size_t rows, enum cs_activation kind, bool drops)
{
    const size_t n = rows * layer->n_out;

    layer->y = cs_activations_place(activations, n);
    layer->d_y = cs_activations_place(activations, n);
    if (cs_activation_keeps(kind))
        layer->before = cs_activations_place(activations, n);
    if (drops) {
        layer->mask = cs_activations_place(activations, n);
        layer->kept = cs_activations_place(activations, n);
    }
}

const float *cs_hidden_output(const struct cs_affine *layer)
{
    return layer->mask != NULL ? layer->kept : layer->y;
}

void cs_hidden_activate(const struct cs_affine *layer, size_t rows,
                        enum cs_activation kind)
{
    const size_t n = rows * layer->n_out;

    cs_activation_forward(layer->y, layer->before, n, kind);
    if (layer->mask != NULL)
        cs_dropout_forward(layer->kept, layer->y, layer->mask, n);
}

void cs_hidden_backward(const struct cs_affine *layer, const struct cs_affine *above,
                        const float *weights, size_t rows, enum cs_activation kind)
{
    const size_t n = rows * layer->n_out;

    cs_affine_backward(above, layer->d_y, weights, rows);
    if (layer->mask != NULL)
        cs_dropout_backward(layer->d_y, layer->mask, n);
    cs_activation_backward(layer->d_y, layer->y, layer->before, n, kind);
}

void cs_hidden_drop(const struct cs_affine *layers, size_t n_layers, size_t rows,
                    double rate, struct cs_rng *rng)
{
    for (size_t l = 0; l < n_layers; l++)
        if (layers[l].mask != NULL)
            cs_dropout_draw(layers[l].mask, rows * layers[l].n_out, rate, rng);
}

void cs_hidden_drop_none(const struct cs_affine *layers, size_t n_layers, size_t rows)
{
    for (size_t l = 0; l < n_layers; l++)
        for (size_t i = 0; layers[l].mask != NULL && i < rows * layers[l].n_out; i++)
            layers[l].mask[i] = 1;
}
