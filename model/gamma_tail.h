/* gamma_tail.h: upper p-values of chi-square for any number of degrees, to about 12
 * digits, and the logarithm of the gamma function.
 *
 * The regularised incomplete gamma function, by its series below the mean and by its
 * continued fraction above (Abramowitz and Stegun, "Handbook of Mathematical Functions",
 * 6.5.29 and 6.5.31; the fraction evaluated as by Lentz, 1976).
 */
#ifndef CS_MODEL_GAMMA_TAIL_H
#define CS_MODEL_GAMMA_TAIL_H

/* P(X >= chi_square), X of n_degrees; 0 <= chi_square, 0 < n_degrees. */
double cs_gamma_chi_square_p(double chi_square, double n_degrees);

/* log Gamma(x), 0 < x. Of any number of threads at once: C's lgamma writes to a global.
 */
double cs_gamma_log(double x);

#endif
