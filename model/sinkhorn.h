/* sinkhorn.h: optimal transport between two sets of points, smoothed by entropy.
 *
 * The debiased divergence OT(a, b) - OT(a, a) / 2 - OT(b, b) / 2 of Feydy et al.,
 * "Interpolating between Optimal Transport and MMD using Sinkhorn Divergences", 2019,
 * section 3, with cost |x - y|^2 / 2 and regularisation blur^2. The potentials are
 * updated in the logarithmic domain while the regularisation falls from the diameter to
 * blur^2, and there overrelaxed (Thibault et al., "Overrelaxed Sinkhorn-Knopp Algorithm
 * for Regularized Optimal Transport", 2021) until they stand still. There an update is a
 * product with a kernel that has the potentials in it, made again when they have moved
 * far (Schmitzer, "Stabilized Sparse Scaling Algorithms for Entropy Regularized Transport
 * Problems", 2019, section 3.1).
 *
 *   Errors     CS_MEMORY, and what the progress returns
 *   Units      memory is 8 matrices of pairs: sets are a thousand points or two
 */
#ifndef CS_MODEL_SINKHORN_H
#define CS_MODEL_SINKHORN_H

#include "crypto/progress.h"
#include "model/points.h"
#include "model/workers.h"

/* anneal_only: stops when the regularisation has fallen, one update for each halving of
 * its length, as the library geomloss does with scaling .5; otherwise goes on until it
 * converges, or after some seconds' work. */
CS_MUST_USE enum cs_status cs_sinkhorn(double *divergence, const struct cs_points *a,
                                       const struct cs_points *b, double blur,
                                       bool anneal_only, struct cs_workers *workers,
                                       const struct cs_progress *progress);

#endif
