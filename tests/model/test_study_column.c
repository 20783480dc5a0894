/* Columns of a study become codes as docs/STUDY.md says. */
#include <stdlib.h>
#include <string.h>

#include "model/text.h"
#include "tests/support/check.h"
#include "tests/support/study.h"

/* A study in which a has columns `arm` and the given one, and b has `hit` and what else
 * is given. */
static char *text_with(const char *at_a, const char *at_b)
{
    struct cs_text text = { 0 };
    char *bytes = NULL;

    cs_text_add(&text,
                "study: x\n"
                "privacy: {epsilon: 1, delta: 1e-5}\n"
                "arm: {column: arm, test: [t], control: [c]}\n"
                "conversion: {column: hit, converted: [yes]}\n"
                "columns:\n"
                "  b:\n"
                "    - {name: hit, type: category, values: [no, yes]}\n"
                "%s%s%s"
                "  a:\n"
                "    - {name: arm, type: category, values: [t, c]}\n"
                "    - {%s}\n",
                at_b != NULL ? "    - {" : "", at_b != NULL ? at_b : "",
                at_b != NULL ? "}\n" : "", at_a);
    assert_ok(cs_text_take(&text, &bytes));
    return bytes;
}

static struct cs_study *study_with(const char *at_a, const char *at_b)
{
    char *text = text_with(at_a, at_b);
    struct cs_study *study = cs_test_study_parse(text);

    free(text);
    return study;
}

/* The column declared so, checked for its codes; the study keeps it. */
static const struct cs_column *column_with(struct cs_study **study, const char *declared,
                                           size_t n_codes, int other, int missing)
{
    *study = study_with(declared, NULL);
    const struct cs_column *column = &(*study)->schema.columns[1];
    assert_int_equal(column->n_codes, n_codes);
    assert_int_equal(column->other, other);
    assert_int_equal(column->missing, missing);
    return column;
}

static void assert_edges(const struct cs_column *column, const int64_t *edges, size_t n)
{
    assert_int_equal(column->binning, CS_BINS_DECLARED);
    assert_int_equal(column->n_bins + 1, n);
    for (size_t k = 0; k < n; k++)
        assert_int_equal(column->edges[k], edges[k]);
    assert_int_equal(column->min, edges[0]);
    assert_int_equal(column->max, edges[n - 1] - 1);
}

static void categories_have_other_and_missing_after_their_values(void **state)
{
    struct cs_study *study;
    (void)state;

    column_with(&study, "name: x, type: category, values: [p, q]", 3, 2, -1);
    cs_study_free(study);
    column_with(&study, "name: x, type: category, values: [p, q], nullable: true", 4, 2,
                3);
    cs_study_free(study);
    const struct cs_column *column = column_with(
        &study, "name: x, type: category, values: [p, other, 1, \"2\"], nullable: true",
        5, 1, 4);
    assert_string_equal(column->values[2], "1");
    assert_string_equal(column->values[3], "2");
    cs_study_free(study);
}

static void edges_bound_half_open_bins_and_the_last_is_inclusive(void **state)
{
    static const int64_t ages[] = { -5, 17, 20, 92 }, prices[] = { 0, 50, 1001 };
    static const int64_t days[] = { 18262, 18628, 18993 };
    struct cs_study *study;
    const struct cs_column *column;
    (void)state;

    column =
        column_with(&study, "name: x, type: integer, edges: [-5, 17, 20, 91]", 3, -1, -1);
    assert_edges(column, ages, COUNT(ages));
    cs_study_free(study);
    column = column_with(
        &study, "name: x, type: number, decimals: 2, edges: [0, .5, 10], nullable: true",
        3, -1, 2);
    assert_edges(column, prices, COUNT(prices));
    cs_study_free(study);
    column = column_with(&study,
                         "name: x, type: date, format: \"%d.%m.%Y\", "
                         "edges: [01.01.2020, \"01.01.2021\", 31.12.2021]",
                         2, -1, -1);
    assert_edges(column, days, COUNT(days));
    cs_study_free(study);
}

static void few_values_have_a_code_each(void **state)
{
    struct cs_study *study;
    const struct cs_column *column =
        column_with(&study, "name: x, type: integer, min: 1, max: 60", 60, -1, -1);
    (void)state;

    assert_int_equal(column->binning, CS_BINS_DECLARED);
    for (int64_t k = 0; k <= 60; k++)
        assert_int_equal(column->edges[k], k + 1);
    cs_study_free(study);
    column_with(&study, "name: x, type: integer, min: 1, max: 61", 24, -1, -1);
    cs_study_free(study);
    column_with(&study, "name: x, type: number, decimals: 1, min: 0, max: 1", 11, -1, -1);
    cs_study_free(study);
}

