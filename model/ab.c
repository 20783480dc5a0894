#include "model/ab.h"

#include <math.h>
#include <stdlib.h>

#include "model/ab_parts.h"

#define POWER_ERRORS 2.801585218112924 /* normal quantiles .975 + .8 */

/* Equal halves have a difference of variance n, the sum of two Poisson counts, plus the
 * noise; with no noise this is Pearson's chi-square. */
static struct cs_split split_of(const struct cs_counts *counts, struct cs_levels test)
{
    double v_test, v_control;
    const double n_test = cs_counts_people(&v_test, counts, test);
    const double n_control = cs_counts_people(&v_control, counts, counts->study->control);
    const double n = n_test + n_control;

    if (!(n > 0) || counts->n_tables == 0)
        return (struct cs_split){ NAN, NAN };
    return (struct cs_split){ n_test / n, cs_normal_p((n_test - n_control) /
                                                      sqrt(n + v_test + v_control)) };
}

/* The same for k arms: sum of (n_i - mean)^2 / (mean + noise) with k - 1 degrees, as far
 * as the noise is the same in all of them. */
static double split_of_all(const struct cs_counts *counts)
{
    const struct cs_study *study = counts->study;
    const double k = (double)study->n_tests + 1;
    double n[CS_TEST_ARMS_MAX + 1], variance[CS_TEST_ARMS_MAX + 1];
    double sum = 0, noise = 0, squares = 0;

    n[0] = cs_counts_people(&variance[0], counts, study->control);
    for (size_t i = 0; i < study->n_tests; i++)
        n[i + 1] = cs_counts_people(&variance[i + 1], counts, study->tests[i].levels);
    for (size_t i = 0; i <= study->n_tests; i++) {
        sum += n[i];
        noise += variance[i] / k;
    }
    if (!(sum > 0) || counts->n_tables == 0)
        return NAN;
    for (size_t i = 0; i <= study->n_tests; i++)
        squares += (n[i] - sum / k) * (n[i] - sum / k);
    return cs_chi_square_p(squares / (sum / k + noise), study->n_tests);
}

/* By how much the lifts may differ. Without noise it is rounding to whole people: each
 * cell by less than one, the largest by what all the others lack; each worth as much as
 * the cell that is worth most. */
static double explained(const struct cs_answer *answer, const struct cs_counts *counts)
{
    const double cells = (double)(counts->n_arms * counts->n_codes);
    const struct cs_rate *rate = cs_answer_effect(answer)->rate;
    double most = counts->worth == NULL ? 1 : 0;

    if (!counts->study->unprotected)
        return CS_Z95 * sqrt(cs_answer_direct(answer)->lift.noise);
    for (size_t code = 0; counts->worth != NULL && code < counts->n_codes; code++)
        most = fmax(most, fabs(counts->worth->mean[code]));
    return most * (cells / rate[CS_TEST].people + cells / rate[CS_CONTROL].people);
}

static void compare_lifts(struct cs_answer *answer, const struct cs_counts *counts)
{
    const struct cs_effect *synthetic = cs_answer_effect(answer);
    struct cs_agreement *agreement = &answer->agreement;

    if (synthetic->verdict != CS_REPORTED)
        return;
    agreement->difference = synthetic->lift.value - cs_answer_direct(answer)->lift.value;
    agreement->difference_max = explained(answer, counts);
    agreement->agree = fabs(agreement->difference) <= agreement->difference_max;
}

static struct cs_power power_of(const struct cs_effect *effect)
{
    const struct cs_lift *lift = &effect->lift;

    if (effect->verdict != CS_REPORTED)
        return (struct cs_power){ NAN, NAN };
    return (struct cs_power){ POWER_ERRORS * sqrt(lift->sampling + lift->noise),
                              POWER_ERRORS * sqrt(lift->sampling) };
}

/* worths: of a mean, else NULL. */
static void answer(struct cs_answer *answer, struct cs_counts *counts,
                   const struct cs_worths *worths)
{
    const struct cs_arms arms = cs_arms_of(counts->study, answer->test);

    answer->scope = counts->scope;
    answer->agreement.n_tables = counts->n_tables;
    if (worths == NULL)
        cs_counts_effect(&answer->direct, &answer->synthetic, counts, 0, &arms);
    else
        cs_amounts_answer(answer, counts, worths, &arms);
    compare_lifts(answer, counts);
    answer->split = split_of(counts, arms.levels[CS_TEST]);
    answer->power = power_of(cs_answer_direct(answer));
}

static enum cs_status compare_tables(double *p, const struct cs_counts *counts,
                                     const struct cs_noisy *noisy)
{
    double chi_square;
    size_t n_degrees;
    const enum cs_status st = cs_estimate_contradiction(
        &chi_square, &n_degrees, CS_AT_BOTH, counts->columns, counts->n_columns, noisy);

    *p = st == CS_OK && n_degrees > 0 ? cs_chi_square_p(chi_square, n_degrees) : NAN;
    return st;
}

