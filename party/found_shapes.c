/* A reference stolen by jansson is freed by it, whether or not the call succeeds; NULL
 * put into an object or array makes the whole fail. */
#include "party/found_shapes.h"

#include <jansson.h>
#include <stdlib.h>

static bool has_shape(const struct cs_study *study, size_t outcome)
{
    return study->outcomes[outcome].is_mean &&
           cs_plan_has_detail(study, study->outcomes[outcome].column);
}

bool cs_found_shapes_any(const struct cs_study *study)
{
    for (size_t i = 0; i < study->n_outcomes; i++)
        if (has_shape(study, i))
            return true;
    return false;
}

/* ---- out ---- */

static json_t *numbers_json(const int64_t *number, size_t n)
{
    json_t *list = json_array();

    for (size_t k = 0; k < n; k++)
        if (json_array_append_new(list, json_integer(number[k])) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *shape_json(const struct cs_density *shape)
{
    return json_pack("{s:o, s:o}", "start",
                     numbers_json(shape->start, shape->n_pieces + 1), "mass",
                     numbers_json(shape->mass, shape->n_pieces));
}

json_t *cs_found_shapes_json(const struct cs_study *study,
                             const struct cs_density *const *shapes)
{
    json_t *object = json_object();

    for (size_t i = 0; i < study->n_outcomes; i++) {
        const size_t column = study->outcomes[i].column;

        if (has_shape(study, i) &&
            json_object_set_new(object, study->schema.columns[column].name,
                                shape_json(shapes[column])) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

/* ---- in ---- */

static bool read_numbers(int64_t *number, size_t n, const json_t *list)
{
    for (size_t k = 0; k < n; k++) {
        const json_t *value = json_array_get(list, k);

        if (!json_is_integer(value))
            return false;
        number[k] = json_integer_value(value);
    }
    return json_array_size(list) == n;
}

/* Checked as one from the peer is. */
static enum cs_status check(struct cs_density *shape, const struct cs_density *read,
                            const struct cs_column *column)
{
    const size_t n_bytes = cs_density_packed_bytes(read->n_pieces);
    uint8_t *bytes = calloc(n_bytes, 1);
    enum cs_status st = CS_MEMORY;

    if (bytes != NULL) {
        cs_density_pack(bytes, read);
        st = cs_density_unpack(shape, bytes, n_bytes, column);
    }
    free(bytes);
    return st == CS_PROTOCOL ? CS_INPUT : st;
}

static enum cs_status read_shape(struct cs_density *shape, const struct cs_column *column,
                                 const json_t *json)
{
    const json_t *start = json_object_get(json, "start"),
                 *mass = json_object_get(json, "mass");
    struct cs_density read = { .n_pieces = json_array_size(mass) };
    enum cs_status st = CS_MEMORY;

    if (json_object_size(json) != 2 || read.n_pieces == 0 ||
        read.n_pieces > CS_DENSITY_PIECES_MAX)
        return CS_INPUT;
    read.start = calloc(read.n_pieces + 1, sizeof *read.start);
    read.mass = calloc(read.n_pieces, sizeof *read.mass);
    if (read.start == NULL || read.mass == NULL)
        goto out;
    st = CS_INPUT;
    if (read_numbers(read.start, read.n_pieces + 1, start) &&
        read_numbers(read.mass, read.n_pieces, mass))
        st = check(shape, &read, column);
out:
    cs_density_wipe(&read);
    return st;
}

enum cs_status cs_found_shapes_read(struct cs_densities *shapes,
                                    const struct cs_study *study, const json_t *json)
{
    const size_t n = study->schema.n_columns;
    enum cs_status st = CS_MEMORY;
    size_t n_found = 0;

    *shapes = (struct cs_densities){ .n_columns = n };
    shapes->of_column = calloc(n, sizeof *shapes->of_column);
    shapes->given = calloc(n, sizeof *shapes->given);
    if (shapes->of_column == NULL || shapes->given == NULL)
        goto out;
    st = CS_OK;
    for (size_t i = 0; i < study->n_outcomes; i++) {
        const size_t column = study->outcomes[i].column;
        const struct cs_column *of = &study->schema.columns[column];

        if (!has_shape(study, i))
            continue;
        CS_TRY(
            read_shape(&shapes->of_column[column], of, json_object_get(json, of->name)));
        shapes->given[column] = &shapes->of_column[column];
        n_found++;
    }
    if (json_object_size(json) != n_found || (json != NULL) != (n_found > 0))
        st = CS_INPUT;
out:
    return st;
}
