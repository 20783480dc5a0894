/* comparison.h: several finished runs on the same people and the same question: what each
 * cost in privacy, what it could say, and which is worth its price.
 *
 * Runs that cannot be compared are refused, with words: of different parties, of one run,
 * with another question or delta, or on another number of people than noise explains.
 * Whether the people are the same no private result tells: that is for the owner to know.
 *
 * What counts is the study's conversion, its first outcome: a run is as good as its
 * widest 95 % interval among the test arms, each relative to the narrowest of all runs.
 *
 *   recommended  of the private runs that are within `tolerance` of the narrowest, or, if
 *                a lift is named, of those that show it with a power of 80 %: the one of
 *                the smallest epsilon, of several the narrowest
 *   dominated    another run has no larger epsilon, and is narrower by a hundredth
 *   sum          of epsilon and delta of all runs: what they cost a person who is in all
 *                of them (Dwork and Roth, "The Algorithmic Foundations of Differential
 *                Privacy", 2014, theorem 3.16), and what the ledger adds up
 *
 * docs/COMPARE.md has this for its readers.
 *
 *   Ownership  the runs are borrowed, and put in order: by epsilon, then by width
 *   Errors     CS_CONFIG with words for runs that cannot be compared; CS_MEMORY
 */
#ifndef CS_PARTY_COMPARISON_H
#define CS_PARTY_COMPARISON_H

#include "party/finished.h"

#define CS_COMPARISON_RUNS_MAX 64
#define CS_COMPARISON_NONE SIZE_MAX

/* What it is asked with. */
struct cs_comparison_terms {
    double tolerance; /* .1: a tenth wider than the narrowest will do */
    double lift;      /* to be shown, a fraction of 1; 0: none is named */
};

/* A run, as it stands among the others. */
struct cs_standing_of_run {
    double excess;       /* of its width over the narrowest, .1: a tenth; INFINITY if an
                            answer is not reported */
    size_t worst;        /* the deciding answer with that excess */
    size_t rank;         /* 1: the narrowest */
    size_t dominated_by; /* place of a run, or CS_COMPARISON_NONE */
    bool suffices;       /* in tolerance, or shows the lift */
};

struct cs_comparison {
    const struct cs_finished *runs; /* (n_runs), in order */
    size_t n_runs;
    struct cs_comparison_terms terms;
    /* The answers that all runs have: answers[k * n_runs + r], the study's conversion
     * first, (n_answers, n_runs); the first n_deciding are of that outcome. */
    const struct cs_finished_answer **answers;
    size_t n_answers, n_deciding;
    struct cs_standing_of_run standing[CS_COMPARISON_RUNS_MAX];
    size_t recommended;            /* place of a run, or CS_COMPARISON_NONE */
    double epsilon_sum, delta_sum; /* of the private runs */
    size_t n_unprotected;
};

CS_MUST_USE enum cs_status cs_comparison_make(struct cs_comparison *comparison,
                                              struct cs_finished *runs, size_t n_runs,
                                              const struct cs_comparison_terms *terms,
                                              struct cs_fault *fault);
void cs_comparison_wipe(struct cs_comparison *comparison);

/* May what follows from these runs be shared? Not if one of them is not private. */
bool cs_comparison_is_private(const struct cs_comparison *comparison);

/* The answer of a run. */
static inline const struct cs_finished_answer *
cs_comparison_answer(const struct cs_comparison *comparison, size_t answer, size_t run)
{
    return comparison->answers[answer * comparison->n_runs + run];
}

#endif
