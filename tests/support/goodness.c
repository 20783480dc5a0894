#include "tests/support/goodness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"

enum { CELLS = 100 };
#define EXPECTED_MIN 10. /* draws in a cell, for chi-square to be near its limit */

void cs_goodness_init(struct cs_goodness *goodness, int64_t low, const double *mass,
                      size_t n)
{
    double sum = 0;

    *goodness = (struct cs_goodness){ .low = low,
                                      .n = n,
                                      .mass = calloc(n, sizeof *goodness->mass),
                                      .count = calloc(n, sizeof *goodness->count) };
    assert_true(goodness->mass != NULL && goodness->count != NULL);
    for (size_t i = 0; i < n; i++)
        sum += mass[i];
    for (size_t i = 0; i < n; i++)
        goodness->mass[i] = mass[i] / sum;
}

void cs_goodness_gauss(struct cs_goodness *goodness, double s2)
{
    const int64_t end = (int64_t)(12 * sqrt(s2)) + 2;
    const size_t n = (size_t)(2 * end + 1);
    double *mass = calloc(n, sizeof *mass);

    assert_non_null(mass);
    for (size_t i = 0; i < n; i++) {
        const double x = (double)i - (double)end;

        mass[i] = exp(-x * x / (2 * s2));
    }
    cs_goodness_init(goodness, -end, mass, n);
    free(mass);
}

void cs_goodness_forget(struct cs_goodness *goodness)
{
    memset(goodness->count, 0, goodness->n * sizeof *goodness->count);
    goodness->draws = goodness->outside = 0;
}

void cs_goodness_add(struct cs_goodness *goodness, const int64_t *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const uint64_t at = (uint64_t)x[i] - (uint64_t)goodness->low;

        if (at < goodness->n)
            goodness->count[at]++;
        else
            goodness->outside++;
    }
    goodness->draws += n;
}

double cs_goodness_misfit(const struct cs_goodness *goodness)
{
    const double draws = (double)goodness->draws;
    const double wanted = fmax(EXPECTED_MIN, draws / CELLS);
    double chi2 = 0, expected = 0, found = 0, left = draws;
    size_t used = 0;

    if (goodness->outside > 0)
        return INFINITY;
    for (size_t i = 0; i < goodness->n; i++) {
        expected += draws * goodness->mass[i];
        found += (double)goodness->count[i];
        if (i + 1 < goodness->n && (expected < wanted || left - expected < EXPECTED_MIN))
            continue;
        chi2 += (found - expected) * (found - expected) / expected;
        left -= expected;
        expected = found = 0;
        used++;
    }
    if (used < 2)
        return 0; /* nearly all mass is on one integer */
    return (chi2 - (double)(used - 1)) / sqrt(2. * (double)(used - 1));
}

double cs_goodness_distance(const struct cs_goodness *goodness)
{
    double gap = 0, furthest = 0;

    if (goodness->outside > 0)
        return INFINITY;
    for (size_t i = 0; i < goodness->n; i++) {
        gap += (double)goodness->count[i] / (double)goodness->draws - goodness->mass[i];
        furthest = fmax(furthest, fabs(gap));
    }
    return furthest * sqrt((double)goodness->draws);
}

void cs_goodness_wipe(struct cs_goodness *goodness)
{
    free(goodness->mass);
    free(goodness->count);
    memset(goodness, 0, sizeof *goodness);
}
