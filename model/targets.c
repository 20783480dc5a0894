#include "model/targets.h"

#include <stdlib.h>
#include <string.h>

#include "model/estimate.h"
#include "model/shrink.h"

/* Squares of the standard deviations by which a level's total must stand out of the noise
 * to be kept: `other` and missing are there whether or not anybody is, a level that the
 * study lists is likelier real than not. */
static const double significance = 3 * 3, significance_listed = 1;

struct making {
    struct cs_targets *targets;
    const struct cs_study *study;
    const struct cs_plan *plan;
    const int64_t *cells;
    double scale;                   /* people of the population over people measured */
    const struct cs_codes *learned; /* two, or NULL */
};

static int64_t round_half_up(double x)
{
    const int64_t floor = (int64_t)x - (x < 0);

    return floor + (x - (double)floor >= 0.5);
}

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

static double *totals_of(const struct cs_targets *targets, size_t column)
{
    return targets->total + column * CS_CODES_MAX;
}

/* People measured, from the sum of every table, weighted by inverse variance; 0 if the
 * noise of that hides them. */
static double count_people(const struct cs_plan *plan, const int64_t *cells)
{
    double sum = 0, weights = 0;

    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];
        const double weight = 1 / ((double)spec->n_cells * cs_estimate_noise(spec));
        int64_t total = 0;

        for (size_t k = 0; k < spec->n_cells; k++)
            total += cells[spec->first_cell + k];
        sum += weight * (double)total;
        weights += weight;
    }
    const double people = sum / weights;
    return people >= 1 && people * people >= significance / weights ? people : 0;
}

static void set_totals(struct making *making, size_t column)
{
    struct cs_targets *targets = making->targets;
    const struct cs_column *schema_column = &making->study->schema.columns[column];
    double *total = totals_of(targets, column);
    double variance = 0, sum = 0;
    const size_t n = targets->n_codes[column];
    size_t largest = 0;

    (void)cs_estimate_marginal(total, &variance, &column, 1, making->plan,
                               &making->study->schema, making->cells);
    for (size_t k = 0; k < n; k++)
        if (total[k] > total[largest])
            largest = k;
    for (size_t k = 0; k < n; k++) {
        const bool listed =
            (int)k != schema_column->other && (int)k != schema_column->missing;
        const double bar = listed ? significance_listed : significance;

        if (k != largest && (total[k] <= 0 || total[k] * total[k] < bar * variance))
            total[k] = 0;
        sum += total[k] > 0 ? total[k] : 0;
    }
    for (size_t k = 0; k < n; k++)
        total[k] = sum > 0 ? total[k] / sum * (double)targets->n_people
                           : (double)targets->n_people / (double)n;
}

/* Two columns' estimate from all tables that hold them, shrunk to independence: (cells).
 */
static enum cs_status pair_estimate(double **pair, const struct making *making, size_t x,
                                    size_t y)
{
    const struct cs_targets *targets = making->targets;
    const size_t columns[2] = { x, y };
    const size_t width = targets->n_codes[y], n = targets->n_codes[x] * width;
    double variance = 0;
    double *estimate = calloc(n, sizeof *estimate);

    if (estimate == NULL)
        return CS_MEMORY;
    (void)cs_estimate_marginal(estimate, &variance, columns, 2, making->plan,
                               &making->study->schema, making->cells);
    variance = variance * making->scale * making->scale;
    for (size_t k = 0; k < n; k++) {
        const double expected = totals_of(targets, x)[k / width] *
                                totals_of(targets, y)[k % width] /
                                (double)targets->n_people;

        estimate[k] = cs_shrink(estimate[k] * making->scale, expected, variance).value;
        if (estimate[k] < 0)
            estimate[k] = 0;
    }
    *pair = estimate;
    return CS_OK;
}

/* Three columns: the first two independent given the third. */
static enum cs_status expect_triple(double *expected, const struct making *making,
                                    const struct cs_table_spec *spec)
{
    const struct cs_targets *targets = making->targets;
    const size_t *column = spec->column;
    const size_t middle = targets->n_codes[column[1]],
                 width = targets->n_codes[column[2]];
    enum cs_status st = CS_OK;
    double *first = NULL, *second = NULL;

    CS_TRY(pair_estimate(&first, making, column[0], column[2]));
    CS_TRY(pair_estimate(&second, making, column[1], column[2]));
    for (size_t k = 0; k < spec->n_cells; k++) {
        const size_t z = k % width, y = k / width % middle, x = k / width / middle;
        const double given = totals_of(targets, column[2])[z];

        expected[k] =
            given > 0 ? first[x * width + z] * second[y * width + z] / given : 0;
    }
out:
    free(first);
    free(second);
    return st;
}

