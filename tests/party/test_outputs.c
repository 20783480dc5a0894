/* What party/outputs.h promises, one test for each promise. */
#include "party/outputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "party/file.h"
#include "tests/support/check.h"

/* A's columns in the schema are 0 to 2, B's are 1 (which both have), 3 and 4. */
static const char study_text[] =
    "study: small\n"
    "privacy: {epsilon: 3, delta: 1.0e-6}\n"
    "arm: {column: arm, test: [mail], control: [none]}\n"
    "conversion: {column: visit, converted: [\"1\"]}\n"
    "columns:\n"
    "  a:\n"
    "    - {name: age, type: integer, min: 0, max: 99, bins: 2}\n"
    "    - {name: sex, type: category, values: [f, m]}\n"
    "    - {name: arm, type: category, values: [none, mail, later]}\n"
    "  b:\n"
    "    - {name: spent, type: number, decimals: 2, edges: [0, 10, 50]}\n"
    "    - {name: sex, type: category, values: [f, m]}\n"
    "    - {name: visit, type: category, values: [\"0\", \"1\"]}\n";

/* Person 4 is at A alone, person 9 at B alone. B's rows have another order. */
static const char rows_a[] = "person,age,sex,arm\n1,10,f,none\n2,30,m,mail\n"
                             "3,60,f,later\n4,70,f,mail\n";
static const char rows_b[] = "person,spent,sex,visit\n3,0.50,f,0\n9,1.00,m,1\n"
                             "2,49.99,m,1\n1,9.99,f,0\n";

/* The same with `link: private`; no column is at both then. */
static const char private_text[] =
    "study: small\n"
    "link: private\n"
    "privacy: {epsilon: 3, delta: 1.0e-6}\n"
    "arm: {column: arm, test: [mail], control: [none]}\n"
    "conversion: {column: visit, converted: [\"1\"]}\n"
    "columns:\n"
    "  a:\n"
    "    - {name: age, type: integer, min: 0, max: 99, bins: 2}\n"
    "    - {name: arm, type: category, values: [none, mail, later]}\n"
    "  b:\n"
    "    - {name: spent, type: number, decimals: 2, edges: [0, 10, 50]}\n"
    "    - {name: visit, type: category, values: [\"0\", \"1\"]}\n";
static const char private_a[] = "person,age,arm\n1,10,none\n2,30,mail\n4,70,mail\n";
static const char private_b[] = "person,spent,visit\n2,49.99,1\n9,20.00,1\n1,9.99,0\n";

static const char *study_of_test = study_text;
static char root[64], folder[2][CS_PATH_BYTES];

static void put(int party, const char *name, const char *text)
{
    struct cs_file file;
    char path[CS_PATH_BYTES];

    assert_ok(cs_file_join(path, folder[party], name, NULL));
    assert_ok(cs_file_create(&file, path, NULL));
    fputs(text, file.stream);
    assert_ok(cs_file_commit(&file, NULL));
}

/* measured.json of a study with this epsilon: arm x visit, estimated edges of age. */
static void put_measured(int party, double epsilon, int64_t first_cell)
{
    const struct cs_study_override said = { .epsilon = epsilon };
    struct cs_table_spec table = { .kind = CS_CROSS, .n_columns = 2, .s2_q16 = 10 << 16 };
    const struct cs_plan plan = {
        .tables = &table, .n_tables = 1, .n_cells = 12, .epsilon_spent = epsilon
    };
    const int64_t cells[12] = { first_cell, 2, 3, 4, 5, 6 }; /* `other` has codes too */
    const struct cs_judgement judgements[2] = {
        { .chosen = CS_TUNED, .found = { [CS_TUNED] = { .standing = CS_STANDS } } },
        { .chosen = CS_TUNED, .found = { [CS_TUNED] = { .standing = CS_STANDS } } },
    };
    const int64_t edges[] = { 0, 31, 100 };
    struct cs_study *study = NULL;
    char *text = NULL;
    size_t n_bytes;

    assert_ok(
        cs_study_parse(&study, study_of_test, strlen(study_of_test), "s", &said, NULL));
    table.column[0] = study->arm;
    table.column[1] = study->conversion;
    table.n_cells = 12;
    struct cs_column *age = &study->schema.columns[0];
    assert_int_equal(age->binning, CS_BINS_QUANTILES);
    free(age->edges);
    age->edges = malloc(sizeof edges);
    assert_non_null(age->edges);
    memcpy(age->edges, edges, sizeof edges);

    FILE *stream = open_memstream(&text, &n_bytes);
    assert_non_null(stream);
    assert_ok(cs_measured_write(stream, study, &plan, cells, NULL, judgements));
    fclose(stream);
    put(party, "measured.json", text);
    free(text);
    cs_study_free(study);
}

static int set_up(void **state)
{
    (void)state;

    strcpy(root, "/tmp/cosynth-outputs-XXXXXX");
    if (mkdtemp(root) == NULL)
        return 1;
    for (int party = 0; party < 2; party++) {
        assert_ok(cs_file_join(folder[party], root, party == CS_A ? "a" : "b", NULL));
        assert_ok(cs_file_make_folder(folder[party], NULL));
        put(party, "study.yaml", study_text);
        put(party, "synthetic.csv", party == CS_A ? rows_a : rows_b);
        put_measured(party, 3, 1);
    }
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = { "study.yaml", "synthetic.csv", "measured.json" };
    char path[CS_PATH_BYTES];
    (void)state;

    for (int party = 0; party < 2; party++) {
        for (size_t i = 0; i < COUNT(names); i++) {
            assert_ok(cs_file_join(path, folder[party], names[i], NULL));
            unlink(path);
        }
        rmdir(folder[party]);
    }
    return rmdir(root);
}

