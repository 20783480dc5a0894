/* duel.h: the two nets of a GAN over one party's rows, and what one teaches the other
 * (Goodfellow et al., "Generative Adversarial Nets", 2014, algorithm 1).
 *
 * The critic's weights come first in the array of all, so that DP-SGD can cover just
 * them. Forged rows get their conditions from given rows: the label, and the code of a
 * feature chosen at random, so conditions have the frequencies of these rows.
 *
 *   Units      packs of a batch (model/critic.h); rows of codes have all columns of the
 *              party, in the order of its file
 *   Ownership  cs_duel_wipe frees all, and may be called after the struct was zero
 *   Errors     CS_MEMORY of cs_duel_init
 */
#ifndef CS_MODEL_DUEL_H
#define CS_MODEL_DUEL_H

#include "model/codes.h"
#include "model/critic.h"
#include "model/forger.h"
#include "model/optimiser.h"

struct cs_duel {
    size_t n_columns, label; /* which column is the label */
    size_t packs;            /* of a batch */
    struct cs_weights weights;
    struct cs_critic critic;
    struct cs_forger forger;
    float *gradient; /* (weights.n) */
    float *d_hot;    /* (packs, packing, codes of all columns) */
};

/* Capacities of the two nets beyond what a batch needs: packs and rows. The features come
 * in the order of the file, and the label after them. */
CS_MUST_USE enum cs_status
cs_duel_init(struct cs_duel *duel, const struct cs_net_column *columns, size_t n_columns,
             size_t label, const struct cs_generator_spec *spec, uint64_t seed,
             size_t packs, size_t critic_packs, size_t forger_rows);
void cs_duel_wipe(struct cs_duel *duel);

/* A row for the critic; a condition for the forger: that label, and a feature of the
 * row. */
void cs_duel_show(struct cs_duel *duel, size_t pack, size_t place,
                  const struct cs_codes *rows, size_t row);
void cs_duel_condition(struct cs_duel *duel, size_t slot, uint8_t label,
                       const struct cs_codes *rows, size_t row, struct cs_rng *rng);

/* The conditions of a batch, drawn from rows; then the scores of rows forged under them.
 */
void cs_duel_conditions(struct cs_duel *duel, const struct cs_codes *rows,
                        struct cs_rng *rng);
void cs_duel_forge(struct cs_duel *duel, struct cs_rng *rng);

/* Part of the gradient is the sum over the packs of a batch; steps down its mean. The
 * critic's weights are projected afterwards. */
void cs_duel_step_critic(struct cs_duel *duel, struct cs_optimiser *optimiser,
                         double rate);

/* The mean loss of both nets on a batch drawn from rows; no weight changes. */
double cs_duel_loss(struct cs_duel *duel, const struct cs_codes *rows,
                    struct cs_rng *rng);

/* One step of either net on a batch, real rows and conditions drawn from rows; returns
 * its mean loss. */
double cs_duel_teach_critic(struct cs_duel *duel, struct cs_optimiser *optimiser,
                            const struct cs_codes *rows, double rate, struct cs_rng *rng);
double cs_duel_teach_forger(struct cs_duel *duel, struct cs_optimiser *optimiser,
                            const struct cs_codes *rows, double rate, struct cs_rng *rng);

#endif
