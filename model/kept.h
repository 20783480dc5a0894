/* kept.h: the weights of a generator as they once were, to go back to.
 *
 *   Ownership  cs_kept_wipe frees and zeroes; it may be called at any time after the
 *              struct was zero
 *   Errors     CS_MEMORY
 */
#ifndef CS_MODEL_KEPT_H
#define CS_MODEL_KEPT_H

#include <stdbool.h>

#include "model/generator.h"

struct cs_kept {
    bool taken;
    float *weight; /* (n): all blocks, one after another */
    size_t n;
};

/* Copies all weights; what was kept before is given up. */
CS_MUST_USE enum cs_status cs_kept_take(struct cs_kept *kept,
                                        struct cs_generator *generator);

/* Puts them back into the generator that they were taken from. */
void cs_kept_put_back(const struct cs_kept *kept, struct cs_generator *generator);

void cs_kept_wipe(struct cs_kept *kept);

#endif
