#include "model/fit_energy.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/wide.h"

enum { WEIGHT_BITS = 20 };

static int32_t weight_of(uint64_t variance_q16, uint64_t least)
{
    const uint64_t weight = (uint64_t)(((cs_u128)least << WEIGHT_BITS) / variance_q16);

    return weight == 0 ? 1 : (int32_t)weight;
}

/* Where a table's cells are, the last column fastest. */
struct layout {
    uint32_t first, stride[3];
    uint16_t column[3];
    size_t n, at[2]; /* columns; of them, those of each part */
    enum cs_scope scope;
};

static void lay_out(struct layout *layout, const struct cs_fit_table *table,
                    const struct cs_fit_input *input, size_t first)
{
    size_t stride = 1;

    memset(layout, 0, sizeof *layout);
    layout->first = (uint32_t)first;
    layout->n = table->n_columns;
    layout->scope = table->scope;
    for (size_t i = table->n_columns; i-- > 0;) {
        const size_t column = table->column[i], part = input->part[column];

        CS_REQUIRE((table->scope & cs_scope_of((enum cs_party)part)) != 0);
        layout->column[i] = (uint16_t)column;
        layout->stride[i] = (uint32_t)stride;
        layout->at[part]++;
        stride *= input->n_codes[column];
    }
    CS_REQUIRE(stride == table->n_cells);
}

static void add_table(struct cs_energy_tables *tables, const struct layout *layout)
{
    struct cs_energy_table *table = &tables->table[tables->n++];

    table->first = layout->first;
    memcpy(table->stride, layout->stride, sizeof table->stride);
    memcpy(table->column, layout->column, sizeof table->column);
}

static void add_line(struct cs_energy_lines *lines, const struct layout *layout, size_t i)
{
    struct cs_energy_line *line = &lines->line[lines->n++];
    size_t other = 0;

    line->first = layout->first;
    line->stride = layout->stride[i];
    for (size_t j = 0; j < layout->n; j++)
        if (j != i) {
            line->other[other] = layout->column[j];
            line->other_stride[other++] = layout->stride[j];
        }
}

static void add_pairing(struct cs_energy *energy, const struct layout *layout,
                        const uint8_t *part)
{
    struct cs_energy_pairing *table = &energy->pairing[energy->n_pairings++];
    size_t used[2] = { 0, 0 };

    table->first = layout->first;
    for (size_t i = 0; i < layout->n; i++) {
        const size_t p = part[layout->column[i]];

        table->column[p][used[p]] = layout->column[i];
        table->stride[p][used[p]++] = layout->stride[i];
    }
}

/* Lists a table for the rows that are somewhere. */
static void list_at(struct cs_energy *energy, const struct layout *layout,
                    enum cs_scope place)
{
    add_table(&energy->all[place], layout);
    for (size_t part = 0; part < 2; part++)
        if (layout->at[part] > 0)
            add_table(&energy->of_part[place][part], layout);
    for (size_t i = 0; i < layout->n; i++)
        add_line(&energy->of_column[place][layout->column[i]], layout, i);
}

static void list(struct cs_energy *energy, const struct layout *layout,
                 const uint8_t *part)
{
    list_at(energy, layout, CS_AT_BOTH);
    if (layout->scope != CS_AT_BOTH)
        list_at(energy, layout, layout->scope);
    else
        for (size_t p = 0; p < 2; p++)
            if (layout->at[p] > 0)
                add_table(&energy->linked[p], layout);
    if (layout->at[0] > 0 && layout->at[1] > 0)
        add_pairing(energy, layout, part);
}

static bool allocate_tables(struct cs_energy_tables *tables, size_t n)
{
    tables->table = calloc(n, sizeof *tables->table);
    return tables->table != NULL;
}

static bool allocate_lines(struct cs_energy *energy, size_t place, size_t n)
{
    bool all = true;

    energy->of_column[place] = calloc(energy->n_columns, sizeof(struct cs_energy_lines));
    for (size_t c = 0; energy->of_column[place] != NULL && c < energy->n_columns; c++) {
        struct cs_energy_lines *lines = &energy->of_column[place][c];

        lines->line = calloc(n, sizeof *lines->line);
        all = all && lines->line != NULL;
    }
    return all && energy->of_column[place] != NULL;
}

/* A place in each list for each table. */
static bool allocate_lists(struct cs_energy *energy, size_t n)
{
    bool all = true;

    energy->pairing = calloc(n, sizeof *energy->pairing);
    for (size_t place = CS_AT_A; place < CS_SCOPES; place++)
        all = all && allocate_tables(&energy->all[place], n) &&
              allocate_tables(&energy->of_part[place][0], n) &&
              allocate_tables(&energy->of_part[place][1], n) &&
              allocate_lines(energy, place, n);
    return all && energy->pairing != NULL && allocate_tables(&energy->linked[0], n) &&
           allocate_tables(&energy->linked[1], n);
}

static enum cs_status allocate(struct cs_energy *energy, size_t n_tables)
{
    const size_t n = energy->n_columns;

