#include "model/perceptron.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "model/folds.h"
#include "model/hidden.h"
#include "model/optimiser.h"

#define UNITS 64u
#define BATCH_ROWS 128u

static const double first_rate = .004;
static const enum cs_activation activation = CS_RELU;

/* The layers once more, with memory for a batch. */
struct batch {
    struct cs_affine numbers, levels, top;
    bool has_levels;
    const float *weights;
    float *x;         /* (BATCH_ROWS, numbers.n_in) [secret] */
    uint16_t *lookup; /* (BATCH_ROWS, levels.n_lookups) [secret] */
    struct cs_activations activations;
};

/* ---- a batch ---- */

static void place(struct batch *batch)
{
    cs_hidden_place(&batch->numbers, &batch->activations, BATCH_ROWS, activation, false);
    batch->levels.y = batch->numbers.y;
    batch->levels.d_y = batch->numbers.d_y;
    batch->top.y =
        cs_activations_place(&batch->activations, BATCH_ROWS * batch->top.n_out);
    batch->top.d_y =
        cs_activations_place(&batch->activations, BATCH_ROWS * batch->top.n_out);
}

static void wipe_batch(struct batch *batch)
{
    cs_activations_wipe(&batch->activations);
    cs_wipe_free(batch->x, BATCH_ROWS * batch->numbers.n_in * sizeof *batch->x);
    cs_wipe_free(batch->lookup,
                 BATCH_ROWS * (batch->levels.n_lookups + 1) * sizeof *batch->lookup);
    *batch = (struct batch){ .x = NULL };
}

static enum cs_status make_batch(struct batch *batch, const struct cs_perceptron *p)
{
    enum cs_status st = CS_MEMORY;

    *batch = (struct batch){ .numbers = p->numbers,
                             .levels = p->levels,
                             .top = p->top,
                             .has_levels = p->has_levels,
                             .weights = p->weights.weight };
    batch->x = calloc(BATCH_ROWS, batch->numbers.n_in * sizeof *batch->x);
    batch->lookup =
        calloc(BATCH_ROWS, (batch->levels.n_lookups + 1) * sizeof *batch->lookup);
    if (batch->x == NULL || batch->lookup == NULL)
        goto out;
    place(batch);
    CS_TRY(cs_activations_allocate(&batch->activations));
    place(batch);
    batch->numbers.x = batch->x;
    batch->levels.lookup = batch->lookup;
    batch->top.x = cs_hidden_output(&batch->numbers);
out:
    if (st != CS_OK)
        wipe_batch(batch);
    return st;
}

static void set(struct batch *batch, const struct cs_features *f, const uint32_t *rows,
                size_t n)
{
    for (size_t i = 0; i < n; i++) {
        memcpy(batch->x + i * batch->numbers.n_in, f->numbers + rows[i] * f->n_numbers,
               f->n_numbers * sizeof *f->numbers);
        memcpy(batch->lookup + i * f->n_lookups, f->lookup + rows[i] * f->n_lookups,
               f->n_lookups * sizeof *f->lookup);
    }
}

static void forward(struct batch *batch, size_t n)
{
    cs_affine_forward(&batch->numbers, batch->weights, n);
    if (batch->has_levels)
        cs_affine_forward(&batch->levels, batch->weights, n); /* adds */
    cs_hidden_activate(&batch->numbers, n, activation);
    cs_affine_forward(&batch->top, batch->weights, n);
}

/* The slopes of the loss, at the top. */
static void judge(struct batch *batch, const struct cs_task *task, const uint32_t *rows,
                  size_t n)
{
    const size_t n_scores = batch->top.n_out;
    double scores[CS_LOSS_SCORES_MAX], d_scores[CS_LOSS_SCORES_MAX];

    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < n_scores; k++)
            scores[k] = (double)batch->top.y[i * n_scores + k];
        cs_loss_at(d_scores, NULL, scores, task->answers[rows[i]], task->n_classes);
        for (size_t k = 0; k < n_scores; k++)
            batch->top.d_y[i * n_scores + k] = (float)d_scores[k];
    }
}

static void backward(struct batch *batch, float *gradient, size_t n)
{
    cs_hidden_backward(&batch->numbers, &batch->top, batch->weights, n, activation);
    cs_affine_gradient(&batch->top, gradient, n);
    cs_affine_gradient(&batch->numbers, gradient, n);
    if (batch->has_levels)
        cs_affine_gradient(&batch->levels, gradient, n);
}

/* ---- learning ---- */

struct training {
    struct batch batch;
    struct cs_optimiser optimiser;
    float *gradient;
    uint32_t *rows; /* (task->rows.n), shuffled */
};

