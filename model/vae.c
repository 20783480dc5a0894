/* The kind `vae`: trains a cs_net in the clear on private results, and by DP-SGD on real
 * rows; samples it. */
#include <stdlib.h>

#include "model/kind.h"
#include "model/memory.h"
#include "model/net.h"
#include "model/normal.h"
#include "model/optimiser.h"
#include "model/parts.h"

struct cs_vae_generator {
    struct cs_generator base;
    size_t n_columns, label; /* of rows; which is the label */
    struct cs_parts parts;
    struct cs_net **net; /* (parts.n): a net, and its twins */
    struct cs_optimiser plain, private;

    /* Latents are drawn from the posterior of a row that it was fitted on, not from
     * N(0, 1), which is far from the mean of all posteriors (Tomczak and Welling, "VAE
     * with a VampPrior", 2018, equation 9, with rows as pseudo-inputs). */
    struct cs_memory memory;
    float *gradient; /* (n_weights): the sum over all parts */
};

static struct cs_vae_generator *vae_of(struct cs_generator *generator)
{
    return (struct cs_vae_generator *)generator;
}

static struct cs_weights *weights_of(struct cs_vae_generator *vae)
{
    return &vae->net[0]->weights;
}

/* ---- birth and death ---- */

static void dispose(struct cs_vae_generator *vae)
{
    if (vae == NULL)
        return;
    for (size_t k = vae->parts.n;
         k-- > 0 && vae->net != NULL;) /* twins before the first */
        cs_net_free(vae->net[k]);
    free(vae->net);
    cs_parts_wipe(&vae->parts);
    cs_optimiser_wipe(&vae->plain);
    cs_optimiser_wipe(&vae->private);
    cs_memory_wipe(&vae->memory);
    free(vae->gradient);
    free(vae);
}

static void free_vae(struct cs_generator *generator)
{
    dispose(vae_of(generator));
}

static size_t n_weights_vae(const struct cs_study *study, const struct cs_recipe *recipe,
                            enum cs_party party)
{
    const struct cs_schema *schema = &study->schema;
    const size_t label = party == CS_A ? study->arm : study->conversion;
    size_t n_codes = 0;

    for (size_t i = 0; i < schema->n_columns; i++)
        if (schema->columns[i].at[party] && i != label)
            n_codes += schema->columns[i].n_codes;
    return cs_net_n_weights(n_codes, schema->columns[label].n_codes, &recipe->spec);
}

/* A net for each part. */
static enum cs_status make_nets(struct cs_vae_generator *vae,
                                const struct cs_net_column *columns,
                                const struct cs_generator_spec *spec, uint64_t seed)
{
    const size_t n_features = vae->n_columns - 1;
    struct cs_net **net = vae->net = calloc(vae->parts.n, sizeof *net);
    enum cs_status st = CS_OK;

    if (net == NULL)
        return CS_MEMORY;
    CS_TRY(cs_net_new(&net[0], columns, n_features, &columns[n_features], spec, seed,
                      CS_PART_ROWS));
    for (size_t k = 1; k < vae->parts.n; k++)
        CS_TRY(cs_net_new_twin(&net[k], net[0]));
    for (size_t k = 0; k < vae->parts.n; k++)
        CS_TRY(cs_part_prepare(&vae->parts.part[k], net[k]->weights.n, net[k]->layer,
                               net[k]->n_layers, net[k]->weights.n));
out:
    return st;
}

static enum cs_status new_vae(struct cs_generator **generator,
                              const struct cs_study *study,
                              const struct cs_recipe *recipe, enum cs_party party,
                              struct cs_workers *workers)
{
    const struct cs_generator_spec *spec = &recipe->spec;
    enum cs_status st = CS_MEMORY;
    struct cs_net_column *columns = NULL;
    struct cs_vae_generator *vae = calloc(1, sizeof *vae);

    if (vae == NULL)
        goto out;
    vae->n_columns = study->schema.n_order[party];
    vae->label = cs_kind_label(study, party);
    CS_TRY(cs_kind_columns(&columns, study, party));
    CS_TRY(cs_parts_init(&vae->parts, workers));
    CS_TRY(make_nets(vae, columns, spec, study->seed));
    const size_t n = weights_of(vae)->n;
    CS_TRY(cs_optimiser_init(&vae->plain, spec->optimiser, n));
    CS_TRY(cs_optimiser_init(&vae->private, spec->optimiser, n));
    cs_memory_init(&vae->memory, vae->label);
    vae->gradient = calloc(n, sizeof *vae->gradient);
    if (vae->gradient == NULL) {
        st = CS_MEMORY;
        goto out;
    }
    *generator = &vae->base;
    vae = NULL;
out:
    free(columns);
    dispose(vae);
    return st;
}

