/* What party/synthesize.h promises, one test for each promise. */
#include "party/synthesize.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/table.h"
#include "party/file.h"
#include "tests/support/check.h"
#include "tests/support/saved.h"
#include "tests/support/source.h"

struct scene {
    char folder[64], path[96];
    struct cs_saved saved;
    struct cs_filter filter;
    struct cs_synthesis synthesis;
    struct cs_draw draw;
    size_t n_rows;
    struct cs_table *table; /* what was written, read back */
    char *text;
    struct cs_fault fault;
};

static void set(struct scene *scene, const char *extra, enum cs_party party)
{
    memset(scene, 0, sizeof *scene);
    strcpy(scene->folder, "/tmp/cosynth-synthesize-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    sprintf(scene->path, "%s/rows.csv", scene->folder);
    cs_test_saved(&scene->saved, extra, party);
    assert_ok(cs_filter_init(&scene->filter, &scene->saved.study->schema,
                             scene->saved.densities.given));
    scene->synthesis = (struct cs_synthesis){
        .saved = &scene->saved,
        .filter = &scene->filter,
        .balance = CS_DRAW_AS_THEY_ARE,
        .n_rows = 200,
        .seed = 9,
        .n_threads = 1,
        .path = scene->path,
    };
}

static void where(struct scene *scene, const char *condition)
{
    if (cs_filter_add(&scene->filter, condition, &scene->fault) != CS_OK)
        fail_msg("%s", scene->fault.text);
}

/* Writes the rows and reads them back as a party's file. */
static void run(struct scene *scene)
{
    const char *const person = "person";
    const struct cs_id_rules rules = cs_id_rules_raw(&person);
    const struct cs_schema *schema = &scene->saved.study->schema;
    struct cs_text_source source;
    size_t n_bytes;

    assert_ok(
        cs_synthesize(&scene->draw, &scene->n_rows, &scene->synthesis, &scene->fault));
    assert_ok(cs_file_read(&scene->text, &n_bytes, scene->path, 1 << 20, NULL));
    cs_text_source_init(&source, scene->text, n_bytes, 65536);
    assert_ok(cs_table_read(&scene->table, schema, scene->saved.party, &rules,
                            &source.source, NULL, &scene->fault));
    cs_table_encode(scene->table, schema);
    assert_int_equal(scene->table->codes.n_rows, scene->n_rows);
}

static void strike(struct scene *scene)
{
    cs_table_free(scene->table);
    cs_draw_wipe(&scene->draw);
    cs_filter_wipe(&scene->filter);
    cs_saved_wipe(&scene->saved);
    free(scene->text);
    unlink(scene->path);
    assert_int_equal(rmdir(scene->folder), 0);
}

static size_t place(const struct scene *scene, const char *name)
{
    const struct cs_schema *schema = &scene->saved.study->schema;
    const enum cs_party party = scene->saved.party;

    return cs_schema_place(schema, party, cs_schema_find_at(schema, name, party));
}

/* Score has 8 bins of 12.50; conditions cut the first, and the sixth. */
static void values_satisfy_conditions_within_bins_too(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene, NULL, CS_A);
    where(&scene, "score>=3.17");
    where(&scene, "score<71.5");
    where(&scene, "age in 20,21,22,23,24,25,26,27,28,40,50");
    run(&scene);
    const int64_t *score = scene.table->grid[place(&scene, "score")];
    const int64_t *age = scene.table->grid[place(&scene, "age")];
    for (size_t i = 0; i < scene.synthesis.n_rows; i++) {
        assert_true(score[i] >= 317 && score[i] < 7150);
        assert_true((age[i] >= 20 && age[i] <= 28) || age[i] == 40 || age[i] == 50);
    }
    assert_true(scene.table->notes.clamped[place(&scene, "score")] == 0);
    strike(&scene);
}

/* 200 rows of fewer people: each row is still one of them, with other values in bins. */
static void rows_are_people_of_the_population(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene, NULL, CS_B);
    run(&scene);
    assert_int_equal(scene.draw.n_people, scene.saved.people.n_both);
    const struct cs_schema *schema = &scene.saved.study->schema;
    for (size_t k = 0; k < schema->n_order[CS_B]; k++) {
        const uint8_t *made = cs_codes_column(&scene.table->codes, k);
        const uint8_t *from =
            cs_codes_column(&scene.saved.population, schema->order[CS_B][k]);

        for (size_t i = 0; i < scene.draw.n_rows; i++)
            assert_int_equal(made[i], from[scene.draw.person[i]]);
    }
    strike(&scene);
}

