/* points.h: rows as points, so that they have distances.
 *
 * A number is one coordinate: (x - least) / (greatest - least) of the real rows. A
 * category is one coordinate a level, 1 / sqrt(2) at its own: two rows that differ in it
 * alone are 1 apart, as two at both ends of a range; to be empty is a level. Where a
 * number is missing, its coordinate is the real mean, and one coordinate more tells it
 * apart. With `as_is` each column is one coordinate, its value (of a category its rank),
 * as synthcity has it, where the column of the widest range decides alone.
 *
 * The same distances come from fewer features: a category is one, its level. A feature
 * has a term in the distance of two points, by its kind, and their sum is the square of
 * the distance.
 *
 *   Units      no coordinate is beyond 1e100, so that every distance is a finite number
 *   Ownership  cs_points_wipe frees; may be called on zeros
 *   Errors     CS_MEMORY
 *   Secrecy    of rows; wiped
 */
#ifndef CS_MODEL_POINTS_H
#define CS_MODEL_POINTS_H

#include "model/compared.h"

/* Categories with more levels are no coordinates: each would be as far from all. */
#define CS_POINTS_LEVELS_MAX 256u

enum cs_feature {
    CS_FEATURE_SQUARE, /* the square of the difference */
    CS_FEATURE_LEVEL,  /* 1 if they differ */
    CS_FEATURE_CAPPED, /* the difference, 1 at most */
};

struct cs_points {
    double *x; /* (n, width) [secret] */
    size_t n, width;
    double *features; /* (n, n_features) [secret], or NULL: squares of coordinates */
    enum cs_feature *kinds; /* (n_features) */
    size_t n_features;
};

/* points: (CS_SIDES), of a side without rows empty. */
CS_MUST_USE enum cs_status cs_points_make(struct cs_points *points,
                                          const struct cs_compared *compared, bool as_is);
void cs_points_wipe(struct cs_points *points);

/* The features of point i, how many there are, and the kind of one. */
static inline const double *cs_points_features(const struct cs_points *points, size_t i)
{
    return points->features != NULL ? points->features + i * points->n_features
                                    : points->x + i * points->width;
}

static inline size_t cs_points_n_features(const struct cs_points *points)
{
    return points->features != NULL ? points->n_features : points->width;
}

static inline enum cs_feature cs_points_kind(const struct cs_points *points, size_t f)
{
    return points->features != NULL ? points->kinds[f] : CS_FEATURE_SQUARE;
}

/* Squared distance of two rows. */
double cs_points_square(const double *x, const double *y, size_t width);

/* centre: (width), the mean of the points. */
void cs_points_centre(double *centre, const struct cs_points *points);

#endif
