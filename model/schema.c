#include "model/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t cs_column_bin(const struct cs_column *column, int64_t grid)
{
    size_t low = 0, high = column->n_bins;

    CS_REQUIRE(column->edges != NULL && column->n_bins > 0);
    while (high - low > 1) { /* edges[low] <= grid < edges[high], where clamped */
        const size_t middle = low + (high - low) / 2;

        if (grid >= column->edges[middle])
            low = middle;
        else
            high = middle;
    }
    return low;
}

bool cs_column_has_detail(const struct cs_column *column)
{
    if (!cs_column_is_numeric(column))
        return false;
    return column->binning == CS_BINS_QUANTILES ||
           (uint64_t)(column->max - column->min) + 1 > column->n_bins;
}

void cs_column_set_codes(struct cs_column *column)
{
    const size_t n = cs_column_is_numeric(column) ? column->n_bins
                     : cs_column_is_open(column)  ? column->discover
                                                  : column->n_values;

    column->n_codes = n;
    column->other = column->missing = -1;
    if (!cs_column_is_numeric(column)) {
        for (size_t i = 0; i < column->n_values; i++)
            if (strcmp(column->values[i], "other") == 0)
                column->other = (int)i;
        if (column->other < 0)
            column->other = (int)column->n_codes++;
    }
    if (column->nullable)
        column->missing = (int)column->n_codes++;
}

enum cs_status cs_column_close(struct cs_column *column, const char *const *values,
                               size_t n_values)
{
    static const char *const none[] = { "other" };
    const char *const *from = n_values > 0 ? values : none;
    const size_t n = n_values > 0 ? n_values : 1;

    CS_REQUIRE(cs_column_is_open(column) && n_values <= column->discover);
    column->values = calloc(n, sizeof *column->values);
    if (column->values == NULL)
        return CS_MEMORY;
    for (; column->n_values < n; column->n_values++) {
        column->values[column->n_values] = strdup(from[column->n_values]);
        if (column->values[column->n_values] == NULL)
            return CS_MEMORY;
    }
    cs_column_set_codes(column);
    return CS_OK;
}

static bool has_namesake(const struct cs_schema *schema, size_t column)
{
    for (size_t i = 0; i < schema->n_columns; i++)
        if (i != column &&
            strcmp(schema->columns[i].name, schema->columns[column].name) == 0)
            return true;
    return false;
}

void cs_schema_name(char name[static CS_COLUMN_NAME_BYTES],
                    const struct cs_schema *schema, size_t column)
{
    const struct cs_column *told = &schema->columns[column];
    const char *place = told->at[CS_A] ? " (a)" : " (b)";
    const int n = snprintf(name, CS_COLUMN_NAME_BYTES, "%s%s", told->name,
                           has_namesake(schema, column) ? place : "");

    CS_REQUIRE(n >= 0 && n < CS_COLUMN_NAME_BYTES);
}

size_t cs_schema_find(const struct cs_schema *schema, const char *name)
{
    char told[CS_COLUMN_NAME_BYTES];
    size_t i = 0;

    for (; i < schema->n_columns; i++) {
        cs_schema_name(told, schema, i);
        if (strcmp(told, name) == 0)
            break;
    }
    return i;
}

size_t cs_schema_find_at(const struct cs_schema *schema, const char *name,
                         enum cs_party party)
{
    size_t i = 0;

    while (i < schema->n_columns &&
           (!schema->columns[i].at[party] || strcmp(schema->columns[i].name, name) != 0))
        i++;
    return i;
}

size_t cs_schema_place(const struct cs_schema *schema, enum cs_party party, size_t column)
{
    size_t j = 0;

    while (j < schema->n_order[party] && schema->order[party][j] != column)
        j++;
    CS_REQUIRE(j < schema->n_order[party]);
    return j;
}

void cs_column_wipe(struct cs_column *column)
{
    for (size_t i = 0; i < column->n_values; i++)
        free(column->values[i]);
    free(column->values);
    free(column->name);
    free(column->date_format);
    free(column->edges);
    *column = (struct cs_column){ 0 };
}

void cs_schema_wipe(struct cs_schema *schema)
{
    for (size_t i = 0; i < schema->n_columns; i++)
        cs_column_wipe(&schema->columns[i]);
    free(schema->columns);
    free(schema->order[CS_A]);
    free(schema->order[CS_B]);
    *schema = (struct cs_schema){ 0 };
}
