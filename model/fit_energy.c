#include "model/fit_energy.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/wide.h"

enum { WEIGHT_BITS = 20 };

static uint32_t key(const struct cs_energy_table *table, size_t part, const uint8_t *row)
{
    const uint16_t *column = table->column[part];
    const uint32_t *stride = table->stride[part];

    return row[column[0]] * stride[0] + row[column[1]] * stride[1] +
           row[column[2]] * stride[2];
}

static uint32_t cell_of(const struct cs_energy_table *table, const uint8_t *row)
{
    return table->first + key(table, 0, row) + key(table, 1, row);
}

static int32_t weight_of(uint64_t variance_q16, uint64_t least)
{
    const uint64_t weight = (uint64_t)(((cs_u128)least << WEIGHT_BITS) / variance_q16);

    return weight == 0 ? 1 : (int32_t)weight;
}

/* Twice the energy of one more and one less person in a cell. */
static int64_t more(const struct cs_energy_cell *cell)
{
    return (int64_t)cell->weight * (2 * (int64_t)cell->d + 1);
}

static int64_t less(const struct cs_energy_cell *cell)
{
    return (int64_t)cell->weight * (1 - 2 * (int64_t)cell->d);
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

        out->column[part][used[part]] = (uint16_t)column;
        out->stride[part][used[part]] = (uint32_t)stride;
        used[part]++;
        stride *= input->n_codes[column];
    }
    CS_REQUIRE(stride == table->n_cells);
}

static bool touches(const struct cs_energy_table *table, size_t part)
{
    return table->stride[part][0] != 0;
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
        if (!touches(table, part))
            continue;
        CS_REQUIRE((scope & cs_scope_of((enum cs_party)part)) != 0);
        append(&energy->of_part[CS_AT_BOTH][part], t);
        append(scope == CS_AT_BOTH ? &energy->linked[part]
                                   : &energy->of_part[scope][part],
               t);
    }
    if (touches(table, 0) && touches(table, 1))
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

static uint8_t *row_of(const struct cs_energy *energy, size_t r)
{
    return energy->row + r * energy->n_columns;
}

const uint8_t *cs_energy_row(const struct cs_energy *energy, size_t r)
{
    return row_of(energy, r);
}

static const struct cs_energy_list *tables_of(const struct cs_energy *energy, size_t r,
                                              size_t part)
{
    return &energy->of_part[cs_presence_of(&energy->people, r)][part];
}

void cs_energy_put_row(struct cs_energy *energy, size_t r, const uint8_t *codes)
{
    memcpy(row_of(energy, r), codes, energy->n_columns);
    for (size_t part = 0; part < 2; part++) {
        const struct cs_energy_list *list = tables_of(energy, r, part);

        for (size_t i = 0; i < list->n; i++) {
            const struct cs_energy_table *table = &energy->table[list->table[i]];

            if (part == 0 || !touches(table, 0)) /* each table once */
                energy->cell[cell_of(table, codes)].d++;
        }
    }
}

/* The change of energy in the tables of a list if the part of row r became codes'. */
static int64_t change_of(struct cs_energy *energy, const struct cs_energy_list *list,
                         size_t r, const uint8_t *codes, size_t part)
{
    const uint8_t *row = row_of(energy, r);
    int64_t change = 0;

    for (size_t i = 0; i < list->n; i++) {
        const struct cs_energy_table *table = &energy->table[list->table[i]];
        const uint32_t here = key(table, part, row), there = key(table, part, codes);
        const uint32_t rest = table->first + key(table, !part, row);

        energy->from[i] = rest + here;
        energy->to[i] = rest + there;
        if (here != there)
            change +=
                more(&energy->cell[rest + there]) + less(&energy->cell[rest + here]);
    }
    return change / 2;
}

static void count_change(struct cs_energy *energy, const struct cs_energy_list *list,
                         size_t r, const uint8_t *codes, size_t part)
{
    (void)change_of(energy, list, r, codes, part);
    for (size_t i = 0; i < list->n; i++) {
        energy->cell[energy->from[i]].d--;
        energy->cell[energy->to[i]].d++;
    }
}

int64_t cs_energy_of_row(struct cs_energy *energy, size_t r, const uint8_t *codes,
                         size_t part)
{
    return change_of(energy, tables_of(energy, r, part), r, codes, part);
}

void cs_energy_set_row(struct cs_energy *energy, size_t r, const uint8_t *codes,
                       size_t part)
{
    count_change(energy, tables_of(energy, r, part), r, codes, part);
    memcpy(row_of(energy, r), codes, energy->n_columns);
}

