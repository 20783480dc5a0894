#include "party/comparison.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "party/comparable.h"

#define NARROWER .99 /* as wide as this of another's is narrower, not luck */

/* ---- the answers that all runs have ---- */

static const struct cs_finished_answer *find(const struct cs_finished *run,
                                             const struct cs_finished_answer *like)
{
    for (size_t i = 0; i < run->n_answers; i++)
        if (strcmp(run->answers[i].test, like->test) == 0 &&
            strcmp(run->answers[i].terms, like->terms) == 0)
            return &run->answers[i];
    return NULL;
}

/* Puts the answer of each run into row, if all have it. */
static bool find_in_all(const struct cs_finished_answer **row,
                        const struct cs_comparison *comparison,
                        const struct cs_finished_answer *like)
{
    for (size_t r = 0; r < comparison->n_runs; r++) {
        row[r] = find(&comparison->runs[r], like);
        if (row[r] == NULL)
            return false;
    }
    return true;
}

/* Adds those answers of the first run that all have: of its first outcome, or of others.
 */
static void add_answers(struct cs_comparison *comparison, bool of_first)
{
    const struct cs_finished *first = &comparison->runs[0];

    for (size_t i = 0; i < first->n_answers; i++) {
        const struct cs_finished_answer **row =
            comparison->answers + comparison->n_answers * comparison->n_runs;
        const bool is_of_first =
            strcmp(first->answers[i].terms, first->answers[0].terms) == 0;

        if (is_of_first == of_first && find_in_all(row, comparison, &first->answers[i]))
            comparison->n_answers++;
    }
}

static enum cs_status match_answers(struct cs_comparison *comparison)
{
    comparison->answers = calloc(comparison->runs[0].n_answers * comparison->n_runs,
                                 sizeof(struct cs_finished_answer *));
    if (comparison->answers == NULL)
        return CS_MEMORY;
    add_answers(comparison, true);
    comparison->n_deciding = comparison->n_answers;
    add_answers(comparison, false);
    return CS_OK;
}

/* ---- how wide ---- */

static double narrowest(const struct cs_comparison *comparison, size_t answer)
{
    double least = INFINITY;

    for (size_t r = 0; r < comparison->n_runs; r++)
        least = fmin(least,
                     cs_finished_half_width(cs_comparison_answer(comparison, answer, r)));
    return least; /* fmin passes over what is not reported */
}

static double excess_of(const struct cs_comparison *comparison, size_t answer, size_t run)
{
    const struct cs_finished_answer *a = cs_comparison_answer(comparison, answer, run);

    return a->reported ? cs_finished_half_width(a) / narrowest(comparison, answer) - 1
                       : INFINITY;
}

/* By the worst of the answers that decide. */
static void find_excess(struct cs_standing_of_run *standing,
                        const struct cs_comparison *comparison, size_t run)
{
    standing->excess = 0;
    standing->worst = 0;
    for (size_t k = 0; k < comparison->n_deciding; k++) {
        const double excess = excess_of(comparison, k, run);

        if (excess <= standing->excess)
            continue;
        standing->excess = excess;
        standing->worst = k;
    }
}

static bool shows(const struct cs_comparison *comparison, size_t run, double lift)
{
    for (size_t k = 0; k < comparison->n_deciding; k++)
        if (!(cs_comparison_answer(comparison, k, run)->smallest <= lift))
            return false;
    return true;
}

/* ---- how the runs stand ---- */

static size_t rank_of(const struct cs_comparison *comparison, size_t run)
{
    size_t rank = 1;

    for (size_t r = 0; r < comparison->n_runs; r++)
        rank += comparison->standing[r].excess < comparison->standing[run].excess;
    return rank;
}

