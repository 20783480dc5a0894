#include <stdlib.h>
#include <string.h>

#include "model/shrink.h"
#include "model/targets_parts.h"

enum { RAKES = 16 }; /* each brings both margins nearer */

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* Scales each of n lines of m cells to the sum that is wanted; the cell of line i at j is
 * i * step + j * next. */
static void rake_lines(double *cell, const double *wanted, size_t n, size_t step,
                       size_t m, size_t next)
{
    for (size_t i = 0; i < n; i++) {
        double sum = 0;

        for (size_t j = 0; j < m; j++)
            sum += cell[i * step + j * next];
        for (size_t j = 0; j < m && sum > 0; j++)
            cell[i * step + j * next] *= wanted[i] / sum;
    }
}

/* The own table of two columns whose party has people who are not at both, or NULL. */
static const struct cs_table_spec *own_pair(const struct cs_making *making, size_t x,
                                            size_t y)
{
    const struct cs_targets *targets = making->targets;
    const struct cs_plan *plan = making->noisy->plan;

    if (targets->part[x] != targets->part[y] ||
        targets->people.n_only[targets->part[x]] == 0)
        return NULL;
    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];
        const size_t *column = spec->column;

        if (spec->kind != CS_CROSS && spec->n_columns == 2 &&
            ((column[0] == x && column[1] == y) || (column[0] == y && column[1] == x)))
            return spec;
    }
    return NULL;
}

/* What the targets of own, a table of x and y, say of the people at both; the cells of
 * expected are in the order of x and y. */
static void expect_linked(double *expected, const struct cs_making *making,
                          const struct cs_table_spec *own, size_t x, size_t y)
{
    const struct cs_targets *targets = making->targets;
    const int32_t *target = targets->target + own->first_cell;
    const size_t n = targets->n_codes[x], width = targets->n_codes[y];
    const bool turned = own->column[0] != x;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < width; j++) {
            const int32_t people = target[turned ? j * n + i : i * width + j];

            expected[i * width + j] = people > 0 ? people : 0;
        }
    for (unsigned r = 0; r < RAKES; r++) {
        rake_lines(expected, cs_making_totals(making, CS_AT_BOTH, x), n, width, width, 1);
        rake_lines(expected, cs_making_totals(making, CS_AT_BOTH, y), width, 1, n, width);
    }
}

/* Columns x and y as if they were independent. */
static void expect_product(double *expected, const struct cs_making *making,
                           enum cs_scope scope, size_t x, size_t y)
{
    const struct cs_targets *targets = making->targets;
    const size_t width = targets->n_codes[y], n = targets->n_codes[x] * width;

    for (size_t k = 0; k < n; k++)
        expected[k] = cs_making_totals(making, scope, x)[k / width] *
                      cs_making_totals(making, scope, y)[k % width] /
                      cs_making_people(making, scope);
}

/* Two columns as the people of another study have them, raked to the totals here; false
 * if it does not know both. */
static bool expect_prior(double *expected, const struct cs_making *making,
                         enum cs_scope scope, size_t x, size_t y)
{
    const struct cs_targets *targets = making->targets;
    const struct cs_prior *prior = making->known.prior;
    const size_t n = targets->n_codes[x], width = targets->n_codes[y];

    if (prior == NULL || !prior->known[x] || !prior->known[y])
        return false;
    const uint8_t *in_x = cs_codes_column(&prior->rows, x);
    const uint8_t *in_y = cs_codes_column(&prior->rows, y);
    const double each = cs_making_people(making, scope) / (double)prior->rows.n_rows;

    memset(expected, 0, n * width * sizeof *expected);
    for (size_t r = 0; r < prior->rows.n_rows; r++)
        expected[in_x[r] * width + in_y[r]] += each;
    for (unsigned r = 0; r < RAKES; r++) {
        rake_lines(expected, cs_making_totals(making, scope, x), n, width, width, 1);
        rake_lines(expected, cs_making_totals(making, scope, y), width, 1, n, width);
    }
    return true;
}

static bool has_prior(const struct cs_making *making, const size_t *column, size_t n)
{
    const struct cs_prior *prior = making->known.prior;

    return prior != NULL && n == 2 && prior->known[column[0]] && prior->known[column[1]];
}

