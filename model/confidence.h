/* confidence.h: what a count says of the chance behind it, exactly.
 *
 * Bounds of a binomial proportion (Clopper and Pearson, "The Use of Confidence or
 * Fiducial Limits Illustrated in the Case of the Binomial", 1934), by quantiles of the
 * beta distribution; its distribution function is the regularised incomplete beta
 * function, by its continued fraction (Abramowitz and Stegun, "Handbook of Mathematical
 * Functions", 26.5.8; evaluated as by Lentz, 1976), its quantile found by bisection.
 *
 *   Units      k of n, k <= n, 0 < n; miss: the chance at most, whatever the truth, that
 *              it lies beyond the bound
 *   Errors     none
 */
#ifndef CS_MODEL_CONFIDENCE_H
#define CS_MODEL_CONFIDENCE_H

#include <stddef.h>

double cs_confidence_lower(size_t k, size_t n, double miss);
double cs_confidence_upper(size_t k, size_t n, double miss);

/* P(X <= x), X of the beta distribution; 0 <= x <= 1, 0 < a, b. */
double cs_confidence_beta(double x, double a, double b);

#endif
