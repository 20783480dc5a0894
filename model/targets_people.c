#include <stdlib.h>
#include <string.h>

#include "model/shrink.h"
#include "model/targets_parts.h"

static size_t at_most(double x, size_t most)
{
    return x <= 0 ? 0 : x < (double)most ? (size_t)cs_making_round(x) : most;
}

/* Says of which people the noise hides whether there are any. Without noise it can only
 * be those at both: neither file is empty. */
static enum cs_status refuse(const struct cs_making *making, enum cs_scope scope,
                             struct cs_fault *fault)
{
    if (making->noisy->study->unprotected)
        return cs_fault_say(fault, CS_INPUT,
                            "nobody is at both parties; see how many identifiers each "
                            "could use (cosynth check), that both name the same columns "
                            "in the same order, and that the files are about the same "
                            "people");
    if (making->noisy->study->link == CS_LINK_ALIGNED)
        return cs_fault_say(fault, CS_INPUT,
                            "the noise hides whether there is anybody at all; raise "
                            "privacy.epsilon, or use more rows");
    if (scope == CS_AT_BOTH)
        return cs_fault_say(fault, CS_INPUT,
                            "the noise hides whether anybody is at both parties; see "
                            "how many identifiers each could use (cosynth check), that "
                            "both name the same columns in the same order, and that "
                            "the files are about the same people; else raise "
                            "privacy.epsilon, or use more rows");
    return cs_fault_say(fault, CS_INPUT,
                        "the noise hides whether there is anybody at %s; raise "
                        "privacy.epsilon, or use more rows",
                        scope == CS_AT_A ? "a" : "b");
}

static enum cs_status measure(double measured[static CS_SCOPES],
                              const struct cs_making *making, struct cs_fault *fault)
{
    for (enum cs_scope scope = CS_AT_A; scope <= CS_AT_BOTH; scope++) {
        double variance;
        const double n = cs_estimate_people(&variance, scope, making->noisy);

        if (!(n >= 1 && n * n >= CS_SIGNIFICANCE * variance))
            return refuse(making, scope, fault);
        measured[scope] = n;
    }
    return CS_OK;
}

/* People of each kind: as measured, or so that all are the study's rows, or n_most. Of
 * the people measured at both no more are believed than are at either party. */
static void set_people(struct cs_making *making, const double measured[static CS_SCOPES])
{
    const uint64_t rows = making->noisy->study->rows;
    const double fewer =
        measured[CS_AT_A] < measured[CS_AT_B] ? measured[CS_AT_A] : measured[CS_AT_B];
    const double both = measured[CS_AT_BOTH] < fewer ? measured[CS_AT_BOTH] : fewer;
    const double only_a = measured[CS_AT_A] - both, only_b = measured[CS_AT_B] - both;
    const double all = both + only_a + only_b;
    const size_t n = at_most(rows != 0 ? (double)rows : all, making->n_most);
    const double scale = (double)n / all;
    struct cs_presence *people = &making->targets->people;

    people->n_both = at_most(both * scale, n);
    people->n_both += people->n_both == 0;
    people->n_only[CS_A] = at_most(only_a * scale, n - people->n_both);
    people->n_only[CS_B] = n - people->n_both - people->n_only[CS_A];
    for (enum cs_scope scope = CS_AT_A; scope <= CS_AT_BOTH; scope++)
        making->scale[scope] = (double)cs_presence_in(people, scope) / measured[scope];
}

/* Scales what is not negative to a sum; evenly, if it is nothing. */
static void scale_to(double *total, size_t n, double people)
{
    double sum = 0;

    for (size_t k = 0; k < n; k++)
        sum += total[k] > 0 ? total[k] : 0;
    for (size_t k = 0; k < n; k++)
        total[k] = sum > 0 ? total[k] / sum * people : people / (double)n;
}

/* Levels whose people may be noise have nobody. */
static void cut_noise(double *total, size_t n, const struct cs_column *column,
                      double variance)
{
    size_t largest = 0;

    for (size_t k = 0; k < n; k++)
        if (total[k] > total[largest])
            largest = k;
    for (size_t k = 0; k < n; k++) {
        const bool listed = (int)k != column->other && (int)k != column->missing;
        const double bar = listed ? CS_SIGNIFICANCE_LISTED : CS_SIGNIFICANCE;

        if (k != largest && (total[k] <= 0 || total[k] * total[k] < bar * variance))
            total[k] = 0;
    }
}

/* People by code as the prior has them: (n). */
static void expect_total(double expected[static CS_CODES_MAX],
                         const struct cs_making *making, size_t column)
{
    const struct cs_prior *prior = making->known.prior;
    const enum cs_scope scope = cs_scope_of((enum cs_party)making->targets->part[column]);
    const double each = cs_making_people(making, scope) / (double)prior->rows.n_rows;
    const uint8_t *code = cs_codes_column(&prior->rows, column);

    memset(expected, 0, CS_CODES_MAX * sizeof *expected);
    for (size_t row = 0; row < prior->rows.n_rows; row++)
        expected[code[row]] += each;
}

static bool has_prior(const struct cs_making *making, size_t column)
{
    return making->known.prior != NULL && making->known.prior->known[column];
}

