/* What model/kept.h promises. */
#include "model/kept.h"

#include <string.h>

#include "tests/support/check.h"
#include "tests/support/study.h"

static const char vae[] = "generator: {kind: vae, latent: 3, layers: [8]}\n";
static const char independent[] = "generator: {kind: independent}\n";

struct fixture {
    struct cs_study *study;
    struct cs_generator *generator;
};

static void set_up(struct fixture *f, const char *extra)
{
    struct cs_recipe recipe;

    f->generator = NULL;
    f->study = cs_test_study(extra);
    cs_recipe_settle(&recipe, f->study, (size_t[]){ 100, 100 }, CS_A);
    assert_ok(cs_generator_new(&f->generator, f->study, &recipe, CS_A, NULL));
}

static void tear_down(struct fixture *f)
{
    cs_generator_free(f->generator);
    cs_study_free(f->study);
}

static double sum(struct cs_generator *generator, float move)
{
    size_t n_blocks;
    struct cs_weight_block *block = cs_generator_blocks(generator, &n_blocks);
    double all = 0;

    for (size_t b = 0; b < n_blocks; b++)
        for (size_t i = 0; i < block[b].n; i++)
            all += (double)(block[b].weight[i] += move) * (double)(b + i + 1);
    return all;
}

static void weights_come_back_as_they_were(void **state)
{
    struct cs_kept kept = { 0 };
    struct fixture f;
    (void)state;

    set_up(&f, vae);
    const double before = sum(f.generator, 0);
    assert_ok(cs_kept_take(&kept, f.generator));
    assert_true(sum(f.generator, 1) != before);
    cs_kept_put_back(&kept, f.generator);
    assert_true(sum(f.generator, 0) == before);
    cs_kept_wipe(&kept);
    tear_down(&f);
}

static void what_is_kept_last_counts(void **state)
{
    struct cs_kept kept = { 0 };
    struct fixture f;
    (void)state;

    set_up(&f, vae);
    assert_ok(cs_kept_take(&kept, f.generator));
    const double later = sum(f.generator, 1);
    assert_ok(cs_kept_take(&kept, f.generator));
    cs_kept_put_back(&kept, f.generator);
    assert_true(sum(f.generator, 0) == later);
    cs_kept_wipe(&kept);
    tear_down(&f);
}

static void a_generator_without_weights_has_nothing_to_keep(void **state)
{
    struct cs_kept kept = { 0 };
    struct fixture f;
    (void)state;

    set_up(&f, independent);
    assert_ok(cs_kept_take(&kept, f.generator));
    assert_true(kept.taken);
    assert_int_equal(kept.n, 0);
    cs_kept_put_back(&kept, f.generator);
    cs_kept_wipe(&kept);
    assert_false(kept.taken);
    tear_down(&f);
}

static void weights_of_another_shape_stop_the_program(void **state)
{
    struct cs_kept kept = { 0 };
    struct fixture f, g;
    (void)state;

    set_up(&f, vae);
    set_up(&g, independent);
    assert_ok(cs_kept_take(&kept, f.generator));
    assert_stops(cs_kept_put_back(&kept, g.generator));
    cs_kept_wipe(&kept);
    tear_down(&f);
    tear_down(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_come_back_as_they_were),
        cmocka_unit_test(what_is_kept_last_counts),
        cmocka_unit_test(a_generator_without_weights_has_nothing_to_keep),
        cmocka_unit_test(weights_of_another_shape_stop_the_program),
    };
    return CS_RUN("model/kept", tests);
}
