/* smooth.h: noisy counts of neighbouring pieces, made into masses: the noise is taken out
 * where it is all that shows, spikes are left as they are.
 *
 * Three parts of a family of siblings, one after the other:
 *
 *   1. spikes: a count that stands out by far from what is expected is kept;
 *   2. the others divide what is left by halves (Haar wavelets): the block of all into
 *      two, each of these into two, down to single pieces. A halving moves from what is
 *      expected to what was counted by a part of the way that grows with the surplus:
 *      shrinkage of Haar coefficients (Donoho, Johnstone, "Adapting to Unknown Smoothness
 *      via Wavelet Shrinkage", 1995; Xiao, Wang, Gehrke, "Differential Privacy via
 *      Wavelet Transforms", 2010). Sums over many siblings, which hold the slope of the
 *      family, have little noise beside what they say and keep nearly all of it;
 *   3. all are scaled to the total, in whole rows.
 *
 * What is expected is a linear density: even, or tilted as the neighbours of the parent
 * suggest (cs_smooth_tilt).
 *
 *   Units      pieces are half-open, [start[k], start[k + 1]), on a grid; masses and
 *              counts are rows
 *   Errors     none
 *   Secrecy    nothing here is secret: counts come with their noise
 *   Numbers    doubles; the results are whole
 */
#ifndef CS_MODEL_SMOOTH_H
#define CS_MODEL_SMOOTH_H

#include <stddef.h>
#include <stdint.h>

#define CS_SMOOTH_SIBLINGS_MAX 64

/* mass: (n), not negative, adding up to total, whatever was counted; on entry noisy
 * counts, each with noise of variance s2. start: (n + 1). tilt: in [-1, 1]. */
void cs_smooth_siblings(int64_t *mass, const int64_t *start, size_t n, int64_t total,
                        double tilt, double s2);

/* The tilt of piece k among (n) by the densities beside it: the density is expected to
 * rise from (1 - tilt) to (1 + tilt) times its mean over the piece. The flatter of the
 * two slopes to its neighbours, none at a peak, in a valley and at the ends: van Leer,
 * "Towards the Ultimate Conservative Difference Scheme V", 1979, with the minmod limiter.
 */
double cs_smooth_tilt(const int64_t *mass, const int64_t *start, size_t n, size_t k);

#endif
