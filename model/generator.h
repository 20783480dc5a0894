/* generator.h: what makes candidate rows: one interface, a file a kind.
 *
 * A generator models one party's columns (codes, in the order of its file), given the
 * code of one of them, its label (the arm at A, conversion at B). Its weights are named
 * blocks: `trunk/...`, and `column/<name>/in` and `column/<name>/out` a column. A block
 * is federated if both parties' generators have one of that name and size; those of the
 * trunk, if besides at least half of each party's features are in common: between trunks
 * of different columns an average is worse than either (docs/RESULTS.md, Federation).
 *
 *   Units      float32 weights; codes as in model/codes.h, (n_columns, n_rows)
 *   Ownership  blocks point into the generator; the study is borrowed for its life
 *   Privacy    _fit, _step, _loss and _remember are given private results only (the
 *              fitted population), but that _step is given real rows in an unprotected
 *              study;
 *              _step_private sees real rows and pays by sampling_rate and sigma
 *   Errors     CS_MEMORY; CS_CONFIG of _step_private: sigma is too large for so many
 *              weights (model/dpsgd.h); what progress says
 *   Threads    one generator, one thread; the workers share its work, which changes no
 *              bit of any result
 */
#ifndef CS_MODEL_GENERATOR_H
#define CS_MODEL_GENERATOR_H

#include "crypto/fault.h"
#include "crypto/progress.h"
#include "crypto/rng.h"
#include "model/codes.h"
#include "model/curve.h"
#include "model/recipe.h"
#include "model/study.h"
#include "model/weights.h"
#include "model/workers.h"

struct cs_generator;

/* A generator of the party's columns with weights from the study's seed. recipe is the
 * party's (model/recipe.h), and is copied; the workers are borrowed for its life. */
CS_MUST_USE enum cs_status cs_generator_new(struct cs_generator **generator,
                                            const struct cs_study *study,
                                            const struct cs_recipe *recipe,
                                            enum cs_party party,
                                            struct cs_workers *workers);

/* The control, whatever kind the study names: columns independent given the label. */
CS_MUST_USE enum cs_status cs_generator_new_independent(struct cs_generator **generator,
                                                        const struct cs_study *study,
                                                        const struct cs_recipe *recipe,
                                                        enum cs_party party);
void cs_generator_free(struct cs_generator *generator); /* wipes */

/* How many weights it would have, known without making it. */
size_t cs_generator_n_weights(const struct cs_study *study,
                              const struct cs_recipe *recipe, enum cs_party party);

/* All that training which goes on later needs, but what is remembered of rows, as bytes
 * of this machine: taken from one generator, and put into another of the same study,
 * recipe and party. They are as private as the weights. (cs_generator_state_bytes) */
size_t cs_generator_state_bytes(struct cs_generator *generator);
void cs_generator_take_state(uint8_t *state, struct cs_generator *generator);
void cs_generator_put_state(struct cs_generator *generator, const uint8_t *state);

/* Plain training on rows that are private results already, as the recipe has it; then
 * _settle and _remember. curve, which may be NULL, gets the mean loss over some steps, at
 * most 256 times. */
CS_MUST_USE enum cs_status cs_generator_fit(struct cs_generator *generator,
                                            const struct cs_codes *rows,
                                            struct cs_rng *rng,
                                            const struct cs_curve *curve,
                                            const struct cs_progress *progress);

/* Keeps what sampling needs of rows besides weights: without a _fit, or after it on other
 * rows. */
CS_MUST_USE enum cs_status cs_generator_remember(struct cs_generator *generator,
                                                 const struct cs_codes *rows,
                                                 struct cs_rng *rng);

/* One plain step of that learning rate on a batch drawn from rows; *loss is the mean over
 * the batch. A kind without weights does nothing and has a loss of 0. */
CS_MUST_USE enum cs_status cs_generator_step(struct cs_generator *generator,
                                             const struct cs_codes *rows, double rate,
                                             double *loss, struct cs_rng *rng);

/* The mean loss on a batch drawn from rows. What is learned is not touched: weights,
 * their average and the optimisers are as before. 0 of a kind without weights. */
double cs_generator_loss(struct cs_generator *generator, const struct cs_codes *rows,
                         struct cs_rng *rng);

/* One step of DP-SGD on real rows: each row is taken with probability sampling_rate, its
 * gradient clipped to the study's norm, the sum noised by sigma * clip and divided by the
 * expected batch; an empty batch is noise alone. secret is from cs_rng_init_random. */
CS_MUST_USE enum cs_status cs_generator_step_private(struct cs_generator *generator,
                                                     const struct cs_codes *rows,
                                                     double sampling_rate, double sigma,
                                                     double rate, struct cs_rng *secret);

/* Ends a training of single steps: the moving average of the weights since it began
 * becomes the weights, if the study wants one. */
void cs_generator_settle(struct cs_generator *generator);

/* Candidate rows of all the party's columns into out: row i has the label labels[i]
 * (out->n_rows codes), its other codes are drawn given that. Needs a _fit or _remember
 * before. */
CS_MUST_USE enum cs_status cs_generator_sample(struct cs_generator *generator,
                                               struct cs_codes *out,
                                               const uint8_t *labels, struct cs_rng *rng);

struct cs_weight_block *cs_generator_blocks(struct cs_generator *generator,
                                            size_t *n_blocks);

/* The federated blocks: those that both parties' generators have, as the study alone
 * implies, in the order of A's. The array is the caller's, to be freed; it points into
 * the generator. */
CS_MUST_USE enum cs_status cs_generator_common(struct cs_weight_block **common,
                                               size_t *n_common,
                                               struct cs_generator *generator,
                                               const struct cs_study *study,
                                               enum cs_party party);

#endif