static void values_of_a_person_drawn_again_are_fresh(void **state)
{
    struct scene scene;
    size_t n_same = 0, n_again = 0;
    (void)state;

    set(&scene, NULL, CS_A);
    run(&scene);
    const int64_t *score = scene.table->grid[place(&scene, "score")];
    for (size_t i = 0; i < scene.draw.n_rows; i++)
        for (size_t j = 0; j < i; j++)
            if (scene.draw.person[i] == scene.draw.person[j]) {
                n_again++;
                n_same += score[i] == score[j];
            }
    assert_true(n_again > 100);
    assert_true(n_same < n_again / 4);
    strike(&scene);
}

/* Conditions on columns of either party; a column in common has the same text at both. */
static void both_parties_draw_the_same_people(void **state)
{
    static const char *const extras[] = { NULL, "link: private\n" };
    (void)state;

    for (size_t e = 0; e < COUNT(extras); e++) {
        struct scene at[2];

        for (enum cs_party p = CS_A; p <= CS_B; p++) {
            set(&at[p], extras[e], p);
            where(&at[p], "arm!=neither");
            where(&at[p], "spend>=100");
            at[p].synthesis.balance =
                cs_schema_find(&at[p].saved.study->schema, "converted");
            run(&at[p]);
        }
        assert_memory_equal(at[CS_A].draw.person, at[CS_B].draw.person,
                            200 * sizeof(uint32_t));
        for (size_t i = 0; i < 200; i++)
            assert_true(at[CS_A].draw.person[i] < at[CS_A].saved.people.n_both);
        for (size_t i = 0; i < 200 && extras[e] == NULL; i++)
            assert_true(at[CS_A].table->grid[place(&at[CS_A], "age")][i] ==
                        at[CS_B].table->grid[place(&at[CS_B], "age")][i]);
        strike(&at[CS_A]);
        strike(&at[CS_B]);
    }
}

static void the_file_is_like_the_input(void **state)
{
    struct scene a, b;
    (void)state;

    set(&a, NULL, CS_A);
    set(&b, NULL, CS_B); /* whose file has CRLF */
    run(&a);
    run(&b);
    assert_true(strncmp(a.text, "person,score,arm,region,age\n1,", 29) == 0);
    assert_true(strncmp(b.text, "person,converted,since,device,spend,age\r\n1,", 42) ==
                0);
    strike(&a);
    strike(&b);
}

/* Of generators that make any row; scores have 8 bins, of which one is cut. */
static void new_rows_satisfy_conditions_and_have_the_labels(void **state)
{
    static const char *const kinds[] = { NULL, "generator: {kind: independent}\n",
                                         "generator: {kind: gan, packing: 2}\n" };
    (void)state;

    for (size_t kind = 0; kind < COUNT(kinds); kind++) {
        struct scene scene;
        size_t n_test = 0;

        set(&scene, kinds[kind], CS_A);
        where(&scene, "score>=40.75");
        where(&scene, "arm in test,control");
        scene.synthesis.source = CS_FROM_GENERATOR;
        scene.synthesis.balance = scene.saved.study->arm;
        run(&scene);
        assert_int_equal(scene.n_rows, scene.synthesis.n_rows);
        const int64_t *score = scene.table->grid[place(&scene, "score")];
        const uint8_t *arm = cs_codes_column(&scene.table->codes, place(&scene, "arm"));
        for (size_t i = 0; i < scene.n_rows; i++) {
            assert_true(score[i] >= 4075);
            assert_true(arm[i] == 0 || arm[i] == 2);
            n_test += arm[i] == 2;
        }
        assert_int_equal(n_test, scene.draw.group[2].n_rows);
        strike(&scene);
    }
}