static void bins_are_quantiles_unless_they_are_equal(void **state)
{
    static const int64_t equal[] = { 0, 33, 67, 101 };
    struct cs_study *study;
    const struct cs_column *column;
    (void)state;

    column = column_with(&study, "name: x, type: integer, min: 0, max: 100, bins: 3", 3,
                         -1, -1);
    assert_int_equal(column->binning, CS_BINS_QUANTILES);
    assert_null(column->edges);
    assert_int_equal(column->min, 0);
    assert_int_equal(column->max, 100);
    cs_study_free(study);
    column = column_with(
        &study, "name: x, type: integer, min: 0, max: 100, bins: 3, spacing: equal", 3,
        -1, -1);
    assert_edges(column, equal, COUNT(equal));
    cs_study_free(study);
    column = column_with(
        &study, "name: x, type: integer, min: 0, max: 3, spacing: quantiles", 4, -1, -1);
    assert_int_equal(column->binning,
                     CS_BINS_DECLARED); /* a value a bin: nothing to find */
    cs_study_free(study);
}

/* The widest grid: the product of span and bin would not fit 64 bits. */
static void equal_bins_of_the_widest_range_are_even(void **state)
{
    struct cs_study *study;
    const struct cs_column *column =
        column_with(&study,
                    "name: x, type: integer, min: -2305843009213693951, "
                    "max: 2305843009213693951, bins: 64, spacing: equal",
                    64, -1, -1);
    (void)state;

    for (size_t k = 0; k < 64; k++) {
        const int64_t width = column->edges[k + 1] - column->edges[k];
        assert_true(width == (INT64_C(1) << 56) || width == (INT64_C(1) << 56) - 1);
    }
    assert_int_equal(column->edges[64], CS_GRID_MAX + 1);
    cs_study_free(study);
}

static void a_column_at_both_parties_is_one(void **state)
{
    struct cs_study *study =
        study_with("name: age, type: integer, min: 0, max: 9",
                   "name: age, max: 9, min: 0, nullable: false, type: integer, bins: 10");
    const struct cs_schema *schema = &study->schema;
    (void)state;

    assert_int_equal(schema->n_columns, 3);
    assert_true(schema->columns[1].at[CS_A] && schema->columns[1].at[CS_B]);
    assert_true(schema->columns[0].at[CS_A] && !schema->columns[0].at[CS_B]);
    assert_int_equal(schema->n_order[CS_A], 2);
    assert_int_equal(schema->order[CS_A][1], 1);
    assert_int_equal(schema->order[CS_B][0], 2); /* hit: after all of a's */
    assert_int_equal(schema->order[CS_B][1], 1);
    assert_int_equal(study->conversion, 2);
    cs_study_free(study);
}

static void a_column_that_differs_between_the_parties_is_refused(void **state)
{
    static const char *const cases[][3] = {
        { "name: x, type: integer, min: 0, max: 9",
          "name: x, type: integer, min: 0, max: 8",
          ":8: columns.b.x: is a column of a too, declared differently there "
          "(column.max: "
          "here 8, at the peer 9" },
        { "name: x, type: integer, min: 0, max: 9",
          "name: x, type: category, values: [1]",
          "(column.type: here category, at the peer integer" },
        { "name: x, type: category, values: [1, 2]",
          "name: x, type: category, values: [1]",
          "(column.values[2]: not here, at the peer \"2\"" },
        { "name: x, type: integer, min: 0, max: 99",
          "name: x, type: integer, min: 0, max: 99",
          ":8: columns.b.x: is at both parties, so its bins cannot be estimated by one" },
        { "name: x, type: category, discover: 3", "name: x, type: category, discover: 3",
          ":8: columns.b.x: is at both parties, so its values cannot be found by one" },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        char *text = text_with(cases[i][0], cases[i][1]);

        cs_test_study_refused(text, cases[i][2]);
        free(text);
    }
}

#define V10(x) x "0," x "1," x "2," x "3," x "4," x "5," x "6," x "7," x "8," x "9,"
#define V60 V10("a") V10("b") V10("c") V10("d") V10("e") V10("f")

