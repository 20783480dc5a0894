/* fitting.h: small random inputs of a fit, and their naive energy. */
#ifndef CS_TESTS_SUPPORT_FITTING_H
#define CS_TESTS_SUPPORT_FITTING_H

#include "crypto/rng.h"
#include "model/fit.h"

enum { FITTING_COLUMNS = 6, FITTING_TABLES = 12, FITTING_CELLS = FITTING_TABLES * 64 };

/* An input that points into itself: do not copy it. Wipe the candidates. */
struct cs_fitting {
    struct cs_fit_input input;
    size_t n_codes[FITTING_COLUMNS];
    uint8_t part[FITTING_COLUMNS];
    struct cs_fit_table table[FITTING_TABLES];
    int32_t target[FITTING_CELLS];
    uint64_t variance_q16[FITTING_CELLS];
    struct cs_codes rows;
    int32_t exact[16];
};

/* Two to six columns of one to four codes, the first A's and the last B's; tables of one
 * to three columns; n_rows candidates with codes drawn at random, the same rows for both
 * parts; targets are their counts and up to `noise` more or less; everybody is at both.
 * arm is the first
 * column, conversion the last; `exact` is made but not asked for. */
void cs_fitting_init(struct cs_fitting *fitting, size_t n_rows, uint32_t noise,
                     struct cs_rng *rng);

/* The same where the rows are so many at both, at A only, at B only; tables of columns of
 * one part count all who have it, but every third the people at both alone. */
void cs_fitting_scatter(struct cs_fitting *fitting, struct cs_presence people,
                        uint32_t noise, struct cs_rng *rng);
void cs_fitting_wipe(struct cs_fitting *fitting);

/* The cell of a table that a row is in; code(column) is row[column * stride]. */
size_t cs_fitting_cell(const struct cs_fitting *fitting, size_t t, const uint8_t *row,
                       size_t stride);

/* count: (n_cells) rows of a population, of as many people as the input's, in each cell
 * of a table. */
void cs_fitting_count(int32_t *count, const struct cs_fitting *fitting, size_t t,
                      const struct cs_codes *rows);

#endif
