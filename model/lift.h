/* lift.h: rates of two arms, their difference and ratio, when the counts are noisy.
 *
 * Two things make a rate r = X / (X + Y) of an arm uncertain, X converted and Y not:
 *
 *   sampling   the n people of the experiment are a sample: r (1 - r) / n, computed at
 *              (X + 1) / (n + 2) so that a rate of 0 has an interval too (Agresti and
 *              Caffo, "Simple and effective confidence intervals for proportions and
 *              differences of proportions", 2000, section 3)
 *   noise      X and Y carry noise of known variances v_X, v_Y and covariance c, 0 if
 *              they were counted apart; by the delta method
 *              ((1 - r)^2 v_X + r^2 v_Y - 2 r (1 - r) c) / n^2 (Oehlert, "A note on the
 *              delta method", 1992). Where all n were counted, and X apart, Y = n - X has
 *              v_Y = v_n + v_X and c = -v_X, and this is (v_X + r^2 v_n) / n^2
 *
 * The lift r_test - r_control has a normal interval and two-sided p-value, both by the
 * sum of these variances. The relative lift r_test / r_control - 1 has Fieller's set
 * ("Some problems in interval estimation", 1954): the ratios rho that |r_test - rho
 * r_control| <= 1.96 sqrt(v_test + rho^2 v_control) does not rule out. So it holds 0 just
 * where the lift's interval does. It is an interval, and given, where the control's rate
 * is 1.96 of its own standard deviations or more.
 *
 * The effect in a synthetic population has the interval and p-value of the measured one.
 * Its own distribution nobody knows: the tables it is fitted to were drawn towards what
 * their margins say (model/shrink.h), which takes away noise and puts in a bias that a
 * single segment does not show. So its lift is nearer to the truth as a rule (at epsilon
 * 0.5 it has half the error of the measured one), need not be in the middle of the
 * interval, and is outside it where the population does not say what was measured. The
 * measured lift is unbiased, its variance is known, and its interval covers; around the
 * population's it would cover by luck (docs/REPORT.md).
 *
 *   Units      people, rates as fractions of 1, variances in squares of these
 *   Errors     none; what the noise does not support is said by a verdict
 *   Threads    no hidden state
 */
#ifndef CS_MODEL_LIFT_H
#define CS_MODEL_LIFT_H

#include <stdbool.h>
#include <stddef.h>

#define CS_Z95 1.959963984540054 /* quantile .975 of the standard normal */

/* People in an arm must be this many standard deviations of the noise: below, the delta
 * method's expansion in 1 / n is worth nothing. */
#define CS_PEOPLE_OVER_NOISE 5.
#define CS_HALF_WIDTH_MAX .5 /* of an interval that is still worth printing */

enum cs_arm { CS_TEST, CS_CONTROL, CS_NEITHER, CS_ARMS };

/* X(name, id, words): why there is no number. */
/* clang-format off */
#define CS_VERDICT_LIST(X) \
    X(REPORTED,     "reported",     "reported") \
    X(FEW_PEOPLE,   "few_people",   "fewer people in an arm than the study's minimum") \
    X(NOT_MEASURED, "not_measured", "no table of arm, column and outcome was measured") \
    X(NOISY_PEOPLE, "noisy_people", "the people counted in an arm do not stand out of the noise") \
    X(WIDE,         "wide",         "its interval is wider than 50 points, or a standard deviation")
/* clang-format on */

enum cs_verdict {
#define X(name, id, words) CS_##name,
    CS_VERDICT_LIST(X)
#undef X
};

const char *cs_verdict_name(enum cs_verdict verdict);  /* its id, for machines */
const char *cs_verdict_words(enum cs_verdict verdict); /* for a reader */

/* The people of one arm, by conversion. */
struct cs_outcome {
    double converted, other;
    double v_converted, v_other; /* variance of their noise */
    double covariance;           /* of the two noises */
};

/* Of one arm: a rate, or a mean (model/mean.h). */
struct cs_rate {
    double people;
    double total;           /* who converted; of a mean, the sum */
    double value;           /* total / people; NAN if there are no people */
    double sampling, noise; /* variances; INFINITY if nobody was measured */
};

struct cs_lift {
    double value;
    double low, high;       /* of rates within [-1, 1] */
    double sampling, noise; /* variances of the measured lift */
    double p;
};

struct cs_relative {
    bool reported;
    double value, low, high; /* at least -1 */
};

struct cs_effect {
    enum cs_verdict verdict; /* unless CS_REPORTED, lift and relative are not set */
    struct cs_rate rate[CS_ARMS];
    struct cs_lift lift;
    struct cs_relative relative;
};

/* The effect as the measured counts have it. Counts below 0 are taken for 0 in rates. */
void cs_effect_direct(struct cs_effect *effect,
                      const struct cs_outcome measured[static CS_ARMS]);

/* The effect in the population, with the uncertainty of the measured one; it is reported
 * only where that is. population: counts alone. */
void cs_effect_synthetic(struct cs_effect *effect,
                         const struct cs_outcome population[static CS_ARMS],
                         const struct cs_effect *direct);

/* The steps that rates and means share. The ratio of two values by their variances; and
 * the uncertainty of the measured effect for rates of a population, of which people,
 * totals and values are set, all else 0. */
struct cs_relative cs_relative_of(const struct cs_rate *test,
                                  const struct cs_rate *control);
void cs_effect_place(struct cs_effect *effect, const struct cs_effect *direct);

/* Two-sided p-value of z standard normal; that of chi-square with one degree is
 * cs_normal_p(sqrt(chi_square)). */
double cs_normal_p(double z);

/* Upper p-value of chi-square by the cube root (Wilson and Hilferty, "The distribution of
 * chi-square", 1931): within .001 from 10 degrees on. 0 < n_degrees. */
double cs_chi_square_p(double chi_square, size_t n_degrees);

/* p: (n), in ascending order; becomes adjusted p-values: rejecting those up to q has a
 * false discovery rate of at most q (Benjamini and Hochberg, "Controlling the false
 * discovery rate", 1995, section 3). */
void cs_p_adjust(double *p, size_t n);

#endif
