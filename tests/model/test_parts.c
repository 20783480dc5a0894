/* What model/parts.h promises, alone and seen from model/generator.h: the same bits from
 * any number of threads, whatever the kind. Runs under the thread sanitizer too. */
#include "model/parts.h"

#include <stdlib.h>
#include <string.h>

#include "model/generator.h"
#include "tests/support/check.h"
#include "tests/support/study.h"
#include "tests/support/toy.h"

enum { N = 2000, STEPS = 3 };

/* Batches of several parts, the last of which is small. */
#define SMALL "latent: 3, layers: [24, 16], epochs: 10, dropout: 0.2, clip: 5}\n"
static const char vae[] = "generator: {kind: vae, " SMALL;
static const char gan[] = "generator: {kind: gan, critic_steps: 1, " SMALL;
static const char packs[] = "generator: {kind: gan, packing: 3, critic_steps: 2, " SMALL;
static const char *const kinds[] = { vae, gan, packs };
static const size_t n_rows[2] = { N, N };

struct fixture {
    struct cs_study *study;
    struct cs_workers *workers;
    struct cs_generator *generator;
    struct cs_codes rows, out;
    struct cs_rng rng;
    double loss[STEPS + 1];
};

static void setup(struct fixture *f, const char *kind, size_t n_threads,
                  const char *stream)
{
    struct cs_recipe recipe;

    memset(f, 0, sizeof *f);
    cs_rng_init_labelled(&f->rng, 1, "parts");
    f->study = cs_test_study(kind);
    cs_recipe_settle(&recipe, f->study, n_rows, CS_B);
    recipe.plain.batch = 7 * CS_PART_ROWS + 7;
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
    assert_ok(cs_generator_remember(f->generator, &f->rows, &f->rng));
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
    const struct cs_weight_block *mine = cs_generator_blocks(f->generator, &n);
    const struct cs_weight_block *theirs = cs_generator_blocks(g->generator, &n);
    bool same = memcmp(f->loss, g->loss, sizeof f->loss) == 0 &&
                memcmp(f->out.code, g->out.code, N * f->out.n_columns) == 0;

    for (size_t b = 0; b < n; b++)
        same = same && memcmp(mine[b].weight, theirs[b].weight,
                              mine[b].n * sizeof *mine[b].weight) == 0;
    return same;
}

/* Without workers, and with one to five. */
static void compare_kind(const char *kind, void (*work)(struct fixture *f))
{
    struct fixture alone, other;

    setup(&alone, kind, 0, "work");
    work(&alone);
    for (size_t n = 1; n <= 5; n++) {
        setup(&other, kind, n, "work");
        work(&other);
        if (!have_same_bits(&alone, &other))
            fail_msg("%s: other bits with %zu workers", kind, n);
        teardown(&other);
    }
    setup(&other, kind, 2, "another stream");
    work(&other);
    assert_false(have_same_bits(&alone, &other)); /* the control */
    teardown(&other);
    teardown(&alone);
}

static void compare(void (*work)(struct fixture *f))
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        compare_kind(kinds[i], work);
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
        const size_t share = cs_parts_share(n, CS_PART_ROWS);
        const size_t n_parts = (n + share - 1) / share;

        assert_in_range(share, 1, 2 * CS_PART_ROWS);
        assert_true(n == 1 || n_parts >= 2);
        assert_true(n - (n_parts - 1) * share + n_parts >= share);
    }
    assert_int_equal(cs_parts_share(256, 128), 128);
    assert_int_equal(cs_parts_share(500, 128), 250);
    assert_int_equal(cs_parts_share(1000, 128), 250);
    assert_int_equal(cs_parts_share(1000, 16), 32);
}

/* ---- one part at a time ---- */

enum { LAST = 4 }; /* of the weights */

/* What a work is to do: how often each item came, and a layer for the parts. */
struct tally {
    struct cs_parts parts;
    struct cs_workers *workers;
    struct cs_affine layer;
    struct cs_rng rng;
    uint8_t came[N];
};

static void setup_tally(struct tally *t)
{
    memset(t, 0, sizeof *t);
    cs_rng_init_labelled(&t->rng, 1, "tally");
    t->layer = (struct cs_affine){ .n_in = 1, .n_out = 1, .bias = CS_NO_BIAS };
    assert_ok(cs_workers_new(&t->workers, 3));
    assert_ok(cs_parts_init(&t->parts, t->workers));
    for (size_t k = 0; k < t->parts.n; k++)
        assert_ok(cs_part_prepare(&t->parts.part[k], LAST + 1, &t->layer, 1, 1));
}

