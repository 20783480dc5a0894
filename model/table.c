#include "model/table.h"

#include <stdlib.h>

#include "crypto/secret.h"

struct cs_id_rules cs_id_rules_raw(const char *const *column)
{
    static const struct cs_identifier raw = { .kind = CS_ID_RAW };

    return (struct cs_id_rules){ &raw, column, 1, .required = true };
}

void cs_table_encode(struct cs_table *table, const struct cs_schema *schema)
{
    for (size_t k = 0; k < table->codes.n_columns; k++) {
        const struct cs_column *column = &schema->columns[schema->order[table->party][k]];
        uint8_t *code = cs_codes_column(&table->codes, k);
        const int64_t *grid = table->grid[k];

        if (grid == NULL || column->binning != CS_BINS_QUANTILES)
            continue;
        CS_REQUIRE(column->edges != NULL);
        for (size_t i = 0; i < table->codes.n_rows; i++)
            code[i] = grid[i] == CS_GRID_MISSING
                          ? (uint8_t)column->missing
                          : (uint8_t)cs_column_bin(column, grid[i]);
    }
}

void cs_table_free(struct cs_table *table)
{
    if (table == NULL)
        return;
    const size_t n_rows = table->codes.n_rows, n_columns = table->codes.n_columns;
    for (size_t k = 0; table->grid != NULL && k < n_columns; k++)
        cs_wipe_free(table->grid[k], n_rows * sizeof(int64_t));
    free(table->grid);
    cs_ids_wipe(&table->ids);
    free(table->file_order);
    cs_wipe_free(table->notes.unlisted, n_columns * sizeof(uint64_t));
    cs_wipe_free(table->notes.clamped, n_columns * sizeof(uint64_t));
    cs_codes_wipe(&table->codes);
    free(table);
}
