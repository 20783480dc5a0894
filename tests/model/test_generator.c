/* What model/generator.h promises, of every kind. */
#include "model/generator.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/study.h"
#include "tests/support/toy.h"

enum { N = 3000 };

static const size_t n_rows[2] = { N, N };
static const char vae[] = "generator: {kind: vae, latent: 3, layers: [24, 16], epochs: "
                          "120, learning_rate: 0.0003, clip: 20}\n";
static const char independent[] = "generator: {kind: independent}\n";

struct fixture {
    struct cs_study *study;
    struct cs_generator *generator;
    struct cs_codes rows, out;
    struct cs_rng rng;
};

static void setup(struct fixture *f, const char *extra, enum cs_party party)
{
    struct cs_recipe recipe;

    memset(f, 0, sizeof *f);
    cs_rng_init_labelled(&f->rng, 1, "generator");
    f->study = cs_test_study(extra);
    cs_recipe_settle(&recipe, f->study, n_rows, party);
    assert_ok(cs_generator_new(&f->generator, f->study, &recipe, party, NULL));
    cs_toy_rows(&f->rows, N, f->study, party, &f->rng);
    assert_ok(cs_codes_init(&f->out, N, f->rows.n_columns));
}

static void teardown(struct fixture *f)
{
    cs_generator_free(f->generator);
    cs_codes_wipe(&f->rows);
    cs_codes_wipe(&f->out);
    cs_study_free(f->study);
}

/* The label's column: A's file has the arm third, B's the conversion last. */
static uint8_t *labels(const struct fixture *f, enum cs_party party)
{
    return cs_codes_column(&f->rows, party == CS_A ? 2 : 4);
}

static void fit_and_sample(struct fixture *f, enum cs_party party)
{
    assert_ok(cs_generator_fit(f->generator, &f->rows, &f->rng, NULL, NULL));
    assert_ok(cs_generator_sample(f->generator, &f->out, labels(f, party), &f->rng));
}

static void sampled_rows_have_their_labels_and_codes_that_exist(void **state)
{
    const char *const kinds[] = { vae, independent };
    (void)state;

    for (size_t k = 0; k < COUNT(kinds); k++)
        for (int party = CS_A; party <= CS_B; party++) {
            struct fixture f;

            setup(&f, kinds[k], (enum cs_party)party);
            fit_and_sample(&f, (enum cs_party)party);
            const struct cs_schema *schema = &f.study->schema;
            for (size_t j = 0; j < f.out.n_columns; j++)
                for (size_t row = 0; row < N; row++)
                    assert_true(cs_codes_column(&f.out, j)[row] <
                                schema->columns[schema->order[party][j]].n_codes);
            assert_memory_equal(cs_codes_column(&f.out, party == CS_A ? 2 : 4),
                                labels(&f, (enum cs_party)party), N);
            teardown(&f);
        }
}

static void same_seed_and_rows_give_the_same_samples(void **state)
{
    struct fixture f, g;
    (void)state;

    setup(&f, vae, CS_A);
    setup(&g, vae, CS_A);
    fit_and_sample(&f, CS_A);
    fit_and_sample(&g, CS_A);
    assert_memory_equal(f.out.code, g.out.code, N * f.out.n_columns);
    teardown(&f);
    teardown(&g);
}

/* One plain step of SGD on copies of one row: how far its loss and the biases of all
 * codes go. */
static void step_once(double *loss, double *moved, size_t batch)
{
    struct fixture f;
    struct cs_recipe recipe;
    struct cs_codes row;
    size_t n_blocks;

    setup(&f, vae, CS_A);
    cs_generator_free(f.generator);
    cs_recipe_settle(&recipe, f.study, n_rows, CS_A);
    recipe.spec.optimiser = CS_SGD;
    recipe.plain.batch = batch;
    assert_ok(cs_generator_new(&f.generator, f.study, &recipe, CS_A, NULL));
    assert_ok(cs_codes_init(&row, 1, f.rows.n_columns));
    assert_ok(cs_generator_step(f.generator, &row, 1, loss, &f.rng));
    const struct cs_weight_block *blocks = cs_generator_blocks(f.generator, &n_blocks);
    *moved = 0;
    for (size_t b = 0; b < n_blocks; b++)
        for (size_t i = 0; strstr(blocks[b].name, "/out/bias") && i < blocks[b].n; i++)
            *moved += fabs((double)blocks[b].weight[i]); /* from zero */
    cs_codes_wipe(&row);
    teardown(&f);
}

