/* kmeans.h: points in clusters, each point in that of the nearest centre.
 *
 * Lloyd's algorithm ("Least Squares Quantization in PCM", 1982) from centres drawn with
 * D^2 weighting (Arthur and Vassilvitskii, "k-means++: The Advantages of Careful
 * Seeding", 2007, section 2.2), until no point changes its cluster, or 100 times.
 *
 *   Ownership  cs_kmeans_wipe frees; may be called on zeros
 *   Errors     CS_MEMORY, and what the progress returns
 *   Secrecy    centres are of rows; wiped
 *   Threads    clusters do not depend on how many workers there are
 */
#ifndef CS_MODEL_KMEANS_H
#define CS_MODEL_KMEANS_H

#include "crypto/progress.h"
#include "crypto/rng.h"
#include "model/points.h"
#include "model/workers.h"

#define CS_KMEANS_MAX 16u

struct cs_kmeans {
    size_t k, width;
    double *centres; /* (k, width) [secret] */
};

/* of: (points->n), the cluster of each point. Clusters are k or, where points have fewer
 * different places, as many as these; 0 < k <= CS_KMEANS_MAX. */
CS_MUST_USE enum cs_status cs_kmeans_find(struct cs_kmeans *kmeans, uint32_t *of,
                                          const struct cs_points *points, size_t k,
                                          struct cs_rng *rng, struct cs_workers *workers,
                                          const struct cs_progress *progress);
void cs_kmeans_wipe(struct cs_kmeans *kmeans);

/* of: (points->n), to which cluster each of other points would belong. */
CS_MUST_USE enum cs_status cs_kmeans_assign(uint32_t *of, const struct cs_kmeans *kmeans,
                                            const struct cs_points *points,
                                            struct cs_workers *workers);

#endif
