/* estimate.h: one estimate of a marginal from all the noisy tables that contain it.
 *
 * Arm x conversion, say, is measured by itself and is a margin of each (arm, column,
 * conversion) table as well. A cell of a margin is the sum of L cells of its table and
 * has L times their noise. The margins have independent noise and the same expectation,
 * so the linear unbiased combination of least variance weighs each by the inverse of its
 * variance (Aitken 1935; Cochran, "Problems arising in the analysis of a series of
 * similar experiments", 1937, section 2), and has variance 1 / sum of 1 / variance.
 * Tables that contain some of the columns only are not used but by cs_estimate_levels,
 * nor those of another scope: they count other people. With `link: aligned` everybody is
 * at both, and whatever scope is asked for, all tables are used.
 *
 * Without noise (an unprotected study) all margins are the same, and so is the estimate.
 *
 *   Units      counts of people; cells row-major over `columns` in the order given, the
 *              last fastest
 *   Noise      a cell of an own table has variance s2, of a cross table 2 s2 (both
 *              parties'); cells of an estimate are independent of one another and share
 *              one variance
 *   Same bits  + * / on doubles in a fixed order, no fused operations: both parties get
 *              the same estimate to the last bit
 *   Errors     none; columns are 1 to 4, different, and of the schema
 *   Threads    no hidden state
 */
#ifndef CS_MODEL_ESTIMATE_H
#define CS_MODEL_ESTIMATE_H

#include "model/plan.h"

/* The tables of a run as they were opened. */
struct cs_noisy {
    const struct cs_study *study; /* its schema with all edges */
    const struct cs_plan *plan;
    const int64_t *cells; /* (plan->n_cells) */
};

/* Cells of a table over these columns. */
size_t cs_estimate_cells(const size_t *columns, size_t n_columns,
                         const struct cs_schema *schema);

/* Variance of the noise in one cell of a table as opened: of one party or of both; 0
 * without noise. */
double cs_estimate_noise(const struct cs_table_spec *spec);

/* estimate: (cs_estimate_cells). *variance: of each of its cells. The number of tables
 * combined; if that is 0, nothing was written. */
size_t cs_estimate_marginal(double *estimate, double *variance, enum cs_scope scope,
                            const size_t *columns, size_t n_columns,
                            const struct cs_noisy *noisy);

/* The same for levels of the first columns by the last n_last: arm x conversion by level,
 * say. Tables that have the last columns but not all of the first tell the sum over the
 * levels, M with variance u; the levels' estimates e_l, with variance v each, sum up to
 * S. Least squares of both (Aitken 1935; the step "mean consistency" of Hay, Rastogi,
 * Miklau, Suciu, "Boosting the accuracy of differentially private histograms through
 * consistency", 2010, section 4, for two layers) moves each of the L levels alike:
 *
 *     e_l + v (M - S) / (L v + u),    variance v (1 - v / (L v + u))
 *
 * Cells of one level stay independent of each other; those of two levels do not: their
 * difference still has 2 v. Two levels have half the noise by it, five have four fifths.
 * *n_tables: that have all columns; if 0, nothing was written. CS_MEMORY alone. */
struct cs_level_noise {
    double variance; /* of a cell */
    double apart;    /* half of that of the difference of a cell in two levels: v */
};
CS_MUST_USE enum cs_status
cs_estimate_levels(double *estimate, struct cs_level_noise *noise, size_t *n_tables,
                   enum cs_scope scope, const size_t *columns, size_t n_columns,
                   size_t n_last, const struct cs_noisy *noisy);

/* The number of people of a scope, from the sum of every table of it, combined alike; 0
 * with an infinite variance if there is none. */
double cs_estimate_people(double *variance, enum cs_scope scope,
                          const struct cs_noisy *noisy);

/* Do the tables contradict each other by more than their noise? *chi_square is the sum
 * over tables and cells of (margin - estimate)^2 / variance of the margin, which has
 * *n_degrees = (tables - 1) * cells degrees of freedom if noise is all that differs
 * (Cochran's Q, "The combination of estimates from different experiments", 1954); both
 * are 0 for fewer than two tables, and without noise. CS_MEMORY alone. */
CS_MUST_USE enum cs_status
cs_estimate_contradiction(double *chi_square, size_t *n_degrees, enum cs_scope scope,
                          const size_t *columns, size_t n_columns,
                          const struct cs_noisy *noisy);

#endif
