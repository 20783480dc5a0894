/* pooled.h: many effects seen together: how far they differ, and each drawn towards their
 * mean.
 *
 * Of forty segments the one with the largest lift owes much of it to luck. With effects
 * y_i of known variances V_i around true ones that are themselves normal with mean m and
 * variance A, the best guess of each is
 *
 *     y_i - B_i (y_i - m),   B_i = (k - 3) / (k - 1) * V_i / (V_i + A)
 *
 * m and A come from the k effects themselves (empirical Bayes): with W_i = 1 / (V_i + A),
 *
 *     m = sum W_i y_i / sum W_i
 *     A = max(0, sum W_i (k / (k - 1) (y_i - m)^2 - V_i) / sum W_i)
 *
 * in turn until both stand still (Morris, "Parametric empirical Bayes inference: theory
 * and applications", 1983, section 5). The interval takes into account that m and A are
 * estimated (the same, equation 5.9, where c is 1): its variance is
 *
 *     V_i (1 - (1 - c W_i / sum W_j) B_i)
 *         + 2 / (k - 3) B_i^2 (V + A) / (V_i + A) (y_i - m)^2,
 *     V = sum W_i V_i / sum W_i
 *
 * That takes k >= 4. The k segments are of c columns, each of which has the same people
 * once: so m is as uncertain as that of one column's, c / sum W at most. That k of them
 * tell of A what fewer independent ones would is not mended.
 *
 * One A for all would draw those of a column whose effects differ more than others' too
 * far: where one column tells whom a test works for, the intervals of just those hold the
 * truth in three of four studies only. So where the effects of a column by themselves say
 * a larger A (below), that is theirs.
 *
 * Whether effects differ at all is asked by Q = sum (y_i - m)^2 / V_i with m weighed by
 * 1 / V_i, chi-square with k - 1 degrees if they do not (Cochran, "The combination of
 * estimates from different experiments", 1954); by how much, by the variance
 * (Q - (k - 1)) / (sum w - sum w^2 / sum w), w = 1 / V (DerSimonian and Laird,
 * "Meta-analysis in clinical trials", 1986, equation 8), for effects of different people.
 *
 *   Errors     none; variances are > 0
 */
#ifndef CS_MODEL_POOLED_H
#define CS_MODEL_POOLED_H

#include <stdbool.h>
#include <stddef.h>

#define CS_POOLED_LEAST 4 /* effects that can be drawn */

struct cs_pooled {
    double value, variance;  /* given: measured */
    double spread;           /* given: of the true effects of its own column, or 0 */
    double drawn, low, high; /* towards the mean, with its 95 % interval */
};

struct cs_pool {
    double mean;
    double spread; /* the root of A: how far true effects lie from their mean */
};

/* Draws n effects of n_columns, 1 or more. False, with nothing drawn, for fewer than
 * CS_POOLED_LEAST. */
bool cs_pool_draw(struct cs_pool *pool, struct cs_pooled *effects, size_t n,
                  size_t n_columns);

struct cs_difference {
    size_t n_degrees; /* 0: there are no two effects to compare */
    double q, p;      /* NAN then */
    double spread;    /* standard deviation of true effects, 0 if chance explains all */
};

/* Do n effects of different people differ? Values and variances are read. */
struct cs_difference cs_pool_compare(const struct cs_pooled *effects, size_t n);

#endif
