/* kernel.h: how densely rows lie around others: a kernel density of numbers and
 * categories together.
 *
 * A product over the columns of model/features.h (Li and Racine, "Nonparametric
 * Estimation of Distributions with Categorical and Continuous Data", 2003). With d
 * columns and n rows a number has a Gaussian kernel of its deviation times n^(-1/(d + 4))
 * (Scott, "Multivariate Density Estimation", 1992). A category of c levels
 * has 1 - l for the same level and l / (c - 1) for another, l = (c - 1)/c n^(-2/(d + 4))
 * (Aitchison and Aitken, "Multivariate Binary Discrimination by the Kernel Method",
 * 1976).
 *
 *   Errors     CS_MEMORY, and what the progress returns
 *   Threads    queries are shared among the workers; values do not depend on how many
 */
#ifndef CS_MODEL_KERNEL_H
#define CS_MODEL_KERNEL_H

#include "crypto/progress.h"
#include "model/features.h"
#include "model/workers.h"

/* logs: (queries.n), the logarithm of the density of the sample, which is not empty, at
 * each query, but for a summand that is the same for all queries. */
CS_MUST_USE enum cs_status
cs_kernel_log_density(double *logs, const struct cs_features *features,
                      struct cs_rows queries, struct cs_rows sample,
                      struct cs_workers *workers, const struct cs_progress *progress);

#endif
