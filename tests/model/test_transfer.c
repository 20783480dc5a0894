/* What model/transfer.h promises, one test for each promise. */
#include "model/transfer.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/saved.h"
#include "tests/support/study.h"

/* The study of tests/support/study.h in another country: age has other bins, region
 * another order and one value less, `device` is new as `channel`, score has no decimals.
 */
#define ELSEWHERE                                                                        \
    "columns:\n"                                                                         \
    "  a:\n"                                                                             \
    "    - {name: age, type: integer, min: 18, max: 65, bins: 4, spacing: equal}\n"      \
    "    - {name: region, type: category, values: [west, north, east]}\n"                \
    "    - {name: arm, type: category, values: [test, control, neither]}\n"              \
    "    - {name: score, type: integer, min: 0, max: 100, bins: 4, spacing: equal}\n"    \
    "  b:\n"                                                                             \
    "    - {name: age, type: integer, min: 18, max: 65, bins: 4, spacing: equal}\n"      \
    "    - {name: channel, type: category, values: [phone, other, web]}\n"               \
    "    - {name: converted, type: category, values: [\"0\", \"1\"]}\n"

struct scene {
    struct cs_saved saved;
    struct cs_study *study;
    struct cs_generator *generator;
    struct cs_transfer_source source;
    struct cs_prior prior;
};

static void set(struct scene *scene, const char *extra, enum cs_party party)
{
    const size_t n_rows[2] = { 1000, 1000 };
    struct cs_recipe recipe;

    memset(scene, 0, sizeof *scene);
    cs_test_saved(&scene->saved, NULL, party);
    scene->study = cs_test_study(extra);
    cs_recipe_settle(&recipe, scene->study, n_rows, party);
    assert_ok(cs_generator_new(&scene->generator, scene->study, &recipe, party, NULL));
    for (size_t i = 0; i < scene->saved.n_blocks; i++) /* weights that can be told */
        for (size_t k = 0; k < scene->saved.block[i].n; k++)
            scene->saved.block[i].weight[k] = (float)(1000 * (i + 1) + k);
    scene->source = (struct cs_transfer_source){
        .schema = &scene->saved.study->schema,
        .party = party,
        .block = scene->saved.block,
        .n_blocks = scene->saved.n_blocks,
        .people = &scene->saved.population,
        .n_people = scene->saved.people.n_both,
        .densities = scene->saved.densities.given,
    };
}

static void strike(struct scene *scene)
{
    cs_prior_wipe(&scene->prior);
    cs_generator_free(scene->generator);
    cs_study_free(scene->study);
    cs_saved_wipe(&scene->saved);
}

static const struct cs_weight_block *find(const struct cs_weight_block *block, size_t n,
                                          const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(block[i].name, name) == 0)
            return &block[i];
    return NULL;
}

/* The blocks of that name, in the generator and in what it started from. */
static void blocks_of(const struct cs_weight_block **to,
                      const struct cs_weight_block **from, const struct scene *scene,
                      const char *name)
{
    size_t n;
    const struct cs_weight_block *block = cs_generator_blocks(scene->generator, &n);

    *to = find(block, n, name);
    *from = find(scene->saved.block, scene->saved.n_blocks, name);
}

static size_t transfer(struct scene *scene)
{
    return cs_transfer_weights(scene->generator, &scene->study->schema, &scene->source);
}

static void the_same_study_takes_over_every_weight(void **state)
{
    struct scene scene;
    size_t n_blocks, n = 0;
    (void)state;

    set(&scene, NULL, CS_A);
    const struct cs_weight_block *block = cs_generator_blocks(scene.generator, &n_blocks);
    for (size_t i = 0; i < n_blocks; i++)
        n += block[i].n;
    assert_int_equal(transfer(&scene), n);
    for (size_t i = 0; i < n_blocks; i++)
        assert_memory_equal(block[i].weight, scene.saved.block[i].weight,
                            block[i].n * sizeof(float));
    strike(&scene);
}

/* Row `code` of the block has the weights of row `like` of the source's. */
static void assert_row(const struct scene *scene, const char *name, size_t n_codes,
                       size_t code, size_t like)
{
    const struct cs_weight_block *to, *from;

    blocks_of(&to, &from, scene, name);
    assert_true(to != NULL && from != NULL);
    const size_t width = to->n / n_codes;
    assert_memory_equal(to->weight + code * width, from->weight + like * width,
                        width * sizeof(float));
}

static void columns_match_code_by_code(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene, ELSEWHERE, CS_A);
    assert_true(transfer(&scene) > 0);
    /* west, north, east, other; there north, south, west, other, missing */
    assert_row(&scene, "column/region/in", 4, 0, 2);
    assert_row(&scene, "column/region/in", 4, 1, 0);
    assert_row(&scene, "column/region/in", 4, 2, 3); /* east is other there */
    assert_row(&scene, "column/region/out", 4, 3, 3);
    assert_row(&scene, "column/region/out/bias", 4, 1, 0);
    /* bins of 12 years take the weights of the year in their middle */
    assert_row(&scene, "column/age/in", 4, 0, 6);
    assert_row(&scene, "column/age/in", 4, 3, 42);
    /* 25 points to a bin here, 12.50 there: the middle is in the upper of two */
    assert_row(&scene, "column/score/out", 4, 0, 0);
    assert_row(&scene, "column/arm/label", 4, 0, 2);
    strike(&scene);
}

