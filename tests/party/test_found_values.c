/* What party/found_values.h promises, one test for each promise. */
#include "party/found_values.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"

/* A column of listed values, one open at A, two at B, two of one name. */
enum { LISTED, CITY_A, CITY_B, SHOP, N_COLUMNS };

static char *listed[] = { "x" };

static void set_schema(struct cs_schema *schema, struct cs_column *column)
{
    column[LISTED] = (struct cs_column){
        .name = "listed", .at = { true, true }, .values = listed, .n_values = 1
    };
    column[CITY_A] =
        (struct cs_column){ .name = "city", .at = { true, false }, .discover = 3 };
    column[CITY_B] =
        (struct cs_column){ .name = "city", .at = { false, true }, .discover = 3 };
    column[SHOP] =
        (struct cs_column){ .name = "shop", .at = { false, true }, .discover = 2 };
    *schema = (struct cs_schema){ .columns = column, .n_columns = N_COLUMNS };
}

static void drop_values(struct cs_column *column)
{
    for (size_t c = CITY_A; c < N_COLUMNS; c++) {
        for (size_t k = 0; k < column[c].n_values; k++)
            free(column[c].values[k]);
        free(column[c].values);
    }
}

static enum cs_status read_text(struct cs_column column[static N_COLUMNS],
                                const char *text)
{
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    struct cs_schema schema;

    assert_non_null(json);
    set_schema(&schema, column);
    const enum cs_status st = cs_found_values_read(&schema, json);
    json_decref(json);
    return st;
}

static const char good[] =
    "{\"a\":{\"city\":[\"Oslo\",\"Rome\"]},\"b\":{\"city\":[\"Bonn\"],\"shop\":[]}}";

static void what_is_read_is_written_again(void **state)
{
    struct cs_column column[N_COLUMNS];
    const struct cs_schema schema = { .columns = column, .n_columns = N_COLUMNS };
    (void)state;

    assert_ok(read_text(column, good));
    assert_int_equal(column[CITY_A].n_codes, 3);
    assert_string_equal(column[CITY_A].values[1], "Rome");
    assert_string_equal(column[CITY_B].values[0], "Bonn");
    assert_string_equal(column[SHOP].values[0], "other");
    json_t *json = cs_found_values_json(&schema);
    char *text = json_dumps(json, JSON_COMPACT);
    assert_string_equal(text, good);
    free(text);
    json_decref(json);
    drop_values(column);
}

static void a_study_that_lists_all_has_none(void **state)
{
    struct cs_column column[N_COLUMNS];
    struct cs_schema schema;
    (void)state;

    set_schema(&schema, column);
    assert_true(cs_found_values_any(&schema));
    schema.n_columns = 1;
    assert_false(cs_found_values_any(&schema));
}

static void what_a_run_cannot_have_found_is_refused(void **state)
{
    static const char *const bad[] = {
        "[]",
        "{}",
        "{\"a\":{\"city\":[]}}",
        "{\"a\":{\"city\":[]},\"b\":{\"city\":[],\"shop\":[]},\"c\":{}}",
        "{\"a\":{\"city\":[]},\"b\":{\"city\":[]}}",
        "{\"a\":{\"city\":[],\"listed\":[]},\"b\":{\"city\":[],\"shop\":[]}}",
        "{\"a\":{\"city\":{}},\"b\":{\"city\":[],\"shop\":[]}}",
        "{\"a\":{\"city\":[1]},\"b\":{\"city\":[],\"shop\":[]}}",
        "{\"a\":{\"city\":[\"other\"]},\"b\":{\"city\":[],\"shop\":[]}}",
        "{\"a\":{\"city\":[\"a\\nb\"]},\"b\":{\"city\":[],\"shop\":[]}}",
        "{\"a\":{\"city\":[\"b\",\"a\"]},\"b\":{\"city\":[],\"shop\":[]}}",
        "{\"a\":{\"city\":[\"a\",\"a\"]},\"b\":{\"city\":[],\"shop\":[]}}",
        "{\"a\":{\"city\":[]},\"b\":{\"city\":[],\"shop\":[\"a\",\"b\",\"c\"]}}",
    };
    (void)state;

    for (size_t i = 0; i < COUNT(bad); i++) {
        struct cs_column column[N_COLUMNS];

        assert_int_equal(read_text(column, bad[i]), CS_INPUT);
        drop_values(column);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_is_written_again),
        cmocka_unit_test(a_study_that_lists_all_has_none),
        cmocka_unit_test(what_a_run_cannot_have_found_is_refused),
    };
    return CS_RUN("party/found_values", tests);
}
