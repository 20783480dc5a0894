/* What model/vae_parts.h promises, seen from model/generator.h: the same bits from any
 * number of threads. Runs under the thread sanitizer too. */
#include "model/vae_parts.h"

#include <stdlib.h>
#include <string.h>

#include "model/generator.h"
#include "tests/support/check.h"
#include "tests/support/study.h"
#include "tests/support/toy.h"

enum { N = 2000, STEPS = 3 };

/* Batches of several parts, the last of which is small. */
static const char generator[] = "generator: {kind: vae, latent: 3, layers: [24, 16], "
                                "epochs: 10, dropout: 0.2, clip: 5}\n";
static const size_t n_rows[2] = { N, N };

struct fixture {
    struct cs_study *study;
    struct cs_workers *workers;
    struct cs_generator *generator;
    struct cs_codes rows, out;
    struct cs_rng rng;
    double loss[STEPS + 1];
};

static void setup(struct fixture *f, size_t n_threads, const char *stream)
{
    struct cs_recipe recipe;

    memset(f, 0, sizeof *f);
    cs_rng_init_labelled(&f->rng, 1, "vae parts");
    f->study = cs_test_study(generator);
    cs_recipe_settle(&recipe, f->study, n_rows, CS_B);
    recipe.plain.batch = 7 * CS_VAE_NET_ROWS + 7;
    if (n_threads > 0)
        assert_ok(cs_workers_new(&f->workers, n_threads));
    assert_ok(cs_generator_new(&f->generator, f->study, &recipe, CS_B, f->workers));
    cs_toy_rows(&f->rows, N, f->study, CS_B, &f->rng);
    assert_ok(cs_codes_init(&f->out, N, f->rows.n_columns));
    cs_rng_init_labelled(&f->rng, 2, stream);
}

static void teardown(struct fixture *f)
{
    cs_generator_free(f->generator);
    cs_workers_free(f->workers);
    cs_codes_wipe(&f->rows);
    cs_codes_wipe(&f->out);
    cs_study_free(f->study);
}

static void learn(struct fixture *f)
{
    for (int step = 0; step < STEPS; step++)
        assert_ok(
            cs_generator_step(f->generator, &f->rows, 1e-2, &f->loss[step], &f->rng));
    f->loss[STEPS] = cs_generator_loss(f->generator, &f->rows, &f->rng);
}

static void learn_privately(struct fixture *f)
{
    for (int step = 0; step < STEPS; step++)
        assert_ok(
            cs_generator_step_private(f->generator, &f->rows, 0.4, 0.5, 1e-2, &f->rng));
}

/* B's label is its last column. */
static void sample(struct fixture *f)
{
    assert_ok(cs_generator_remember(f->generator, &f->rows, &f->rng));
    assert_ok(cs_generator_sample(f->generator, &f->out, cs_codes_column(&f->rows, 4),
                                  &f->rng));
}

static bool have_same_bits(const struct fixture *f, const struct fixture *g)
{
    size_t n;
    const struct cs_block *mine = cs_generator_blocks(f->generator, &n);
    const struct cs_block *theirs = cs_generator_blocks(g->generator, &n);
    bool same = memcmp(f->loss, g->loss, sizeof f->loss) == 0 &&
                memcmp(f->out.code, g->out.code, N * f->out.n_columns) == 0;

    for (size_t b = 0; b < n; b++)
        same = same && memcmp(mine[b].weight, theirs[b].weight,
                              mine[b].n * sizeof *mine[b].weight) == 0;
    return same;
}

/* Without workers, and with one to five. */
static void compare(void (*work)(struct fixture *f))
{
    struct fixture alone, other;

    setup(&alone, 0, "work");
    work(&alone);
    for (size_t n = 1; n <= 5; n++) {
        setup(&other, n, "work");
        work(&other);
        assert_true(have_same_bits(&alone, &other));
        teardown(&other);
    }
    setup(&other, 2, "another stream");
    work(&other);
    assert_false(have_same_bits(&alone, &other)); /* the control */
    teardown(&other);
    teardown(&alone);
}

static void training_has_the_same_bits_with_any_number_of_threads(void **state)
{
    (void)state;
    compare(learn);
}

static void private_training_has_the_same_bits_with_any_number_of_threads(void **state)
{
    (void)state;
    compare(learn_privately);
}

static void samples_are_the_same_with_any_number_of_threads(void **state)
{
    (void)state;
    compare(sample);
}

static void shares_of_a_batch_are_even_and_fit_the_net_twice(void **state)
{
    (void)state;
    for (size_t n = 1; n < 3000; n++) {
        const size_t share = cs_vae_parts_share(n), n_parts = (n + share - 1) / share;

        assert_in_range(share, 1, 2 * CS_VAE_NET_ROWS);
        assert_true(n == 1 || n_parts >= 2);
        assert_true(n - (n_parts - 1) * share + n_parts >= share);
    }
    assert_int_equal(cs_vae_parts_share(256), 128);
    assert_int_equal(cs_vae_parts_share(500), 250);
    assert_int_equal(cs_vae_parts_share(1000), 250);
}

/* As many as a batch needs, and none for rows that are not there. */
static void a_batch_is_dealt_to_the_last_row(void **state)
{
    struct cs_net_column columns[] = { { "colour", 4 }, { "arm", 2 } };
    const struct cs_generator_spec spec = {
        .latent = 2, .layers = { 4 }, .n_layers = 1, .kl = 1
    };
    struct cs_vae_parts parts = { 0 };
    struct cs_workers *workers = NULL;
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "deal");
    assert_ok(cs_workers_new(&workers, 3));
    assert_ok(cs_vae_parts_init(&parts, columns, 2, 1, &spec, 1, workers));
    assert_int_equal(cs_vae_parts_deal(&parts, 10000, CS_VAE_NET_ROWS, &rng), 3);
    assert_int_equal(
        cs_vae_parts_deal(&parts, CS_VAE_NET_ROWS + 1, CS_VAE_NET_ROWS, &rng), 2);
    assert_int_equal(parts.part[0].n, CS_VAE_NET_ROWS);
    assert_int_equal(parts.part[1].n, 1);
    assert_int_equal(cs_vae_parts_deal(&parts, 0, CS_VAE_NET_ROWS, &rng), 0);
    cs_vae_parts_wipe(&parts);
    cs_workers_free(workers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(training_has_the_same_bits_with_any_number_of_threads),
        cmocka_unit_test(private_training_has_the_same_bits_with_any_number_of_threads),
        cmocka_unit_test(samples_are_the_same_with_any_number_of_threads),
        cmocka_unit_test(shares_of_a_batch_are_even_and_fit_the_net_twice),
        cmocka_unit_test(a_batch_is_dealt_to_the_last_row),
    };
    return CS_RUN("model/vae_parts", tests);
}
