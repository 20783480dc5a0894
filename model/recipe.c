#include "model/recipe.h"

#include <math.h>

enum { WIDTH = 128, N_LAYERS = 2 };

/* Plain training, which costs time alone. */
enum { EPOCHS = 50 };

/* Under noise a large batch is worth more than many steps. */
enum { BATCH_MIN = 256, BATCH_MAX = 8192, BATCH_SHARE = 4 };

/* What works for a kind. The two nets of a GAN follow each other without end, so their
 * learning rate does not fall, and their average over the time is what has settled
 * (Yazici et al., "The Unusual Effectiveness of Averaging in GAN Training", 2019). */
static const struct habits {
    size_t latent;
    enum cs_schedule schedule;
    double average;
    struct { /* of DP-SGD, from weights fitted to the population and from random ones */
        double clip, rate;
    } warm, cold;
    unsigned plain_batch, steps_min, steps_max;
    double plain_rate;
} habits[] = {
    [CS_GENERATOR_VAE] = { .latent = 16,
                           .schedule = CS_SCHEDULE_COSINE,
                           .warm = { .clip = 100, .rate = 6e-4 },
                           .cold = { .clip = 5, .rate = 1e-2 },
                           .plain_batch = 256,
                           .steps_min = 3000,
                           .steps_max = 6000,
                           .plain_rate = 2e-3 },
    [CS_GENERATOR_GAN] = { .latent = 32,
                           .schedule = CS_SCHEDULE_CONSTANT,
                           .average = .999,
                           .warm = { .clip = 1, .rate = 6e-4 },
                           .cold = { .clip = 1, .rate = 6e-4 },
                           .plain_batch = 512,
                           .steps_min = 2000,
                           .steps_max = 4000,
                           .plain_rate = 6e-3 },
    [CS_GENERATOR_INDEPENDENT] = { .latent = 1,
                                   .schedule = CS_SCHEDULE_CONSTANT,
                                   .warm.clip = 1,
                                   .cold.clip = 1,
                                   .plain_batch = 1 },
};

static size_t clamp(size_t n, size_t low, size_t high)
{
    return n < low ? low : n > high ? high : n;
}

static size_t narrowest(const struct cs_generator_spec *spec)
{
    size_t least = spec->layers[0];

    for (size_t k = 1; k < spec->n_layers; k++)
        least = spec->layers[k] < least ? spec->layers[k] : least;
    return least;
}

/* No layer is narrower than the latent (model/study.c refuses that). */
static void settle_shape(struct cs_generator_spec *spec, size_t latent)
{
    if (spec->n_layers == 0) {
        const size_t width = spec->latent > WIDTH ? spec->latent : WIDTH;

        for (size_t k = 0; k < N_LAYERS; k++)
            spec->layers[k] = width;
        spec->n_layers = N_LAYERS;
    }
    if (spec->latent == 0)
        spec->latent = clamp(latent, 1, narrowest(spec));
}

/* So many epochs if the study names them, else as many as make a number of steps. */
static unsigned plain_steps(const struct habits *habit, unsigned epochs, size_t n_rows)
{
    const size_t rows = clamp(n_rows, 1, CS_LEARN_ROWS_MAX);
    const size_t per_epoch = (rows + habit->plain_batch - 1) / habit->plain_batch;

    return (unsigned)(epochs > 0 ? per_epoch * epochs
                                 : clamp(per_epoch * EPOCHS, habit->steps_min,
                                         habit->steps_max));
}

static size_t private_batch(const struct cs_generator_spec *spec, size_t n_rows)
{
    const size_t batch =
        spec->batch > 0 ? spec->batch : clamp(n_rows / BATCH_SHARE, BATCH_MIN, BATCH_MAX);

    return batch < n_rows ? batch : n_rows;
}

void cs_recipe_settle(struct cs_recipe *recipe, const struct cs_study *study,
                      const size_t n_rows[static 2], enum cs_party party)
{
    const struct cs_generator_spec *spec = &study->generator;
    const struct habits *habit = &habits[spec->kind];
    const unsigned steps = plain_steps(habit, spec->epochs, n_rows[party]);
    const bool cold = spec->train_on == CS_TRAIN_ON_ROWS;

    *recipe = (struct cs_recipe){
        .spec = *spec,
        .plain = { habit->plain_batch, steps, habit->plain_rate },
        .private = { private_batch(spec, n_rows[party]), spec->rounds * spec->local_steps,
                     cold ? habit->cold.rate : habit->warm.rate },
    };
    settle_shape(&recipe->spec, habit->latent);
    if (spec->schedule == CS_SCHEDULE_DERIVED)
        recipe->spec.schedule = habit->schedule;
    if (spec->average <= 0)
        recipe->spec.average = habit->average;
    if (spec->learning_rate > 0)
        recipe->private.rate = spec->learning_rate;
    if (spec->clip <= 0)
        recipe->spec.clip = cold ? habit->cold.clip : habit->warm.clip;
    if (!study->unprotected)
        return;
    recipe->private = recipe->plain;
    recipe->private.batch = clamp(recipe->plain.batch, 1, n_rows[party]);
}

void cs_recipe_start(struct cs_recipe *recipe)
{
    recipe->plain.steps = (recipe->plain.steps + 2) / 3;
    recipe->plain.rate /= 2;
}

double cs_pace_rate(const struct cs_pace *pace, enum cs_schedule schedule, unsigned step)
{
    const double done = (double)step / pace->steps;

    switch (schedule) {
    case CS_SCHEDULE_LINEAR:
        return pace->rate * (1 - done);
    case CS_SCHEDULE_COSINE:
        return pace->rate * .5 * (1 + cos(acos(-1) * done));
    case CS_SCHEDULE_DERIVED:
    case CS_SCHEDULE_CONSTANT:
        break;
    }
    return pace->rate;
}
