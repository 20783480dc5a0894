/* What party/demo_data.h promises, one test for each promise. */
#include "party/demo_data.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/study.h"
#include "model/table.h"
#include "party/demo_columns.h"
#include "party/file.h"
#include "party/node.h"
#include "party/source.h"
#include "tests/support/check.h"

static const char *const names[] = { "a.csv",  "b.csv",  "study.yaml",
                                     "a.yaml", "b.yaml", "truth.json" };

struct folder {
    char path[64];
};

static struct folder made(uint64_t people, uint64_t columns, uint64_t seed)
{
    struct folder folder = { "/tmp/cosynth-demo-XXXXXX" };
    struct cs_demo_options options = CS_DEMO_DEFAULTS;
    struct cs_fault fault = { 0 };

    assert_non_null(mkdtemp(folder.path));
    options.folder = folder.path;
    options.people = people;
    options.columns = columns;
    options.seed = seed;
    if (cs_demo_data(&options, &fault) != CS_OK)
        fail_msg("%s", fault.text);
    return folder;
}

static void removed(const struct folder *folder)
{
    char path[CS_PATH_BYTES];

    for (size_t i = 0; i < COUNT(names); i++) {
        assert_ok(cs_file_join(path, folder->path, names[i], NULL));
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(folder->path), 0); /* nothing else was left there */
}

static char *content(const struct folder *folder, const char *name, size_t *n_bytes)
{
    char path[CS_PATH_BYTES], *text = NULL;

    assert_ok(cs_file_join(path, folder->path, name, NULL));
    assert_ok(cs_file_read(&text, n_bytes, path, 64 << 20, NULL));
    return text;
}

static struct cs_study *parsed(const struct folder *folder)
{
    struct cs_study *study = NULL;
    struct cs_fault fault = { 0 };
    size_t n_bytes;
    char *text = content(folder, "study.yaml", &n_bytes);

    if (cs_study_parse(&study, text, n_bytes, "study.yaml", NULL, &fault) != CS_OK)
        fail_msg("%s", fault.text);
    free(text);
    return study;
}

static struct cs_table *loaded(const struct folder *folder, const struct cs_study *study,
                               enum cs_party party)
{
    const char *const id = "id";
    const struct cs_id_rules rules = cs_id_rules_raw(&id);
    struct cs_table *table = NULL;
    struct cs_file_source source;
    struct cs_fault fault = { 0 };
    char path[CS_PATH_BYTES];

    assert_ok(cs_file_join(path, folder->path, party == CS_A ? "a.csv" : "b.csv", NULL));
    assert_ok(cs_file_source_open(&source, path, &fault));
    if (cs_table_read(&table, &study->schema, party, &rules, &source.source, NULL,
                      &fault) != CS_OK)
        fail_msg("%s", fault.text);
    cs_file_source_close(&source);
    return table;
}

static json_t *truth_of(const struct folder *folder)
{
    size_t n_bytes;
    char *text = content(folder, "truth.json", &n_bytes);
    json_t *truth = json_loads(text, 0, NULL);

    assert_non_null(truth);
    free(text);
    return truth;
}

/* The number at keys[0]/keys[1]/.. */
static double at(const json_t *json, const char *const *keys)
{
    for (; *keys != NULL; keys++) {
        json = json_object_get(json, *keys);
        if (json == NULL)
            fail_msg("the truth has no %s", *keys);
    }
    return json_number_value(json);
}

#define AT(json, ...) at((json), (const char *const[]){ __VA_ARGS__, NULL })

static size_t column_of(const struct cs_study *study, enum cs_party party,
                        const char *name)
{
    size_t k = 0;

    while (strcmp(study->schema.columns[study->schema.order[party][k]].name, name) != 0)
        k++;
    return k;
}

static const uint8_t *codes_of(const struct cs_study *study, const struct cs_table *table,
                               const char *name)
{
    return cs_codes_column(&table->codes, column_of(study, table->party, name));
}

static void both_files_fit_the_study(void **state)
{
    static const uint64_t widths[] = { CS_DEMO_COLUMNS_MIN, 12, 27, CS_DEMO_COLUMNS_MAX };
    (void)state;

    for (size_t i = 0; i < COUNT(widths); i++) {
        const struct folder folder = made(1000, widths[i], 3);
        struct cs_study *study = parsed(&folder);

        assert_int_equal(study->schema.n_columns, widths[i]);
        for (enum cs_party party = CS_A; party <= CS_B; party++) {
            struct cs_table *table = loaded(&folder, study, party);

            assert_int_equal(table->codes.n_rows, 1000);
            for (size_t k = 0; k < table->codes.n_columns; k++) {
                assert_int_equal(table->notes.unlisted[k], 0);
                assert_int_equal(table->notes.clamped[k], 0);
            }
            cs_table_free(table);
        }
        cs_study_free(study);
        removed(&folder);
    }
}

