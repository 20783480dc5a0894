/* pair.h: two columns together, as SDMetrics compares them (docs/EVALUATE.md,
 * "Column Pair Trends").
 *
 *   Secrecy  counts are of real rows
 *   Errors   CS_MEMORY
 */
#ifndef CS_MODEL_PAIR_H
#define CS_MODEL_PAIR_H

#include "model/compared.h"

/* Categories with more levels are in no pair. */
#define CS_PAIR_LEVELS_MAX 1000u

/* A column whose every row has a code below n_codes, in both files. */
struct cs_coded {
    uint16_t *codes[2]; /* (n_rows): of the real and the synthetic file [secret] */
    size_t n_rows[2];
    size_t n_codes;
};

/* A category's codes are its levels, one more is an empty field. A number's are ten bins
 * of equal width over the real range, the outer two without end; with own_edges, as
 * SDMetrics' report has it, the synthetic file's over its own range, where a highest
 * value and an empty field share an eleventh bin. The column has CS_PAIR_LEVELS_MAX
 * levels at most, and a value in each file if it is a number. */
CS_MUST_USE enum cs_status cs_coded_make(struct cs_coded *coded,
                                         const struct cs_compared_column *column,
                                         const size_t n_rows[static 2], bool own_edges);
void cs_coded_wipe(struct cs_coded *coded);

/* ContingencySimilarity, and Cramer's V of the real rows (0 for a constant). */
CS_MUST_USE enum cs_status cs_pair_contingency(double *similarity, double *v,
                                               const struct cs_coded *one,
                                               const struct cs_coded *other);

/* Pearson's, of rows that have both; NAN if one is constant. */
double cs_pair_correlation(const double *x, const double *y, size_t n);

#endif
