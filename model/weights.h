/* weights.h: the weights of a net: one array of float32, cut into named blocks.
 *
 * Set-up names the blocks one after another, then takes the memory of all at once.
 *
 *   Ownership  cs_weights_wipe frees all and leaves zeros; it may be called at any time
 *              after the struct was zero
 *   Errors     CS_MEMORY
 */
#ifndef CS_MODEL_WEIGHTS_H
#define CS_MODEL_WEIGHTS_H

#include <stddef.h>

#include "crypto/status.h"

struct cs_weight_block {
    char *name;
    float *weight; /* (n), inside the array of all */
    size_t n;
};

struct cs_weights {
    float *weight; /* (n) */
    size_t n;
    struct cs_weight_block *block; /* (n_blocks), in the order of the array */
    size_t n_blocks, capacity;
};

/* Adds a block of n weights, called parent/name/part, or parent/name where part is NULL;
 * *first gets where it will start. Not after cs_weights_allocate. */
CS_MUST_USE enum cs_status cs_weights_add(struct cs_weights *weights, size_t *first,
                                          size_t n, const char *parent, const char *name,
                                          const char *part);

/* Takes the memory; all weights are zero. */
CS_MUST_USE enum cs_status cs_weights_allocate(struct cs_weights *weights);

void cs_weights_wipe(struct cs_weights *weights);

#endif
