/* What party/measured.h promises, one test for each promise. */
#include "party/measured.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"

enum { AGE, ARM, VISIT, N_COLUMNS };
enum { CELLS = 6 + 4 + 3 };

static struct cs_table_spec tables[] = {
    { .kind = CS_CROSS,
      .n_columns = 2,
      .column = { ARM, VISIT },
      .n_a = 1,
      .s2_q16 = 70000,
      .n_cells = 6 },
    { .kind = CS_OWN_B,
      .n_columns = 1,
      .column = { AGE },
      .s2_q16 = 1,
      .n_cells = 4,
      .first_cell = 6 },
    { .kind = CS_OWN_A,
      .n_columns = 1,
      .column = { ARM },
      .s2_q16 = 9,
      .n_cells = 3,
      .first_cell = 10 },
};
static const struct cs_plan plan = {
    .tables = tables, .n_tables = 3, .n_cells = CELLS, .epsilon_spent = 2.9999
};
static const struct cs_judgement judgements[2] = {
    [CS_A] = { .chosen = CS_FITTED,
               .found = { [CS_TUNED] = { CS_DIVERGED,
                                         { CS_UNKNOWN, CS_UNKNOWN, CS_UNKNOWN, 7 } },
                          [CS_FITTED] = { CS_STANDS, { 1234, 0, 4321000, 6543 } } } },
    [CS_B] = { .chosen = CS_SEPARATE,
               .found = { [CS_SEPARATE] = { CS_STANDS, { 1, 2, 3, CS_UNKNOWN } } } },
};
static const int64_t cells[CELLS] = { 100, 5,  -3, 0, 77, INT64_C(1) << 40, 1, 2,
                                      3,   -4, 9,  8, 7 };

/* A study with one column of estimated edges at B; `edges` or none. */
static struct cs_study *study_new(bool with_edges)
{
    struct cs_study *study = calloc(1, sizeof *study);
    struct cs_column *columns = calloc(N_COLUMNS, sizeof *columns);

    assert_true(study != NULL && columns != NULL);
    columns[AGE] = (struct cs_column){ .name = (char *)"age",
                                       .type = CS_INTEGER,
                                       .at = { false, true },
                                       .binning = CS_BINS_QUANTILES,
                                       .min = 0,
                                       .max = 99,
                                       .n_bins = 3,
                                       .n_codes = 4 };
    columns[ARM] =
        (struct cs_column){ .name = (char *)"arm", .at = { true, false }, .n_codes = 3 };
    columns[VISIT] = (struct cs_column){ .name = (char *)"visit",
                                         .at = { false, true },
                                         .n_codes = 2 };
    study->schema = (struct cs_schema){ .columns = columns, .n_columns = N_COLUMNS };
    study->epsilon = .5;
    memset(study->digest, 0xab, sizeof study->digest);
    if (with_edges) {
        const int64_t edges[] = { 0, 20, 30, 100 };

        columns[AGE].edges = calloc(COUNT(edges), sizeof *edges);
        assert_non_null(columns[AGE].edges);
        memcpy(columns[AGE].edges, edges, sizeof edges);
    }
    return study;
}

static void study_drop(struct cs_study *study)
{
    free(study->schema.columns[AGE].edges);
    free(study->schema.columns);
    free(study);
}

/* Not inlined: GCC 12 at -O3 would take what it returns for a pointer into its frame. */
static __attribute__((noinline)) char *written_by(const struct cs_study *study,
                                                  const struct cs_plan *by)
{
    char *text = NULL;
    size_t n_bytes = 0;
    FILE *stream = open_memstream(&text, &n_bytes);

    assert_non_null(stream);
    assert_ok(cs_measured_write(stream, study, by, cells, NULL, judgements));
    assert_int_equal(fclose(stream), 0);
    return text;
}

static char *written_of(const struct cs_study *study)
{
    return written_by(study, &plan);
}

/* The tables of an unprotected run have no noise. */
static char *written_unprotected(const struct cs_study *study)
{
    struct cs_table_spec exact[COUNT(tables)];
    const struct cs_plan without = { .tables = exact,
                                     .n_tables = COUNT(tables),
                                     .n_cells = CELLS,
                                     .epsilon_spent = INFINITY };

    memcpy(exact, tables, sizeof exact);
    for (size_t t = 0; t < COUNT(tables); t++)
        exact[t].s2_q16 = 0;
    return written_by(study, &without);
}

static char *written(void)
{
    struct cs_study *study = study_new(true);
    char *text = written_of(study);

    study_drop(study);
    return text;
}

