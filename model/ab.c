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
                  unsigned arm, bool converted, double people, double variance)
{
    struct cs_outcome *at = &outcome[arm_of(study, arm)];

    if (converted) {
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

/* A question about each level of a column, or about everybody. */
struct question {
    size_t columns[3]; /* the column, if there is one, arm, conversion */
    size_t n_columns;
    size_t n_levels; /* 1, if there is no column */
    enum cs_scope scope;
};

/* Of a person who is at A alone only A's columns are known. */
static enum cs_scope scope_of(const struct cs_study *study, size_t column)
{
    return study->link == CS_LINK_PRIVATE &&
                   study->unlinked == CS_UNLINKED_NOT_CONVERTED &&
                   study->schema.columns[column].at[CS_A]
               ? CS_AT_A
               : CS_AT_BOTH;
}

static struct question about_everybody(const struct cs_study *study)
{
    return (struct question){
        { study->arm, study->conversion }, 2, 1, scope_of(study, study->arm)
    };
}

static struct question about(const struct cs_study *study, size_t column)
{
    return (struct question){ { column, study->arm, study->conversion },
                              3,
                              n_codes(study, column),
                              scope_of(study, column) };
}

/* outcome: (n_levels, CS_ARMS). Whoever is at A alone has not converted. */
static void count_population(struct cs_outcome (*outcome)[CS_ARMS],
                             const struct question *question,
                             const struct cs_study *study, const struct cs_crowd *crowd)
{
    const uint8_t *arm = cs_codes_column(crowd->population, study->arm);
    const uint8_t *conversion = cs_codes_column(crowd->population, study->conversion);
    const uint8_t *level = cs_codes_column(crowd->population, question->columns[0]);

    for (size_t row = 0; row < crowd->population->n_rows; row++) {
        const bool converted = cs_presence_is_both(crowd->people, row) &&
                               is_in(&study->converted, conversion[row]);

        if (cs_presence_counts(crowd->people, question->scope, row))
            count(outcome[question->n_columns == 3 ? level[row] : 0], study, arm[row],
                  converted, 1, 0);
    }
}

/* Those counted at both, estimated from all tables that contain the question; *n_tables
 * of them. */
static enum cs_status count_linked(struct cs_outcome (*outcome)[CS_ARMS],
                                   size_t *n_tables, const struct question *question,
                                   const struct cs_noisy *noisy)
{
    const struct cs_study *study = noisy->study;
    const size_t n_cells =
        cs_estimate_cells(question->columns, question->n_columns, &study->schema);
    double *estimate = calloc(n_cells, sizeof *estimate);
    double variance = 0;

    if (estimate == NULL)
        return CS_MEMORY;
    *n_tables = cs_estimate_marginal(estimate, &variance, CS_AT_BOTH, question->columns,
                                     question->n_columns, noisy);
    const double *at = estimate;
    for (size_t level = 0; level < question->n_levels; level++)
        for (unsigned arm = 0; arm < n_codes(study, study->arm); arm++)
            for (unsigned code = 0; code < n_codes(study, study->conversion); code++)
                count(outcome[level], study, arm, is_in(&study->converted, code), *at++,
                      variance);
    free(estimate);
    return CS_OK;
}

/* Puts all people at A that are in the arms, from A's own tables, in place of those at
 * both; who is not among the converted has not converted. *n_tables is 0 if there are no
 * such tables. */
static enum cs_status count_at_a(struct cs_outcome (*outcome)[CS_ARMS], size_t *n_tables,
                                 const struct question *question,
                                 const struct cs_noisy *noisy)
{
    const struct cs_study *study = noisy->study;
    const size_t n_columns = question->n_columns - 1; /* all but the conversion */
    const size_t n_cells =
        cs_estimate_cells(question->columns, n_columns, &study->schema);
    double *estimate = calloc(n_cells, sizeof *estimate);
    double variance = 0;

    if (estimate == NULL)
        return CS_MEMORY;
    if (cs_estimate_marginal(estimate, &variance, CS_AT_A, question->columns, n_columns,
                             noisy) == 0)
        *n_tables = 0;
    const double *at = estimate;
    for (size_t level = 0; level < question->n_levels; level++) {
        for (size_t arm = 0; arm < CS_ARMS; arm++) {
            struct cs_outcome *o = &outcome[level][arm];

            o->other = -fmax(0, o->converted);
            o->v_other = o->v_converted;
            o->covariance = -o->v_converted;
        }
        for (unsigned arm = 0; arm < n_codes(study, study->arm); arm++)
            count(outcome[level], study, arm, false, *at++, variance);
    }
    free(estimate);
    return CS_OK;
}

static enum cs_status count_measured(struct cs_outcome (*outcome)[CS_ARMS],
                                     size_t *n_tables, const struct question *question,
                                     const struct cs_noisy *noisy)
{
    enum cs_status st;

    CS_TRY(count_linked(outcome, n_tables, question, noisy));
    if (question->scope == CS_AT_A)
        CS_TRY(count_at_a(outcome, n_tables, question, noisy));
out:
    return st;
}

/* Equal halves have a difference of variance n, the sum of two Poisson counts, plus the
 * noise; with no noise this is Pearson's chi-square. */
static void check_split(struct cs_ab *ab, const struct cs_outcome *measured)
{
    const struct cs_outcome *t = &measured[CS_TEST], *c = &measured[CS_CONTROL];
    const double test = t->converted + t->other, control = c->converted + c->other;
    const double noise = t->v_converted + t->v_other + c->v_converted + c->v_other +
                         2 * (t->covariance + c->covariance);

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

/* By how much the lifts may differ. Without noise it is rounding to whole people: each
 * cell by less than one, the largest by what all the others lack. */
static double explained(const struct cs_ab *ab, const struct cs_study *study)
{
    const double cells =
        (double)(n_codes(study, study->arm) * n_codes(study, study->conversion));
    const struct cs_rate *rate = ab->synthetic.rate;

    if (study->unprotected)
        return cells / rate[CS_TEST].people + cells / rate[CS_CONTROL].people;
    return CS_Z95 * sqrt(ab->direct.lift.noise);
}

static enum cs_status analyse_everybody(struct cs_ab *ab, const struct cs_noisy *noisy,
                                        const struct cs_crowd *crowd)
{
    const struct question question = about_everybody(noisy->study);
    struct cs_outcome counted[1][CS_ARMS] = { 0 }, measured[1][CS_ARMS] = { 0 };
    enum cs_status st;

    ab->scope = question.scope;
    count_population(counted, &question, noisy->study, crowd);
    CS_TRY(count_measured(measured, &ab->n_tables, &question, noisy));
    cs_effect_direct(&ab->direct, measured[0]);
    if (ab->n_tables == 0)
        ab->direct.verdict = CS_NOT_MEASURED;
    cs_effect_synthetic(&ab->synthetic, counted[0], &ab->direct);
    check_split(ab, measured[0]);
    if (ab->synthetic.verdict != CS_REPORTED)
        goto out;
    ab->difference = ab->synthetic.lift.value - ab->direct.lift.value;
    ab->difference_max = explained(ab, noisy->study);
    ab->agree = fabs(ab->difference) <= ab->difference_max;
out:
    return st;
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
    cs_effect_synthetic(&segment->synthetic, counted, &segment->direct);
    if (!has_minimum(&counted[CS_TEST], study->segment_minimum) ||
        !has_minimum(&counted[CS_CONTROL], study->segment_minimum))
        segment->synthetic.verdict = CS_FEW_PEOPLE;
}

static enum cs_status analyse_column(struct cs_ab *ab, size_t column,
                                     const struct cs_noisy *noisy,
                                     const struct cs_crowd *crowd)
{
    const struct cs_study *study = noisy->study;
    const struct question question = about(study, column);
    const size_t n = question.n_levels;
    struct cs_outcome(*counted)[CS_ARMS] = calloc(n, sizeof *counted);
    struct cs_outcome(*measured)[CS_ARMS] = calloc(n, sizeof *measured);
    enum cs_status st = CS_MEMORY;
    size_t n_tables = 0;

    if (counted == NULL || measured == NULL)
        goto out;
    count_population(counted, &question, study, crowd);
    CS_TRY(count_measured(measured, &n_tables, &question, noisy));
    for (unsigned code = 0; code < n; code++) {
        struct cs_segment *segment = &ab->segments[ab->n_segments++];

        segment->column = column;
        segment->code = code;
        segment->scope = question.scope;
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
                                       const struct cs_crowd *crowd)
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
            CS_TRY(analyse_column(ab, column, noisy, crowd));
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

static void count_people(struct cs_ab *ab, const struct cs_noisy *noisy,
                         const struct cs_crowd *crowd)
{
    ab->people = *crowd->people;
    if (noisy->study->link != CS_LINK_PRIVATE)
        return;
    for (enum cs_scope scope = CS_AT_A; scope <= CS_AT_BOTH; scope++)
        ab->measured[scope] = cs_estimate_people(&ab->v_measured[scope], scope, noisy);
}

enum cs_status cs_ab_analyse(struct cs_ab **ab, const struct cs_noisy *noisy,
                             const struct cs_crowd *crowd)
{
    enum cs_status st = CS_MEMORY;
    struct cs_ab *made = calloc(1, sizeof *made);

    CS_REQUIRE(crowd->population->n_columns == noisy->study->schema.n_columns);
    CS_REQUIRE(crowd->population->n_rows == cs_presence_all(crowd->people));
    if (made == NULL)
        goto out;
    count_people(made, noisy, crowd);
    CS_TRY(analyse_everybody(made, noisy, crowd));
    CS_TRY(check_tables(made, noisy));
    CS_TRY(analyse_segments(made, noisy, crowd));
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
