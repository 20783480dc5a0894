/* evidence.h: how well candidate rows of a party fit what is known of its people, from
 * private results alone.
 *
 * What is known are the noisy two-way tables of the party's own columns, the targets made
 * of them (model/targets.h) and the population that was fitted to these: all of it
 * released or post-processing, so looking at it as often as one likes is free (Dwork,
 * Roth, "The Algorithmic Foundations of Differential Privacy", 2014, proposition 2.1). No
 * real row is looked at.
 *
 *   chi-square   sum over cells of (c - y)^2 / v, c the candidates scaled to the people,
 *                y the noisy count, v = s2 + m p the variance of y's noise and of drawing
 *                candidates, m people each, where p are expected by the targets (Pearson,
 *                "On the criterion that a given system of deviations ..", 1900, with the
 *                variance of the noise in the divisor, as Gaboardi et al.,
 *                "Differentially Private Chi-Squared Hypothesis Testing", 2016, section
 * 5). About 1 a cell for rows of the true distribution missing      the largest share of
 * people, over columns, whose code no candidate has variety      n (n - 1) / (number of
 * ordered pairs of equal rows): the effective number of different rows (Simpson,
 * "Measurement of Diversity", 1949); at most n
 *
 *   Shapes     rows are the party's columns in the order of its file
 *   Errors     CS_MEMORY
 */
#ifndef CS_MODEL_EVIDENCE_H
#define CS_MODEL_EVIDENCE_H

#include "model/targets.h"

struct cs_evidence {
    const struct cs_noisy *noisy;
    const struct cs_targets *targets; /* of these, for the first fit */
    const struct cs_codes *people;    /* the party's part of the first population */
    enum cs_party party;
};

struct cs_comparison {
    double chi_square[2]; /* of one, of other */
    double deviation;     /* standard, of their difference */
    double optimism;      /* at most, of rows that were fitted to these tables */
    size_t n_cells;       /* 0: no own table of two columns was measured */
};

/* Two sets of candidate rows, drawn independently, against the tables.
 *
 * Of the difference of their chi-squares what depends on the noise e of y is -2 sum
 * (c - c') e / v, of variance 4 sum (c - c')^2 s2 / v^2. To that comes, for each set, the
 * variance of drawing it, by the delta method: a row moves the chi-square by 2 m (c - y)
 * / v of its cells, and the variance of a sum over independent rows is that of their
 * parts (Oehlert, "A Note on the Delta Method", 1992), whatever columns the tables share.
 *
 * Rows that were fitted to y are nearer to it than to the truth: their chi-square is too
 * low by 2 sum cov(c, y) / v (Efron, "The Estimation of Prediction Error", 2004, equation
 * 2.8). The targets follow a noisy cell by the share of its variance that they keep
 * (model/shrink.h), and nothing that is fitted to them follows it further. */
CS_MUST_USE enum cs_status cs_evidence_compare(struct cs_comparison *comparison,
                                               const struct cs_evidence *evidence,
                                               const struct cs_codes *one,
                                               const struct cs_codes *other);

double cs_evidence_missing(const struct cs_evidence *evidence,
                           const struct cs_codes *rows);

CS_MUST_USE enum cs_status cs_evidence_variety(double *variety,
                                               const struct cs_codes *rows);

#endif
