#include "model/schema.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/status.h"

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

size_t cs_schema_find(const struct cs_schema *schema, const char *name)
{
    size_t i = 0;

    while (i < schema->n_columns && strcmp(schema->columns[i].name, name) != 0)
        i++;
    return i;
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
