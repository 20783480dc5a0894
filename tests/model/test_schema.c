/* What model/schema.h promises, one test for each promise. */
#include "model/schema.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/study.h"

/* The obvious way: the last bin whose left edge is not above the value. */
static size_t bin_by_search(const struct cs_column *column, int64_t grid)
{
    size_t bin = 0;

    for (size_t k = 0; k < column->n_bins; k++)
        if (grid >= column->edges[k])
            bin = k;
    return bin;
}

static void a_bin_is_half_open_and_clamps(void **state)
{
    int64_t edges[] = { -10, -3, 0, 1, 2, 50, INT64_C(1) << 60 };
    struct cs_column column = { .type = CS_INTEGER, .edges = edges };
    (void)state;

    for (column.n_bins = 1; column.n_bins < COUNT(edges); column.n_bins++) {
        for (int64_t grid = -20; grid < 60; grid++)
            assert_int_equal(cs_column_bin(&column, grid), bin_by_search(&column, grid));
        assert_int_equal(cs_column_bin(&column, INT64_MAX), column.n_bins - 1);
        assert_int_equal(cs_column_bin(&column, INT64_MIN), 0);
    }
}

static void a_bin_needs_edges(void **state)
{
    const struct cs_column column = { .type = CS_INTEGER, .n_bins = 3 };
    (void)state;

    assert_stops((void)cs_column_bin(&column, 1));
}

static const struct cs_column *column_of(const struct cs_study *study, const char *name)
{
    const size_t i = cs_schema_find(&study->schema, name);

    assert_true(i < study->schema.n_columns);
    return &study->schema.columns[i];
}

static void an_open_column_has_room_for_all_it_may_have_until_it_is_closed(void **state)
{
    static const char *const found[] = { "east", "west" };
    (void)state;

    for (size_t n = 0; n <= COUNT(found); n++) {
        struct cs_column column = { .discover = 6, .nullable = true };

        cs_column_set_codes(&column);
        assert_true(cs_column_is_open(&column));
        assert_int_equal(column.n_codes, 8);
        assert_ok(cs_column_close(&column, found, n));
        assert_false(cs_column_is_open(&column));
        assert_int_equal(column.other, n); /* alone, it is a value */
        assert_int_equal(column.missing, n + 1);
        assert_int_equal(column.n_codes, n + 2);
        assert_string_equal(column.values[0], n > 0 ? "east" : "other");
        assert_stops(assert_ok(cs_column_close(&column, found, n)));
        cs_column_wipe(&column);
    }
}

static void detail_is_where_a_bin_holds_more_than_one_value(void **state)
{
    struct cs_study *study = cs_test_study(NULL);
    (void)state;

    assert_false(cs_column_has_detail(column_of(study, "age")));
    assert_false(cs_column_has_detail(column_of(study, "region")));
    assert_true(cs_column_has_detail(column_of(study, "score")));
    assert_true(cs_column_has_detail(column_of(study, "spend")));
    assert_true(cs_column_has_detail(column_of(study, "since")));
    cs_study_free(study);
}

static void a_column_is_found_by_its_name(void **state)
{
    struct cs_study *study = cs_test_study(NULL);
    const struct cs_schema *schema = &study->schema;
    (void)state;

    for (size_t i = 0; i < schema->n_columns; i++)
        assert_int_equal(cs_schema_find(schema, schema->columns[i].name), i);
    assert_int_equal(cs_schema_find(schema, "nobody"), schema->n_columns);
    cs_study_free(study);
}

static void assert_name(const struct cs_schema *schema, size_t column, const char *wanted)
{
    char name[CS_COLUMN_NAME_BYTES];

    cs_schema_name(name, schema, column);
    assert_string_equal(name, wanted);
    assert_int_equal(cs_schema_find(schema, wanted), column);
}

static void a_column_in_common_is_one_where_people_are_aligned(void **state)
{
    struct cs_study *study = cs_test_study(NULL);
    const struct cs_schema *schema = &study->schema;
    (void)state;

    assert_int_equal(schema->n_columns, 8);
    assert_true(schema->columns[0].at[CS_A] && schema->columns[0].at[CS_B]);
    assert_int_equal(schema->order[CS_B][0], 0);
    assert_name(schema, 0, "age");
    cs_study_free(study);
}

/* As in the study above, age comes first at both. */
static void a_column_in_common_is_two_where_people_are_not(void **state)
{
    struct cs_study *study = cs_test_study("link: private\n");
    const struct cs_schema *schema = &study->schema;
    (void)state;

    assert_int_equal(schema->n_columns, 9);
    assert_int_equal(schema->order[CS_A][0], 0);
    assert_int_equal(schema->order[CS_B][0], 4);
    for (size_t i = 0; i < schema->n_columns; i++) {
        assert_int_equal(schema->columns[i].at[CS_A], i < 4);
        assert_int_equal(schema->columns[i].at[CS_B], i >= 4);
    }
    assert_name(schema, 0, "age (a)");
    assert_name(schema, 4, "age (b)");
    assert_name(schema, 1, "region");
    assert_int_equal(cs_schema_find(schema, "age"), schema->n_columns);
    assert_int_equal(cs_schema_find_at(schema, "age", CS_A), 0);
    assert_int_equal(cs_schema_find_at(schema, "age", CS_B), 4);
    assert_int_equal(cs_schema_find_at(schema, "region", CS_B), schema->n_columns);
    cs_study_free(study);
}

static void a_wiped_schema_is_zero(void **state)
{
    static const struct cs_schema zero;
    struct cs_study *study = cs_test_study(NULL);
    (void)state;

    cs_schema_wipe(&study->schema);
    assert_memory_equal(&study->schema, &zero, sizeof zero);
    cs_study_free(study);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bin_is_half_open_and_clamps),
        cmocka_unit_test(a_bin_needs_edges),
        cmocka_unit_test(an_open_column_has_room_for_all_it_may_have_until_it_is_closed),
        cmocka_unit_test(detail_is_where_a_bin_holds_more_than_one_value),
        cmocka_unit_test(a_column_is_found_by_its_name),
        cmocka_unit_test(a_column_in_common_is_one_where_people_are_aligned),
        cmocka_unit_test(a_column_in_common_is_two_where_people_are_not),
        cmocka_unit_test(a_wiped_schema_is_zero),
    };
    return CS_RUN("model/schema", tests);
}
