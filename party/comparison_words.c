#include <math.h>
#include <string.h>

#include "model/study.h"
#include "party/comparison_forms.h"
#include "party/evaluation.h"

#define WORDS CS_COMPARISON_WORDS_BYTES
#define POINTS 100 /* a fraction of 1 */

const char *cs_comparison_mark(const struct cs_comparison_form *form)
{
    if (form->real != NULL)
        return CS_EVALUATION_MARK;
    return cs_comparison_is_private(form->comparison)
               ? "from private results alone: may be shared"
               : CS_UNPROTECTED_MARK;
}

double cs_comparison_in_unit(const struct cs_finished_answer *answer, double x)
{
    return answer->is_rate ? POINTS * x : x;
}

double cs_comparison_rounded(double x)
{
    if (!(x > 0))
        return 0;
    const double unit = pow(10, floor(log10(x)));

    return round(x / unit) * unit;
}

void cs_comparison_title(char words[static CS_COMPARISON_WORDS_BYTES],
                         const struct cs_finished_answer *answer)
{
    snprintf(words, WORDS, "%s, %s minus control%s", answer->outcome, answer->test,
             answer->is_rate ? ", in points" : "");
}

/* ---- the recommendation ---- */

/* `run 2 (epsilon 3, out3/a)`; runs are counted from 1. */
static const char *name_of(char words[static WORDS],
                           const struct cs_comparison *comparison, size_t run)
{
    snprintf(words, WORDS, "run %zu (epsilon %.4g, %.200s)", run + 1,
             comparison->runs[run].epsilon, comparison->runs[run].folder);
    return words;
}

/* The private run of the narrowest interval, or CS_COMPARISON_NONE. */
static size_t best_private(const struct cs_comparison *comparison)
{
    size_t best = CS_COMPARISON_NONE;

    for (size_t r = 0; r < comparison->n_runs; r++)
        if (comparison->runs[r].is_private && isfinite(comparison->standing[r].excess) &&
            (best == CS_COMPARISON_NONE ||
             comparison->standing[r].excess < comparison->standing[best].excess))
            best = r;
    return best;
}

void cs_comparison_verdict(char words[static CS_COMPARISON_WORDS_BYTES],
                           const struct cs_comparison_form *form)
{
    const struct cs_comparison *comparison = form->comparison;
    const double lift = comparison->terms.lift;
    char name[WORDS];

    if (comparison->recommended != CS_COMPARISON_NONE)
        snprintf(words, WORDS, "Take %.500s.",
                 name_of(name, comparison, comparison->recommended));
    else if (lift > 0)
        snprintf(words, WORDS, "Take none: no private run shows a lift of %.4g points.",
                 POINTS * lift);
    else
        snprintf(words, WORDS, "Take none: no private run has an interval that counts.");
}

/* The answer by which the run stands as it does. */
static const struct cs_finished_answer *deciding(const struct cs_comparison *comparison,
                                                 size_t run)
{
    return cs_comparison_answer(comparison, comparison->standing[run].worst, run);
}

/* The answer that shows the least. */
static const struct cs_finished_answer *weakest(const struct cs_comparison *comparison,
                                                size_t run)
{
    const struct cs_finished_answer *weakest = cs_comparison_answer(comparison, 0, run);

    for (size_t k = 1; k < comparison->n_deciding; k++) {
        const struct cs_finished_answer *answer =
            cs_comparison_answer(comparison, k, run);

        if (answer->smallest > weakest->smallest)
            weakest = answer;
    }
    return weakest;
}

static void put_lift_reason(char words[static WORDS],
                            const struct cs_comparison *comparison, size_t run)
{
    char name[WORDS];
    const double smallest = POINTS * weakest(comparison, run)->smallest;

    if (run == comparison->recommended)
        snprintf(
            words, WORDS,
            "It has the smallest epsilon of the runs that show a lift of %.4g points "
            "in 80 of 100 such studies, at a level of 5 %%; the smallest that it "
            "shows so is %.2f points.",
            POINTS * comparison->terms.lift, smallest);
    else
        snprintf(words, WORDS,
                 "The smallest lift that is shown in 80 of 100 such studies is %.2f "
                 "points, by %.400s.",
                 smallest, name_of(name, comparison, run));
}

static void put_excess(char words[static WORDS], double excess)
{
    const size_t n = strlen(words);

    if (excess > 0)
        snprintf(words + n, WORDS - n, "%.1f %% wider.", POINTS * excess);
    else
        snprintf(words + n, WORDS - n, "the narrowest of all.");
}

void cs_comparison_reason(char words[static CS_COMPARISON_WORDS_BYTES],
                          const struct cs_comparison_form *form)
{
    const struct cs_comparison *comparison = form->comparison;
    const size_t best = best_private(comparison), run = comparison->recommended;
    char name[WORDS];

    if (best == CS_COMPARISON_NONE) {
        snprintf(words, WORDS, "The noise hides the answer in each: %s.",
                 cs_comparison_answer(comparison, 0, 0)->reason);
        return;
    }
    if (comparison->terms.lift > 0) {
        put_lift_reason(words, comparison, run != CS_COMPARISON_NONE ? run : best);
        return;
    }
    if (run == CS_COMPARISON_NONE) {
        snprintf(words, WORDS,
                 "Only a run without privacy is narrow enough; the narrowest of the "
                 "others is %.400s, wider by %.0f %%.",
                 name_of(name, comparison, best),
                 POINTS * comparison->standing[best].excess);
        return;
    }
    snprintf(words, WORDS,
             "It has the smallest epsilon of the runs whose 95 %% interval is at most "
             "%.4g %% wider than the narrowest: its own is +-%.2f points, ",
             POINTS * comparison->terms.tolerance,
             POINTS * cs_finished_half_width(deciding(comparison, run)));
    put_excess(words, comparison->standing[run].excess);
}

