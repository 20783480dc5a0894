#include "model/attackers.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "model/features.h"
#include "model/folds.h"
#include "model/kernel.h"
#include "model/near.h"

/* Who is asked about, and what attackers compare with. Rows are numbered through the
 * files, as in model/features.h. */
struct inquiry {
    const struct cs_compared *compared;
    struct cs_suspects *suspects;
    size_t first[CS_SIDES];
    uint32_t *asked;               /* (suspects->n): members, then others */
    uint32_t *members, *strangers; /* (n_rows): the real file's, the holdout's, in random
                                      order, of which the first are asked about */
    struct cs_rows synthetic, reference;
    uint32_t *synthetic_rows;
    struct cs_workers *workers;
    const struct cs_progress *progress;
};

/* ---- who ---- */

static uint32_t *number_rows(size_t first, size_t n)
{
    uint32_t *rows = calloc(n + 1, sizeof *rows);

    for (size_t i = 0; rows != NULL && i < n; i++)
        rows[i] = (uint32_t)(first + i);
    return rows;
}

static size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

static enum cs_status draw_people(struct inquiry *q, uint64_t seed)
{
    const size_t *n_rows = q->compared->n_rows;
    const size_t n =
        least_of(least_of(n_rows[CS_REAL], n_rows[CS_HOLDOUT] / 2), CS_SUSPECTS_MAX);
    struct cs_rng rng;

    for (size_t s = 1; s < CS_SIDES; s++)
        q->first[s] = q->first[s - 1] + n_rows[s - 1];
    q->members = number_rows(q->first[CS_REAL], n_rows[CS_REAL]);
    q->strangers = number_rows(q->first[CS_HOLDOUT], n_rows[CS_HOLDOUT]);
    q->synthetic_rows = number_rows(q->first[CS_SYNTHETIC], n_rows[CS_SYNTHETIC]);
    q->asked = calloc(2 * n + 1, sizeof *q->asked);
    if (q->members == NULL || q->strangers == NULL || q->synthetic_rows == NULL ||
        q->asked == NULL)
        return CS_MEMORY;
    cs_rng_init_labelled(&rng, seed, "attackers/people");
    cs_folds_draw(q->members, n_rows[CS_REAL], n, &rng);
    cs_folds_draw(q->strangers, n_rows[CS_HOLDOUT], n, &rng);
    cs_rng_wipe(&rng);
    for (size_t i = 0; i < n; i++) {
        q->asked[i] = q->members[i];
        q->asked[n + i] = q->strangers[i];
    }
    q->suspects->n = 2 * n;
    q->synthetic = (struct cs_rows){ q->synthetic_rows, n_rows[CS_SYNTHETIC] };
    q->reference = (struct cs_rows){ q->strangers + n, n_rows[CS_HOLDOUT] - n };
    return CS_OK;
}

static enum cs_status make_room(struct cs_suspects *suspects)
{
    suspects->is_member = calloc(suspects->n + 1, sizeof *suspects->is_member);
    if (suspects->is_member == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < suspects->n / 2; i++)
        suspects->is_member[i] = true;
    for (size_t a = 0; a < CS_ATTACKERS; a++) {
        suspects->scores[a] = calloc(suspects->n + 1, sizeof(double));
        if (suspects->scores[a] == NULL)
            return CS_MEMORY;
    }
    return CS_OK;
}

/* ---- by distances ---- */

/* Of which file a row is; it becomes the number of the row there. */
static size_t find_file(size_t *row, const struct inquiry *q)
{
    size_t side = CS_SIDES - 1;

    while (*row < q->first[side])
        side--;
    *row -= q->first[side];
    return side;
}

/* Their features alone, which is all that neighbours are found by. */
static enum cs_status pick_points(struct cs_points *picked,
                                  const struct cs_points points[static CS_SIDES],
                                  struct cs_rows rows, const struct inquiry *q)
{
    const size_t n_features = points->n_features;

    *picked = (struct cs_points){
        .n = rows.n,
        .width = points->width,
        .n_features = n_features,
        .features = calloc(rows.n * n_features + 1, sizeof *picked->features),
        .kinds = calloc(n_features + 1, sizeof *picked->kinds),
    };
    if (picked->features == NULL || picked->kinds == NULL)
        return CS_MEMORY;
    memcpy(picked->kinds, points->kinds, n_features * sizeof *picked->kinds);
    for (size_t i = 0; i < rows.n; i++) {
        size_t row = rows.at[i];
        const struct cs_points *from = &points[find_file(&row, q)];

        memcpy(picked->features + i * n_features, from->features + row * n_features,
               n_features * sizeof *picked->features);
    }
    return CS_OK;
}

