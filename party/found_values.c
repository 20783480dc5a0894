/* A reference stolen by jansson is freed by it, whether or not the call succeeds; NULL
 * put into an object or array makes the whole fail. */
#include "party/found_values.h"

#include <jansson.h>
#include <string.h>

#include "model/discover.h"

static const char *const parties[] = { "a", "b" };

static bool was_open(const struct cs_column *column, enum cs_party party)
{
    return column->discover > 0 && column->at[party];
}

bool cs_found_values_any(const struct cs_schema *schema)
{
    for (size_t i = 0; i < schema->n_columns; i++)
        if (schema->columns[i].discover > 0)
            return true;
    return false;
}

/* ---- out ---- */

/* `other` is a value only where none was found. */
static json_t *values_of(const struct cs_column *column)
{
    const size_t n = column->other < (int)column->n_values ? 0 : column->n_values;
    json_t *list = json_array();

    CS_REQUIRE(!cs_column_is_open(column));
    for (size_t k = 0; k < n; k++)
        if (json_array_append_new(list, json_string(column->values[k])) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *values_at(const struct cs_schema *schema, enum cs_party party)
{
    json_t *values = json_object();

    for (size_t i = 0; i < schema->n_columns; i++) {
        const struct cs_column *column = &schema->columns[i];

        if (was_open(column, party) &&
            json_object_set_new(values, column->name, values_of(column)) != 0) {
            json_decref(values);
            return NULL;
        }
    }
    return values;
}

json_t *cs_found_values_json(const struct cs_schema *schema)
{
    return json_pack("{s:o, s:o}", parties[CS_A], values_at(schema, CS_A), parties[CS_B],
                     values_at(schema, CS_B));
}

/* ---- in ---- */

static enum cs_status close_column(struct cs_column *column, const json_t *list)
{
    const char *values[CS_CODES_MAX];
    const size_t n = json_array_size(list);

    if (!json_is_array(list) || !cs_column_is_open(column) || n > column->discover)
        return CS_INPUT;
    for (size_t k = 0; k < n; k++) {
        values[k] = json_string_value(json_array_get(list, k));
        if (values[k] == NULL || !cs_discover_may_find(values[k], strlen(values[k])) ||
            (k > 0 && strcmp(values[k - 1], values[k]) >= 0))
            return CS_INPUT;
    }
    return cs_column_close(column, values, n);
}

static enum cs_status read_at(struct cs_schema *schema, enum cs_party party,
                              const json_t *values)
{
    enum cs_status st = CS_OK;
    size_t n_read = 0;

    for (size_t i = 0; i < schema->n_columns; i++) {
        struct cs_column *column = &schema->columns[i];

        if (!was_open(column, party))
            continue;
        CS_TRY(close_column(column, json_object_get(values, column->name)));
        n_read++;
    }
    if (!json_is_object(values) || json_object_size(values) != n_read)
        st = CS_INPUT;
out:
    return st;
}

enum cs_status cs_found_values_read(struct cs_schema *schema, const json_t *json)
{
    enum cs_status st = CS_OK;

    if (json_object_size(json) != 2)
        return CS_INPUT;
    for (enum cs_party party = CS_A; party <= CS_B; party++)
        CS_TRY(read_at(schema, party, json_object_get(json, parties[party])));
out:
    return st;
}
