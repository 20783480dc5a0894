/* What party/found_shapes.h promises, one test for each promise. */
#include "party/found_shapes.h"

#include <jansson.h>
#include <stdlib.h>

#include "tests/support/check.h"
#include "tests/support/study.h"

#define SPEND "outcomes: [{column: spend, value: mean}]\n"

/* Of 0.00 to 5000.00, in cents. */
static int64_t start[] = { 0, 1, 2999, 3000, 500001 };
static int64_t mass[] = { 900, 0, 80, 20 };
static const struct cs_density shape = { 4, start, mass };

static json_t *json_of(const struct cs_study *study)
{
    const struct cs_density **shapes =
        calloc(study->schema.n_columns, sizeof(const struct cs_density *));

    assert_non_null(shapes);
    shapes[study->outcomes[1].column] = &shape;
    json_t *json = cs_found_shapes_json(study, shapes);
    free((void *)shapes);
    assert_non_null(json);
    return json;
}

static void what_is_written_is_read(void **state)
{
    struct cs_study *study = cs_test_study(SPEND);
    struct cs_densities read;
    json_t *json = json_of(study);
    (void)state;

    assert_true(cs_found_shapes_any(study));
    assert_ok(cs_found_shapes_read(&read, study, json));
    const struct cs_density *spend = read.given[study->outcomes[1].column];
    assert_non_null(spend);
    assert_null(read.given[study->arm]);
    assert_int_equal(spend->n_pieces, shape.n_pieces);
    assert_memory_equal(spend->start, start, sizeof start);
    assert_memory_equal(spend->mass, mass, sizeof mass);
    cs_densities_wipe(&read);
    json_decref(json);
    cs_study_free(study);
}

static void a_study_without_means_has_none(void **state)
{
    struct cs_study *study = cs_test_study(NULL);
    struct cs_densities read;
    json_t *json = json_object();
    (void)state;

    assert_false(cs_found_shapes_any(study));
    assert_ok(cs_found_shapes_read(&read, study, NULL));
    cs_densities_wipe(&read);
    assert_int_equal(cs_found_shapes_read(&read, study, json), CS_INPUT);
    cs_densities_wipe(&read);
    json_decref(json);
    cs_study_free(study);
}

/* A change of the object or of its one shape; each is refused. */
static void lose(json_t *json, json_t *spend)
{
    (void)spend;
    json_object_del(json, "spend");
}
static void add(json_t *json, json_t *spend)
{
    json_object_set(json, "device", spend);
}
static void cut(json_t *json, json_t *spend)
{
    (void)json;
    json_array_remove(json_object_get(spend, "mass"), 3);
}
static void fall(json_t *json, json_t *spend)
{
    (void)json;
    json_array_set_new(json_object_get(spend, "start"), 1, json_integer(3000));
}
static void end_early(json_t *json, json_t *spend)
{
    (void)json;
    json_array_set_new(json_object_get(spend, "start"), 4, json_integer(500000));
}
static void owe(json_t *json, json_t *spend)
{
    (void)json;
    json_array_set_new(json_object_get(spend, "mass"), 1, json_integer(-1));
}
static void spell(json_t *json, json_t *spend)
{
    (void)json;
    json_array_set_new(json_object_get(spend, "mass"), 1, json_string("0"));
}
static void tell_more(json_t *json, json_t *spend)
{
    (void)json;
    json_object_set_new(spend, "rows", json_integer(1000));
}

static void what_is_no_shape_is_refused(void **state)
{
    static void (*const changes[])(json_t * json, json_t * spend) = {
        lose, add, cut, fall, end_early, owe, spell, tell_more,
    };
    struct cs_study *study = cs_test_study(SPEND);
    (void)state;

    for (size_t i = 0; i < COUNT(changes); i++) {
        struct cs_densities read;
        json_t *json = json_of(study);

        changes[i](json, json_object_get(json, "spend"));
        if (cs_found_shapes_read(&read, study, json) != CS_INPUT)
            fail_msg("change %zu is not noticed", i);
        cs_densities_wipe(&read);
        json_decref(json);
    }
    cs_study_free(study);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_study_without_means_has_none),
        cmocka_unit_test(what_is_no_shape_is_refused),
    };
    return CS_RUN("party/found_shapes", tests);
}