static void what_is_written_is_read(void **state)
{
    struct cs_study *study = study_new(false);
    struct cs_measured measured;
    struct cs_fault fault = { 0 };
    char *text = written();
    double epsilon = 0;
    (void)state;

    assert_ok(cs_measured_epsilon(&epsilon, text, strlen(text), "m.json", &fault));
    assert_true(epsilon == .5);
    assert_ok(cs_measured_read(&measured, study, text, strlen(text), "m.json", &fault));

    assert_true(measured.plan.epsilon_spent == 2.9999);
    assert_int_equal(measured.plan.n_tables, 3);
    assert_int_equal(measured.plan.n_cells, CELLS);
    assert_memory_equal(measured.cells, cells, sizeof cells);
    assert_memory_equal(measured.judgements, judgements, sizeof judgements);
    for (size_t t = 0; t < 3; t++)
        assert_memory_equal(&measured.plan.tables[t], &tables[t], sizeof tables[t]);
    assert_int_equal(study->schema.columns[AGE].edges[1], 20);
    assert_int_equal(study->schema.columns[AGE].edges[3], 100);
    cs_measured_wipe(&measured);
    study_drop(study);
    free(text);
}

/* 70000 / 2^16 is not; 10, of 40 coins, is. */
static void of_joint_noise_the_variance_must_be_one_it_can_have(void **state)
{
    struct cs_study *study = study_new(true), *reader = study_new(false);
    struct cs_table_spec drawn[COUNT(tables)];
    const struct cs_plan by = {
        .tables = drawn, .n_tables = 3, .n_cells = CELLS, .epsilon_spent = .5
    };
    struct cs_measured measured;
    struct cs_fault fault = { 0 };
    (void)state;

    reader->noise = CS_NOISE_JOINT;
    memcpy(drawn, tables, sizeof drawn);
    for (int fits = 0; fits < 2; fits++) {
        drawn[0].s2_q16 = fits ? 10 << 16 : 70000;
        char *text = written_by(study, &by);
        const enum cs_status st =
            cs_measured_read(&measured, reader, text, strlen(text), "m.json", &fault);

        assert_int_equal(st, fits ? CS_OK : CS_INPUT);
        assert_true(fits || strstr(fault.text, "joint noise") != NULL);
        free(text);
    }
    assert_int_equal(measured.plan.tables[0].joint.coins, 40);
    assert_int_equal(measured.plan.tables[1].joint.coins, 0);
    cs_measured_wipe(&measured);
    study_drop(study);
    study_drop(reader);
}

static void an_unprotected_one_says_so_and_is_read(void **state)
{
    struct cs_study *with = study_new(true), *study = study_new(false);
    struct cs_measured measured;
    struct cs_fault fault = { 0 };
    double epsilon = 0;
    (void)state;

    with->unprotected = study->unprotected = true;
    with->epsilon = study->epsilon = INFINITY;
    char *text = written_unprotected(with);
    assert_non_null(strstr(text, "\"private\":false"));
    assert_non_null(strstr(text, "\"epsilon\":null"));
    assert_ok(cs_measured_epsilon(&epsilon, text, strlen(text), "m.json", &fault));
    assert_true(isinf(epsilon));
    assert_ok(cs_measured_read(&measured, study, text, strlen(text), "m.json", &fault));
    assert_true(isinf(measured.plan.epsilon_spent));
    assert_true(measured.plan.tables[0].s2_q16 == 0);
    assert_memory_equal(measured.cells, cells, sizeof cells);
    cs_measured_wipe(&measured);
    study_drop(with);
    study_drop(study);
    free(text);
}

/* As with `link: private`, where both parties may have a column of that name. */
static struct cs_study *study_with_namesakes(bool with_edges)
{
    struct cs_study *study = study_new(with_edges);

    study->link = CS_LINK_PRIVATE;
    study->schema.columns[ARM].name = study->schema.columns[VISIT].name;
    return study;
}

static void columns_of_one_name_are_told_apart(void **state)
{
    struct cs_study *writer = study_with_namesakes(true);
    struct cs_study *reader = study_with_namesakes(false);
    struct cs_measured measured;
    struct cs_fault fault = { 0 };
    char *text = written_of(writer);
    (void)state;

    assert_non_null(strstr(text, "[\"visit\",\"visit\"]"));
    assert_ok(cs_measured_read(&measured, reader, text, strlen(text), "m.json", &fault));
    for (size_t t = 0; t < 3; t++)
        assert_memory_equal(&measured.plan.tables[t], &tables[t], sizeof tables[t]);
    cs_measured_wipe(&measured);
    study_drop(writer);
    study_drop(reader);
    free(text);
}

