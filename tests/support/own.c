#include "tests/support/own.h"

#include <stdlib.h>

#include "crypto/gauss.h"
#include "model/estimate.h"
#include "model/fit.h"
#include "model/shrink.h"

struct fitting {
    struct cs_fit_table *tables;
    int32_t *target;
    uint64_t *variance_q16;
    size_t n_tables, n_cells;
};

static void add_pair(struct fitting *fitting, const struct cs_table_spec *spec, size_t x,
                     size_t y, size_t width, const struct cs_codes *rows,
                     struct cs_rng *rng)
{
    double margin_x[CS_CODES_MAX] = { 0 }, margin_y[CS_CODES_MAX] = { 0 };
    const double variance = (double)spec->s2_q16 / 65536;
    int64_t *cell = calloc(spec->n_cells, sizeof *cell);
    int32_t *target = fitting->target + fitting->n_cells;
    uint64_t *variance_q16 = fitting->variance_q16 + fitting->n_cells;

    CS_REQUIRE(cell != NULL);
    cs_gauss_fill_var(cell, spec->n_cells, spec->s2_q16, rng);
    for (size_t r = 0; r < rows->n_rows; r++)
        cell[cs_codes_column(rows, x)[r] * width + cs_codes_column(rows, y)[r]]++;
    for (size_t k = 0; k < spec->n_cells; k++) {
        margin_x[k / width] += (double)cell[k];
        margin_y[k % width] += (double)cell[k];
    }
    for (size_t k = 0; k < spec->n_cells; k++) {
        const double product = margin_x[k / width] * margin_y[k % width];
        const double expected = product > 0 ? product / (double)rows->n_rows : 0;
        const struct cs_shrunk shrunk = cs_shrink((double)cell[k], expected, variance);

        target[k] = (int32_t)shrunk.value;
        variance_q16[k] = (uint64_t)(shrunk.variance * 65536);
    }
    fitting->tables[fitting->n_tables++] = (struct cs_fit_table){
        .scope = CS_AT_BOTH,
        .n_columns = 2,
        .column = { x, y },
        .n_cells = spec->n_cells,
        .target = target,
        .variance_q16 = variance_q16,
    };
    fitting->n_cells += spec->n_cells;
    free(cell);
}

static void add_pairs(struct fitting *fitting, const struct cs_study *study,
                      const struct cs_plan *plan, enum cs_party party,
                      const struct cs_codes *rows, struct cs_rng *rng)
{
    const enum cs_table_kind own = party == CS_A ? CS_OWN_A : CS_OWN_B;

    fitting->tables = calloc(plan->n_tables, sizeof *fitting->tables);
    fitting->target = calloc(plan->n_cells, sizeof *fitting->target);
    fitting->variance_q16 = calloc(plan->n_cells, sizeof *fitting->variance_q16);
    CS_REQUIRE(fitting->tables != NULL && fitting->target != NULL &&
               fitting->variance_q16 != NULL);
    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];

        if (spec->kind == own && spec->n_columns == 2)
            add_pair(fitting, spec,
                     cs_schema_place(&study->schema, party, spec->column[0]),
                     cs_schema_place(&study->schema, party, spec->column[1]),
                     study->schema.columns[spec->column[1]].n_codes, rows, rng);
    }
}

/* Rows with columns drawn from those of others, each by itself; and the peer's one. */
static void shuffle(struct cs_codes *out, const struct cs_codes *rows, struct cs_rng *rng)
{
    CS_REQUIRE(cs_codes_init(out, rows->n_rows, rows->n_columns + 1) == CS_OK);
    for (size_t j = 0; j < rows->n_columns; j++)
        for (size_t r = 0; r < rows->n_rows; r++)
            cs_codes_column(out, j)[r] =
                cs_codes_column(rows, j)[cs_rng_below(rng, (uint32_t)rows->n_rows)];
}

/* A fit has a part at both parties: the peer's is a column of one code here. Candidates
 * have exact totals of single columns; these have hardly any noise, and are the same with
 * federation and without. */
void cs_own_population(struct cs_codes *population, const struct cs_study *study,
                       const struct cs_plan *plan, enum cs_party party,
                       const struct cs_codes *rows, struct cs_rng *rng)
{
    struct fitting fitting = { 0 };
    struct cs_codes candidates = { 0 };
    struct cs_fit_result result;
    size_t n_codes[CS_COLUMNS_MAX + 1];
    uint8_t part[CS_COLUMNS_MAX + 1] = { 0 };

    for (size_t j = 0; j < rows->n_columns; j++)
        n_codes[j] = study->schema.columns[study->schema.order[party][j]].n_codes;
    n_codes[rows->n_columns] = part[rows->n_columns] = 1;
    add_pairs(&fitting, study, plan, party, rows, rng);
    shuffle(&candidates, rows, rng);
    const struct cs_fit_input input = { .people = { .n_both = rows->n_rows },
                                        .n_columns = rows->n_columns + 1,
                                        .n_codes = n_codes,
                                        .part = part,
                                        .tables = fitting.tables,
                                        .n_tables = fitting.n_tables,
                                        .candidates = { &candidates, &candidates },
                                        .seed = 1,
                                        .label = "fit" };

    CS_REQUIRE(cs_codes_init(population, rows->n_rows, rows->n_columns + 1) == CS_OK);
    CS_REQUIRE(cs_fit(population, &result, &input, NULL) == CS_OK);
    population->n_columns = rows->n_columns;
    cs_codes_wipe(&candidates);
    free(fitting.tables);
    free(fitting.target);
    free(fitting.variance_q16);
}
