/* The kind `vae`: trains a cs_net in the clear on private results, and by DP-SGD on real
 * rows; samples it. */
#include <stdlib.h>
#include <string.h>

#include "model/elementary.h"
#include "model/kind.h"
#include "model/memory.h"
#include "model/optimiser.h"
#include "model/vae_parts.h"

struct cs_vae_generator {
    struct cs_generator base;
    struct cs_vae_parts parts;
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
    return &vae->parts.part[0].net->weights;
}

/* ---- birth and death ---- */

static void dispose(struct cs_vae_generator *vae)
{
    if (vae == NULL)
        return;
    cs_vae_parts_wipe(&vae->parts);
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

static enum cs_status new_vae(struct cs_generator **generator,
                              const struct cs_study *study,
                              const struct cs_recipe *recipe, enum cs_party party,
                              struct cs_workers *workers)
{
    enum cs_status st = CS_MEMORY;
    struct cs_net_column *columns = NULL;
    struct cs_vae_generator *vae = calloc(1, sizeof *vae);

    if (vae == NULL)
        goto out;
    CS_TRY(cs_kind_columns(&columns, study, party));
    const size_t label = cs_kind_label(study, party);
    CS_TRY(cs_vae_parts_init(&vae->parts, columns, study->schema.n_order[party], label,
                             &recipe->spec, study->seed, workers));
    const size_t n = weights_of(vae)->n;
    CS_TRY(cs_optimiser_init(&vae->plain, recipe->spec.optimiser, n));
    CS_TRY(cs_optimiser_init(&vae->private, recipe->spec.optimiser, n));
    cs_memory_init(&vae->memory, label);
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
    size_t n_done;               /* rows of the batch, in parts before these */
    double loss;                 /* the sum over these */

    struct cs_codes *out; /* of sampling */
    const uint8_t *label; /* of sampling: (out->n_rows) */
};

static enum cs_status remember_vae(struct cs_generator *generator,
                                   const struct cs_codes *rows, struct cs_rng *rng)
{
    CS_REQUIRE(rows->n_columns == vae_of(generator)->parts.n_columns);
    return cs_memory_fill(&vae_of(generator)->memory, rows, rng);
}

/* ---- plain training ---- */

static double sum_of_losses(const struct cs_net *net, size_t rows)
{
    double sum = 0;

    for (size_t row = 0; row < rows; row++)
        sum += (double)net->loss[row] + (double)net->kl_weight * (double)net->kl[row];
    return sum;
}

/* Shows the part's net rows that it draws; adds their loss. */
static void show(struct cs_vae_part *part, const struct batch *batch)
{
    cs_vae_part_choose(part, batch->rows->n_rows);
    cs_vae_part_load(part, batch->rows, batch->vae->parts.label);
    cs_vae_part_draw_noise(part, part->n);
    cs_net_forward(part->net, part->n);
    part->loss += sum_of_losses(part->net, part->n);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Part k's share of the batch: looked at by the net as it is. */
static void look(void *context, size_t k)
{
    const struct batch *batch = context;
    struct cs_vae_part *part = &batch->vae->parts.part[k];

    part->loss = 0;
    for (size_t left = part->share; left > 0; left -= part->n) {
        part->n = smaller(left, CS_VAE_NET_ROWS);
        show(part, batch);
    }
}

/* The same with dropout, and adds the gradient. */
static void learn(void *context, size_t k)
{
    const struct batch *batch = context;
    struct cs_vae_part *part = &batch->vae->parts.part[k];

    part->loss = 0;
    for (size_t left = part->share; left > 0; left -= part->n) {
        part->n = smaller(left, CS_VAE_NET_ROWS);
        cs_net_drop(part->net, &part->rng);
        show(part, batch);
        cs_net_backward(part->net, part->n);
        cs_net_add_gradient(part->net, part->gradient, part->n);
    }
    cs_net_drop_none(part->net);
}

/* Does a job on the next parts of a batch of n rows; returns how many. */
static size_t do_parts(struct batch *batch, void (*job)(void *context, size_t k),
                       size_t n, struct cs_rng *rng)
{
    struct cs_vae_parts *parts = &batch->vae->parts;
    const size_t n_parts =
        cs_vae_parts_deal(parts, n - batch->n_done, cs_vae_parts_share(n), rng);

    cs_workers_run(parts->workers, job, batch, n_parts);
    for (size_t k = 0; k < n_parts; k++) {
        batch->loss += parts->part[k].loss;
        batch->n_done += parts->part[k].share;
    }
    return n_parts;
}

static double loss_vae(struct cs_generator *generator, const struct cs_codes *rows,
                       struct cs_rng *rng)
{
    const size_t n = generator->recipe.plain.batch;
    struct batch batch = { .vae = vae_of(generator), .rows = rows };

    CS_REQUIRE(rows->n_columns == batch.vae->parts.n_columns);
    while (batch.n_done < n)
        do_parts(&batch, look, n, rng);
    return batch.loss / (double)n;
}

/* sum += gradient, which becomes zero. */
CS_EACH_WIDTH static void move(float *restrict sum, float *restrict gradient, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        sum[i] += gradient[i];
        gradient[i] = 0;
    }
}

static enum cs_status step_vae(struct cs_generator *generator,
                               const struct cs_codes *rows, double rate, double *loss,
                               struct cs_rng *rng)
{
    struct cs_vae_generator *vae = vae_of(generator);
    const struct cs_weights *weights = weights_of(vae);
    const size_t n = generator->recipe.plain.batch;
    struct batch batch = { .vae = vae, .rows = rows };

    CS_REQUIRE(rows->n_columns == vae->parts.n_columns);
    memset(vae->gradient, 0, weights->n * sizeof *vae->gradient);
    while (batch.n_done < n) {
        const size_t n_parts = do_parts(&batch, learn, n, rng);

        for (size_t k = 0; k < n_parts; k++)
            move(vae->gradient, vae->parts.part[k].gradient, weights->n);
    }
    cs_optimiser_step(&vae->plain, weights->weight, vae->gradient, 1 / (double)n, rate);
    *loss = batch.loss / (double)n;
    return CS_OK;
}

/* ---- private training ---- */

/* The gradient of part k's rows. The net always has the same number of rows, so that the
 * numbers of one row do not depend on how many others there are. */
static void learn_privately(void *context, size_t k)
{
    const struct batch *batch = context;
    struct cs_vae_part *part = &batch->vae->parts.part[k];

    cs_vae_part_load(part, batch->rows, batch->vae->parts.label);
    cs_vae_part_draw_noise(part, CS_VAE_NET_ROWS);
    cs_net_forward(part->net, CS_VAE_NET_ROWS);
    cs_net_backward(part->net, CS_VAE_NET_ROWS);
    cs_dpsgd_add(part->dpsgd, part->n);
    part->n = 0;
}

/* Takes rows part by part; learns when all parts that work at once are full. */
static void learn_from_some(struct batch *batch, double sampling_rate,
                            struct cs_rng *secret)
{
    struct cs_vae_parts *parts = &batch->vae->parts;
    struct cs_vae_part *part = parts->part;
    size_t k = 0;

    for (size_t row = 0; row < batch->rows->n_rows; row++) {
        if (!cs_dpsgd_takes(sampling_rate, secret))
            continue;
        part[k].row[part[k].n++] = (uint32_t)row;
        if (part[k].n < CS_VAE_NET_ROWS)
            continue;
        cs_rng_init_child(&part[k++].rng, secret);
        if (k == parts->n) {
            cs_workers_run(parts->workers, learn_privately, batch, k);
            k = 0;
        }
    }
    if (part[k].n > 0)
        cs_rng_init_child(&part[k++].rng, secret);
    cs_workers_run(parts->workers, learn_privately, batch, k);
}

static enum cs_status step_private_vae(struct cs_generator *generator,
                                       const struct cs_codes *rows, double sampling_rate,
                                       double sigma, double rate, struct cs_rng *secret)
{
    struct cs_vae_generator *vae = vae_of(generator);
    const struct cs_weights *weights = weights_of(vae);
    struct batch batch = { .vae = vae, .rows = rows };
    struct cs_vae_part *part = vae->parts.part;

    CS_REQUIRE(rows->n_columns == vae->parts.n_columns);
    if (cs_dpsgd_limit(sigma, weights->n) <= 0)
        return CS_CONFIG;
    for (size_t k = 0; k < vae->parts.n; k++) {
        cs_dpsgd_begin(part[k].dpsgd, generator->recipe.spec.clip, sigma);
        part[k].n = 0;
    }
    learn_from_some(&batch, sampling_rate, secret);
    for (size_t k = 1; k < vae->parts.n; k++)
        cs_dpsgd_absorb(part[0].dpsgd, part[k].dpsgd);
    cs_dpsgd_finish(part[0].dpsgd, vae->gradient, sampling_rate * (double)rows->n_rows,
                    secret);
    cs_optimiser_step(&vae->private, weights->weight, vae->gradient, 1, rate);
    return CS_OK;
}

/* ---- sampling ---- */

/* The remembered rows that part k's samples are drawn about. */
static void recall(const struct batch *batch, size_t k)
{
    struct cs_vae_part *part = &batch->vae->parts.part[k];
    const uint8_t *label = batch->label + batch->n_done + k * CS_VAE_NET_ROWS;

    for (size_t slot = 0; slot < part->n; slot++)
        part->row[slot] =
            (uint32_t)cs_memory_recall(&batch->vae->memory, label[slot], &part->rng);
}

static void sample_part(void *context, size_t k)
{
    const struct batch *batch = context;
    const struct cs_vae_parts *parts = &batch->vae->parts;
    struct cs_vae_part *part = &parts->part[k];
    struct cs_net *net = part->net;
    const size_t start = batch->n_done + k * CS_VAE_NET_ROWS, *first = net->first;

    cs_vae_part_load(part, batch->rows, parts->label);
    for (size_t slot = 0; slot < part->n; slot++)
        cs_net_set_label(net, slot, batch->label[start + slot]);
    cs_vae_part_draw_noise(part, part->n);
    cs_latent_forward(net->z, net->kl, cs_net_encode(net, part->n), net->noise, part->n,
                      net->latent);
    const float *p = cs_net_decode(net, part->n);
    for (size_t slot = 0; slot < part->n; slot++, p += first[parts->n_columns - 1])
        cs_kind_draw_row(batch->out, start + slot, p, first, parts->label,
                         batch->label[start + slot], &part->rng);
}

static enum cs_status sample_vae(struct cs_generator *generator, struct cs_codes *out,
                                 const uint8_t *labels, struct cs_rng *rng)
{
    struct cs_vae_generator *vae = vae_of(generator);
    struct batch batch = {
        .vae = vae, .rows = &vae->memory.rows, .out = out, .label = labels
    };

    CS_REQUIRE(out->n_columns == vae->parts.n_columns);
    while (batch.n_done < out->n_rows) {
        const size_t n_parts = cs_vae_parts_deal(&vae->parts, out->n_rows - batch.n_done,
                                                 CS_VAE_NET_ROWS, rng);

        for (size_t k = 0; k < n_parts; k++)
            recall(&batch, k);
        cs_workers_run(vae->parts.workers, sample_part, &batch, n_parts);
        batch.n_done += n_parts * CS_VAE_NET_ROWS; /* or past the last */
    }
    return CS_OK;
}

static struct cs_block *blocks_vae(struct cs_generator *generator, size_t *n_blocks)
{
    struct cs_weights *weights = weights_of(vae_of(generator));

    *n_blocks = weights->n_blocks;
    return weights->block;
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
};
