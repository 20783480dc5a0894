/* assemble.h: what the constructors of the nets share: the shapes of layers, their named
 * blocks, their first weights, the memory of their activations.
 *
 * A net is born in this order: shapes; blocks, with cs_assemble_layer and _columns;
 * cs_weights_allocate; cs_assemble_draw.
 *
 *   Ownership  all arguments are borrowed for the call; activations are wiped and freed
 *              by cs_activations_wipe
 *   Errors     CS_MEMORY
 */
#ifndef CS_MODEL_ASSEMBLE_H
#define CS_MODEL_ASSEMBLE_H

#include "crypto/status.h"
#include "model/layers.h"
#include "model/weights.h"

struct cs_net_column {
    const char *name;
    size_t n_codes;
};

/* A layer of that shape, without a bias, that is not connected yet. */
void cs_assemble_shape(struct cs_affine *layer, size_t n_in, size_t n_out,
                       size_t n_lookups);

/* The blocks parent/K/{weight,bias} of a layer; a table's weights are blocks of the
 * columns, so it has the bias alone. */
CS_MUST_USE enum cs_status cs_assemble_layer(struct cs_weights *weights,
                                             struct cs_affine *layer, const char *parent,
                                             size_t k);

/* The blocks column/NAME/part of all columns, n_codes * width weights each, one after
 * another, so that they are one matrix; *first gets where it starts. */
CS_MUST_USE enum cs_status cs_assemble_columns(struct cs_weights *weights, size_t *first,
                                               const struct cs_net_column *columns,
                                               size_t n_columns, size_t width,
                                               const char *part);

/* First weights, each block's from a stream of its own, of the seed and its name: LeCun
 * et al., "Efficient BackProp", 1998, section 4.6: variance 1 / n_in, uniform. A table
 * has the width of its rows instead, so that a column's weights start the same whatever
 * other columns a party has. Biases stay zero. */
void cs_assemble_draw(const struct cs_weights *weights, const struct cs_affine *layers,
                      size_t n_layers, uint64_t seed);

/* The activations of a net, one array. Set-up places all of them twice: without memory
 * to count them, then, after cs_activations_allocate, to point. */
struct cs_activations {
    float *value; /* (n) */
    size_t n;
};

/* The next n of them; NULL without memory. */
float *cs_activations_place(struct cs_activations *activations, size_t n);
CS_MUST_USE enum cs_status cs_activations_allocate(struct cs_activations *activations);
void cs_activations_wipe(struct cs_activations *activations);

#endif
