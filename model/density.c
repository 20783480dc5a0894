#include "model/density.h"

#include <stdlib.h>

#include "crypto/bytes.h"
#include "crypto/wide.h"

/* Masses are cut in units of 2^-20 of a row. */
enum { FRACTION_BITS = 20 };

void cs_density_wipe(struct cs_density *density)
{
    free(density->start);
    free(density->mass);
    *density = (struct cs_density){ 0 };
}

static int64_t largest(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t smallest(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The mass of [lo, hi) within piece k, in 2^-20 rows, rounded down. */
static uint64_t mass_within(const struct cs_density *density, size_t k, int64_t lo,
                            int64_t hi)
{
    const int64_t from = largest(lo, density->start[k]);
    const int64_t to = smallest(hi, density->start[k + 1]);
    const uint64_t width = (uint64_t)(density->start[k + 1] - density->start[k]);

    if (from >= to)
        return 0;
    return (uint64_t)(((cs_u128)(uint64_t)density->mass[k] << FRACTION_BITS) *
                      (uint64_t)(to - from) / width);
}

/* The first piece that ends above lo, or n_pieces. */
static size_t first_piece(const struct cs_density *density, int64_t lo)
{
    size_t low = 0, high = density->n_pieces;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (density->start[middle + 1] > lo)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

uint64_t cs_density_mass(const struct cs_density *density, int64_t lo, int64_t hi)
{
    uint64_t mass = 0;

    for (size_t k = first_piece(density, lo);
         k < density->n_pieces && density->start[k] < hi; k++)
        mass += mass_within(density, k, lo, hi);
    return mass;
}

/* Uniform in [0, n), exactly: Lemire's method, as cs_rng_below, for 64 bits. */
static uint64_t below(uint64_t n, struct cs_rng *rng)
{
    cs_u128 product = (cs_u128)cs_rng_u64(rng) * n;

    if ((uint64_t)product < n)
        for (const uint64_t threshold = -n % n; (uint64_t)product < threshold;)
            product = (cs_u128)cs_rng_u64(rng) * n;
    return (uint64_t)(product >> 64);
}

static int64_t draw_evenly(int64_t lo, int64_t hi, struct cs_rng *rng)
{
    return lo + (int64_t)below((uint64_t)(hi - lo), rng);
}

int64_t cs_density_draw(const struct cs_density *density, int64_t lo, int64_t hi,
                        uint64_t where, struct cs_rng *rng)
{
    CS_REQUIRE(lo < hi && lo >= -CS_GRID_MAX && hi <= CS_GRID_MAX + 1);
    const uint64_t total = cs_density_mass(density, lo, hi);

    if (total == 0)
        return draw_evenly(lo, hi, rng);
    uint64_t rank = (uint64_t)((cs_u128)where * total >> 64);
    for (size_t k = first_piece(density, lo);; k++) {
        const uint64_t mass = mass_within(density, k, lo, hi);
        if (rank < mass)
            return draw_evenly(largest(lo, density->start[k]),
                               smallest(hi, density->start[k + 1]), rng);
        rank -= mass;
    }
}

/* The smallest x in (after, latest] with at least `mass` in [after, x); latest if there
 * is none. */
static int64_t reach(const struct cs_density *density, int64_t after, int64_t latest,
                     uint64_t mass)
{
    int64_t low = after + 1, high = latest;

    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (cs_density_mass(density, after, middle) >= mass)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* A spike on the point x would put the edge behind it and much too much into this bin:
 * the edge goes before the spike if that is nearer to the goal and leaves something. */
static int64_t edge_after(const struct cs_density *density, int64_t after, int64_t latest,
                          uint64_t goal)
{
    const int64_t x = reach(density, after, latest, goal);
    const uint64_t with = cs_density_mass(density, after, x);
    const uint64_t without = cs_density_mass(density, after, x - 1);
    const bool before = with > goal && goal > without && goal - without < with - goal;

    return before && without > 0 ? x - 1 : x;
}

/* Each edge divides what is left of the mass by the bins that are left, so that a spike
 * which fills a bin by itself does not starve those after it. */
void cs_density_quantiles(const struct cs_density *density, int64_t *edges, size_t n_bins)
{
    const int64_t first = density->start[0], end = density->start[density->n_pieces];
    CS_REQUIRE(n_bins > 0 && n_bins <= (uint64_t)(end - first));

    edges[0] = first;
    for (size_t k = 1; k < n_bins; k++) {
        const uint64_t left = n_bins - k + 1;
        const uint64_t mass = cs_density_mass(density, edges[k - 1], end);
        const int64_t latest = end - (int64_t)(n_bins - k);
        const int64_t even = edges[k - 1] + (end - edges[k - 1]) / (int64_t)left;

        edges[k] =
            mass < left ? even : edge_after(density, edges[k - 1], latest, mass / left);
    }
    edges[n_bins] = end;
}

size_t cs_density_packed_bytes(size_t n_pieces)
{
    return 4 + 8 * (2 * n_pieces + 1);
}

void cs_density_pack(uint8_t *bytes, const struct cs_density *density)
{
    const size_t n = density->n_pieces;

    cs_bytes_put(bytes, n, 4);
    for (size_t k = 0; k <= n; k++)
        cs_bytes_put(bytes + 4 + 8 * k, (uint64_t)density->start[k], 8);
    for (size_t k = 0; k < n; k++)
        cs_bytes_put(bytes + 4 + 8 * (n + 1 + k), (uint64_t)density->mass[k], 8);
}

/* The pieces ascend from one bound of the column to the other, the masses are masses. */
static bool is_sound(const struct cs_density *density, const struct cs_column *column)
{
    int64_t edges[CS_DENSITY_EDGES_MAX], total = 0;
    const size_t last = cs_density_edges(edges, column) - 1;

    if (density->start[0] != edges[0] || density->start[density->n_pieces] != edges[last])
        return false;
    for (size_t k = 0; k < density->n_pieces; k++) {
        if (density->start[k] >= density->start[k + 1] || density->mass[k] < 0 ||
            density->mass[k] > CS_DENSITY_MASS_MAX - total)
            return false;
        total += density->mass[k];
    }
    return true;
}

enum cs_status cs_density_unpack(struct cs_density *density, const uint8_t *bytes,
                                 size_t n_bytes, const struct cs_column *column)
{
    struct cs_density made = { 0 };
    enum cs_status st = CS_PROTOCOL;
    const size_t n = n_bytes < 4 ? 0 : (size_t)cs_bytes_get(bytes, 4);

    if (n == 0 || n > CS_DENSITY_PIECES_MAX || n_bytes != cs_density_packed_bytes(n))
        return CS_PROTOCOL;
    made.n_pieces = n;
    made.start = calloc(n + 1, sizeof *made.start);
    made.mass = calloc(n, sizeof *made.mass);
    if (made.start == NULL || made.mass == NULL) {
        st = CS_MEMORY;
        goto out;
    }
    for (size_t k = 0; k <= n; k++)
        made.start[k] = (int64_t)cs_bytes_get(bytes + 4 + 8 * k, 8);
    for (size_t k = 0; k < n; k++)
        made.mass[k] = (int64_t)cs_bytes_get(bytes + 4 + 8 * (n + 1 + k), 8);
    if (!is_sound(&made, column))
        goto out;
    *density = made;
    made = (struct cs_density){ 0 };
    st = CS_OK;
out:
    cs_density_wipe(&made);
    return st;
}
