/* fit_energy.h: the rows of a fit and the energy of a change: the inner loop of
 * model/fit.c.
 *
 * Rows lie row by row. A table's cell is first + key(A's codes) + key(B's codes), so a
 * swap of B's parts of two rows at both touches four cells, all different, unless one of
 * the keys agrees, when it touches none. A swap with a row at one party alone changes
 * the row at both in the tables that count nobody else; in the others the two change
 * places. Weights are integers, 2^20 * least variance / variance; one
 * natural log of likelihood is cs_energy_unit in the same scale.
 *
 * Inside model/fit*.c alone.
 */
#ifndef CS_MODEL_FIT_ENERGY_H
#define CS_MODEL_FIT_ENERGY_H

#include "model/fit.h"

#define CS_FIT_LOG_BITS 12
#define CS_FIT_LOG_FRACTION 16

/* One cell: how far the population is from the target, and what that weighs. */
struct cs_energy_cell {
    int32_t d; /* count - target */
    int32_t weight;
};

/* A table as the loop sees it: at most two columns of one part have a stride. */
struct cs_energy_table {
    uint32_t first;        /* of its cells */
    uint16_t column[2][3]; /* by part; unused ones have stride 0 */
    uint32_t stride[2][3];
    uint64_t columns; /* a bit each, by column % 64 */
};

static inline uint64_t cs_energy_column_bit(size_t column)
{
    return UINT64_C(1) << column % 64;
}

static inline bool cs_energy_touches(const struct cs_energy_table *table, size_t part)
{
    return table->stride[part][0] != 0;
}

/* Tables that a change touches. */
struct cs_energy_list {
    uint32_t *table; /* (n) */
    size_t n;
};

struct cs_energy {
    struct cs_presence people;
    size_t n_rows, n_columns;
    uint8_t *row;                /* (n_rows, n_columns) */
    struct cs_energy_cell *cell; /* (n_cells) */
    size_t n_cells;
    struct cs_energy_table *table; /* (n_tables) */
    size_t n_tables;
    struct cs_energy_list of_part[CS_SCOPES][2]; /* by where a row is: those that count it
                                                    and have a column of the part */
    struct cs_energy_list linked[2]; /* of these, those that count people at both alone */
    struct cs_energy_list crossing;  /* with columns of both parts */
    uint8_t *part;                   /* (n_columns) */
    int64_t unit;
    uint32_t *from, *to; /* (n_tables): cells of the change looked at last */
    size_t n_changed;    /* of these */
};

/* No rows stand in it yet. These two are in model/fit_setup.c. */
CS_MUST_USE enum cs_status cs_energy_init(struct cs_energy *energy,
                                          const struct cs_fit_input *input);
void cs_energy_wipe(struct cs_energy *energy);

const uint8_t *cs_energy_row(const struct cs_energy *energy, size_t r);

/* Puts a row where none was; codes that it does not have are zero. */
void cs_energy_put_row(struct cs_energy *energy, size_t r, const uint8_t *codes);

/* The change of energy if row r became codes, which differs from it in one part only. */
int64_t cs_energy_of_row(struct cs_energy *energy, size_t r, const uint8_t *codes,
                         size_t part);

/* Makes that change; must follow cs_energy_of_row of the same change, or repeat it. */
void cs_energy_set_row(struct cs_energy *energy, size_t r, const uint8_t *codes,
                       size_t part);

/* The same for an exchange of two rows' parts: B's, if both are at both; else one row is
 * at both, and it is the part that the other has. */
int64_t cs_energy_of_swap(struct cs_energy *energy, size_t r, size_t other);
void cs_energy_swap(struct cs_energy *energy, size_t r, size_t other);

int64_t cs_energy_unit(const struct cs_energy *energy);

double cs_energy_chi_square(const struct cs_energy *energy); /* per cell */

void cs_energy_rows(struct cs_codes *population, const struct cs_energy *energy);

/* table[u] = -ln((u + 1/2) / 2^CS_FIT_LOG_BITS) with CS_FIT_LOG_FRACTION fraction bits.
 */
void cs_fit_log_table(uint32_t table[static 1 << CS_FIT_LOG_BITS]);

#endif
