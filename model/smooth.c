#include "model/smooth.h"

#include <math.h>
#include <stdbool.h>

#include "crypto/status.h"

/* Found on history, age, hours, capital gains and losses and weights of Hillstrom and
 * Adult, at the noise of epsilon 1 and 3 (docs/NUMERICS.md). */
#define STANDS_OUT 3. /* in standard deviations: more is a spike */
#define SHAPE .02     /* usual departure from the expected half, in parts of the block */
#define BELIEVED_FROM 2. /* in standard deviations: of a surplus, more is no accident */

struct family {
    size_t n;
    double s2;
    double counted[CS_SMOOTH_SIBLINGS_MAX];
    double expected[CS_SMOOTH_SIBLINGS_MAX]; /* in proportion; 0: a spike, set aside */
    double mass[CS_SMOOTH_SIBLINGS_MAX];
};

static double width_of(const int64_t *start, size_t k)
{
    return (double)(start[k + 1] - start[k]);
}

static double middle_of(const int64_t *start, size_t k)
{
    return ((double)start[k] + (double)start[k + 1]) / 2;
}

static void expect(struct family *family, const int64_t *start, double tilt)
{
    const double first = (double)start[0], half = ((double)start[family->n] - first) / 2;

    for (size_t k = 0; k < family->n; k++) {
        const double at = (middle_of(start, k) - first) / half - 1;
        family->expected[k] = width_of(start, k) * (1 + tilt * at);
    }
}

/* The one furthest above its expected part of what is left, by more than bar, or n. */
static size_t stands_out(const struct family *family, double left, double bar)
{
    double sum = 0;
    size_t found = family->n;

    for (size_t k = 0; k < family->n; k++)
        sum += family->expected[k];
    for (size_t k = 0; k < family->n; k++) {
        if (family->expected[k] == 0)
            continue;
        const double surplus = family->counted[k] - left * family->expected[k] / sum;
        if (surplus > bar) {
            bar = surplus;
            found = k;
        }
    }
    return found;
}

/* Spikes keep their counts; returns what they leave of the total. */
static double set_spikes_aside(struct family *family, double left)
{
    const double bar = STANDS_OUT * sqrt(family->s2);

    for (size_t k; (k = stands_out(family, left, bar)) < family->n;) {
        family->mass[k] = family->counted[k];
        family->expected[k] = 0;
        left = fmax(0, left - family->counted[k]);
    }
    return left;
}

struct side {
    double cells, counted, expected;
};

static struct side side_of(const struct family *family, size_t lo, size_t hi)
{
    struct side side = { 0 };

    for (size_t k = lo; k < hi; k++) {
        if (family->expected[k] == 0)
            continue;
        side.cells++;
        side.counted += family->counted[k];
        side.expected += family->expected[k];
    }
    return side;
}

static double square(double x)
{
    return x * x;
}

/* The part of a surplus that is kept: that of the best linear estimate from the chance
 * and shape that any block has, or, of a large surplus, that of James and Stein. */
static double gain(double total, double part, double noise, double surplus)
{
    const double usual = part * (1 - part) * (total + square(2 * SHAPE * total));
    const double large = 1 - square(BELIEVED_FROM) * noise / square(surplus);

    return fmax(usual / (usual + noise), large);
}

/* The part of total that goes to the left one of two sides. */
static double divide(double total, const struct side *left, const struct side *right,
                     double s2)
{
    const double cells = left->cells + right->cells;

    if (left->cells == 0 || right->cells == 0)
        return left->cells > 0 ? total : 0;
    const double part = left->expected / (left->expected + right->expected);
    const double noise = s2 * left->cells * right->cells / cells;
    const double unplaced = total - left->counted - right->counted;
    const double surplus = left->counted + unplaced * left->cells / cells - part * total;
    const double mass = part * total + gain(total, part, noise, surplus) * surplus;
    return fmin(fmax(mass, 0), total);
}

static void halve_all(struct family *family, double left)
{
    double block[CS_SMOOTH_SIBLINGS_MAX] = { left }; /* at its first piece */

    for (size_t size = CS_SMOOTH_SIBLINGS_MAX; size > 1; size /= 2)
        for (size_t lo = 0; lo + size / 2 < family->n; lo += size) {
            const size_t mid = lo + size / 2;
            const size_t hi = lo + size < family->n ? lo + size : family->n;
            const struct side a = side_of(family, lo, mid), b = side_of(family, mid, hi);
            const double all = block[lo];
            block[lo] = divide(all, &a, &b, family->s2);
            block[mid] = all - block[lo];
        }
    for (size_t k = 0; k < family->n; k++)
        if (family->expected[k] > 0)
            family->mass[k] = block[k];
}

static void apportion(int64_t *mass, const struct family *family, int64_t total)
{
    double sum = 0, seen = 0;
    int64_t given = 0;

    for (size_t k = 0; k < family->n; k++)
        sum += family->mass[k];
    for (size_t k = 0; k < family->n; k++) {
        seen += family->mass[k];
        const int64_t upto =
            sum > 0 ? (int64_t)floor((double)total * fmin(seen / sum, 1) + .5) : 0;
        mass[k] = upto - given;
        given = upto;
    }
}

void cs_smooth_siblings(int64_t *mass, const int64_t *start, size_t n, int64_t total,
                        double tilt, double s2)
{
    CS_REQUIRE(n > 0 && n <= CS_SMOOTH_SIBLINGS_MAX && total >= 0 && fabs(tilt) <= 1);
    struct family family = { .n = n, .s2 = s2 };

    for (size_t k = 0; k < n; k++)
        family.counted[k] = (double)mass[k];
    expect(&family, start, tilt);
    halve_all(&family, set_spikes_aside(&family, (double)total));
    apportion(mass, &family, total);
}

static double density_of(const int64_t *mass, const int64_t *start, size_t k)
{
    return (double)mass[k] / width_of(start, k);
}

/* From the middle of piece k to that of the next. */
static double slope(const int64_t *mass, const int64_t *start, size_t k)
{
    return (density_of(mass, start, k + 1) - density_of(mass, start, k)) /
           (middle_of(start, k + 1) - middle_of(start, k));
}

/* In (-1, 1): the flatter slope leads down to no less than zero beyond the piece. */
double cs_smooth_tilt(const int64_t *mass, const int64_t *start, size_t n, size_t k)
{
    CS_REQUIRE(k < n);
    if (k == 0 || k + 1 == n || mass[k] <= 0)
        return 0;
    const double before = slope(mass, start, k - 1), after = slope(mass, start, k);
    if (before * after <= 0)
        return 0;
    const double flatter = fabs(before) < fabs(after) ? before : after;
    return flatter * width_of(start, k) / 2 / density_of(mass, start, k);
}
