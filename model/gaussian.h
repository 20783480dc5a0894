/* gaussian.h: what the Gaussian mechanism costs, in closed form (Balle, Wang, "Improving
 * the Gaussian Mechanism for Differential Privacy", 2018, theorem 8). Several releases
 * cost what one with the sum of their mu^2 does.
 *
 *   Units      mu is sensitivity / standard deviation; delta in (0, 1), epsilon >= 0
 *   Errors     none
 */
#ifndef CS_MODEL_GAUSSIAN_H
#define CS_MODEL_GAUSSIAN_H

double cs_gaussian_delta(double mu, double epsilon);

/* The least epsilon, 0 if that is enough. */
double cs_gaussian_epsilon(double mu, double delta);

/* The largest mu, for epsilon > 0. */
double cs_gaussian_mu(double epsilon, double delta);

#endif
