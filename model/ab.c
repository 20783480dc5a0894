#include "model/ab.h"

#include <math.h>
#include <stdlib.h>

static bool is_in(const struct cs_levels *levels, unsigned code)
{
    return (levels->bits >> code & 1) != 0;
}

static enum cs_arm arm_of(const struct cs_study *study, unsigned code)
{
    if (is_in(&study->test, code))
        return CS_TEST;
    return is_in(&study->control, code) ? CS_CONTROL : CS_NEITHER;
}

/* Adds `people` with noise of `variance` to where they belong. */
static void count(struct cs_outcome outcome[static CS_ARMS], const struct cs_study *study,
                  unsigned arm, unsigned conversion, double people, double variance)
{
    struct cs_outcome *at = &outcome[arm_of(study, arm)];

    if (is_in(&study->converted, conversion)) {
        at->converted += people;
        at->v_converted += variance;
    } else {
        at->other += people;
        at->v_other += variance;
    }
}

static size_t n_codes(const struct cs_study *study, size_t column)
{
    return study->schema.columns[column].n_codes;
}

/* outcome: (CS_ARMS), of the people of everybody. */
static void count_population(struct cs_outcome *outcome, const struct cs_study *study,
                             const struct cs_codes *population)
{
    const uint8_t *arm = cs_codes_column(population, study->arm);
    const uint8_t *conversion = cs_codes_column(population, study->conversion);

    for (size_t row = 0; row < population->n_rows; row++)
        count(outcome, study, arm[row], conversion[row], 1, 0);
}

/* outcome: (n_codes, CS_ARMS), by the level of column. */
static void count_population_by(struct cs_outcome (*outcome)[CS_ARMS], size_t column,
                                const struct cs_study *study,
                                const struct cs_codes *population)
{
    const uint8_t *arm = cs_codes_column(population, study->arm);
    const uint8_t *conversion = cs_codes_column(population, study->conversion);
    const uint8_t *level = cs_codes_column(population, column);

    for (size_t row = 0; row < population->n_rows; row++)
        count(outcome[level[row]], study, arm[row], conversion[row], 1, 0);
}

/* outcome: (n_codes of column, CS_ARMS), estimated from all tables that contain arm,
 * column and conversion; *n_tables of them. */
static enum cs_status count_measured_by(struct cs_outcome (*outcome)[CS_ARMS],
                                        size_t *n_tables, size_t column,
                                        const struct cs_noisy *noisy)
{
    const struct cs_study *study = noisy->study;
    const size_t columns[] = { column, study->arm, study->conversion };
    const size_t n_arms = n_codes(study, study->arm);
    const size_t n_conversions = n_codes(study, study->conversion);
    double *estimate =
        calloc(cs_estimate_cells(columns, 3, &study->schema), sizeof *estimate);
    double variance = 0;

    if (estimate == NULL)
        return CS_MEMORY;
    *n_tables = cs_estimate_marginal(estimate, &variance, CS_AT_BOTH, columns, 3, noisy);
    const double *at = estimate;
    for (size_t level = 0; level < n_codes(study, column); level++)
        for (unsigned arm = 0; arm < n_arms; arm++)
            for (unsigned conversion = 0; conversion < n_conversions; conversion++)
                count(outcome[level], study, arm, conversion, *at++, variance);
    free(estimate);
    return CS_OK;
}

static void count_measured(struct cs_outcome *outcome, size_t *n_tables,
                           const struct cs_noisy *noisy)
{
    const struct cs_study *study = noisy->study;
    const size_t columns[] = { study->arm, study->conversion };
    double estimate[CS_CODES_MAX * CS_CODES_MAX] = { 0 }, variance = 0;
    const double *at = estimate;

    *n_tables = cs_estimate_marginal(estimate, &variance, CS_AT_BOTH, columns, 2, noisy);
    for (unsigned arm = 0; arm < n_codes(study, study->arm); arm++)
        for (unsigned conversion = 0; conversion < n_codes(study, study->conversion);
             conversion++)
            count(outcome, study, arm, conversion, *at++, variance);
}

/* Equal halves have a difference of variance n, the sum of two Poisson counts, plus the
 * noise; with no noise this is Pearson's chi-square. */
static void check_split(struct cs_ab *ab, const struct cs_outcome *measured)
{
    const struct cs_outcome *t = &measured[CS_TEST], *c = &measured[CS_CONTROL];
    const double test = t->converted + t->other, control = c->converted + c->other;
    const double noise = t->v_converted + t->v_other + c->v_converted + c->v_other;

    ab->split = ab->split_p = NAN;
    if (!(test + control > 0))
        return;
    ab->split = test / (test + control);
    ab->split_p = cs_normal_p((test - control) / sqrt(test + control + noise));
}

static enum cs_status check_tables(struct cs_ab *ab, const struct cs_noisy *noisy)
{
    const size_t columns[] = { noisy->study->arm, noisy->study->conversion };
    double chi_square;
    size_t n_degrees;
    const enum cs_status st =
        cs_estimate_contradiction(&chi_square, &n_degrees, CS_AT_BOTH, columns, 2, noisy);

    ab->tables_p =
        st == CS_OK && n_degrees > 0 ? cs_chi_square_p(chi_square, n_degrees) : NAN;
    return st;
}

