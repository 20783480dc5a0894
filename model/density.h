/* density.h: the distribution of one numeric column on its grid, measured privately: a
 * piecewise uniform density.
 *
 * It serves two ends: decoding draws from it within a bin (a bin often hides a spike: a
 * price, a round number), and the edges of CS_BINS_QUANTILES columns are its quantiles.
 *
 * Measured as a hierarchical histogram (after Hay et al., "Boosting the Accuracy of
 * Differentially Private Histograms Through Consistency", 2010, section 4, and Zhang et
 * al., "PrivTree", 2016, section 3): `levels` histograms, each over a partition of the
 * grid, each with discrete Gaussian noise in every cell; a piece is split further in the
 * next level only where its mass is well above the noise. The coarse levels carry the
 * shape, the deep ones only find spikes, so the variance is s2 in the first level and
 * doubles from one to the next (geometric budgets: Cormode et al., "Differentially
 * Private Spatial Decompositions", 2012, section 4.2). A row is in one cell of each
 * level, so the whole costs as much as cs_density_cost(levels) tables of variance s2,
 * whatever was split. The noise among siblings is smoothed (model/smooth.h).
 *
 *   Units      grid values as in model/schema.h; pieces are half-open; masses are rows,
 *              CS_DENSITY_MASS_MAX of them at most
 *   Ownership  a density's arrays are its own; cs_density_wipe frees them
 *   Secrecy    grid is secret, the density is a private result
 *   Numbers    integers, the same on every machine, once measured; doubles inside the
 *              measuring, which one party does alone
 */
#ifndef CS_MODEL_DENSITY_H
#define CS_MODEL_DENSITY_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/gauss.h"
#include "crypto/rng.h"
#include "crypto/status.h"
#include "model/schema.h"

#define CS_DENSITY_PIECES_MAX 4096
#define CS_DENSITY_EDGES_MAX (CS_CODES_MAX + 1)
#define CS_DENSITY_SPLIT 16 /* a piece is split into so many, where it has the points */
#define CS_DENSITY_LEVELS_MAX 5
#define CS_DENSITY_MASS_MAX (INT64_C(1) << 40)
#define CS_DENSITY_S2_Q16_MAX (CS_GAUSS_S2_Q16_MAX >> (CS_DENSITY_LEVELS_MAX - 1))

struct cs_density {
    size_t n_pieces;
    int64_t *start; /* (n_pieces + 1), ascending; piece k is [start[k], start[k + 1]) */
    int64_t *mass;  /* (n_pieces), not negative: estimated number of rows */
};

/* The pieces that are split in any case: the column's bins, or, where they are to be
 * quantiles, its whole range. Returns how many edges there are. For a numeric column. */
size_t cs_density_edges(int64_t edges[static CS_DENSITY_EDGES_MAX],
                        const struct cs_column *column);

/* How many levels take the widest of them to single points, at most
 * CS_DENSITY_LEVELS_MAX; 0 if there is nothing to measure: a category, or one code a
 * value. */
unsigned cs_density_levels(const struct cs_column *column);

/* 1 + 1/2 + 1/4 ..: what so many levels cost, in tables with the noise of the first. */
double cs_density_cost(unsigned levels);

/* grid: (n_rows), CS_GRID_MISSING is skipped, others are clamped into the edges.
 * edges: (n_edges) >= 2. The first level counts CS_DENSITY_SPLIT parts of every piece,
 * CS_CODES_MAX of one that is alone; it is not told what the pieces hold, for within
 * bins, whose counts are known from the tables, only proportions matter. s2_q16: of the
 * first level, at most CS_DENSITY_S2_Q16_MAX; with 0 the masses are the counts, of all
 * points but where there is no room for so many pieces. CS_MEMORY. */
CS_MUST_USE enum cs_status cs_density_measure(struct cs_density *density,
                                              const int64_t *grid, size_t n_rows,
                                              const int64_t *edges, size_t n_edges,
                                              unsigned levels, uint64_t s2_q16,
                                              struct cs_rng *secret);

/* One value of [lo, hi) by the density; uniform where it has no mass. It is in the piece
 * that holds the part where / 2^64 of the mass, anywhere in it with the same chance: a
 * uniform `where` draws by the density. A piece that lo or
 * hi cuts counts with its part of the mass, rounded down to 2^-20 of a row. */
int64_t cs_density_draw(const struct cs_density *density, int64_t lo, int64_t hi,
                        uint64_t where, struct cs_rng *rng);

/* The mass of [lo, hi), in 2^-20 of a row, rounded down piece by piece. */
uint64_t cs_density_mass(const struct cs_density *density, int64_t lo, int64_t hi);

/* edges: (n_bins + 1) quantiles, strictly ascending, the first and last those of the
 * density; needs at least n_bins grid points. */
void cs_density_quantiles(const struct cs_density *density, int64_t *edges,
                          size_t n_bins);

/* As bytes, for the peer: the number of pieces in 4 bytes, starts and masses in 8 each,
 * little-endian. bytes: (cs_density_packed_bytes(density->n_pieces)). */
#define CS_DENSITY_PACKED_BYTES_MAX (4 + 8 * (2 * CS_DENSITY_PIECES_MAX + 1))
size_t cs_density_packed_bytes(size_t n_pieces);
void cs_density_pack(uint8_t *bytes, const struct cs_density *density);

/* From the peer: CS_PROTOCOL unless it is a density from one bound of the column to the
 * other. column is that of the study (its declared edges, or its min and max). */
CS_MUST_USE enum cs_status cs_density_unpack(struct cs_density *density,
                                             const uint8_t *bytes, size_t n_bytes,
                                             const struct cs_column *column);

void cs_density_wipe(struct cs_density *density);

#endif