static void train_epoch(struct training *t, const struct cs_perceptron *p,
                        const struct cs_task *task, double done, double step)
{
    for (size_t i = 0; i < task->rows.n; i += BATCH_ROWS) {
        const size_t left = task->rows.n - i, n = left < BATCH_ROWS ? left : BATCH_ROWS;
        const double share = (double)i / (double)task->rows.n;

        set(&t->batch, task->features, t->rows + i, n);
        forward(&t->batch, n);
        judge(&t->batch, task, t->rows + i, n);
        memset(t->gradient, 0, p->weights.n * sizeof *t->gradient);
        backward(&t->batch, t->gradient, n);
        cs_optimiser_step(&t->optimiser, p->weights.weight, t->gradient, 1 / (double)n,
                          first_rate * (1 - done - step * share));
    }
}

static void train(struct training *t, const struct cs_perceptron *p,
                  const struct cs_task *task)
{
    const size_t wanted = CS_PERCEPTRON_SEEN / task->rows.n + 1;
    const size_t epochs = wanted < CS_PERCEPTRON_EPOCHS ? wanted : CS_PERCEPTRON_EPOCHS;
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, task->seed, "perceptron/rows");
    for (size_t e = 0; e < epochs; e++) {
        cs_folds_draw(t->rows, task->rows.n, task->rows.n, &rng);
        train_epoch(t, p, task, (double)e / (double)epochs, 1 / (double)epochs);
    }
    cs_rng_wipe(&rng);
}

static enum cs_status learn(struct cs_perceptron *p, const struct cs_task *task)
{
    struct training t = { .gradient = calloc(p->weights.n, sizeof *t.gradient),
                          .rows = calloc(task->rows.n, sizeof *t.rows) };
    enum cs_status st = CS_MEMORY;

    if (t.gradient == NULL || t.rows == NULL)
        goto out;
    memcpy(t.rows, task->rows.at, task->rows.n * sizeof *t.rows);
    CS_TRY(make_batch(&t.batch, p));
    CS_TRY(cs_optimiser_init(&t.optimiser, CS_ADAM, p->weights.n));
    train(&t, p, task);
out:
    cs_optimiser_wipe(&t.optimiser);
    wipe_batch(&t.batch);
    cs_wipe_free(t.gradient, p->weights.n * sizeof *t.gradient);
    free(t.rows);
    return st;
}

/* ---- birth ---- */

/* A matrix has one column at least; it is of zeros if there is no number. */
static void set_shapes(struct cs_perceptron *p, const struct cs_task *task)
{
    const struct cs_features *f = task->features;

    p->has_levels = f->n_lookups > 0;
    cs_assemble_shape(&p->numbers, f->n_numbers > 0 ? f->n_numbers : 1, UNITS, 0);
    cs_assemble_shape(&p->levels, f->n_levels, UNITS, f->n_lookups);
    cs_assemble_shape(&p->top, UNITS, cs_loss_scores(task->n_classes), 0);
}

static enum cs_status make_weights(struct cs_perceptron *p, uint64_t seed)
{
    enum cs_status st = CS_OK;

    CS_TRY(cs_assemble_layer(&p->weights, &p->numbers, "numbers", 0));
    if (p->has_levels)
        CS_TRY(cs_weights_add(&p->weights, &p->levels.weight,
                              p->levels.n_in * p->levels.n_out, "levels", "0", "weight"));
    CS_TRY(cs_assemble_layer(&p->weights, &p->top, "top", 0));
    CS_TRY(cs_weights_allocate(&p->weights));
    cs_assemble_draw(&p->weights, &p->numbers, 1, seed);
    if (p->has_levels)
        cs_assemble_draw(&p->weights, &p->levels, 1, seed);
    cs_assemble_draw(&p->weights, &p->top, 1, seed);
out:
    return st;
}

enum cs_status cs_perceptron_fit(struct cs_perceptron *p, const struct cs_task *task)
{
    enum cs_status st;

    *p = (struct cs_perceptron){ .has_levels = false };
    set_shapes(p, task);
    CS_TRY(make_weights(p, task->seed));
    CS_TRY(learn(p, task));
out:
    if (st != CS_OK)
        cs_perceptron_wipe(p);
    return st;
}

enum cs_status cs_perceptron_score(double *scores, const struct cs_perceptron *p,
                                   const struct cs_features *features,
                                   struct cs_rows rows)
{
    const size_t n_scores = p->top.n_out;
    struct batch batch;
    enum cs_status st;

    CS_TRY(make_batch(&batch, p));
    for (size_t i = 0; i < rows.n; i += BATCH_ROWS) {
        const size_t n = rows.n - i < BATCH_ROWS ? rows.n - i : BATCH_ROWS;

        set(&batch, features, rows.at + i, n);
        forward(&batch, n);
        for (size_t k = 0; k < n * n_scores; k++)
            scores[i * n_scores + k] = (double)batch.top.y[k];
    }
    wipe_batch(&batch);
out:
    return st;
}

void cs_perceptron_wipe(struct cs_perceptron *p)
{
    cs_weights_wipe(&p->weights);
    *p = (struct cs_perceptron){ .has_levels = false };
}