/* Both parties have an age, and each estimates its edges. */
static void edges_of_columns_of_one_name_are_told_apart(void **state)
{
    struct cs_table_spec pair[] = {
        { .kind = CS_CROSS, .n_columns = 2, .column = { 0, 1 }, .n_a = 1, .s2_q16 = 5 },
        { .kind = CS_OWN_A, .n_columns = 1, .column = { 0 }, .s2_q16 = 6 },
        { .kind = CS_OWN_B, .n_columns = 1, .column = { 1 }, .s2_q16 = 7 },
    };
    struct cs_plan both = { .tables = pair, .n_tables = 3, .epsilon_spent = 1 };
    struct cs_study *study = study_new(true);
    struct cs_measured measured;
    struct cs_fault fault = { 0 };
    int64_t some[24];
    char *text = NULL;
    size_t n_bytes = 0;
    (void)state;

    study->link = CS_LINK_PRIVATE;
    study->schema.n_columns = 2;
    study->schema.columns[ARM] = study->schema.columns[AGE];
    study->schema.columns[AGE].at[CS_A] = true;
    study->schema.columns[AGE].at[CS_B] = false;
    study->schema.columns[ARM].edges = calloc(4, sizeof(int64_t));
    assert_non_null(study->schema.columns[ARM].edges);
    memcpy(study->schema.columns[ARM].edges, (int64_t[]){ 0, 40, 50, 100 },
           4 * sizeof(int64_t));
    for (size_t t = 0; t < 3; t++) {
        pair[t].n_cells = t == 0 ? 16 : 4;
        pair[t].first_cell = both.n_cells;
        both.n_cells += pair[t].n_cells;
    }
    for (size_t k = 0; k < COUNT(some); k++)
        some[k] = (int64_t)k;
    FILE *stream = open_memstream(&text, &n_bytes);
    assert_non_null(stream);
    assert_ok(cs_measured_write(stream, study, &both, some, NULL, judgements));
    assert_int_equal(fclose(stream), 0);
    study->schema.columns[AGE].edges[1] = study->schema.columns[ARM].edges[1] = 1;

    if (cs_measured_read(&measured, study, text, n_bytes, "m", &fault) != CS_OK)
        fail_msg("%s", fault.text);
    for (size_t t = 0; t < 3; t++)
        assert_memory_equal(&measured.plan.tables[t], &pair[t], sizeof pair[t]);
    assert_int_equal(study->schema.columns[AGE].edges[1], 20);
    assert_int_equal(study->schema.columns[ARM].edges[1], 40);
    cs_measured_wipe(&measured);
    free(study->schema.columns[ARM].edges);
    study_drop(study);
    free(text);
}

static void of_another_study_it_is_refused(void **state)
{
    struct cs_study *study = study_new(false);
    struct cs_measured measured;
    struct cs_fault fault = { 0 };
    char *text = written();
    (void)state;

    study->digest[31] ^= 1;
    assert_int_equal(
        cs_measured_read(&measured, study, text, strlen(text), "m.json", &fault),
        CS_INPUT);
    assert_non_null(strstr(fault.text, "m.json: study: "));
    assert_null(measured.cells);
    study_drop(study);
    free(text);
}

/* Replaces `from` by `to` in what was written; the reader must refuse it and name the
 * place. */
