/* descent.h: where a smooth function is least.
 *
 * L-BFGS: the inverse of its curvature is guessed from the last CS_DESCENT_PAIRS steps
 * (Nocedal and Wright, "Numerical Optimization", 2006, algorithms 7.4 and 7.5); a step is
 * halved until the function falls enough (the same, algorithm 3.1), and what it says of
 * the curvature is kept if that is positive.
 *
 *   Errors     CS_MEMORY
 */
#ifndef CS_MODEL_DESCENT_H
#define CS_MODEL_DESCENT_H

#include <stddef.h>

#include "crypto/status.h"

#define CS_DESCENT_PAIRS 8u

/* The function at x (n); gradient gets its slope. */
typedef double (*cs_descent_function)(double *gradient, const double *x, void *context);

/* x: where to begin; gets where the function was least. Ends after steps_max steps, or
 * where no slope is steeper than flat. */
CS_MUST_USE enum cs_status cs_descent(double *x, size_t n, cs_descent_function function,
                                      void *context, unsigned steps_max, double flat);

#endif
