#include "model/fit_energy.h"

#include <string.h>

#include "crypto/wide.h"

static uint8_t *row_of(const struct cs_energy *energy, size_t r)
{
    return energy->row + r * energy->n_columns;
}

const uint8_t *cs_energy_row(const struct cs_energy *energy, size_t r)
{
    return row_of(energy, r);
}

static enum cs_scope place_of(const struct cs_energy *energy, size_t r)
{
    return cs_presence_of(&energy->people, r);
}

static uint32_t cell_of(const struct cs_energy_table *table, const uint8_t *row)
{
    return table->first + row[table->column[0]] * table->stride[0] +
           row[table->column[1]] * table->stride[1] +
           row[table->column[2]] * table->stride[2];
}

static void enter(struct cs_energy *energy, uint32_t cell)
{
    energy->price[cell] += energy->rise[cell];
}

static void leave(struct cs_energy *energy, uint32_t cell)
{
    energy->price[cell] -= energy->rise[cell];
}

void cs_energy_put_row(struct cs_energy *energy, size_t r, const uint8_t *codes)
{
    const struct cs_energy_tables *tables = &energy->all[place_of(energy, r)];

    memcpy(row_of(energy, r), codes, energy->n_columns);
    for (size_t i = 0; i < tables->n; i++)
        enter(energy, cell_of(&tables->table[i], codes));
}

/* The cell of a line at level 0. */
static uint32_t start_of(const struct cs_energy_line *line, const uint8_t *row)
{
    return line->first + row[line->other[0]] * line->other_stride[0] +
           row[line->other[1]] * line->other_stride[1];
}

/* Lines are short: vectors of four or eight prices were not faster. */
static void add_prices(int64_t *sum, const int64_t *price, size_t stride, size_t n)
{
    for (size_t k = 0; k < n; k++)
        sum[k] += price[k * stride];
}

void cs_energy_of_levels(int64_t change[static CS_FIT_LEVELS_MAX],
                         const struct cs_energy *energy, size_t r, size_t column)
{
    const struct cs_energy_lines *lines = &energy->of_column[place_of(energy, r)][column];
    const uint8_t *row = row_of(energy, r);
    const size_t n = energy->n_codes[column], level = row[column];
    int64_t rise = 0;

    memset(change, 0, n * sizeof *change);
    for (size_t i = 0; i < lines->n; i++) {
        const struct cs_energy_line *line = &lines->line[i];
        const uint32_t start = start_of(line, row);

        add_prices(change, energy->price + start, line->stride, n);
        rise += energy->rise[start + level * line->stride];
    }
    const int64_t back = change[level] - rise;
    for (size_t k = 0; k < n; k++)
        change[k] -= back;
    change[level] = 0;
}

void cs_energy_set_level(struct cs_energy *energy, size_t r, size_t column, uint8_t code)
{
    const struct cs_energy_lines *lines = &energy->of_column[place_of(energy, r)][column];
    uint8_t *row = row_of(energy, r);

    for (size_t i = 0; i < lines->n; i++) {
        const struct cs_energy_line *line = &lines->line[i];
        const uint32_t start = start_of(line, row);

        leave(energy, start + row[column] * line->stride);
        enter(energy, start + code * line->stride);
    }
    row[column] = code;
}

static int64_t change_of(const struct cs_energy *energy,
                         const struct cs_energy_tables *tables, const uint8_t *from,
                         const uint8_t *to)
{
    int64_t change = 0;

    for (size_t i = 0; i < tables->n; i++) {
        const uint32_t here = cell_of(&tables->table[i], from);
        const uint32_t there = cell_of(&tables->table[i], to);
        const int64_t rise = here == there ? 0 : energy->rise[here];

        change += energy->price[there] - energy->price[here] + rise;
    }
    return change;
}

static void count_change(struct cs_energy *energy, const struct cs_energy_tables *tables,
                         const uint8_t *from, const uint8_t *to)
{
    for (size_t i = 0; i < tables->n; i++) {
        leave(energy, cell_of(&tables->table[i], from));
        enter(energy, cell_of(&tables->table[i], to));
    }
}

int64_t cs_energy_of_row(const struct cs_energy *energy, size_t r, const uint8_t *codes,
                         size_t part)
{
    return change_of(energy, &energy->of_part[place_of(energy, r)][part],
                     row_of(energy, r), codes);
}

void cs_energy_set_row(struct cs_energy *energy, size_t r, const uint8_t *codes,
                       size_t part)
{
    count_change(energy, &energy->of_part[place_of(energy, r)][part], row_of(energy, r),
                 codes);
    memcpy(row_of(energy, r), codes, energy->n_columns);
}