/* What the parts of one batch have in common. */
struct batch {
    struct cs_vae_generator *vae;
    const struct cs_codes *rows; /* that are shown */
    struct cs_codes *out;        /* of sampling */
    const uint8_t *label;        /* of sampling: (out->n_rows) */
};

static enum cs_status remember_vae(struct cs_generator *generator,
                                   const struct cs_codes *rows, struct cs_rng *rng)
{
    CS_REQUIRE(rows->n_columns == vae_of(generator)->n_columns);
    return cs_memory_fill(&vae_of(generator)->memory, rows, rng);
}

/* ---- rows into a net ---- */

/* The part's rows; column by column, each of which stays in the cache. */
static void load(const struct batch *batch, size_t k)
{
    const struct cs_part *part = &batch->vae->parts.part[k];
    const struct cs_codes *rows = batch->rows;
    struct cs_net *net = batch->vae->net[k];

    for (size_t j = 0, feature = 0; j < rows->n_columns; j++) {
        const uint8_t *codes = cs_codes_column(rows, j);

        if (j == batch->vae->label)
            cs_net_set_labels(net, codes, part->row, part->n);
        else
            cs_net_set_features(net, feature++, codes, part->row, part->n);
    }
}

static void draw_noise(struct cs_net *net, size_t rows, struct cs_rng *rng)
{
    cs_normal_fill(net->noise, rows * net->latent, rng);
}

/* ---- plain training ---- */

static double sum_of_losses(const struct cs_net *net, size_t rows)
{
    double sum = 0;

    for (size_t row = 0; row < rows; row++)
        sum += (double)net->loss[row] + (double)net->kl_weight * (double)net->kl[row];
    return sum;
}

/* Shows part k's net rows that it draws; returns their loss. */
static double show(void *context, size_t k)
{
    const struct batch *batch = context;
    struct cs_part *part = &batch->vae->parts.part[k];
    struct cs_net *net = batch->vae->net[k];

    cs_part_choose(part, batch->rows->n_rows);
    load(batch, k);
    draw_noise(net, part->n, &part->rng);
    cs_net_forward(net, part->n);
    return sum_of_losses(net, part->n);
}

/* The same with dropout, and adds the gradient. */
static double learn(void *context, size_t k)
{
    const struct batch *batch = context;
    struct cs_part *part = &batch->vae->parts.part[k];
    struct cs_net *net = batch->vae->net[k];

    cs_net_drop(net, &part->rng);
    const double loss = show(context, k);
    cs_net_backward(net, part->n);
    cs_net_add_gradient(net, part->gradient, part->n);
    return loss;
}

static double loss_vae(struct cs_generator *generator, const struct cs_codes *rows,
                       struct cs_rng *rng)
{
    struct cs_vae_generator *vae = vae_of(generator);
    struct batch batch = { .vae = vae, .rows = rows };
    const struct cs_lesson lesson = { .work = show,
                                      .context = &batch,
                                      .n = generator->recipe.plain.batch,
                                      .at_once = CS_PART_ROWS };

    CS_REQUIRE(rows->n_columns == vae->n_columns);
    return cs_parts_learn(&vae->parts, vae->gradient, &lesson, rng) / (double)lesson.n;
}

static enum cs_status step_vae(struct cs_generator *generator,
                               const struct cs_codes *rows, double rate, double *loss,
                               struct cs_rng *rng)
{
    struct cs_vae_generator *vae = vae_of(generator);
    const struct cs_weights *weights = weights_of(vae);
    struct batch batch = { .vae = vae, .rows = rows };
    const struct cs_lesson lesson = { .work = learn,
                                      .context = &batch,
                                      .n = generator->recipe.plain.batch,
                                      .at_once = CS_PART_ROWS,
                                      .n_weights = weights->n };
    const double n = (double)lesson.n;

    CS_REQUIRE(rows->n_columns == vae->n_columns);
    *loss = cs_parts_learn(&vae->parts, vae->gradient, &lesson, rng) / n;
    for (size_t k = 0; k < vae->parts.n; k++)
        cs_net_drop_none(vae->net[k]);
    cs_optimiser_step(&vae->plain, weights->weight, vae->gradient, 1 / n, rate);
    return CS_OK;
}

