/* One item of `columns`: as it is declared, then as codes. */
#include <stdlib.h>
#include <string.h>

#include "model/date.h"
#include "model/study_parts.h"
#include "model/value.h"

#define DEFAULT_BINS 24

static bool same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static const struct cs_section *section_of(enum cs_column_type type)
{
    static const size_t sections[] = {
        [CS_CATEGORY] = CS_SECTION_CATEGORY,
        [CS_INTEGER] = CS_SECTION_INTEGER,
        [CS_NUMBER] = CS_SECTION_NUMBER,
        [CS_DATE] = CS_SECTION_DATE,
    };
    return cs_study_section(sections[type]);
}

static enum cs_status read_value(char **value, const struct cs_column *column,
                                 const struct cs_yaml *node, struct cs_fault *fault)
{
    if (node->kind != CS_YAML_SCALAR || strlen(node->text) > CS_NAME_BYTES_MAX)
        return cs_yaml_say(fault, node, NULL,
                           "is not a category; write one as a text of at most 256 bytes");
    if (node->text[0] == '\0')
        return cs_yaml_say(
            fault, node, NULL,
            "is empty; an empty field is a missing one: say `nullable: true` "
            "and take this out");
    for (size_t i = 0; i < column->n_values; i++)
        if (same(column->values[i], node->text))
            return cs_yaml_say(fault, node, NULL, "is value %zu again; keep one", i + 1);
    *value = strdup(node->text);
    return *value != NULL ? CS_OK : CS_MEMORY;
}

static enum cs_status read_values(struct cs_column *column, const struct cs_yaml *item,
                                  struct cs_fault *fault)
{
    const struct cs_yaml *list = cs_yaml_get(item, "values");

    if ((list == NULL) == (column->discover == 0))
        return cs_yaml_say(fault, item, list != NULL ? "discover" : "values",
                           "%s; list the `values`, or say by `discover` how many may be "
                           "found in the data, at a price",
                           list != NULL ? "stands beside `values`" : "is missing");
    if (list == NULL)
        return CS_OK;
    if (list->n_children < 1 || list->n_children > CS_CODES_MAX)
        return cs_yaml_say(fault, list, NULL,
                           "has %zu values; list 1 to %d of them: what is not listed "
                           "becomes `other`",
                           list->n_children, CS_CODES_MAX);
    column->values = calloc(list->n_children, sizeof *column->values);
    if (column->values == NULL)
        return CS_MEMORY;
    for (const struct cs_yaml *node = list->first; node != NULL; node = node->next) {
        const enum cs_status st =
            read_value(&column->values[column->n_values], column, node, fault);
        if (st != CS_OK)
            return st;
        column->n_values++;
    }
    return CS_OK;
}

static enum cs_status read_bound(int64_t *grid, const struct cs_column *column,
                                 const struct cs_yaml *node, struct cs_fault *fault)
{
    static const char *const names[] = {
        [CS_INTEGER] = "a whole number",
        [CS_NUMBER] = "a number",
        [CS_DATE] = "a date in the column's format",
    };
    const enum cs_status st = cs_field_scalar(node, fault);

    if (st != CS_OK)
        return st;
    if (!cs_value_parse(grid, column, node->text, strlen(node->text)))
        return cs_yaml_say(fault, node, NULL, "is not %s; write it as in the data",
                           names[column->type]);
    if (*grid > CS_GRID_MAX || *grid < -CS_GRID_MAX)
        return cs_yaml_say(fault, node, NULL,
                           "is too large for the column's decimals; narrow the range or "
                           "lower `decimals`");
    return CS_OK;
}

static enum cs_status read_edges(struct cs_column *column, const struct cs_yaml *list,
                                 struct cs_fault *fault)
{
    size_t n = 0;

    if (list->n_children < 2 || list->n_children > CS_CODES_MAX + 1)
        return cs_yaml_say(fault, list, NULL,
                           "has %zu edges; give 2 to %d, the bins lie between them",
                           list->n_children, CS_CODES_MAX + 1);
    column->edges = calloc(list->n_children, sizeof *column->edges);
    if (column->edges == NULL)
        return CS_MEMORY;
    for (const struct cs_yaml *node = list->first; node != NULL; node = node->next) {
        const enum cs_status st = read_bound(&column->edges[n], column, node, fault);
        if (st != CS_OK)
            return st;
        if (n > 0 && column->edges[n] <= column->edges[n - 1])
            return cs_yaml_say(fault, node, NULL,
                               "is not above the edge before it; sort the edges");
        n++;
    }
    column->n_bins = n - 1;
    column->min = column->edges[0];
    column->max = column->edges[n - 1]++; /* the last value is in the last bin */
    return CS_OK;
}

/* What `edges` says already. */
static enum cs_status refuse_beside_edges(const struct cs_yaml *item,
                                          struct cs_fault *fault)
{
    static const char *const keys[] = { "min", "max", "bins", "spacing" };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (cs_yaml_get(item, keys[i]) != NULL)
            return cs_yaml_say(
                fault, item, keys[i],
                "does not go with `edges`, which says it already; take one "
                "of them out");
    return CS_OK;
}

