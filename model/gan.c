/* The kind `gan`: a duel of a critic and a forger, trained on private results, or by
 * DP-SGD on real rows; samples the forger.
 *
 * In private training the critic alone sees real rows; the forger learns from the critic,
 * which is post-processing (Xie et al., "Differentially Private Generative Adversarial
 * Network", 2018, section 3). A real pack is one real row and remembered ones, which are
 * private results: so a row is in one pack of a step, whose gradient is clipped. */
#include <stdlib.h>

#include "model/duel.h"
#include "model/kind.h"
#include "model/optimiser.h"
#include "model/parts.h"

/* The forger learns the slower (Heusel et al., "GANs Trained by a Two Time-Scale Update
 * Rule", 2017, section 2), and neither with momentum: what they learn from moves. */
static const double forger_pace = 1. / 3, momentum = 0;

struct pair {
    struct cs_optimiser critic, forger;
};

struct cs_gan_generator {
    struct cs_generator base;
    size_t packs; /* of a plain batch */
    struct cs_parts parts;
    struct cs_duel *duel; /* (parts.n): one, and its twins */
    struct cs_memory memory;
    float *gradient; /* (n_weights): the sum over all parts */
    float *noisy;    /* (critic.n_weights): the gradient of real rows */
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
    for (size_t k = gan->parts.n;
         k-- > 0 && gan->duel != NULL;) /* twins before the first */
        cs_duel_wipe(&gan->duel[k]);
    free(gan->duel);
    cs_parts_wipe(&gan->parts);
    cs_memory_wipe(&gan->memory);
    free(gan->gradient);
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

/* A duel for each part. */
static enum cs_status make_duels(struct cs_gan_generator *gan,
                                 const struct cs_net_column *columns, size_t n_columns,
                                 size_t label, const struct cs_generator_spec *spec,
                                 uint64_t seed)
{
    struct cs_duel *duel = gan->duel = calloc(gan->parts.n, sizeof *duel);
    enum cs_status st = CS_OK;

    if (duel == NULL)
        return CS_MEMORY;
    CS_TRY(cs_duel_init(&duel[0], columns, n_columns, label, spec, seed, CS_PART_ROWS));
    for (size_t k = 1; k < gan->parts.n; k++)
        CS_TRY(cs_duel_init_twin(&duel[k], &duel[0]));
    for (size_t k = 0; k < gan->parts.n; k++) {
        const struct cs_critic *critic = &duel[k].critic;

        CS_REQUIRE(critic->first_weight == 0);
        CS_TRY(cs_part_prepare(&gan->parts.part[k], duel[k].weights.n, critic->layer,
                               critic->n_layers, critic->n_weights));
    }
out:
    return st;
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

    if (gan == NULL)
        goto out;
    gan->packs = recipe->plain.batch / spec->packing;
    gan->packs += gan->packs == 0;
    CS_TRY(cs_kind_columns(&columns, study, party));
    CS_TRY(cs_parts_init(&gan->parts, workers));
    CS_TRY(make_duels(gan, columns, n_columns, label, spec, study->seed));
    CS_TRY(init_pair(&gan->plain, spec->optimiser, gan->duel));
    CS_TRY(init_pair(&gan->private, spec->optimiser, gan->duel));
    cs_memory_init(&gan->memory, label);
    gan->gradient = calloc(gan->duel->weights.n, sizeof *gan->gradient);
    gan->noisy = calloc(gan->duel->critic.n_weights, sizeof *gan->noisy);
    if (gan->gradient == NULL || gan->noisy == NULL) {
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

/* ---- lessons of the parts ---- */

/* What the parts of one batch have in common. */
struct batch {
    struct cs_gan_generator *gan;
    const struct cs_codes *rows; /* that are shown, and conditions drawn from */
    bool drops;                  /* the critic has dropout */
    double clip;                 /* of private training */
    struct cs_codes *out;        /* of sampling */
    const uint8_t *label;        /* of sampling: (out->n_rows) */
};

static double show(void *context, size_t k)
{
    const struct batch *batch = context;
    struct cs_part *part = &batch->gan->parts.part[k];

    return cs_duel_loss(&batch->gan->duel[k], part->n, batch->rows, &part->rng);
}

static double teach_critic(void *context, size_t k)
{
    const struct batch *batch = context;
    struct cs_part *part = &batch->gan->parts.part[k];
    struct cs_duel *duel = &batch->gan->duel[k];

    cs_critic_drop(&duel->critic, &part->rng);
    return cs_duel_teach_critic(duel, part->gradient, part->n, batch->rows, &part->rng);
}

static double teach_forged(void *context, size_t k)
{
    const struct batch *batch = context;
    struct cs_part *part = &batch->gan->parts.part[k];

    return cs_duel_teach_forged(&batch->gan->duel[k], part->gradient, part->n,
                                batch->clip, batch->rows, &part->rng);
}

static double teach_forger(void *context, size_t k)
{
    const struct batch *batch = context;
    struct cs_part *part = &batch->gan->parts.part[k];
    struct cs_duel *duel = &batch->gan->duel[k];

    if (batch->drops)
        cs_critic_drop(&duel->critic, &part->rng);
    return cs_duel_teach_forger(duel, part->gradient, part->n, batch->rows, &part->rng);
}

/* A batch of packs: the gradient of a net's weights becomes the sum over them, and their
 * mean loss is returned. */
static double learn(struct batch *batch, double (*work)(void *context, size_t k),
                    size_t first_weight, size_t n_weights, struct cs_rng *rng)
{
    struct cs_gan_generator *gan = batch->gan;
    const struct cs_lesson lesson = { .work = work,
                                      .context = batch,
                                      .n = gan->packs,
                                      .at_once = CS_PART_ROWS / gan->duel->critic.packing,
                                      .first_weight = first_weight,
                                      .n_weights = n_weights };

    return cs_parts_learn(&gan->parts, gan->gradient, &lesson, rng) / (double)lesson.n;
}

/* Steps down the mean gradient. */
static void step_critic(struct cs_gan_generator *gan, struct cs_optimiser *optimiser,
                        double rate)
{
    float *weights = gan->duel->weights.weight;

    cs_optimiser_step(optimiser, weights, gan->gradient, 1 / (double)gan->packs, rate);
    cs_critic_project(&gan->duel->critic, weights);
}

static double train_forger(struct batch *batch, struct cs_optimiser *optimiser,
                           double rate, struct cs_rng *rng)
{
    struct cs_gan_generator *gan = batch->gan;
    const size_t first = gan->duel->forger.first_weight;
    const double loss =
        learn(batch, teach_forger, first, gan->duel->forger.n_weights, rng);

    cs_optimiser_step(optimiser, gan->duel->weights.weight + first, gan->gradient + first,
                      1 / (double)gan->packs, forger_pace * rate);
    return loss;
}

/* ---- plain training ---- */

/* The loss is the sum of both nets'. */
static enum cs_status step_gan(struct cs_generator *generator,
                               const struct cs_codes *rows, double rate, double *loss,
                               struct cs_rng *rng)
{
    struct cs_gan_generator *gan = gan_of(generator);
    struct batch batch = { .gan = gan, .rows = rows, .drops = true };

    CS_REQUIRE(rows->n_columns == gan->duel->n_columns);
    for (unsigned i = 0; i < generator->recipe.spec.critic_steps; i++) {
        *loss = learn(&batch, teach_critic, 0, gan->duel->critic.n_weights, rng);
        step_critic(gan, &gan->plain.critic, rate);
    }
    *loss += train_forger(&batch, &gan->plain.forger, rate, rng);
    for (size_t k = 0; k < gan->parts.n; k++)
        cs_critic_drop_none(&gan->duel[k].critic);
    return CS_OK;
}

static double loss_gan(struct cs_generator *generator, const struct cs_codes *rows,
                       struct cs_rng *rng)
{
    struct batch batch = { .gan = gan_of(generator), .rows = rows };

    CS_REQUIRE(rows->n_columns == batch.gan->duel->n_columns);
    return learn(&batch, show, 0, 0, rng);
}

/* ---- private training ---- */

/* The gradient of the packs of part k's rows. The batch always has the same size, so that
 * the numbers of one pack do not depend on how many others there are. */
static void judge_privately(void *context, size_t k)
{
    const struct batch *batch = context;
    struct cs_part *part = &batch->gan->parts.part[k];
    struct cs_duel *duel = &batch->gan->duel[k];
    struct cs_critic *critic = &duel->critic;
    const float *weights = duel->weights.weight;

    for (size_t pack = 0; pack < part->n; pack++)
        cs_duel_show_among(duel, pack, batch->rows, part->row[pack],
                           &batch->gan->memory.rows, &part->rng);
    cs_critic_forward(critic, weights, CS_PART_ROWS);
    cs_critic_expect_real(critic, CS_PART_ROWS);
    cs_critic_backward(critic, weights, CS_PART_ROWS);
    cs_dpsgd_add(part->dpsgd, part->n);
}

/* A step of the critic by the noisy gradient of real rows and against forged packs, which
 * are clipped as the real ones are, or they would weigh more than these. */
static void train_critic_privately(struct cs_gan_generator *gan, double rate,
                                   struct cs_rng *secret)
{
    struct batch batch = { .gan = gan,
                           .rows = &gan->memory.rows,
                           .clip = gan->base.recipe.spec.clip };
    const float packs = (float)gan->packs;
    const size_t n = gan->duel->critic.n_weights;

    learn(&batch, teach_forged, 0, n, secret);
    for (size_t i = 0; i < n; i++)
        gan->gradient[i] += gan->noisy[i] * packs;
    step_critic(gan, &gan->private.critic, rate);
}

static enum cs_status step_private_gan(struct cs_generator *generator,
                                       const struct cs_codes *rows, double sampling_rate,
                                       double sigma, double rate, struct cs_rng *secret)
{
    struct cs_gan_generator *gan = gan_of(generator);
    const struct cs_generator_spec *spec = &generator->recipe.spec;
    struct batch real = { .gan = gan, .rows = rows };
    struct batch remembered = { .gan = gan, .rows = &gan->memory.rows };
    const struct cs_private_lesson lesson = { .work = judge_privately,
                                              .context = &real,
                                              .n_rows = rows->n_rows,
                                              .sampling_rate = sampling_rate,
                                              .clip = spec->clip,
                                              .sigma = sigma };

    CS_REQUIRE(rows->n_columns == gan->duel->n_columns);
    if (cs_dpsgd_limit(sigma, gan->duel->critic.n_weights) <= 0)
        return CS_CONFIG;
    cs_parts_learn_privately(&gan->parts, gan->noisy, &lesson, secret);
    train_critic_privately(gan, rate, secret);
    if (++gan->n_private % spec->critic_steps == 0)
        train_forger(&remembered, &gan->private.forger, rate, secret);
    return CS_OK;
}

/* ---- sampling ---- */

static enum cs_status remember_gan(struct cs_generator *generator,
                                   const struct cs_codes *rows, struct cs_rng *rng)
{
    return cs_memory_fill(&gan_of(generator)->memory, rows, rng);
}

static void sample_part(void *context, size_t k)
{
    const struct batch *batch = context;
    struct cs_part *part = &batch->gan->parts.part[k];
    struct cs_duel *duel = &batch->gan->duel[k];
    const struct cs_codes *remembered = &batch->gan->memory.rows;
    const uint8_t *label = batch->label + part->first;
    const size_t *first = duel->forger.first;

    for (size_t slot = 0; slot < part->n; slot++)
        cs_duel_condition(duel, slot, label[slot], remembered, part->row[slot],
                          &part->rng);
    const float *p =
        cs_forger_probabilities(&duel->forger, duel->weights.weight, part->n, &part->rng);
    for (size_t slot = 0; slot < part->n; slot++, p += first[duel->n_columns - 1])
        cs_kind_draw_row(batch->out, part->first + slot, p, first, duel->label,
                         label[slot], &part->rng);
}

static enum cs_status sample_gan(struct cs_generator *generator, struct cs_codes *out,
                                 const uint8_t *labels, struct cs_rng *rng)
{
    struct cs_gan_generator *gan = gan_of(generator);
    struct batch batch = { .gan = gan, .out = out, .label = labels };
    const struct cs_sampling sampling = { .work = sample_part,
                                          .context = &batch,
                                          .memory = &gan->memory,
                                          .label = labels,
                                          .n_rows = out->n_rows };

    CS_REQUIRE(out->n_columns == gan->duel->n_columns);
    cs_parts_sample(&gan->parts, &sampling, rng);
    return CS_OK;
}

static struct cs_weight_block *blocks_gan(struct cs_generator *generator,
                                          size_t *n_blocks)
{
    struct cs_gan_generator *gan = gan_of(generator);

    *n_blocks = gan->duel[0].weights.n_blocks;
    return gan->duel[0].weights.block;
}

static size_t pair_state(struct cs_stretch *stretch, struct pair *pair)
{
    const size_t n = cs_kind_optimiser_state(stretch, &pair->critic);

    return n + cs_kind_optimiser_state(stretch + n, &pair->forger);
}

static size_t state_gan(struct cs_stretch stretch[static CS_STRETCHES_MAX],
                        struct cs_generator *generator)
{
    struct cs_gan_generator *gan = gan_of(generator);
    const struct cs_weights *weights = &gan->duel->weights;
    const struct cs_critic *critic = &gan->duel->critic;
    size_t n = 0;

    stretch[n++] =
        (struct cs_stretch){ weights->weight, weights->n * sizeof *weights->weight };
    stretch[n++] = (struct cs_stretch){ critic->singular,
                                        critic->n_singular * sizeof *critic->singular };
    stretch[n++] = (struct cs_stretch){ &gan->n_private, sizeof gan->n_private };
    n += pair_state(stretch + n, &gan->plain);
    n += pair_state(stretch + n, &gan->private);
    return n;
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
    .state = state_gan,
};
