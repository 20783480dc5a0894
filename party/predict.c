#include "party/predict.h"

#include <math.h>
#include <string.h>

#include "model/generator.h"
#include "protocol/measure_joints.h"

/* Fitted to runs of a release build; docs/NUMERICS.md, Prediction. */
static const double base_bytes = 22e6, /* program, libraries, buffers of the network */
    weight_bytes = 44,                 /* model/recipe.h */
    cell_bytes = 48,                   /* of a table: counts, targets, prices */
    code_bytes = 10,                   /* a row and column: its file's and both fits' */
    id_bytes = 32,                     /* a row */
    linked_bytes[2] = { 270, 560 },    /* a row, at a and b: protocol/link.h */
    linking_traffic = 570,             /* a place */
    transfer_bytes = 32,               /* two pads, beside the correction */
    bins = 1.27,                       /* places a row of a: crypto/cuckoo.h */
    blocks_in_linking = 4000,          /* AES blocks' worth of time a place */
    blocks_in_transfer = 10, blocks_in_byte = 2.5,  /* sealing and carrying it */
    visits_in_row = 4500, visits_in_row_table = 45, /* of one fit */
    visits_in_reading = 40,                         /* a cell of the file */
    step_efficiency = 1, /* of a step: codes spare products, all else costs as much */
    private_factor = 4,  /* a step of DP-SGD against a plain one */
    thread_gain = 0.75;  /* of the second thread in training, and of others */

static double bits_of(size_t n_codes)
{
    return n_codes > 1 ? ceil(log2((double)n_codes)) : 0;
}

/* ---- measuring ------------------------------------------------------------------- */

struct amount {
    double bytes, blocks; /* traffic both ways, AES at either side */
};

/* The words at one party of a cross table. */
static double width_of(const struct cs_schema *schema, const struct cs_table_spec *spec,
                       enum cs_party party)
{
    const size_t first = party == CS_A ? 0 : spec->n_a;
    const size_t end = party == CS_A ? spec->n_a : spec->n_columns;
    double width = 1;

    for (size_t i = first; i < end; i++)
        width *= (double)schema->columns[spec->column[i]].n_codes;
    return width;
}

static bool same_index(const struct cs_table_spec *x, const struct cs_table_spec *y)
{
    return x->kind == CS_CROSS && y->kind == CS_CROSS && x->n_a == y->n_a &&
           memcmp(x->column, y->column, x->n_a * sizeof *x->column) == 0;
}

static bool is_first_of_group(const struct cs_plan *plan, size_t t)
{
    for (size_t s = 0; s < t; s++)
        if (same_index(&plan->tables[s], &plan->tables[t]))
            return false;
    return plan->tables[t].kind == CS_CROSS;
}

/* A row of the GROUP BY that table t is the first of. */
static void add_group(struct amount *amount, const struct cs_study *study,
                      const struct cs_plan *plan, size_t t)
{
    const double c = width_of(&study->schema, &plan->tables[t], CS_A);
    const double levels = bits_of((size_t)c);
    double words = 0;

    for (size_t s = t; s < plan->n_tables; s++)
        if (same_index(&plan->tables[s], &plan->tables[t]))
            words += width_of(&study->schema, &plan->tables[s], CS_B);
    amount->bytes += 4 * words + levels * (transfer_bytes + 16.0 / study->ot_k);
    amount->blocks += c * ceil(words / 4) + levels * blocks_in_transfer;
}

/* A place of a joint: digits of up to four bits (protocol/one_hot.h). */
static void add_joint(struct amount *amount, const struct cs_study *study,
                      const struct cs_joint *joint)
{
    const double bits = joint->n_bits, words = exp2(bits), digits = ceil(bits / 4);
    const double leaves = digits > 0 ? exp2(ceil(bits / digits)) : 0;

    amount->bytes += 4 * words * digits + bits * (transfer_bytes + 16.0 / study->ot_k);
    amount->blocks += digits * leaves * ceil(words / 4) + bits * blocks_in_transfer;
}

static enum cs_status add_joints(struct amount *amount, const struct cs_study *study,
                                 const struct cs_plan *plan)
{
    struct cs_joints joints = { 0 };
    enum cs_status st;

    CS_TRY(cs_joints_init(&joints, plan, &study->schema));
    for (size_t i = 0; i < joints.n; i++)
        add_joint(amount, study, &joints.joint[i]);
out:
    cs_joints_wipe(&joints);
    return st;
}

/* All cross tables, of one row or place. */
static enum cs_status measure_a_row(struct amount *amount, const struct cs_study *study,
                                    const struct cs_plan *plan)
{
    enum cs_status st = CS_OK;

    for (size_t t = 0; t < plan->n_tables; t++)
        if (is_first_of_group(plan, t))
            add_group(amount, study, plan, t);
    if (study->link == CS_LINK_PRIVATE)
        CS_TRY(add_joints(amount, study, plan));
out:
    return st;
}

