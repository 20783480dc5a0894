#include "tests/support/sketch.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/gauss.h"
#include "tests/support/check.h"

static const struct cs_sketch_column hillstrom[] = {
    { "recency", "a", 12, CS_SKETCH_CATEGORY },
    { "history", "a", 21, CS_SKETCH_BINS },
    { "zip_code", "a", 4, CS_SKETCH_CATEGORY },
    { "channel", "a", 4, CS_SKETCH_CATEGORY },
    { "newbie", "a", 3, CS_SKETCH_CATEGORY },
    { "segment", "a", 4, CS_SKETCH_CATEGORY },
    { "mens", "b", 3, CS_SKETCH_CATEGORY },
    { "womens", "b", 3, CS_SKETCH_CATEGORY },
    { "history_segment", "b", 8, CS_SKETCH_CATEGORY },
    { "visit", "b", 3, CS_SKETCH_CATEGORY },
};

static const struct cs_sketch_column adult[] = {
    { "age", "a", 22, CS_SKETCH_BINS },
    { "fnlwgt", "a", 24, CS_SKETCH_QUANTILES },
    { "workclass", "a", 10, CS_SKETCH_CATEGORY },
    { "education", "a", 17, CS_SKETCH_CATEGORY },
    { "race", "a", 6, CS_SKETCH_CATEGORY },
    { "sex", "a", 3, CS_SKETCH_CATEGORY },
    { "country", "a", 43, CS_SKETCH_CATEGORY },
    { "arm", "a", 4, CS_SKETCH_CATEGORY },
    { "gain", "b", 10, CS_SKETCH_BINS },
    { "loss", "b", 9, CS_SKETCH_BINS },
    { "hours", "b", 17, CS_SKETCH_BINS },
    { "marital", "b", 8, CS_SKETCH_CATEGORY },
    { "occupation", "b", 16, CS_SKETCH_CATEGORY },
    { "relation", "b", 7, CS_SKETCH_CATEGORY },
    { "income", "b", 3, CS_SKETCH_CATEGORY },
};

static const struct cs_sketch_column shared[] = {
    { "arm", "a", 4, CS_SKETCH_CATEGORY }, { "city", "ab", 9, CS_SKETCH_CATEGORY },
    { "age", "ab", 20, CS_SKETCH_BINS },   { "x", "a", 5, CS_SKETCH_CATEGORY },
    { "y", "b", 6, CS_SKETCH_CATEGORY },   { "bought", "b", 3, CS_SKETCH_CATEGORY },
};

static void add_column(struct cs_sketch *f, size_t i, const struct cs_sketch_column *from)
{
    struct cs_column *column = &f->column[i];

    strcpy(f->name[i], from->name);
    column->name = f->name[i];
    column->type = from->kind == CS_SKETCH_CATEGORY ? CS_CATEGORY : CS_INTEGER;
    column->at[CS_A] = strchr(from->at, 'a') != NULL;
    column->at[CS_B] = strchr(from->at, 'b') != NULL;
    column->n_codes = from->n_codes;
    column->binning =
        from->kind == CS_SKETCH_QUANTILES ? CS_BINS_QUANTILES : CS_BINS_DECLARED;
    column->max = 100 * (int64_t)from->n_codes - 1;
    if (from->kind != CS_SKETCH_CATEGORY)
        column->n_bins = from->n_codes;
    for (size_t k = 0; from->kind == CS_SKETCH_BINS && k <= from->n_codes; k++)
        f->edges[i][k] = 100 * (int64_t)k;
    column->edges = from->kind == CS_SKETCH_BINS ? f->edges[i] : NULL;
}

