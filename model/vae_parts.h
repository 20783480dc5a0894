/* vae_parts.h: a batch of the VAE cut into parts, on which workers work at the same time.
 *
 * There is a part for each worker; a larger batch is done in several goes. But which rows
 * make a part, what it draws, what it computes, and the order in which sums of parts are
 * added up are the same however many there are.
 *
 * Inside model/vae.c alone.
 */
#ifndef CS_MODEL_VAE_PARTS_H
#define CS_MODEL_VAE_PARTS_H

#include "model/codes.h"
#include "model/dpsgd.h"
#include "model/net.h"
#include "model/workers.h"

/* Rows that a net has at once: so few that their activations stay in a core's cache. */
#define CS_VAE_NET_ROWS 128

struct cs_vae_part {
    struct cs_net *net; /* the one that was made, of the first; of the others its twins */
    struct cs_dpsgd *dpsgd;
    float *gradient;               /* (n_weights) */
    struct cs_rng rng;             /* of what this part draws [secret] */
    uint32_t row[CS_VAE_NET_ROWS]; /* (n): which of the rows that the step is given */
    size_t n;
    size_t share; /* rows of the batch that it does, n at a time */
    double loss;  /* the sum over these */
};

struct cs_vae_parts {
    struct cs_vae_part *part; /* (n) */
    size_t n;
    size_t n_columns, label; /* of rows; which is the label */
    struct cs_workers *workers;
};

/* One for each of the workers, which are borrowed. columns: the features, then the label.
 * CS_MEMORY. */
CS_MUST_USE enum cs_status cs_vae_parts_init(struct cs_vae_parts *parts,
                                             const struct cs_net_column *columns,
                                             size_t n_columns, size_t label,
                                             const struct cs_generator_spec *spec,
                                             uint64_t seed, struct cs_workers *workers);
void cs_vae_parts_wipe(struct cs_vae_parts *parts); /* also after the struct was zero */

/* The share of a part of a batch of n rows to learn from: half of it, or of a large one
 * less. */
size_t cs_vae_parts_share(size_t n);

/* Makes parts of the next n_left rows of a batch, or as many as there are, each with that
 * share or what is left, n the first of it, and a stream of its own; returns how many. */
size_t cs_vae_parts_deal(struct cs_vae_parts *parts, size_t n_left, size_t share,
                         struct cs_rng *rng);

/* Chooses the part's rows among n_rows; puts them into its net; draws noise for the first
 * n slots. */
void cs_vae_part_choose(struct cs_vae_part *part, size_t n_rows);
void cs_vae_part_load(const struct cs_vae_part *part, const struct cs_codes *rows,
                      size_t label);
void cs_vae_part_draw_noise(struct cs_vae_part *part, size_t n);

#endif