/* Batches of one part of the net's, of a bit more, and of several. */
static void every_row_of_a_large_batch_counts_once(void **state)
{
    double loss, moved, loss_of_few, moved_of_few;
    const size_t larger[] = { 300, 500, 900 };
    (void)state;

    step_once(&loss_of_few, &moved_of_few, 200);
    assert_true(moved_of_few > 1);
    for (size_t k = 0; k < COUNT(larger); k++) {
        step_once(&loss, &moved, larger[k]);
        assert_true(fabs(loss / loss_of_few - 1) < 0.05);
        assert_true(fabs(moved / moved_of_few - 1) < 0.05);
    }
}

/* Given the label, columns of the toy rows still depend on each other. */
static void a_fitted_vae_is_closer_to_its_rows_than_independent_columns(void **state)
{
    double distance[2];
    const char *const kinds[] = { vae, independent };
    (void)state;

    for (size_t k = 0; k < COUNT(kinds); k++) {
        struct fixture f;

        setup(&f, kinds[k], CS_B);
        fit_and_sample(&f, CS_B);
        distance[k] = cs_toy_distance(&f.rows, &f.out);
        teardown(&f);
    }
    assert_true(distance[0] < 0.6 * distance[1]);
}

/* Random weights know nothing; real rows teach, at little noise. */
static void private_steps_learn_from_real_rows(void **state)
{
    struct fixture f;
    struct cs_codes nothing;
    double before, after;
    (void)state;

    setup(&f,
          "generator: {kind: vae, latent: 3, layers: [24, 16], learning_rate: "
          "0.005, clip: 20, epochs: 1}\n",
          CS_B);
    assert_ok(cs_codes_init(&nothing, 1, f.rows.n_columns)); /* one row, all zero */
    assert_ok(cs_generator_fit(f.generator, &nothing, &f.rng, NULL, NULL));
    assert_ok(cs_generator_sample(f.generator, &f.out, labels(&f, CS_B), &f.rng));
    before = cs_toy_distance(&f.rows, &f.out);
    for (int step = 0; step < 200; step++)
        assert_ok(
            cs_generator_step_private(f.generator, &f.rows, 0.1, 0.1, 0.005, &f.rng));
    assert_ok(cs_generator_sample(f.generator, &f.out, labels(&f, CS_B), &f.rng));
    after = cs_toy_distance(&f.rows, &f.out);
    assert_true(after < 0.7 * before);
    cs_codes_wipe(&nothing);
    teardown(&f);
}

static void noise_that_leaves_no_signal_is_refused(void **state)
{
    struct fixture f;
    (void)state;

    setup(&f, vae, CS_A);
    assert_int_equal(
        cs_generator_step_private(f.generator, &f.rows, 0.1, 1e5, 1e-3, &f.rng),
        CS_CONFIG);
    teardown(&f);
}

/* ---- the loss ---- */

static void assert_same_weights(const struct fixture *f, const struct fixture *g)
{
    size_t n_f, n_g;
    const struct cs_weight_block *mine = cs_generator_blocks(f->generator, &n_f);
    const struct cs_weight_block *theirs = cs_generator_blocks(g->generator, &n_g);

    assert_int_equal(n_f, n_g);
    for (size_t b = 0; b < n_f; b++)
        assert_memory_equal(mine[b].weight, theirs[b].weight, mine[b].n * sizeof(float));
}