/* How many times the people it takes for a lift that even no noise would let show. */
static void put_people_needed(char words[static WORDS],
                              const struct cs_finished_answer *answer, double lift)
{
    const double all = answer->sampling + answer->noise;
    const double without = answer->smallest * sqrt(answer->sampling / all);

    if (without > lift)
        snprintf(words, WORDS,
                 " Without any noise the smallest lift shown would be %.2f points: it "
                 "takes some %.1f times the people.",
                 POINTS * without, without / lift * (without / lift));
    else
        snprintf(words, WORDS,
                 " Without any noise the smallest lift shown would be %.2f points: a "
                 "larger epsilon may do.",
                 POINTS * without);
}

void cs_comparison_outlook(char words[static CS_COMPARISON_WORDS_BYTES],
                           const struct cs_comparison_form *form)
{
    const struct cs_comparison *comparison = form->comparison;
    const size_t best = best_private(comparison), chosen = comparison->recommended;
    const size_t run = chosen != CS_COMPARISON_NONE ? chosen : best;
    char needed[WORDS] = "";

    words[0] = '\0';
    if (run == CS_COMPARISON_NONE)
        return;
    const double share = cs_finished_noise_share(deciding(comparison, run));
    if (chosen == CS_COMPARISON_NONE && comparison->terms.lift > 0)
        put_people_needed(needed, weakest(comparison, run), comparison->terms.lift);
    snprintf(
        words, WORDS,
        "Of the variance of run %zu, %.0f %% is privacy noise. No epsilon, however "
        "large, narrows its interval by more than %.0f %%; the rest only more people "
        "can.%.300s",
        run + 1, POINTS * share, POINTS * (1 - sqrt(1 - share)), needed);
}

/* ---- what was spent, and on whom ---- */

/* What the ledger has on these people besides the runs that are compared. */
static void put_ledger(char words[static WORDS],
                       const struct cs_comparison_ledger *ledger, size_t n_compared)
{
    const size_t n = strlen(words);

    if (ledger == NULL)
        return;
    const uint64_t others = ledger->runs > n_compared ? ledger->runs - n_compared : 0;
    snprintf(words + n, WORDS - n,
             " The ledger has %llu runs on these people, %llu of them not compared here: "
             "epsilon %.6g and delta %.3g in all%s.",
             (unsigned long long)ledger->runs, (unsigned long long)others,
             ledger->epsilon, ledger->delta,
             ledger->unprotected > 0 ? ", and no bound for those without privacy" : "");
}

void cs_comparison_budget(char words[static CS_COMPARISON_WORDS_BYTES],
                          const struct cs_comparison_form *form)
{
    static const char *const unprotected =
        "No bound holds for the people of a run without privacy.";
    const struct cs_comparison *comparison = form->comparison;
    const size_t n_private = comparison->n_runs - comparison->n_unprotected;

    if (n_private > 0)
        snprintf(words, WORDS,
                 "On a person who is in all of them the private runs (%zu) have spent "
                 "epsilon %.6g and delta %.3g, which is what the ledger adds up for one "
                 "data set. Choosing a run gives nothing of the others back.%s%s",
                 n_private, comparison->epsilon_sum, comparison->delta_sum,
                 comparison->n_unprotected > 0 ? " " : "",
                 comparison->n_unprotected > 0 ? unprotected : "");
    else
        snprintf(words, WORDS, "%s", unprotected);
    put_ledger(words, form->ledger, comparison->n_runs);
}

/* `1000 +- 20, 998 +- 9`; those for whom there is no room are left out. */
static void put_numbers(char words[static WORDS], const struct cs_comparison *comparison)
{
    size_t n = 0;

    words[0] = '\0';
    for (size_t r = 0; r < comparison->n_runs && n < WORDS / 2; r++) {
        const struct cs_finished *run = &comparison->runs[r];

        n += (size_t)snprintf(words + n, WORDS - n, "%s%.0f +- %.0f", r > 0 ? ", " : "",
                              run->people[CS_AT_BOTH], cs_finished_people_margin(run));
    }
}

void cs_comparison_people(char words[static CS_COMPARISON_WORDS_BYTES],
                          const struct cs_comparison_form *form)
{
    static const char *const known = "By the ledger the people of all runs are the same.";
    static const char *const unknown =
        "The numbers agree within their noise; that the people are the same no private "
        "result tells, but the ledger to which the runs were charged: see --ledger.";
    char numbers[WORDS];

    put_numbers(numbers, form->comparison);
    snprintf(words, WORDS, "People %s, as measured: %.400s. %s",
             form->comparison->runs->linked ? "at both parties" : "in all", numbers,
             form->ledger != NULL ? known : unknown);
}
