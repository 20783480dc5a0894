/* The amounts of a question: what the people of an arm come to, capped or not. */
#include <math.h>
#include <stdlib.h>

#include "model/ab_parts.h"

/* Sums over the cells of an arm. What is squared is taken of cells that are not below 0.
 */
struct sums {
    double people, sum;
    double weight, first, second, third; /* of cells above 0: people, moments about 0 */
    double n_cells, square_means, means; /* of cells that carry noise */
};

static void add_cells(struct sums *sums, const struct cs_counts *counts,
                      const double *people)
{
    const struct cs_worth *worth = counts->worth;

    for (size_t code = 0; code < counts->n_codes; code++) {
        const double n = people[code], whole = fmax(0, n), mean = worth->mean[code];

        if (!worth->counts[code])
            continue;
        sums->people += n;
        sums->sum += n * mean;
        sums->weight += whole;
        sums->first += whole * mean;
        sums->second += whole * worth->square[code];
        sums->third += whole * worth->cube[code];
        sums->n_cells++;
        sums->means += mean;
        sums->square_means += mean * mean;
    }
}

static struct sums sum_up(const struct cs_counts *counts, struct cs_levels levels,
                          struct cs_levels arm, const double *people)
{
    struct sums sums = { 0 };

    for (size_t level = 0; level < counts->n_levels; level++)
        for (size_t code = 0; code < counts->n_arms; code++)
            if (cs_levels_has(levels, level) && cs_levels_has(arm, code))
                add_cells(&sums, counts,
                          people + (level * counts->n_arms + code) * counts->n_codes);
    return sums;
}

static double variance_of(const struct sums *sums)
{
    const double mean = sums->first / sums->weight;

    return sums->weight > 1 ? fmax(0, sums->second / sums->weight - mean * mean) *
                                  sums->weight / (sums->weight - 1)
                            : 0;
}

static double skewness_of(const struct sums *sums)
{
    const double m = sums->first / sums->weight, variance = variance_of(sums);
    const double third =
        sums->third / sums->weight - 3 * m * sums->second / sums->weight + 2 * m * m * m;

    return variance > 0 ? third / pow(variance, 1.5) : 0;
}

/* People at A, of some levels and values of the arm. */
static double sum_all(const struct cs_counts *counts, struct cs_levels levels,
                      struct cs_levels arm, const double *all, double *n_cells)
{
    double sum = 0;

    *n_cells = 0;
    for (size_t level = 0; level < counts->n_levels; level++)
        for (size_t code = 0; code < counts->n_arms; code++)
            if (cs_levels_has(levels, level) && cs_levels_has(arm, code)) {
                sum += all[level * counts->n_arms + code];
                (*n_cells)++;
            }
    return sum;
}

/* Whoever is at A alone counts as 0. */
static void count_all(struct sums *sums, double people)
{
    sums->weight += fmax(0, people - sums->people);
    sums->people = people;
}

struct amounts {
    struct cs_amount shown, measured;
    double skewness; /* of one person's amount */
};

/* What a person's amount varies by is taken from the population, which has no cells below
 * 0 and little noise in empty ones; if it has nobody there, from the tables. */
static struct amounts amounts_of(const struct cs_counts *counts, struct cs_levels levels,
                                 struct cs_levels arm)
{
    struct sums shown = sum_up(counts, levels, arm, counts->shown);
    struct sums measured = sum_up(counts, levels, arm, counts->measured);
    double v_people = measured.n_cells * counts->variance,
           covariance = measured.means * counts->variance, n_cells;

    if (counts->shown_all != NULL) {
        count_all(&shown, sum_all(counts, levels, arm, counts->shown_all, &n_cells));
        count_all(&measured,
                  sum_all(counts, levels, arm, counts->measured_all, &n_cells));
        v_people = n_cells * counts->variance_all;
        covariance = 0;
    }
    const struct sums *of = shown.weight > 1 ? &shown : &measured;
    return (struct amounts){
        .shown = { .people = shown.people, .sum = shown.sum },
        .measured = { .people = measured.people,
                      .sum = measured.sum,
                      .variance = variance_of(of),
                      .v_people = v_people,
                      .v_sum = measured.square_means * counts->variance,
                      .covariance = covariance },
        .skewness = skewness_of(of),
    };
}

