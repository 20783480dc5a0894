/* The people of a question, counted in the population and estimated from the tables. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/ab_parts.h"

static size_t n_codes(const struct cs_study *study, size_t column)
{
    return study->schema.columns[column].n_codes;
}

/* Of a person who is at A alone only A's columns are known. */
static enum cs_scope scope_of(const struct cs_study *study,
                              const struct cs_outcome_spec *outcome, const size_t *levels,
                              size_t n_levels)
{
    if (study->link != CS_LINK_PRIVATE || outcome->leaves_out_missing ||
        study->unlinked != CS_UNLINKED_NOT_CONVERTED)
        return CS_AT_BOTH;
    for (size_t i = 0; i < n_levels; i++)
        if (!study->schema.columns[levels[i]].at[CS_A])
            return CS_AT_BOTH;
    return CS_AT_A;
}

static enum cs_status allocate(struct cs_counts *counts)
{
    const size_t n = counts->n_levels * counts->n_arms;

    counts->shown = calloc(n * counts->n_codes, sizeof *counts->shown);
    counts->measured = calloc(n * counts->n_codes, sizeof *counts->measured);
    if (counts->shown == NULL || counts->measured == NULL)
        return CS_MEMORY;
    if (counts->scope == CS_AT_BOTH)
        return CS_OK;
    counts->shown_all = calloc(n, sizeof *counts->shown_all);
    counts->measured_all = calloc(n, sizeof *counts->measured_all);
    return counts->shown_all != NULL && counts->measured_all != NULL ? CS_OK : CS_MEMORY;
}

static void count_population(struct cs_counts *counts, const struct cs_crowd *crowd)
{
    const uint8_t *column[4];
    const size_t n_levels = counts->n_columns - 2;

    for (size_t i = 0; i < counts->n_columns; i++)
        column[i] = cs_codes_column(crowd->population, counts->columns[i]);
    for (size_t row = 0; row < crowd->population->n_rows; row++) {
        size_t at = 0;

        if (!cs_presence_counts(crowd->people, counts->scope, row))
            continue;
        for (size_t i = 0; i <= n_levels; i++)
            at = at * n_codes(counts->study, counts->columns[i]) + column[i][row];
        if (counts->shown_all != NULL)
            counts->shown_all[at]++;
        if (cs_presence_is_both(crowd->people, row))
            counts->shown[at * counts->n_codes + column[n_levels + 1][row]]++;
    }
}

/* From all tables that hold the question, and A's own for everybody there. */
static enum cs_status count_tables(struct cs_counts *counts, const struct cs_noisy *noisy)
{
    struct cs_level_noise noise, all = { 0 };
    enum cs_status st;
    size_t n_own = 1;

    CS_TRY(cs_estimate_levels(counts->measured, &noise, &counts->n_tables, CS_AT_BOTH,
                              counts->columns, counts->n_columns, 2, noisy));
    if (counts->measured_all != NULL)
        CS_TRY(cs_estimate_levels(counts->measured_all, &all, &n_own, CS_AT_A,
                                  counts->columns, counts->n_columns - 1, 1, noisy));
    counts->variance = noise.variance;
    counts->variance_all = all.variance;
    counts->apart = noise.variance > 0 ? noise.apart / noise.variance : 1;
    if (n_own == 0)
        counts->n_tables = 0;
out:
    return st;
}

enum cs_status cs_counts_make(struct cs_counts *counts, const struct cs_asked *asked,
                              const struct cs_outcome_spec *outcome, const size_t *levels,
                              size_t n_levels)
{
    const struct cs_study *study = asked->study;
    enum cs_status st;

    CS_REQUIRE(n_levels <= 2);
    *counts = (struct cs_counts){ .study = study,
                                  .outcome = outcome,
                                  .n_columns = n_levels + 2,
                                  .n_levels = 1,
                                  .n_arms = n_codes(study, study->arm),
                                  .n_codes = n_codes(study, outcome->column),
                                  .scope = scope_of(study, outcome, levels, n_levels) };
    for (size_t i = 0; i < n_levels; i++) {
        counts->columns[i] = levels[i];
        counts->n_levels *= n_codes(study, levels[i]);
    }
    counts->columns[n_levels] = study->arm;
    counts->columns[n_levels + 1] = outcome->column;
    CS_TRY(allocate(counts));
    count_population(counts, asked->crowd);
    CS_TRY(count_tables(counts, asked->noisy));
out:
    return st;
}

