#include "model/spans.h"

#include <string.h>

#include "crypto/wide.h"

static int64_t largest(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t smallest(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static bool add(struct cs_spans *spans, int64_t lo, int64_t hi)
{
    if (lo >= hi)
        return true;
    if (spans->n == CS_SPANS_MAX)
        return false;
    spans->span[spans->n++] = (struct cs_span){ lo, hi };
    return true;
}

bool cs_spans_intersect(struct cs_spans *spans, const struct cs_spans *others)
{
    struct cs_spans made = { .n = 0 };

    for (size_t i = 0, j = 0; i < spans->n && j < others->n;) {
        const struct cs_span a = spans->span[i], b = others->span[j];

        if (!add(&made, largest(a.lo, b.lo), smallest(a.hi, b.hi)))
            return false;
        i += a.hi <= b.hi;
        j += b.hi <= a.hi;
    }
    *spans = made;
    return true;
}

bool cs_spans_complement(struct cs_spans *rest, const struct cs_spans *spans, int64_t lo,
                         int64_t hi)
{
    rest->n = 0;
    for (size_t i = 0; i < spans->n; i++) {
        if (!add(rest, lo, spans->span[i].lo))
            return false;
        lo = spans->span[i].hi;
    }
    return add(rest, lo, hi);
}

/* By mass, or by the number of values. */
static uint64_t size_of(const struct cs_density *density, int64_t lo, int64_t hi)
{
    if (lo >= hi)
        return 0;
    return density != NULL ? cs_density_mass(density, lo, hi) : (uint64_t)(hi - lo);
}

static const struct cs_density *density_of_bin(const struct cs_density *density,
                                               int64_t lo, int64_t hi)
{
    return density != NULL && cs_density_mass(density, lo, hi) > 0 ? density : NULL;
}

void cs_spans_measure(uint64_t *part, uint64_t *whole, const struct cs_spans *spans,
                      const struct cs_density *density, int64_t lo, int64_t hi)
{
    const struct cs_density *by = density_of_bin(density, lo, hi);

    *whole = size_of(by, lo, hi);
    *part = 0;
    for (size_t i = 0; i < spans->n; i++)
        *part +=
            size_of(by, largest(lo, spans->span[i].lo), smallest(hi, spans->span[i].hi));
}

/* The value, or place of the mass, number rank of [lo, hi). */
static int64_t draw_at(const struct cs_density *by, int64_t lo, int64_t hi, uint64_t rank,
                       uint64_t size, struct cs_rng *rng)
{
    if (by == NULL)
        return lo + (int64_t)rank;
    /* the middle of that unit of mass, so that rounding keeps it */
    const uint64_t where =
        (uint64_t)((((cs_u128)rank << 64) | (UINT64_C(1) << 63)) / size);
    return cs_density_draw(by, lo, hi, where, rng);
}

int64_t cs_spans_draw(const struct cs_spans *spans, const struct cs_density *density,
                      int64_t lo, int64_t hi, uint64_t where, struct cs_rng *rng)
{
    const struct cs_density *by = density_of_bin(density, lo, hi);
    uint64_t part, whole;

    cs_spans_measure(&part, &whole, spans, density, lo, hi);
    CS_REQUIRE(part > 0);
    uint64_t rank = (uint64_t)((cs_u128)where * part >> 64);
    for (size_t i = 0;; i++) {
        const int64_t from = largest(lo, spans->span[i].lo);
        const int64_t to = smallest(hi, spans->span[i].hi);
        const uint64_t size = size_of(by, from, to);

        if (rank < size)
            return draw_at(by, from, to, rank, size, rng);
        rank -= size;
    }
}
