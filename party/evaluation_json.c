/* A reference stolen by jansson is freed by it, whether or not the call succeeds; NULL
 * put into an object or an array makes the whole fail. */
#include <jansson.h>
#include <math.h>

#include "party/evaluation.h"
#include "party/json_object.h"

#define SCHEMA "cosynth-evaluation-1"

static json_t *real_json(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* object with key set to value, or NULL. */
static json_t *with(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) == 0)
        return object;
    json_decref(object);
    return NULL;
}

static json_t *with_added(json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) == 0)
        return array;
    json_decref(array);
    return NULL;
}

static json_t *metric_json(const struct cs_metric *metric, double value)
{
    json_t *json = json_object();

    json = with(json, "name", json_string(metric->name));
    json = with(json, "value", real_json(value));
    json = with(json, "better", json_string(cs_better_name(metric->better)));
    json = with(json, "least", real_json(metric->least));
    json = with(json, "most", real_json(metric->most));
    return with(json, "sentence", json_string(metric->sentence));
}

static json_t *group_json(const struct cs_evaluated_group *evaluated)
{
    json_t *metrics = json_array();

    for (size_t m = 0; m < evaluated->group->n; m++)
        metrics = with_added(
            metrics, metric_json(&evaluated->group->metrics[m], evaluated->values[m]));
    json_t *json = with(json_object(), "name", json_string(evaluated->group->name));
    return with(json, "metrics", metrics);
}

static json_t *groups_json(const struct cs_evaluation_result *result)
{
    json_t *json = json_array();

    for (size_t g = 0; g < result->n_groups; g++)
        json = with_added(json, group_json(&result->groups[g]));
    return json;
}

static json_t *file_json(const struct cs_evaluation_result *result, size_t side)
{
    const struct cs_compared *compared = result->evaluation->compared;
    json_t *json = json_object();

    json = with(json, "file", json_string(result->files[side]));
    json = with(json, "rows", json_integer((json_int_t)compared->n_rows[side]));
    return with(json, "columns_passed_over",
                json_integer((json_int_t)compared->n_passed_over[side]));
}

static json_t *column_json(const struct cs_compared_column *column,
                           const struct cs_column_shape *shape)
{
    json_t *json = json_object();

    json = with(json, "name", json_string(column->name));
    json = with(json, "type", json_string(column->is_number ? "number" : "category"));
    json = with(json, "likeness", real_json(shape->similarity));
    json = with(json, "empty_real", real_json(shape->empty[CS_REAL]));
    return with(json, "empty_synthetic", real_json(shape->empty[CS_SYNTHETIC]));
}

static json_t *columns_json(const struct cs_evaluation_result *result)
{
    const struct cs_compared *compared = result->evaluation->compared;
    json_t *json = json_array();

    for (size_t k = 0; k < compared->n_columns; k++)
        json = with_added(json, column_json(&compared->columns[k], &result->shapes[k]));
    return json;
}

static json_t *result_json(const struct cs_evaluation_result *result)
{
    static const char *const keys[CS_SIDES] = { "real", "synthetic", "holdout" };
    json_t *json = with(json_object(), "schema", json_string(SCHEMA));

    json = with(json, "may_be_shared", json_false());
    json = with(json, "warning", json_string(CS_EVALUATION_MARK));
    for (size_t s = 0; s < CS_SIDES; s++)
        if (result->files[s] != NULL)
            json = with(json, keys[s], file_json(result, s));
    json = with(json, "columns", columns_json(result));
    json = with(json, "compat", json_string(cs_compat_name(result->evaluation->compat)));
    json = with(json, "seed", json_integer((json_int_t)result->evaluation->seed));
    return with(json, "groups", groups_json(result));
}

enum cs_status cs_evaluation_json(FILE *stream, const struct cs_evaluation_result *result)
{
    return cs_json_write(stream, result_json(result), 15);
}
