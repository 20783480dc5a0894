/* What the kind `gan` (model/gan.c) promises beyond model/generator.h's contract. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/generator.h"
#include "tests/support/check.h"
#include "tests/support/study.h"
#include "tests/support/toy.h"

enum { N = 3000 };

#define GAN "generator: {kind: gan, latent: 4, layers: [24, 16], activation: leaky_relu, "
#define SMALL GAN "epochs: 90, average: .98}\n"

static const size_t n_rows[2] = { N, N };

struct fixture {
    struct cs_study *study;
    struct cs_generator *generator;
    struct cs_codes rows, out;
    struct cs_rng rng;
};

static void setup(struct fixture *f, const char *extra)
{
    struct cs_recipe recipe;

    memset(f, 0, sizeof *f);
    cs_rng_init_labelled(&f->rng, 1, "gan");
    f->study = cs_test_study(extra);
    cs_recipe_settle(&recipe, f->study, n_rows, CS_B);
    assert_ok(cs_generator_new(&f->generator, f->study, &recipe, CS_B, NULL));
    cs_toy_rows(&f->rows, N, f->study, CS_B, &f->rng);
    assert_ok(cs_codes_init(&f->out, N, f->rows.n_columns));
}

static void teardown(struct fixture *f)
{
    cs_generator_free(f->generator);
    cs_codes_wipe(&f->rows);
    cs_codes_wipe(&f->out);
    cs_study_free(f->study);
}

/* How far samples with the rows' labels are from the rows; B's label is last. */
static double distance(struct fixture *f)
{
    assert_ok(cs_generator_sample(f->generator, &f->out, cs_codes_column(&f->rows, 4),
                                  &f->rng));
    assert_memory_equal(cs_codes_column(&f->out, 4), cs_codes_column(&f->rows, 4), N);
    return cs_toy_distance(&f->rows, &f->out);
}

static double distance_of_fitted(const char *extra)
{
    struct fixture f;
    double result;

    setup(&f, extra);
    assert_ok(cs_generator_fit(f.generator, &f.rows, &f.rng, NULL, NULL));
    result = distance(&f);
    teardown(&f);
    return result;
}

static void what_is_fitted_is_closer_to_its_rows_than_independent_columns(void **state)
{
    const double independent = distance_of_fitted("generator: {kind: independent}\n");
    static const char *const studies[] = {
        SMALL,
        GAN "epochs: 90, average: .98, packing: 2, dropout: .05}\n",
    };
    (void)state;

    for (size_t i = 0; i < COUNT(studies); i++) {
        const double fitted = distance_of_fitted(studies[i]);

        if (fitted > 0.75 * independent)
            fail_msg("%s: %g, independent columns %g", studies[i], fitted, independent);
    }
}

static float *copy_weights(struct fixture *f, size_t *n)
{
    size_t n_blocks, at = 0;
    const struct cs_weight_block *block = cs_generator_blocks(f->generator, &n_blocks);

    *n = 0;
    for (size_t b = 0; b < n_blocks; b++)
        *n += block[b].n;
    float *copy = calloc(*n, sizeof *copy);
    for (size_t b = 0; b < n_blocks; at += block[b++].n)
        memcpy(copy + at, block[b].weight, block[b].n * sizeof *copy);
    return copy;
}

/* Of the rows it remembers only the frequencies of one column are right: random weights
 * know nothing of the others. Real rows teach, at little noise, alone or in packs. */
static void private_steps_teach(const char *extra)
{
    struct fixture f;

    setup(&f, extra);
    assert_ok(cs_generator_remember(f.generator, &f.rows, &f.rng));
    const double before = distance(&f);
    for (int step = 0; step < 300; step++)
        assert_ok(
            cs_generator_step_private(f.generator, &f.rows, 0.1, 0.1, 0.005, &f.rng));
    cs_generator_settle(f.generator);
    const double after = distance(&f);
    if (after > 0.7 * before)
        fail_msg("%s: %g after, %g before", extra, after, before);
    teardown(&f);
}

static void private_steps_learn_from_real_rows(void **state)
{
    (void)state;

    private_steps_teach(GAN "clip: 2, critic_steps: 1, average: .95}\n");
    private_steps_teach(GAN "clip: 2, critic_steps: 1, average: .95, packing: 2}\n");
}

/* A batch may be empty by chance: then it is noise alone, and leaves a trace. */
static void an_empty_batch_is_a_step_all_the_same(void **state)
{
    struct fixture f;
    size_t n;
    (void)state;

    setup(&f, SMALL);
    assert_ok(cs_generator_remember(f.generator, &f.rows, &f.rng));
    float *before = copy_weights(&f, &n);
    assert_ok(cs_generator_step_private(f.generator, &f.rows, 1e-15, 1, 1e-3, &f.rng));
    float *after = copy_weights(&f, &n);
    assert_memory_not_equal(before, after, n * sizeof *before);
    for (size_t i = 0; i < n; i++)
        assert_true(isfinite(after[i]));
    free(before);
    free(after);
    teardown(&f);
}

