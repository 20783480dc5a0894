#include "model/duel.h"

#include <stdlib.h>
#include <string.h>

/* ---- birth and death ---- */

static size_t max(size_t a, size_t b)
{
    return a > b ? a : b;
}

static enum cs_status allocate(struct cs_duel *duel)
{
    const size_t n_codes = duel->critic.first[duel->n_columns];
    const size_t n_rows = duel->packs * duel->critic.packing;

    duel->gradient = calloc(duel->weights.n, sizeof *duel->gradient);
    duel->d_hot = calloc(n_rows, n_codes * sizeof *duel->d_hot);
    return duel->gradient != NULL && duel->d_hot != NULL ? CS_OK : CS_MEMORY;
}

enum cs_status cs_duel_init(struct cs_duel *duel, const struct cs_net_column *columns,
                            size_t n_columns, size_t label,
                            const struct cs_generator_spec *spec, uint64_t seed,
                            size_t packs, size_t critic_packs, size_t forger_rows)
{
    const size_t n_features = n_columns - 1;
    enum cs_status st = CS_OK;

    *duel = (struct cs_duel){ .n_columns = n_columns, .label = label, .packs = packs };
    CS_TRY(cs_critic_init(&duel->critic, &duel->weights, columns, n_columns, spec,
                          max(packs, critic_packs)));
    CS_TRY(cs_forger_init(&duel->forger, &duel->weights, columns, n_features,
                          &columns[n_features], spec,
                          max(packs * spec->packing, forger_rows)));
    CS_TRY(cs_weights_allocate(&duel->weights));
    CS_TRY(allocate(duel));
    cs_assemble_draw(&duel->weights, duel->critic.layer, duel->critic.n_layers, seed);
    cs_assemble_draw(&duel->weights, duel->forger.layer, duel->forger.n_layers, seed);
out:
    if (st != CS_OK)
        cs_duel_wipe(duel);
    return st;
}

void cs_duel_wipe(struct cs_duel *duel)
{
    cs_critic_wipe(&duel->critic);
    cs_forger_wipe(&duel->forger);
    cs_weights_wipe(&duel->weights);
    free(duel->gradient);
    free(duel->d_hot);
    memset(duel, 0, sizeof *duel);
}

/* ---- rows in and out of the nets ---- */

/* The nets have the label last. */
static size_t column_of(const struct cs_duel *duel, size_t feature)
{
    return feature + (feature >= duel->label);
}

void cs_duel_show(struct cs_duel *duel, size_t pack, size_t place,
                  const struct cs_codes *rows, size_t row)
{
    const size_t n_features = duel->n_columns - 1;

    for (size_t j = 0; j < n_features; j++)
        cs_critic_set(&duel->critic, pack, place, j,
                      cs_codes_column(rows, column_of(duel, j))[row]);
    cs_critic_set(&duel->critic, pack, place, n_features,
                  cs_codes_column(rows, duel->label)[row]);
}

void cs_duel_condition(struct cs_duel *duel, size_t slot, uint8_t label,
                       const struct cs_codes *rows, size_t row, struct cs_rng *rng)
{
    const size_t feature = cs_rng_below(rng, (uint32_t)(duel->n_columns - 1));

    cs_forger_set(&duel->forger, slot, label, feature,
                  cs_codes_column(rows, column_of(duel, feature))[row]);
}

static size_t draw_row(const struct cs_codes *rows, struct cs_rng *rng)
{
    return cs_rng_below(rng, (uint32_t)rows->n_rows);
}

void cs_duel_conditions(struct cs_duel *duel, const struct cs_codes *rows,
                        struct cs_rng *rng)
{
    for (size_t slot = 0; slot < duel->packs * duel->critic.packing; slot++) {
        const size_t row = draw_row(rows, rng);

        cs_duel_condition(duel, slot, cs_codes_column(rows, duel->label)[row], rows, row,
                          rng);
    }
}

/* Real rows for the critic, and from each the condition of a row that is to be forged:
 * what differs then between the two batches is the forger's doing. */
static void draw_rows(struct cs_duel *duel, const struct cs_codes *rows,
                      struct cs_rng *rng)
{
    const size_t packing = duel->critic.packing;

    for (size_t slot = 0; slot < duel->packs * packing; slot++) {
        const size_t row = draw_row(rows, rng);

        cs_duel_show(duel, slot / packing, slot % packing, rows, row);
        cs_duel_condition(duel, slot, cs_codes_column(rows, duel->label)[row], rows, row,
                          rng);
    }
}

