/* The first half of density.h: how a density is measured. The other half is density.c. */
#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/gauss.h"
#include "model/density.h"
#include "model/smooth.h"
#include "model/table.h"

/* A piece with a mass of so many standard deviations of the noise of a count is worth a
 * closer look. */
enum { WORTH_SPLITTING = 4 };

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
        return even_parts(edges, column->min, column->max + 1, 1);
    CS_REQUIRE(column->n_bins > 0 && column->n_bins < CS_DENSITY_EDGES_MAX);
    memcpy(edges, column->edges, (column->n_bins + 1) * sizeof *edges);
    return column->n_bins + 1;
}

/* One piece alone, the range of a column without bins, is split finer than others. */
static size_t parts_of_first(size_t n_roots)
{
    return n_roots == 1 ? CS_CODES_MAX : CS_DENSITY_SPLIT;
}

unsigned cs_density_levels(const struct cs_column *column)
{
    int64_t edges[CS_DENSITY_EDGES_MAX], widest = 1;
    unsigned levels = 0;

    if (!cs_column_has_detail(column))
        return 0;
    const size_t n_edges = cs_density_edges(edges, column);
    for (size_t k = 1; k < n_edges; k++)
        if (edges[k] - edges[k - 1] > widest)
            widest = edges[k] - edges[k - 1];
    int64_t parts = (int64_t)parts_of_first(n_edges - 1);
    for (; widest > 1 && levels < CS_DENSITY_LEVELS_MAX; levels++) {
        widest = (widest + parts - 1) / parts;
        parts = CS_DENSITY_SPLIT;
    }
    return levels;
}

double cs_density_cost(unsigned levels)
{
    return levels == 0 ? 0 : 2 - ldexp(2, -(int)levels);
}

/* What is measured, and with how much noise in the level at hand. */
struct sample {
    const int64_t *grid; /* (n_rows) [secret] */
    size_t n_rows;
    uint64_t s2_q16;
    struct cs_rng *secret;
};

static double variance_of(const struct sample *sample)
{
    return (double)sample->s2_q16 / 65536;
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
    memset(count, 0, n * sizeof *count);
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
    int64_t noise[CS_SMOOTH_SIBLINGS_MAX];

    CS_REQUIRE(n <= CS_SMOOTH_SIBLINGS_MAX);
    if (sample->s2_q16 == 0)
        return;
    cs_gauss_fill_var(noise, n, sample->s2_q16, sample->secret);
    for (size_t k = 0; k < n; k++)
        count[k] += noise[k];
    sodium_memzero(noise, sizeof noise);
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
static int64_t splitting_mass(const struct cs_density *density, double s2,
                              unsigned levels_to_come, int64_t *scratch)
{
    const int64_t least = (int64_t)(WORTH_SPLITTING * sqrt(s2));
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

/* One level: `coarse` and the finer partition that replaces it, in which the children of
 * piece k are child[k] to child[k + 1] - 1. */
struct step {
    struct cs_density coarse, finer;
    size_t *child; /* (n_pieces of coarse + 1) */
};

static size_t n_children(const struct step *step, size_t piece)
{
    return step->child[piece + 1] - step->child[piece];
}

static void split(struct step *step, int64_t heavy, size_t parts)
{
    const struct cs_density *coarse = &step->coarse;
    size_t n = 0;

    for (size_t k = 0; k < coarse->n_pieces; k++) {
        const bool divide = is_wide(coarse, k) && coarse->mass[k] > heavy;
        step->child[k] = n;
        n += even_parts(step->finer.start + n, coarse->start[k], coarse->start[k + 1],
                        divide ? parts : 1) -
             1;
    }
    step->child[coarse->n_pieces] = step->finer.n_pieces = n;
}

/* Every piece gets noise, though it may not be looked at any more. */
static void count(struct step *step, const struct sample *sample)
{
    struct cs_density *finer = &step->finer;

    tally(finer->mass, finer->start, finer->n_pieces, sample);
    for (size_t k = 0; k < step->coarse.n_pieces; k++)
        add_noise(finer->mass + step->child[k], n_children(step, k), sample);
}

/* Counts without noise add up to their piece's mass, and stay as they are. */
static void hand_down(struct step *step, double s2)
{
    const struct cs_density *coarse = &step->coarse;

    if (s2 == 0)
        return;
    for (size_t k = 0; k < coarse->n_pieces; k++)
        cs_smooth_siblings(
            step->finer.mass + step->child[k], step->finer.start + step->child[k],
            n_children(step, k), coarse->mass[k],
            cs_smooth_tilt(coarse->mass, coarse->start, coarse->n_pieces, k), s2);
}

/* Every piece is split and counted; its mass is what its children add up to. */
static void measure_first(struct step *step, const struct sample *sample)
{
    split(step, -1, parts_of_first(step->coarse.n_pieces));
    count(step, sample);
    for (size_t k = 0; k < step->coarse.n_pieces; k++)
        step->coarse.mass[k] =
            bounded_sum(step->finer.mass + step->child[k], n_children(step, k));
    hand_down(step, variance_of(sample));
}

static void measure_next(struct step *step, const struct sample *sample,
                         unsigned levels_to_come)
{
    const double s2 = variance_of(sample);

    split(step, splitting_mass(&step->coarse, s2, levels_to_come, step->finer.mass),
          CS_DENSITY_SPLIT);
    count(step, sample);
    hand_down(step, s2);
}

static enum cs_status allocate(struct cs_density *density)
{
    *density = (struct cs_density){
        .start = calloc(CS_DENSITY_PIECES_MAX + 1, sizeof *density->start),
        .mass = calloc(CS_DENSITY_PIECES_MAX, sizeof *density->mass)
    };
    return density->start == NULL || density->mass == NULL ? CS_MEMORY : CS_OK;
}

static void swap(struct step *step)
{
    const struct cs_density coarse = step->coarse;

    step->coarse = step->finer;
    step->finer = coarse;
}

enum cs_status cs_density_measure(struct cs_density *density, const int64_t *grid,
                                  size_t n_rows, const int64_t *edges, size_t n_edges,
                                  unsigned levels, uint64_t s2_q16, struct cs_rng *secret)
{
    struct sample sample = { grid, n_rows, s2_q16, secret };
    struct step step = { 0 };
    enum cs_status st = CS_MEMORY;

    CS_REQUIRE(n_edges >= 2 && n_edges <= CS_DENSITY_EDGES_MAX);
    CS_REQUIRE(edges[0] >= -CS_GRID_MAX && edges[n_edges - 1] <= CS_GRID_MAX + 1);
    CS_REQUIRE(levels > 0 && levels <= CS_DENSITY_LEVELS_MAX &&
               s2_q16 <= CS_DENSITY_S2_Q16_MAX);
    step.child = calloc(CS_DENSITY_PIECES_MAX + 1, sizeof *step.child);
    if (step.child == NULL)
        goto out;
    CS_TRY(allocate(&step.coarse));
    CS_TRY(allocate(&step.finer));
    memcpy(step.coarse.start, edges, n_edges * sizeof *edges);
    step.coarse.n_pieces = n_edges - 1;
    measure_first(&step, &sample);
    for (unsigned level = 1; level < levels; level++) {
        swap(&step);
        sample.s2_q16 *= 2;
        measure_next(&step, &sample, levels - level);
    }
    *density = step.finer;
    step.finer = (struct cs_density){ 0 };
out:
    free(step.child);
    cs_density_wipe(&step.coarse);
    cs_density_wipe(&step.finer);
    return st;
}
