/* The first half of density.h: how a density is measured. The other half is density.c. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/gauss.h"
#include "model/density.h"
#include "model/table.h"

__extension__ typedef unsigned __int128 wide;

/* In standard deviations of the noise: a count so far above its even share stands out,
 * a piece with a mass so large is worth a closer look. */
enum { STANDS_OUT = 3, WORTH_SPLITTING = 4 };

/* n even parts of [first, end), fewer if it has fewer points; returns how many edges. */
static size_t even_parts(int64_t *edges, int64_t first, int64_t end, size_t n)
{
    const uint64_t points = (uint64_t)(end - first);

    if (points < n)
        n = (size_t)points;
    for (size_t k = 0; k <= n; k++)
        edges[k] = first + (int64_t)(points / n * k + points % n * k / n);
    return n + 1;
}

size_t cs_density_edges(int64_t edges[static CS_DENSITY_EDGES_MAX],
                        const struct cs_column *column)
{
    CS_REQUIRE(cs_column_is_numeric(column));
    if (column->binning == CS_BINS_QUANTILES)
        return even_parts(edges, column->min, column->max + 1, CS_CODES_MAX);
    CS_REQUIRE(column->n_bins > 0 && column->n_bins < CS_DENSITY_EDGES_MAX);
    memcpy(edges, column->edges, (column->n_bins + 1) * sizeof *edges);
    return column->n_bins + 1;
}

unsigned cs_density_levels(const struct cs_column *column)
{
    int64_t edges[CS_DENSITY_EDGES_MAX], widest = 1;
    unsigned levels = 1;

    if (!cs_column_has_detail(column))
        return 0;
    const size_t n_edges = cs_density_edges(edges, column);
    for (size_t k = 1; k < n_edges; k++)
        if (edges[k] - edges[k - 1] > widest)
            widest = edges[k] - edges[k - 1];
    for (; widest > 1 && levels < CS_DENSITY_LEVELS_MAX; levels++)
        widest = (widest + CS_DENSITY_SPLIT - 1) / CS_DENSITY_SPLIT;
    return levels;
}

/* What is measured, and with how much noise. */
struct sample {
    const int64_t *grid; /* (n_rows) [secret] */
    size_t n_rows;
    uint64_t s2_q16;
    struct cs_rng *secret;
};

/* times * s, rounded down. */
static int64_t deviations(uint64_t s2_q16, unsigned times)
{
    const wide square = ((wide)s2_q16 * times * times) >> 16;
    uint64_t root = 0;

    for (uint64_t bit = UINT64_C(1) << 31; bit > 0; bit >>= 1)
        if ((wide)(root | bit) * (root | bit) <= square)
            root |= bit;
    return (int64_t)root;
}

