/* What party/demo_data.h promises, one test for each promise. */
#include "party/demo_data.h"

#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "party/demo_columns.h"
#include "party/demo_model.h"
#include "party/file.h"
#include "party/node.h"
#include "tests/support/check.h"
#include "tests/support/demo.h"

static struct cs_demo_folder made(uint64_t people, uint64_t columns, uint64_t seed)
{
    return cs_demo_made(cs_demo_options_of(people, columns, seed));
}

static void both_files_fit_the_study(void **state)
{
    static const uint64_t widths[] = { CS_DEMO_COLUMNS_MIN, 12, 27, CS_DEMO_COLUMNS_MAX };
    (void)state;

    for (size_t i = 0; i < COUNT(widths); i++) {
        const struct cs_demo_folder folder = made(1000, widths[i], 3);
        struct cs_study *study = cs_demo_study(&folder);

        assert_int_equal(study->schema.n_columns, widths[i]);
        for (enum cs_party party = CS_A; party <= CS_B; party++) {
            struct cs_table *table = cs_demo_table(&folder, study, party);

            assert_int_equal(table->codes.n_rows, 1000);
            for (size_t k = 0; k < table->codes.n_columns; k++) {
                assert_int_equal(table->notes.unlisted[k], 0);
                assert_int_equal(table->notes.clamped[k], 0);
            }
            cs_table_free(table);
        }
        cs_study_free(study);
        cs_demo_removed(&folder);
    }
}

static void node_files_are_read(void **state)
{
    const struct cs_demo_folder folder = made(1000, 11, 3);
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
    cs_demo_removed(&folder);
}

static void people_are_the_same_in_the_same_order(void **state)
{
    const struct cs_demo_folder folder = made(2000, 11, 4);
    struct cs_study *study = cs_demo_study(&folder);
    struct cs_table *a = cs_demo_table(&folder, study, CS_A),
                    *b = cs_demo_table(&folder, study, CS_B);
    (void)state;

    assert_memory_equal(a->ids.digest[0], b->ids.digest[0], 2000 * CS_ID_BYTES);
    assert_memory_equal(cs_demo_codes(study, a, "age"), cs_demo_codes(study, b, "age"),
                        2000);
    cs_table_free(a);
    cs_table_free(b);
    cs_study_free(study);
    cs_demo_removed(&folder);
}

/* Counts again, from the files, what the truth says of the arms. */
static void truth_is_that_of_the_files(void **state)
{
    const struct cs_demo_folder folder = made(30000, 11, 1);
    struct cs_study *study = cs_demo_study(&folder);
    struct cs_table *a = cs_demo_table(&folder, study, CS_A),
                    *b = cs_demo_table(&folder, study, CS_B);
    json_t *truth = cs_demo_truth_of(&folder);
    const uint8_t *arm = cs_demo_codes(study, a, "arm"),
                  *region = cs_demo_codes(study, a, "region");
    const uint8_t *converted = cs_demo_codes(study, b, "converted");
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
    cs_demo_removed(&folder);
}

static void effects_are_those_that_were_planted(void **state)
{
    const struct cs_demo_folder folder = made(30000, 11, 1);
    json_t *truth = cs_demo_truth_of(&folder);
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
    cs_demo_removed(&folder);
}