static void step_both_ways(struct fixture *f)
{
    double loss;

    assert_ok(cs_generator_step(f->generator, &f->rows, 1e-3, &loss, &f->rng));
    assert_ok(cs_generator_step_private(f->generator, &f->rows, 0.1, 1, 1e-3, &f->rng));
}

/* Of two alike only the first is asked; bit for bit they stay alike. */
static void whoever_is_asked_for_a_loss_learns_nothing(const char *extra)
{
    struct fixture asked, other;
    struct cs_rng aside;

    cs_rng_init_labelled(&aside, 2, "generator");
    setup(&asked, extra, CS_A);
    setup(&other, extra, CS_A);
    assert_ok(cs_generator_remember(asked.generator, &asked.rows, &asked.rng));
    assert_ok(cs_generator_remember(other.generator, &other.rows, &other.rng));
    for (int turn = 0; turn < 3; turn++) {
        step_both_ways(&asked);
        step_both_ways(&other);
        assert_true(isfinite(cs_generator_loss(asked.generator, &asked.rows, &aside)));
        assert_same_weights(&asked, &other);
    }
    cs_generator_settle(asked.generator);
    cs_generator_settle(other.generator);
    assert_same_weights(&asked, &other);
    teardown(&asked);
    teardown(&other);
}

#define DROPS                                                                            \
    ", latent: 3, layers: [24, 16], dropout: .1, average: .9, learning_rate: .001"

static void a_loss_changes_nothing_of_what_is_learned(void **state)
{
    (void)state;

    whoever_is_asked_for_a_loss_learns_nothing("generator: {kind: vae" DROPS "}\n");
    whoever_is_asked_for_a_loss_learns_nothing("generator: {kind: gan" DROPS
                                               ", packing: 2, critic_steps: 1}\n");
    whoever_is_asked_for_a_loss_learns_nothing(independent);
}

/* Without dropout a step sees the net as it is. */
static void the_loss_is_that_of_the_next_step(void **state)
{
    struct fixture f;
    double next;
    (void)state;

    setup(&f, vae, CS_A);
    struct cs_rng same = f.rng;
    const double loss = cs_generator_loss(f.generator, &f.rows, &f.rng);
    assert_ok(cs_generator_step(f.generator, &f.rows, 1e-3, &next, &same));
    assert_true(loss == next && loss > 0);
    teardown(&f);
}

static void the_control_has_no_weights_and_takes_no_private_steps(void **state)
{
    struct fixture f;
    size_t n = 99;
    (void)state;

    setup(&f, independent, CS_A);
    assert_null(cs_generator_blocks(f.generator, &n));
    assert_int_equal(n, 0);
    assert_ok(cs_generator_step_private(f.generator, &f.rows, 0.1, 3, 1e-3, &f.rng));
    teardown(&f);
}

/* ---- federated blocks ---- */

static void check_common(const struct cs_study *study, const char *const *names, size_t n)
{
    struct cs_generator *generator[2];
    struct cs_weight_block *common[2];
    size_t n_common[2];

    for (int p = 0; p < 2; p++) {
        struct cs_recipe recipe;

        cs_recipe_settle(&recipe, study, n_rows, (enum cs_party)p);
        assert_ok(
            cs_generator_new(&generator[p], study, &recipe, (enum cs_party)p, NULL));
        assert_ok(cs_generator_common(&common[p], &n_common[p], generator[p], study,
                                      (enum cs_party)p));
        assert_int_equal(n_common[p], n);
    }
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(common[CS_A][i].name, names[i]);
        assert_string_equal(common[CS_B][i].name, names[i]);
        assert_int_equal(common[CS_A][i].n, common[CS_B][i].n);
        assert_memory_equal(common[CS_A][i].weight, common[CS_B][i].weight,
                            common[CS_A][i].n * sizeof(float));
    }
    for (int p = 0; p < 2; p++) {
        free(common[p]);
        cs_generator_free(generator[p]);
    }
}

/* age is at both parties, so its blocks are federated; also where it is two columns, each
 * party's own. It is one of too many features for the trunk. */