/* The piece of x, for start[0] <= x < start[n]. */
static size_t piece_of(int64_t x, const int64_t *start, size_t n)
{
    size_t low = 0, high = n;

    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (start[middle] <= x)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* count: (n) rows in each piece [secret]. */
static void tally(int64_t *count, const int64_t *start, size_t n,
                  const struct sample *sample)
{
    for (size_t i = 0; i < sample->n_rows; i++) {
        int64_t x = sample->grid[i];
        if (x == CS_GRID_MISSING)
            continue;
        if (x < start[0])
            x = start[0];
        if (x >= start[n])
            x = start[n] - 1;
        count[piece_of(x, start, n)]++;
    }
}

static void add_noise(int64_t *count, size_t n, const struct sample *sample)
{
    int64_t noise[CS_DENSITY_EDGES_MAX];

    CS_REQUIRE(n <= CS_DENSITY_EDGES_MAX);
    cs_gauss_fill_var(noise, n, sample->s2_q16, sample->secret);
    for (size_t k = 0; k < n; k++)
        count[k] += noise[k];
    sodium_memzero(noise, sizeof noise);
}

/* Replaces (n) weights by whole parts of total in their proportion; the parts add up. */
static void apportion(int64_t *part, size_t n, int64_t total)
{
    uint64_t sum = 0, seen = 0;
    int64_t given = 0;

    for (size_t k = 0; k < n; k++)
        sum += (uint64_t)part[k];
    for (size_t k = 0; k < n && sum > 0; k++) {
        seen += (uint64_t)part[k];
        const int64_t upto = (int64_t)((wide)(uint64_t)total * seen / sum);
        part[k] = upto - given;
        given = upto;
    }
}

/* Siblings under one consistent count: `noisy` become masses that add up to total. */
struct siblings {
    const int64_t *start; /* (n + 1) */
    size_t n;
    int64_t *mass; /* (n): noisy counts on entry */
    int64_t total;
};

/* The one that is furthest above its even share of what is left, by more than bar. */
static size_t stands_out(const struct siblings *family, const bool *kept, int64_t left,
                         uint64_t width_left, int64_t bar)
{
    size_t found = family->n;

    for (size_t k = 0; k < family->n; k++) {
        const uint64_t width = (uint64_t)(family->start[k + 1] - family->start[k]);
        const int64_t share =
            kept[k] ? 0 : (int64_t)((wide)(uint64_t)left * width / width_left);
        if (!kept[k] && family->mass[k] - share > bar) {
            bar = family->mass[k] - share;
            found = k;
        }
    }
    return found;
}

/* Spreads `left` over those that were not kept, by width. */
static void spread(struct siblings *family, const bool *kept, int64_t left)
{
    int64_t part[CS_DENSITY_EDGES_MAX];

    for (size_t k = 0; k < family->n; k++)
        part[k] = kept[k] ? 0 : family->start[k + 1] - family->start[k];
    apportion(part, family->n, left);
    for (size_t k = 0; k < family->n; k++)
        if (!kept[k])
            family->mass[k] = part[k];
}

/* Those that stand out keep their counts, one after the other, the largest surplus first;
 * the others share evenly what is then left, for their counts are mostly noise. */
static void settle(struct siblings *family, int64_t bar)
{
    bool kept[CS_DENSITY_EDGES_MAX] = { false };
    int64_t left = family->total;
    uint64_t width_left = (uint64_t)(family->start[family->n] - family->start[0]);

    while (width_left > 0) {
        const size_t k = stands_out(family, kept, left, width_left, bar);
        if (k == family->n)
            break;
        kept[k] = true;
        left = left > family->mass[k] ? left - family->mass[k] : 0;
        width_left -= (uint64_t)(family->start[k + 1] - family->start[k]);
    }
    spread(family, kept, left);
    apportion(family->mass, family->n, family->total);
}

static int64_t bounded_sum(const int64_t *count, size_t n)
{
    int64_t sum = 0;

    for (size_t k = 0; k < n; k++)
        sum += count[k];
    if (sum < 0)
        return 0;
    return sum < CS_DENSITY_MASS_MAX ? sum : CS_DENSITY_MASS_MAX;
}

static void measure_first(struct cs_density *density, const struct sample *sample)
{
    struct siblings all = { .start = density->start,
                            .n = density->n_pieces,
                            .mass = density->mass };

    tally(all.mass, all.start, all.n, sample);
    add_noise(all.mass, all.n, sample);
    all.total = bounded_sum(all.mass, all.n);
    settle(&all, deviations(sample->s2_q16, STANDS_OUT));
}

static bool is_wide(const struct cs_density *density, size_t piece)
{
    return density->start[piece + 1] - density->start[piece] > 1;
}

static int descending(const void *one, const void *other)
{
    const int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;

    return (a < b) - (a > b);
}

/* Pieces of more than this mass are split: a multiple of the noise, or more where there
 * is room for the heaviest only; each of the levels to come gets its part of the room, so
 * that a spike can be followed down to its point. scratch: (n_pieces). */
static int64_t splitting_mass(const struct cs_density *density, int64_t least,
                              unsigned levels_to_come, int64_t *scratch)
{
    const size_t room = (CS_DENSITY_PIECES_MAX - density->n_pieces) / levels_to_come /
                        (CS_DENSITY_SPLIT - 1);
    size_t n = 0;

    for (size_t k = 0; k < density->n_pieces; k++)
        if (is_wide(density, k) && density->mass[k] > least)
            scratch[n++] = density->mass[k];
    if (n <= room)
        return least;
    qsort(scratch, n, sizeof *scratch, descending);
    return scratch[room];
}

/* Where the children of each piece begin in the finer partition: (n_pieces + 1). */
static void split(struct cs_density *finer, size_t *child, const struct cs_density *from,
                  int64_t heavy)
{
    size_t n = 0;

    for (size_t k = 0; k < from->n_pieces; k++) {
        const bool divide = is_wide(from, k) && from->mass[k] > heavy;
        child[k] = n;
        n += even_parts(finer->start + n, from->start[k], from->start[k + 1],
                        divide ? CS_DENSITY_SPLIT : 1) -
             1;
    }
    child[from->n_pieces] = finer->n_pieces = n;
}

/* Children of split pieces are measured; the other pieces keep what they have. */
static void measure_children(struct cs_density *finer, const size_t *child,
                             const struct cs_density *from, const struct sample *sample)
{
    const int64_t bar = deviations(sample->s2_q16, STANDS_OUT);

    tally(finer->mass, finer->start, finer->n_pieces, sample);
    for (size_t k = 0; k < from->n_pieces; k++) {
        struct siblings family = { .start = finer->start + child[k],
                                   .n = child[k + 1] - child[k],
                                   .mass = finer->mass + child[k],
                                   .total = from->mass[k] };
        if (family.n > 1) {
            add_noise(family.mass, family.n, sample);
            settle(&family, bar);
        } else {
            family.mass[0] = family.total;
        }
    }
}

static enum cs_status allocate(struct cs_density *density)
{
    *density = (struct cs_density){
        .start = calloc(CS_DENSITY_PIECES_MAX + 1, sizeof *density->start),
        .mass = calloc(CS_DENSITY_PIECES_MAX, sizeof *density->mass)
    };
    return density->start == NULL || density->mass == NULL ? CS_MEMORY : CS_OK;
}

static enum cs_status refine(struct cs_density *density, const struct sample *sample,
                             unsigned levels_to_come)
{
    struct cs_density finer = { 0 };
    enum cs_status st = CS_MEMORY;
    size_t *child = calloc(CS_DENSITY_PIECES_MAX + 1, sizeof *child);

    if (child == NULL)
        goto out;
    CS_TRY(allocate(&finer));
    const int64_t least = deviations(sample->s2_q16, WORTH_SPLITTING);
    split(&finer, child, density,
          splitting_mass(density, least, levels_to_come, finer.mass));
    memset(finer.mass, 0, CS_DENSITY_PIECES_MAX * sizeof *finer.mass);
    measure_children(&finer, child, density, sample);
    cs_density_wipe(density);
    *density = finer;
    finer = (struct cs_density){ 0 };
out:
    free(child);
    cs_density_wipe(&finer);
    return st;
}

enum cs_status cs_density_measure(struct cs_density *density, const int64_t *grid,
                                  size_t n_rows, const int64_t *edges, size_t n_edges,
                                  unsigned levels, uint64_t s2_q16, struct cs_rng *secret)
{
    const struct sample sample = { grid, n_rows, s2_q16, secret };
    struct cs_density made = { 0 };
    enum cs_status st;

    CS_REQUIRE(n_edges >= 2 && n_edges <= CS_DENSITY_EDGES_MAX && levels > 0);
    CS_REQUIRE(edges[0] >= -CS_GRID_MAX && edges[n_edges - 1] <= CS_GRID_MAX + 1);
    CS_TRY(allocate(&made));
    memcpy(made.start, edges, n_edges * sizeof *edges);
    made.n_pieces = n_edges - 1;
    measure_first(&made, &sample);
    for (unsigned level = 1; level < levels; level++)
        CS_TRY(refine(&made, &sample, levels - level));
    *density = made;
    made = (struct cs_density){ 0 };
out:
    cs_density_wipe(&made);
    return st;
}
