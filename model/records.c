#include "model/records.h"

#include <math.h>
#include <stdlib.h>

/* Far from every value, and no distance from itself. */
static const double empty = 1e300;

/* A column of the side that has the ranges. */
struct scale {
    double least, range;
    bool is_level; /* values are the same, or not */
    bool is_whole;
};

static struct scale scale_of(const struct cs_compared *compared, size_t k,
                             enum cs_side side)
{
    const struct cs_compared_column *column = &compared->columns[k];
    struct scale scale = { .least = INFINITY, .is_whole = true };
    double most = -INFINITY;

    for (size_t i = 0; i < compared->n_rows[side]; i++) {
        const double x = column->values[side][i];

        if (isnan(x))
            continue;
        scale.least = fmin(scale.least, x);
        most = fmax(most, x);
        scale.is_whole = scale.is_whole && x == floor(x);
    }
    scale.range = most - scale.least;
    scale.is_level = !column->is_number || !(scale.range > 0) || !isfinite(scale.range);
    return scale;
}

static double put(const struct scale *scale, double value)
{
    if (isnan(value))
        return empty;
    return scale->is_level ? value : (value - scale->least) / scale->range;
}

static enum cs_status make_room(struct cs_points *records, size_t n, size_t n_features)
{
    *records = (struct cs_points){ .n = n, .n_features = n_features };
    records->features = calloc(n * n_features + 1, sizeof *records->features);
    records->kinds = calloc(n_features + 1, sizeof *records->kinds);
    if (records->features != NULL && records->kinds != NULL)
        return CS_OK;
    cs_points_wipe(records);
    return CS_MEMORY;
}

static void set_kind(struct cs_points *records, size_t k, const struct scale *scale)
{
    records->kinds[k] = scale->is_level ? CS_FEATURE_LEVEL : CS_FEATURE_CAPPED;
}

/* Which rows are taken (n_all), each with the same probability; n of them. */
static void choose(bool *taken, size_t n_all, size_t n, struct cs_rng *rng)
{
    for (size_t i = 0; i < n_all; i++) {
        taken[i] = n == n_all - i || cs_rng_below(rng, (uint32_t)(n_all - i)) < n;
        n -= taken[i];
    }
}

enum cs_status cs_records_make(struct cs_points *records,
                               const struct cs_compared *compared, enum cs_side side,
                               enum cs_side ranges, size_t n, struct cs_rng *rng)
{
    const size_t n_all = compared->n_rows[side];
    const size_t n_taken = rng != NULL && n < n_all ? n : n_all;
    bool *taken = calloc(n_all + 1, sizeof *taken);
    enum cs_status st = CS_MEMORY;

    *records = (struct cs_points){ 0 };
    if (taken == NULL)
        return CS_MEMORY;
    choose(taken, n_all, n_taken, rng);
    CS_TRY(make_room(records, n_taken, compared->n_columns));
    for (size_t k = 0; k < compared->n_columns; k++) {
        const struct scale scale = scale_of(compared, k, ranges);
        size_t at = k;

        set_kind(records, k, &scale);
        for (size_t i = 0; i < n_all; i++) {
            if (!taken[i])
                continue;
            records->features[at] = put(&scale, compared->columns[k].values[side][i]);
            at += compared->n_columns;
        }
    }
out:
    free(taken);
    return st;
}

/* ---- random ones ---- */

/* Different real levels of a category (n_levels at most); returns how many. */
static size_t find_levels(double *levels, const struct cs_compared *compared, size_t k)
{
    const struct cs_compared_column *column = &compared->columns[k];
    size_t n = 0;

    for (size_t v = 0; v < column->n_levels; v++)
        levels[v] = 0;
    for (size_t i = 0; i < compared->n_rows[CS_REAL]; i++)
        if (!isnan(column->values[CS_REAL][i]))
            levels[(size_t)column->values[CS_REAL][i]] = 1;
    for (size_t v = 0; v < column->n_levels; v++)
        if (levels[v] > 0)
            levels[n++] = (double)v;
    return n;
}

static double draw_number(const struct scale *scale, struct cs_rng *rng)
{
    const double share = cs_rng_unit(rng);

    if (scale->is_level)
        return isfinite(scale->least) ? scale->least : empty;
    return scale->is_whole ? floor(share * (scale->range + 1)) / scale->range : share;
}

static void fill_numbers(struct cs_points *records, const struct scale *scale, size_t k,
                         struct cs_rng *rng)
{
    for (size_t i = 0; i < records->n; i++)
        records->features[i * records->n_features + k] = draw_number(scale, rng);
}

static enum cs_status fill_levels(struct cs_points *records,
                                  const struct cs_compared *compared, size_t k,
                                  struct cs_rng *rng)
{
    double *levels = calloc(compared->columns[k].n_levels + 1, sizeof *levels);

    if (levels == NULL)
        return CS_MEMORY;
    const size_t n = find_levels(levels, compared, k);
    for (size_t i = 0; i < records->n; i++)
        records->features[i * records->n_features + k] =
            n > 0 ? levels[cs_rng_below(rng, (uint32_t)n)] : empty;
    free(levels);
    return CS_OK;
}

static enum cs_status fill_random(struct cs_points *records,
                                  const struct cs_compared *compared, size_t k,
                                  struct cs_rng *rng)
{
    const struct scale scale = scale_of(compared, k, CS_REAL);

    set_kind(records, k, &scale);
    if (!compared->columns[k].is_number)
        return fill_levels(records, compared, k, rng);
    fill_numbers(records, &scale, k, rng);
    return CS_OK;
}

enum cs_status cs_records_random(struct cs_points *records,
                                 const struct cs_compared *compared, size_t n,
                                 struct cs_rng *rng)
{
    enum cs_status st;

    CS_TRY(make_room(records, n, compared->n_columns));
    for (size_t k = 0; k < compared->n_columns; k++)
        CS_TRY(fill_random(records, compared, k, rng));
out:
    if (st != CS_OK)
        cs_points_wipe(records);
    return st;
}

/* ---- distances ---- */

enum cs_status cs_records_closest(double *distances, const struct cs_points *from,
                                  const struct cs_points *to, struct cs_workers *workers,
                                  const struct cs_progress *progress)
{
    struct cs_near near = { 0 };
    enum cs_status st;

    CS_TRY(cs_near_find(&near, from, to, 1, NULL, workers, progress));
    for (size_t i = 0; i < from->n; i++)
        distances[i] = near.distances[i] * near.distances[i] / (double)from->n_features;
out:
    cs_near_wipe(&near);
    return st;
}
