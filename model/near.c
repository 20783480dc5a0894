#include "model/near.h"

#include <stdlib.h>

#include "crypto/secret.h"

#define JOB_POINTS 64u
#define WAVE_JOBS 16u /* a worker, between two words of progress */

static const double rounding = 1e-12;

struct search {
    struct cs_near *near;
    const struct cs_points *from, *to;
    struct cs_tree tree; /* over to */
    size_t first_job;    /* of the wave */
};

bool cs_nearer(double a, double b)
{
    return a < b * (1 - rounding);
}

static void search_some(void *context, size_t job)
{
    const struct search *s = context;
    struct cs_near *near = s->near;
    const size_t first = (s->first_job + job) * JOB_POINTS;

    for (size_t i = first; i < first + JOB_POINTS && i < near->n; i++) {
        const double *query = cs_points_features(s->from, i);
        const uint32_t self = s->from == s->to ? (uint32_t)i : CS_NEAR_NONE;

        cs_tree_nearest(near->distances + i * near->k, near->index + i * near->k, near->k,
                        &s->tree, query, self);
        if (s->tree.reaches != NULL)
            near->within[i] = cs_tree_reached(&s->tree, query);
    }
}

static enum cs_status make_room(struct cs_near *near, size_t n, size_t k)
{
    *near = (struct cs_near){
        .n = n,
        .k = k,
        .distances = calloc(n * k, sizeof *near->distances),
        .index = calloc(n * k, sizeof *near->index),
        .within = calloc(n, sizeof *near->within),
    };
    if (near->distances == NULL || near->index == NULL || near->within == NULL)
        return CS_MEMORY;
    return CS_OK;
}

enum cs_status cs_near_find(struct cs_near *near, const struct cs_points *from,
                            const struct cs_points *to, size_t k, const double *radii,
                            struct cs_workers *workers,
                            const struct cs_progress *progress)
{
    struct search s = { .near = near, .from = from, .to = to };
    const size_t n_jobs = (from->n + JOB_POINTS - 1) / JOB_POINTS;
    const size_t wave = cs_workers_count(workers) * WAVE_JOBS;
    enum cs_status st;

    CS_REQUIRE(k > 0 && from->n > 0 && to->n > 0 && from->width == to->width);
    CS_TRY(make_room(near, from->n, k));
    CS_TRY(cs_tree_make(&s.tree, to, radii));
    for (; s.first_job < n_jobs; s.first_job += wave) {
        const size_t left = n_jobs - s.first_job;

        CS_TRY(cs_progress_tell(progress, (double)s.first_job / (double)n_jobs));
        cs_workers_run(workers, search_some, &s, left < wave ? left : wave);
    }
out:
    cs_tree_wipe(&s.tree);
    if (st != CS_OK)
        cs_near_wipe(near);
    return st;
}

void cs_near_wipe(struct cs_near *near)
{
    if (near->distances != NULL)
        cs_wipe_free(near->distances, near->n * near->k * sizeof *near->distances);
    free(near->index);
    free(near->within);
    *near = (struct cs_near){ 0 };
}
