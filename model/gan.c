/* The kind `gan`: a duel of a critic and a forger, trained on private results, or by
 * DP-SGD on real rows; samples the forger.
 *
 * In private training the critic alone sees real rows; the forger learns from the critic,
 * which is post-processing (Xie et al., "Differentially Private Generative Adversarial
 * Network", 2018, section 3). A real pack is one real row and remembered ones, which are
 * private results: so a row is in one pack of a step, whose gradient is clipped. */
#include <stdlib.h>

#include "model/dpsgd.h"
#include "model/duel.h"
#include "model/kind.h"
#include "model/memory.h"

/* Rows of a batch of sampling; packs of a part of a private one. */
enum { SAMPLE_ROWS = 512, PRIVATE_PACKS = 256 };

/* The forger learns the slower (Heusel et al., "GANs Trained by a Two Time-Scale Update
 * Rule", 2017, section 2), and neither with momentum: what they learn from moves. */
static const double forger_pace = 1. / 3, momentum = 0;

struct pair {
    struct cs_optimiser critic, forger;
};

struct cs_gan_generator {
    struct cs_generator base;
    struct cs_duel duel;
    struct cs_memory memory;
    struct cs_dpsgd *dpsgd; /* of the critic's weights */
    float *noisy;           /* (critic.n_weights): the gradient of real rows */
    struct pair plain, private;
    unsigned n_private; /* steps of the critic so far */
};

static struct cs_gan_generator *gan_of(struct cs_generator *generator)
{
    return (struct cs_gan_generator *)generator;
}

/* ---- birth and death ---- */

static void wipe_pair(struct pair *pair)
{
    cs_optimiser_wipe(&pair->critic);
    cs_optimiser_wipe(&pair->forger);
}

static void dispose(struct cs_gan_generator *gan)
{
    if (gan == NULL)
        return;
    cs_duel_wipe(&gan->duel);
    cs_memory_wipe(&gan->memory);
    cs_dpsgd_free(gan->dpsgd);
    free(gan->noisy);
    wipe_pair(&gan->plain);
    wipe_pair(&gan->private);
    free(gan);
}

static void free_gan(struct cs_generator *generator)
{
    dispose(gan_of(generator));
}

/* Noise is added to the critic's alone. */
static size_t n_weights_gan(const struct cs_study *study, const struct cs_recipe *recipe,
                            enum cs_party party)
{
    const struct cs_schema *schema = &study->schema;
    size_t n_codes = 0;

    for (size_t i = 0; i < schema->n_columns; i++)
        if (schema->columns[i].at[party])
            n_codes += schema->columns[i].n_codes;
    return cs_critic_n_weights(n_codes, &recipe->spec);
}

static enum cs_status init_pair(struct pair *pair, enum cs_optimiser_kind kind,
                                const struct cs_duel *duel)
{
    enum cs_status st = CS_OK;

    CS_TRY(cs_optimiser_init(&pair->critic, kind, duel->critic.n_weights));
    CS_TRY(cs_optimiser_init(&pair->forger, kind, duel->forger.n_weights));
    pair->critic.momentum = pair->forger.momentum = momentum;
out:
    return st;
}

static size_t packs_of(const struct cs_recipe *recipe)
{
    const size_t packs = recipe->plain.batch / recipe->spec.packing;

    return packs > 0 ? packs : 1;
}

static enum cs_status new_gan(struct cs_generator **generator,
                              const struct cs_study *study,
                              const struct cs_recipe *recipe, enum cs_party party,
                              struct cs_workers *workers)
{
    const size_t n_columns = study->schema.n_order[party];
    const size_t label = cs_kind_label(study, party);
    const struct cs_generator_spec *spec = &recipe->spec;
    enum cs_status st = CS_MEMORY;
    struct cs_net_column *columns = NULL;
    struct cs_gan_generator *gan = calloc(1, sizeof *gan);
    (void)workers;