/* Two columns of one party: what its generator makes of them. */
static void expect_learned(double *expected, const struct making *making,
                           const struct cs_table_spec *spec)
{
    const struct cs_targets *targets = making->targets;
    const struct cs_codes *rows = &making->learned[targets->part[spec->column[0]]];
    const uint8_t *x = cs_codes_column(rows, spec->column[0]);
    const uint8_t *y = cs_codes_column(rows, spec->column[1]);
    const double each = (double)targets->n_people / (double)rows->n_rows;

    for (size_t r = 0; r < rows->n_rows; r++)
        expected[x[r] * targets->n_codes[spec->column[1]] + y[r]] += each;
}

/* One column, or two that are independent. */
static void expect_independent(double *expected, const struct making *making,
                               const struct cs_table_spec *spec)
{
    const struct cs_targets *targets = making->targets;
    const size_t last = spec->column[spec->n_columns - 1];
    const size_t width = targets->n_codes[last];

    for (size_t k = 0; k < spec->n_cells; k++) {
        expected[k] = totals_of(targets, last)[k % width];
        if (spec->n_columns == 2)
            expected[k] = expected[k] * totals_of(targets, spec->column[0])[k / width] /
                          (double)targets->n_people;
    }
}

/* What is known of each cell of a table without its own measurement: (n_cells), zero on
 * entry. */
static enum cs_status expect(double *expected, const struct making *making,
                             const struct cs_table_spec *spec)
{
    const uint8_t *part = making->targets->part;

    if (spec->n_columns == 3)
        return expect_triple(expected, making, spec);
    if (spec->n_columns == 2 && making->learned != NULL &&
        part[spec->column[0]] == part[spec->column[1]])
        expect_learned(expected, making, spec);
    else
        expect_independent(expected, making, spec);
    return CS_OK;
}

static enum cs_status set_table(struct making *making, size_t t)
{
    struct cs_targets *targets = making->targets;
    const struct cs_table_spec *spec = &making->plan->tables[t];
    const double variance = cs_estimate_noise(spec) * making->scale * making->scale;
    enum cs_status st = CS_MEMORY;
    double *expected = calloc(spec->n_cells, sizeof *expected);

    if (expected == NULL)
        goto out;
    CS_TRY(expect(expected, making, spec));
    for (size_t k = 0; k < spec->n_cells; k++) {
        const double noisy = (double)making->cells[spec->first_cell + k] * making->scale;
        const struct cs_shrunk shrunk = cs_shrink(noisy, expected[k], variance);

        targets->target[spec->first_cell + k] = (int32_t)round_half_up(
            clamp(shrunk.value, -CS_FIT_TARGET_MAX, CS_FIT_TARGET_MAX));
        targets->variance_q16[spec->first_cell + k] =
            (uint64_t)clamp(shrunk.variance * 65536, 1, (double)CS_FIT_VARIANCE_Q16_MAX);
    }
    targets->tables[t] = (struct cs_fit_table){
        .n_columns = spec->n_columns,
        .n_cells = spec->n_cells,
        .target = targets->target + spec->first_cell,
        .variance_q16 = targets->variance_q16 + spec->first_cell,
    };
    memcpy(targets->tables[t].column, spec->column, sizeof spec->column);
out:
    free(expected);
    return st;
}

/* Whole people that add up to n_people: each share rounded down (but a share that falls
 * short of a whole number by rounding alone is that number), the largest cell gets what
 * is left over, which is never less than nothing. */
static void round_to_sum(int32_t *people, const double *share, size_t n, size_t n_people)
{
    double sum = 0;
    size_t largest = 0;
    int64_t left = (int64_t)n_people;

    for (size_t k = 0; k < n; k++) {
        sum += share[k] > 0 ? share[k] : 0;
        if (share[k] > share[largest])
            largest = k;
    }
    for (size_t k = 0; k < n; k++) {
        people[k] =
            share[k] > 0 ? (int32_t)(share[k] / sum * (double)n_people + 0x1p-20) : 0;
        left -= people[k];
    }
    people[largest] += (int32_t)left;
}

/* The estimate of arm x conversion, where its totals say that there is anybody; the
 * product of these where it has nobody at all. */
static void keep_known(double *estimate, const struct cs_targets *targets)
{
    const double *arm = totals_of(targets, targets->arm);
    const double *conversion = totals_of(targets, targets->conversion);
    const size_t width = targets->n_codes[targets->conversion];
    const size_t n = targets->n_codes[targets->arm] * width;
    bool any = false;

    for (size_t k = 0; k < n; k++) {
        if (arm[k / width] == 0 || conversion[k % width] == 0)
            estimate[k] = 0;
        any = any || estimate[k] > 0;
    }
    for (size_t k = 0; k < n && !any; k++)
        estimate[k] = arm[k / width] * conversion[k % width];
}

