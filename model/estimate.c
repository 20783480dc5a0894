#include "model/estimate.h"

#include <stdlib.h>
#include <string.h>

/* How a table's cells fall into those of the marginal: cell (i, j, k, l) of the table
 * goes to i * stride[0] + j * stride[1] + ..; summed columns have stride 0. */
struct margin {
    size_t n_codes[CS_TABLE_COLUMNS_MAX];
    size_t stride[CS_TABLE_COLUMNS_MAX];
    size_t n_summed; /* cells of the table in one of the marginal */
};

size_t cs_estimate_cells(const size_t *columns, size_t n_columns,
                         const struct cs_schema *schema)
{
    size_t n = 1;

    CS_REQUIRE(n_columns >= 1 && n_columns <= CS_TABLE_COLUMNS_MAX);
    for (size_t i = 0; i < n_columns; i++)
        n *= schema->columns[columns[i]].n_codes;
    return n;
}

double cs_estimate_noise(const struct cs_table_spec *spec)
{
    const double parties = spec->kind == CS_CROSS && spec->joint.coins == 0 ? 2 : 1;

    return parties * (double)spec->s2_q16 / 65536;
}

/* The stride in the marginal of a column of a table: 0 if the marginal lacks it. */
static size_t stride_of(size_t column, const size_t *columns, size_t n_columns,
                        const struct cs_schema *schema)
{
    size_t stride = 1;

    for (size_t i = n_columns; i-- > 0;) {
        if (columns[i] == column)
            return stride;
        stride *= schema->columns[columns[i]].n_codes;
    }
    return 0;
}

static bool has_scope(const struct cs_table_spec *spec, enum cs_scope scope,
                      const struct cs_study *study)
{
    return study->link == CS_LINK_ALIGNED ||
           cs_table_spec_scope(spec, study->link) == scope;
}

/* False unless the table counts these people and has all the columns. */
static bool margin_of(struct margin *margin, const struct cs_table_spec *spec,
                      enum cs_scope scope, const size_t *columns, size_t n_columns,
                      const struct cs_study *study)
{
    const struct cs_schema *schema = &study->schema;
    size_t n_found = 0;

    if (!has_scope(spec, scope, study))
        return false;
    margin->n_summed = 1;
    for (size_t i = 0; i < CS_TABLE_COLUMNS_MAX; i++) {
        margin->n_codes[i] = 1;
        margin->stride[i] = 0;
        if (i >= spec->n_columns)
            continue;
        margin->n_codes[i] = schema->columns[spec->column[i]].n_codes;
        margin->stride[i] = stride_of(spec->column[i], columns, n_columns, schema);
        if (margin->stride[i] != 0)
            n_found++;
        else
            margin->n_summed *= margin->n_codes[i];
    }
    return n_found == n_columns;
}

static double margin_variance(const struct margin *margin,
                              const struct cs_table_spec *spec)
{
    return (double)margin->n_summed * cs_estimate_noise(spec);
}

/* What is weighed: a margin by its variance, or, if there is none to go by, by the number
 * of cells it is the sum of. All margins are alike then. */
static double spread_of(double n_summed, const struct cs_table_spec *spec)
{
    const double noise = cs_estimate_noise(spec);

    return n_summed * (noise > 0 ? noise : 1);
}

/* Without noise in one table there is none in any. */
static bool has_noise(const struct cs_plan *plan)
{
    return cs_estimate_noise(&plan->tables[0]) > 0;
}

/* The cells of the last two columns. The product has a statement of its own, so that no
 * compiler fuses it with the addition. */
static const int64_t *add_plane(double *sum, const struct margin *margin,
                                const int64_t *cell, double weight)
{
    for (size_t k = 0; k < margin->n_codes[2]; k++)
        for (size_t l = 0; l < margin->n_codes[3]; l++) {
            const double part = weight * (double)*cell++;

            sum[k * margin->stride[2] + l * margin->stride[3]] += part;
        }
    return cell;
}

/* sum[cell of the marginal] += weight * cells of the table in it. */
static void add_margin(double *sum, const struct margin *margin, const int64_t *cell,
                       double weight)
{
    for (size_t i = 0; i < margin->n_codes[0]; i++)
        for (size_t j = 0; j < margin->n_codes[1]; j++)
            cell = add_plane(sum + i * margin->stride[0] + j * margin->stride[1], margin,
                             cell, weight);
}

/* A marginal, of tables that do not have all columns of `without`. */
struct query {
    enum cs_scope scope;
    const size_t *columns, *without;
    size_t n_columns, n_without; /* 0: whatever they have */
};

static bool answers(struct margin *margin, const struct query *query,
                    const struct cs_table_spec *spec, const struct cs_study *study)
{
    struct margin other;

    if (query->n_without > 0 &&
        margin_of(&other, spec, query->scope, query->without, query->n_without, study))
        return false;
    return margin_of(margin, spec, query->scope, query->columns, query->n_columns, study);
}

