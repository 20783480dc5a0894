/* ab.h: the A/B analysis: what the synthetic population says about the experiment, and
 * how far it can be trusted.
 *
 * Everything here is computed from private results alone, the population, the noisy
 * tables and shapes of columns; no real row is looked at. Formulas are those of
 * model/lift.h for rates, model/mean.h for means.
 *
 * A study asks one question for each test arm and each outcome, and gets an answer to
 * each (struct cs_answer): how the arm compares with the control in that outcome.
 *
 *   synthetic  rates or means in the population
 *   direct     those in the noisy tables, all that contain arm x outcome combined
 *              (model/estimate.h). The fit matches the population to the tables, so the
 *              two should agree within the noise
 *   agreement  do they? And do the tables that were combined contradict each other by
 *              more than their noise? They should not: if they do, a table was counted
 *              wrongly
 *   split      are the arms of equal size? (sample-ratio check, Fabijan et al.,
 *              "Diagnosing sample ratio mismatch in online controlled experiments",
 *              2019): chi-square of the measured sizes, with their noise. For
 *              information: the study does not say what ratio was meant
 *   power      the smallest lift that such a study shows with a power of 80 % at 5 %
 *              two-sided, 2.80 standard errors (Bloom, "Minimum detectable effects",
 *              1995), with the noise and without it
 *   segments   the effect among the people of one level of one column, or of two columns
 *              that the study pairs. p_adjusted takes into account how many segments of
 *              the answer were looked at
 *   relevance  what each column tells of the outcome, and how far the effect differs from
 *              one of its levels to the next
 *
 * Segments by one column are those of the population. Tables of pairs have four columns
 * and are not fitted (model/targets.h): the population does not know them, so segments by
 * a pair are reported as the tables have them. cs_segment_effect is the one that counts.
 * A column that is an outcome makes no segments: whom it would compare is decided by what
 * the arm did.
 *
 * A person counts as converted by the codes of the study; all other codes of the outcome,
 * `missing` too, are not converted. A person without a value counts as 0 in a mean,
 * unless the study leaves them out.
 *
 * With `link: private` the study says who counts:
 *
 *   not-converted  everybody at A, who is at A alone as not converted, or 0 (intention to
 *                  treat). The converted are measured by cross tables, the people of an
 *                  arm by A's own. By columns of B the people at both count alone: the
 *                  others have no value there
 *   excluded       the people at both alone
 *
 * A person at B alone has no arm, and never counts.
 *
 *   Ownership  an analysis owns its arrays; study, tables and people are not kept
 *   Errors     CS_MEMORY alone; what the noise does not support is said by a verdict
 */
#ifndef CS_MODEL_AB_H
#define CS_MODEL_AB_H

#include "model/codes.h"
#include "model/estimate.h"
#include "model/lift.h"
#include "model/presence.h"

/* The synthetic people. */
struct cs_crowd {
    const struct cs_codes *population; /* all columns of the schema */
    const struct cs_presence *people;  /* where its rows are */
};

struct cs_agreement {
    bool agree;                        /* the lifts are as close as the noise allows */
    double difference, difference_max; /* of the lifts: synthetic - direct, and 1.96
                                          standard deviations of the noise */
    size_t n_tables;                   /* that contain arm x outcome */
    double tables_p;                   /* of their agreement; NAN for fewer than two */
};

struct cs_split {
    double test; /* test / (test + control), measured */
    double p;    /* p-value of one half; NAN if not measured */
};

struct cs_power {
    double lift;          /* that such a study shows; NAN if nothing is reported */
    double without_noise; /* if its people were counted exactly */
};

struct cs_segment {
    size_t n_columns; /* 1, or 2 of a pair */
    size_t column[2]; /* indices into the schema */
    unsigned code[2];
    enum cs_scope scope; /* who counts */
    struct cs_effect direct, synthetic;
    double p_adjusted; /* of the effect that counts, if reported */
};

/* How one test arm compares with the control in one outcome. */
struct cs_answer {
    size_t test;                        /* index into study->tests */
    size_t outcome;                     /* index into study->outcomes */
    enum cs_scope scope;                /* who counts: CS_AT_A or CS_AT_BOTH */
    struct cs_effect synthetic, direct; /* of everybody */
    double p_adjusted;                  /* for how many answers there are, if reported */
    struct cs_agreement agreement;
    struct cs_split split;
    struct cs_power power;
    struct cs_segment
        *segments; /* (n_segments), in the order of the schema, then pairs */
    size_t n_segments;
};

struct cs_ab {
    struct cs_presence people;    /* of the population */
    double measured[CS_SCOPES];   /* people, and the variance of that; */
    double v_measured[CS_SCOPES]; /* with `link: private` alone */
    double split_p;               /* of all arms being of one size; NAN if not measured */
    struct cs_answer *answers;    /* (n_answers): test arms of the first outcome, of the
                                     second, .. */
    size_t n_answers;
};

/* On success *ab is the caller's, to be freed by cs_ab_free. */
CS_MUST_USE enum cs_status cs_ab_analyse(struct cs_ab **ab, const struct cs_noisy *noisy,
                                         const struct cs_crowd *crowd);
void cs_ab_free(struct cs_ab *ab);

/* The effect of a segment that is reported. */
static inline const struct cs_effect *cs_segment_effect(const struct cs_segment *segment)
{
    return segment->n_columns == 1 ? &segment->synthetic : &segment->direct;
}

#endif
