/* fit.h: a population of coded rows that agrees with noisy tables.
 *
 * A row has two parts, A's columns and B's, or one of them, if the person is at one party
 * alone (model/presence.h), which no move changes. A table counts the rows of its scope.
 * With D = count - target in every cell of every table, the energy is E = sum over tables
 * of w D^2 / 2 with w = 1 / variance, which is the negative log-likelihood of the noise.
 * Rows start as candidates drawn at random and are improved by moves, accepted by
 * Metropolis at a falling temperature (Kirkpatrick, Gelatt, Vecchi, "Optimization by
 * Simulated Annealing", 1983):
 *
 *   level    one column to the best of its other levels: the prices of all of them are
 *            summed in one pass (model/fit_energy.h), as in coordinate descent
 *   replace  one part of a row by a candidate's
 *   swap     B's parts of two rows at both: the pairing across the border; or the part
 *            of a row at one party alone and that of a row at both: who is at both
 *   exact    last: among the people at both, arm x conversion is brought to given counts,
 *            at the least energy (model/fit_exact.h)
 *
 * The schedule is fixed: so many sweeps, whatever the energy is by then. That the noise
 * is not fitted is the targets' doing: they are drawn towards what the margins say before
 * they get here (model/targets.h).
 *
 * Everything is integer arithmetic on public results and the study's seed, so both
 * parties arrive at the same bytes whatever their processors and compilers.
 *
 *   Shapes      population (n_columns, cs_presence_all); candidates[p] as many columns,
 *               of which those of part p are read, with any number of rows >= 1
 *   Ownership   all input is borrowed; the caller has the population's memory
 *               (cs_codes_init)
 */
#ifndef CS_MODEL_FIT_H
#define CS_MODEL_FIT_H

#include <stdbool.h>

#include "crypto/progress.h"
#include "model/codes.h"
#include "model/curve.h"
#include "model/presence.h"

/* Limits, within which no energy leaves 64 bits; a caller with more has a bug. */
#define CS_FIT_TABLES_MAX 1024
#define CS_FIT_ROWS_MAX ((size_t)1 << 27)
#define CS_FIT_TARGET_MAX (INT32_C(1) << 29) /* in magnitude */
#define CS_FIT_VARIANCE_Q16_MAX (UINT64_C(1) << 52)

struct cs_fit_table {
    enum cs_scope scope; /* whom it counts: rows with all parts of its columns */
    size_t n_columns;    /* 1 to 3 */
    size_t column[3];
    size_t n_cells;        /* product of the columns' codes, the last column fastest */
    const int32_t *target; /* (n_cells): people; noisy, so it may be negative */
    const uint64_t *variance_q16; /* (n_cells): of the target, times 2^16; > 0 */
};

struct cs_fit_input {
    struct cs_presence people; /* n_both > 0 */
    size_t n_columns;
    const size_t *n_codes; /* (n_columns) */
    const uint8_t *part;   /* (n_columns): 0 A's, 1 B's */
    const struct cs_fit_table *tables;
    size_t n_tables;
    const struct cs_codes *candidates[2];
    uint64_t seed;
    const char *label; /* the stream of random numbers, "fit" or "refit" */

    /* What is matched exactly: exact[a * n_codes[conversion] + c] people at both, their
     * sum n_both; NULL for none. */
    size_t arm, conversion;
    const int32_t *exact;

    const struct cs_curve *curve; /* chi-square per cell, sweep by sweep; or NULL */
};

struct cs_fit_result {
    uint64_t moves, accepted;
    double chi_square; /* per cell, before the exact step; for people to read */
};

CS_MUST_USE enum cs_status cs_fit(struct cs_codes *population,
                                  struct cs_fit_result *result,
                                  const struct cs_fit_input *input,
                                  const struct cs_progress *progress);

#endif
