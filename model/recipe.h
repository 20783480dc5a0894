/* recipe.h: how a generator is built and trained where the study leaves it open.
 *
 * Everything is settled from what both parties know in public: the study and the numbers
 * of rows. The shape of the net is the same at both, or their trunks would not be
 * federated; the batches may differ. docs/NUMERICS.md, "Recipe", has the figures.
 *
 *   Errors     none
 */
#ifndef CS_MODEL_RECIPE_H
#define CS_MODEL_RECIPE_H

#include "model/study.h"

/* A generator learns no more from more rows of a population than that, and both fitting
 * and training take time in proportion. */
#define CS_LEARN_ROWS_MAX ((size_t)1 << 18)

/* Of one generator: training takes about 44 bytes a weight. */
#define CS_WEIGHTS_MAX ((size_t)1 << 24)

/* One training: so many steps on batches of so many rows. */
struct cs_pace {
    size_t batch;   /* expected, of DP-SGD */
    unsigned steps; /* in all */
    double rate;    /* the first step's; the schedule lowers it */
};

struct cs_recipe {
    struct cs_generator_spec spec; /* the study's, with latent and layers settled */
    struct cs_pace plain;          /* on private results */
    struct cs_pace private;        /* on real rows: by DP-SGD; in an unprotected study
                                      plain steps, as many as on private results */
};

void cs_recipe_settle(struct cs_recipe *recipe, const struct cs_study *study,
                      const size_t n_rows[static 2], enum cs_party party);

/* The same for a generator that starts from another's weights: a third of the plain
 * steps, at half the rate, adapt them and do not wash them out. */
void cs_recipe_start(struct cs_recipe *recipe);

/* The learning rate of a step, the first being 0. */
double cs_pace_rate(const struct cs_pace *pace, enum cs_schedule schedule, unsigned step);

#endif
