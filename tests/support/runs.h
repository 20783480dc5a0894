/* runs.h: finished runs to be compared, as if they had been read: of two test arms,
 * `mail` and `letter`, the latter half as wide. */
#ifndef CS_TESTS_SUPPORT_RUNS_H
#define CS_TESTS_SUPPORT_RUNS_H

#include "party/comparison.h"

enum { CS_RUNS = 3, CS_RUNS_ARMS = 2 };

struct cs_runs {
    struct cs_finished run[CS_RUNS]; /* folders `one`, `two`, `three` */
    struct cs_finished_answer answer[CS_RUNS][CS_RUNS_ARMS + 1]; /* room for one more */
    struct cs_comparison comparison;
    struct cs_fault fault;
};

/* A tolerance of a tenth. */
extern const struct cs_comparison_terms cs_runs_tenth;

/* Epsilon 3, 1 and 2, in this order; the larger, the narrower. */
void cs_runs_set(struct cs_runs *runs);

/* Run r with another epsilon (INFINITY: not private) and standard deviation of its lift,
 * three quarters of the variance noise. */
void cs_runs_set_one(struct cs_runs *runs, size_t r, double epsilon, double deviation);

/* Fails the test if they cannot be compared. */
void cs_runs_compare(struct cs_runs *runs, const struct cs_comparison_terms *terms);

#endif
