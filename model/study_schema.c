/* `columns` as a schema: the columns of both parties in one array. */
#include <stdlib.h>
#include <string.h>

#include "model/study_parts.h"

static enum cs_status canonical_column(char **lines, const struct cs_column *column)
{
    struct cs_text text = { 0 };

    cs_study_write_column(&text, "column", column);
    return cs_text_take(&text, lines);
}

/* A column at both parties is the same there in all but place. */
static enum cs_status compare(const struct cs_column *at_a, const struct cs_column *at_b,
                              const struct cs_yaml *item, struct cs_fault *fault)
{
    char *a = NULL, *b = NULL, words[CS_NAME_BYTES_MAX];
    enum cs_status st = CS_OK;

    CS_TRY(canonical_column(&a, at_a));
    CS_TRY(canonical_column(&b, at_b));
    if (cs_study_difference(words, sizeof words, b, a))
        st =
            cs_yaml_say(fault, item, NULL,
                        "is a column of a too, declared differently there (%s, where the "
                        "peer is a); declare it the same or rename one of them",
                        words);
    else if (at_a->binning == CS_BINS_QUANTILES)
        st = cs_yaml_say(fault, item, NULL,
                         "is at both parties, so its bins cannot be estimated by one; "
                         "give `edges` or `spacing: equal` at both");
    else if (at_a->discover > 0)
        st = cs_yaml_say(fault, item, NULL,
                         "is at both parties, so its values cannot be found by one; list "
                         "`values` at both");
out:
    free(a);
    free(b);
    return st;
}

/* A schema that is being read. */
struct reader {
    struct cs_schema *schema;
    enum cs_link link;
    struct cs_fault *fault;
};

/* Takes column into the schema, as party's next; *index is where it stands. */
static enum cs_status place_take(size_t *index, const struct reader *r,
                                 enum cs_party party, struct cs_column *column,
                                 const struct cs_yaml *item)
{
    struct cs_schema *schema = r->schema;
    const size_t n = schema->n_columns;
    enum cs_status st = CS_OK;

    if (cs_schema_find_at(schema, column->name, party) < n)
        return cs_yaml_say(r->fault, item, "name",
                           "is the name of two columns; rename one");
    const size_t namesake = cs_schema_find_at(schema, column->name, 1 - party);
    if (namesake < n)
        CS_TRY(compare(&schema->columns[namesake], column, item, r->fault));
    *index = namesake;
    if (namesake == n || r->link == CS_LINK_PRIVATE) {
        *index = schema->n_columns++;
        schema->columns[*index] = *column;
        *column = (struct cs_column){ 0 };
    }
    schema->columns[*index].at[party] = true;
out:
    return st;
}

static enum cs_status read_party(const struct reader *r, enum cs_party party,
                                 const struct cs_yaml *list)
{
    struct cs_schema *schema = r->schema;
    struct cs_column column = { 0 };
    enum cs_status st = CS_OK;

    if (list->n_children < 1 || list->n_children > CS_PARTY_COLUMNS_MAX)
        return cs_yaml_say(r->fault, list, NULL, "has %zu columns; a party has 1 to %d",
                           list->n_children, CS_PARTY_COLUMNS_MAX);
    schema->order[party] = calloc(list->n_children, sizeof *schema->order[party]);
    if (schema->order[party] == NULL)
        return CS_MEMORY;
    for (const struct cs_yaml *item = list->first; item != NULL; item = item->next) {
        size_t *index = &schema->order[party][schema->n_order[party]];

        CS_TRY(cs_study_read_column(&column, item, r->fault));
        CS_TRY(place_take(index, r, party, &column, item));
        schema->n_order[party]++;
        cs_column_wipe(&column);
    }
out:
    cs_column_wipe(&column);
    return st;
}

/* No column has a name that tells one of two namesakes. */
static enum cs_status check_names(const struct reader *r, const struct cs_yaml *columns)
{
    char name[CS_COLUMN_NAME_BYTES];

    for (size_t i = 0; i < r->schema->n_columns; i++) {
        cs_schema_name(name, r->schema, i);
        if (cs_schema_find(r->schema, name) != i)
            return cs_yaml_say(
                r->fault, columns, NULL,
                "have one named `%s`, as one of two namesakes is told from "
                "the other; rename it",
                name);
    }
    return CS_OK;
}

enum cs_status cs_study_read_schema(struct cs_schema *schema,
                                    const struct cs_yaml *columns, enum cs_link link,
                                    struct cs_fault *fault)
{
    const struct reader r = { schema, link, fault };
    enum cs_status st = CS_OK;

    schema->columns = calloc(CS_COLUMNS_MAX, sizeof *schema->columns);
    if (schema->columns == NULL)
        return CS_MEMORY;
    CS_TRY(cs_fields_read(NULL, cs_study_section(CS_SECTION_COLUMNS), columns, fault));
    CS_TRY(read_party(&r, CS_A, cs_yaml_get(columns, "a")));
    CS_TRY(read_party(&r, CS_B, cs_yaml_get(columns, "b")));
    if (link == CS_LINK_PRIVATE)
        CS_TRY(check_names(&r, columns));
out:
    return st;
}

/* The code of a listed value, or n_values. */
static size_t find_value(const struct cs_column *column, const struct cs_yaml *node)
{
    size_t code = 0;

    if (node->kind != CS_YAML_SCALAR)
        return column->n_values;
    while (code < column->n_values && strcmp(column->values[code], node->text) != 0)
        code++;
    return code;
}

enum cs_status cs_study_read_levels(struct cs_levels *levels,
                                    const struct cs_column *column,
                                    const struct cs_yaml *list, struct cs_fault *fault)
{
    if (list->n_children == 0)
        return cs_yaml_say(fault, list, NULL,
                           "is empty; list one or more values of the column");
    for (const struct cs_yaml *node = list->first; node != NULL; node = node->next) {
        const size_t code = find_value(column, node);

        if (code == column->n_values)
            return cs_yaml_say(fault, node, NULL,
                               "is not among the values of column `%s`; correct it, or "
                               "add it there",
                               column->name);
        if (cs_levels_has(*levels, code))
            return cs_yaml_say(fault, node, NULL, "is listed twice; keep one");
        levels->bits |= UINT64_C(1) << code;
    }
    return CS_OK;
}
