/* comparison_real.h: how near each run's synthetic rows are to the real ones, by a few
 * metrics of `cosynth evaluate` (docs/EVALUATE.md), for the owner of the rows.
 *
 *   Errors     of files and metrics, with words
 *   Secrecy    metrics are of real rows, with no noise: what shows them must not be
 * shared
 */
#ifndef CS_PARTY_COMPARISON_REAL_H
#define CS_PARTY_COMPARISON_REAL_H

#include "model/metrics.h"
#include "party/comparison.h"

enum { CS_COMPARISON_METRICS = 3 };

struct cs_comparison_real {
    const char *path; /* of the real rows; borrowed */
    const struct cs_metric *metrics[CS_COMPARISON_METRICS];
    double values[CS_COMPARISON_RUNS_MAX][CS_COMPARISON_METRICS]; /* by run */
};

CS_MUST_USE enum cs_status
cs_comparison_real_measure(struct cs_comparison_real *real,
                           const struct cs_comparison *comparison, const char *path,
                           const struct cs_progress *progress, struct cs_fault *fault);

#endif
