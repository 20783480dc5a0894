#include "party/measured.h"

#include <jansson.h>
#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "model/estimate.h"
#include "party/found_shapes.h"
#include "party/found_values.h"
#include "party/judged.h"
#include "party/measured_format.h"

#define COUNT_MAX ((json_int_t)1 << 52) /* of a cell: exact in a double */

/* What is being read, and where it is, for words. */
struct reader {
    struct cs_study *study;
    struct cs_measured *measured;
    const char *file_name;
    struct cs_fault *fault;
};

static enum cs_status refuse(const struct reader *reader, const char *field,
                             const char *what)
{
    return cs_fault_say(reader->fault, CS_INPUT,
                        "%s: %s: %s; take the file as the run wrote it",
                        reader->file_name, field, what);
}

static enum cs_status refuse_table(const struct reader *reader, size_t table,
                                   const char *field, const char *what)
{
    char place[64];

    snprintf(place, sizeof place, "tables[%zu].%s", table, field);
    return refuse(reader, place, what);
}

static bool is_private(const json_t *root)
{
    return !json_is_false(json_object_get(root, "private"));
}

/* A whole file with exactly its fields. */
static enum cs_status open_text(json_t **json, const struct reader *reader,
                                const char *text, size_t n_bytes)
{
    json_error_t error;
    json_t *root = json_loadb(text, n_bytes, JSON_REJECT_DUPLICATES, &error);

    if (root == NULL)
        return cs_fault_say(reader->fault, CS_INPUT, "%s:%d: is not JSON: %s",
                            reader->file_name, error.line, error.text);
    const size_t n_fields = (size_t)7 + !is_private(root) +
                            (json_object_get(root, "values") != NULL) +
                            (json_object_get(root, "shapes") != NULL);
    if (!json_is_object(root) || json_object_size(root) != n_fields) {
        json_decref(root);
        return refuse(reader, "the file", "does not have its fields");
    }
    *json = root;
    return CS_OK;
}

static enum cs_status read_schema(const struct reader *reader, const json_t *root)
{
    const char *schema = json_string_value(json_object_get(root, "schema"));

    if (schema == NULL || strcmp(schema, CS_MEASURED_SCHEMA) != 0)
        return refuse(reader, "schema", "is not " CS_MEASURED_SCHEMA);
    return CS_OK;
}

static enum cs_status read_epsilon(double *epsilon, const struct reader *reader,
                                   const json_t *root, const char *field)
{
    const json_t *value = json_object_get(root, field);

    *epsilon =
        json_is_null(value) && !is_private(root) ? INFINITY : json_number_value(value);
    if (isinf(*epsilon) == is_private(root))
        return refuse(reader, field, "does not go with `private`");
    if (!(*epsilon > 0))
        return refuse(reader, field, "is not a positive number");
    return CS_OK;
}

static enum cs_status read_study(const struct reader *reader, const json_t *root)
{
    const char *text = json_string_value(json_object_get(root, "study"));
    char digest[2 * CS_DIGEST_BYTES + 1];

    sodium_bin2hex(digest, sizeof digest, reader->study->digest, CS_DIGEST_BYTES);
    if (text == NULL || strcmp(text, digest) != 0)
        return refuse(reader, "study", "is not the digest of the study beside the file");
    return CS_OK;
}

static bool is_integer_within(const json_t *value, json_int_t min, json_int_t max)
{
    return json_is_integer(value) && json_integer_value(value) >= min &&
           json_integer_value(value) <= max;
}

static enum cs_status read_edges_of(const struct reader *reader, struct cs_column *column,
                                    const json_t *list)
{
    if (json_array_size(list) != column->n_bins + 1)
        return refuse(reader, "edges", "of a column are not one more than its bins");
    free(column->edges);
    column->edges = calloc(column->n_bins + 1, sizeof *column->edges);
    if (column->edges == NULL)
        return CS_MEMORY;
    for (size_t k = 0; k <= column->n_bins; k++) {
        const json_t *value = json_array_get(list, k);
        const int64_t above = k == 0 ? column->min : column->edges[k - 1] + 1;

        if (!is_integer_within(value, above, column->max + 1))
            return refuse(reader, "edges", "do not ascend within the column's bounds");
        column->edges[k] = json_integer_value(value);
    }
    return CS_OK;
}

