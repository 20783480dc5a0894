#include "model/duel.h"

#include <stdlib.h>
#include <string.h>

/* ---- birth and death ---- */

static enum cs_status allocate(struct cs_duel *duel)
{
    const size_t n_codes = duel->critic.first[duel->n_columns];

    duel->d_hot = calloc(duel->forger.capacity, n_codes * sizeof *duel->d_hot);
    return duel->d_hot != NULL ? CS_OK : CS_MEMORY;
}

enum cs_status cs_duel_init(struct cs_duel *duel, const struct cs_net_column *columns,
                            size_t n_columns, size_t label,
                            const struct cs_generator_spec *spec, uint64_t seed,
                            size_t capacity)
{
    const size_t n_features = n_columns - 1;
    enum cs_status st = CS_OK;

    CS_REQUIRE(capacity >= spec->packing);
    *duel = (struct cs_duel){ .n_columns = n_columns, .label = label };
    CS_TRY(cs_critic_init(&duel->critic, &duel->weights, columns, n_columns, spec,
                          capacity));
    CS_TRY(cs_forger_init(&duel->forger, &duel->weights, columns, n_features,
                          &columns[n_features], spec, capacity));
    CS_TRY(cs_weights_allocate(&duel->weights));
    CS_TRY(allocate(duel));
    cs_assemble_draw(&duel->weights, duel->critic.layer, duel->critic.n_layers, seed);
    cs_assemble_draw(&duel->weights, duel->forger.layer, duel->forger.n_layers, seed);
out:
    if (st != CS_OK)
        cs_duel_wipe(duel);
    return st;
}

enum cs_status cs_duel_init_twin(struct cs_duel *twin, const struct cs_duel *duel)
{
    enum cs_status st = CS_OK;

    *twin = (struct cs_duel){ .n_columns = duel->n_columns,
                              .label = duel->label,
                              .weights = duel->weights,
                              .is_twin = true };
    CS_TRY(cs_critic_init_twin(&twin->critic, &duel->critic));
    CS_TRY(cs_forger_init_twin(&twin->forger, &duel->forger));
    CS_TRY(allocate(twin));
out:
    if (st != CS_OK)
        cs_duel_wipe(twin);
    return st;
}

void cs_duel_wipe(struct cs_duel *duel)
{
    cs_critic_wipe(&duel->critic);
    cs_forger_wipe(&duel->forger);
    if (!duel->is_twin)
        cs_weights_wipe(&duel->weights);
    free(duel->d_hot);
    memset(duel, 0, sizeof *duel);
}

/* ---- rows in and out of the nets ---- */

/* The nets have the label last. */
static size_t column_of(const struct cs_duel *duel, size_t feature)
{
    return feature + (feature >= duel->label);
}

static void show(struct cs_duel *duel, size_t pack, size_t place,
                 const struct cs_codes *rows, size_t row)
{
    const size_t n_features = duel->n_columns - 1;

    for (size_t j = 0; j < n_features; j++)
        cs_critic_set(&duel->critic, pack, place, j,
                      cs_codes_column(rows, column_of(duel, j))[row]);
    cs_critic_set(&duel->critic, pack, place, n_features,
                  cs_codes_column(rows, duel->label)[row]);
}

static size_t draw_row(const struct cs_codes *rows, struct cs_rng *rng)
{
    return cs_rng_below(rng, (uint32_t)rows->n_rows);
}

void cs_duel_show_among(struct cs_duel *duel, size_t pack, const struct cs_codes *rows,
                        size_t row, const struct cs_codes *others, struct cs_rng *rng)
{
    show(duel, pack, 0, rows, row);
    for (size_t place = 1; place < duel->critic.packing; place++)
        show(duel, pack, place, others, draw_row(others, rng));
}

void cs_duel_condition(struct cs_duel *duel, size_t slot, uint8_t label,
                       const struct cs_codes *rows, size_t row, struct cs_rng *rng)
{
    const size_t feature = cs_rng_below(rng, (uint32_t)(duel->n_columns - 1));

    cs_forger_set(&duel->forger, slot, label, feature,
                  cs_codes_column(rows, column_of(duel, feature))[row]);
}

/* The conditions of rows that are to be forged. */
static void draw_conditions(struct cs_duel *duel, size_t packs,
                            const struct cs_codes *rows, struct cs_rng *rng)
{
    for (size_t slot = 0; slot < packs * duel->critic.packing; slot++) {
        const size_t row = draw_row(rows, rng);

        cs_duel_condition(duel, slot, cs_codes_column(rows, duel->label)[row], rows, row,
                          rng);
    }
}

