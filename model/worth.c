#include "model/worth.h"

#include <math.h>
#include <string.h>

#define NOISE_IN_TAIL 2. /* standard deviations that are not taken for people */

/* Sums over the values of some grid points, by their mass. */
struct moments {
    double mass, sum, squares, cubes;
};

static double unit_of(const struct cs_column *column)
{
    return pow(10, -(double)column->decimals);
}

/* Adds points of one value. */
static void add_at(struct moments *m, double mass, double value)
{
    m->mass += mass;
    m->sum += mass * value;
    m->squares += mass * value * value;
    m->cubes += mass * value * value * value;
}

/* Adds [lo, hi), all points alike: the discrete uniform distribution. */
static void add_evenly(struct moments *m, double mass, int64_t lo, int64_t hi,
                       double unit)
{
    const double n = (double)(hi - lo), mean = unit * (double)(lo + hi - 1) / 2;
    const double variance = unit * unit * (n * n - 1) / 12;

    m->mass += mass;
    m->sum += mass * mean;
    m->squares += mass * (mean * mean + variance);
    m->cubes += mass * (mean * mean * mean + 3 * mean * variance);
}

/* The same where values above the grid point `cap` count as it. */
static void add_capped(struct moments *m, double mass, int64_t lo, int64_t hi,
                       int64_t cap, double unit)
{
    const double n = (double)(hi - lo);
    const int64_t below = cap < lo ? lo : cap < hi ? cap : hi;

    if (below > lo)
        add_evenly(m, mass * (double)(below - lo) / n, lo, below, unit);
    if (hi > below)
        add_at(m, mass * (double)(hi - below) / n, unit * (double)cap);
}

/* The part of piece k of a shape that is in [*lo, *hi), and its mass. */
static double clip(int64_t *lo, int64_t *hi, const struct cs_density *shape, size_t k)
{
    const int64_t start = shape->start[k], end = shape->start[k + 1];

    *lo = *lo > start ? *lo : start;
    *hi = *hi < end ? *hi : end;
    return *lo < *hi
               ? (double)shape->mass[k] * (double)(*hi - *lo) / (double)(end - start)
               : 0;
}

/* Of [lo, hi), by the shape, or evenly where it has no mass. */
static struct moments moments_of(const struct cs_density *shape, int64_t lo, int64_t hi,
                                 int64_t cap, double unit)
{
    struct moments m = { 0 };

    for (size_t k = 0; shape != NULL && k < shape->n_pieces; k++) {
        int64_t from = lo, to = hi;
        const double mass = clip(&from, &to, shape, k);

        if (mass > 0)
            add_capped(&m, mass, from, to, cap, unit);
    }
    if (m.mass == 0)
        add_capped(&m, 1, lo, hi, cap, unit);
    return m;
}

/* The grid point of a value, or one beyond all. */
static int64_t grid_of(double value, double unit)
{
    return value / unit < (double)CS_GRID_MAX ? (int64_t)llround(value / unit)
                                              : CS_GRID_MAX;
}

void cs_worth_init(struct cs_worth *worth, const struct cs_outcome_spec *outcome,
                   const struct cs_column *column, const struct cs_density *shape,
                   double cap)
{
    const double unit = unit_of(column);
    const int64_t grid = grid_of(cap, unit);

    CS_REQUIRE(cs_column_is_numeric(column) && column->edges != NULL);
    memset(worth, 0, sizeof *worth);
    for (size_t code = 0; code < column->n_bins; code++) {
        const struct moments m =
            moments_of(shape, column->edges[code], column->edges[code + 1], grid, unit);

        worth->counts[code] = true;
        worth->mean[code] = m.sum / m.mass;
        worth->square[code] = m.squares / m.mass;
        worth->cube[code] = m.cubes / m.mass;
    }
    if (column->missing >= 0)
        worth->counts[column->missing] = !outcome->leaves_out_missing;
}

/* ---- the cap ----------------------------------------------------------------------- */

/* A tail that grows downwards. */
struct tail {
    const struct cs_column *column;
    const struct cs_density *shape;
    double people; /* in it */
    double most;   /* that may be in it */
};

/* What part of a bin is at or above a point. */
static double part_above(const struct tail *tail, size_t bin, int64_t point)
{
    const int64_t lo = tail->column->edges[bin], hi = tail->column->edges[bin + 1];
    double above = 0, all = 0;

    for (size_t k = 0; tail->shape != NULL && k < tail->shape->n_pieces; k++) {
        int64_t from = lo, to = hi, from_point = point, to_point = hi;

        all += clip(&from, &to, tail->shape, k);
        above += clip(&from_point, &to_point, tail->shape, k);
    }
    return all > 0 ? above / all : (double)(hi - point) / (double)(hi - lo);
}

/* The least point of a bin, found by halves, above which few enough are, with those in
 * the bins above. */
static int64_t point_in(const struct tail *tail, size_t bin, double people)
{
    int64_t low = tail->column->edges[bin], high = tail->column->edges[bin + 1];

    while (high - low > 1) {
        const int64_t middle = low + (high - low) / 2;

        if (tail->people + people * part_above(tail, bin, middle) <= tail->most)
            high = middle;
        else
            low = middle;
    }
    return high;
}

double cs_worth_cap(const struct cs_column *column, const struct cs_density *shape,
                    const double people[static CS_CODES_MAX], double variance)
{
    struct tail tail = { column, shape, 0, 0 };
    const double deviation = sqrt((double)column->n_bins * variance);
    double above = 0;
    size_t bin = column->n_bins;
    int64_t cap;

    for (size_t code = 1; code < column->n_bins; code++)
        above += people[code];
    if (above <= 0 || above < CS_PEOPLE_OVER_NOISE * deviation)
        return INFINITY;
    tail.most = fmax(CS_WORTH_TAIL * above, NOISE_IN_TAIL * deviation);
    while (--bin > 0 && tail.people + people[bin] <= tail.most)
        tail.people += people[bin];
    cap = bin > 0 ? point_in(&tail, bin, people[bin]) : column->edges[1];
    return cap < column->edges[column->n_bins] - 1 ? unit_of(column) * (double)cap
                                                   : INFINITY;
}
