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
 *   amounts    of a mean: the same of capped values, which of the two to believe, and the
 *              means of those who converted. Agreement, power and segments are those of
 *              the one to believe (cs_answer_effect)
 *   segments   the effect among the people of one level of one column, or of two columns
 *              that the study pairs. p_adjusted takes into account how many segments of
 *              the answer were looked at
 *   drawn      a segment's lift drawn towards the mean of all (empirical Bayes,
 *              model/pooled.h): a better guess of what it is in truth than the raw one,
 *              which beside thirty others owes much to luck if it is large
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
#include "model/density.h"
#include "model/estimate.h"
#include "model/lift.h"
#include "model/pooled.h"
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
    bool is_drawn; /* towards the mean of all segments alike: by one column, by pairs */
    double drawn, drawn_low, drawn_high; /* the lift, if it is */
};

struct cs_relevance {
    size_t column; /* index into the schema */
    double share;  /* of the outcome's variance that it explains (model/relevance.h) */
    struct cs_difference lifts; /* of its levels that are reported */
};

/* X(name, id, words): which mean to believe, and why. */
/* clang-format off */
#define CS_TRUST_LIST(X) \
    X(PLAIN,        "plain",        "the mean is about normal in so many people") \
    X(CAPPED_NOISE, "capped_noise", "noise in bins of large values is most of the mean's variance") \
    X(CAPPED_TAIL,  "capped_tail",  "the tail is too heavy for the mean of so few people") \
    X(NEITHER,      "neither",      "noise and a heavy tail blur the mean, and hide where to cap it")
/* clang-format on */

enum cs_trust {
#define X(name, id, words) CS_TRUST_##name,
    CS_TRUST_LIST(X)
#undef X
};

const char *cs_trust_name(enum cs_trust trust);  /* its id, for machines */
const char *cs_trust_words(enum cs_trust trust); /* for a reader */

/* Whether it is the capped mean. */
static inline bool cs_trust_is_capped(enum cs_trust trust)
{
    return trust == CS_TRUST_CAPPED_NOISE || trust == CS_TRUST_CAPPED_TAIL;
}

/* What an answer about a mean has besides the means themselves. */
struct cs_amounts {
    double cap;                         /* values above it count as it; INFINITY: none */
    struct cs_effect synthetic, direct; /* of capped values */
    double people_needed; /* in an arm, for its plain mean to be about normal */
    enum cs_trust trust;  /* which of the two to believe */
    /* Means of those who converted, as the study's `conversion` has it, of the values
     * that are to be believed. The arm decides who converts, so their difference is none
     * that the arm makes to a person. */
    struct cs_effect synthetic_converters, direct_converters;
};

/* How one test arm compares with the control in one outcome. */
struct cs_answer {
    size_t test;                        /* index into study->tests */
    size_t outcome;                     /* index into study->outcomes */
    enum cs_scope scope;                /* who counts: CS_AT_A or CS_AT_BOTH */
    struct cs_effect synthetic, direct; /* of everybody */
    struct cs_amounts amounts;          /* of an outcome that is a mean; else 0 */
    double p_adjusted; /* of the effect to believe, for how many answers there are */
    struct cs_agreement agreement;
    struct cs_split split;
    struct cs_power power;
    struct cs_segment
        *segments; /* (n_segments), in the order of the schema, then pairs */
    size_t n_segments;
    struct cs_pool pool[2]; /* of the segments by one column, by pairs; 0: none drawn */
    struct cs_relevance *relevance; /* (n_relevance): of every column that makes segments,
                                       the most telling first */
    size_t n_relevance;
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

/* On success *ab is the caller's, to be freed by cs_ab_free. shapes: (n_columns of the
 * schema), of numeric outcomes alone, NULL where values lie evenly in their bins; or NULL
 * for all. */
CS_MUST_USE enum cs_status cs_ab_analyse(struct cs_ab **ab, const struct cs_noisy *noisy,
                                         const struct cs_density *const *shapes,
                                         const struct cs_crowd *crowd);
void cs_ab_free(struct cs_ab *ab);

/* The effects of an answer to believe: in the population, in the tables. */
static inline const struct cs_effect *cs_answer_effect(const struct cs_answer *answer)
{
    return cs_trust_is_capped(answer->amounts.trust) ? &answer->amounts.synthetic
                                                     : &answer->synthetic;
}
static inline const struct cs_effect *cs_answer_direct(const struct cs_answer *answer)
{
    return cs_trust_is_capped(answer->amounts.trust) ? &answer->amounts.direct
                                                     : &answer->direct;
}

/* The effect of a segment that is reported. */
static inline const struct cs_effect *cs_segment_effect(const struct cs_segment *segment)
{
    return segment->n_columns == 1 ? &segment->synthetic : &segment->direct;
}

#endif