static void people_of_both_files_are_joined(void **state)
{
    struct cs_outputs o;
    struct cs_fault fault = { 0 };
    uint8_t seen[4] = { 0 };
    (void)state;

    assert_ok(cs_outputs_read(&o, folder[CS_A], folder[CS_B], &fault));

    assert_int_equal(o.population.n_rows, 3);
    assert_int_equal(o.population.n_columns, 5);
    /* age by the estimated edges, sex, arm, spent, visit of persons 1 to 3 */
    static const uint8_t expected[][5] = { { 0, 0, 0, 0, 0 },
                                           { 0, 1, 1, 1, 1 },
                                           { 1, 0, 2, 0, 0 } };
    for (size_t row = 0; row < 3; row++) {
        const uint8_t person = cs_codes_column(&o.population, o.study->arm)[row];

        seen[person]++;
        for (size_t column = 0; column < 5; column++)
            assert_int_equal(cs_codes_column(&o.population, column)[row],
                             expected[person][column]);
    }
    assert_true(seen[0] == 1 && seen[1] == 1 && seen[2] == 1);
    assert_int_equal(o.measured.plan.n_tables, 1);
    assert_int_equal(o.measured.cells[5], 6);
    cs_outputs_wipe(&o);
}

static void people_of_one_file_alone_are_kept_where_links_are_private(void **state)
{
    /* age by the estimated edges, arm, spent, visit: person 1 or 2, 2 or 1, 4, 9 */
    static const uint8_t only[][4] = { { 1, 1, 0, 0 }, { 0, 0, 1, 1 } };
    struct cs_outputs o;
    struct cs_fault fault = { 0 };
    (void)state;

    study_of_test = private_text;
    for (int party = 0; party < 2; party++) {
        put(party, "study.yaml", private_text);
        put(party, "synthetic.csv", party == CS_A ? private_a : private_b);
        put_measured(party, 3, 1);
    }
    study_of_test = study_text;
    if (cs_outputs_read(&o, folder[CS_A], folder[CS_B], &fault) != CS_OK)
        fail_msg("%s", fault.text);

    assert_int_equal(o.people.n_both, 2);
    assert_int_equal(o.people.n_only[CS_A], 1);
    assert_int_equal(o.people.n_only[CS_B], 1);
    for (size_t row = 0; row < 2; row++) {
        const uint8_t arm = cs_codes_column(&o.population, o.study->arm)[row];

        assert_int_equal(cs_codes_column(&o.population, 2)[row], arm);
        assert_int_equal(cs_codes_column(&o.population, 3)[row], arm);
    }
    for (size_t i = 0; i < 2; i++)
        for (size_t column = 0; column < 4; column++)
            assert_int_equal(cs_codes_column(&o.population, column)[2 + i],
                             only[i][column]);
    cs_outputs_wipe(&o);
}

static void an_epsilon_of_the_command_line_is_known(void **state)
{
    struct cs_outputs o;
    struct cs_fault fault = { 0 };
    (void)state;

    put_measured(CS_A, 1, 1);
    put_measured(CS_B, 1, 1);
    assert_ok(cs_outputs_read(&o, folder[CS_A], folder[CS_B], &fault));
    assert_true(o.study->epsilon == 1);
    cs_outputs_wipe(&o);
}

static void refused(enum cs_status st, const char *words)
{
    struct cs_outputs o;
    struct cs_fault fault = { 0 };

    assert_int_equal(cs_outputs_read(&o, folder[CS_A], folder[CS_B], &fault), st);
    if (strstr(fault.text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", fault.text, words);
}

static void outputs_of_two_runs_are_refused(void **state)
{
    (void)state;

    put_measured(CS_B, 3, 2);
    refused(CS_DISAGREE, "measured.json in");
    put_measured(CS_B, 2, 1);
    refused(CS_DISAGREE, "epsilon");
}

static void a_study_that_was_not_run_is_refused(void **state)
{
    char other[sizeof study_text + 16];
    (void)state;

    snprintf(other, sizeof other, "%sseed: 99\n", study_text);
    put(CS_B, "study.yaml", other);
    refused(CS_DISAGREE, "seed");
    put(CS_A, "study.yaml", other);
    refused(CS_INPUT, "measured.json: study:");
}

static void a_missing_file_is_named(void **state)
{
    static const char *const names[] = { "synthetic.csv", "measured.json", "study.yaml" };
    char path[CS_PATH_BYTES];
    (void)state;

    for (size_t i = 0; i < COUNT(names); i++) {
        assert_ok(cs_file_join(path, folder[CS_B], names[i], NULL));
        assert_int_equal(unlink(path), 0);
        refused(CS_CONFIG, path);
    }
}

static void files_without_a_person_in_common_are_refused(void **state)
{
    (void)state;

    put(CS_B, "synthetic.csv", "person,spent,sex,visit\n9,1.00,m,1\n");
    refused(CS_INPUT, "no person in common");
}

static void a_broken_csv_is_refused(void **state)
{
    (void)state;

    put(CS_B, "synthetic.csv", "person,spent,sex\n1,1.00,m\n");
    refused(CS_INPUT, "synthetic.csv");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(people_of_both_files_are_joined),
        TEST(people_of_one_file_alone_are_kept_where_links_are_private),
        TEST(an_epsilon_of_the_command_line_is_known),
        TEST(outputs_of_two_runs_are_refused),
        TEST(a_study_that_was_not_run_is_refused),
        TEST(a_missing_file_is_named),
        TEST(files_without_a_person_in_common_are_refused),
        TEST(a_broken_csv_is_refused),
    };

    return CS_RUN("party/outputs", tests);
}