static enum cs_status read_min_max(struct cs_column *column, const struct cs_yaml *item,
                                   struct cs_fault *fault)
{
    const struct cs_yaml *min = cs_yaml_get(item, "min"), *max = cs_yaml_get(item, "max");
    enum cs_status st = CS_OK;

    if (min == NULL || max == NULL)
        return cs_yaml_say(
            fault, item, min == NULL ? "min" : "max",
            "is missing; give both `min` and `max`, or `edges`: bounds are "
            "never read from the data");
    CS_TRY(read_bound(&column->min, column, min, fault));
    CS_TRY(read_bound(&column->max, column, max, fault));
    if (column->min >= column->max)
        st = cs_yaml_say(fault, max, NULL, "is not above `min`; swap or widen them");
out:
    return st;
}

/* n_bins bins of [min, max], as equal as the grid allows. */
static enum cs_status make_equal_edges(struct cs_column *column)
{
    const int64_t span = column->max - column->min + 1, n = (int64_t)column->n_bins;

    column->edges = calloc(column->n_bins + 1, sizeof *column->edges);
    if (column->edges == NULL)
        return CS_MEMORY;
    for (int64_t k = 0; k <= n; k++) /* span * k / n, without its overflow */
        column->edges[k] = column->min + span / n * k + span % n * k / n;
    return CS_OK;
}

static enum cs_status choose_bins(struct cs_declaration *declared,
                                  const struct cs_yaml *item, struct cs_fault *fault)
{
    struct cs_column *column = &declared->column;
    const uint64_t span = (uint64_t)(column->max - column->min) + 1;
    const bool is_open = declared->bins == 0 && cs_yaml_get(item, "spacing") == NULL;

    if (declared->bins > span)
        return cs_yaml_say(fault, item, "bins",
                           "is more than the %llu values from `min` to `max`; lower it",
                           (unsigned long long)span);
    column->n_bins = declared->bins > 0 ? declared->bins : DEFAULT_BINS;
    if (column->n_bins > span || (is_open && span <= CS_ONE_CODE_A_VALUE_MAX))
        column->n_bins = (size_t)span;
    if (declared->spacing == CS_SPACING_EQUAL || column->n_bins == span)
        return make_equal_edges(column);
    column->binning = CS_BINS_QUANTILES;
    return CS_OK;
}

static enum cs_status read_bins(struct cs_declaration *declared,
                                const struct cs_yaml *item, struct cs_fault *fault)
{
    struct cs_column *column = &declared->column;
    const struct cs_yaml *edges = cs_yaml_get(item, "edges");
    enum cs_status st = CS_OK;

    if (column->type == CS_DATE && !cs_date_format_valid(column->date_format))
        return cs_yaml_say(fault, item, "format",
                           "does not say day, month and year once each, or has a digit "
                           "behind a number without padding; write it like %%Y-%%m-%%d");
    if (edges != NULL) {
        CS_TRY(refuse_beside_edges(item, fault));
        CS_TRY(read_edges(column, edges, fault));
    } else {
        CS_TRY(read_min_max(column, item, fault));
        CS_TRY(choose_bins(declared, item, fault));
    }
out:
    return st;
}

static enum cs_status check_column(const struct cs_column *column,
                                   const struct cs_yaml *item, struct cs_fault *fault)
{
    if (same(column->name, "person"))
        return cs_yaml_say(fault, item, "name",
                           "is the name of a column that the output adds; rename the "
                           "column in the data and here");
    if (column->n_codes > CS_CODES_MAX)
        return cs_yaml_say(fault, item, NULL,
                           "has %zu codes with `other` and `missing`, at most %d are "
                           "possible; %s",
                           column->n_codes, CS_CODES_MAX,
                           cs_column_is_numeric(column) ? "have fewer bins"
                           : column->discover > 0
                               ? "let fewer be found: the rest becomes `other`"
                               : "list fewer values: the rest becomes `other`");
    return CS_OK;
}

enum cs_status cs_study_read_column(struct cs_column *column, const struct cs_yaml *item,
                                    struct cs_fault *fault)
{
    struct cs_declaration declared = { .column.name = NULL };
    enum cs_status st = CS_OK;

    if (item->kind != CS_YAML_MAP)
        return cs_yaml_say(fault, item, NULL,
                           "is not a column; write it as {name: .., type: .., ..}");
    CS_TRY(cs_fields_read_one(&declared, section_of(CS_CATEGORY), "type", item, fault));
    CS_TRY(cs_fields_read(&declared, section_of(declared.column.type), item, fault));
    if (declared.column.type == CS_CATEGORY)
        CS_TRY(read_values(&declared.column, item, fault));
    else
        CS_TRY(read_bins(&declared, item, fault));
    cs_column_set_codes(&declared.column);
    CS_TRY(check_column(&declared.column, item, fault));
    *column = declared.column;
    declared.column = (struct cs_column){ 0 };
out:
    cs_column_wipe(&declared.column);
    return st;
}
