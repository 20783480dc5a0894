/* net.h: the network of a variational autoencoder over coded columns, given a label.
 *
 *     encoder   one-hot codes of features and label -> hidden layers -> mean,
 * log-variance decoder   latent, one-hot label -> hidden layers, in opposite order ->
 * logits
 *
 * (Kingma and Welling, "Auto-Encoding Variational Bayes", 2013; conditional as Sohn, Lee
 * and Yan, 2015; a softmax head per column.) All weights are one block of memory, all
 * activations another; a layer is an index range in each. The weights of one layer or one
 * column are a named block:
 *
 *     trunk/encoder/K/{weight,bias}   K > 0; of K = 0 the bias alone
 *     trunk/latent/{weight,bias}
 *     trunk/decoder/K/{weight,bias}
 *     column/NAME/in                  (n_codes, width)
 *     column/NAME/out, .../out/bias   (n_codes, width), (n_codes): of a feature
 *     column/NAME/label               (n_codes, width): of the label, at the decoder
 *
 * A block starts from a stream of its own, of the seed and its name, so two parties'
 * equal blocks start equal.
 *
 *   Units       rows of a batch, at most the capacity; float32
 *   Ownership   everything belongs to the net; cs_net_free wipes and takes NULL
 *   Errors      CS_MEMORY of cs_net_new
 */
#ifndef CS_MODEL_NET_H
#define CS_MODEL_NET_H

#include "crypto/rng.h"
#include "crypto/status.h"
#include "model/assemble.h"
#include "model/study.h"

/* encoder, latent, decoder, heads, label */
#define CS_NET_LAYERS_MAX (2 * CS_LAYERS_MAX + 3)

struct cs_net {
    size_t capacity, n_features, latent;
    enum cs_activation activation;
    float kl_weight;
    double dropout; /* rate */

    struct cs_weights weights;
    struct cs_affine layer[CS_NET_LAYERS_MAX];
    size_t n_layers;
    size_t n_hidden; /* of the encoder, and of the decoder */

    size_t *first;          /* (n_features + 1): where a feature's codes start among all;
                               the label's follow the last's */
    uint16_t *lookup;       /* (capacity, n_features + 1): one-hot indices of a row */
    uint16_t *label_lookup; /* (capacity) */
    float *noise;     /* (capacity, latent): standard normal; the caller's to fill */
    float *z, *d_z;   /* (capacity, latent) */
    float *loss, *kl; /* (capacity) */

    bool is_twin; /* its weights and `first` are another net's */

    struct cs_activations activations; /* what the float pointers above and in the
                                          layers point into */
};

CS_MUST_USE enum cs_status
cs_net_new(struct cs_net **net, const struct cs_net_column *features, size_t n_features,
           const struct cs_net_column *label, const struct cs_generator_spec *spec,
           uint64_t seed, size_t capacity);

/* Another net on the same weights, for another thread: what is forward and backward in
 * one does not touch the other. It is freed before net is. */
CS_MUST_USE enum cs_status cs_net_new_twin(struct cs_net **twin,
                                           const struct cs_net *net);
void cs_net_free(struct cs_net *net);

/* How many weights a net has over features of so many codes in all. */
size_t cs_net_n_weights(size_t n_codes, size_t label_codes,
                        const struct cs_generator_spec *spec);

/* Puts a row of codes into a slot of the batch; decoding alone needs the label alone. */
void cs_net_set_label(struct cs_net *net, size_t slot, uint8_t label);
void cs_net_set_feature(struct cs_net *net, size_t slot, size_t feature, uint8_t code);

/* The same for the first n slots: slot i gets code[picked[i]]. */
void cs_net_set_labels(struct cs_net *net, const uint8_t *code, const uint32_t *picked,
                       size_t n);
void cs_net_set_features(struct cs_net *net, size_t feature, const uint8_t *code,
                         const uint32_t *picked, size_t n);

/* Draws anew which hidden units of each slot are left out (cs_dropout_draw), if the study
 * wants dropout; or none, as at birth. */
void cs_net_drop(struct cs_net *net, struct cs_rng *rng);
void cs_net_drop_none(struct cs_net *net);

/* Of the first `rows` slots: from codes and noise to loss and kl, to the gradient of
 * (sum of loss + kl_weight * kl) with respect to every layer's output. */
void cs_net_forward(struct cs_net *net, size_t rows);
void cs_net_backward(struct cs_net *net, size_t rows);

/* After backward: adds to d_weights (n_weights) the gradient, the sum over the rows. */
void cs_net_add_gradient(const struct cs_net *net, float *d_weights, size_t rows);

/* The halves of forward: from codes to the head (rows, 2, latent) of means and
 * log-variances; from z and labels to probabilities (rows, first[n_features]). */
const float *cs_net_encode(struct cs_net *net, size_t rows);
const float *cs_net_decode(struct cs_net *net, size_t rows);

#endif