static void what_is_wrong_with_a_column_is_named(void **state)
{
    static const char *const cases[][2] = {
        { "type: integer, min: 0, max: 9", ":10: columns.a[2].name: is missing" },
        { "name: \"\", type: integer, min: 0, max: 9", ".name: is not a value" },
        { "name: x",
          ":10: columns.a.x.type: is missing; it must be one of category, int" },
        { "name: x, type: text", "columns.a.x.type: is not a value that can be used" },
        { "name: person, type: integer, min: 0, max: 9",
          "columns.a.person.name: is the name of a column that the output adds" },
        { "name: arm, type: integer, min: 0, max: 9",
          ":10: columns.a.arm.name: is the name of two columns" },
        { "name: x, type: category",
          "columns.a.x.values: is missing; list the `values`" },
        { "name: x, type: category, values: [a], discover: 3",
          "columns.a.x.discover: stands beside `values`" },
        { "name: x, type: category, discover: 0",
          "columns.a.x.discover: is not a value" },
        { "name: x, type: category, discover: 64", "x.discover: is not a value" },
        { "name: x, type: category, discover: 63, nullable: true",
          "columns.a.x: has 65 codes with `other` and `missing`, at most 64" },
        { "name: x, type: category, discover: 63", NULL /* just fits */ },
        { "name: x, type: integer, min: 0, max: 9, discover: 3",
          "x.discover: is not a key of an integer" },
        { "name: x, type: category, values: []", "columns.a.x.values: has 0 values" },
        { "name: x, type: category, values: [a, b, a]", "x.values[3]: is value 1 again" },
        { "name: x, type: category, values: [1, \"1\"]",
          "x.values[2]: is value 1 again" },
        { "name: x, type: category, values: [a, \"\"]",
          "x.values[2]: is empty; an empty" },
        { "name: x, type: category, values: [a, [b]]", "x.values[2]: is not a category" },
        { "name: x, type: category, min: 1", "x.min: is not a key of a category column" },
        { "name: x, type: category, values: [" V60 "g, h, i, j, k]",
          "columns.a.x.values: has 65 values" },
        { "name: x, type: category, values: [" V60 "g, h, i, j]",
          "columns.a.x: has 65 codes with `other` and `missing`, at most 64" },
        { "name: x, type: category, values: [" V60 "g, h, other], nullable: true, ",
          NULL /* just fits */ },
        { "name: x, type: integer, min: 0, max: 9, nullable: maybe",
          "x.nullable: is not" },
        { "name: x, type: integer, decimals: 2",
          "x.decimals: is not a key of an integer" },
        { "name: x, type: integer, max: 9", "columns.a.x.min: is missing; give both" },
        { "name: x, type: integer, min: 9", "columns.a.x.max: is missing; give both" },
        { "name: x, type: integer, min: 9, max: 9",
          "columns.a.x.max: is not above `min`" },
        { "name: x, type: integer, min: a, max: 9",
          "columns.a.x.min: is not a whole num" },
        { "name: x, type: integer, min: 1.5, max: 9", "columns.a.x.min: is not a whole" },
        { "name: x, type: integer, min: [1], max: 9",
          "columns.a.x.min: is of the wrong" },
        { "name: x, type: integer, min: ~, max: 9", "columns.a.x.min: has no value" },
        { "name: x, type: integer, min: 0, max: 2305843009213693952",
          "columns.a.x.max: is too large" },
        { "name: x, type: integer, min: -2305843009213693952, max: 0",
          "columns.a.x.min: is too large" },
        { "name: x, type: integer, min: 0, max: 99, bins: 65", "x.bins: is not a value" },
        { "name: x, type: integer, min: 0, max: 99, bins: 64, nullable: true",
          "columns.a.x: has 65 codes" },
        { "name: x, type: integer, min: 0, max: 5, bins: 7",
          "x.bins: is more than the 6" },
        { "name: x, type: integer, min: 0, max: 5, spacing: log", "x.spacing: is not" },
        { "name: x, type: integer, edges: [1]",
          "columns.a.x.edges: has 1 edges; give 2" },
        { "name: x, type: integer, edges: 1", "columns.a.x.edges: is of the wrong kind" },
        { "name: x, type: integer, edges: [1, 2, 2]",
          "x.edges[3]: is not above the edge" },
        { "name: x, type: integer, edges: [1, b]", "x.edges[2]: is not a whole number" },
        { "name: x, type: integer, edges: [1, {}]", "x.edges[2]: is a map" },
        { "name: x, type: integer, edges: [1, 2], min: 1",
          "x.min: does not go with `edges" },
        { "name: x, type: integer, edges: [1, 2], max: 1",
          "x.max: does not go with `edges" },
        { "name: x, type: integer, edges: [1, 2], bins: 1", "x.bins: does not go with" },
        { "name: x, type: integer, edges: [1, 2], spacing: equal",
          "x.spacing: does not go" },
        { "name: x, type: number, min: 0, max: 1", "columns.a.x.decimals: is missing" },
        { "name: x, type: number, min: 0, max: 1, decimals: 10", "x.decimals: is not" },
        { "name: x, type: number, min: 0, max: one, decimals: 1",
          "x.max: is not a number" },
        { "name: x, type: date, min: 2020-01-01, max: 2020-02-30",
          "x.max: is not a date" },
        { "name: x, type: date, min: 1, max: 2, format: \"%Y\"",
          "x.format: does not say" },
        { "name: x, type: date, min: 1, max: 2, format: \"%Q%d%m%Y\"",
          "x.format: does not" },
        { "name: x, type: date, fromat: x",
          "x.fromat: is not a key of a date column; did "
          "you mean `format`?" },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        char *text = text_with(cases[i][0], NULL);

        if (cases[i][1] != NULL)
            cs_test_study_refused(text, cases[i][1]);
        else
            cs_study_free(cs_test_study_parse(text));
        free(text);
    }
}