    if (gan == NULL)
        goto out;
    CS_TRY(cs_kind_columns(&columns, study, party));
    CS_TRY(cs_duel_init(&gan->duel, columns, n_columns, label, spec, study->seed,
                        packs_of(recipe), PRIVATE_PACKS, SAMPLE_ROWS));
    const struct cs_critic *critic = &gan->duel.critic;
    CS_REQUIRE(critic->first_weight == 0);
    CS_TRY(cs_dpsgd_new(&gan->dpsgd, critic->layer, critic->n_layers, critic->n_weights,
                        PRIVATE_PACKS));
    CS_TRY(init_pair(&gan->plain, spec->optimiser, &gan->duel));
    CS_TRY(init_pair(&gan->private, spec->optimiser, &gan->duel));
    cs_memory_init(&gan->memory, label);
    gan->noisy = calloc(critic->n_weights, sizeof *gan->noisy);
    if (gan->noisy == NULL) {
        st = CS_MEMORY;
        goto out;
    }
    *generator = &gan->base;
    gan = NULL;
out:
    free(columns);
    dispose(gan);
    return st;
}

/* ---- plain training ---- */

/* The loss is the sum of both nets'. */
static enum cs_status step_gan(struct cs_generator *generator,
                               const struct cs_codes *rows, double rate, double *loss,
                               struct cs_rng *rng)
{
    struct cs_gan_generator *gan = gan_of(generator);
    struct cs_duel *duel = &gan->duel;

    CS_REQUIRE(rows->n_columns == duel->n_columns);
    for (unsigned i = 0; i < generator->recipe.spec.critic_steps; i++) {
        cs_critic_drop(&duel->critic, rng);
        *loss = cs_duel_teach_critic(duel, &gan->plain.critic, rows, rate, rng);
    }
    *loss +=
        cs_duel_teach_forger(duel, &gan->plain.forger, rows, forger_pace * rate, rng);
    cs_critic_drop_none(&duel->critic);
    return CS_OK;
}

static double loss_gan(struct cs_generator *generator, const struct cs_codes *rows,
                       struct cs_rng *rng)
{
    struct cs_duel *duel = &gan_of(generator)->duel;

    CS_REQUIRE(rows->n_columns == duel->n_columns);
    return cs_duel_loss(duel, rows, rng);
}

/* ---- private training ---- */

/* The pack of a real row; the others in it are remembered. */
static void show_pack(struct cs_gan_generator *gan, size_t pack,
                      const struct cs_codes *rows, size_t row, struct cs_rng *secret)
{
    struct cs_duel *duel = &gan->duel;

    cs_duel_show(duel, pack, 0, rows, row);
    for (size_t place = 1; place < duel->critic.packing; place++)
        cs_duel_show(duel, pack, place, &gan->memory.rows,
                     cs_memory_any(&gan->memory, secret));
}

/* The gradient of the first n packs. The batch always has the same size, so that the
 * numbers of one pack do not depend on how many others there are. */
static void add_private(struct cs_gan_generator *gan, size_t n)
{
    struct cs_critic *critic = &gan->duel.critic;
    const float *weights = gan->duel.weights.weight;

    cs_critic_forward(critic, weights, PRIVATE_PACKS);
    cs_critic_expect_real(critic, PRIVATE_PACKS);
    cs_critic_backward(critic, weights, PRIVATE_PACKS);
    cs_dpsgd_add(gan->dpsgd, n);
}

/* The noisy gradient of the real rows. */
static void judge_privately(struct cs_gan_generator *gan, const struct cs_codes *rows,
                            double sampling_rate, double clip, double sigma,
                            struct cs_rng *secret)
{
    size_t n = 0;

    cs_dpsgd_begin(gan->dpsgd, clip, sigma);
    for (size_t row = 0; row < rows->n_rows; row++) {
        if (!cs_dpsgd_takes(sampling_rate, secret))
            continue;
        show_pack(gan, n++, rows, row, secret);
        if (n == PRIVATE_PACKS) {
            add_private(gan, n);
            n = 0;
        }
    }
    if (n > 0)
        add_private(gan, n);
    cs_dpsgd_finish(gan->dpsgd, gan->noisy, sampling_rate * (double)rows->n_rows, secret);
}

/* A step of the critic against forged packs, which are clipped as the real ones are, or
 * they would weigh more than these. */