static void node_files_are_read(void **state)
{
    const struct folder folder = made(1000, 11, 3);
    (void)state;

    for (enum cs_party party = CS_A; party <= CS_B; party++) {
        struct cs_node node;
        struct cs_fault fault = { 0 };
        char path[CS_PATH_BYTES];

        assert_ok(
            cs_file_join(path, folder.path, party == CS_A ? "a.yaml" : "b.yaml", NULL));
        if (cs_node_read(&node, path, NULL, &fault) != CS_OK)
            fail_msg("%s", fault.text);
        assert_int_equal(node.party, party);
        assert_int_equal(access(node.data, R_OK), 0);
        assert_int_equal(node.listen != NULL, party == CS_A);
        assert_int_equal(node.n_id, 1);
        assert_string_equal(node.id[0], "id");
        cs_node_wipe(&node);
    }
    removed(&folder);
}

static void people_are_the_same_in_the_same_order(void **state)
{
    const struct folder folder = made(2000, 11, 4);
    struct cs_study *study = parsed(&folder);
    struct cs_table *a = loaded(&folder, study, CS_A), *b = loaded(&folder, study, CS_B);
    (void)state;

    assert_memory_equal(a->ids.digest[0], b->ids.digest[0], 2000 * CS_ID_BYTES);
    assert_memory_equal(codes_of(study, a, "age"), codes_of(study, b, "age"), 2000);
    cs_table_free(a);
    cs_table_free(b);
    cs_study_free(study);
    removed(&folder);
}

/* Counts again, from the files, what the truth says of the arms. */
static void truth_is_that_of_the_files(void **state)
{
    const struct folder folder = made(30000, 11, 1);
    struct cs_study *study = parsed(&folder);
    struct cs_table *a = loaded(&folder, study, CS_A), *b = loaded(&folder, study, CS_B);
    json_t *truth = truth_of(&folder);
    const uint8_t *arm = codes_of(study, a, "arm"),
                  *region = codes_of(study, a, "region");
    const uint8_t *converted = codes_of(study, b, "converted");
    double n[3] = { 0 }, yes[3] = { 0 }, n_south = 0, yes_south = 0;
    (void)state;

    for (size_t i = 0; i < 30000; i++) {
        n[arm[i]]++;
        yes[arm[i]] += converted[i];
        n_south += arm[i] == 0 && region[i] == 1;
        yes_south += arm[i] == 0 && region[i] == 1 && converted[i];
    }
    assert_true(AT(truth, "arms", "test", "people") == n[0]);
    assert_true(AT(truth, "arms", "control", "conversions") == yes[1]);
    assert_true(AT(truth, "arms", "neither", "conversions") == yes[2]);
    assert_true(fabs(AT(truth, "lift", "observed") - (yes[0] / n[0] - yes[1] / n[1])) <
                1e-6);
    assert_true(AT(truth, "segments", "region", "South", "arms", "test", "people") ==
                n_south);
    assert_true(AT(truth, "segments", "region", "South", "arms", "test", "conversions") ==
                yes_south);
    json_decref(truth);
    cs_table_free(a);
    cs_table_free(b);
    cs_study_free(study);
    removed(&folder);
}

static void effects_are_those_that_were_planted(void **state)
{
    const struct folder folder = made(30000, 11, 1);
    json_t *truth = truth_of(&folder);
    (void)state;

    assert_true(fabs(AT(truth, "lift", "expected") - CS_DEMO_LIFT) < 1e-6);
    assert_true(fabs(AT(truth, "lift", "potential") - CS_DEMO_LIFT) < 0.004);
    assert_true(fabs(AT(truth, "lift", "observed") - CS_DEMO_LIFT) < 0.016);
    assert_true(fabs(AT(truth, "arms", "control", "rate") - CS_DEMO_BASE) < 0.012);
    assert_true(fabs(AT(truth, "arms", "test", "people") - 12000) < 400);
    assert_true(AT(truth, "segments", "region", "South", "lift", "expected") >
                1.5 * AT(truth, "segments", "region", "East", "lift", "expected"));
    assert_true(AT(truth, "segments", "age", "18-24", "lift", "expected") >
                1.3 * AT(truth, "segments", "age", "40-44", "lift", "expected"));
    assert_true(AT(truth, "segments", "age", "65-74", "lift", "expected") == 0);
    json_decref(truth);
    removed(&folder);
}

static void age_bands_are_those_of_the_study(void **state)
{
    const struct folder folder = made(1000, 11, 1);
    struct cs_study *study = parsed(&folder);
    const size_t age = cs_schema_find(&study->schema, "age");
    (void)state;

    assert_int_equal(study->schema.columns[age].n_bins, CS_DEMO_AGE_BANDS);
    for (size_t k = 0; k <= CS_DEMO_AGE_BANDS; k++)
        assert_int_equal(study->schema.columns[age].edges[k], cs_demo_age_edges[k]);
    cs_study_free(study);
    removed(&folder);
}