static void an_item_that_is_no_map_is_refused(void **state)
{
    char *text = text_with("name: x, type: category, values: [p]", NULL);
    char *changed = cs_test_replace(text, "    - {name: x,", "    - x\n    - {name: x,");
    (void)state;

    cs_test_study_refused(changed,
                          ":10: columns.a[2]: is not a column; write it as {name");
    free(changed);
    free(text);
}

/* n columns at b, one a line. */
static char *text_with_columns(size_t n)
{
    struct cs_text columns = { 0 };

    cs_text_add(&columns, "name: c1, type: category, values: [p]");
    for (size_t i = 2; i < n; i++) /* hit is one of them */
        cs_text_add(&columns, "}\n    - {name: c%zu, type: category, values: [p]", i);
    char *text = text_with("name: x, type: category, values: [p]", columns.bytes);
    cs_text_wipe(&columns);
    return text;
}

static void a_party_has_at_most_128_columns(void **state)
{
    char *fits = text_with_columns(128), *exceeds = text_with_columns(129);
    (void)state;

    struct cs_study *study = cs_test_study_parse(fits);
    assert_int_equal(study->schema.n_order[CS_B], 128);
    cs_study_free(study);
    cs_test_study_refused(exceeds, "columns.b: has 129 columns; a party has 1 to 128");
    free(fits);
    free(exceeds);
}

static void arm_and_conversion_are_categories(void **state)
{
    char *text = text_with("name: x, type: integer, min: 0, max: 9", NULL);
    char *changed = cs_test_replace(text, "column: arm,", "column: x,");
    (void)state;

    cs_test_study_refused(changed, ":3: arm.column: must be a category");
    free(changed);
    free(text);
}

static void arm_and_conversion_list_their_values(void **state)
{
    char *text = text_with("name: x, type: category, discover: 3", NULL);
    char *changed = cs_test_replace(text, "column: arm,", "column: x,");
    (void)state;

    cs_test_study_refused(changed,
                          ":3: arm.column: has its values found in the data, but "
                          "`arm` has to name them");
    free(changed);
    free(text);
}

static void values_that_are_to_be_found_have_codes_before(void **state)
{
    struct cs_study *study;
    (void)state;

    const struct cs_column *column = column_with(
        &study, "name: x, type: category, discover: 20, nullable: true", 22, 20, 21);
    assert_true(cs_column_is_open(column));
    assert_int_equal(column->n_values, 0);
    cs_study_free(study);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(categories_have_other_and_missing_after_their_values),
        cmocka_unit_test(edges_bound_half_open_bins_and_the_last_is_inclusive),
        cmocka_unit_test(few_values_have_a_code_each),
        cmocka_unit_test(bins_are_quantiles_unless_they_are_equal),
        cmocka_unit_test(equal_bins_of_the_widest_range_are_even),
        cmocka_unit_test(a_column_at_both_parties_is_one),
        cmocka_unit_test(a_column_that_differs_between_the_parties_is_refused),
        cmocka_unit_test(what_is_wrong_with_a_column_is_named),
        cmocka_unit_test(an_item_that_is_no_map_is_refused),
        cmocka_unit_test(a_party_has_at_most_128_columns),
        cmocka_unit_test(arm_and_conversion_are_categories),
        cmocka_unit_test(arm_and_conversion_list_their_values),
        cmocka_unit_test(values_that_are_to_be_found_have_codes_before),
    };
    return CS_RUN("model/study_column", tests);
}
