#include "tests/support/toy.h"

#include <math.h>
#include <string.h>

#include "tests/support/check.h"

void cs_toy_rows(struct cs_codes *rows, size_t n_rows, const struct cs_study *study,
                 enum cs_party party, struct cs_rng *rng)
{
    const struct cs_schema *schema = &study->schema;

    assert_ok(cs_codes_init(rows, n_rows, schema->n_order[party]));
    for (size_t row = 0; row < n_rows; row++) {
        const uint32_t hidden = cs_rng_below(rng, 4);

        for (size_t j = 0; j < rows->n_columns; j++) {
            const size_t n = schema->columns[schema->order[party][j]].n_codes;
            const size_t own = cs_rng_below(rng, 8) == 0 ? cs_rng_below(rng, 4) : hidden;

            cs_codes_column(rows, j)[row] = (uint8_t)(own * (n - 1) / 3);
        }
    }
}

void cs_toy_fill(float *x, size_t n, struct cs_rng *rng)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(2 * cs_rng_unit(rng) - 1);
}

static double distance(const struct cs_codes *a, const struct cs_codes *b, size_t i,
                       size_t j)
{
    double cell[CS_CODES_MAX][CS_CODES_MAX] = { { 0 } }, sum = 0;

    for (size_t row = 0; row < a->n_rows; row++)
        cell[cs_codes_column(a, i)[row]][cs_codes_column(a, j)[row]] +=
            1 / (double)a->n_rows;
    for (size_t row = 0; row < b->n_rows; row++)
        cell[cs_codes_column(b, i)[row]][cs_codes_column(b, j)[row]] -=
            1 / (double)b->n_rows;
    for (size_t k = 0; k < CS_CODES_MAX; k++)
        for (size_t l = 0; l < CS_CODES_MAX; l++)
            sum += fabs(cell[k][l]);
    return sum / 2;
}

double cs_toy_distance(const struct cs_codes *a, const struct cs_codes *b)
{
    double sum = 0;
    size_t n = 0;

    for (size_t i = 0; i < a->n_columns; i++)
        for (size_t j = 0; j < i; j++, n++)
            sum += distance(a, b, i, j);
    return sum / (double)n;
}
