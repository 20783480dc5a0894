/* relevance.h: what a column tells of an outcome.
 *
 * The share of the outcome's variance that lies between the levels of the column, from
 * noisy counts: with n_i people, mean (or rate) m_i and variance s_i^2 at level i,
 *
 *     between   (sum n_i (m_i - m)^2 - E) / n
 *     within    sum n_i s_i^2 / n
 *     share     between / (between + within), at least 0
 *
 * E is what chance and noise put between levels that are alike, sum of (1 - n_i / n) n_i
 * v_i with v_i the variance of m_i. Without noise this is Kelley's correction of the
 * correlation ratio ("An unbiased correlation ratio measure", 1935). Of a rate the share
 * is the square of Cramer's V of the table of two columns, corrected (as by Bergsma, "A
 * bias-correction for Cramer's V and Tschuprow's T", 2013).
 */
#ifndef CS_MODEL_RELEVANCE_H
#define CS_MODEL_RELEVANCE_H

#include "model/lift.h"

/* levels: (n), those whose people stand out of the noise. 0 for fewer than two. */
double cs_relevance_share(const struct cs_rate *levels, size_t n);

#endif
