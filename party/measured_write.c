/* measured_write.c: a reference stolen by jansson is freed by it, whether or not the call
 * succeeds; NULL put into an object or array makes the whole fail. */
#include <jansson.h>
#include <math.h>
#include <sodium.h>

#include "party/found_shapes.h"
#include "party/found_values.h"
#include "party/judged.h"
#include "party/measured.h"
#include "party/measured_format.h"

static json_t *edges_of(const struct cs_column *column)
{
    json_t *list = json_array();

    CS_REQUIRE(column->edges != NULL);
    for (size_t k = 0; k <= column->n_bins; k++)
        if (json_array_append_new(list, json_integer(column->edges[k])) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

/* Of the columns at a party. */
static json_t *edges_at(const struct cs_schema *schema, enum cs_party party)
{
    json_t *edges = json_object();

    for (size_t i = 0; i < schema->n_columns; i++) {
        const struct cs_column *column = &schema->columns[i];

        if (cs_measured_has_edges(column) && column->at[party] &&
            json_object_set_new(edges, column->name, edges_of(column)) != 0) {
            json_decref(edges);
            return NULL;
        }
    }
    return edges;
}

/* No column whose edges are estimated is at both. */
static json_t *edges_json(const struct cs_study *study)
{
    json_t *a = edges_at(&study->schema, CS_A), *b = edges_at(&study->schema, CS_B);

    if (study->link == CS_LINK_PRIVATE)
        return json_pack("{s:o, s:o}", "a", a, "b", b);
    if (json_object_update(a, b) != 0) {
        json_decref(a);
        a = NULL;
    }
    json_decref(b);
    return a;
}

static json_t *columns_json(const struct cs_table_spec *spec,
                            const struct cs_schema *schema)
{
    json_t *list = json_array();

    for (size_t i = 0; i < spec->n_columns; i++)
        if (json_array_append_new(
                list, json_string(schema->columns[spec->column[i]].name)) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *cells_json(const int64_t *cells, size_t n)
{
    json_t *list = json_array();

    for (size_t c = 0; c < n; c++)
        if (json_array_append_new(list, json_integer(cells[c])) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *table_json(const struct cs_table_spec *spec, const struct cs_study *study,
                          const int64_t *cells)
{
    const struct cs_schema *schema = &study->schema;
    json_t *table =
        json_pack("{s:o, s:s, s:I, s:o}", "columns", columns_json(spec, schema), "kind",
                  cs_measured_kinds[spec->kind], "s2_q16", (json_int_t)spec->s2_q16,
                  "cells", cells_json(cells + spec->first_cell, spec->n_cells));

    if (study->link == CS_LINK_PRIVATE &&
        json_object_set_new(
            table, "at_a", json_integer((json_int_t)cs_measured_count_a(spec, schema))) !=
            0) {
        json_decref(table);
        return NULL;
    }
    return table;
}

static json_t *tables_json(const struct cs_plan *plan, const struct cs_study *study,
                           const int64_t *cells)
{
    json_t *list = json_array();

    for (size_t t = 0; t < plan->n_tables; t++)
        if (json_array_append_new(list, table_json(&plan->tables[t], study, cells)) !=
            0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *epsilon_json(double epsilon)
{
    return isfinite(epsilon) ? json_real(epsilon) : json_null();
}

enum cs_status cs_measured_write(FILE *stream, const struct cs_study *study,
                                 const struct cs_plan *plan, const int64_t *cells,
                                 const struct cs_density *const *shapes,
                                 const struct cs_judgement judgements[static 2])
{
    char digest[2 * CS_DIGEST_BYTES + 1];
    enum cs_status st = CS_MEMORY;
    bool whole = true;
    json_t *root;

    sodium_bin2hex(digest, sizeof digest, study->digest, sizeof study->digest);
    root = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "schema", CS_MEASURED_SCHEMA,
                     "study", digest, "epsilon", epsilon_json(study->epsilon),
                     "epsilon_spent", epsilon_json(plan->epsilon_spent), "edges",
                     edges_json(study), "tables", tables_json(plan, study, cells),
                     "generators", cs_judged_json(judgements));
    if (study->unprotected)
        whole = json_object_set_new(root, "private", json_false()) == 0;
    if (cs_found_values_any(&study->schema))
        whole = whole && json_object_set_new(root, "values",
                                             cs_found_values_json(&study->schema)) == 0;
    if (cs_found_shapes_any(study))
        whole = whole && json_object_set_new(root, "shapes",
                                             cs_found_shapes_json(study, shapes)) == 0;
    if (whole && root != NULL &&
        (json_dumpf(root, stream, JSON_COMPACT) == 0 || ferror(stream)))
        st = CS_OK;
    fputc('\n', stream);
    json_decref(root);
    return st;
}
