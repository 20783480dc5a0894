/* forger.h: the generator network of a GAN: makes rows of codes under a condition.
 *
 *     noise, one-hot condition -> hidden layers -> logits of every feature -> codes
 *
 *   Condition  the label, and the code of one feature chosen at random. That the row has
 *              this code is learned by a cross-entropy in the loss (Xu et al., "Modeling
 *              Tabular data using Conditional GAN", 2019, section 4.3, "conditional
 *              vector" and "generator loss"); the label is given, so not an output
 *   Codes      drawn with Gumbel noise. The critic sees the code itself; backward takes
 *              its gradient for that of the softmax of the noisy logits (Jang, Gu and
 *              Poole, "Categorical Reparameterization with Gumbel-Softmax", 2017, section
 *              2.2, the straight-through estimator, at temperature 1)
 *
 * Its weights are blocks of an array that has other blocks as well; hidden layers have
 * the spec's widths in the opposite order:
 *
 *     trunk/generator/K/{weight,bias}
 *     column/NAME/generator/in                            (n_codes, width): condition
 *     column/NAME/generator/out, .../generator/out/bias   (n_codes, width), (n_codes)
 *
 *   Units       rows of a batch, at most the capacity; float32
 *   Ownership   cs_forger_wipe frees all, and may be called after the struct was zero
 *   Errors      CS_MEMORY of cs_forger_init and _init_twin
 */
#ifndef CS_MODEL_FORGER_H
#define CS_MODEL_FORGER_H

#include "crypto/rng.h"
#include "model/assemble.h"
#include "model/study.h"

struct cs_forger {
    size_t capacity, n_features, latent;
    enum cs_activation activation;
    struct cs_affine layer[CS_LAYERS_MAX + 2]; /* the hidden ones, logits, condition */
    size_t n_hidden, n_layers;
    size_t first_weight, n_weights; /* its part of the array */

    size_t *first;    /* (n_features + 1): where a feature's codes start among all; the
                         label's follow the last's */
    uint16_t *lookup; /* (capacity, 2): the condition's code of a feature, and label */
    size_t *feature;  /* (capacity): which feature that is */
    uint8_t *code;    /* (capacity, n_features + 1): drawn; the label is last */
    float *noise;     /* (capacity, latent) */
    float *p;         /* (capacity, first[n_features]): softmax of noisy logits */
    struct cs_activations activations;
    bool is_twin; /* `first` is another forger's */
};

/* Names its blocks in weights; the spec has its shapes settled. */
CS_MUST_USE enum cs_status
cs_forger_init(struct cs_forger *forger, struct cs_weights *weights,
               const struct cs_net_column *features, size_t n_features,
               const struct cs_net_column *label, const struct cs_generator_spec *spec,
               size_t capacity);

/* Another forger of the same weights, for another thread. It is wiped before forger is.
 */
CS_MUST_USE enum cs_status cs_forger_init_twin(struct cs_forger *twin,
                                               const struct cs_forger *forger);
void cs_forger_wipe(struct cs_forger *forger);

/* The condition of a slot of the batch. */
void cs_forger_set(struct cs_forger *forger, size_t slot, uint8_t label, size_t feature,
                   uint8_t code);

/* Of the first `rows` slots, from conditions and fresh noise: probabilities (rows,
 * first[n_features]); or codes, and what backward needs. */
const float *cs_forger_probabilities(struct cs_forger *forger, const float *weights,
                                     size_t rows, struct cs_rng *rng);
void cs_forger_draw(struct cs_forger *forger, const float *weights, size_t rows,
                    struct cs_rng *rng);

/* After _draw, the sum of the cross-entropies of the conditions. */
double cs_forger_loss(struct cs_forger *forger, size_t rows);

/* After _draw, the gradient with respect to every layer's output of: what d_hot (rows,
 * stride), the gradient with respect to the one-hot codes, is of, plus `weight` times the
 * cross-entropy of the conditions, whose sum is returned without weight. */
double cs_forger_backward(struct cs_forger *forger, const float *d_hot, size_t stride,
                          double weight, const float *weights, size_t rows);

/* After backward: added to d_weights. */
void cs_forger_gradient(const struct cs_forger *forger, float *d_weights, size_t rows);

#endif
