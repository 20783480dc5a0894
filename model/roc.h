/* roc.h: how well scores tell positives from negatives, by the curve of true against
 * false positives as the threshold falls (Fawcett, "An Introduction to ROC Analysis",
 * 2006). Scores that are equal share a threshold; what is no number is below all numbers.
 *
 *   Units      rates in [0, 1]
 *   Ownership  cs_roc_wipe frees; may be called on zeros
 *   Errors     CS_MEMORY
 */
#ifndef CS_MODEL_ROC_H
#define CS_MODEL_ROC_H

#include <stdbool.h>
#include <stddef.h>

#include "crypto/status.h"

struct cs_roc {
    size_t n_points;     /* one for each different score, and one before all */
    double *thresholds;  /* (n_points), falling: who has at least this score is taken */
    size_t *true_taken;  /* (n_points): how many positives that are */
    size_t *false_taken; /* (n_points): and negatives */
    size_t n_true, n_false;
};

CS_MUST_USE enum cs_status cs_roc_make(struct cs_roc *roc, const double *scores,
                                       const bool *is_true, size_t n);
void cs_roc_wipe(struct cs_roc *roc);

/* The area under the curve: the chance that a positive has a higher score than a
 * negative, equal scores counted as half (Mann and Whitney, 1947; Hanley and McNeil, "The
 * Meaning and Use of the Area under a Receiver Operating Characteristic (ROC) Curve",
 * 1982). NAN if either is missing. */
double cs_roc_area(const struct cs_roc *roc);

/* The true positive rate where the false one is `rate`, interpolated linearly; at 0 the
 * best without a false one. */
double cs_roc_at(const struct cs_roc *roc, double rate);

/* True less false positive rate if the scores from the median of all on are taken (Yeom
 * et al., "Privacy Risk in Machine Learning", 2018). */
double cs_roc_advantage(const struct cs_roc *roc);

#endif