static const struct {
    const char *from, *to, *place;
} corruptions[] = {
    { "cosynth-measured/1", "cosynth-measured/2", "schema" },
    { "\"schema\"", "\"scheme\"", "schema" },
    { "abab", "abac", "study" },
    { "\"epsilon\":0.5", "\"epsilon\":0.2", "epsilon" },
    { "\"epsilon\":0.5", "\"epsilon\":\"x\"", "epsilon" },
    { "\"epsilon\":0.5", "\"epsilon\":null", "epsilon" },
    { "{\"schema\"", "{\"private\":false,\"schema\"", "epsilon" },
    { "{\"schema\"", "{\"private\":true,\"schema\"", "the file" },
    { "\"epsilon_spent\":", "\"epsilon_spent\":-", "epsilon_spent" },
    { "{\"age\":[0,20,30,100]}", "{}", "edges" },
    { "{\"age\":[0,20,30,100]}", "[]", "edges" },
    { "{\"age\":", "{\"arm\":[],\"age\":", "edges" },
    { "20,30,100", "20,30", "edges" },
    { "20,30,100", "30,30,100", "edges" },
    { "20,30,100", "20,30,101", "edges" },
    { "[0,20", "[-1,20", "edges" },
    { "[0,20", "[0.5,20", "edges" },
    { "[\"arm\",\"visit\"]", "[\"arm\",\"visits\"]", "tables[0].columns" },
    { "[\"arm\",\"visit\"]", "[\"arm\",\"arm\"]", "tables[0].columns" },
    { "[\"arm\",\"visit\"]", "[\"arm\",2]", "tables[0].columns" },
    { "[\"arm\",\"visit\"]", "[]", "tables[0].columns" },
    { "[\"arm\",\"visit\"]", "[\"arm\",\"visit\",\"age\",\"x\"]", "tables[0].columns" },
    { "\"cross\"", "\"own_a\"", "tables[0].kind" },
    { "\"cross\"", "\"crossed\"", "tables[0].kind" },
    { "\"own_b\"", "\"cross\"", "tables[1].kind" },
    { "\"own_b\"", "7", "tables[1].kind" },
    { "\"s2_q16\":70000", "\"s2_q16\":0", "tables[0].s2_q16" },
    { "\"s2_q16\":70000", "\"s2_q16\":-1", "tables[0].s2_q16" },
    { "\"s2_q16\":70000", "\"s2_q16\":1.5", "tables[0].s2_q16" },
    { "\"s2_q16\":70000", "\"s3_q16\":70000", "tables[0].s2_q16" },
    { "[100,5,-3", "[5,-3", "tables[0].cells" },
    { "[100,5,-3", "[1,100,5,-3", "tables[0].cells" },
    { "[100,5,-3", "[100,null,-3", "tables[0].cells" },
    { "[100,5,-3", "[9007199254740993,5,-3", "tables[0].cells" },
    { "[{\"columns\"", "[{\"extra\":1,\"columns\"", "tables[0].*" },
    { "[\"age\"],\"kind\":\"own_b\",\"s2_q16\":1,\"cells\":[1,2,3,-4]",
      "[\"visit\",\"arm\"],\"kind\":\"cross\",\"s2_q16\":1,\"cells\":[1,2,3,4,5,6]",
      "tables[1].columns" },
    { "\"tables\":[", "\"tables\":[],\"x\":[", "the file" },
    { "{\"schema\"", "{\"study\":\"\",\"schema\"", "is not JSON" },
    { "\"used\":\"fitted\"", "\"used\":\"tuned\"", "generators" },
    { "\"generators\"", "\"generator\"", "generators" },
    { "}}}\n", "", "is not JSON" },
};

static char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    char *result = NULL;
    size_t n_bytes = 0;
    FILE *stream = open_memstream(&result, &n_bytes);

    assert_true(at != NULL && stream != NULL);
    fprintf(stream, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    assert_int_equal(fclose(stream), 0);
    return result;
}

static void every_corrupted_field_is_refused_by_name(void **state)
{
    char *text = written();
    (void)state;

    for (size_t i = 0; i < COUNT(corruptions); i++) {
        struct cs_study *study = study_new(false);
        struct cs_measured measured;
        struct cs_fault fault = { 0 };
        char *bad = replaced(text, corruptions[i].from, corruptions[i].to);

        if (cs_measured_read(&measured, study, bad, strlen(bad), "m.json", &fault) !=
                CS_INPUT ||
            strstr(fault.text, corruptions[i].place) == NULL)
            fail_msg("corruption %zu: %s: %s", i, corruptions[i].to, fault.text);
        assert_non_null(strstr(fault.text, "m.json"));
        assert_null(measured.cells);
        study_drop(study);
        free(bad);
    }
    free(text);
}

static void a_file_cut_anywhere_is_refused(void **state)
{
    char *text = written();
    (void)state;

    for (size_t n = 0; n < strlen(text) - 2; n += 7) {
        struct cs_study *study = study_new(false);
        struct cs_measured measured;
        double epsilon;

        assert_int_equal(cs_measured_read(&measured, study, text, n, "m", NULL),
                         CS_INPUT);
        assert_int_equal(cs_measured_epsilon(&epsilon, text, n, "m", NULL), CS_INPUT);
        study_drop(study);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(of_joint_noise_the_variance_must_be_one_it_can_have),
        cmocka_unit_test(an_unprotected_one_says_so_and_is_read),
        cmocka_unit_test(columns_of_one_name_are_told_apart),
        cmocka_unit_test(edges_of_columns_of_one_name_are_told_apart),
        cmocka_unit_test(of_another_study_it_is_refused),
        cmocka_unit_test(every_corrupted_field_is_refused_by_name),
        cmocka_unit_test(a_file_cut_anywhere_is_refused),
    };

    return CS_RUN("party/measured", tests);
}
