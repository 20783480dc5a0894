#include "model/points.h"

#include <math.h>
#include <stdlib.h>

#include "crypto/secret.h"

static const double coordinate_most = 1e100;

/* Where a column's coordinates are. */
struct place {
    size_t first, width;
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

static bool any_missing(const struct cs_compared *compared,
                        const struct cs_compared_column *column)
{
    for (size_t s = 0; s < CS_SIDES; s++)
        for (size_t i = 0; i < compared->n_rows[s]; i++)
            if (isnan(column->values[s][i]))
                return true;
    return false;
}

static size_t count_coordinates(const struct cs_compared_column *column,
                                const struct place *place, bool as_is)
{
    if (as_is)
        return 1;
    if (column->is_number)
        return place->has_missing ? 2 : 1;
    return column->n_levels <= CS_POINTS_LEVELS_MAX ? column->n_levels : 0;
}

/* Within what has finite squares; of what is no number the greatest, for a range beyond
 * all numbers. */
static double limited(double x)
{
    return fmax(fmin(x, coordinate_most), -coordinate_most);
}

static void put(double *x, const struct place *place, double value, bool is_number,
                bool as_is)
{
    if (as_is)
        x[0] = limited(isnan(value) ? place->mean : value);
    else if (is_number && isnan(value))
        x[0] = limited((place->mean - place->least) / place->range), x[1] = 1;
    else if (is_number)
        x[0] = limited((value - place->least) / place->range);
    else if (place->width > 0 && !isnan(value))
        x[(size_t)value] = sqrt(0.5);
}

static size_t find_places(struct place *places, const struct cs_compared *compared,
                          bool as_is)
{
    size_t width = 0;

    for (size_t k = 0; k < compared->n_columns; k++) {
        const struct cs_compared_column *column = &compared->columns[k];

        places[k] = (struct place){ .first = width,
                                    .has_missing = any_missing(compared, column) };
        look_at(&places[k], column->values[CS_REAL], compared->n_rows[CS_REAL]);
        places[k].width = count_coordinates(column, &places[k], as_is);
        width += places[k].width;
    }
    return width;
}

static enum cs_status fill(struct cs_points *points, const struct cs_compared *compared,
                           size_t side, const struct place *places, size_t width,
                           bool as_is)
{
    *points = (struct cs_points){ .n = compared->n_rows[side], .width = width };
    points->x = calloc(points->n * width + 1, sizeof *points->x);
    if (points->x == NULL)
        return CS_MEMORY;
    for (size_t k = 0; k < compared->n_columns; k++)
        for (size_t i = 0; i < points->n; i++)
            put(points->x + i * width + places[k].first, &places[k],
                compared->columns[k].values[side][i], compared->columns[k].is_number,
                as_is);
    return CS_OK;
}

enum cs_status cs_points_make(struct cs_points *points,
                              const struct cs_compared *compared, bool as_is)
{
    struct place *places = calloc(compared->n_columns, sizeof *places);
    enum cs_status st = places == NULL ? CS_MEMORY : CS_OK;

    for (size_t s = 0; s < CS_SIDES; s++)
        points[s] = (struct cs_points){ 0 };
    const size_t width = st == CS_OK ? find_places(places, compared, as_is) : 0;
    for (size_t s = 0; s < CS_SIDES && st == CS_OK; s++)
        st = fill(&points[s], compared, s, places, width, as_is);
    for (size_t s = 0; s < CS_SIDES && st != CS_OK; s++)
        cs_points_wipe(&points[s]);
    free(places);
    return st;
}

void cs_points_wipe(struct cs_points *points)
{
    if (points->x != NULL)
        cs_wipe_free(points->x, points->n * points->width * sizeof *points->x);
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
