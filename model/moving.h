/* moving.h: a moving average of weights along training, which is less noisy than the last
 * ones (Polyak and Juditsky, 1992; under DP-SGD, where it costs nothing: De et al.,
 * "Unlocking High-Accuracy Differentially Private Image Classification through Scale",
 * 2022, section 3.4).
 *
 * After t steps the average is that of all weights so far, those of i steps ago weighted
 * by decay^i: the bias of a start from zero is divided out, as Adam does.
 *
 *   Ownership  the blocks are borrowed; cs_moving_wipe frees and leaves zeros
 *   Errors     CS_MEMORY of _init
 */
#ifndef CS_MODEL_MOVING_H
#define CS_MODEL_MOVING_H

#include "model/weights.h"

struct cs_moving {
    const struct cs_weight_block *block; /* (n_blocks) */
    size_t n_blocks;
    double decay;
    float *average; /* of all weights (n), block after block */
    size_t n;
    unsigned steps;
};

/* decay: 0 (the average is the last weights; nothing is kept) to below 1. */
CS_MUST_USE enum cs_status cs_moving_init(struct cs_moving *moving,
                                          const struct cs_weight_block *blocks,
                                          size_t n_blocks, double decay);
void cs_moving_wipe(struct cs_moving *moving);

/* Takes the weights as they are now into the average. */
void cs_moving_add(struct cs_moving *moving);

/* Writes the average into the weights and begins a new one; nothing without steps. */
void cs_moving_settle(struct cs_moving *moving);

#endif
