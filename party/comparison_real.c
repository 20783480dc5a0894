#include "party/comparison_real.h"

#include <string.h>

#include "party/file.h"
#include "party/source.h"

static const char *const names[CS_COMPARISON_METRICS] = {
    "Column Shapes",
    "Column Pair Trends",
    "identifiability_score.score",
};

/* The place of a metric in its group, n of that if it is not there. */
static size_t place_of(const struct cs_metric_group *group, const char *name)
{
    size_t m = 0;

    while (m < group->n && strcmp(group->metrics[m].name, name) != 0)
        m++;
    return m;
}

static bool has_any(const struct cs_metric_group *group)
{
    for (size_t k = 0; k < CS_COMPARISON_METRICS; k++)
        if (place_of(group, names[k]) < group->n)
            return true;
    return false;
}

static enum cs_status measure_group(struct cs_comparison_real *real, double *row,
                                    const struct cs_metric_group *group,
                                    const struct cs_evaluation *evaluation)
{
    double values[CS_METRICS_MAX];
    enum cs_status st;

    CS_TRY(group->measure(values, evaluation));
    for (size_t k = 0; k < CS_COMPARISON_METRICS; k++) {
        const size_t m = place_of(group, names[k]);

        if (m == group->n)
            continue;
        real->metrics[k] = &group->metrics[m];
        row[k] = values[m];
    }
out:
    return st;
}

static enum cs_status measure_all(struct cs_comparison_real *real, double *row,
                                  const struct cs_evaluation *evaluation)
{
    enum cs_status st = CS_OK;

    for (size_t g = 0; g < cs_metric_groups_count; g++)
        if (has_any(cs_metric_groups[g]))
            CS_TRY(measure_group(real, row, cs_metric_groups[g], evaluation));
    for (size_t k = 0; k < CS_COMPARISON_METRICS; k++)
        CS_REQUIRE(real->metrics[k] != NULL); /* else it was renamed */
out:
    return st;
}

/* One run's synthetic rows against the real ones. */
static enum cs_status compare_run(struct cs_comparison_real *real, double *row,
                                  const struct cs_sheet *rows, const char *folder,
                                  struct cs_evaluation *evaluation,
                                  struct cs_fault *fault)
{
    struct cs_sheet synthetic = { 0 };
    struct cs_compared compared = { 0 };
    struct cs_neighbourhood neighbourhoods[2] = { { .there = false } };
    const struct cs_sheet *sheets[CS_SIDES] = {
        [CS_REAL] = rows, [CS_SYNTHETIC] = &synthetic
    };
    char path[CS_PATH_BYTES];
    enum cs_status st;

    CS_TRY(cs_file_join(path, folder, "synthetic.csv", fault));
    CS_TRY(cs_file_source_sheet(&synthetic, path, evaluation->progress, fault));
    CS_TRY(cs_compared_make(&compared, sheets, NULL, 0, fault));
    evaluation->compared = &compared;
    evaluation->neighbourhoods = neighbourhoods;
    CS_TRY(measure_all(real, row, evaluation));
out:
    cs_neighbourhood_wipe(&neighbourhoods[0]);
    cs_neighbourhood_wipe(&neighbourhoods[1]);
    cs_compared_wipe(&compared);
    cs_sheet_wipe(&synthetic);
    return st;
}

enum cs_status cs_comparison_real_measure(struct cs_comparison_real *real,
                                          const struct cs_comparison *comparison,
                                          const char *path,
                                          const struct cs_progress *progress,
                                          struct cs_fault *fault)
{
    struct cs_evaluation evaluation = { .compat = CS_COMPAT_NONE };
    struct cs_sheet rows = { 0 };
    enum cs_status st;

    *real = (struct cs_comparison_real){ .path = path };
    CS_TRY(cs_workers_new(&evaluation.workers, cs_workers_cores()));
    CS_TRY(cs_file_source_sheet(&rows, path, progress, fault));
    for (size_t r = 0; r < comparison->n_runs; r++) {
        struct cs_progress_piece piece = { progress,
                                           (double)r / (double)comparison->n_runs,
                                           (double)(r + 1) / (double)comparison->n_runs };
        const struct cs_progress part = cs_progress_of(&piece);

        evaluation.progress = &part;
        CS_TRY(compare_run(real, real->values[r], &rows, comparison->runs[r].folder,
                           &evaluation, fault));
    }
out:
    cs_workers_free(evaluation.workers);
    cs_sheet_wipe(&rows);
    return st;
}
