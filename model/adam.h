/* adam.h: the optimiser (Kingma and Ba, "Adam: A Method for Stochastic Optimization",
 * 2015, algorithm 1 with the bias corrections folded into the step size).
 *
 *   Ownership  cs_adam_wipe frees and leaves zeros
 *   Errors     CS_MEMORY of _init
 */
#ifndef CS_MODEL_ADAM_H
#define CS_MODEL_ADAM_H

#include <stddef.h>

#include "crypto/status.h"

struct cs_adam {
    float *mean, *square; /* (n): moving averages of the gradient and its square */
    size_t n;
    unsigned steps;
};

CS_MUST_USE enum cs_status cs_adam_init(struct cs_adam *adam, size_t n);
void cs_adam_wipe(struct cs_adam *adam);

/* One step down the gradient (n): the weights (n) change by about learning_rate each. */
void cs_adam_step(struct cs_adam *adam, float *weights, const float *gradient,
                  double learning_rate);

#endif
