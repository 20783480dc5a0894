/* fit_energy.h: the rows of a fit and the energy of a change: the inner loop of
 * model/fit.c.
 *
 * Energies here are doubled, E2 = sum of weight * d^2, so that they are integers. Each
 * cell keeps the price of one more person, weight * ((d + 1)^2 - d^2) = weight * (2d +
 * 1), and its rise, 2 * weight, by which the price goes up with each: a person who leaves
 * gives back price - rise. Every move is a sum of prices, with no product in it.
 *
 * Rows lie row by row. What a move touches is compiled beforehand: for each column the
 * tables that hold it (a change of level), for each part those that hold one of its
 * columns (a replaced part), and those across the parts (a swap). Of each pair or triple
 * there, the cells of all levels of one column, the other codes being the row's, lie at
 * one stride: so the prices of all levels are added up table by table, and the best level
 * costs little more than any.
 *
 * A swap of B's parts of two rows at both touches four cells of a table across the parts,
 * all different, unless one of the keys agrees, when it touches none. A swap with a row
 * at one party alone changes the row at both in the tables that count nobody else; in the
 * others the two change places. Weights are integers, 2^20 * least variance / variance;
 * one natural log of likelihood is cs_energy_unit in the same scale.
 *
 * Inside model/fit*.c alone.
 */
#ifndef CS_MODEL_FIT_ENERGY_H
#define CS_MODEL_FIT_ENERGY_H

#include "model/fit.h"

#define CS_FIT_LOG_BITS 12
#define CS_FIT_LOG_FRACTION 16
#define CS_FIT_LEVELS_MAX 256 /* a code is a byte */

/* Where a row is in a table: first + sum of code * stride. Unused strides are 0. */
struct cs_energy_table {
    uint32_t first; /* of its cells */
    uint32_t stride[3];
    uint16_t column[3];
};

/* The levels of one column in a table: first + code * stride + the others'. */
struct cs_energy_line {
    uint32_t first, stride;
    uint32_t other_stride[2];
    uint16_t other[2];
};

/* A table across the parts, of which either has one or two columns. */
struct cs_energy_pairing {
    uint32_t first;
    uint32_t stride[2][2]; /* by part */
    uint16_t column[2][2];
};

struct cs_energy_tables {
    struct cs_energy_table *table; /* (n) */
    size_t n;
};

struct cs_energy_lines {
    struct cs_energy_line *line; /* (n) */
    size_t n;
};

struct cs_energy {
    struct cs_presence people;
    size_t n_rows, n_columns;
    uint8_t *row;   /* (n_rows, n_columns) */
    int64_t *price; /* (n_cells): weight * (2 (count - target) + 1) */
    int32_t *rise;  /* (n_cells): 2 * weight */
    size_t n_cells;
    int64_t unit;
    size_t *n_codes;   /* (n_columns) */
    size_t *column[2]; /* (n_column): of each part */
    size_t n_column[2];
    uint8_t *mixed; /* (n_columns): a row as a swap would leave it */

    /* By where a row is: the tables that count it, */
    struct cs_energy_tables all[CS_SCOPES];        /* each once, */
    struct cs_energy_tables of_part[CS_SCOPES][2]; /* those with a column of the part, */
    struct cs_energy_lines *of_column[CS_SCOPES]; /* (n_columns) those with the column. */
    struct cs_energy_tables
        linked[2]; /* of a part's, those that count people at both alone */
    struct cs_energy_pairing *pairing; /* (n_pairings) */
    size_t n_pairings;
};

/* No rows stand in it yet. These two are in model/fit_setup.c. */
CS_MUST_USE enum cs_status cs_energy_init(struct cs_energy *energy,
                                          const struct cs_fit_input *input);
void cs_energy_wipe(struct cs_energy *energy);

const uint8_t *cs_energy_row(const struct cs_energy *energy, size_t r);

/* Puts a row where none was; codes that it does not have are zero. */
void cs_energy_put_row(struct cs_energy *energy, size_t r, const uint8_t *codes);

/* The change of energy if a column that row r has became each of its levels; 0 for the
 * level that it has. */
void cs_energy_of_levels(int64_t change[static CS_FIT_LEVELS_MAX],
                         const struct cs_energy *energy, size_t r, size_t column);
void cs_energy_set_level(struct cs_energy *energy, size_t r, size_t column, uint8_t code);

/* The change of energy if row r became codes, which differs from it in one part only. */
int64_t cs_energy_of_row(const struct cs_energy *energy, size_t r, const uint8_t *codes,
                         size_t part);
void cs_energy_set_row(struct cs_energy *energy, size_t r, const uint8_t *codes,
                       size_t part);

/* The same for an exchange of two rows' parts: B's, if both are at both; else one row is
 * at both, and it is the part that the other has. */
int64_t cs_energy_of_swap(struct cs_energy *energy, size_t r, size_t other);
void cs_energy_swap(struct cs_energy *energy, size_t r, size_t other);

/* One natural log of likelihood. */
int64_t cs_energy_unit(const struct cs_energy *energy);

double cs_energy_chi_square(const struct cs_energy *energy); /* per cell */

void cs_energy_rows(struct cs_codes *population, const struct cs_energy *energy);

/* table[u] = -ln((u + 1/2) / 2^CS_FIT_LOG_BITS) with CS_FIT_LOG_FRACTION fraction bits.
 */
void cs_fit_log_table(uint32_t table[static 1 << CS_FIT_LOG_BITS]);

#endif
