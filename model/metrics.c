#include "model/metrics.h"

/* clang-format off */
const struct cs_metric_group *const cs_metric_groups[] = {
    &cs_metrics_sanity,
    &cs_metrics_marginal,
    &cs_metrics_shapes,
    &cs_metrics_joint,
    &cs_metrics_survival,
    &cs_metrics_detection,
    &cs_metrics_utility,
    &cs_metrics_privacy,
    &cs_metrics_anonymity,
    &cs_metrics_disclosure,
    &cs_metrics_attack,
};
/* clang-format on */

const size_t cs_metric_groups_count = sizeof cs_metric_groups / sizeof *cs_metric_groups;

enum cs_status cs_evaluation_neighbours(const struct cs_neighbourhood **neighbourhood,
                                        const struct cs_evaluation *e, bool as_is)
{
    *neighbourhood = &e->neighbourhoods[as_is];
    return cs_neighbourhood_find(&e->neighbourhoods[as_is], e->compared, as_is,
                                 e->workers, e->progress);
}
