#include "model/pair.h"

#include <math.h>
#include <stdlib.h>

#include "crypto/secret.h"

#define BINS 10

/* ---- codes ---- */

static void find_range(double range[2], const double *values, size_t n)
{
    range[0] = INFINITY;
    range[1] = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        range[0] = fmin(range[0], values[i]); /* which pass over NAN */
        range[1] = fmax(range[1], values[i]);
    }
    if (range[0] == range[1]) { /* as numpy's histogram has it */
        range[0] -= 0.5;
        range[1] += 0.5;
    }
}

/* How many of the edges k = from .. to are not above x. */
static uint16_t count_edges(double x, const double range[2], int from, int to)
{
    uint16_t n = 0;

    for (int k = from; k <= to; k++) {
        const double edge =
            k == BINS ? range[1] : range[0] + k * ((range[1] - range[0]) / BINS);

        n = (uint16_t)(n + (x >= edge));
    }
    return n;
}

static void code_numbers(uint16_t *codes, const double *values, size_t n,
                         const double range[2], bool own_edges)
{
    for (size_t i = 0; i < n; i++) {
        if (isnan(values[i]))
            codes[i] = BINS + 1;
        else if (own_edges)
            codes[i] = count_edges(values[i], range, 0, BINS);
        else
            codes[i] = (uint16_t)(1 + count_edges(values[i], range, 1, BINS - 1));
    }
}

static void code_levels(uint16_t *codes, const double *values, size_t n, size_t n_levels)
{
    for (size_t i = 0; i < n; i++)
        codes[i] = (uint16_t)(isnan(values[i]) ? (double)n_levels : values[i]);
}

enum cs_status cs_coded_make(struct cs_coded *coded,
                             const struct cs_compared_column *column,
                             const size_t n_rows[static 2], bool own_edges)
{
    double range[2] = { 0, 0 };

    CS_REQUIRE(column->n_levels <= CS_PAIR_LEVELS_MAX);
    *coded = (struct cs_coded){
        .n_codes = column->is_number ? BINS + 2 : column->n_levels + 1,
    };
    for (size_t s = 0; s < 2; s++) {
        coded->n_rows[s] = n_rows[s];
        coded->codes[s] = calloc(n_rows[s], sizeof *coded->codes[s]);
        if (coded->codes[s] == NULL) {
            cs_coded_wipe(coded);
            return CS_MEMORY;
        }
        if (s == 0 || own_edges)
            find_range(range, column->values[s], n_rows[s]);
        if (column->is_number)
            code_numbers(coded->codes[s], column->values[s], n_rows[s], range, own_edges);
        else
            code_levels(coded->codes[s], column->values[s], n_rows[s], column->n_levels);
    }
    return CS_OK;
}

void cs_coded_wipe(struct cs_coded *coded)
{
    for (size_t s = 0; s < 2; s++)
        if (coded->codes[s] != NULL)
            cs_wipe_free(coded->codes[s], coded->n_rows[s] * sizeof *coded->codes[s]);
    *coded = (struct cs_coded){ 0 };
}

/* ---- tables ---- */

static void add_rows(double *table, const struct cs_coded *one,
                     const struct cs_coded *other, size_t s)
{
    for (size_t i = 0; i < one->n_rows[s]; i++)
        table[one->codes[s][i] * other->n_codes + other->codes[s][i]] +=
            1 / (double)one->n_rows[s];
}

/* Of a table of shares (n_one, n_other); margins: (n_one + n_other), zeros. */
static double cramers_v(const double *table, double *margins, size_t n_one,
                        size_t n_other)
{
    double *column = margins + n_one, phi = 0;
    size_t n_rows = 0, n_columns = 0;

    for (size_t c = 0; c < n_one * n_other; c++) {
        margins[c / n_other] += table[c];
        column[c % n_other] += table[c];
    }
    for (size_t c = 0; c < n_one * n_other; c++) {
        const double expected = margins[c / n_other] * column[c % n_other];

        if (expected > 0)
            phi += (table[c] - expected) * (table[c] - expected) / expected;
    }
    for (size_t i = 0; i < n_one; i++)
        n_rows += margins[i] > 0;
    for (size_t j = 0; j < n_other; j++)
        n_columns += column[j] > 0;
    const size_t least = n_rows < n_columns ? n_rows : n_columns;
    return least < 2 ? 0 : sqrt(phi / (double)(least - 1));
}

enum cs_status cs_pair_contingency(double *similarity, double *v,
                                   const struct cs_coded *one,
                                   const struct cs_coded *other)
{
    const size_t n = one->n_codes * other->n_codes;
    double *tables = calloc(2 * n + one->n_codes + other->n_codes, sizeof *tables);
    double distance = 0;

    if (tables == NULL)
        return CS_MEMORY;
    for (size_t s = 0; s < 2; s++)
        add_rows(tables + s * n, one, other, s);
    for (size_t c = 0; c < n; c++)
        distance += fabs(tables[c] - tables[n + c]);
    *similarity = 1 - distance / 2;
    *v = cramers_v(tables, tables + 2 * n, one->n_codes, other->n_codes);
    cs_wipe_free(tables, (2 * n + one->n_codes + other->n_codes) * sizeof *tables);
    return CS_OK;
}

double cs_pair_correlation(const double *x, const double *y, size_t n)
{
    double mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0;
    size_t n_both = 0;

    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]) && !isnan(y[i])) {
            n_both++;
            mean_x += x[i];
            mean_y += y[i];
        }
    if (n_both < 2)
        return NAN;
    mean_x /= (double)n_both;
    mean_y /= (double)n_both;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]) && !isnan(y[i])) {
            xx += (x[i] - mean_x) * (x[i] - mean_x);
            yy += (y[i] - mean_y) * (y[i] - mean_y);
            xy += (x[i] - mean_x) * (y[i] - mean_y);
        }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : NAN;
}
