/* critic.h: the critic of a GAN: scores packs of rows, the real ones high.
 *
 *     one-hot codes of all columns of the pack's rows -> hidden layers -> score
 *
 *   Packs    the critic judges `packing` rows at once, so that a generator that repeats
 *            itself is found out (Lin et al., "PacGAN", 2018, section 3)
 *   Loss     the hinge: max(0, 1 - score) of a real pack, max(0, 1 + score) of a false
 *            one; the generator's is -score (Lim and Ye, "Geometric GAN", 2017; Miyato
 *            et al., "Spectral Normalization for GANs", 2018, equations 16 and 17)
 *   Slope    after every step each weight matrix is scaled to a spectral norm of at most
 *            CS_CRITIC_NORM (Gouk et al., "Regularisation of Neural Networks by Enforcing
 *            Lipschitz Continuity", 2021, algorithm 2, with one power iteration a step)
 *
 * Its weights are blocks of an array that has other blocks as well:
 *
 *     column/NAME/critic/in/PLACE     (n_codes, width): of the pack's row PLACE
 *     trunk/critic/K/{weight,bias}    of K = 0 the bias alone; the last K is the score's
 *
 *   Units       packs of a batch, at most the capacity; float32
 *   Ownership   cs_critic_wipe frees all, and may be called after the struct was zero
 *   Errors      CS_MEMORY of cs_critic_init and _init_twin
 */
#ifndef CS_MODEL_CRITIC_H
#define CS_MODEL_CRITIC_H

#include "crypto/rng.h"
#include "model/assemble.h"
#include "model/study.h"

#define CS_CRITIC_NORM 2.0

struct cs_critic {
    size_t capacity, packing, n_columns;
    enum cs_activation activation;
    double dropout;
    struct cs_affine layer[CS_LAYERS_MAX + 1]; /* the hidden ones, the score */
    size_t n_layers;
    size_t first_weight, n_weights; /* its part of the array */

    size_t *first;    /* (n_columns + 1): where a column's codes start in a row */
    uint16_t *lookup; /* (capacity, packing, n_columns) */
    double *norm2;    /* (capacity) */
    float *singular;  /* (n_singular): of every matrix an estimate of its first right
                         singular vector; then memory for the next one */
    size_t n_singular;
    struct cs_activations activations;
    bool is_twin; /* `first` is another critic's, and singular NULL */
};

/* How many weights a critic of rows of so many codes has. */
size_t cs_critic_n_weights(size_t n_codes, const struct cs_generator_spec *spec);

/* Names the critic's blocks in weights; the spec has its shapes settled. */
CS_MUST_USE enum cs_status
cs_critic_init(struct cs_critic *critic, struct cs_weights *weights,
               const struct cs_net_column *columns, size_t n_columns,
               const struct cs_generator_spec *spec, size_t capacity);

/* Another critic of the same weights, for another thread; it does not project. It is
 * wiped before critic is. */
CS_MUST_USE enum cs_status cs_critic_init_twin(struct cs_critic *twin,
                                               const struct cs_critic *critic);
void cs_critic_wipe(struct cs_critic *critic);

/* Puts a code into the row at that place of the pack. */
void cs_critic_set(struct cs_critic *critic, size_t pack, size_t place, size_t column,
                   uint8_t code);

/* Draws which hidden units are left out from now on; none are. */
void cs_critic_drop(struct cs_critic *critic, struct cs_rng *rng);
void cs_critic_drop_none(struct cs_critic *critic);

/* Of the first `packs` packs: their scores (packs). */
const float *cs_critic_forward(struct cs_critic *critic, const float *weights,
                               size_t packs);

/* What the packs are taken for: the sum of their losses, and the scores' gradient. A
 * score that is not a number makes a loss that is none. */
double cs_critic_expect_real(struct cs_critic *critic, size_t packs);
double cs_critic_expect_false(struct cs_critic *critic, size_t packs);
double cs_critic_expect_fooled(struct cs_critic *critic, size_t packs);

/* From the scores' gradient to every layer's; from these to the weights', added to
 * d_weights, or to that of the one-hot codes (packs, packing, first[n_columns]). */
void cs_critic_backward(struct cs_critic *critic, const float *weights, size_t packs);
void cs_critic_gradient(const struct cs_critic *critic, float *d_weights, size_t packs);
void cs_critic_inputs(const struct cs_critic *critic, float *d_hot, const float *weights,
                      size_t packs);

/* After backward: scales every pack's gradient to a norm of at most clip. */
void cs_critic_clip(struct cs_critic *critic, size_t packs, double clip);

void cs_critic_project(struct cs_critic *critic, float *weights);

#endif
