/* What model/curve.h promises of training. That of the fit is in test_fit.c. */
#include "model/curve.h"

#include <math.h>
#include <string.h>

#include "model/generator.h"
#include "tests/support/check.h"
#include "tests/support/study.h"
#include "tests/support/toy.h"

enum { N = 2000, POINTS_MAX = 256 };

static const size_t n_rows[2] = { N, N };

struct heard {
    size_t n;
    double first, last;
};

static void hear(void *arg, double value)
{
    struct heard *heard = arg;

    if (heard->n++ == 0)
        heard->first = value;
    heard->last = value;
}

/* Training on some rows, and a sample of what came of it; to be wiped. */
static void train(struct cs_codes *out, const char *generator,
                  const struct cs_curve *curve)
{
    struct cs_study *study = cs_test_study(generator);
    struct cs_generator *made = NULL;
    struct cs_codes rows = { 0 };
    struct cs_recipe recipe;
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "curve");
    cs_recipe_settle(&recipe, study, n_rows, CS_A);
    assert_ok(cs_generator_new(&made, study, &recipe, CS_A, NULL));
    cs_toy_rows(&rows, N, study, CS_A, &rng);
    assert_ok(cs_codes_init(out, N, rows.n_columns));
    assert_ok(cs_generator_fit(made, &rows, &rng, curve, NULL));
    assert_ok(cs_generator_sample(made, out, cs_codes_column(&rows, 2), &rng));
    cs_codes_wipe(&rows);
    cs_generator_free(made);
    cs_study_free(study);
}

static struct heard heard_of(const char *generator)
{
    struct heard heard = { 0 };
    const struct cs_curve curve = { hear, &heard };
    struct cs_codes out = { 0 };

    train(&out, generator, &curve);
    cs_codes_wipe(&out);
    return heard;
}

static void a_loss_that_falls_is_seen_to_fall(void **state)
{
    const struct heard vae = heard_of("generator: {kind: vae, latent: 3, layers: [16], "
                                      "epochs: 20}\n");
    (void)state;

    assert_in_range(vae.n, 1, POINTS_MAX);
    assert_true(isfinite(vae.first) && vae.last < vae.first);
}

static void a_long_training_has_no_more_points_than_there_is_room_for(void **state)
{
    const struct heard vae = heard_of("generator: {kind: vae, latent: 2, layers: [4], "
                                      "epochs: 150, batch: 50}\n");
    (void)state;

    assert_in_range(vae.n, POINTS_MAX / 2, POINTS_MAX);
}

static void what_has_no_steps_has_no_curve(void **state)
{
    (void)state;

    assert_int_equal(heard_of("generator: {kind: independent}\n").n, 0);
}

static void who_watches_changes_nothing(void **state)
{
    static const char small[] =
        "generator: {kind: vae, latent: 3, layers: [16], epochs: 5}\n";
    struct heard heard = { 0 };
    const struct cs_curve curve = { hear, &heard };
    struct cs_codes watched = { 0 }, alone = { 0 };
    (void)state;

    train(&watched, small, &curve);
    train(&alone, small, NULL);
    assert_true(heard.n > 0);
    assert_memory_equal(watched.code, alone.code, alone.n_rows * alone.n_columns);
    cs_codes_wipe(&watched);
    cs_codes_wipe(&alone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loss_that_falls_is_seen_to_fall),
        cmocka_unit_test(a_long_training_has_no_more_points_than_there_is_room_for),
        cmocka_unit_test(what_has_no_steps_has_no_curve),
        cmocka_unit_test(who_watches_changes_nothing),
    };
    return CS_RUN("model/curve", tests);
}
