/* shrink.h: a noisy count drawn towards what is known of it without the noise.
 *
 * Empirical Bayes (James, Stein, "Estimation with Quadratic Loss", 1961; the gain of a
 * Wiener filter). With e what is expected and s2 the variance of the noise,
 *
 *     value = e + g (noisy - e),   g = max(t / (t + s2), 1 - 2 s2 / (noisy - e)^2),  t =
 * 10 e
 *
 * Near e the gain is that of a prior of variance t, far from e the measurement wins. A
 * count that is surely not e (3 standard deviations away) and nearer to 0 is drawn
 * towards 0 instead, with t = 0: combinations that do not occur. What is left of the
 * variance is g s2, at least .3 s2, and 1 for rounding to people.
 *
 * Without noise the value is the count, and what is left is 1 + .03 |noisy|: a little
 * that grows with it, so that the fit's moves find a way through large cells.
 *
 *   Same bits   + - * / on doubles in a fixed order: the same on every machine
 */
#ifndef CS_MODEL_SHRINK_H
#define CS_MODEL_SHRINK_H

struct cs_shrunk {
    double value, variance;
};

/* variance is that of the noise; expected is not negative. */
struct cs_shrunk cs_shrink(double noisy, double expected, double variance);

/* The same where e is what another study says. How far studies differ is not known
 * beforehand: t = spread e with a spread that is measured over many cells, and a single
 * cell wins over it 3 standard deviations away. */
struct cs_shrunk cs_shrink_to_prior(double noisy, double expected, double variance,
                                    double spread);

/* Sums up (noisy - e)^2 - s2 and e; their quotient is the variance of a true count around
 * e, over e (the method of moments: Efron, Morris, "Data Analysis Using Stein's
 * Estimator", 1975, section 3), at least 1, which is that of a draw of people. */
struct cs_spread {
    double squares, people;
};
void cs_spread_add(struct cs_spread *spread, double noisy, double expected,
                   double variance);
double cs_spread_value(const struct cs_spread *spread);

#endif