static void common_columns_are_federated_and_start_equal(void **state)
{
    static const char *const names[] = { "column/age/in", "column/age/out",
                                         "column/age/out/bias" };
    const char *const links[] = { "", "link: private\n" };
    (void)state;

    for (size_t i = 0; i < COUNT(links); i++) {
        char extra[256];

        snprintf(extra, sizeof extra, "%s%s", vae, links[i]);
        struct cs_study *study = cs_test_study(extra);
        check_common(study, names, COUNT(names));
        cs_study_free(study);
    }
}

/* Here age is one of two features of each. */
static void the_trunk_is_federated_where_half_of_the_features_are_common(void **state)
{
    static const char *const names[] = {
        "trunk/encoder/0/bias",  "trunk/encoder/1/weight", "trunk/encoder/1/bias",
        "trunk/latent/0/weight", "trunk/latent/0/bias",    "trunk/decoder/0/weight",
        "trunk/decoder/0/bias",  "trunk/decoder/1/weight", "trunk/decoder/1/bias",
        "column/age/in",         "column/age/out",         "column/age/out/bias",
    };
    char extra[1024];
    (void)state;

    snprintf(extra, sizeof extra,
             "%scolumns:\n"
             "  a:\n"
             "    - {name: age, type: integer, min: 18, max: 65}\n"
             "    - {name: region, type: category, values: [north, south]}\n"
             "    - {name: arm, type: category, values: [control, neither, test]}\n"
             "  b:\n"
             "    - {name: age, type: integer, min: 18, max: 65}\n"
             "    - {name: device, type: category, values: [phone, web]}\n"
             "    - {name: converted, type: category, values: [\"0\", \"1\"]}\n",
             vae);
    struct cs_study *study = cs_test_study(extra);
    check_common(study, names, COUNT(names));
    cs_study_free(study);
}

static void controls_have_nothing_in_common(void **state)
{
    struct cs_study *study = cs_test_study(independent);
    (void)state;

    check_common(study, NULL, 0);
    cs_study_free(study);
}

/* A party may know nothing but who converted. */
static void a_party_with_its_label_alone_gets_its_labels_back(void **state)
{
    struct fixture f;
    (void)state;

    setup(&f,
          "columns:\n"
          "  a:\n"
          "    - {name: age, type: integer, min: 18, max: 65}\n"
          "    - {name: arm, type: category, values: [control, neither, test]}\n"
          "  b:\n"
          "    - {name: converted, type: category, values: [\"0\", \"1\"]}\n",
          CS_B);
    assert_ok(cs_generator_fit(f.generator, &f.rows, &f.rng, NULL, NULL));
    assert_ok(cs_generator_sample(f.generator, &f.out, f.rows.code, &f.rng));
    assert_memory_equal(f.out.code, f.rows.code, N);
    check_common(f.study, NULL, 0);
    teardown(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sampled_rows_have_their_labels_and_codes_that_exist),
        cmocka_unit_test(same_seed_and_rows_give_the_same_samples),
        cmocka_unit_test(every_row_of_a_large_batch_counts_once),
        cmocka_unit_test(a_fitted_vae_is_closer_to_its_rows_than_independent_columns),
        cmocka_unit_test(private_steps_learn_from_real_rows),
        cmocka_unit_test(noise_that_leaves_no_signal_is_refused),
        cmocka_unit_test(a_loss_changes_nothing_of_what_is_learned),
        cmocka_unit_test(the_loss_is_that_of_the_next_step),
        cmocka_unit_test(the_control_has_no_weights_and_takes_no_private_steps),
        cmocka_unit_test(common_columns_are_federated_and_start_equal),
        cmocka_unit_test(the_trunk_is_federated_where_half_of_the_features_are_common),
        cmocka_unit_test(controls_have_nothing_in_common),
        cmocka_unit_test(a_party_with_its_label_alone_gets_its_labels_back),
    };
    return CS_RUN("model/generator", tests);
}
