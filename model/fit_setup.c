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

static void compile(struct cs_energy_table *out, const struct cs_fit_table *table,
                    const struct cs_fit_input *input, size_t first)
{
    size_t used[2] = { 0 };
    size_t stride = 1;

    out->first = (uint32_t)first;
    for (size_t i = table->n_columns; i-- > 0;) {
        const size_t column = table->column[i];
        const size_t part = input->part[column];

        out->columns |= cs_energy_column_bit(column);
        out->column[part][used[part]] = (uint16_t)column;
        out->stride[part][used[part]] = (uint32_t)stride;
        used[part]++;
        stride *= input->n_codes[column];
    }
    CS_REQUIRE(stride == table->n_cells);
}

static void append(struct cs_energy_list *list, size_t t)
{
    list->table[list->n++] = (uint32_t)t;
}

/* Lists a table that counts the people of a scope. */
static void list_table(struct cs_energy *energy, size_t t, enum cs_scope scope)
{
    const struct cs_energy_table *table = &energy->table[t];

    for (size_t part = 0; part < 2; part++) {
        if (!cs_energy_touches(table, part))
            continue;
        CS_REQUIRE((scope & cs_scope_of((enum cs_party)part)) != 0);
        append(&energy->of_part[CS_AT_BOTH][part], t);
        append(scope == CS_AT_BOTH ? &energy->linked[part]
                                   : &energy->of_part[scope][part],
               t);
    }
    if (cs_energy_touches(table, 0) && cs_energy_touches(table, 1))
        append(&energy->crossing, t);
}

static bool allocate_list(struct cs_energy_list *list, size_t n_tables)
{
    list->table = calloc(n_tables, sizeof *list->table);
    return list->table != NULL;
}

static bool allocate_lists(struct cs_energy *energy)
{
    bool all = allocate_list(&energy->crossing, energy->n_tables);

    for (size_t part = 0; part < 2; part++) {
        all = all && allocate_list(&energy->linked[part], energy->n_tables);
        for (size_t at = CS_AT_A; at < CS_SCOPES; at++)
            all = all && allocate_list(&energy->of_part[at][part], energy->n_tables);
    }
    return all;
}

static enum cs_status allocate(struct cs_energy *energy)
{
    energy->row = calloc(energy->n_rows, energy->n_columns);
    energy->cell = calloc(energy->n_cells, sizeof *energy->cell);
    energy->table = calloc(energy->n_tables, sizeof *energy->table);
    energy->part = calloc(energy->n_columns, 1);
    energy->from = calloc(energy->n_tables, sizeof *energy->from);
    energy->to = calloc(energy->n_tables, sizeof *energy->to);
    return energy->row != NULL && energy->cell != NULL && energy->table != NULL &&
                   energy->part != NULL && energy->from != NULL && energy->to != NULL &&
                   allocate_lists(energy)
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

enum cs_status cs_energy_init(struct cs_energy *energy, const struct cs_fit_input *input)
{
    enum cs_status st;
    const size_t n_rows = cs_presence_all(&input->people);
    const uint64_t least = check_limits(n_rows, input);

    memset(energy, 0, sizeof *energy);
    energy->people = input->people;
    energy->n_rows = n_rows;
    energy->n_columns = input->n_columns;
    energy->n_tables = input->n_tables;
    for (size_t t = 0; t < input->n_tables; t++)
        energy->n_cells += input->tables[t].n_cells;
    CS_REQUIRE(energy->n_cells <= UINT32_MAX);
    st = allocate(energy);
    if (st != CS_OK)
        return st;
    energy->unit = (int64_t)(((cs_u128)least << WEIGHT_BITS) >> 16);

    size_t first = 0;
    for (size_t t = 0; t < input->n_tables; t++) {
        const struct cs_fit_table *table = &input->tables[t];

        compile(&energy->table[t], table, input, first);
        list_table(energy, t, table->scope);
        for (size_t k = 0; k < table->n_cells; k++)
            energy->cell[first + k] =
                (struct cs_energy_cell){ -table->target[k],
                                         weight_of(table->variance_q16[k], least) };
        first += table->n_cells;
    }
    memcpy(energy->part, input->part, input->n_columns);
    return CS_OK;
}

void cs_energy_wipe(struct cs_energy *energy)
{
    free(energy->row);
    free(energy->cell);
    free(energy->table);
    for (size_t part = 0; part < 2; part++) {
        free(energy->linked[part].table);
        for (size_t at = CS_AT_A; at < CS_SCOPES; at++)
            free(energy->of_part[at][part].table);
    }
    free(energy->crossing.table);
    free(energy->part);
    free(energy->from);
    free(energy->to);
    memset(energy, 0, sizeof *energy);
}
