/* duel.h: the two nets of a GAN over one party's rows, and what one teaches the other
 * (Goodfellow et al., "Generative Adversarial Nets", 2014, algorithm 1), on a batch or a
 * part of one.
 *
 * The critic's weights come first in the array of all, so that DP-SGD can cover just
 * them. Forged rows get their conditions from given rows: the label, and the code of a
 * feature chosen at random, so conditions have the frequencies of these rows.
 *
 *   Units      the first n packs (model/critic.h); losses and gradients are sums over
 *              them. Rows of codes have all columns of the party, in the order of its
 *              file
 *   Ownership  cs_duel_wipe frees all, and may be called after the struct was zero
 *   Errors     CS_MEMORY of cs_duel_init and _init_twin
 */
#ifndef CS_MODEL_DUEL_H
#define CS_MODEL_DUEL_H

#include "model/codes.h"
#include "model/critic.h"
#include "model/forger.h"

struct cs_duel {
    size_t n_columns, label; /* which column is the label */
    struct cs_weights weights;
    struct cs_critic critic;
    struct cs_forger forger;
    float *d_hot; /* (capacity of the forger, codes of all columns) */
    bool is_twin; /* its weights are another duel's */
};

/* Has room for so many packs of the critic, and as many rows of the forger, one pack at
 * least. The features come in the order of the file, and the label after them. */
CS_MUST_USE enum cs_status cs_duel_init(struct cs_duel *duel,
                                        const struct cs_net_column *columns,
                                        size_t n_columns, size_t label,
                                        const struct cs_generator_spec *spec,
                                        uint64_t seed, size_t capacity);

/* Another duel on the same weights, for another thread. It is wiped before duel is. */
CS_MUST_USE enum cs_status cs_duel_init_twin(struct cs_duel *twin,
                                             const struct cs_duel *duel);
void cs_duel_wipe(struct cs_duel *duel);

/* For the critic: a pack of the row and others, drawn from `others`. */
void cs_duel_show_among(struct cs_duel *duel, size_t pack, const struct cs_codes *rows,
                        size_t row, const struct cs_codes *others, struct cs_rng *rng);

/* For the forger: the condition of that label, and a feature of the row. */
void cs_duel_condition(struct cs_duel *duel, size_t slot, uint8_t label,
                       const struct cs_codes *rows, size_t row, struct cs_rng *rng);

/* The loss of both nets on real rows and conditions drawn from rows. */
double cs_duel_loss(struct cs_duel *duel, size_t packs, const struct cs_codes *rows,
                    struct cs_rng *rng);

/* The loss of either net, likewise; adds its gradient to that of all weights. */
double cs_duel_teach_critic(struct cs_duel *duel, float *gradient, size_t packs,
                            const struct cs_codes *rows, struct cs_rng *rng);
double cs_duel_teach_forger(struct cs_duel *duel, float *gradient, size_t packs,
                            const struct cs_codes *rows, struct cs_rng *rng);

/* What forged packs alone teach the critic, each with a gradient of norm at most clip. */
double cs_duel_teach_forged(struct cs_duel *duel, float *gradient, size_t packs,
                            double clip, const struct cs_codes *rows, struct cs_rng *rng);

#endif