static void private_noise_that_leaves_no_signal_is_refused(void **state)
{
    struct fixture f;
    (void)state;

    setup(&f, SMALL);
    assert_ok(cs_generator_remember(f.generator, &f.rows, &f.rng));
    assert_int_equal(
        cs_generator_step_private(f.generator, &f.rows, 0.1, 1e5, 1e-3, &f.rng),
        CS_CONFIG);
    teardown(&f);
}

/* What watches over a training sees the loss alone. */
static void a_training_that_explodes_has_a_loss_that_is_not_finite(void **state)
{
    struct fixture f;
    double loss = 0;
    (void)state;

    setup(&f, SMALL);
    for (int step = 0; step < 20; step++) {
        assert_ok(cs_generator_step(f.generator, &f.rows, 1e-3, &loss, &f.rng));
        assert_true(isfinite(loss));
    }
    for (int step = 0; step < 3; step++)
        assert_ok(cs_generator_step(f.generator, &f.rows, 1e38, &loss, &f.rng));
    assert_true(!isfinite(loss));
    teardown(&f);
}

/* The critic is the first part of the weights: what DP-SGD covers. */
static void noise_covers_the_critic_alone(void **state)
{
    struct fixture f;
    struct cs_recipe recipe;
    size_t n_blocks, n = 0;
    (void)state;

    setup(&f, GAN "packing: 2}\n");
    cs_recipe_settle(&recipe, f.study, n_rows, CS_B);
    const struct cs_weight_block *block = cs_generator_blocks(f.generator, &n_blocks);
    for (size_t b = 0; b < n_blocks && strstr(block[b].name, "critic") != NULL; b++)
        n += block[b].n;
    assert_int_equal(n, cs_generator_n_weights(f.study, &recipe, CS_B));
    for (size_t b = 0; b < n_blocks; b++)
        if ((size_t)(block[b].weight - block[0].weight) >= n)
            assert_non_null(strstr(block[b].name, "generator"));
    teardown(&f);
}

static void expect_common(const char *extra, const char *const *names, size_t n_names)
{
    struct fixture f;
    struct cs_weight_block *common;
    size_t n;

    setup(&f, extra);
    assert_ok(cs_generator_common(&common, &n, f.generator, f.study, CS_B));
    assert_int_equal(n, n_names);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(common[i].name, names[i]);
    free(common);
    teardown(&f);
}

/* age is at both parties, one of too many features for the trunks. */
static void common_columns_of_both_nets_are_federated(void **state)
{
    static const char *const names[] = {
        "column/age/critic/in/0",
        "column/age/generator/in",
        "column/age/generator/out",
        "column/age/generator/out/bias",
    };
    (void)state;

    expect_common(SMALL, names, COUNT(names));
}

/* Here it is one of two features of each. */
static void
trunks_of_both_nets_are_federated_where_half_of_the_features_are_common(void **state)
{
    static const char *const names[] = {
        "column/age/critic/in/0",        "trunk/critic/0/bias",
        "trunk/critic/1/weight",         "trunk/critic/1/bias",
        "trunk/critic/2/weight",         "trunk/critic/2/bias",
        "trunk/generator/0/weight",      "trunk/generator/0/bias",
        "trunk/generator/1/weight",      "trunk/generator/1/bias",
        "column/age/generator/in",       "column/age/generator/out",
        "column/age/generator/out/bias",
    };
    (void)state;

    expect_common(SMALL
                  "columns:\n"
                  "  a:\n"
                  "    - {name: age, type: integer, min: 18, max: 65}\n"
                  "    - {name: region, type: category, values: [north, south]}\n"
                  "    - {name: arm, type: category, values: [control, neither, test]}\n"
                  "  b:\n"
                  "    - {name: age, type: integer, min: 18, max: 65}\n"
                  "    - {name: device, type: category, values: [phone, web]}\n"
                  "    - {name: converted, type: category, values: [\"0\", \"1\"]}\n",
                  names, COUNT(names));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_fitted_is_closer_to_its_rows_than_independent_columns),
        cmocka_unit_test(private_steps_learn_from_real_rows),
        cmocka_unit_test(an_empty_batch_is_a_step_all_the_same),
        cmocka_unit_test(private_noise_that_leaves_no_signal_is_refused),
        cmocka_unit_test(a_training_that_explodes_has_a_loss_that_is_not_finite),
        cmocka_unit_test(noise_covers_the_critic_alone),
        cmocka_unit_test(common_columns_of_both_nets_are_federated),
        cmocka_unit_test(
            trunks_of_both_nets_are_federated_where_half_of_the_features_are_common),
    };
    return CS_RUN("model/gan", tests);
}
