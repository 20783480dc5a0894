#include "model/targets.h"

#include <stdlib.h>
#include <string.h>

#include "model/targets_parts.h"

_Static_assert(2 * CS_PLAN_TABLES_MAX <= CS_FIT_TABLES_MAX,
               "each table of the plan may be fitted twice");

static enum cs_status require_people(const struct cs_making *making, const char *arm,
                                     struct cs_levels levels, struct cs_fault *fault)
{
    const struct cs_targets *targets = making->targets;
    const size_t width = targets->n_codes[targets->conversion];

    for (size_t k = 0; k < targets->n_codes[targets->arm] * width; k++)
        if (cs_levels_has(levels, k / width) && targets->exact[k] > 0)
            return CS_OK;
    if (making->noisy->study->unprotected)
        return cs_fault_say(
            fault, CS_INPUT,
            "arm: nobody at both parties is in the %s arm; check that the "
            "study names the right values",
            arm);
    return cs_fault_say(
        fault, CS_INPUT,
        "arm: the noise hides whether anybody is in the %s arm; check that the "
        "study names the right values, or raise privacy.epsilon",
        arm);
}

static enum cs_status require_arms(const struct cs_making *making, struct cs_fault *fault)
{
    const struct cs_study *study = making->noisy->study;
    enum cs_status st = CS_OK;

    for (size_t i = 0; i < study->n_tests; i++)
        CS_TRY(
            require_people(making, study->tests[i].name, study->tests[i].levels, fault));
    CS_TRY(require_people(making, "control", study->control, fault));
out:
    return st;
}

static enum cs_status allocate_columns(struct cs_targets *targets,
                                       const struct cs_study *study)
{
    const size_t n = study->schema.n_columns;

    targets->n_columns = n;
    targets->arm = study->arm;
    targets->conversion = study->conversion;
    targets->n_codes = calloc(n, sizeof *targets->n_codes);
    targets->part = calloc(n, sizeof *targets->part);
    targets->total = calloc(n, CS_CODES_MAX * sizeof *targets->total);
    targets->linked = calloc(n, CS_CODES_MAX * sizeof *targets->linked);
    if (targets->n_codes == NULL || targets->part == NULL || targets->total == NULL ||
        targets->linked == NULL)
        return CS_MEMORY;
    for (size_t c = 0; c < n; c++) {
        targets->n_codes[c] = study->schema.columns[c].n_codes;
        targets->part[c] = study->schema.columns[c].at[CS_A] ? CS_A : CS_B;
    }
    return CS_OK;
}

/* An own pair of a party at which some people are who are not at both. */
static bool has_linked(const struct cs_targets *targets, const struct cs_table_spec *spec)
{
    return spec->kind != CS_CROSS && spec->n_columns == 2 &&
           targets->people.n_only[spec->kind == CS_OWN_A ? CS_A : CS_B] > 0;
}

/* How many of the plan's tables are fitted: all but the last. */
static size_t count_fitted(const struct cs_plan *plan)
{
    size_t n = plan->n_tables;

    while (n > 0 && !cs_table_spec_is_fitted(&plan->tables[n - 1]))
        n--;
    return n;
}

/* Room for the plan's tables, and for own pairs among the people at both. */
static enum cs_status allocate_tables(struct cs_targets *targets,
                                      const struct cs_plan *plan)
{
    size_t n_tables = plan->n_tables, n_cells = plan->n_cells;

    for (size_t t = 0; t < plan->n_tables; t++)
        if (has_linked(targets, &plan->tables[t])) {
            n_tables++;
            n_cells += plan->tables[t].n_cells;
        }
    targets->tables = calloc(n_tables, sizeof *targets->tables);
    targets->target = calloc(n_cells, sizeof *targets->target);
    targets->variance_q16 = calloc(n_cells, sizeof *targets->variance_q16);
    return targets->tables != NULL && targets->target != NULL &&
                   targets->variance_q16 != NULL
               ? CS_OK
               : CS_MEMORY;
}

static enum cs_status set_tables(struct cs_making *making)
{
    const struct cs_plan *plan = making->noisy->plan;
    enum cs_status st = CS_OK;

    CS_TRY(allocate_tables(making->targets, plan));
    const size_t n = count_fitted(plan);
    making->targets->n_tables = n;
    making->targets->n_cells =
        n < plan->n_tables ? plan->tables[n].first_cell : plan->n_cells;
    for (size_t t = 0; t < n; t++)
        if (plan->tables[t].kind != CS_CROSS)
            CS_TRY(cs_making_table(making, t));
    for (size_t t = 0; t < plan->n_tables; t++)
        if (has_linked(making->targets, &plan->tables[t]))
            CS_TRY(cs_making_linked(making, &plan->tables[t]));
    for (size_t t = 0; t < n; t++)
        if (plan->tables[t].kind == CS_CROSS)
            CS_TRY(cs_making_table(making, t));
out:
    return st;
}

enum cs_status cs_targets_make(struct cs_targets *targets, const struct cs_noisy *noisy,
                               size_t n_most, const struct cs_known *known,
                               struct cs_fault *fault)
{
    const struct cs_study *study = noisy->study;
    struct cs_making making = { targets, noisy, n_most, *known, { 1, 1 }, { 0 } };
    enum cs_status st = CS_OK;

    CS_REQUIRE(0 < n_most && n_most <= CS_FIT_ROWS_MAX);
    memset(targets, 0, sizeof *targets);
    CS_TRY(allocate_columns(targets, study));
    CS_TRY(cs_making_count(&making, fault));
    CS_TRY(cs_making_exact(&making));
    CS_TRY(require_arms(&making, fault));
    CS_TRY(cs_making_spread(&making));
    CS_TRY(set_tables(&making));
out:
    if (st != CS_OK)
        cs_targets_wipe(targets);
    return st;
}

void cs_targets_wipe(struct cs_targets *targets)
{
    free(targets->n_codes);
    free(targets->part);
    free(targets->total);
    free(targets->linked);
    free(targets->tables);
    free(targets->target);
    free(targets->variance_q16);
    free(targets->exact);
    memset(targets, 0, sizeof *targets);
}

void cs_targets_draw(struct cs_codes *rows, const struct cs_targets *targets,
                     struct cs_rng *rng)
{
    CS_REQUIRE(rows->n_columns == targets->n_columns);
    for (size_t c = 0; c < targets->n_columns; c++) {
        const double *total = targets->total + c * CS_CODES_MAX;
        const enum cs_party party = (enum cs_party)targets->part[c];
        const double people = (double)cs_presence_at(&targets->people, party);
        uint8_t *code = cs_codes_column(rows, c);
        size_t last = 0;

        for (size_t k = 0; k < targets->n_codes[c]; k++)
            if (total[k] > 0)
                last = k;
        for (size_t r = 0; r < rows->n_rows; r++) {
            double left = cs_rng_unit(rng) * people;
            size_t k = 0;

            while (k < last && left >= total[k])
                left -= total[k++];
            code[r] = (uint8_t)k;
        }
    }
}

struct cs_fit_input cs_targets_fit_input(const struct cs_targets *targets)
{
    return (struct cs_fit_input){
        .people = targets->people,
        .n_columns = targets->n_columns,
        .n_codes = targets->n_codes,
        .part = targets->part,
        .tables = targets->tables,
        .n_tables = targets->n_tables,
        .arm = targets->arm,
        .conversion = targets->conversion,
        .exact = targets->exact,
    };
}
