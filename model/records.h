/* records.h: rows as SDMetrics has them for its distance to the closest record.
 *
 * The distance of two rows is the mean over the columns: of a number the difference as a
 * share of a range, 1 at most; of a category 0 or 1; 1 where just one of both is empty.
 *
 *   Ownership  of the points, by cs_points_wipe
 *   Errors     CS_MEMORY, and what the progress returns
 *   Secrecy    of rows
 */
#ifndef CS_MODEL_RECORDS_H
#define CS_MODEL_RECORDS_H

#include "crypto/rng.h"
#include "model/near.h"

/* Rows of a side, n of them drawn by rng, or all if it has no more or rng is NULL; with
 * the ranges of another side, which has rows. */
CS_MUST_USE enum cs_status cs_records_make(struct cs_points *records,
                                           const struct cs_compared *compared,
                                           enum cs_side side, enum cs_side ranges,
                                           size_t n, struct cs_rng *rng);

/* n rows of which each column is uniform in the real range, in whole numbers if real ones
 * are whole; or among the real levels. */
CS_MUST_USE enum cs_status cs_records_random(struct cs_points *records,
                                             const struct cs_compared *compared, size_t n,
                                             struct cs_rng *rng);

/* distances: (from->n), to the closest of the others. */
CS_MUST_USE enum cs_status cs_records_closest(double *distances,
                                              const struct cs_points *from,
                                              const struct cs_points *to,
                                              struct cs_workers *workers,
                                              const struct cs_progress *progress);

#endif