/* Shows the critic what the forger drew. */
static void show_forged(struct cs_duel *duel)
{
    const uint8_t *code = duel->forger.code;

    for (size_t pack = 0; pack < duel->packs; pack++)
        for (size_t place = 0; place < duel->critic.packing; place++)
            for (size_t j = 0; j < duel->n_columns; j++)
                cs_critic_set(&duel->critic, pack, place, j, *code++);
}

void cs_duel_forge(struct cs_duel *duel, struct cs_rng *rng)
{
    const size_t n_rows = duel->packs * duel->critic.packing;

    cs_forger_draw(&duel->forger, duel->weights.weight, n_rows, rng);
    show_forged(duel);
    cs_critic_forward(&duel->critic, duel->weights.weight, duel->packs);
}

/* A pack's score counts as much as the mean of its rows' conditions. */
static double weight_of_conditions(const struct cs_duel *duel)
{
    return 1 / (double)duel->critic.packing;
}

double cs_duel_loss(struct cs_duel *duel, const struct cs_codes *rows, struct cs_rng *rng)
{
    struct cs_critic *critic = &duel->critic;
    double loss;

    draw_rows(duel, rows, rng);
    cs_critic_forward(critic, duel->weights.weight, duel->packs);
    loss = cs_critic_expect_real(critic, duel->packs);
    cs_duel_forge(duel, rng);
    loss += cs_critic_expect_false(critic, duel->packs);
    loss += cs_critic_expect_fooled(critic, duel->packs);
    loss += weight_of_conditions(duel) *
            cs_forger_loss(&duel->forger, duel->packs * critic->packing);
    return loss / (double)duel->packs;
}

/* ---- steps ---- */

static void clear_gradient(struct cs_duel *duel)
{
    memset(duel->gradient, 0, duel->weights.n * sizeof *duel->gradient);
}

static void step(struct cs_duel *duel, struct cs_optimiser *optimiser, size_t first,
                 double rate)
{
    cs_optimiser_step(optimiser, duel->weights.weight + first, duel->gradient + first,
                      1 / (double)duel->packs, rate);
}

void cs_duel_step_critic(struct cs_duel *duel, struct cs_optimiser *optimiser,
                         double rate)
{
    step(duel, optimiser, duel->critic.first_weight, rate);
    cs_critic_project(&duel->critic, duel->weights.weight);
}

/* From the scores' gradient to that of the critic's weights. */
static void blame_critic(struct cs_duel *duel)
{
    cs_critic_backward(&duel->critic, duel->weights.weight, duel->packs);
    cs_critic_gradient(&duel->critic, duel->gradient, duel->packs);
}

double cs_duel_teach_critic(struct cs_duel *duel, struct cs_optimiser *optimiser,
                            const struct cs_codes *rows, double rate, struct cs_rng *rng)
{
    double loss;

    clear_gradient(duel);
    draw_rows(duel, rows, rng);
    cs_critic_forward(&duel->critic, duel->weights.weight, duel->packs);
    loss = cs_critic_expect_real(&duel->critic, duel->packs);
    blame_critic(duel);
    cs_duel_forge(duel, rng);
    loss += cs_critic_expect_false(&duel->critic, duel->packs);
    blame_critic(duel);
    cs_duel_step_critic(duel, optimiser, rate);
    return loss / (double)duel->packs;
}

double cs_duel_teach_forger(struct cs_duel *duel, struct cs_optimiser *optimiser,
                            const struct cs_codes *rows, double rate, struct cs_rng *rng)
{
    const float *weights = duel->weights.weight;
    const size_t n_codes = duel->critic.first[duel->n_columns];
    const size_t n_rows = duel->packs * duel->critic.packing;
    const double weight = weight_of_conditions(duel);
    double loss;

    clear_gradient(duel);
    cs_duel_conditions(duel, rows, rng);
    cs_duel_forge(duel, rng);
    loss = cs_critic_expect_fooled(&duel->critic, duel->packs);
    cs_critic_backward(&duel->critic, weights, duel->packs);
    cs_critic_inputs(&duel->critic, duel->d_hot, weights, duel->packs);
    loss += weight * cs_forger_backward(&duel->forger, duel->d_hot, n_codes, weight,
                                        weights, n_rows);
    cs_forger_gradient(&duel->forger, duel->gradient, n_rows);
    step(duel, optimiser, duel->forger.first_weight, rate);
    return loss / (double)duel->packs;
}
