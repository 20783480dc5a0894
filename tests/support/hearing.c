#include "tests/support/hearing.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/sketch.h"
#include "tests/support/study.h"
#include "tests/support/toy.h"

/* A column of the schema as party p has it, or as the one that has it. */
static const uint8_t *column_of(const struct cs_test_hearing *hearing, size_t column,
                                enum cs_party p)
{
    const struct cs_schema *schema = &hearing->study->schema;

    if (!schema->columns[column].at[p])
        p = !p;
    for (size_t j = 0; j < schema->n_order[p]; j++)
        if (schema->order[p][j] == column)
            return cs_codes_column(&hearing->rows[p], j);
    fail();
    return NULL;
}

static void count(struct cs_test_hearing *hearing, const struct cs_table_spec *spec)
{
    const enum cs_party party = spec->kind == CS_OWN_B ? CS_B : CS_A;
    const struct cs_column *columns = hearing->study->schema.columns;
    int64_t *cells = hearing->cells + spec->first_cell;

    for (size_t r = 0; r < hearing->rows[CS_A].n_rows; r++) {
        size_t cell = 0;

        for (size_t i = 0; i < spec->n_columns; i++)
            cell = cell * columns[spec->column[i]].n_codes +
                   column_of(hearing, spec->column[i], party)[r];
        cells[cell]++;
    }
}

void cs_test_hearing_init(struct cs_test_hearing *hearing, const char *extra, size_t n,
                          uint64_t s2_q16, enum cs_party party, uint64_t seed)
{
    struct cs_rng rng;

    memset(hearing, 0, sizeof *hearing);
    cs_rng_init_labelled(&rng, 1, "people of a hearing");
    hearing->study = cs_test_study(extra);
    assert_ok(cs_plan_make(&hearing->plan, hearing->study, (size_t[]){ n, n }, NULL));
    for (int p = CS_A; p <= CS_B; p++)
        cs_toy_rows(&hearing->rows[p], n, hearing->study, (enum cs_party)p, &rng);
    hearing->cells = calloc(hearing->plan->n_cells, sizeof *hearing->cells);
    assert_non_null(hearing->cells);
    cs_rng_init_labelled(&rng, seed, "noise of a hearing");
    for (size_t t = 0; t < hearing->plan->n_tables; t++) {
        struct cs_table_spec *spec = &hearing->plan->tables[t];

        spec->s2_q16 = s2_q16;
        count(hearing, spec);
        cs_sketch_add_noise(hearing->cells + spec->first_cell, spec, &rng);
    }
    hearing->noisy = (struct cs_noisy){ hearing->study, hearing->plan, hearing->cells };
    assert_ok(cs_targets_make(&hearing->targets, &hearing->noisy, n,
                              &(struct cs_known){ 0 }, NULL));
    hearing->evidence = (struct cs_evidence){ &hearing->noisy, &hearing->targets,
                                              &hearing->rows[party], party };
}

void cs_test_hearing_wipe(struct cs_test_hearing *hearing)
{
    cs_targets_wipe(&hearing->targets);
    cs_codes_wipe(&hearing->rows[CS_A]);
    cs_codes_wipe(&hearing->rows[CS_B]);
    cs_plan_free(hearing->plan);
    cs_study_free(hearing->study);
    free(hearing->cells);
    memset(hearing, 0, sizeof *hearing);
}

void cs_test_hearing_shuffle(struct cs_codes *rows, const struct cs_test_hearing *hearing,
                             struct cs_rng *rng)
{
    const struct cs_codes *from = hearing->evidence.people;
    const size_t n = from->n_rows;

    assert_ok(cs_codes_init(rows, n, from->n_columns));
    for (size_t j = 0; j < from->n_columns; j++)
        for (size_t r = 0; r < n; r++)
            cs_codes_column(rows, j)[r] =
                cs_codes_column(from, j)[cs_rng_below(rng, (uint32_t)n)];
}
