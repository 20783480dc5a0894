#include "model/points.h"

#include <math.h>
#include <stdlib.h>

#include "crypto/secret.h"

static const double coordinate_most = 1e100;

/* Where a column's coordinates and features are. */
struct place {
    size_t first, width, feature, n_features;
    double least, range, mean; /* of the real numbers */
    bool has_missing;
};

static void look_at(struct place *place, const double *values, size_t n)
{
    double greatest = -INFINITY, sum = 0;
    size_t n_there = 0;

    place->least = INFINITY;
    for (size_t i = 0; i < n; i++) {
        if (isnan(values[i]))
            continue;
        place->least = fmin(place->least, values[i]);
        greatest = fmax(greatest, values[i]);
        sum += values[i];
        n_there++;
    }
    place->range = greatest > place->least ? greatest - place->least : 1;
    place->mean = n_there > 0 ? sum / (double)n_there : 0;
    if (n_there == 0)
        place->least = 0;
}

/* Those of a column; a level more is to be empty. */
static void count(struct place *place, const struct cs_compared_column *column,
                  bool as_is)
{
    if (as_is || column->is_number)
        place->width = place->n_features = place->has_missing && !as_is ? 2 : 1;
    else if (column->n_levels <= CS_POINTS_LEVELS_MAX) {
        place->width = column->n_levels + place->has_missing;
        place->n_features = 1;
    }
}

/* Within what has finite squares; of what is no number the greatest, for a range beyond
 * all numbers. */
static double limited(double x)
{
    return fmax(fmin(x, coordinate_most), -coordinate_most);
}

static double scaled(const struct place *place, double value)
{
    return limited(((isnan(value) ? place->mean : value) - place->least) / place->range);
}

static double level(const struct place *place, double value)
{
    return isnan(value) ? (double)(place->width - 1) : value;
}

static void put_coordinates(double *x, const struct place *place, double value,
                            bool is_number)
{
    if (!is_number) {
        x[(size_t)level(place, value)] = sqrt(0.5);
        return;
    }
    x[0] = scaled(place, value);
    if (isnan(value))
        x[1] = 1;
}

static void put_features(double *features, const struct place *place, double value,
                         bool is_number)
{
    features[0] = is_number ? scaled(place, value) : level(place, value);
    if (place->n_features > 1)
        features[1] = isnan(value);
}

/* Sets how many coordinates and features there are. */
static void find_places(struct place *places, struct cs_points *points,
                        const struct cs_compared *compared, bool as_is)
{
    for (size_t k = 0; k < compared->n_columns; k++) {
        const struct cs_compared_column *column = &compared->columns[k];

        places[k] =
            (struct place){ .first = points->width,
                            .feature = points->n_features,
                            .has_missing = cs_compared_has_missing(compared, column) };
        look_at(&places[k], column->values[CS_REAL], compared->n_rows[CS_REAL]);
        count(&places[k], column, as_is);
        points->width += places[k].width;
        points->n_features += places[k].n_features;
    }
}

static void set_kinds(struct cs_points *points, const struct cs_compared *compared,
                      const struct place *places)
{
    for (size_t k = 0; k < compared->n_columns; k++)
        for (size_t f = 0; f < places[k].n_features; f++)
            points->kinds[places[k].feature + f] =
                compared->columns[k].is_number ? CS_FEATURE_SQUARE : CS_FEATURE_LEVEL;
}

static void fill_as_is(struct cs_points *points, const struct cs_compared *compared,
                       size_t side, const struct place *places)
{
    for (size_t k = 0; k < compared->n_columns; k++)
        for (size_t i = 0; i < points->n; i++) {
            const double value = compared->columns[k].values[side][i];

            points->x[i * points->width + k] =
                limited(isnan(value) ? places[k].mean : value);
        }
}

static void fill_column(struct cs_points *points, const double *values,
                        const struct place *place, bool is_number)
{
    for (size_t i = 0; i < points->n && place->width > 0; i++) {
        put_coordinates(points->x + i * points->width + place->first, place, values[i],
                        is_number);
        put_features(points->features + i * points->n_features + place->feature, place,
                     values[i], is_number);
    }
}

/* One side's; widths are set. */
static enum cs_status fill(struct cs_points *points, const struct cs_compared *compared,
                           size_t side, const struct place *places, bool as_is)
{
    points->n = compared->n_rows[side];
    points->x = calloc(points->n * points->width + 1, sizeof *points->x);
    if (points->x == NULL)
        return CS_MEMORY;
    if (as_is) {
        fill_as_is(points, compared, side, places);
        return CS_OK;
    }
    points->features =
        calloc(points->n * points->n_features + 1, sizeof *points->features);
    points->kinds = calloc(points->n_features + 1, sizeof *points->kinds);
    if (points->features == NULL || points->kinds == NULL)
        return CS_MEMORY;
    set_kinds(points, compared, places);
    for (size_t k = 0; k < compared->n_columns; k++)
        fill_column(points, compared->columns[k].values[side], &places[k],
                    compared->columns[k].is_number);
    return CS_OK;
}

enum cs_status cs_points_make(struct cs_points *points,
                              const struct cs_compared *compared, bool as_is)
{
    struct place *places = calloc(compared->n_columns, sizeof *places);
    struct cs_points shape = { 0 };
    enum cs_status st = places == NULL ? CS_MEMORY : CS_OK;

    if (places != NULL)
        find_places(places, &shape, compared, as_is);
    for (size_t s = 0; s < CS_SIDES; s++)
        points[s] = shape;
    for (size_t s = 0; s < CS_SIDES && st == CS_OK; s++)
        st = fill(&points[s], compared, s, places, as_is);
    for (size_t s = 0; s < CS_SIDES && st != CS_OK; s++)
        cs_points_wipe(&points[s]);
    free(places);
    return st;
}

void cs_points_wipe(struct cs_points *points)
{
    if (points->x != NULL)
        cs_wipe_free(points->x, points->n * points->width * sizeof *points->x);
    if (points->features != NULL)
        cs_wipe_free(points->features,
                     points->n * points->n_features * sizeof *points->features);
    free(points->kinds);
    *points = (struct cs_points){ 0 };
}

double cs_points_square(const double *x, const double *y, size_t width)
{
    double sum = 0;

    for (size_t k = 0; k < width; k++)
        sum += (x[k] - y[k]) * (x[k] - y[k]);
    return sum;
}

void cs_points_centre(double *centre, const struct cs_points *points)
{
    for (size_t k = 0; k < points->width; k++)
        centre[k] = 0;
    for (size_t i = 0; i < points->n; i++)
        for (size_t k = 0; k < points->width; k++)
            centre[k] += points->x[i * points->width + k];
    for (size_t k = 0; k < points->width; k++)
        centre[k] /= (double)points->n;
}
