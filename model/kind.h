/* kind.h: what a kind of generator provides; model/generator.c has the table of kinds,
 * the loop of training, its schedule and its moving average.
 * The functions keep the contracts of model/generator.h. */
#ifndef CS_MODEL_KIND_H
#define CS_MODEL_KIND_H

#include "model/assemble.h"
#include "model/generator.h"
#include "model/moving.h"
#include "model/optimiser.h"

/* Memory that training changes, and that it needs to go on later. */
struct cs_stretch {
    void *memory;
    size_t n_bytes;
};

#define CS_STRETCHES_MAX 24

/* At `stretch`, what an optimiser has; returns how many. */
size_t cs_kind_optimiser_state(struct cs_stretch *stretch,
                               struct cs_optimiser *optimiser);

struct cs_kind {
    /* The base of the new generator is model/generator.c's to fill. A kind may do
     * without the workers. */
    enum cs_status (*make)(struct cs_generator **generator, const struct cs_study *study,
                           const struct cs_recipe *recipe, enum cs_party party,
                           struct cs_workers *workers);
    void (*free)(struct cs_generator *generator);

    /* How many weights it would have; NULL in a kind without. */
    size_t (*n_weights)(const struct cs_study *study, const struct cs_recipe *recipe,
                        enum cs_party party);

    /* One step at that learning rate; NULL in a kind without weights. Plain: on a batch
     * drawn from rows, *loss its mean loss. */
    enum cs_status (*step)(struct cs_generator *generator, const struct cs_codes *rows,
                           double rate, double *loss, struct cs_rng *rng);
    double (*loss)(struct cs_generator *generator, const struct cs_codes *rows,
                   struct cs_rng *rng); /* NULL in a kind without weights */
    enum cs_status (*step_private)(struct cs_generator *generator,
                                   const struct cs_codes *rows, double sampling_rate,
                                   double sigma, double rate, struct cs_rng *secret);

    /* Keeps what sampling needs of private results besides weights. */
    enum cs_status (*remember)(struct cs_generator *generator,
                               const struct cs_codes *rows, struct cs_rng *rng);
    enum cs_status (*sample)(struct cs_generator *generator, struct cs_codes *out,
                             const uint8_t *labels, struct cs_rng *rng);
    struct cs_weight_block *(*blocks)(struct cs_generator *generator, size_t *n_blocks);

    /* All stretches but those of the base; NULL in a kind without weights. */
    size_t (*state)(struct cs_stretch stretch[static CS_STRETCHES_MAX],
                    struct cs_generator *generator);
};

/* The first member of every kind's struct. */
struct cs_generator {
    const struct cs_kind *kind;
    struct cs_recipe recipe;
    struct cs_moving moving; /* average of all blocks */
};

extern const struct cs_kind cs_vae;         /* model/vae.c */
extern const struct cs_kind cs_gan;         /* model/gan.c */
extern const struct cs_kind cs_independent; /* model/independent.c */

/* Where the label stands among the party's columns. */
size_t cs_kind_label(const struct cs_study *study, enum cs_party party);

/* The party's columns: its features in the order of its file, then its label. The array
 * is the caller's, to be freed; names are the study's. CS_MEMORY. */
CS_MUST_USE enum cs_status cs_kind_columns(struct cs_net_column **columns,
                                           const struct cs_study *study,
                                           enum cs_party party);

/* Row `row` of out, all the party's columns: its label, and of each feature a code drawn
 * from the probabilities. */
void cs_kind_draw_row(struct cs_codes *out, size_t row,
                      const float *p,      /* (first[n_features]) */
                      const size_t *first, /* (n_features + 1) */
                      size_t label_column, uint8_t label, struct cs_rng *rng);

#endif