/* Real rows for the critic, and from each the condition of a row that is to be forged:
 * what differs then between the two batches is the forger's doing. */
static void draw_rows(struct cs_duel *duel, size_t packs, const struct cs_codes *rows,
                      struct cs_rng *rng)
{
    const size_t packing = duel->critic.packing;

    for (size_t slot = 0; slot < packs * packing; slot++) {
        const size_t row = draw_row(rows, rng);

        show(duel, slot / packing, slot % packing, rows, row);
        cs_duel_condition(duel, slot, cs_codes_column(rows, duel->label)[row], rows, row,
                          rng);
    }
}

/* Shows the critic what the forger drew. */
static void show_forged(struct cs_duel *duel, size_t packs)
{
    const uint8_t *code = duel->forger.code;

    for (size_t pack = 0; pack < packs; pack++)
        for (size_t place = 0; place < duel->critic.packing; place++)
            for (size_t j = 0; j < duel->n_columns; j++)
                cs_critic_set(&duel->critic, pack, place, j, *code++);
}

/* From conditions to the scores of rows forged under them. */
static void forge(struct cs_duel *duel, size_t packs, struct cs_rng *rng)
{
    const float *weights = duel->weights.weight;

    cs_forger_draw(&duel->forger, weights, packs * duel->critic.packing, rng);
    show_forged(duel, packs);
    cs_critic_forward(&duel->critic, weights, packs);
}

/* A pack's score counts as much as the mean of its rows' conditions. */
static double weight_of_conditions(const struct cs_duel *duel)
{
    return 1 / (double)duel->critic.packing;
}

double cs_duel_loss(struct cs_duel *duel, size_t packs, const struct cs_codes *rows,
                    struct cs_rng *rng)
{
    struct cs_critic *critic = &duel->critic;
    double loss;

    draw_rows(duel, packs, rows, rng);
    cs_critic_forward(critic, duel->weights.weight, packs);
    loss = cs_critic_expect_real(critic, packs);
    forge(duel, packs, rng);
    loss += cs_critic_expect_false(critic, packs);
    loss += cs_critic_expect_fooled(critic, packs);
    loss += weight_of_conditions(duel) *
            cs_forger_loss(&duel->forger, packs * critic->packing);
    return loss;
}

/* ---- lessons ---- */

/* From the scores' gradient to that of the critic's weights. */
static void blame_critic(struct cs_duel *duel, float *gradient, size_t packs)
{
    cs_critic_backward(&duel->critic, duel->weights.weight, packs);
    cs_critic_gradient(&duel->critic, gradient, packs);
}

double cs_duel_teach_critic(struct cs_duel *duel, float *gradient, size_t packs,
                            const struct cs_codes *rows, struct cs_rng *rng)
{
    double loss;

    draw_rows(duel, packs, rows, rng);
    cs_critic_forward(&duel->critic, duel->weights.weight, packs);
    loss = cs_critic_expect_real(&duel->critic, packs);
    blame_critic(duel, gradient, packs);
    forge(duel, packs, rng);
    loss += cs_critic_expect_false(&duel->critic, packs);
    blame_critic(duel, gradient, packs);
    return loss;
}

double cs_duel_teach_forged(struct cs_duel *duel, float *gradient, size_t packs,
                            double clip, const struct cs_codes *rows, struct cs_rng *rng)
{
    struct cs_critic *critic = &duel->critic;

    draw_conditions(duel, packs, rows, rng);
    forge(duel, packs, rng);
    const double loss = cs_critic_expect_false(critic, packs);
    cs_critic_backward(critic, duel->weights.weight, packs);
    cs_critic_clip(critic, packs, clip);
    cs_critic_gradient(critic, gradient, packs);
    return loss;
}

double cs_duel_teach_forger(struct cs_duel *duel, float *gradient, size_t packs,
                            const struct cs_codes *rows, struct cs_rng *rng)
{
    const float *weights = duel->weights.weight;
    const size_t n_codes = duel->critic.first[duel->n_columns];
    const size_t n_rows = packs * duel->critic.packing;
    const double weight = weight_of_conditions(duel);
    double loss;

    draw_conditions(duel, packs, rows, rng);
    forge(duel, packs, rng);
    loss = cs_critic_expect_fooled(&duel->critic, packs);
    cs_critic_backward(&duel->critic, weights, packs);
    cs_critic_inputs(&duel->critic, duel->d_hot, weights, packs);
    loss += weight * cs_forger_backward(&duel->forger, duel->d_hot, n_codes, weight,
                                        weights, n_rows);
    cs_forger_gradient(&duel->forger, gradient, n_rows);
    return loss;
}