/* ---- private training ---- */

/* The gradient of part k's rows. The net always has the same number of rows, so that the
 * numbers of one row do not depend on how many others there are. */
static void learn_privately(void *context, size_t k)
{
    const struct batch *batch = context;
    struct cs_part *part = &batch->vae->parts.part[k];
    struct cs_net *net = batch->vae->net[k];

    load(batch, k);
    draw_noise(net, CS_PART_ROWS, &part->rng);
    cs_net_forward(net, CS_PART_ROWS);
    cs_net_backward(net, CS_PART_ROWS);
    cs_dpsgd_add(part->dpsgd, part->n);
}

static enum cs_status step_private_vae(struct cs_generator *generator,
                                       const struct cs_codes *rows, double sampling_rate,
                                       double sigma, double rate, struct cs_rng *secret)
{
    struct cs_vae_generator *vae = vae_of(generator);
    const struct cs_weights *weights = weights_of(vae);
    struct batch batch = { .vae = vae, .rows = rows };
    const struct cs_private_lesson lesson = { .work = learn_privately,
                                              .context = &batch,
                                              .n_rows = rows->n_rows,
                                              .sampling_rate = sampling_rate,
                                              .clip = generator->recipe.spec.clip,
                                              .sigma = sigma };

    CS_REQUIRE(rows->n_columns == vae->n_columns);
    if (cs_dpsgd_limit(sigma, weights->n) <= 0)
        return CS_CONFIG;
    cs_parts_learn_privately(&vae->parts, vae->gradient, &lesson, secret);
    cs_optimiser_step(&vae->private, weights->weight, vae->gradient, 1, rate);
    return CS_OK;
}

/* ---- sampling ---- */

static void sample_part(void *context, size_t k)
{
    const struct batch *batch = context;
    struct cs_part *part = &batch->vae->parts.part[k];
    struct cs_net *net = batch->vae->net[k];
    const size_t *first = net->first;

    load(batch, k);
    for (size_t slot = 0; slot < part->n; slot++)
        cs_net_set_label(net, slot, batch->label[part->first + slot]);
    draw_noise(net, part->n, &part->rng);
    cs_latent_forward(net->z, net->kl, cs_net_encode(net, part->n), net->noise, part->n,
                      net->latent);
    const float *p = cs_net_decode(net, part->n);
    for (size_t slot = 0; slot < part->n; slot++, p += first[net->n_features]) {
        const size_t row = part->first + slot;

        cs_kind_draw_row(batch->out, row, p, first, batch->vae->label, batch->label[row],
                         &part->rng);
    }
}

static enum cs_status sample_vae(struct cs_generator *generator, struct cs_codes *out,
                                 const uint8_t *labels, struct cs_rng *rng)
{
    struct cs_vae_generator *vae = vae_of(generator);
    struct batch batch = {
        .vae = vae, .rows = &vae->memory.rows, .out = out, .label = labels
    };
    const struct cs_sampling sampling = { .work = sample_part,
                                          .context = &batch,
                                          .memory = &vae->memory,
                                          .label = labels,
                                          .n_rows = out->n_rows };

    CS_REQUIRE(out->n_columns == vae->n_columns);
    cs_parts_sample(&vae->parts, &sampling, rng);
    return CS_OK;
}

static struct cs_weight_block *blocks_vae(struct cs_generator *generator,
                                          size_t *n_blocks)
{
    struct cs_weights *weights = weights_of(vae_of(generator));

    *n_blocks = weights->n_blocks;
    return weights->block;
}

static size_t state_vae(struct cs_stretch stretch[static CS_STRETCHES_MAX],
                        struct cs_generator *generator)
{
    struct cs_vae_generator *vae = vae_of(generator);
    const struct cs_weights *weights = weights_of(vae);
    size_t n = 0;

    stretch[n++] =
        (struct cs_stretch){ weights->weight, weights->n * sizeof *weights->weight };
    n += cs_kind_optimiser_state(stretch + n, &vae->plain);
    n += cs_kind_optimiser_state(stretch + n, &vae->private);
    return n;
}

const struct cs_kind cs_vae = {
    .make = new_vae,
    .free = free_vae,
    .n_weights = n_weights_vae,
    .step = step_vae,
    .loss = loss_vae,
    .step_private = step_private_vae,
    .remember = remember_vae,
    .sample = sample_vae,
    .blocks = blocks_vae,
    .state = state_vae,
};
