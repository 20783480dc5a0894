/* parts.h: a batch cut into parts, on which workers work at the same time.
 *
 * There is a part for each worker; a larger batch is done in several goes. But which
 * items make a part, what it draws, what it computes, and the order in which sums of
 * parts are added up are the same however many there are. Items are rows, or packs of
 * rows.
 *
 * A kind of generator has a net for each part, and work, which is called with the number
 * of a part: by several threads at once, each with another part.
 *
 *   Ownership  cs_parts_wipe frees all, and may be called after the struct was zero
 *   Errors     CS_MEMORY
 */
#ifndef CS_MODEL_PARTS_H
#define CS_MODEL_PARTS_H

#include "model/codes.h"
#include "model/dpsgd.h"
#include "model/memory.h"
#include "model/workers.h"

/* Rows that a net has at once: so few that their activations stay in a core's cache. */
#define CS_PART_ROWS 128

struct cs_part {
    struct cs_rng rng; /* of what this part draws [secret] */
    size_t first;      /* items of the batch in parts before this one */
    size_t share;      /* items of the batch that it does, n at a time */
    size_t n;
    uint32_t row[CS_PART_ROWS]; /* (n): which of the rows that are given */
    double loss;                /* the sum over its share */
    float *gradient;            /* (n_weights): the sum over its share */

    float *own;             /* (n_weights): zero, when it is not the gradient */
    struct cs_dpsgd *dpsgd; /* of the layers of its net */
};

struct cs_parts {
    struct cs_part *part; /* (n) */
    size_t n;
    struct cs_workers *workers;
};

/* One for each of the workers, which are borrowed. */
CS_MUST_USE enum cs_status cs_parts_init(struct cs_parts *parts,
                                         struct cs_workers *workers);
void cs_parts_wipe(struct cs_parts *parts);

/* Before the first batch: the part's net has so many weights; DP-SGD covers these layers,
 * borrowed, and the first n_covered weights. */
CS_MUST_USE enum cs_status cs_part_prepare(struct cs_part *part, size_t n_weights,
                                           const struct cs_affine *layers,
                                           size_t n_layers, size_t n_covered);

/* Chooses the part's rows among n_rows. */
void cs_part_choose(struct cs_part *part, size_t n_rows);

/* ---- a plain batch ---- */

struct cs_lesson {
    /* Does n items of the part, draws from its stream alone; returns the sum of their
     * losses, and may add to the gradient. */
    double (*work)(void *context, size_t k);
    void *context;
    size_t n;                       /* items of the batch */
    size_t at_once;                 /* that a net has room for */
    size_t first_weight, n_weights; /* which of the gradient it adds to */
};

/* Does the whole batch; returns the sum of the losses. That part of gradient is the sum
 * of the gradients. */
double cs_parts_learn(struct cs_parts *parts, float *gradient,
                      const struct cs_lesson *lesson, struct cs_rng *rng);

/* The share of a part of a batch of n items: half of it, or of a large one less. */
size_t cs_parts_share(size_t n, size_t at_once);

/* ---- a private batch ---- */

struct cs_private_lesson {
    /* Brings n rows of the part to its dpsgd. */
    void (*work)(void *context, size_t k);
    void *context;
    size_t n_rows; /* of which each is taken with probability sampling_rate */
    double sampling_rate, clip, sigma;
};

/* gradient (n_covered) is that of one step, and private. */
void cs_parts_learn_privately(struct cs_parts *parts, float *gradient,
                              const struct cs_private_lesson *lesson,
                              struct cs_rng *secret);

/* ---- samples ---- */

struct cs_sampling {
    /* Makes n rows with the labels from `first` on, from remembered ones. */
    void (*work)(void *context, size_t k);
    void *context;
    struct cs_memory *memory;
    const uint8_t *label; /* (n_rows) */
    size_t n_rows;
};

/* Does all of them; each part has remembered rows of its labels. */
void cs_parts_sample(struct cs_parts *parts, const struct cs_sampling *sampling,
                     struct cs_rng *rng);

#endif