double cs_counts_means(struct cs_effect *direct, struct cs_effect *synthetic,
                       const struct cs_counts *counts, struct cs_levels levels,
                       const struct cs_arms *arms)
{
    struct cs_amount shown[CS_ARMS], measured[CS_ARMS];
    double needed = 0;

    for (size_t arm = 0; arm < CS_ARMS; arm++) {
        const struct amounts amounts = amounts_of(counts, levels, arms->levels[arm]);

        shown[arm] = amounts.shown;
        measured[arm] = amounts.measured;
        if (arm != CS_NEITHER)
            needed = fmax(needed, cs_mean_people_needed(amounts.skewness));
    }
    cs_mean_direct(direct, measured);
    if (counts->n_tables == 0)
        direct->verdict = CS_NOT_MEASURED;
    cs_mean_synthetic(synthetic, shown, direct);
    return needed;
}

static double cap_of(const struct cs_counts *counts, const struct cs_column *column,
                     const struct cs_density *shape)
{
    double people[CS_CODES_MAX] = { 0 };

    for (size_t code = 0; code < counts->n_codes; code++)
        for (size_t arm = 0; arm < counts->n_arms; arm++)
            people[code] += counts->measured[arm * counts->n_codes + code];
    return cs_worth_cap(column, shape, people, counts->variance * (double)counts->n_arms);
}

void cs_worths_init(struct cs_worths *worths, const struct cs_counts *everybody,
                    const struct cs_asked *asked)
{
    const struct cs_outcome_spec *outcome = everybody->outcome;
    const struct cs_column *column = &asked->study->schema.columns[outcome->column];
    const struct cs_density *shape =
        asked->shapes == NULL ? NULL : asked->shapes[outcome->column];

    worths->cap = cap_of(everybody, column, shape);
    cs_worth_init(&worths->plain, outcome, column, shape, INFINITY);
    cs_worth_init(&worths->capped, outcome, column, shape, worths->cap);
}

/* Which of two means to believe. */
static enum cs_trust trust_of(const struct cs_amounts *amounts,
                              const struct cs_effect *plain)
{
    const struct cs_effect *capped = &amounts->direct;
    const bool is_noisy =
        plain->verdict != CS_REPORTED || plain->lift.noise > plain->lift.sampling;
    const bool has_tail = fmin(plain->rate[CS_TEST].people,
                               plain->rate[CS_CONTROL].people) < amounts->people_needed;

    if (!is_noisy && !has_tail)
        return CS_TRUST_PLAIN;
    if (!isfinite(amounts->cap) || capped->verdict != CS_REPORTED)
        return CS_TRUST_NEITHER;
    return is_noisy ? CS_TRUST_CAPPED_NOISE : CS_TRUST_CAPPED_TAIL;
}

void cs_amounts_answer(struct cs_answer *answer, struct cs_counts *everybody,
                       const struct cs_worths *worths, const struct cs_arms *arms)
{
    const struct cs_levels all = { UINT64_MAX };
    struct cs_amounts *amounts = &answer->amounts;

    amounts->cap = worths->cap;
    everybody->worth = &worths->capped;
    (void)cs_counts_means(&amounts->direct, &amounts->synthetic, everybody, all, arms);
    everybody->worth = &worths->plain;
    amounts->people_needed =
        cs_counts_means(&answer->direct, &answer->synthetic, everybody, all, arms);
    amounts->trust = trust_of(amounts, &answer->direct);
}

enum cs_status cs_amounts_of_converters(struct cs_answer *answers, size_t n,
                                        const struct cs_worths *worths,
                                        const struct cs_asked *asked)
{
    const struct cs_study *study = asked->study;
    const struct cs_outcome_spec *outcome = &study->outcomes[answers[0].outcome];
    struct cs_counts counts = { 0 };
    enum cs_status st;

    CS_TRY(cs_counts_make(&counts, asked, outcome, &study->conversion, 1));
    for (size_t i = 0; i < n; i++) {
        struct cs_amounts *amounts = &answers[i].amounts;
        const struct cs_arms arms = cs_arms_of(study, answers[i].test);

        counts.worth =
            cs_trust_is_capped(amounts->trust) ? &worths->capped : &worths->plain;
        (void)cs_counts_means(&amounts->direct_converters, &amounts->synthetic_converters,
                              &counts, study->outcomes[0].converted, &arms);
    }
out:
    cs_counts_wipe(&counts);
    return st;
}
