#include "tests/support/fitting.h"

#include <string.h>

#include "tests/support/check.h"

static void draw_columns(struct cs_fitting *f, struct cs_rng *rng)
{
    const size_t n = 2 + cs_rng_below(rng, FITTING_COLUMNS - 1);

    f->input.n_columns = n;
    for (size_t c = 0; c < n; c++) {
        f->n_codes[c] = 1 + cs_rng_below(rng, 4);
        f->part[c] = c == 0 ? 0 : c == n - 1 ? 1 : (uint8_t)cs_rng_below(rng, 2);
    }
    f->input.arm = 0;
    f->input.conversion = n - 1;
}

static void draw_rows(struct cs_fitting *f, size_t n_rows, struct cs_rng *rng)
{
    assert_ok(cs_codes_init(&f->rows, n_rows, f->input.n_columns));
    for (size_t c = 0; c < f->input.n_columns; c++)
        for (size_t r = 0; r < n_rows; r++)
            cs_codes_column(&f->rows, c)[r] =
                (uint8_t)cs_rng_below(rng, (uint32_t)f->n_codes[c]);
    f->input.candidates[0] = f->input.candidates[1] = &f->rows;
}

/* Different columns in any order. */
static void draw_table(struct cs_fit_table *table, const struct cs_fitting *f,
                       struct cs_rng *rng)
{
    const size_t most = f->input.n_columns < 3 ? f->input.n_columns : 3;

    table->scope = CS_AT_BOTH;
    table->n_columns = 1 + cs_rng_below(rng, (uint32_t)most);
    table->n_cells = 1;
    for (size_t i = 0; i < table->n_columns; i++) {
        bool taken = true;

        while (taken) {
            table->column[i] = cs_rng_below(rng, (uint32_t)f->input.n_columns);
            taken = false;
            for (size_t j = 0; j < i; j++)
                taken = taken || table->column[j] == table->column[i];
        }
        table->n_cells *= f->n_codes[table->column[i]];
    }
}

static void set_targets(struct cs_fitting *f, uint32_t noise, struct cs_rng *rng)
{
    for (size_t t = 0; t < FITTING_TABLES; t++) {
        int32_t *target = f->target + 64 * t;

        f->table[t].target = target;
        f->table[t].variance_q16 = f->variance_q16 + 64 * t;
        cs_fitting_count(target, f, t, &f->rows);
        for (size_t k = 0; k < f->table[t].n_cells; k++) {
            target[k] += (int32_t)cs_rng_below(rng, 2 * noise + 1) - (int32_t)noise;
            f->variance_q16[64 * t + k] = 4096 + cs_rng_below(rng, 1 << 22);
        }
    }
}

static void set_exact(struct cs_fitting *f, struct cs_rng *rng)
{
    const size_t n = f->n_codes[f->input.arm] * f->n_codes[f->input.conversion];

    memset(f->exact, 0, sizeof f->exact);
    for (size_t r = 0; r < f->input.people.n_both; r++)
        f->exact[cs_rng_below(rng, (uint32_t)n)]++;
}

void cs_fitting_init(struct cs_fitting *f, size_t n_rows, uint32_t noise,
                     struct cs_rng *rng)
{
    memset(f, 0, sizeof *f);
    draw_columns(f, rng);
    draw_rows(f, n_rows, rng);
    for (size_t t = 0; t < FITTING_TABLES; t++)
        draw_table(&f->table[t], f, rng);
    f->input.n_codes = f->n_codes;
    f->input.part = f->part;
    f->input.tables = f->table;
    f->input.n_tables = FITTING_TABLES;
    f->input.people.n_both = n_rows;
    f->input.seed = 1;
    f->input.label = "fit";
    set_targets(f, noise, rng);
    set_exact(f, rng);
}

/* The parties that have columns of a table, as a scope. */
static enum cs_scope least_scope(const struct cs_fitting *f,
                                 const struct cs_fit_table *table)
{
    unsigned scope = 0;

    for (size_t i = 0; i < table->n_columns; i++)
        scope |= cs_scope_of((enum cs_party)f->part[table->column[i]]);
    return (enum cs_scope)scope;
}

void cs_fitting_scatter(struct cs_fitting *f, struct cs_presence people, uint32_t noise,
                        struct cs_rng *rng)
{
    f->input.people = people;
    for (size_t t = 0; t < FITTING_TABLES; t++)
        f->table[t].scope =
            cs_rng_below(rng, 3) == 0 ? CS_AT_BOTH : least_scope(f, &f->table[t]);
    set_targets(f, noise, rng);
    set_exact(f, rng);
}

void cs_fitting_wipe(struct cs_fitting *f)
{
    cs_codes_wipe(&f->rows);
}

size_t cs_fitting_cell(const struct cs_fitting *f, size_t t, const uint8_t *row,
                       size_t stride)
{
    const struct cs_fit_table *table = &f->table[t];
    size_t cell = 0;

    for (size_t i = 0; i < table->n_columns; i++)
        cell = cell * f->n_codes[table->column[i]] + row[table->column[i] * stride];
    return cell;
}

void cs_fitting_count(int32_t *count, const struct cs_fitting *f, size_t t,
                      const struct cs_codes *rows)
{
    memset(count, 0, f->table[t].n_cells * sizeof *count);
    for (size_t r = 0; r < rows->n_rows; r++)
        if (cs_presence_counts(&f->input.people, f->table[t].scope, r))
            count[cs_fitting_cell(f, t, rows->code + r, rows->n_rows)]++;
}