static void new_columns_keep_their_first_weights(void **state)
{
    struct scene scene, untouched;
    const struct cs_weight_block *to, *from, *other;
    (void)state;

    set(&scene, ELSEWHERE, CS_B);
    set(&untouched, ELSEWHERE, CS_B);
    assert_true(transfer(&scene) > 0);
    blocks_of(&to, &from, &scene, "column/channel/in");
    blocks_of(&other, &from, &untouched, "column/channel/in");
    assert_null(from);
    assert_memory_equal(to->weight, other->weight, to->n * sizeof(float));
    strike(&scene);
    strike(&untouched);
}

static void another_trunk_takes_over_nothing(void **state)
{
    struct scene scene, untouched;
    size_t n_blocks;
    (void)state;

    set(&scene, "generator: {kind: vae, latent: 4, layers: [16, 17]}\n", CS_A);
    set(&untouched, "generator: {kind: vae, latent: 4, layers: [16, 17]}\n", CS_A);
    assert_int_equal(transfer(&scene), 0);
    const struct cs_weight_block *block = cs_generator_blocks(scene.generator, &n_blocks);
    const struct cs_weight_block *other =
        cs_generator_blocks(untouched.generator, &n_blocks);
    for (size_t i = 0; i < n_blocks; i++)
        assert_memory_equal(block[i].weight, other[i].weight, block[i].n * sizeof(float));
    strike(&scene);
    strike(&untouched);
}

static const uint8_t *codes_of(const struct cs_codes *rows,
                               const struct cs_schema *schema, const char *name)
{
    const size_t column = cs_schema_find(schema, name);

    assert_true(column < schema->n_columns);
    return cs_codes_column(rows, column);
}

static void people_of_the_same_study_are_the_same(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene, NULL, CS_B);
    scene.study->schema.columns[cs_schema_find(&scene.study->schema, "spend")].edges =
        calloc(13, sizeof(int64_t));
    const size_t spend = cs_schema_find(&scene.study->schema, "spend");
    memcpy(scene.study->schema.columns[spend].edges,
           scene.saved.study->schema.columns[spend].edges, 13 * sizeof(int64_t));
    assert_ok(cs_prior_make(&scene.prior, &scene.study->schema, &scene.source, 1000, 1));
    assert_int_equal(scene.prior.n_known, scene.study->schema.n_columns);
    assert_int_equal(scene.prior.rows.n_rows, scene.saved.people.n_both);
    assert_memory_equal(scene.prior.rows.code, scene.saved.population.code,
                        scene.prior.rows.n_rows * scene.study->schema.n_columns);
    strike(&scene);
}

static void people_of_another_study_have_its_codes(void **state)
{
    static const uint8_t regions[] = { 1, 3, 0, 3, 0 }; /* missing: none, 0 */
    struct scene scene;
    (void)state;

    set(&scene, ELSEWHERE, CS_A);
    const struct cs_schema *here = &scene.study->schema;
    const struct cs_schema *there = &scene.saved.study->schema;
    assert_ok(cs_prior_make(&scene.prior, here, &scene.source, 1000, 1));
    assert_int_equal(scene.prior.n_known, here->n_columns - 1);
    assert_false(scene.prior.known[cs_schema_find(here, "channel")]);
    const uint8_t *age = codes_of(&scene.prior.rows, here, "age"),
                  *age_there = codes_of(&scene.saved.population, there, "age");
    const uint8_t *region = codes_of(&scene.prior.rows, here, "region"),
                  *region_there = codes_of(&scene.saved.population, there, "region");
    const uint8_t *score = codes_of(&scene.prior.rows, here, "score"),
                  *score_there = codes_of(&scene.saved.population, there, "score");
    for (size_t i = 0; i < scene.prior.rows.n_rows; i++) {
        assert_int_equal(age[i], age_there[i] / 12);
        assert_int_equal(region[i], regions[region_there[i]]);
        assert_in_range(score[i], score_there[i] / 2, score_there[i] / 2 + 1);
    }
    strike(&scene);
}

static void mixed_rows_keep_a_part_of_their_own(void **state)
{
    struct scene scene;
    struct cs_codes rows;
    struct cs_rng rng;
    (void)state;

    set(&scene, ELSEWHERE, CS_A);
    assert_ok(cs_prior_make(&scene.prior, &scene.study->schema, &scene.source, 1000, 1));
    assert_ok(cs_codes_init(&rows, 400, scene.study->schema.n_columns));
    memset(rows.code, 77, 400 * rows.n_columns);
    cs_rng_init_labelled(&rng, 1, "mix");
    cs_prior_mix(&rows, &scene.prior, &rng);
    const uint8_t *age = codes_of(&rows, &scene.study->schema, "age");
    const uint8_t *channel = codes_of(&rows, &scene.study->schema, "channel");
    for (size_t i = 0; i < 400; i++) {
        assert_true((age[i] == 77) == (i % 4 == 3));
        assert_int_equal(channel[i], 77);
    }
    cs_codes_wipe(&rows);
    strike(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_study_takes_over_every_weight),
        cmocka_unit_test(columns_match_code_by_code),
        cmocka_unit_test(new_columns_keep_their_first_weights),
        cmocka_unit_test(another_trunk_takes_over_nothing),
        cmocka_unit_test(people_of_the_same_study_are_the_same),
        cmocka_unit_test(people_of_another_study_have_its_codes),
        cmocka_unit_test(mixed_rows_keep_a_part_of_their_own),
    };
    return CS_RUN("model/transfer", tests);
}