static uint32_t key(const struct cs_energy_pairing *table, size_t part,
                    const uint8_t *row)
{
    return row[table->column[part][0]] * table->stride[part][0] +
           row[table->column[part][1]] * table->stride[part][1];
}

/* Of two rows at both. */
static int64_t of_pairing(const struct cs_energy *energy, size_t r, size_t other)
{
    const uint8_t *x = row_of(energy, r), *y = row_of(energy, other);
    const int64_t *price = energy->price;
    const int32_t *rise = energy->rise;
    int64_t change = 0;

    for (size_t i = 0; i < energy->n_pairings; i++) {
        const struct cs_energy_pairing *table = &energy->pairing[i];
        const uint32_t ax = table->first + key(table, 0, x);
        const uint32_t ay = table->first + key(table, 0, y);
        const uint32_t bx = key(table, 1, x), by = key(table, 1, y);
        const int64_t rises = (int64_t)rise[ax + bx] + rise[ay + by];

        change += price[ax + by] - price[ax + bx] + price[ay + bx] - price[ay + by] +
                  (ax != ay && bx != by ? rises : 0);
    }
    return change;
}

static void count_pairing(struct cs_energy *energy, size_t r, size_t other)
{
    const uint8_t *x = row_of(energy, r), *y = row_of(energy, other);

    for (size_t i = 0; i < energy->n_pairings; i++) {
        const struct cs_energy_pairing *table = &energy->pairing[i];
        const uint32_t ax = table->first + key(table, 0, x);
        const uint32_t ay = table->first + key(table, 0, y);
        const uint32_t bx = key(table, 1, x), by = key(table, 1, y);

        leave(energy, ax + bx);
        enter(energy, ax + by);
        leave(energy, ay + by);
        enter(energy, ay + bx);
    }
}

static void exchange(struct cs_energy *energy, size_t r, size_t other, size_t part)
{
    uint8_t *x = row_of(energy, r), *y = row_of(energy, other);

    for (size_t i = 0; i < energy->n_column[part]; i++) {
        const size_t c = energy->column[part][i];
        const uint8_t code = x[c];

        x[c] = y[c];
        y[c] = code;
    }
}

/* A swap of rows of which one is at both and one is not: the one at both becomes what
 * energy->mixed holds. */
struct half_swap {
    size_t linked, other, part;
};

static bool is_half(struct half_swap *swap, const struct cs_energy *energy, size_t r,
                    size_t other)
{
    const enum cs_scope at[2] = { place_of(energy, r), place_of(energy, other) };

    CS_REQUIRE(at[0] == CS_AT_BOTH || at[1] == CS_AT_BOTH);
    if (at[0] == at[1])
        return false;
    swap->linked = at[0] == CS_AT_BOTH ? r : other;
    swap->other = at[0] == CS_AT_BOTH ? other : r;
    swap->part = (at[0] & at[1]) == CS_AT_A ? 0 : 1;
    return true;
}

static const uint8_t *mix(struct cs_energy *energy, const struct half_swap *half)
{
    const uint8_t *from = row_of(energy, half->other);

    memcpy(energy->mixed, row_of(energy, half->linked), energy->n_columns);
    for (size_t i = 0; i < energy->n_column[half->part]; i++) {
        const size_t c = energy->column[half->part][i];
        energy->mixed[c] = from[c];
    }
    return energy->mixed;
}

int64_t cs_energy_of_swap(struct cs_energy *energy, size_t r, size_t other)
{
    struct half_swap half;

    if (!is_half(&half, energy, r, other))
        return of_pairing(energy, r, other);
    return change_of(energy, &energy->linked[half.part], row_of(energy, half.linked),
                     mix(energy, &half));
}

void cs_energy_swap(struct cs_energy *energy, size_t r, size_t other)
{
    struct half_swap half;

    if (!is_half(&half, energy, r, other)) {
        count_pairing(energy, r, other);
        exchange(energy, r, other, 1);
        return;
    }
    count_change(energy, &energy->linked[half.part], row_of(energy, half.linked),
                 mix(energy, &half));
    exchange(energy, half.linked, half.other, half.part);
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
        const int64_t weight = energy->rise[k] / 2;
        const int64_t d = (energy->price[k] - weight) / (2 * weight);

        sum += (cs_u128)(uint64_t)(d * d) * (uint64_t)weight;
    }
    return sum;
}

double cs_energy_chi_square(const struct cs_energy *energy)
{
    return 2 * (double)chi_square(energy) / (double)energy->unit /
           (double)energy->n_cells;
}

void cs_energy_rows(struct cs_codes *population, const struct cs_energy *energy)
{
    for (size_t c = 0; c < energy->n_columns; c++) {
        uint8_t *column = cs_codes_column(population, c);
        for (size_t r = 0; r < energy->n_rows; r++)
            column[r] = row_of(energy, r)[c];
    }
}