/* What is left of a noisy count of the columns, drawn to what is expected of it. */
static struct cs_shrunk draw_towards(const struct cs_making *making, const size_t *column,
                                     size_t n, double noisy, double expected,
                                     double variance)
{
    return has_prior(making, column, n)
               ? cs_shrink_to_prior(noisy, expected, variance, making->spread[1])
               : cs_shrink(noisy, expected, variance);
}

/* Two columns' estimate from all tables of the scope that hold them, shrunk to what is
 * known without it: (cells). */
static enum cs_status pair_estimate(double **pair, const struct cs_making *making,
                                    enum cs_scope scope, size_t x, size_t y)
{
    const size_t columns[2] = { x, y };
    const size_t n = making->targets->n_codes[x] * making->targets->n_codes[y];
    const struct cs_table_spec *own = scope == CS_AT_BOTH ? own_pair(making, x, y) : NULL;
    const double scale = making->scale[scope];
    enum cs_status st = CS_MEMORY;
    double variance = 0;
    double *estimate = calloc(n, sizeof *estimate),
           *expected = calloc(n, sizeof *expected);

    if (estimate == NULL || expected == NULL)
        goto out;
    st = CS_OK;
    if (own != NULL)
        expect_linked(expected, making, own, x, y);
    else if (!expect_prior(expected, making, scope, x, y))
        expect_product(expected, making, scope, x, y);
    (void)cs_estimate_marginal(estimate, &variance, scope, columns, 2, making->noisy);
    variance = variance * scale * scale;
    for (size_t k = 0; k < n; k++) {
        const double value = draw_towards(making, columns, own == NULL ? 2 : 0,
                                          estimate[k] * scale, expected[k], variance)
                                 .value;

        estimate[k] = value < 0 ? 0 : value;
    }
    *pair = estimate;
    estimate = NULL;
out:
    free(estimate);
    free(expected);
    return st;
}

/* Three columns: the first two independent given the third. */
static enum cs_status expect_triple(double *expected, const struct cs_making *making,
                                    enum cs_scope scope, const struct cs_table_spec *spec)
{
    const struct cs_targets *targets = making->targets;
    const size_t *column = spec->column;
    const size_t middle = targets->n_codes[column[1]],
                 width = targets->n_codes[column[2]];
    enum cs_status st = CS_OK;
    double *first = NULL, *second = NULL;

    CS_TRY(pair_estimate(&first, making, scope, column[0], column[2]));
    CS_TRY(pair_estimate(&second, making, scope, column[1], column[2]));
    for (size_t k = 0; k < spec->n_cells; k++) {
        const size_t z = k % width, y = k / width % middle, x = k / width / middle;
        const double given = cs_making_totals(making, scope, column[2])[z];

        expected[k] =
            given > 0 ? first[x * width + z] * second[y * width + z] / given : 0;
    }
out:
    free(first);
    free(second);
    return st;
}

/* Two columns of one party: what its generator makes of them. */
static void expect_learned(double *expected, const struct cs_making *making,
                           enum cs_scope scope, const struct cs_table_spec *spec)
{
    const struct cs_targets *targets = making->targets;
    const struct cs_codes *rows = &making->known.learned[targets->part[spec->column[0]]];
    const uint8_t *x = cs_codes_column(rows, spec->column[0]);
    const uint8_t *y = cs_codes_column(rows, spec->column[1]);
    const double each = cs_making_people(making, scope) / (double)rows->n_rows;

    for (size_t r = 0; r < rows->n_rows; r++)
        expected[x[r] * targets->n_codes[spec->column[1]] + y[r]] += each;
}

/* What is known of each cell of a table without its own measurement: (n_cells), zero on
 * entry. */
static enum cs_status expect(double *expected, const struct cs_making *making,
                             enum cs_scope scope, const struct cs_table_spec *spec)
{
    const uint8_t *part = making->targets->part;
    const size_t *column = spec->column;

    if (spec->n_columns == 3)
        return expect_triple(expected, making, scope, spec);
    if (spec->n_columns == 1)
        memcpy(expected, cs_making_totals(making, scope, column[0]),
               spec->n_cells * sizeof *expected);
    else if (expect_prior(expected, making, scope, column[0], column[1]))
        return CS_OK;
    else if (making->known.learned != NULL && part[column[0]] == part[column[1]])
        expect_learned(expected, making, scope, spec);
    else
        expect_product(expected, making, scope, column[0], column[1]);
    return CS_OK;
}

