/* ab.h: the A/B analysis: what the synthetic population says about the experiment, and
 * how far it can be trusted.
 *
 * Everything here is computed from private results alone, the population and the noisy
 * tables; no real row is looked at. The formulas are those of model/lift.h.
 *
 *   synthetic  rates in the population
 *   direct     rates in the noisy tables, all those that contain arm x conversion
 *              combined (model/estimate.h). The fit matches the population to the same
 *              estimate, so the two should agree within the noise
 *   tables     do the tables that were combined contradict each other by more than their
 *              noise? They should not: if they do, a table was counted wrongly
 *   segments   the synthetic effect among the people of one level of one column;
 *              p_adjusted takes into account how many segments were looked at
 *   split      are test and control of equal size? (sample-ratio check, Fabijan et
 *              al., "Diagnosing sample ratio mismatch in online controlled
 *              experiments", 2019): chi-square of the measured sizes, with their
 *              noise. For information: the study does not say what ratio was meant
 *
 * A person counts as converted by the codes of the study; all other codes of the
 * conversion, `missing` too, are not converted.
 *
 * With `link: private` the study says who counts:
 *
 *   not-converted  everybody at A, who is at A alone as not converted (intention to
 *                  treat). The converted are measured by cross tables, the people of an
 *                  arm by A's own. By columns of B the people at both count alone: the
 *                  others have no value there
 *   excluded       the people at both alone
 *
 * A person at B alone has no arm, and never counts.
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

struct cs_segment {
    size_t column; /* index into the schema */
    unsigned code;
    enum cs_scope scope; /* who counts */
    struct cs_effect direct, synthetic;
    double p_adjusted; /* of synthetic.lift.p, if reported */
};

struct cs_ab {
    enum cs_scope scope;                /* who counts: CS_AT_A or CS_AT_BOTH */
    struct cs_presence people;          /* of the population */
    double measured[CS_SCOPES];         /* people, and the variance of that; */
    double v_measured[CS_SCOPES];       /* with `link: private` alone */
    struct cs_effect synthetic, direct; /* of everybody */
    bool agree;                         /* the lifts are as close as the noise allows */
    double difference, difference_max;  /* of the lifts: synthetic - direct, and 1.96
                                           standard deviations of the noise */
    double split;                       /* test / (test + control), measured */
    double split_p;                     /* p-value of one half; NAN if not measured */
    size_t n_tables;                    /* that contain arm x conversion */
    double tables_p;                    /* of their agreement; NAN for fewer than two */
    struct cs_segment *segments;        /* (n_segments), in the order of the schema */
    size_t n_segments;
};

/* On success *ab is the caller's, to be freed by cs_ab_free. CS_MEMORY alone. */
CS_MUST_USE enum cs_status cs_ab_analyse(struct cs_ab **ab, const struct cs_noisy *noisy,
                                         const struct cs_crowd *crowd);
void cs_ab_free(struct cs_ab *ab);

#endif
