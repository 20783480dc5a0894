/* new_rows.h: how many synthetic rows are not those of real people, or nearly so.
 *
 * A row matches another if every category is the same, every number within a hundredth of
 * the synthetic one, and the same fields are empty: NewRowSynthesis of SDMetrics.
 *
 *   Errors     CS_MEMORY, and what the progress returns
 *   Secrecy    of rows
 */
#ifndef CS_MODEL_NEW_ROWS_H
#define CS_MODEL_NEW_ROWS_H

#include "crypto/progress.h"
#include "model/compared.h"
#include "model/workers.h"

/* n: synthetic rows that match no real one. */
CS_MUST_USE enum cs_status cs_new_rows_count(size_t *n,
                                             const struct cs_compared *compared,
                                             struct cs_workers *workers,
                                             const struct cs_progress *progress);

#endif
