#include "model/table.h"

#include <stdlib.h>

#include "crypto/secret.h"
#include "model/category.h"

struct cs_id_rules cs_id_rules_raw(const char *const *column)
{
    static const struct cs_identifier raw = { .kind = CS_ID_RAW };

    return (struct cs_id_rules){ &raw, column, 1, .required = true };
}

static void encode_numbers(uint8_t *code, const int64_t *grid, size_t n_rows,
                           const struct cs_column *column)
{
    CS_REQUIRE(column->edges != NULL);
    for (size_t i = 0; i < n_rows; i++)
        code[i] = grid[i] == CS_GRID_MISSING ? (uint8_t)column->missing
                                             : (uint8_t)cs_column_bin(column, grid[i]);
}

static int code_of(const struct cs_category *category, const struct cs_tally *texts,
                   int64_t number)
{
    int code = -1;

    if (number == CS_GRID_MISSING)
        return category->column->missing;
    if ((uint64_t)number < texts->n_levels)
        code = cs_category_find(category, texts->levels[number].text,
                                texts->levels[number].n_bytes);
    return code >= 0 ? code : category->column->other;
}

static void encode_texts(uint8_t *code, const int64_t *grid, size_t n_rows,
                         const struct cs_tally *texts, const struct cs_column *column)
{
    struct cs_category category;

    CS_REQUIRE(!cs_column_is_open(column));
    cs_category_init(&category, column);
    for (size_t i = 0; i < n_rows; i++)
        code[i] = (uint8_t)code_of(&category, texts, grid[i]);
}

void cs_table_encode(struct cs_table *table, const struct cs_schema *schema)
{
    const size_t n_rows = table->codes.n_rows;

    for (size_t k = 0; k < table->codes.n_columns; k++) {
        const struct cs_column *column = &schema->columns[schema->order[table->party][k]];
        uint8_t *code = cs_codes_column(&table->codes, k);
        const int64_t *grid = table->grid[k];

        if (grid == NULL)
            continue; /* the values were known while it was read */
        if (column->binning == CS_BINS_QUANTILES)
            encode_numbers(code, grid, n_rows, column);
        else if (column->discover > 0)
            encode_texts(code, grid, n_rows, &table->texts[k], column);
    }
}

void cs_table_free(struct cs_table *table)
{
    if (table == NULL)
        return;
    const size_t n_rows = table->codes.n_rows, n_columns = table->codes.n_columns;
    for (size_t k = 0; table->grid != NULL && k < n_columns; k++)
        cs_wipe_free(table->grid[k], n_rows * sizeof(int64_t));
    for (size_t k = 0; table->texts != NULL && k < n_columns; k++)
        cs_tally_wipe(&table->texts[k]);
    free(table->grid);
    free(table->texts);
    cs_ids_wipe(&table->ids);
    free(table->file_order);
    cs_wipe_free(table->notes.unlisted, n_columns * sizeof(uint64_t));
    cs_wipe_free(table->notes.clamped, n_columns * sizeof(uint64_t));
    cs_codes_wipe(&table->codes);
    free(table);
}
