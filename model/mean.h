/* mean.h: means of two arms, their difference and ratio, when what they are made of are
 * noisy counts of people by value (model/worth.h).
 *
 * A mean m = S / n, S the sum of n people's amounts, is uncertain as a rate is
 * (model/lift.h):
 *
 *   sampling   s^2 / n, s^2 the variance of one person's amount
 *   noise      S and n carry noise of known variances and covariance; by the delta method
 *              (v_S + m^2 v_n - 2 m c) / n^2
 *
 * The difference has Welch's interval ("The generalization of Student's problem when
 * several different population variances are involved", 1947): Student's t with
 *
 *     V^2 / (sum over arms of sampling^2 / (n - 1))
 *
 * degrees of freedom (Satterthwaite, "An approximate distribution of estimates of
 * variance components", 1946), V being the variance of the difference; the noise has a
 * known variance, so none of its own. The ratio has Fieller's interval, as of rates.
 *
 * The mean of a heavy tail is not normal in samples of usual size. A rule says how many
 * people an arm needs: 355 times the square of the skewness of one person's amount (Boos
 * and Hughes-Oliver, "How large does n have to be for Z and t intervals?", 2000; as used
 * for revenue by Kohavi et al., "Seven rules of thumb for web site experimenters", 2014,
 * rule 7). With fewer, the mean of capped amounts is to be believed.
 *
 * As for rates, the effect in a population has the interval of the measured one.
 *
 *   Units      people; amounts in the column's unit; variances in squares of these
 *   Errors     none; what the noise does not support is said by a verdict: CS_WIDE if the
 *              interval is wider than one standard deviation of a person's amount to each
 *              side, which is what 50 points are to a rate
 */
#ifndef CS_MODEL_MEAN_H
#define CS_MODEL_MEAN_H

#include "model/lift.h"

/* The people of one arm, and what they come to. */
struct cs_amount {
    double people, sum;
    double variance;                    /* of one person's amount */
    double v_people, v_sum, covariance; /* of the noise of people and sum */
};

/* The effect as the measured counts have it: rates' values are means, their totals
 * sums. */
void cs_mean_direct(struct cs_effect *effect,
                    const struct cs_amount measured[static CS_ARMS]);

/* The effect in the population, with the uncertainty of the measured one; it is reported
 * only where that is. population: people and sums alone. */
void cs_mean_synthetic(struct cs_effect *effect,
                       const struct cs_amount population[static CS_ARMS],
                       const struct cs_effect *direct);

/* People that an arm needs for its mean to be about normal. */
double cs_mean_people_needed(double skewness);

#endif