/* The answers of one outcome, for every test arm. */
static enum cs_status answer_outcome(struct cs_ab *ab, struct cs_answer *answers,
                                     const struct cs_asked *asked, size_t outcome)
{
    const struct cs_outcome_spec *spec = &asked->study->outcomes[outcome];
    const size_t n = asked->study->n_tests;
    struct cs_counts counts = { 0 };
    struct cs_worths worths;
    enum cs_status st;
    double tables_p;

    CS_TRY(cs_counts_make(&counts, asked, spec, NULL, 0));
    CS_TRY(compare_tables(&tables_p, &counts, asked->noisy));
    if (spec->is_mean)
        cs_worths_init(&worths, &counts, asked);
    for (size_t test = 0; test < n; test++) {
        answers[test].test = test;
        answers[test].outcome = outcome;
        answers[test].agreement.tables_p = tables_p;
        answer(&answers[test], &counts, spec->is_mean ? &worths : NULL);
    }
    if (outcome == 0)
        ab->split_p = split_of_all(&counts);
    if (spec->is_mean)
        CS_TRY(cs_amounts_of_converters(answers, n, &worths, asked));
    CS_TRY(cs_ab_segment(answers, n, spec->is_mean ? &worths : NULL, asked));
out:
    cs_counts_wipe(&counts);
    return st;
}

static int by_p(const void *x, const void *y)
{
    const double a = cs_answer_effect(*(struct cs_answer *const *)x)->lift.p;
    const double b = cs_answer_effect(*(struct cs_answer *const *)y)->lift.p;

    return (a > b) - (a < b);
}

static void adjust_answers(struct cs_ab *ab)
{
    struct cs_answer *reported[CS_TEST_ARMS_MAX * CS_OUTCOMES_MAX];
    double p[CS_TEST_ARMS_MAX * CS_OUTCOMES_MAX];
    size_t n = 0;

    for (size_t i = 0; i < ab->n_answers; i++)
        if (cs_answer_effect(&ab->answers[i])->verdict == CS_REPORTED)
            reported[n++] = &ab->answers[i];
    qsort(reported, n, sizeof *reported, by_p);
    for (size_t i = 0; i < n; i++)
        p[i] = cs_answer_effect(reported[i])->lift.p;
    cs_p_adjust(p, n);
    for (size_t i = 0; i < n; i++)
        reported[i]->p_adjusted = p[i];
}

const char *cs_trust_name(enum cs_trust trust)
{
    static const char *const id_of[] = {
#define X(name, id, words) id,
        CS_TRUST_LIST(X)
#undef X
    };

    return id_of[trust];
}

const char *cs_trust_words(enum cs_trust trust)
{
    static const char *const words_of[] = {
#define X(name, id, words) words,
        CS_TRUST_LIST(X)
#undef X
    };

    return words_of[trust];
}

static void count_people(struct cs_ab *ab, const struct cs_asked *asked)
{
    ab->people = *asked->crowd->people;
    if (asked->study->link != CS_LINK_PRIVATE)
        return;
    for (enum cs_scope scope = CS_AT_A; scope <= CS_AT_BOTH; scope++)
        ab->measured[scope] =
            cs_estimate_people(&ab->v_measured[scope], scope, asked->noisy);
}

enum cs_status cs_ab_analyse(struct cs_ab **ab, const struct cs_noisy *noisy,
                             const struct cs_density *const *shapes,
                             const struct cs_crowd *crowd)
{
    const struct cs_study *study = noisy->study;
    const struct cs_asked asked = { study, noisy, shapes, crowd };
    enum cs_status st = CS_MEMORY;
    struct cs_ab *made = calloc(1, sizeof *made);

    CS_REQUIRE(crowd->population->n_columns == study->schema.n_columns);
    CS_REQUIRE(crowd->population->n_rows == cs_presence_all(crowd->people));
    CS_REQUIRE(study->n_tests > 0 && study->n_outcomes > 0);
    if (made == NULL)
        goto out;
    made->n_answers = study->n_tests * study->n_outcomes;
    made->answers = calloc(made->n_answers, sizeof *made->answers);
    if (made->answers == NULL)
        goto out;
    count_people(made, &asked);
    for (size_t i = 0; i < study->n_outcomes; i++)
        CS_TRY(answer_outcome(made, made->answers + i * study->n_tests, &asked, i));
    adjust_answers(made);
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
    for (size_t i = 0; ab->answers != NULL && i < ab->n_answers; i++) {
        free(ab->answers[i].segments);
        free(ab->answers[i].relevance);
    }
    free(ab->answers);
    free(ab);
}
