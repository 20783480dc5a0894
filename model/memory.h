/* memory.h: the rows that a generator was fitted on, all of them private results: what
 * sampling starts from, given a label.
 *
 * Rows are recalled in turn, in an order drawn once: as many as were remembered, with the
 * labels of these, recall each of them once. Drawn with replacement they would repeat
 * each other, which was most of the distance of candidates on Adult (docs/NUMERICS.md,
 * "Recipe").
 *
 *   Ownership  cs_memory_wipe frees and leaves zeros; it may be called after the struct
 *              was zero
 *   Errors     CS_MEMORY
 */
#ifndef CS_MODEL_MEMORY_H
#define CS_MODEL_MEMORY_H

#include "crypto/rng.h"
#include "model/codes.h"
#include "model/schema.h"

struct cs_memory {
    size_t label;                   /* which column it is */
    struct cs_codes rows;           /* sorted by label, and within one in random order */
    size_t start[CS_CODES_MAX + 1]; /* those of label l: start[l] .. start[l + 1] - 1 */
    size_t next[CS_CODES_MAX];      /* which of them is recalled next */
};

void cs_memory_init(struct cs_memory *memory, size_t label);
void cs_memory_wipe(struct cs_memory *memory);

/* Forgets all and remembers rows, which are not none. */
CS_MUST_USE enum cs_status
cs_memory_fill(struct cs_memory *memory, const struct cs_codes *rows, struct cs_rng *rng);

/* One of the remembered rows: any; the next one with that label, or any if there is none.
 * Needs a _fill before. */
size_t cs_memory_any(const struct cs_memory *memory, struct cs_rng *rng);
size_t cs_memory_recall(struct cs_memory *memory, uint8_t label, struct cs_rng *rng);

#endif
