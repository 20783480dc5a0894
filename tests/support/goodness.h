/* goodness.h: do draws of an integer follow a distribution? Pearson's chi-square over
 * cells of about equal probability, and the distance of Kolmogorov and Smirnov over every
 * integer.
 *
 *   Ownership  cs_goodness_wipe frees what _init took
 *   Errors     none: no memory fails the test
 */
#ifndef CS_TESTS_SUPPORT_GOODNESS_H
#define CS_TESTS_SUPPORT_GOODNESS_H

#include <stddef.h>
#include <stdint.h>

struct cs_goodness {
    int64_t low;  /* the first integer that has a mass */
    size_t n;     /* how many have one */
    double *mass; /* (n), their sum 1 */
    uint64_t *count;
    uint64_t draws, outside; /* all, and those at no such integer */
};

/* mass: (n), of any sum. */
void cs_goodness_init(struct cs_goodness *goodness, int64_t low, const double *mass,
                      size_t n);

/* The discrete Gaussian of variance parameter s2, to twelve deviations. */
void cs_goodness_gauss(struct cs_goodness *goodness, double s2);

void cs_goodness_forget(struct cs_goodness *goodness); /* all draws */
void cs_goodness_add(struct cs_goodness *goodness, const int64_t *x, size_t n);

/* Chi-square in standard deviations above its mean; INFINITY if a draw is outside. */
double cs_goodness_misfit(const struct cs_goodness *goodness);

/* The largest difference of the distribution functions times sqrt(draws): above x with
 * probability of at most 2 exp(-2 x^2) (Massart 1990), less for integers. */
double cs_goodness_distance(const struct cs_goodness *goodness);

void cs_goodness_wipe(struct cs_goodness *goodness);

#endif