static size_t combine(double *estimate, double *variance, const struct query *query,
                      const struct cs_noisy *noisy)
{
    const struct cs_plan *plan = noisy->plan;
    const size_t n =
        cs_estimate_cells(query->columns, query->n_columns, &noisy->study->schema);
    struct margin margin;
    double precision = 0;
    size_t n_tables = 0;

    for (size_t t = 0; t < plan->n_tables; t++)
        if (answers(&margin, query, &plan->tables[t], noisy->study)) {
            precision += 1 / spread_of((double)margin.n_summed, &plan->tables[t]);
            n_tables++;
        }
    if (n_tables == 0)
        return 0;

    memset(estimate, 0, n * sizeof *estimate);
    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];

        if (answers(&margin, query, spec, noisy->study))
            add_margin(estimate, &margin, noisy->cells + spec->first_cell,
                       1 / (spread_of((double)margin.n_summed, spec) * precision));
    }
    *variance = has_noise(plan) ? 1 / precision : 0;
    return n_tables;
}

size_t cs_estimate_marginal(double *estimate, double *variance, enum cs_scope scope,
                            const size_t *columns, size_t n_columns,
                            const struct cs_noisy *noisy)
{
    return combine(estimate, variance,
                   &(struct query){ scope, columns, NULL, n_columns, 0 }, noisy);
}

/* Moves n_levels estimates of n cells each towards what their sum is known to be. */
static void agree(double *estimate, const double *known, size_t n_levels, size_t n,
                  double share)
{
    for (size_t k = 0; k < n; k++) {
        double sum = 0;

        for (size_t level = 0; level < n_levels; level++)
            sum += estimate[level * n + k];
        const double step = share * (known[k] - sum);
        for (size_t level = 0; level < n_levels; level++)
            estimate[level * n + k] += step;
    }
}

enum cs_status cs_estimate_levels(double *estimate, struct cs_level_noise *noise,
                                  size_t *n_tables, enum cs_scope scope,
                                  const size_t *columns, size_t n_columns, size_t n_last,
                                  const struct cs_noisy *noisy)
{
    const struct cs_schema *schema = &noisy->study->schema;
    const size_t *last = columns + (n_columns - n_last);
    const struct query query = { scope, last, columns, n_last, n_columns };
    const size_t n = cs_estimate_cells(last, n_last, schema);
    const size_t n_levels = cs_estimate_cells(columns, n_columns, schema) / n;
    double *known = calloc(n, sizeof *known);
    double v = 0, v_known;

    if (known == NULL)
        return CS_MEMORY;
    *n_tables = cs_estimate_marginal(estimate, &v, scope, columns, n_columns, noisy);
    *noise = (struct cs_level_noise){ v, v };
    if (*n_tables > 0 && v > 0 && combine(known, &v_known, &query, noisy) > 0) {
        const double share = v / ((double)n_levels * v + v_known);

        agree(estimate, known, n_levels, n, share);
        noise->variance = v * (1 - share);
    }
    free(known);
    return CS_OK;
}

double cs_estimate_people(double *variance, enum cs_scope scope,
                          const struct cs_noisy *noisy)
{
    double sum = 0, weights = 0;

    for (size_t t = 0; t < noisy->plan->n_tables; t++) {
        const struct cs_table_spec *spec = &noisy->plan->tables[t];
        const double weight = 1 / spread_of((double)spec->n_cells, spec);
        int64_t total = 0;

        if (!has_scope(spec, scope, noisy->study))
            continue;
        for (size_t k = 0; k < spec->n_cells; k++)
            total += noisy->cells[spec->first_cell + k];
        sum += weight * (double)total;
        weights += weight;
    }
    *variance = has_noise(noisy->plan) || weights == 0 ? 1 / weights : 0;
    return weights > 0 ? sum / weights : 0;
}

static double squared_distance(const double *x, const double *y, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (x[i] - y[i]) * (x[i] - y[i]);
    return sum;
}

enum cs_status cs_estimate_contradiction(double *chi_square, size_t *n_degrees,
                                         enum cs_scope scope, const size_t *columns,
                                         size_t n_columns, const struct cs_noisy *noisy)
{
    const struct cs_plan *plan = noisy->plan;
    const size_t n = cs_estimate_cells(columns, n_columns, &noisy->study->schema);
    double *estimate = calloc(n, sizeof *estimate), *one = calloc(n, sizeof *one);
    enum cs_status st = CS_MEMORY;
    struct margin margin;
    double variance;

    *chi_square = 0;
    *n_degrees = 0;
    if (estimate == NULL || one == NULL)
        goto out;
    const size_t n_tables =
        cs_estimate_marginal(estimate, &variance, scope, columns, n_columns, noisy);
    const bool compares = n_tables > 1 && has_noise(plan);
    for (size_t t = 0; compares && t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];

        if (!margin_of(&margin, spec, scope, columns, n_columns, noisy->study))
            continue;
        memset(one, 0, n * sizeof *one);
        add_margin(one, &margin, noisy->cells + spec->first_cell, 1);
        *chi_square +=
            squared_distance(one, estimate, n) / margin_variance(&margin, spec);
    }
    *n_degrees = compares ? (n_tables - 1) * n : 0;
    st = CS_OK;
out:
    free(estimate);
    free(one);
    return st;
}
