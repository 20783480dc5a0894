/* checkpoint.h: what a run remembers, so that it can go on after a crash or a cut without
 * drawing, sharing or opening anything a second time.
 *
 * A run is charged once. So what it lets out may not be drawn again with new noise: each
 * release is kept before it is sent, and a run that goes on sends the same bytes again.
 * What both parties hold halves of can only be used again if both have the halves of one
 * session. So there are two kinds of steps:
 *
 *   own      found values, densities, own tables, weights after a round: kept by whoever
 *            draws them, used again whatever the peer has
 *   shared   shares of who is linked, shares of the cross tables, opened cells, the
 *            population: used again if the peer has it under the same tag, else made
 *            anew
 *
 * Shares of cross tables carry their noise. Once a party has sent its share of an opening
 * it never opens other shares of it: it notes CS_STEP_OPENING before, when both have kept
 * theirs, and refuses a peer that then says it has none (two draws of noise over the same
 * counts would be two releases, one noise over counts that the peer chose anew their
 * difference). Masks, transfers and the shares inside a dialogue are always new.
 *
 *   1. both send RESUME {run, nonce, tags of the shared steps, rounds of training}; zeros
 *      where there is nothing
 *   2. the run is the one that either names; two that differ are CS_DISAGREE; if neither
 *      names one, it is BLAKE2b-128 of both nonces, as is the session's tag
 *
 * A checkpoint may be NULL: nothing is kept then, and nothing goes on.
 *
 *   Ownership  the store is borrowed; what recall gives is the caller's, to be freed by
 *              cs_wipe_free
 *   Errors     those of the store and the channel; CS_DISAGREE, with words
 *   Secrecy    steps are secret but the opened cells and the population. The peer learns
 *              how far this party came.
 */
#ifndef CS_PROTOCOL_CHECKPOINT_H
#define CS_PROTOCOL_CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/rng.h"
#include "protocol/channel.h"

#define CS_RUN_ID_BYTES 16
#define CS_STEP_TAG_BYTES 16

/* X(name, what `cosynth status` calls it), in the order of a run. */
/* clang-format off */
#define CS_STEP_LIST(X) \
    X(RUN,        "begun") \
    X(FOUND,      "values of open columns found") \
    X(DENSITIES,  "shapes of columns drawn") \
    X(LINKED,     "people linked") \
    X(OWN,        "own tables drawn") \
    X(SHARES,     "cross tables shared") \
    X(OPENING,    "cross tables about to be opened") \
    X(CELLS,      "tables opened") \
    X(FITTED,     "first population fitted") \
    X(TAUGHT,     "generator fitted to it") \
    X(ROUND,      "generator trained on rows") \
    X(POPULATION, "people made") \
    X(PUBLISHED,  "outputs complete here; the peer may not have its own yet")
/* clang-format on */

enum cs_step {
#define X(name, words) CS_STEP_##name,
    CS_STEP_LIST(X)
#undef X
        CS_STEPS
};

/* Where steps are kept. index is 0 but for rounds. */
struct cs_checkpoint_store {
    /* *bytes gets NULL, and *n_bytes 0, if there is no such step. */
    enum cs_status (*recall)(void *arg, enum cs_step step, uint32_t index,
                             uint8_t **bytes, size_t *n_bytes);
    /* On disk when it returns; takes the place of an earlier one. */
    enum cs_status (*keep)(void *arg, enum cs_step step, uint32_t index,
                           const uint8_t *bytes, size_t n_bytes);
    void *arg;
};

struct cs_checkpoint {
    const struct cs_checkpoint_store *store;
    struct cs_fault *fault;
    uint8_t run_id[CS_RUN_ID_BYTES];    /* the same at both parties */
    uint8_t session[CS_STEP_TAG_BYTES]; /* of this connection, the same at both */
    bool common[CS_STEPS];              /* of shared steps: both have the same */
    unsigned own_rounds, common_rounds; /* of training, kept here; at both */
};

/* Agrees with the peer on the run and on what both have. own_run: (CS_RUN_ID_BYTES), or
 * NULL if this party has begun none. */
CS_MUST_USE enum cs_status cs_checkpoint_agree(struct cs_checkpoint *checkpoint,
                                               const struct cs_checkpoint_store *store,
                                               const uint8_t *own_run,
                                               struct cs_rng *secret,
                                               struct cs_channel *channel,
                                               struct cs_fault *fault);

/* Keeps a step: when it returns the step is as safe as the store makes it. Opened cells
 * and the population are tagged by their digest, others by the session. */
CS_MUST_USE enum cs_status cs_checkpoint_keep(const struct cs_checkpoint *checkpoint,
                                              enum cs_step step, uint32_t index,
                                              const void *bytes, size_t n_bytes);

/* *found: whether it was kept, then bytes has it. One that was kept with another length
 * is CS_PROTOCOL: the peer has changed what its size follows from. */
CS_MUST_USE enum cs_status cs_checkpoint_recall(bool *found,
                                                const struct cs_checkpoint *checkpoint,
                                                enum cs_step step, uint32_t index,
                                                void *bytes, size_t n_bytes);

/* The same of any length; *bytes is NULL if it was not kept. */
CS_MUST_USE enum cs_status
cs_checkpoint_recall_some(uint8_t **bytes, size_t *n_bytes,
                          const struct cs_checkpoint *checkpoint, enum cs_step step,
                          uint32_t index);

/* BLAKE2b-128 of bytes: what opened cells are known by, at both and in receipts. */
void cs_checkpoint_digest(uint8_t tag[static CS_STEP_TAG_BYTES], const void *bytes,
                          size_t n_bytes);

/* Whether both parties have the same of a shared step: what one has alone is of no use
 * but to compare with. */
bool cs_checkpoint_is_common(const struct cs_checkpoint *checkpoint, enum cs_step step);

#endif