static void teach_critic_privately(struct cs_gan_generator *gan, double clip, double rate,
                                   struct cs_rng *secret)
{
    struct cs_duel *duel = &gan->duel;
    struct cs_critic *critic = &duel->critic;

    cs_duel_conditions(duel, &gan->memory.rows, secret);
    cs_duel_forge(duel, secret);
    cs_critic_expect_false(critic, duel->packs);
    cs_critic_backward(critic, duel->weights.weight, duel->packs);
    cs_critic_clip(critic, duel->packs, clip);
    for (size_t i = 0; i < critic->n_weights; i++)
        duel->gradient[i] = gan->noisy[i] * (float)duel->packs;
    cs_critic_gradient(critic, duel->gradient, duel->packs);
    cs_duel_step_critic(duel, &gan->private.critic, rate);
}

static enum cs_status step_private_gan(struct cs_generator *generator,
                                       const struct cs_codes *rows, double sampling_rate,
                                       double sigma, double rate, struct cs_rng *secret)
{
    struct cs_gan_generator *gan = gan_of(generator);
    struct cs_duel *duel = &gan->duel;
    const struct cs_generator_spec *spec = &generator->recipe.spec;

    CS_REQUIRE(rows->n_columns == duel->n_columns);
    if (cs_dpsgd_limit(sigma, duel->critic.n_weights) <= 0)
        return CS_CONFIG;
    judge_privately(gan, rows, sampling_rate, spec->clip, sigma, secret);
    teach_critic_privately(gan, spec->clip, rate, secret);
    if (++gan->n_private % spec->critic_steps == 0)
        cs_duel_teach_forger(duel, &gan->private.forger, &gan->memory.rows,
                             forger_pace * rate, secret);
    return CS_OK;
}

/* ---- sampling ---- */

static enum cs_status remember_gan(struct cs_generator *generator,
                                   const struct cs_codes *rows, struct cs_rng *rng)
{
    return cs_memory_fill(&gan_of(generator)->memory, rows, rng);
}

static void sample_batch(struct cs_gan_generator *gan, struct cs_codes *out, size_t start,
                         size_t n, const uint8_t *labels, struct cs_rng *rng)
{
    struct cs_duel *duel = &gan->duel;
    struct cs_memory *memory = &gan->memory;
    const size_t *first = duel->forger.first;

    for (size_t slot = 0; slot < n; slot++) {
        const uint8_t label = labels[start + slot];
        const size_t row = cs_memory_recall(memory, label, rng);

        cs_duel_condition(duel, slot, label, &memory->rows, row, rng);
    }
    const float *p = cs_forger_probabilities(&duel->forger, duel->weights.weight, n, rng);
    for (size_t slot = 0; slot < n; slot++, p += first[duel->n_columns - 1])
        cs_kind_draw_row(out, start + slot, p, first, duel->label, labels[start + slot],
                         rng);
}

static enum cs_status sample_gan(struct cs_generator *generator, struct cs_codes *out,
                                 const uint8_t *labels, struct cs_rng *rng)
{
    struct cs_gan_generator *gan = gan_of(generator);

    CS_REQUIRE(out->n_columns == gan->duel.n_columns);
    for (size_t row = 0; row < out->n_rows; row += SAMPLE_ROWS) {
        const size_t left = out->n_rows - row;

        sample_batch(gan, out, row, left < SAMPLE_ROWS ? left : SAMPLE_ROWS, labels, rng);
    }
    return CS_OK;
}

static struct cs_block *blocks_gan(struct cs_generator *generator, size_t *n_blocks)
{
    struct cs_gan_generator *gan = gan_of(generator);

    *n_blocks = gan->duel.weights.n_blocks;
    return gan->duel.weights.block;
}

const struct cs_kind cs_gan = {
    .make = new_gan,
    .free = free_gan,
    .n_weights = n_weights_gan,
    .step = step_gan,
    .loss = loss_gan,
    .step_private = step_private_gan,
    .remember = remember_gan,
    .sample = sample_gan,
    .blocks = blocks_gan,
};