/* Draws them towards what the prior has. */
static void use_prior(double *total, const struct cs_making *making, size_t column,
                      double variance)
{
    const enum cs_scope scope = cs_scope_of((enum cs_party)making->targets->part[column]);
    const double scale = making->scale[scope];
    double expected[CS_CODES_MAX];

    expect_total(expected, making, column);
    for (size_t k = 0; k < making->targets->n_codes[column]; k++)
        total[k] = cs_shrink_to_prior(total[k] * scale, expected[k],
                                      variance * scale * scale, making->spread[0])
                       .value;
}

/* People at the column's party. */
static void set_totals(struct cs_making *making, size_t column)
{
    const struct cs_targets *targets = making->targets;
    const struct cs_column *schema_column = &making->noisy->study->schema.columns[column];
    const enum cs_scope scope = cs_scope_of((enum cs_party)targets->part[column]);
    double *total = cs_making_totals(making, scope, column);
    const size_t n = targets->n_codes[column];
    double variance = 0;

    (void)cs_estimate_marginal(total, &variance, scope, &column, 1, making->noisy);
    if (has_prior(making, column))
        use_prior(total, making, column, variance);
    else
        cut_noise(total, n, schema_column, variance);
    scale_to(total, n, cs_making_people(making, scope));
}

/* Brings linked to a sum of n_both: all are reduced alike, or those who are missing are
 * added where there is room below total. */
static void level(double *linked, const double *total, size_t n, double n_both)
{
    double sum = 0, room = 0;

    for (size_t k = 0; k < n; k++) {
        sum += linked[k];
        room += total[k] - linked[k];
    }
    for (size_t k = 0; k < n; k++) {
        if (sum > n_both)
            linked[k] = linked[k] * (n_both / sum);
        else if (room > 0)
            linked[k] += (total[k] - linked[k]) * ((n_both - sum) / room);
    }
}

/* Of the people at the column's party, those at both: the margins of cross tables, drawn
 * towards what there would be if being at both did not depend on the column. */
static void set_linked(struct cs_making *making, size_t column)
{
    const struct cs_targets *targets = making->targets;
    const enum cs_scope scope = cs_scope_of((enum cs_party)targets->part[column]);
    const double *total = cs_making_totals(making, scope, column);
    double *linked = cs_making_totals(making, CS_AT_BOTH, column);
    const double n_both = cs_making_people(making, CS_AT_BOTH);
    const double fraction = n_both / cs_making_people(making, scope);
    const double scale = making->scale[CS_AT_BOTH];
    const size_t n = targets->n_codes[column];
    double variance = 0;

    if (cs_presence_in(&targets->people, scope) == targets->people.n_both) {
        memcpy(linked, total, n * sizeof *linked);
        return;
    }
    (void)cs_estimate_marginal(linked, &variance, CS_AT_BOTH, &column, 1, making->noisy);
    for (size_t k = 0; k < n; k++) {
        const double likely =
            cs_shrink(linked[k] * scale, total[k] * fraction, variance * scale * scale)
                .value;

        linked[k] = likely < 0 ? 0 : likely < total[k] ? likely : total[k];
    }
    level(linked, total, n, n_both);
}

/* How far the people by code of all columns are from the prior's. */
static void find_spread(struct cs_making *making)
{
    struct cs_spread spread = { 0 };

    for (size_t c = 0; c < making->targets->n_columns; c++) {
        const enum cs_scope scope = cs_scope_of((enum cs_party)making->targets->part[c]);
        const double scale = making->scale[scope];
        double measured[CS_CODES_MAX] = { 0 }, expected[CS_CODES_MAX], variance = 0;

        if (!has_prior(making, c))
            continue;
        (void)cs_estimate_marginal(measured, &variance, scope, &c, 1, making->noisy);
        expect_total(expected, making, c);
        for (size_t k = 0; k < making->targets->n_codes[c]; k++)
            cs_spread_add(&spread, measured[k] * scale, expected[k],
                          variance * scale * scale);
    }
    making->spread[0] = cs_spread_value(&spread);
}

enum cs_status cs_making_count(struct cs_making *making, struct cs_fault *fault)
{
    double measured[CS_SCOPES] = { 0 };
    enum cs_status st;

    CS_TRY(measure(measured, making, fault));
    set_people(making, measured);
    find_spread(making);
    for (size_t c = 0; c < making->targets->n_columns; c++) {
        set_totals(making, c);
        set_linked(making, c);
    }
out:
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
static void keep_known(double *estimate, const struct cs_making *making)
{
    const struct cs_targets *targets = making->targets;
    const double *arm = cs_making_totals(making, CS_AT_BOTH, targets->arm);
    const double *conversion = cs_making_totals(making, CS_AT_BOTH, targets->conversion);
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

enum cs_status cs_making_exact(struct cs_making *making)
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
    (void)cs_estimate_marginal(estimate, &variance, CS_AT_BOTH, columns, 2,
                               making->noisy);
    keep_known(estimate, making);
    round_to_sum(targets->exact, estimate, n, targets->people.n_both);
    free(estimate);
    return CS_OK;
}