static void teardown_tally(struct tally *t)
{
    cs_parts_wipe(&t->parts);
    cs_workers_free(t->workers);
}

static double one_each(void *context, size_t k)
{
    const struct tally *t = context;
    struct cs_part *part = &t->parts.part[k];

    part->gradient[LAST] += (float)part->n;
    return (double)part->n * 2;
}

static void a_batch_is_dealt_to_the_last_item(void **state)
{
    static const size_t sizes[] = { 1, 2, 255, 257, 1999 };
    struct tally t;
    (void)state;

    setup_tally(&t);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        float gradient[LAST + 1] = { 9, 9, 9, 9, 9 }; /* what is not the lesson's stays */
        const struct cs_lesson lesson = { .work = one_each,
                                          .context = &t,
                                          .n = sizes[i],
                                          .at_once = 50,
                                          .first_weight = LAST,
                                          .n_weights = 1 };

        const double loss = cs_parts_learn(&t.parts, gradient, &lesson, &t.rng);
        assert_true(loss == 2 * (double)sizes[i]);
        assert_true(gradient[LAST] == (float)sizes[i]);
        assert_true(gradient[0] == 9 && gradient[LAST - 1] == 9);
    }
    teardown_tally(&t);
}

static void mark(void *context, size_t k)
{
    struct tally *t = context;
    const struct cs_part *part = &t->parts.part[k];

    for (size_t slot = 0; slot < part->n; slot++)
        t->came[part->first + slot]++;
}

static void every_sample_is_made_once(void **state)
{
    static const uint8_t label[N] = { 0 };
    struct cs_codes rows = { 0 };
    struct cs_memory memory;
    struct tally t;
    (void)state;

    setup_tally(&t);
    assert_ok(cs_codes_init(&rows, 5, 1));
    cs_memory_init(&memory, 0);
    assert_ok(cs_memory_fill(&memory, &rows, &t.rng));
    const struct cs_sampling sampling = {
        .work = mark, .context = &t, .memory = &memory, .label = label, .n_rows = N - 1
    };
    cs_parts_sample(&t.parts, &sampling, &t.rng);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(t.came[i], i < N - 1);
    cs_memory_wipe(&memory);
    cs_codes_wipe(&rows);
    teardown_tally(&t);
}

static void mark_rows(void *context, size_t k)
{
    struct tally *t = context;
    const struct cs_part *part = &t->parts.part[k];

    for (size_t slot = 0; slot < part->n; slot++)
        t->came[part->row[slot]]++;
}

/* At rate 1 all are taken; at another rate each at most once. */
static void a_private_batch_takes_a_row_at_most_once(void **state)
{
    static const double rates[] = { 1, .3, 1e-9 };
    struct tally t;
    float gradient;
    (void)state;

    setup_tally(&t);
    for (size_t i = 0; i < COUNT(rates); i++) {
        const struct cs_private_lesson lesson = { .work = mark_rows,
                                                  .context = &t,
                                                  .n_rows = N,
                                                  .sampling_rate = rates[i],
                                                  .clip = 1,
                                                  .sigma = 1 };
        size_t n = 0;

        memset(t.came, 0, sizeof t.came);
        cs_parts_learn_privately(&t.parts, &gradient, &lesson, &t.rng);
        for (size_t row = 0; row < N; row++) {
            assert_in_range(t.came[row], 0, 1);
            n += t.came[row];
        }
        assert_in_range(n, (size_t)(rates[i] * .9 * N), (size_t)(rates[i] * 1.1 * N));
    }
    teardown_tally(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(training_has_the_same_bits_with_any_number_of_threads),
        cmocka_unit_test(private_training_has_the_same_bits_with_any_number_of_threads),
        cmocka_unit_test(samples_are_the_same_with_any_number_of_threads),
        cmocka_unit_test(shares_of_a_batch_are_even_and_fit_the_net_twice),
        cmocka_unit_test(a_batch_is_dealt_to_the_last_item),
        cmocka_unit_test(every_sample_is_made_once),
        cmocka_unit_test(a_private_batch_takes_a_row_at_most_once),
    };
    return CS_RUN("model/parts", tests);
}