/* Of two rows at both. */
static int64_t of_pairing(const struct cs_energy *energy, size_t r, size_t other)
{
    const uint8_t *x = row_of(energy, r), *y = row_of(energy, other);
    const struct cs_energy_cell *cell = energy->cell;
    int64_t change = 0;

    for (size_t i = 0; i < energy->crossing.n; i++) {
        const struct cs_energy_table *table = &energy->table[energy->crossing.table[i]];
        const uint32_t ax = table->first + key(table, 0, x);
        const uint32_t ay = table->first + key(table, 0, y);
        const uint32_t bx = key(table, 1, x), by = key(table, 1, y);

        if (ax != ay && bx != by)
            change += more(&cell[ax + by]) + less(&cell[ax + bx]) + more(&cell[ay + bx]) +
                      less(&cell[ay + by]);
    }
    return change / 2;
}

static void count_pairing(struct cs_energy *energy, size_t r, size_t other)
{
    const uint8_t *x = row_of(energy, r), *y = row_of(energy, other);

    for (size_t i = 0; i < energy->crossing.n; i++) {
        const struct cs_energy_table *table = &energy->table[energy->crossing.table[i]];
        const uint32_t ax = table->first + key(table, 0, x);
        const uint32_t ay = table->first + key(table, 0, y);
        const uint32_t bx = key(table, 1, x), by = key(table, 1, y);

        energy->cell[ax + bx].d--;
        energy->cell[ax + by].d++;
        energy->cell[ay + by].d--;
        energy->cell[ay + bx].d++;
    }
}

static void exchange(struct cs_energy *energy, size_t r, size_t other, size_t part)
{
    uint8_t *x = row_of(energy, r), *y = row_of(energy, other);

    for (size_t c = 0; c < energy->n_columns; c++) {
        if (energy->part[c] != part)
            continue;
        const uint8_t code = x[c];
        x[c] = y[c];
        y[c] = code;
    }
}

/* A swap of rows of which one is at both and one is not. */
struct half_swap {
    size_t linked, other, part;
};

static bool is_half(struct half_swap *swap, const struct cs_energy *energy, size_t r,
                    size_t other)
{
    const enum cs_scope at[2] = { cs_presence_of(&energy->people, r),
                                  cs_presence_of(&energy->people, other) };

    CS_REQUIRE(at[0] == CS_AT_BOTH || at[1] == CS_AT_BOTH);
    if (at[0] == at[1])
        return false;
    swap->linked = at[0] == CS_AT_BOTH ? r : other;
    swap->other = at[0] == CS_AT_BOTH ? other : r;
    swap->part = (at[0] & at[1]) == CS_AT_A ? 0 : 1;
    return true;
}

int64_t cs_energy_of_swap(struct cs_energy *energy, size_t r, size_t other)
{
    struct half_swap half;

    if (!is_half(&half, energy, r, other))
        return of_pairing(energy, r, other);
    return change_of(energy, &energy->linked[half.part], half.linked,
                     row_of(energy, half.other), half.part);
}

void cs_energy_swap(struct cs_energy *energy, size_t r, size_t other)
{
    struct half_swap half;

    if (!is_half(&half, energy, r, other)) {
        count_pairing(energy, r, other);
        exchange(energy, r, other, 1);
        return;
    }
    count_change(energy, &energy->linked[half.part], half.linked,
                 row_of(energy, half.other), half.part);
    exchange(energy, r, other, half.part);
}

int64_t cs_energy_unit(const struct cs_energy *energy)
{
    return energy->unit;
}

/* Sum of weight * d^2, in 128 bits: it may pass 2^63 before the first sweep. */
static cs_u128 chi_square(const struct cs_energy *energy)
{
    cs_u128 sum = 0;

    for (size_t k = 0; k < energy->n_cells; k++) {
        const int64_t d = energy->cell[k].d;
        sum += (cs_u128)(uint64_t)(d * d) * (uint32_t)energy->cell[k].weight;
    }
    return sum;
}

double cs_energy_chi_square(const struct cs_energy *energy)
{
    return (double)chi_square(energy) / (double)energy->unit / (double)energy->n_cells;
}

void cs_energy_rows(struct cs_codes *population, const struct cs_energy *energy)
{
    for (size_t c = 0; c < energy->n_columns; c++) {
        uint8_t *column = cs_codes_column(population, c);
        for (size_t r = 0; r < energy->n_rows; r++)
            column[r] = row_of(energy, r)[c];
    }
}