static void new_rows_are_the_same_with_any_number_of_threads(void **state)
{
    struct scene alone, three, other;
    (void)state;

    set(&alone, NULL, CS_A);
    set(&three, NULL, CS_A);
    set(&other, NULL, CS_A);
    three.synthesis.n_threads = 3;
    other.synthesis.seed++;
    alone.synthesis.source = three.synthesis.source = other.synthesis.source =
        CS_FROM_GENERATOR;
    run(&alone);
    run(&three);
    run(&other);
    assert_string_equal(alone.text, three.text);
    assert_string_not_equal(alone.text, other.text); /* the control */
    strike(&alone);
    strike(&three);
    strike(&other);
}

/* One in 40 has that age, one in 40 that region; hardly a row has both. */
static void rows_that_cannot_be_made_are_left_out(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene, "generator: {kind: independent}\n", CS_A);
    const struct cs_schema *schema = &scene.saved.study->schema;
    uint8_t *age =
        cs_codes_column(&scene.saved.population, cs_schema_find(schema, "age"));
    uint8_t *region =
        cs_codes_column(&scene.saved.population, cs_schema_find(schema, "region"));
    uint8_t *arm = cs_codes_column(&scene.saved.population, scene.saved.study->arm);
    memset(age, 0, 40);
    memset(region, 0, 40);
    memset(arm, 0, 40);
    age[5] = 9;
    region[5] = 2;
    where(&scene, "age=27");
    where(&scene, "region=west");
    scene.synthesis.source = CS_FROM_GENERATOR;
    scene.synthesis.n_rows = 1000;
    run(&scene);
    assert_in_range(scene.n_rows, 10, 200); /* 61 are expected */
    strike(&scene);
}

static void weights_that_are_missing_are_told(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene, NULL, CS_A);
    scene.saved.block[2].name[0] = 'T';
    scene.synthesis.source = CS_FROM_GENERATOR;
    assert_int_equal(
        cs_synthesize(&scene.draw, &scene.n_rows, &scene.synthesis, &scene.fault),
        CS_INPUT);
    assert_non_null(strstr(scene.fault.text, "has no weights"));
    strike(&scene);
}

/* Memory for the weights is taken by the shape: 4,096 x 4,096 of them and more. */
static void layers_that_the_weights_do_not_fill_are_refused(void **state)
{
    static const char *const kinds[] = { NULL, "generator: {kind: gan}\n" };
    (void)state;

    for (size_t kind = 0; kind < COUNT(kinds); kind++) {
        struct scene scene;

        set(&scene, kinds[kind], CS_B);
        for (size_t k = 0; k < scene.saved.spec.n_layers; k++)
            scene.saved.study->generator.layers[k] = CS_WIDTH_MAX;
        scene.synthesis.source = CS_FROM_GENERATOR;
        assert_int_equal(
            cs_synthesize(&scene.draw, &scene.n_rows, &scene.synthesis, &scene.fault),
            CS_INPUT);
        assert_non_null(strstr(scene.fault.text, "fewer weights"));
        strike(&scene);
    }
}

static void nothing_is_written_where_nobody_satisfies(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene, NULL, CS_A);
    memset(cs_codes_column(&scene.saved.population, scene.saved.study->arm), 0,
           scene.saved.population.n_rows);
    where(&scene, "arm=test");
    assert_int_equal(
        cs_synthesize(&scene.draw, &scene.n_rows, &scene.synthesis, &scene.fault),
        CS_CONFIG);
    assert_non_null(strstr(scene.fault.text, "no synthetic person satisfies"));
    assert_int_not_equal(access(scene.path, F_OK), 0);
    strike(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_satisfy_conditions_within_bins_too),
        cmocka_unit_test(rows_are_people_of_the_population),
        cmocka_unit_test(values_of_a_person_drawn_again_are_fresh),
        cmocka_unit_test(both_parties_draw_the_same_people),
        cmocka_unit_test(the_file_is_like_the_input),
        cmocka_unit_test(new_rows_satisfy_conditions_and_have_the_labels),
        cmocka_unit_test(new_rows_are_the_same_with_any_number_of_threads),
        cmocka_unit_test(rows_that_cannot_be_made_are_left_out),
        cmocka_unit_test(weights_that_are_missing_are_told),
        cmocka_unit_test(layers_that_the_weights_do_not_fill_are_refused),
        cmocka_unit_test(nothing_is_written_where_nobody_satisfies),
    };
    return CS_RUN("party/synthesize", tests);
}