/* The edges of a party's columns, which are all that the object has; of both parties' for
 * NULL. */
static enum cs_status read_edges_at(const struct reader *reader, const json_t *edges,
                                    const enum cs_party *party)
{
    struct cs_schema *schema = &reader->study->schema;
    enum cs_status st = CS_OK;
    size_t n_found = 0;

    for (size_t i = 0; i < schema->n_columns; i++) {
        struct cs_column *column = &schema->columns[i];

        if (!cs_measured_has_edges(column) || (party != NULL && !column->at[*party]))
            continue;
        CS_TRY(read_edges_of(reader, column, json_object_get(edges, column->name)));
        n_found++;
    }
    if (!json_is_object(edges) || json_object_size(edges) != n_found)
        st = refuse(reader, "edges", "are not those of the study's quantile columns");
out:
    return st;
}

static enum cs_status read_edges(const struct reader *reader, const json_t *root)
{
    static const char *const name[] = { "a", "b" };
    const json_t *edges = json_object_get(root, "edges");
    enum cs_status st = CS_OK;

    if (reader->study->link != CS_LINK_PRIVATE)
        return read_edges_at(reader, edges, NULL);
    if (json_object_size(edges) != 2)
        return refuse(reader, "edges", "are not of a and of b");
    for (enum cs_party party = CS_A; party <= CS_B; party++)
        CS_TRY(read_edges_at(reader, json_object_get(edges, name[party]), &party));
out:
    return st;
}

static enum cs_status read_values(const struct reader *reader, const json_t *root)
{
    struct cs_schema *schema = &reader->study->schema;
    const json_t *values = json_object_get(root, "values");
    const bool any = cs_found_values_any(schema);
    enum cs_status st = any == (values != NULL) ? CS_OK : CS_INPUT;

    if (st == CS_OK && any)
        st = cs_found_values_read(schema, values);
    return st != CS_INPUT
               ? st
               : refuse(reader, "values", "are not those of the study's columns");
}

static enum cs_status read_shapes(const struct reader *reader, const json_t *root)
{
    const enum cs_status st = cs_found_shapes_read(
        &reader->measured->shapes, reader->study, json_object_get(root, "shapes"));

    return st != CS_INPUT
               ? st
               : refuse(reader, "shapes", "are not those of the study's outcomes");
}

/* n_a: how many are A's, where a name may be of both parties. */
static size_t find_column(const struct reader *reader, const char *name, size_t i,
                          size_t n_a)
{
    const struct cs_schema *schema = &reader->study->schema;

    if (name == NULL)
        return schema->n_columns;
    if (reader->study->link != CS_LINK_PRIVATE)
        return cs_schema_find(schema, name);
    return cs_schema_find_at(schema, name, i < n_a ? CS_A : CS_B);
}

static enum cs_status read_columns(struct cs_table_spec *spec, size_t table,
                                   const struct reader *reader, const json_t *list,
                                   size_t n_a)
{
    spec->n_columns = json_array_size(list);
    if (spec->n_columns < 1 || spec->n_columns > CS_TABLE_COLUMNS_MAX)
        return refuse_table(reader, table, "columns", "are not one to four names");
    for (size_t i = 0; i < spec->n_columns; i++) {
        const char *name = json_string_value(json_array_get(list, i));

        spec->column[i] = find_column(reader, name, i, n_a);
        if (spec->column[i] == reader->study->schema.n_columns)
            return refuse_table(reader, table, "columns", "are not all in the study");
        for (size_t j = 0; j < i; j++)
            if (spec->column[j] == spec->column[i])
                return refuse_table(reader, table, "columns", "have a name twice");
    }
    return CS_OK;
}

