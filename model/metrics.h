/* metrics.h: how near a synthetic file is to a real one, metric by metric.
 *
 * A group is a file of its own (model/metrics_NAME.c): a table of what its metrics are
 * called and mean, and one function that measures them all. Names and definitions are
 * those of the peers synthcity and SDMetrics, and docs/EVALUATE.md has them; where a peer
 * differs from what its metric is meant to be, the meant one is the default, and `compat`
 * asks for the peer's.
 *
 *   Units    a metric that says nothing about these files (no numeric column, say) is NAN
 *   Errors   CS_MEMORY, and what the progress returns
 *   Secrecy  metrics are of real rows, with no noise
 *   Threads  work is shared with evaluation->workers; values do not depend on how many
 */
#ifndef CS_MODEL_METRICS_H
#define CS_MODEL_METRICS_H

#include "crypto/progress.h"
#include "model/compared.h"
#include "model/neighbourhood.h"
#include "model/workers.h"

enum cs_compat { CS_COMPAT_NONE, CS_COMPAT_SYNTHCITY, CS_COMPAT_SDMETRICS };

enum cs_better { CS_HIGHER, CS_LOWER, CS_UNDIRECTED };

struct cs_metric {
    const char *name; /* the peers' */
    enum cs_better better;
    double least, most; /* what it can be */
    const char *sentence;
};

struct cs_evaluation {
    const struct cs_compared *compared;
    enum cs_compat compat;
    uint64_t seed; /* of which rows are drawn, where not all are used */
    const struct cs_compared_column *target; /* what others should predict; may be NULL */
    const struct cs_compared_column *const *sensitive; /* (n_sensitive): what people would
                                                          not have others know */
    size_t n_sensitive;
    const struct cs_compared_column *time, *event; /* how long a row was watched, and 0 or
                                                      not for whether it then ended; may
                                                      be NULL, both or none */
    struct cs_neighbourhood *neighbourhoods; /* (2), of points scaled and as they are;
                                                zeros at first; the caller wipes them */
    struct cs_workers *workers;
    const struct cs_progress *progress;
};

struct cs_metric_group {
    const char *name;
    const struct cs_metric *metrics; /* (n) */
    size_t n;
    /* values: (n), in the order of the metrics */
    enum cs_status (*measure)(double *values, const struct cs_evaluation *evaluation);
    /* Of a group that says nothing without an option: which that is, and whether it was
     * given. NULL for a group that needs none. */
    const char *needs;
    bool (*is_given)(const struct cs_evaluation *evaluation);
};

/* In the order in which they are measured and told. */
extern const struct cs_metric_group *const cs_metric_groups[];
extern const size_t cs_metric_groups_count;

/* For a group that asks for neighbours: finds them, if no group did before. as_is: of the
 * points (model/points.h). */
CS_MUST_USE enum cs_status
cs_evaluation_neighbours(const struct cs_neighbourhood **neighbourhood,
                         const struct cs_evaluation *evaluation, bool as_is);

/* Of a group, for arrays. */
#define CS_METRICS_MAX 64

extern const struct cs_metric_group cs_metrics_sanity, cs_metrics_marginal,
    cs_metrics_shapes, cs_metrics_joint, cs_metrics_survival, cs_metrics_detection,
    cs_metrics_utility, cs_metrics_privacy, cs_metrics_anonymity, cs_metrics_disclosure,
    cs_metrics_attack;

#endif