static void analyse_everybody(struct cs_ab *ab, const struct cs_noisy *noisy,
                              const struct cs_codes *population)
{
    struct cs_outcome counted[CS_ARMS] = { 0 }, measured[CS_ARMS] = { 0 };

    count_population(counted, noisy->study, population);
    count_measured(measured, &ab->n_tables, noisy);
    cs_effect_direct(&ab->direct, measured);
    if (ab->n_tables == 0)
        ab->direct.verdict = CS_NOT_MEASURED;
    cs_effect_synthetic(&ab->synthetic, counted, measured, &ab->direct);
    check_split(ab, measured);
    if (ab->synthetic.verdict != CS_REPORTED)
        return;
    ab->difference = ab->synthetic.lift.value - ab->direct.lift.value;
    ab->difference_max = CS_Z95 * sqrt(ab->direct.lift.noise);
    ab->agree = fabs(ab->difference) <= ab->difference_max;
}

static bool has_minimum(const struct cs_outcome *arm, uint64_t minimum)
{
    return arm->converted + arm->other >= (double)minimum;
}

static void analyse_segment(struct cs_segment *segment, const struct cs_study *study,
                            const struct cs_outcome *counted,
                            const struct cs_outcome *measured, size_t n_tables)
{
    cs_effect_direct(&segment->direct, measured);
    if (n_tables == 0)
        segment->direct.verdict = CS_NOT_MEASURED;
    cs_effect_synthetic(&segment->synthetic, counted, measured, &segment->direct);
    if (!has_minimum(&counted[CS_TEST], study->segment_minimum) ||
        !has_minimum(&counted[CS_CONTROL], study->segment_minimum))
        segment->synthetic.verdict = CS_FEW_PEOPLE;
}

static enum cs_status analyse_column(struct cs_ab *ab, size_t column,
                                     const struct cs_noisy *noisy,
                                     const struct cs_codes *population)
{
    const struct cs_study *study = noisy->study;
    const size_t n = n_codes(study, column);
    struct cs_outcome(*counted)[CS_ARMS] = calloc(n, sizeof *counted);
    struct cs_outcome(*measured)[CS_ARMS] = calloc(n, sizeof *measured);
    enum cs_status st = CS_MEMORY;
    size_t n_tables = 0;

    if (counted == NULL || measured == NULL)
        goto out;
    count_population_by(counted, column, study, population);
    CS_TRY(count_measured_by(measured, &n_tables, column, noisy));
    for (unsigned code = 0; code < n; code++) {
        struct cs_segment *segment = &ab->segments[ab->n_segments++];

        segment->column = column;
        segment->code = code;
        analyse_segment(segment, study, counted[code], measured[code], n_tables);
    }
out:
    free(counted);
    free(measured);
    return st;
}

static bool is_segmented(const struct cs_study *study, size_t column)
{
    return column != study->arm && column != study->conversion;
}

static enum cs_status analyse_segments(struct cs_ab *ab, const struct cs_noisy *noisy,
                                       const struct cs_codes *population)
{
    const struct cs_study *study = noisy->study;
    enum cs_status st = CS_OK;
    size_t n_segments = 0;

    for (size_t column = 0; column < study->schema.n_columns; column++)
        n_segments += n_codes(study, column);
    ab->segments = calloc(n_segments, sizeof *ab->segments);
    if (ab->segments == NULL)
        return CS_MEMORY;
    for (size_t column = 0; column < study->schema.n_columns; column++)
        if (is_segmented(study, column))
            CS_TRY(analyse_column(ab, column, noisy, population));
out:
    return st;
}

static int by_p(const void *x, const void *y)
{
    const double a = (*(struct cs_segment *const *)x)->synthetic.lift.p;
    const double b = (*(struct cs_segment *const *)y)->synthetic.lift.p;

    return (a > b) - (a < b);
}

static enum cs_status adjust_segments(struct cs_ab *ab)
{
    struct cs_segment **reported =
        calloc(ab->n_segments + 1, sizeof(struct cs_segment *));
    double *p = calloc(ab->n_segments + 1, sizeof *p);
    enum cs_status st = CS_MEMORY;
    size_t n = 0;

    if (reported == NULL || p == NULL)
        goto out;
    for (size_t i = 0; i < ab->n_segments; i++)
        if (ab->segments[i].synthetic.verdict == CS_REPORTED)
            reported[n++] = &ab->segments[i];
    qsort(reported, n, sizeof *reported, by_p);
    for (size_t i = 0; i < n; i++)
        p[i] = reported[i]->synthetic.lift.p;
    cs_p_adjust(p, n);
    for (size_t i = 0; i < n; i++)
        reported[i]->p_adjusted = p[i];
    st = CS_OK;
out:
    free(reported);
    free(p);
    return st;
}

enum cs_status cs_ab_analyse(struct cs_ab **ab, const struct cs_noisy *noisy,
                             const struct cs_codes *population)
{
    enum cs_status st = CS_MEMORY;
    struct cs_ab *made = calloc(1, sizeof *made);

    CS_REQUIRE(population->n_columns == noisy->study->schema.n_columns);
    if (made == NULL)
        goto out;
    analyse_everybody(made, noisy, population);
    CS_TRY(check_tables(made, noisy));
    CS_TRY(analyse_segments(made, noisy, population));
    CS_TRY(adjust_segments(made));
    *ab = made;
    made = NULL;
out:
    cs_ab_free(made);
    return st;
}

void cs_ab_free(struct cs_ab *ab)
{
    if (ab == NULL)
        return;
    free(ab->segments);
    free(ab);
}
