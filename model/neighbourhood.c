#include "model/neighbourhood.h"

#include <stdlib.h>

/* The last of the kept distances, row by row; the caller frees. */
static double *radii_of(const struct cs_near *own)
{
    double *radii = calloc(own->n, sizeof *radii);

    for (size_t i = 0; radii != NULL && i < own->n; i++)
        radii[i] = own->distances[i * own->k + own->k - 1];
    return radii;
}

static enum cs_status find_side(struct cs_neighbourhood *n, size_t side,
                                const double *radii, struct cs_workers *workers,
                                const struct cs_progress *progress)
{
    return cs_near_find(&n->other[side], &n->points[side], &n->points[1 - side], 2, radii,
                        workers, progress);
}

static enum cs_status find_all(struct cs_neighbourhood *n, struct cs_workers *workers,
                               const struct cs_progress *progress)
{
    double *radii[2] = { NULL, NULL };
    enum cs_status st = CS_OK;

    for (size_t s = 0; s < 2; s++) {
        struct cs_progress_piece piece = { progress, .25 * (double)s,
                                           .25 * (double)(s + 1) };
        const struct cs_progress part = cs_progress_of(&piece);

        CS_TRY(cs_near_find(&n->own[s], &n->points[s], &n->points[s], CS_NEIGHBOURS, NULL,
                            workers, &part));
        radii[s] = radii_of(&n->own[s]);
        if (radii[s] == NULL) {
            st = CS_MEMORY;
            goto out;
        }
    }
    for (size_t s = 0; s < 2; s++) {
        struct cs_progress_piece piece = { progress, .5 + .25 * (double)s,
                                           .5 + .25 * (double)(s + 1) };
        const struct cs_progress part = cs_progress_of(&piece);

        CS_TRY(find_side(n, s, radii[1 - s], workers, &part));
    }
out:
    free(radii[0]);
    free(radii[1]);
    return st;
}

enum cs_status cs_neighbourhood_find(struct cs_neighbourhood *n,
                                     const struct cs_compared *compared, bool as_is,
                                     struct cs_workers *workers,
                                     const struct cs_progress *progress)
{
    enum cs_status st = CS_OK;

    if (n->there)
        return CS_OK;
    CS_TRY(cs_points_make(n->points, compared, as_is));
    CS_TRY(find_all(n, workers, progress));
    n->there = true;
out:
    if (st != CS_OK)
        cs_neighbourhood_wipe(n);
    return st;
}

void cs_neighbourhood_wipe(struct cs_neighbourhood *n)
{
    for (size_t s = 0; s < 2; s++) {
        cs_near_wipe(&n->own[s]);
        cs_near_wipe(&n->other[s]);
    }
    for (size_t s = 0; s < CS_SIDES; s++)
        cs_points_wipe(&n->points[s]);
    n->there = false;
}