/* Chi-square of a pair of columns over its degrees of freedom: 1 if independent. */
static double dependence(const uint8_t *x, size_t n_x, const uint8_t *y, size_t n_y,
                         size_t n)
{
    double cell[CS_CODES_MAX][CS_CODES_MAX] = { { 0 } }, by_x[CS_CODES_MAX] = { 0 };
    double by_y[CS_CODES_MAX] = { 0 }, chi = 0;

    for (size_t i = 0; i < n; i++) {
        cell[x[i]][y[i]]++;
        by_x[x[i]]++;
        by_y[y[i]]++;
    }
    for (size_t i = 0; i < n_x; i++) {
        for (size_t k = 0; k < n_y; k++) {
            const double expected = by_x[i] * by_y[k] / (double)n;
            if (expected > 0)
                chi += (cell[i][k] - expected) * (cell[i][k] - expected) / expected;
        }
    }
    return chi / (double)((n_x - 1) * (n_y - 1));
}

static void columns_depend_on_each_other_but_not_on_the_arm(void **state)
{
    const struct folder folder = made(20000, 11, 1);
    struct cs_study *study = parsed(&folder);
    struct cs_table *a = loaded(&folder, study, CS_A), *b = loaded(&folder, study, CS_B);
    const uint8_t *arm = codes_of(study, a, "arm");
    (void)state;

    assert_true(dependence(codes_of(study, a, "region"), 5, codes_of(study, a, "level"),
                           3, 20000) > 20);
    assert_true(dependence(codes_of(study, a, "level"), 3, codes_of(study, b, "member"),
                           2, 20000) > 20);
    assert_true(dependence(codes_of(study, a, "level"), 3, codes_of(study, b, "basket"),
                           10, 20000) > 20);
    assert_true(dependence(codes_of(study, b, "pages"), 40,
                           codes_of(study, b, "converted"), 2, 20000) > 5);
    assert_true(dependence(arm, 3, codes_of(study, a, "region"), 5, 20000) < 4);
    assert_true(dependence(arm, 3, codes_of(study, b, "device"), 3, 20000) < 4);
    assert_true(dependence(arm, 3, codes_of(study, b, "converted"), 2, 20000) > 10);
    cs_table_free(a);
    cs_table_free(b);
    cs_study_free(study);
    removed(&folder);
}

static void same_options_give_the_same_files(void **state)
{
    const struct folder x = made(1500, 20, 9), y = made(1500, 20, 9),
                        z = made(1500, 20, 10);
    (void)state;

    for (size_t i = 0; i < COUNT(names); i++) {
        size_t n_x, n_y, n_z;
        char *of_x = content(&x, names[i], &n_x), *of_y = content(&y, names[i], &n_y);
        char *of_z = content(&z, names[i], &n_z);

        assert_string_equal(of_x, of_y);
        if (strstr(names[i], ".yaml") == NULL)
            assert_string_not_equal(of_x, of_z);
        free(of_x);
        free(of_y);
        free(of_z);
    }
    removed(&x);
    removed(&y);
    removed(&z);
}

static void options_out_of_range_are_refused(void **state)
{
    struct cs_demo_options options = CS_DEMO_DEFAULTS;
    struct cs_fault people = { 0 }, columns = { 0 };
    (void)state;

    options.folder = "/tmp/cosynth-demo-never";
    options.people = 10;
    assert_int_equal(cs_demo_data(&options, &people), CS_CONFIG);
    assert_string_equal(people.text, "--people: 10 is not within 1000 to 5000000");
    options.people = 1000;
    options.columns = 41;
    assert_int_equal(cs_demo_data(&options, &columns), CS_CONFIG);
    assert_string_equal(columns.text, "--columns: 41 is not within 11 to 40");
    assert_int_not_equal(access(options.folder, F_OK), 0);
}

static void a_folder_that_cannot_be_made_is_named(void **state)
{
    struct cs_demo_options options = CS_DEMO_DEFAULTS;
    struct cs_fault fault = { 0 };
    (void)state;

    options.folder = "/dev/null/demo";
    options.people = 1000;
    assert_int_equal(cs_demo_data(&options, &fault), CS_IO);
    assert_non_null(strstr(fault.text, "/dev/null"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_files_fit_the_study),
        cmocka_unit_test(node_files_are_read),
        cmocka_unit_test(people_are_the_same_in_the_same_order),
        cmocka_unit_test(truth_is_that_of_the_files),
        cmocka_unit_test(effects_are_those_that_were_planted),
        cmocka_unit_test(age_bands_are_those_of_the_study),
        cmocka_unit_test(columns_depend_on_each_other_but_not_on_the_arm),
        cmocka_unit_test(same_options_give_the_same_files),
        cmocka_unit_test(options_out_of_range_are_refused),
        cmocka_unit_test(a_folder_that_cannot_be_made_is_named),
    };
    return CS_RUN("party/demo_data", tests);
}