    energy->row = calloc(energy->n_rows, n);
    energy->price = calloc(energy->n_cells, sizeof *energy->price);
    energy->rise = calloc(energy->n_cells, sizeof *energy->rise);
    energy->n_codes = calloc(n, sizeof *energy->n_codes);
    energy->column[0] = calloc(n, sizeof *energy->column[0]);
    energy->column[1] = calloc(n, sizeof *energy->column[1]);
    energy->mixed = calloc(n, 1);
    return energy->row != NULL && energy->price != NULL && energy->rise != NULL &&
                   energy->n_codes != NULL && energy->column[0] != NULL &&
                   energy->column[1] != NULL && energy->mixed != NULL &&
                   allocate_lists(energy, n_tables)
               ? CS_OK
               : CS_MEMORY;
}

/* The least variance of all cells. With the limits of fit.h a weight is at most 2^20 and
 * a difference below 2^29.4, so a change of four cells in each table stays below 2^62.4.
 */
static uint64_t check_limits(size_t n_rows, const struct cs_fit_input *input)
{
    uint64_t least = CS_FIT_VARIANCE_Q16_MAX;

    CS_REQUIRE(n_rows <= CS_FIT_ROWS_MAX && input->n_tables <= CS_FIT_TABLES_MAX);
    for (size_t t = 0; t < input->n_tables; t++) {
        const struct cs_fit_table *table = &input->tables[t];

        for (size_t k = 0; k < table->n_cells; k++) {
            const uint64_t variance = table->variance_q16[k];

            CS_REQUIRE(variance > 0 && variance <= CS_FIT_VARIANCE_Q16_MAX);
            CS_REQUIRE(table->target[k] >= -CS_FIT_TARGET_MAX &&
                       table->target[k] <= CS_FIT_TARGET_MAX);
            if (variance < least)
                least = variance;
        }
    }
    return least;
}

static void take_columns(struct cs_energy *energy, const struct cs_fit_input *input)
{
    for (size_t c = 0; c < input->n_columns; c++) {
        const size_t part = input->part[c];

        CS_REQUIRE(input->n_codes[c] <= CS_FIT_LEVELS_MAX);
        energy->n_codes[c] = input->n_codes[c];
        energy->column[part][energy->n_column[part]++] = c;
    }
}

/* An empty table: as many people are missing as its targets say. */
static void take_cells(struct cs_energy *energy, const struct cs_fit_table *table,
                       size_t first, uint64_t least)
{
    for (size_t k = 0; k < table->n_cells; k++) {
        const int32_t weight = weight_of(table->variance_q16[k], least);

        energy->rise[first + k] = 2 * weight;
        energy->price[first + k] = weight * (1 - 2 * (int64_t)table->target[k]);
    }
}

static void take_tables(struct cs_energy *energy, const struct cs_fit_input *input,
                        uint64_t least)
{
    size_t first = 0;

    for (size_t t = 0; t < input->n_tables; t++) {
        const struct cs_fit_table *table = &input->tables[t];
        struct layout layout;

        lay_out(&layout, table, input, first);
        list(energy, &layout, input->part);
        take_cells(energy, table, first, least);
        first += table->n_cells;
    }
}

enum cs_status cs_energy_init(struct cs_energy *energy, const struct cs_fit_input *input)
{
    enum cs_status st = CS_OK;
    const size_t n_rows = cs_presence_all(&input->people);
    const uint64_t least = check_limits(n_rows, input);

    memset(energy, 0, sizeof *energy);
    energy->people = input->people;
    energy->n_rows = n_rows;
    energy->n_columns = input->n_columns;
    for (size_t t = 0; t < input->n_tables; t++)
        energy->n_cells += input->tables[t].n_cells;
    CS_REQUIRE(energy->n_cells <= UINT32_MAX);
    energy->unit = (int64_t)(((cs_u128)least << (WEIGHT_BITS + 1)) >> 16);
    CS_TRY(allocate(energy, input->n_tables));
    take_columns(energy, input);
    take_tables(energy, input, least);
out:
    return st;
}

static void wipe_lines(struct cs_energy *energy, size_t place)
{
    if (energy->of_column[place] == NULL)
        return;
    for (size_t c = 0; c < energy->n_columns; c++)
        free(energy->of_column[place][c].line);
    free(energy->of_column[place]);
}

void cs_energy_wipe(struct cs_energy *energy)
{
    free(energy->row);
    free(energy->price);
    free(energy->rise);
    free(energy->n_codes);
    free(energy->mixed);
    free(energy->pairing);
    for (size_t part = 0; part < 2; part++) {
        free(energy->column[part]);
        free(energy->linked[part].table);
    }
    for (size_t place = CS_AT_A; place < CS_SCOPES; place++) {
        free(energy->all[place].table);
        free(energy->of_part[place][0].table);
        free(energy->of_part[place][1].table);
        wipe_lines(energy, place);
    }
    memset(energy, 0, sizeof *energy);
}