void cs_counts_wipe(struct cs_counts *counts)
{
    free(counts->shown);
    free(counts->measured);
    free(counts->shown_all);
    free(counts->measured_all);
    memset(counts, 0, sizeof *counts);
}

struct cs_arms cs_arms_of(const struct cs_study *study, size_t test)
{
    uint64_t any = study->control.bits;

    for (size_t i = 0; i < study->n_tests; i++)
        any |= study->tests[i].levels.bits;
    return (struct cs_arms){ { [CS_TEST] = study->tests[test].levels,
                               [CS_CONTROL] = study->control,
                               [CS_NEITHER] = { ~any } } };
}

/* Adds the people at both of one value of the arm. */
static void add_linked(struct cs_outcome *sum, const struct cs_counts *counts,
                       const double *people, double variance)
{
    for (size_t code = 0; code < counts->n_codes; code++)
        if (cs_levels_has(counts->outcome->converted, code)) {
            sum->converted += people[code];
            sum->v_converted += variance;
        } else {
            sum->other += people[code];
            sum->v_other += variance;
        }
}

/* All people of the arm take the place of those at both: who is not among the converted
 * has not converted. */
static void take_all(struct cs_outcome *sum, double people, double variance)
{
    sum->other = people - fmax(0, sum->converted);
    sum->v_other = variance + sum->v_converted;
    sum->covariance = -sum->v_converted;
}

/* The people of a level in some values of the arm: those shown, or those measured. */
static struct cs_outcome rate_of(const struct cs_counts *counts, size_t level,
                                 struct cs_levels arm, bool is_measured)
{
    const double *people = is_measured ? counts->measured : counts->shown;
    const double *all = is_measured ? counts->measured_all : counts->shown_all;
    struct cs_outcome sum = { 0 };
    double n = 0, variance = 0;

    for (size_t code = 0; code < counts->n_arms; code++) {
        const size_t at = level * counts->n_arms + code;

        if (!cs_levels_has(arm, code))
            continue;
        add_linked(&sum, counts, people + at * counts->n_codes,
                   is_measured ? counts->variance : 0);
        n += all != NULL ? all[at] : 0;
        variance += is_measured ? counts->variance_all : 0;
    }
    if (all != NULL)
        take_all(&sum, n, variance);
    return sum;
}

void cs_counts_effect(struct cs_effect *direct, struct cs_effect *synthetic,
                      const struct cs_counts *counts, size_t level,
                      const struct cs_arms *arms)
{
    struct cs_outcome shown[CS_ARMS], measured[CS_ARMS];

    if (counts->worth != NULL) {
        cs_counts_means(direct, synthetic, counts,
                        (struct cs_levels){ UINT64_C(1) << level }, arms);
        return;
    }
    for (size_t arm = 0; arm < CS_ARMS; arm++) {
        shown[arm] = rate_of(counts, level, arms->levels[arm], false);
        measured[arm] = rate_of(counts, level, arms->levels[arm], true);
    }
    cs_effect_direct(direct, measured);
    if (counts->n_tables == 0)
        direct->verdict = CS_NOT_MEASURED;
    cs_effect_synthetic(synthetic, shown, direct);
}

double cs_counts_people(double *variance, const struct cs_counts *counts,
                        struct cs_levels levels)
{
    const struct cs_outcome people = rate_of(counts, 0, levels, true);

    *variance = people.v_converted + people.v_other + 2 * people.covariance;
    return people.converted + people.other;
}
