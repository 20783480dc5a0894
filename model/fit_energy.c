#include "model/fit_energy.h"

#include <string.h>

#include "crypto/wide.h"

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

/* Twice the energy of one more and one less person in a cell. */
static int64_t more(const struct cs_energy_cell *cell)
{
    return (int64_t)cell->weight * (2 * (int64_t)cell->d + 1);
}

static int64_t less(const struct cs_energy_cell *cell)
{
    return (int64_t)cell->weight * (1 - 2 * (int64_t)cell->d);
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

            if (part == 0 || !cs_energy_touches(table, 0)) /* each table once */
                energy->cell[cell_of(table, codes)].d++;
        }
    }
}

/* The columns of a part in which two rows differ. */
static uint64_t changed_columns(const struct cs_energy *energy, const uint8_t *x,
                                const uint8_t *y, size_t part)
{
    uint64_t changed = 0;

    for (size_t c = 0; c < energy->n_columns; c++)
        changed |= energy->part[c] == part && x[c] != y[c] ? cs_energy_column_bit(c) : 0;
    return changed;
}

/* The change of energy in the tables of a list if the part of row r became codes'. Most
 * tables hold none of the one to three columns that a mix changes. */
static int64_t change_of(struct cs_energy *energy, const struct cs_energy_list *list,
                         size_t r, const uint8_t *codes, size_t part)
{
    const uint8_t *row = row_of(energy, r);
    const uint64_t changed = changed_columns(energy, row, codes, part);
    int64_t change = 0;
    size_t n = 0;

    for (size_t i = 0; i < list->n; i++) {
        const struct cs_energy_table *table = &energy->table[list->table[i]];

        if ((table->columns & changed) == 0)
            continue;
        const uint32_t here = key(table, part, row), there = key(table, part, codes);
        const uint32_t rest = table->first + key(table, !part, row);

        if (here == there)
            continue;
        energy->from[n] = rest + here;
        energy->to[n++] = rest + there;
        change += more(&energy->cell[rest + there]) + less(&energy->cell[rest + here]);
    }
    energy->n_changed = n;
    return change / 2;
}

static void count_change(struct cs_energy *energy, const struct cs_energy_list *list,
                         size_t r, const uint8_t *codes, size_t part)
{
    (void)change_of(energy, list, r, codes, part);
    for (size_t i = 0; i < energy->n_changed; i++) {
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
