/* optimiser.h: from gradients to weights.
 *
 *   CS_ADAM  Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015, algorithm
 *            1 with the bias corrections folded into the step size
 *   CS_SGD   with momentum .9 (Polyak, 1964): velocity = .9 velocity + gradient
 *
 *   Ownership  cs_optimiser_wipe frees and leaves zeros
 *   Errors     CS_MEMORY of _init
 */
#ifndef CS_MODEL_OPTIMISER_H
#define CS_MODEL_OPTIMISER_H

#include "model/study.h"

struct cs_optimiser {
    enum cs_optimiser_kind kind;
    float *mean;   /* (n): moving average of the gradient; of SGD the velocity */
    float *square; /* (n): moving average of its square; of Adam alone */
    size_t n;
    unsigned steps;
    double momentum; /* decay of the mean: .9, or what the caller sets it to */
};

CS_MUST_USE enum cs_status cs_optimiser_init(struct cs_optimiser *optimiser,
                                             enum cs_optimiser_kind kind, size_t n);
void cs_optimiser_wipe(struct cs_optimiser *optimiser);

/* One step down the gradient (n) times scale: 1 / rows of a sum over rows. The weights
 * (n) change by about learning_rate each under Adam, by about 10 learning_rate gradients
 * under SGD. */
void cs_optimiser_step(struct cs_optimiser *optimiser, float *weights,
                       const float *gradient, double scale, double learning_rate);

#endif