/* The narrowest of those that cost no more and are narrower. */
static size_t dominator_of(const struct cs_comparison *comparison, size_t run)
{
    const struct cs_standing_of_run *standing = comparison->standing;
    double least = NARROWER * (1 + standing[run].excess);
    size_t by = CS_COMPARISON_NONE;

    for (size_t r = 0; r < comparison->n_runs; r++)
        if (comparison->runs[r].epsilon <= comparison->runs[run].epsilon &&
            1 + standing[r].excess < least) {
            least = 1 + standing[r].excess;
            by = r;
        }
    return by;
}

static void find_standing(struct cs_comparison *comparison)
{
    const struct cs_comparison_terms *terms = &comparison->terms;

    for (size_t r = 0; r < comparison->n_runs; r++)
        find_excess(&comparison->standing[r], comparison, r);
    for (size_t r = 0; r < comparison->n_runs; r++) {
        struct cs_standing_of_run *standing = &comparison->standing[r];

        standing->rank = rank_of(comparison, r);
        standing->dominated_by = dominator_of(comparison, r);
        standing->suffices = terms->lift > 0 ? shows(comparison, r, terms->lift)
                                             : standing->excess <= terms->tolerance;
    }
}

/* Cheaper, or as cheap and narrower. */
static bool is_better(const struct cs_comparison *comparison, size_t run, size_t than)
{
    const struct cs_finished *runs = comparison->runs;

    if (than == CS_COMPARISON_NONE || runs[run].epsilon < runs[than].epsilon)
        return true;
    return runs[run].epsilon <= runs[than].epsilon &&
           comparison->standing[run].excess < comparison->standing[than].excess;
}

static void recommend(struct cs_comparison *comparison)
{
    comparison->recommended = CS_COMPARISON_NONE;
    for (size_t r = 0; r < comparison->n_runs; r++)
        if (comparison->runs[r].is_private && comparison->standing[r].suffices &&
            is_better(comparison, r, comparison->recommended))
            comparison->recommended = r;
}

static void add_up(struct cs_comparison *comparison)
{
    for (size_t r = 0; r < comparison->n_runs; r++) {
        const struct cs_finished *run = &comparison->runs[r];

        comparison->n_unprotected += !run->is_private;
        comparison->epsilon_sum += run->is_private ? run->epsilon_spent : 0;
        comparison->delta_sum += run->delta;
    }
}

/* ---- the whole ---- */

static double width_of(const struct cs_finished *run)
{
    const double width = cs_finished_half_width(&run->answers[0]);

    return isnan(width) ? INFINITY : width;
}

static int by_epsilon_then_width(const void *a, const void *b)
{
    const struct cs_finished *x = a, *y = b;
    const double w = width_of(x), v = width_of(y);

    if (x->epsilon < y->epsilon || x->epsilon > y->epsilon)
        return x->epsilon < y->epsilon ? -1 : 1;
    return (w > v) - (w < v);
}

enum cs_status cs_comparison_make(struct cs_comparison *comparison,
                                  struct cs_finished *runs, size_t n_runs,
                                  const struct cs_comparison_terms *terms,
                                  struct cs_fault *fault)
{
    enum cs_status st;

    CS_REQUIRE(n_runs > 0 && n_runs <= CS_COMPARISON_RUNS_MAX);
    *comparison = (struct cs_comparison){ .terms = *terms };
    CS_TRY(cs_comparable_check(runs, n_runs, fault));
    qsort(runs, n_runs, sizeof *runs, by_epsilon_then_width);
    comparison->runs = runs;
    comparison->n_runs = n_runs;
    CS_TRY(match_answers(comparison));
    find_standing(comparison);
    recommend(comparison);
    add_up(comparison);
out:
    if (st != CS_OK)
        cs_comparison_wipe(comparison);
    return st;
}

void cs_comparison_wipe(struct cs_comparison *comparison)
{
    free(comparison->answers);
    *comparison = (struct cs_comparison){ .answers = NULL };
}

bool cs_comparison_is_private(const struct cs_comparison *comparison)
{
    return comparison->n_unprotected == 0;
}
