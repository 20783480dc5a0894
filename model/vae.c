/* The kind `vae`: trains a cs_net in the clear on private results, and by DP-SGD on real
 * rows; samples it. */
#include <stdlib.h>
#include <string.h>

#include "model/dpsgd.h"
#include "model/kind.h"
#include "model/memory.h"
#include "model/net.h"
#include "model/normal.h"
#include "model/optimiser.h"

/* Rows that the net has at once, training and sampling: so few that their activations
 * stay in a core's cache. A batch is done in parts of so many. */
enum { PART_ROWS = 256 };

struct cs_vae_generator {
    struct cs_generator base;
    size_t n_columns, label; /* of the party */
    struct cs_net *net;
    struct cs_dpsgd *dpsgd;
    struct cs_optimiser plain, private;

    /* Latents are drawn from the posterior of a row that it was fitted on, not from
     * N(0, 1), which is far from the mean of all posteriors (Tomczak and Welling, "VAE
     * with a VampPrior", 2018, equation 9, with rows as pseudo-inputs). */
    struct cs_memory memory;
    float *gradient; /* (n_weights) */
};

static struct cs_vae_generator *vae_of(struct cs_generator *generator)
{
    return (struct cs_vae_generator *)generator;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- birth and death ---- */

static void dispose(struct cs_vae_generator *vae)
{
    if (vae == NULL)
        return;
    cs_net_free(vae->net);
    cs_dpsgd_free(vae->dpsgd);
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
                              const struct cs_recipe *recipe, enum cs_party party)
{
    enum cs_status st = CS_MEMORY;
    struct cs_net_column *columns = NULL;
    struct cs_vae_generator *vae = calloc(1, sizeof *vae);

    if (vae == NULL)
        goto out;
    CS_TRY(cs_kind_columns(&columns, study, party));
    vae->n_columns = study->schema.n_order[party];
    vae->label = cs_kind_label(study, party);
    const size_t n_features = vae->n_columns - 1;
    CS_TRY(cs_net_new(&vae->net, columns, n_features, &columns[n_features], &recipe->spec,
                      study->seed, PART_ROWS));
    const size_t n = vae->net->weights.n;
    CS_TRY(cs_dpsgd_new(&vae->dpsgd, vae->net->layer, vae->net->n_layers, n, PART_ROWS));
    CS_TRY(cs_optimiser_init(&vae->plain, recipe->spec.optimiser, n));
    CS_TRY(cs_optimiser_init(&vae->private, recipe->spec.optimiser, n));
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

/* ---- rows of codes in and out of the net ---- */

static void load(struct cs_vae_generator *vae, size_t slot, const struct cs_codes *rows,
                 size_t row)
{
    for (size_t j = 0, feature = 0; j < vae->n_columns; j++) {
        const uint8_t code = cs_codes_column(rows, j)[row];

        if (j == vae->label)
            cs_net_set_label(vae->net, slot, code);
        else
            cs_net_set_feature(vae->net, slot, feature++, code);
    }
}

/* Rows drawn evenly into the first n slots; column by column, each of which stays in the
 * cache. */
static void load_any(struct cs_vae_generator *vae, const struct cs_codes *rows, size_t n,
                     struct cs_rng *rng)
{
    uint32_t picked[PART_ROWS];

    for (size_t slot = 0; slot < n; slot++)
        picked[slot] = cs_rng_below(rng, (uint32_t)rows->n_rows);
    for (size_t j = 0, feature = 0; j < vae->n_columns; j++) {
        const uint8_t *codes = cs_codes_column(rows, j);

        if (j == vae->label)
            cs_net_set_labels(vae->net, codes, picked, n);
        else
            cs_net_set_features(vae->net, feature++, codes, picked, n);
    }
}

static void draw_noise(struct cs_vae_generator *vae, size_t rows, struct cs_rng *rng)
{
    cs_normal_fill(vae->net->noise, rows * vae->net->latent, rng);
}

static enum cs_status remember_vae(struct cs_generator *generator,
                                   const struct cs_codes *rows, struct cs_rng *rng)
{
    CS_REQUIRE(rows->n_columns == vae_of(generator)->n_columns);
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

static void divide(float *x, size_t n, float by)
{
    const float factor = 1 / by;

    for (size_t i = 0; i < n; i++)
        x[i] *= factor;
}

/* Shows n rows drawn from rows to the net as it is; the sum of their losses. */
static double show_any(struct cs_vae_generator *vae, const struct cs_codes *rows,
                       size_t n, struct cs_rng *rng)
{
    CS_REQUIRE(rows->n_columns == vae->n_columns);
    load_any(vae, rows, n, rng);
    draw_noise(vae, n, rng);
    cs_net_forward(vae->net, n);
    return sum_of_losses(vae->net, n);
}

static double loss_vae(struct cs_generator *generator, const struct cs_codes *rows,
                       struct cs_rng *rng)
{
    const size_t batch = generator->recipe.plain.batch;
    double sum = 0;

    for (size_t done = 0; done < batch; done += PART_ROWS)
        sum += show_any(vae_of(generator), rows, smaller(batch - done, PART_ROWS), rng);
    return sum / (double)batch;
}

/* The same with dropout, and adds their gradient. */
static double learn_any(struct cs_vae_generator *vae, const struct cs_codes *rows,
                        size_t n, struct cs_rng *rng)
{
    cs_net_drop(vae->net, rng);
    const double sum = show_any(vae, rows, n, rng);
    cs_net_backward(vae->net, n);
    cs_net_add_gradient(vae->net, vae->gradient, n);
    return sum;
}

static enum cs_status step_vae(struct cs_generator *generator,
                               const struct cs_codes *rows, double rate, double *loss,
                               struct cs_rng *rng)
{
    struct cs_vae_generator *vae = vae_of(generator);
    const size_t batch = generator->recipe.plain.batch, n = vae->net->weights.n;
    double sum = 0;

    memset(vae->gradient, 0, n * sizeof *vae->gradient);
    for (size_t done = 0; done < batch; done += PART_ROWS)
        sum += learn_any(vae, rows, smaller(batch - done, PART_ROWS), rng);
    divide(vae->gradient, n, (float)batch);
    cs_optimiser_step(&vae->plain, vae->net->weights.weight, vae->gradient, rate);
    cs_net_drop_none(vae->net);
    *loss = sum / (double)batch;
    return CS_OK;
}

/* ---- private training ---- */

/* The gradient of the rows in the first n slots. The batch always has the same size, so
 * that the numbers of one row do not depend on how many others there are. */
static void add_private(struct cs_vae_generator *vae, size_t n, struct cs_rng *secret)
{
    draw_noise(vae, PART_ROWS, secret);
    cs_net_forward(vae->net, PART_ROWS);
    cs_net_backward(vae->net, PART_ROWS);
    cs_dpsgd_add(vae->dpsgd, n);
}

static enum cs_status step_private_vae(struct cs_generator *generator,
                                       const struct cs_codes *rows, double sampling_rate,
                                       double sigma, double rate, struct cs_rng *secret)
{
    struct cs_vae_generator *vae = vae_of(generator);
    size_t n = 0;

    CS_REQUIRE(rows->n_columns == vae->n_columns);
    if (cs_dpsgd_limit(sigma, vae->net->weights.n) <= 0)
        return CS_CONFIG;
    cs_dpsgd_begin(vae->dpsgd, generator->recipe.spec.clip, sigma);
    for (size_t row = 0; row < rows->n_rows; row++) {
        if (!cs_dpsgd_takes(sampling_rate, secret))
            continue;
        load(vae, n++, rows, row);
        if (n == PART_ROWS) {
            add_private(vae, n, secret);
            n = 0;
        }
    }
    if (n > 0)
        add_private(vae, n, secret);
    cs_dpsgd_finish(vae->dpsgd, vae->gradient, sampling_rate * (double)rows->n_rows,
                    secret);
    cs_optimiser_step(&vae->private, vae->net->weights.weight, vae->gradient, rate);
    return CS_OK;
}

/* ---- sampling ---- */

static void sample_batch(struct cs_vae_generator *vae, struct cs_codes *out, size_t start,
                         size_t n, const uint8_t *labels, struct cs_rng *rng)
{
    for (size_t slot = 0; slot < n; slot++) {
        const uint8_t label = labels[start + slot];

        load(vae, slot, &vae->memory.rows, cs_memory_recall(&vae->memory, label, rng));
        cs_net_set_label(vae->net, slot, label);
    }
    draw_noise(vae, n, rng);
    cs_latent_forward(vae->net->z, vae->net->kl, cs_net_encode(vae->net, n),
                      vae->net->noise, n, vae->net->latent);
    const float *p = cs_net_decode(vae->net, n);
    const size_t *first = vae->net->first;
    for (size_t slot = 0; slot < n; slot++, p += first[vae->n_columns - 1])
        cs_kind_draw_row(out, start + slot, p, first, vae->label, labels[start + slot],
                         rng);
}

static enum cs_status sample_vae(struct cs_generator *generator, struct cs_codes *out,
                                 const uint8_t *labels, struct cs_rng *rng)
{
    struct cs_vae_generator *vae = vae_of(generator);

    CS_REQUIRE(out->n_columns == vae->n_columns);
    for (size_t row = 0; row < out->n_rows; row += PART_ROWS)
        sample_batch(vae, out, row, smaller(out->n_rows - row, PART_ROWS), labels, rng);
    return CS_OK;
}

static struct cs_block *blocks_vae(struct cs_generator *generator, size_t *n_blocks)
{
    struct cs_vae_generator *vae = vae_of(generator);

    *n_blocks = vae->net->weights.n_blocks;
    return vae->net->weights.block;
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