static void age_bands_are_those_of_the_study(void **state)
{
    const struct cs_demo_folder folder = made(1000, 11, 1);
    struct cs_study *study = cs_demo_study(&folder);
    const size_t age = cs_schema_find(&study->schema, "age");
    (void)state;

    assert_int_equal(study->schema.columns[age].n_bins, CS_DEMO_AGE_BANDS);
    for (size_t k = 0; k <= CS_DEMO_AGE_BANDS; k++)
        assert_int_equal(study->schema.columns[age].edges[k], cs_demo_age_edges[k]);
    cs_study_free(study);
    cs_demo_removed(&folder);
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
    const struct cs_demo_folder folder = made(20000, 11, 1);
    struct cs_study *study = cs_demo_study(&folder);
    struct cs_table *a = cs_demo_table(&folder, study, CS_A),
                    *b = cs_demo_table(&folder, study, CS_B);
    const uint8_t *arm = cs_demo_codes(study, a, "arm");
    (void)state;

    assert_true(dependence(cs_demo_codes(study, a, "region"), 5,
                           cs_demo_codes(study, a, "level"), 3, 20000) > 20);
    assert_true(dependence(cs_demo_codes(study, a, "level"), 3,
                           cs_demo_codes(study, b, "member"), 2, 20000) > 20);
    assert_true(dependence(cs_demo_codes(study, a, "level"), 3,
                           cs_demo_codes(study, b, "basket"), 10, 20000) > 20);
    assert_true(dependence(cs_demo_codes(study, b, "pages"), 40,
                           cs_demo_codes(study, b, "converted"), 2, 20000) > 5);
    assert_true(dependence(arm, 3, cs_demo_codes(study, a, "region"), 5, 20000) < 4);
    assert_true(dependence(arm, 3, cs_demo_codes(study, b, "device"), 3, 20000) < 4);
    assert_true(dependence(arm, 3, cs_demo_codes(study, b, "converted"), 2, 20000) > 10);
    cs_table_free(a);
    cs_table_free(b);
    cs_study_free(study);
    cs_demo_removed(&folder);
}

static void assert_same_options_give_the_same_files(struct cs_demo_options options)
{
    const struct cs_demo_folder x = cs_demo_made(options), y = cs_demo_made(options);
    options.seed++;
    const struct cs_demo_folder z = cs_demo_made(options);

    for (size_t i = 0; i < DEMO_FILES; i++) {
        const char *name = cs_demo_names[i];
        size_t n_x, n_y, n_z;
        char *of_x = cs_demo_content(&x, name, &n_x);
        char *of_y = cs_demo_content(&y, name, &n_y);
        char *of_z = cs_demo_content(&z, name, &n_z);

        assert_string_equal(of_x, of_y);
        if (strstr(name, ".yaml") == NULL)
            assert_string_not_equal(of_x, of_z);
        free(of_x);
        free(of_y);
        free(of_z);
    }
    cs_demo_removed(&x);
    cs_demo_removed(&y);
    cs_demo_removed(&z);
}

static void same_options_give_the_same_files(void **state)
{
    struct cs_demo_options options = cs_demo_options_of(1500, 20, 9);
    (void)state;

    assert_same_options_give_the_same_files(options);
    options.link = CS_LINK_PRIVATE;
    assert_same_options_give_the_same_files(options);
}

/* BLAKE2b-256 of each file: what others compare with must not change unnoticed. */
static void aligned_files_are_those_they_always_were(void **state)
{
    static const char *const digests[DEMO_FILES] = {
        "d85c46a318c71919f638155598bf1bc198075cdd4173ab50ae2c30d415d24074",
        "7e1fb75daf081d022df00180769b6aa79e5c441b28979add36caaae09a1f09b0",
        "6e15f40ec8eefe140301a95271befeea5a75106ce71e9e02add2a87ddba15a7f",
        "9a73674e5369df0db3698b489a8ce832d707508c917141f9b2fb75021fea3232",
        "9d8974cc14097150b173271badcfe8f7943ab39957f8802f5093da766eb3285c",
        "987a3cfac582e6c3825398c2edb55050f673d798cf67e3d97cd98d81e5f2cc3a",
    };
    const struct cs_demo_folder folder = made(1000, 12, 3);
    (void)state;

    for (size_t i = 0; i < DEMO_FILES; i++) {
        uint8_t digest[CS_DIGEST_BYTES];
        char hex[2 * CS_DIGEST_BYTES + 1];
        size_t n_bytes;
        char *text = cs_demo_content(&folder, cs_demo_names[i], &n_bytes);

        crypto_generichash(digest, sizeof digest, (const uint8_t *)text, n_bytes, NULL,
                           0);
        sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
        assert_string_equal(hex, digests[i]);
        free(text);
    }
    cs_demo_removed(&folder);
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
        cmocka_unit_test(aligned_files_are_those_they_always_were),
        cmocka_unit_test(options_out_of_range_are_refused),
        cmocka_unit_test(a_folder_that_cannot_be_made_is_named),
    };
    return CS_RUN("party/demo_data", tests);
}