static enum cs_status set_exact(struct making *making)
{
    struct cs_targets *targets = making->targets;
    const size_t columns[2] = { targets->arm, targets->conversion };
    const size_t n =
        targets->n_codes[targets->arm] * targets->n_codes[targets->conversion];
    double variance = 0;
    double *estimate = calloc(n, sizeof *estimate);

    targets->exact = calloc(n, sizeof *targets->exact);
    if (estimate == NULL || targets->exact == NULL) {
        free(estimate);
        return CS_MEMORY;
    }
    (void)cs_estimate_marginal(estimate, &variance, columns, 2, making->plan,
                               &making->study->schema, making->cells);
    keep_known(estimate, targets);
    round_to_sum(targets->exact, estimate, n, targets->n_people);
    free(estimate);
    return CS_OK;
}

static enum cs_status require_people(const struct making *making, const char *arm,
                                     struct cs_levels levels, struct cs_fault *fault)
{
    const struct cs_targets *targets = making->targets;
    const size_t width = targets->n_codes[targets->conversion];

    for (size_t k = 0; k < targets->n_codes[targets->arm] * width; k++)
        if (cs_levels_has(levels, k / width) && targets->exact[k] > 0)
            return CS_OK;
    return cs_fault_say(
        fault, CS_INPUT,
        "arm.%s: the noise hides whether anybody is in it; check that the "
        "study names the right values, or raise privacy.epsilon",
        arm);
}

static enum cs_status allocate(struct cs_targets *targets, const struct cs_study *study,
                               const struct cs_plan *plan)
{
    targets->n_columns = study->schema.n_columns;
    targets->n_tables = plan->n_tables;
    targets->arm = study->arm;
    targets->conversion = study->conversion;
    targets->n_codes = calloc(targets->n_columns, sizeof *targets->n_codes);
    targets->part = calloc(targets->n_columns, sizeof *targets->part);
    targets->total = calloc(targets->n_columns, CS_CODES_MAX * sizeof *targets->total);
    targets->tables = calloc(plan->n_tables, sizeof *targets->tables);
    targets->target = calloc(plan->n_cells, sizeof *targets->target);
    targets->variance_q16 = calloc(plan->n_cells, sizeof *targets->variance_q16);
    if (targets->n_codes == NULL || targets->part == NULL || targets->total == NULL ||
        targets->tables == NULL || targets->target == NULL ||
        targets->variance_q16 == NULL)
        return CS_MEMORY;
    for (size_t c = 0; c < targets->n_columns; c++) {
        targets->n_codes[c] = study->schema.columns[c].n_codes;
        targets->part[c] = study->schema.columns[c].at[CS_A] ? CS_A : CS_B;
    }
    return CS_OK;
}

enum cs_status cs_targets_make(struct cs_targets *targets, const struct cs_study *study,
                               const struct cs_plan *plan, const int64_t *cells,
                               const struct cs_codes *learned, struct cs_fault *fault)
{
    struct making making = { targets, study, plan, cells, 1, learned };
    enum cs_status st = CS_OK;

    memset(targets, 0, sizeof *targets);
    CS_TRY(allocate(targets, study, plan));
    const double measured = count_people(plan, cells);
    if (measured == 0) {
        st = cs_fault_say(fault, CS_INPUT,
                          "the noise hides whether there is anybody at all; raise "
                          "privacy.epsilon, or use more rows");
        goto out;
    }
    targets->n_people = study->rows != 0 ? study->rows : (size_t)round_half_up(measured);
    if (targets->n_people > CS_FIT_ROWS_MAX)
        targets->n_people = CS_FIT_ROWS_MAX;
    making.scale = (double)targets->n_people / measured;
    for (size_t c = 0; c < targets->n_columns; c++)
        set_totals(&making, c);
    CS_TRY(set_exact(&making));
    CS_TRY(require_people(&making, "test", study->test, fault));
    CS_TRY(require_people(&making, "control", study->control, fault));
    for (size_t t = 0; t < plan->n_tables; t++)
        CS_TRY(set_table(&making, t));
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
        const double *total = totals_of(targets, c);
        uint8_t *code = cs_codes_column(rows, c);
        size_t last = 0;

        for (size_t k = 0; k < targets->n_codes[c]; k++)
            if (total[k] > 0)
                last = k;
        for (size_t r = 0; r < rows->n_rows; r++) {
            double left = cs_rng_unit(rng) * (double)targets->n_people;
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
