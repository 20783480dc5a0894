/* ab_parts.h: what the files model/ab*.c share: people counted by level, arm and outcome
 * (ab_count.c), what they come to (ab_amount.c), and segments (ab_segments.c).
 *
 * Inside model/ab*.c alone.
 */
#ifndef CS_MODEL_AB_PARTS_H
#define CS_MODEL_AB_PARTS_H

#include "model/ab.h"
#include "model/mean.h"
#include "model/worth.h"

/* What an analysis is made from. */
struct cs_asked {
    const struct cs_study *study;
    const struct cs_noisy *noisy;
    const struct cs_density *const *shapes; /* by column; or NULL */
    const struct cs_crowd *crowd;
};

/* The people of one outcome, by the levels of up to two columns: in the population and as
 * measured. Whoever is at A alone is in the totals, if these are of everybody at A. */
struct cs_counts {
    const struct cs_study *study;
    const struct cs_outcome_spec *outcome;
    size_t columns[4]; /* those of the levels, the arm, the outcome */
    size_t n_columns;
    size_t n_levels, n_arms, n_codes; /* of the levels together, the arm, the outcome */
    enum cs_scope scope;              /* who counts */
    size_t n_tables;                  /* that hold the question; 0: it was not measured */
    double *shown;    /* (n_levels, n_arms, n_codes): synthetic people at both */
    double *measured; /* the same, estimated from all tables */
    double variance;  /* of each of these */
    double apart;     /* how many times that noise is where levels are compared with each
                         other: they were made to add up */
    double *shown_all, *measured_all; /* (n_levels, n_arms): everybody at A; of CS_AT_A
                                         alone, else NULL */
    double variance_all;
    const struct cs_worth *worth; /* of a mean, by the caller: of the outcome's codes */
};

/* levels: columns, n_levels of them (0 to 2): with none there is one level, everybody.
 * CS_MEMORY; whatever comes of it, cs_counts_wipe frees. */
CS_MUST_USE enum cs_status cs_counts_make(struct cs_counts *counts,
                                          const struct cs_asked *asked,
                                          const struct cs_outcome_spec *outcome,
                                          const size_t *levels, size_t n_levels);
void cs_counts_wipe(struct cs_counts *counts);

/* The people of a level by arm: those of one test arm, the control, and no arm at all. */
struct cs_arms {
    struct cs_levels levels[CS_ARMS];
};
struct cs_arms cs_arms_of(const struct cs_study *study, size_t test);

/* One level's effect, by shown and by measured people. */
void cs_counts_effect(struct cs_effect *direct, struct cs_effect *synthetic,
                      const struct cs_counts *counts, size_t level,
                      const struct cs_arms *arms);

/* The people measured in some levels of the arm, of everybody who counts, and the
 * variance of that. */
double cs_counts_people(double *variance, const struct cs_counts *counts,
                        struct cs_levels levels);

/* The means of the people of some levels. Returns how many people an arm needs for its
 * mean to be about normal. */
double cs_counts_means(struct cs_effect *direct, struct cs_effect *synthetic,
                       const struct cs_counts *counts, struct cs_levels levels,
                       const struct cs_arms *arms);

/* What the codes of a numeric outcome are worth. */
struct cs_worths {
    struct cs_worth plain, capped;
    double cap;
};
void cs_worths_init(struct cs_worths *worths, const struct cs_counts *everybody,
                    const struct cs_asked *asked);

/* An answer about a mean: plain, capped, and which to believe; leaves everybody->worth
 * plain. Then, for the answers (n) of one outcome, the means of those who converted. */
void cs_amounts_answer(struct cs_answer *answer, struct cs_counts *everybody,
                       const struct cs_worths *worths, const struct cs_arms *arms);
CS_MUST_USE enum cs_status cs_amounts_of_converters(struct cs_answer *answers, size_t n,
                                                    const struct cs_worths *worths,
                                                    const struct cs_asked *asked);

/* Fills in the segments of the answers (n), one for each test arm of one outcome. worths:
 * of a mean, else NULL. */
CS_MUST_USE enum cs_status cs_ab_segment(struct cs_answer *answers, size_t n,
                                         const struct cs_worths *worths,
                                         const struct cs_asked *asked);

#endif