static bool all_at(const struct cs_table_spec *spec, const struct cs_schema *schema,
                   enum cs_party party)
{
    for (size_t i = 0; i < spec->n_columns; i++)
        if (!schema->columns[spec->column[i]].at[party])
            return false;
    return true;
}

static enum cs_status read_kind(struct cs_table_spec *spec, size_t table,
                                const struct reader *reader, const json_t *value)
{
    const struct cs_schema *schema = &reader->study->schema;
    const char *text = json_string_value(value);
    size_t kind = 0;

    while (kind <= CS_CROSS &&
           (text == NULL || strcmp(text, cs_measured_kinds[kind]) != 0))
        kind++;
    if (kind > CS_CROSS)
        return refuse_table(reader, table, "kind", "is not own_a, own_b or cross");
    spec->kind = (enum cs_table_kind)kind;
    spec->n_a = spec->kind == CS_CROSS ? cs_measured_count_a(spec, schema) : 0;
    if (spec->kind == CS_CROSS
            ? all_at(spec, schema, CS_A) || all_at(spec, schema, CS_B)
            : !all_at(spec, schema, spec->kind == CS_OWN_A ? CS_A : CS_B))
        return refuse_table(reader, table, "kind", "does not fit who has the columns");
    return CS_OK;
}

/* Room for the cells is taken once their number in the file is that of the study. */
static enum cs_status read_cells(struct cs_table_spec *spec, size_t table,
                                 const struct reader *reader, const json_t *list)
{
    struct cs_measured *measured = reader->measured;

    spec->n_cells =
        cs_estimate_cells(spec->column, spec->n_columns, &reader->study->schema);
    spec->first_cell = measured->plan.n_cells;
    if (json_array_size(list) != spec->n_cells)
        return refuse_table(reader, table, "cells", "are not as many as the columns say");

    int64_t *cells =
        realloc(measured->cells, (spec->first_cell + spec->n_cells) * sizeof *cells);
    if (cells == NULL)
        return CS_MEMORY;
    measured->cells = cells;
    measured->plan.n_cells += spec->n_cells;
    for (size_t c = 0; c < spec->n_cells; c++) {
        const json_t *value = json_array_get(list, c);

        if (!is_integer_within(value, -COUNT_MAX, COUNT_MAX))
            return refuse_table(reader, table, "cells", "are not all counts");
        cells[spec->first_cell + c] = json_integer_value(value);
    }
    return CS_OK;
}

static bool has_column(const struct cs_table_spec *spec, size_t column)
{
    for (size_t i = 0; i < spec->n_columns; i++)
        if (spec->column[i] == column)
            return true;
    return false;
}

static bool same_table(const struct cs_table_spec *a, const struct cs_table_spec *b)
{
    if (a->n_columns != b->n_columns || a->kind != b->kind)
        return false;
    for (size_t i = 0; i < a->n_columns; i++)
        if (!has_column(b, a->column[i]))
            return false;
    return true;
}

/* Joint noise is what has the variance; false if none has. */
static bool set_joint(struct cs_table_spec *spec, const struct cs_study *study)
{
    if (spec->kind != CS_CROSS || study->noise != CS_NOISE_JOINT || study->unprotected)
        return true;
    if (spec->s2_q16 > CS_BINOMIAL_S2_Q16_MAX)
        return false;
    cs_binomial_choose(&spec->joint, spec->s2_q16);
    return cs_binomial_s2_q16(&spec->joint) == spec->s2_q16;
}