/* Noise that is drawn jointly, of all cells: protocol/joint_noise.h. */
static struct amount joint_noise(const struct cs_study *study, const struct cs_plan *plan)
{
    double bits = 0;

    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];

        bits += (double)spec->n_cells *
                (spec->joint.coins + spec->joint.levels * CS_BINOMIAL_LEVEL_BITS);
    }
    return (struct amount){ bits * (4 + 16.0 / study->ot_k), bits * blocks_in_transfer };
}

/* ---- memory and disk --------------------------------------------------------------- */

static double larger(const size_t n_rows[static 2])
{
    return (double)(n_rows[0] > n_rows[1] ? n_rows[0] : n_rows[1]);
}

static double weights_of(const struct cs_study *study, const size_t n_rows[static 2],
                         enum cs_party party)
{
    struct cs_recipe recipe;

    cs_recipe_settle(&recipe, study, n_rows, party);
    return (double)cs_generator_n_weights(study, &recipe, party);
}

/* While people are linked, or while populations are fitted: codes of the file, candidates
 * of both parties, what the fits have. */
double cs_predict_least_memory(const struct cs_study *study,
                               const size_t n_rows[static 2], enum cs_party party)
{
    const double fitting =
        larger(n_rows) * (code_bytes * (double)study->schema.n_columns + id_bytes);
    const double linking =
        study->link == CS_LINK_PRIVATE ? linked_bytes[party] * (double)n_rows[party] : 0;

    return base_bytes + fmax(fitting, linking) +
           weight_bytes * weights_of(study, n_rows, party);
}

static double output_bytes(const struct cs_study *study, const struct cs_plan *plan,
                           enum cs_party party)
{
    const double people = larger(plan->n_rows);
    const double columns = (double)study->schema.n_columns;

    return people * ((double)study->schema.n_order[party] * 10 + columns) +
           4 * weights_of(study, plan->n_rows, party) + 16 * (double)plan->n_cells + 2e6;
}

/* ---- time -------------------------------------------------------------------------- */

static double training_seconds(const struct cs_study *study, const struct cs_plan *plan,
                               enum cs_party party, const struct cs_host_speed *speed,
                               unsigned threads)
{
    const struct cs_recipe *recipe = &plan->recipe[party];
    double rows = 0;

    if (study->generator.train_on != CS_TRAIN_ON_ROWS)
        rows += (double)recipe->plain.batch * recipe->plain.steps;
    if (plan->training[party].enabled)
        rows += private_factor * (double)recipe->private.batch * recipe->private.steps;
    /* Forward, and the gradients of inputs and of weights: two operations each. */
    return 6 * rows * (double)cs_generator_n_weights(study, recipe, party) /
           (speed->flops * step_efficiency) / (1 + thread_gain * (threads - 1));
}

/* Both fits, of which the first has no more people than are learned from. */
static double fitting_seconds(const struct cs_plan *plan,
                              const struct cs_host_speed *speed)
{
    const double people = larger(plan->n_rows);
    const double both = people + fmin(people, CS_LEARN_ROWS_MAX);

    return both * (visits_in_row + visits_in_row_table * (double)plan->n_tables) /
           speed->visits;
}

double cs_prediction_seconds(const struct cs_prediction *prediction)
{
    return prediction->link_seconds + prediction->measure_seconds +
           prediction->fit_seconds + prediction->train_seconds +
           prediction->other_seconds;
}

enum cs_status cs_predict(struct cs_prediction *prediction, const struct cs_study *study,
                          const struct cs_plan *plan, enum cs_party party,
                          const struct cs_host_speed *speed, unsigned threads)
{
    const bool linked = study->link == CS_LINK_PRIVATE;
    const double places = (double)plan->n_rows[CS_A] * (linked ? bins : 1);
    const double columns = (double)study->schema.n_columns;
    const struct amount noise = joint_noise(study, plan);
    struct amount row = { 0 };
    enum cs_status st;

    *prediction = (struct cs_prediction){ 0 };
    CS_TRY(measure_a_row(&row, study, plan));
    prediction->traffic_bytes = places * (row.bytes + (linked ? linking_traffic : 0)) +
                                noise.bytes + larger(plan->n_rows) * columns + 1e5;
    prediction->memory_bytes = cs_predict_least_memory(study, plan->n_rows, party) +
                               cell_bytes * (double)plan->n_cells;
    prediction->disk_bytes = output_bytes(study, plan, party);
    prediction->link_seconds = linked ? places * blocks_in_linking / speed->aes : 0;
    prediction->measure_seconds =
        (places * (row.blocks + blocks_in_byte * row.bytes) + noise.blocks) / speed->aes;
    prediction->fit_seconds = fitting_seconds(plan, speed);
    prediction->train_seconds = training_seconds(study, plan, party, speed, threads);
    prediction->other_seconds =
        3 * larger(plan->n_rows) * columns * visits_in_reading / speed->visits;
out:
    return st;
}
