#include "model/metrics.h"

const struct cs_metric_group *const cs_metric_groups[] = {
    &cs_metrics_sanity,
    &cs_metrics_marginal,
    &cs_metrics_shapes,
};

const size_t cs_metric_groups_count = sizeof cs_metric_groups / sizeof *cs_metric_groups;