static enum cs_status read_table(const struct reader *reader, size_t table,
                                 const json_t *json)
{
    struct cs_table_spec *spec = &reader->measured->plan.tables[table];
    const json_t *s2 = json_object_get(json, "s2_q16");
    const json_t *at_a = json_object_get(json, "at_a");
    const bool private = reader->study->link == CS_LINK_PRIVATE;
    enum cs_status st;

    if (json_object_size(json) != (private ? 5 : 4))
        return refuse_table(reader, table, "*", "does not have its fields");
    if (private && !is_integer_within(at_a, 0, CS_TABLE_COLUMNS_MAX))
        return refuse_table(reader, table, "at_a", "is not a number of columns");
    CS_TRY(read_columns(spec, table, reader, json_object_get(json, "columns"),
                        (size_t)json_integer_value(at_a)));
    CS_TRY(read_kind(spec, table, reader, json_object_get(json, "kind")));
    if (!is_integer_within(s2, reader->study->unprotected ? 0 : 1,
                           reader->study->unprotected ? 0 : COUNT_MAX))
        return refuse_table(reader, table, "s2_q16", "is not a variance of the study");
    spec->s2_q16 = (uint64_t)json_integer_value(s2);
    if (!set_joint(spec, reader->study))
        return refuse_table(reader, table, "s2_q16", "is not a variance of joint noise");
    for (size_t t = 0; t < table; t++)
        if (same_table(spec, &reader->measured->plan.tables[t]))
            return refuse_table(reader, table, "columns", "are those of another table");
    CS_TRY(read_cells(spec, table, reader, json_object_get(json, "cells")));
out:
    return st;
}

static enum cs_status read_tables(const struct reader *reader, const json_t *root)
{
    const json_t *list = json_object_get(root, "tables");
    struct cs_plan *plan = &reader->measured->plan;
    enum cs_status st = CS_OK;

    if (!json_is_array(list) || json_array_size(list) == 0)
        return refuse(reader, "tables", "are missing");
    plan->n_tables = json_array_size(list);
    plan->tables = calloc(plan->n_tables, sizeof *plan->tables);
    if (plan->tables == NULL)
        return CS_MEMORY;
    for (size_t t = 0; t < plan->n_tables; t++)
        CS_TRY(read_table(reader, t, json_array_get(list, t)));
out:
    return st;
}

enum cs_status cs_measured_epsilon(double *epsilon, const char *text, size_t n_bytes,
                                   const char *file_name, struct cs_fault *fault)
{
    const struct reader reader = { .file_name = file_name, .fault = fault };
    enum cs_status st;
    json_t *root = NULL;

    CS_TRY(open_text(&root, &reader, text, n_bytes));
    CS_TRY(read_schema(&reader, root));
    CS_TRY(read_epsilon(epsilon, &reader, root, "epsilon"));
out:
    json_decref(root);
    return st;
}

enum cs_status cs_measured_read(struct cs_measured *measured, struct cs_study *study,
                                const char *text, size_t n_bytes, const char *file_name,
                                struct cs_fault *fault)
{
    struct cs_measured made = { .cells = NULL };
    const struct reader reader = { study, &made, file_name, fault };
    enum cs_status st;
    json_t *root = NULL;
    double epsilon = 0;

    *measured = made;
    CS_TRY(open_text(&root, &reader, text, n_bytes));
    CS_TRY(read_schema(&reader, root));
    CS_TRY(read_study(&reader, root));
    CS_TRY(read_epsilon(&epsilon, &reader, root, "epsilon"));
    if (epsilon != study->epsilon)
        CS_TRY(refuse(&reader, "epsilon", "is not the study's"));
    CS_TRY(read_epsilon(&made.plan.epsilon_spent, &reader, root, "epsilon_spent"));
    CS_TRY(read_edges(&reader, root));
    CS_TRY(read_values(&reader, root));
    CS_TRY(read_shapes(&reader, root));
    CS_TRY(read_tables(&reader, root));
    if (!cs_judged_read(made.judgements, json_object_get(root, "generators")))
        CS_TRY(refuse(&reader, "generators", "are not two judgements"));
    *measured = made;
    made = (struct cs_measured){ .cells = NULL };
out:
    json_decref(root);
    cs_measured_wipe(&made);
    return st;
}

void cs_measured_wipe(struct cs_measured *measured)
{
    free(measured->plan.tables);
    free(measured->cells);
    cs_densities_wipe(&measured->shapes);
    memset(measured, 0, sizeof *measured);
}
