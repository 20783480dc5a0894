/* hidden.h: a hidden layer of a net: an affine map, then an activation, then dropout if
 * the layer has it.
 *
 *   Units      rows of a batch; float32
 *   Errors     none
 */
#ifndef CS_MODEL_HIDDEN_H
#define CS_MODEL_HIDDEN_H

#include "model/assemble.h"

/* Places what the layer writes; see struct cs_activations. */
void cs_hidden_place(struct cs_affine *layer, struct cs_activations *activations,
                     size_t rows, enum cs_activation kind, bool drops);

/* What the layer above reads. */
const float *cs_hidden_output(const struct cs_affine *layer);

/* From what cs_affine_forward wrote to the output. */
void cs_hidden_activate(const struct cs_affine *layer, size_t rows,
                        enum cs_activation kind);

/* From the d_y of the layer above to that of this one. */
void cs_hidden_backward(const struct cs_affine *layer, const struct cs_affine *above,
                        const float *weights, size_t rows, enum cs_activation kind);

/* What the layers that have dropout leave out: drawn anew; nothing. */
void cs_hidden_drop(const struct cs_affine *layers, size_t n_layers, size_t rows,
                    double rate, struct cs_rng *rng);
void cs_hidden_drop_none(const struct cs_affine *layers, size_t n_layers, size_t rows);

#endif