void cs_sketch_init(struct cs_sketch *f, const struct cs_sketch_column *columns, size_t n,
                    size_t arm, size_t conversion)
{
    memset(f, 0, sizeof *f);
    for (size_t i = 0; i < n; i++)
        add_column(f, i, &columns[i]);
    f->study.schema.columns = f->column;
    f->study.schema.n_columns = n;
    f->study.arm = arm;
    f->study.n_tests = f->study.n_outcomes = 1;
    f->study.conversion = f->study.outcomes[0].column = conversion;
    f->study.epsilon = 1;
    f->study.delta = 1e-6;
    f->study.tables = .8;
    f->study.detail = .05;
    f->study.conversion_weight = 4;
    f->study.generator.train_on = CS_TRAIN_ON_BOTH;
    f->study.generator.rounds = 10;
    f->study.generator.local_steps = 10;
    f->n_rows[0] = f->n_rows[1] = 64000;
}

size_t cs_sketch_draw(struct cs_sketch_column *columns, size_t most, size_t codes_most,
                      struct cs_rng *rng)
{
    static const char *const at[] = { "a", "b", "ab" };
    static const char *const name[] = { "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7" };
    const size_t n = 2 + cs_rng_below(rng, (uint32_t)most - 1);

    CS_REQUIRE(most <= COUNT(name));
    for (size_t c = 0; c < n; c++)
        columns[c] =
            (struct cs_sketch_column){ name[c], at[cs_rng_below(rng, 3)],
                                       1 + cs_rng_below(rng, (uint32_t)codes_most),
                                       CS_SKETCH_CATEGORY };
    columns[0].at = "a";
    columns[n - 1].at = "b";
    return n;
}

void cs_sketch_hillstrom(struct cs_sketch *sketch)
{
    cs_sketch_init(sketch, hillstrom, COUNT(hillstrom), 5, 9);
}

void cs_sketch_adult(struct cs_sketch *sketch)
{
    cs_sketch_init(sketch, adult, COUNT(adult), 7, 14);
}

void cs_sketch_common(struct cs_sketch *sketch)
{
    cs_sketch_init(sketch, shared, COUNT(shared), 0, 5);
}

void cs_sketch_ask_more(struct cs_sketch *sketch)
{
    struct cs_study *study = &sketch->study;
    const size_t last = study->conversion - 1;

    if (last > 2 && !sketch->column[last].at[CS_A]) {
        study->outcomes[1].column = last;
        study->n_outcomes = 2;
    }
    if (last < 3 || !(sketch->column[1].at[CS_A] || sketch->column[2].at[CS_A]))
        return;
    study->pairs[0][0] = 1;
    study->pairs[0][1] = 2;
    study->n_pairs = 1;
}

struct cs_plan *cs_sketch_plan(const struct cs_sketch *sketch)
{
    struct cs_plan *plan = NULL;

    assert_ok(cs_plan_make(&plan, &sketch->study, sketch->n_rows, NULL));
    return plan;
}

void cs_sketch_assert_refused(const struct cs_sketch *sketch, const char *word)
{
    struct cs_plan *plan = NULL;
    struct cs_fault fault = { .stage = "plan" };

    assert_int_equal(cs_plan_make(&plan, &sketch->study, sketch->n_rows, &fault),
                     CS_CONFIG);
    assert_null(plan);
    assert_non_null(strstr(fault.text, word));
}

const struct cs_table_spec *cs_sketch_find(const struct cs_sketch *sketch,
                                           const struct cs_plan *plan, const char *name)
{
    char words[128];

    for (size_t t = 0; t < plan->n_tables; t++) {
        cs_table_spec_name(words, sizeof words, &plan->tables[t], &sketch->study.schema);
        if (strcmp(words, name) == 0)
            return &plan->tables[t];
    }
    return NULL;
}

void cs_sketch_add_noise(int64_t *cells, const struct cs_table_spec *spec,
                         struct cs_rng *rng)
{
    int64_t *noise = calloc(spec->n_cells, sizeof *noise);

    assert_non_null(noise);
    for (int party = 0;
         party < (spec->kind == CS_CROSS && spec->joint.coins == 0 ? 2 : 1); party++) {
        cs_gauss_fill_var(noise, spec->n_cells, spec->s2_q16, rng);
        for (size_t k = 0; k < spec->n_cells; k++)
            cells[k] += noise[k];
    }
    free(noise);
}