/* Adds sign times the distance of each suspect to the nearest of some rows. */
static enum cs_status add_distances(double *const scores[2], const double sign[2],
                                    const struct inquiry *q,
                                    const struct cs_points *asked,
                                    const struct cs_points *to, double from, double till)
{
    struct cs_progress_piece piece = { q->progress, from, till };
    const struct cs_progress progress = cs_progress_of(&piece);
    struct cs_near near = { 0 };
    enum cs_status st;

    CS_TRY(cs_near_find(&near, asked, to, 1, NULL, q->workers, &progress));
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < asked->n; i++)
            scores[k][i] += sign[k] * near.distances[i];
out:
    cs_near_wipe(&near);
    return st;
}

static enum cs_status by_distances(struct inquiry *q)
{
    double *const scores[2] = { q->suspects->scores[CS_GAN_LEAKS],
                                q->suspects->scores[CS_DCR_DIFF] };
    struct cs_points points[CS_SIDES] = { { 0 } }, asked = { 0 }, reference = { 0 };
    enum cs_status st;

    CS_TRY(cs_points_make(points, q->compared, false));
    CS_TRY(pick_points(&asked, points, (struct cs_rows){ q->asked, q->suspects->n }, q));
    CS_TRY(pick_points(&reference, points, q->reference, q));
    CS_TRY(add_distances(scores, (double[]){ -1, -1 }, q, &asked, &points[CS_SYNTHETIC],
                         0, .4));
    CS_TRY(add_distances(scores, (double[]){ 0, 1 }, q, &asked, &reference, .4, .5));
out:
    for (size_t s = 0; s < CS_SIDES; s++)
        cs_points_wipe(&points[s]);
    cs_points_wipe(&asked);
    cs_points_wipe(&reference);
    return st;
}

/* ---- by densities ---- */

static enum cs_status add_densities(double *scores, double sign, const struct inquiry *q,
                                    const struct cs_features *features,
                                    struct cs_rows sample, double from, double till)
{
    struct cs_progress_piece piece = { q->progress, from, till };
    const struct cs_progress progress = cs_progress_of(&piece);
    const struct cs_rows asked = { q->asked, q->suspects->n };
    double *logs = calloc(asked.n, sizeof *logs);
    enum cs_status st = CS_MEMORY;

    if (logs == NULL)
        return CS_MEMORY;
    CS_TRY(cs_kernel_log_density(logs, features, asked, sample, q->workers, &progress));
    for (size_t i = 0; i < asked.n; i++)
        scores[i] += sign * logs[i];
out:
    cs_wipe_free(logs, asked.n * sizeof *logs);
    return st;
}

static enum cs_status by_densities(struct inquiry *q)
{
    double *scores = q->suspects->scores[CS_DOMIAS];
    struct cs_features features = { 0 };
    enum cs_status st;

    CS_TRY(cs_features_make(&features, q->compared, NULL));
    CS_TRY(add_densities(scores, 1, q, &features, q->synthetic, .5, .9));
    CS_TRY(add_densities(scores, -1, q, &features, q->reference, .9, 1));
out:
    cs_features_wipe(&features);
    return st;
}

/* ---- all ---- */

enum cs_status cs_suspects_score(struct cs_suspects *suspects,
                                 const struct cs_compared *compared, uint64_t seed,
                                 struct cs_workers *workers,
                                 const struct cs_progress *progress)
{
    struct inquiry q = { .compared = compared,
                         .suspects = suspects,
                         .workers = workers,
                         .progress = progress };
    enum cs_status st;

    *suspects = (struct cs_suspects){ .n = 0 };
    CS_TRY(draw_people(&q, seed));
    CS_TRY(make_room(suspects));
    if (suspects->n > 0) {
        CS_TRY(by_distances(&q));
        CS_TRY(by_densities(&q));
    }
out:
    free(q.members);
    free(q.strangers);
    free(q.synthetic_rows);
    free(q.asked);
    if (st != CS_OK)
        cs_suspects_wipe(suspects);
    return st;
}

void cs_suspects_wipe(struct cs_suspects *suspects)
{
    for (size_t a = 0; a < CS_ATTACKERS; a++)
        cs_wipe_free(suspects->scores[a], (suspects->n + 1) * sizeof(double));
    cs_wipe_free(suspects->is_member, (suspects->n + 1) * sizeof *suspects->is_member);
    *suspects = (struct cs_suspects){ .n = 0 };
}
