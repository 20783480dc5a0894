/* evaluation.h: what `cosynth evaluate` tells, in its forms.
 *
 * Every form says that it was made from real rows and must not be shared: no metric here
 * has any noise.
 *
 *   Errors     CS_MEMORY; write errors are the stream's
 */
#ifndef CS_PARTY_EVALUATION_H
#define CS_PARTY_EVALUATION_H

#include <stdio.h>

#include "model/column_shapes.h"
#include "model/metrics.h"

#define CS_EVALUATION_MARK "do not share: made from real rows"

/* A group that was measured. */
struct cs_evaluated_group {
    const struct cs_metric_group *group;
    double values[CS_METRICS_MAX]; /* (group->n) */
};

struct cs_evaluation_result {
    const char *files[CS_SIDES]; /* NULL for no holdout */
    const struct cs_evaluation *evaluation;
    struct cs_evaluated_group *groups; /* (n_groups) */
    size_t n_groups;
    struct cs_column_shape *shapes; /* (compared->n_columns) */
};

const char *cs_compat_name(enum cs_compat compat);
const char *cs_better_name(enum cs_better better);

CS_MUST_USE enum cs_status cs_evaluation_text(FILE *stream,
                                              const struct cs_evaluation_result *result);
CS_MUST_USE enum cs_status cs_evaluation_json(FILE *stream,
                                              const struct cs_evaluation_result *result);
CS_MUST_USE enum cs_status cs_evaluation_html(FILE *stream,
                                              const struct cs_evaluation_result *result);

#endif
