/* What model/recipe.h promises. */
#include "model/recipe.h"

#include <math.h>

#include "tests/support/check.h"
#include "tests/support/study.h"

static struct cs_recipe settle(const char *generator, size_t a, size_t b,
                               enum cs_party party)
{
    struct cs_study *study = cs_test_study(generator);
    const size_t n_rows[2] = { a, b };
    struct cs_recipe recipe;

    cs_recipe_settle(&recipe, study, n_rows, party);
    cs_study_free(study);
    return recipe;
}

static void what_the_study_says_stays(void **state)
{
    const struct cs_recipe recipe =
        settle("generator: {latent: 5, layers: [7, 6, 5], rounds: 3, local_steps: 4, "
               "batch: 99, learning_rate: .25}\n",
               1000, 2000, CS_B);
    (void)state;

    assert_int_equal(recipe.spec.latent, 5);
    assert_int_equal(recipe.spec.n_layers, 3);
    assert_int_equal(recipe.spec.layers[2], 5);
    assert_int_equal(recipe.private.steps, 12);
    assert_int_equal(recipe.private.batch, 99);
    assert_true(recipe.private.rate == .25);
}

static void what_it_leaves_open_is_settled(void **state)
{
    const struct cs_recipe recipe = settle("generator: {}\n", 1000, 100000, CS_A);
    (void)state;

    assert_true(recipe.spec.latent > 0 && recipe.spec.n_layers > 0);
    assert_true(recipe.plain.batch > 0 && recipe.plain.steps > 0);
    assert_true(recipe.private.batch > 0 && recipe.private.steps > 0);
    assert_true(recipe.plain.rate > 0 && recipe.private.rate > 0);
}

/* A GAN does not settle by itself: its weights are averaged at a constant rate. */
static void habits_depend_on_the_kind_unless_the_study_says_otherwise(void **state)
{
    const struct cs_recipe vae = settle("generator: {kind: vae}\n", 9, 9, CS_A);
    const struct cs_recipe gan = settle("generator: {kind: gan}\n", 9, 9, CS_A);
    const struct cs_recipe told = settle(
        "generator: {kind: gan, schedule: linear, average: .5, clip: 7}\n", 9, 9, CS_A);
    (void)state;

    assert_int_equal(vae.spec.schedule, CS_SCHEDULE_COSINE);
    assert_true(vae.spec.average == 0 && vae.spec.clip > 0);
    assert_int_equal(gan.spec.schedule, CS_SCHEDULE_CONSTANT);
    assert_true(gan.spec.average > 0 && gan.spec.clip > 0);
    assert_int_equal(told.spec.schedule, CS_SCHEDULE_LINEAR);
    assert_true(told.spec.average == .5 && told.spec.clip == 7);
}

/* What a latent holds passes through every layer. */
/* From random weights on rows take larger steps, on gradients that are not yet large. */
static void a_cold_start_takes_other_steps_than_a_warm_one(void **state)
{
    (void)state;

    const struct cs_recipe warm = settle("generator: {train_on: both}\n", 9, 9, CS_A);
    const struct cs_recipe cold = settle("generator: {train_on: rows}\n", 9, 9, CS_A);
    const struct cs_recipe told =
        settle("generator: {train_on: rows, clip: 7, learning_rate: .5}\n", 9, 9, CS_A);

    assert_true(cold.private.rate > warm.private.rate);
    assert_true(cold.spec.clip < warm.spec.clip);
    assert_true(told.private.rate == .5 && told.spec.clip == 7);
}

static void no_layer_is_narrower_than_the_latent(void **state)
{
    const struct cs_recipe narrow = settle("generator: {layers: [50, 3]}\n", 9, 9, CS_A);
    const struct cs_recipe wide = settle("generator: {latent: 200}\n", 9, 9, CS_A);
    (void)state;

    assert_true(narrow.spec.latent >= 1 && narrow.spec.latent <= 3);
    for (size_t k = 0; k < wide.spec.n_layers; k++)
        assert_true(wide.spec.layers[k] >= 200);
}

/* The noise of DP-SGD is what its batches and rates were chosen for. */
static void without_privacy_rows_are_trained_on_as_a_population_is(void **state)
{
    const struct cs_recipe recipe =
        settle("privacy: {epsilon: none, acknowledge: " CS_UNPROTECTED_SENTENCE "}\n",
               5000, 5000, CS_A);
    const struct cs_recipe control = settle(NULL, 5000, 5000, CS_A);
    (void)state;

    assert_int_equal(recipe.private.steps, recipe.plain.steps);
    assert_int_equal(recipe.private.batch, recipe.plain.batch);
    assert_true(recipe.private.rate == recipe.plain.rate);
    assert_true(control.private.steps < control.plain.steps);
}