static void set_cell(struct cs_targets *targets, size_t cell, double people,
                     double variance)
{
    targets->target[cell] =
        (int32_t)cs_making_round(clamp(people, -CS_FIT_TARGET_MAX, CS_FIT_TARGET_MAX));
    targets->variance_q16[cell] =
        (uint64_t)clamp(variance * 65536, 1, (double)CS_FIT_VARIANCE_Q16_MAX);
}

/* A table of the columns of spec whose cells begin at first. */
static struct cs_fit_table fit_table(const struct cs_targets *targets,
                                     const struct cs_table_spec *spec,
                                     enum cs_scope scope, size_t first)
{
    struct cs_fit_table table = {
        .scope = scope,
        .n_columns = spec->n_columns,
        .n_cells = spec->n_cells,
        .target = targets->target + first,
        .variance_q16 = targets->variance_q16 + first,
    };

    memcpy(table.column, spec->column, sizeof table.column);
    return table;
}

enum cs_status cs_making_spread(struct cs_making *making)
{
    const struct cs_plan *plan = making->noisy->plan;
    struct cs_spread spread = { 0 };

    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];
        const enum cs_scope scope = cs_table_spec_scope(spec, making->noisy->study->link);
        const double scale = making->scale[scope];

        if (!has_prior(making, spec->column, spec->n_columns))
            continue;
        double *expected = calloc(spec->n_cells, sizeof *expected);
        if (expected == NULL)
            return CS_MEMORY;
        (void)expect_prior(expected, making, scope, spec->column[0], spec->column[1]);
        for (size_t k = 0; k < spec->n_cells; k++)
            cs_spread_add(&spread,
                          (double)making->noisy->cells[spec->first_cell + k] * scale,
                          expected[k], cs_estimate_noise(spec) * scale * scale);
        free(expected);
    }
    making->spread[1] = cs_spread_value(&spread);
    return CS_OK;
}

enum cs_status cs_making_table(struct cs_making *making, size_t t)
{
    struct cs_targets *targets = making->targets;
    const struct cs_table_spec *spec = &making->noisy->plan->tables[t];
    const enum cs_scope scope = cs_table_spec_scope(spec, making->noisy->study->link);
    const double scale = making->scale[scope];
    const double variance = cs_estimate_noise(spec) * scale * scale;
    enum cs_status st = CS_MEMORY;
    double *expected = calloc(spec->n_cells, sizeof *expected);

    if (expected == NULL)
        goto out;
    CS_TRY(variance > 0 ? expect(expected, making, scope, spec) : CS_OK);
    for (size_t k = 0; k < spec->n_cells; k++) {
        const double noisy = (double)making->noisy->cells[spec->first_cell + k] * scale;
        const struct cs_shrunk shrunk = draw_towards(
            making, spec->column, spec->n_columns, noisy, expected[k], variance);

        set_cell(targets, spec->first_cell + k, shrunk.value, shrunk.variance);
    }
    targets->tables[t] = fit_table(targets, spec, scope, spec->first_cell);
out:
    free(expected);
    return st;
}

/* Whoever is at both is some of the owner's people: an expected number of them has the
 * variance of a draw, and its part of what the owner's own number has. One more is for
 * rounding to people. */
static double linked_variance(double expected, double fraction, uint64_t own_q16)
{
    return fraction * fraction * ((double)own_q16 / 65536) + expected * (1 - fraction) +
           1;
}

enum cs_status cs_making_linked(struct cs_making *making, const struct cs_table_spec *own)
{
    struct cs_targets *targets = making->targets;
    const enum cs_scope scope = own->kind == CS_OWN_A ? CS_AT_A : CS_AT_B;
    const double fraction =
        cs_making_people(making, CS_AT_BOTH) / cs_making_people(making, scope);
    double *expected = calloc(own->n_cells, sizeof *expected);

    if (expected == NULL)
        return CS_MEMORY;
    expect_linked(expected, making, own, own->column[0], own->column[1]);
    for (size_t k = 0; k < own->n_cells; k++) {
        const uint64_t own_q16 = targets->variance_q16[own->first_cell + k];

        set_cell(targets, targets->n_cells + k, expected[k],
                 linked_variance(expected[k], fraction, own_q16));
    }
    targets->tables[targets->n_tables] =
        fit_table(targets, own, CS_AT_BOTH, targets->n_cells);
    targets->n_tables++;
    targets->n_cells += own->n_cells;
    free(expected);
    return CS_OK;
}
