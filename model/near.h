/* near.h: the nearest neighbours of points, and how many points reach them.
 *
 * One tree over the points to be found (model/tree.h), searched for each of the others;
 * the searches are shared by the workers. Rows alike are exactly 0 apart.
 *
 *   Ties       distances that differ by no more than rounding are the same: neither is
 *              nearer than the other, and either may be the one that is kept
 *   Ownership  cs_near_wipe frees; may be called on zeros
 *   Errors     CS_MEMORY, and what the progress returns
 *   Secrecy    distances are of rows; wiped
 */
#ifndef CS_MODEL_NEAR_H
#define CS_MODEL_NEAR_H

#include "crypto/progress.h"
#include "model/tree.h"
#include "model/workers.h"

#define CS_NEAR_NONE CS_TREE_NONE

struct cs_near {
    size_t n, k;
    double *distances; /* (n, k), ascending; INFINITY where there are fewer points */
    uint32_t *index;   /* (n, k): of which point; CS_NEAR_NONE */
    uint32_t *within;  /* (n): of how many points the radius reaches here */
};

/* Of each point of from, the k nearest of to, itself not among them if both are the same
 * set. radii: (to->n), or NULL. */
CS_MUST_USE enum cs_status cs_near_find(struct cs_near *near,
                                        const struct cs_points *from,
                                        const struct cs_points *to, size_t k,
                                        const double *radii, struct cs_workers *workers,
                                        const struct cs_progress *progress);
void cs_near_wipe(struct cs_near *near);

/* Whether the distance a is below b by more than rounding. */
bool cs_nearer(double a, double b);

#endif