static void both_parties_settle_the_same_shape(void **state)
{
    const struct cs_recipe a = settle("generator: {}\n", 300, 100000, CS_A);
    const struct cs_recipe b = settle("generator: {}\n", 300, 100000, CS_B);
    (void)state;

    assert_int_equal(a.spec.latent, b.spec.latent);
    assert_int_equal(a.spec.n_layers, b.spec.n_layers);
    for (size_t k = 0; k < a.spec.n_layers; k++)
        assert_int_equal(a.spec.layers[k], b.spec.layers[k]);
    assert_int_equal(a.private.steps, b.private.steps);
}

static void a_batch_is_never_larger_than_all_rows(void **state)
{
    (void)state;

    assert_int_equal(settle("generator: {}\n", 5, 100000, CS_A).private.batch, 5);
    assert_int_equal(settle("generator: {batch: 70}\n", 5, 60, CS_B).private.batch, 60);
}

static void an_epoch_takes_each_row_about_once(void **state)
{
    const struct cs_recipe one = settle("generator: {epochs: 1}\n", 10000, 1, CS_A);
    const struct cs_recipe ten = settle("generator: {epochs: 10}\n", 10000, 1, CS_A);
    const struct cs_recipe huge = settle("generator: {epochs: 1}\n", 1 << 30, 1, CS_A);
    const size_t rows = one.plain.steps * one.plain.batch;
    (void)state;

    assert_true(rows >= 10000 && rows < 10000 + one.plain.batch);
    assert_int_equal(ten.plain.steps, 10 * one.plain.steps);
    assert_int_equal(huge.plain.steps * huge.plain.batch, CS_LEARN_ROWS_MAX);
}

/* A third of the steps, rounded up, at half the rate; real rows and shape as before. */
static void a_start_shortens_plain_training_alone(void **state)
{
    const unsigned steps[][2] = {
        { 0, 0 }, { 1, 1 }, { 3, 1 }, { 4, 2 }, { 3000, 1000 }
    };
    const struct cs_recipe fresh = settle("generator: {}\n", 1000, 1000, CS_A);
    (void)state;

    for (size_t i = 0; i < COUNT(steps); i++) {
        struct cs_recipe recipe = fresh;

        recipe.plain.steps = steps[i][0];
        cs_recipe_start(&recipe);
        assert_int_equal(recipe.plain.steps, steps[i][1]);
        assert_int_equal(recipe.plain.batch, fresh.plain.batch);
        assert_true(recipe.plain.rate == fresh.plain.rate / 2);
        assert_int_equal(recipe.private.steps, fresh.private.steps);
        assert_int_equal(recipe.private.batch, fresh.private.batch);
        assert_true(recipe.private.rate == fresh.private.rate);
        assert_memory_equal(&recipe.spec, &fresh.spec, sizeof fresh.spec);
    }
}

static void schedules_have_their_values(void **state)
{
    static const struct cs_pace pace = { 1, 8, .5 };
    static const double wanted[][3] = { /* at the first step, a quarter, half */
                                        [CS_SCHEDULE_CONSTANT] = { .5, .5, .5 },
                                        [CS_SCHEDULE_LINEAR] = { .5, .375, .25 },
                                        [CS_SCHEDULE_COSINE] = { .5, .4267766953, .25 }
    };
    (void)state;

    for (int schedule = CS_SCHEDULE_CONSTANT; schedule <= CS_SCHEDULE_COSINE; schedule++)
        for (unsigned i = 0; i < 3; i++)
            assert_true(fabs(cs_pace_rate(&pace, (enum cs_schedule)schedule, 2 * i) -
                             wanted[schedule][i]) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_study_says_stays),
        cmocka_unit_test(what_it_leaves_open_is_settled),
        cmocka_unit_test(habits_depend_on_the_kind_unless_the_study_says_otherwise),
        cmocka_unit_test(a_cold_start_takes_other_steps_than_a_warm_one),
        cmocka_unit_test(no_layer_is_narrower_than_the_latent),
        cmocka_unit_test(without_privacy_rows_are_trained_on_as_a_population_is),
        cmocka_unit_test(both_parties_settle_the_same_shape),
        cmocka_unit_test(a_batch_is_never_larger_than_all_rows),
        cmocka_unit_test(an_epoch_takes_each_row_about_once),
        cmocka_unit_test(a_start_shortens_plain_training_alone),
        cmocka_unit_test(schedules_have_their_values),
    };
    return CS_RUN("model/recipe", tests);
}
