/* sample.h: the values of one column in one file, sorted, and what univariate metrics ask
 * of them.
 *
 *   Units      fields that are empty are left out
 *   Ownership  cs_sample_wipe frees; it may be called on zeros
 *   Errors     CS_MEMORY of _sort
 *   Secrecy    values are rows'; wiped
 */
#ifndef CS_MODEL_SAMPLE_H
#define CS_MODEL_SAMPLE_H

#include <stddef.h>

#include "crypto/status.h"

struct cs_sample {
    double *values; /* (n), ascending [secret] */
    size_t n, n_empty, n_all;
    size_t n_distinct;
    double mean;
};

CS_MUST_USE enum cs_status cs_sample_sort(struct cs_sample *sample, const double *values,
                                          size_t n);
void cs_sample_wipe(struct cs_sample *sample);

/* How many values are below x, and how many at most x. */
size_t cs_sample_below(const struct cs_sample *sample, double x);
size_t cs_sample_up_to(const struct cs_sample *sample, double x);

/* By linear interpolation of order statistics (Hyndman and Fan, 1996, type 7); values
 * are sorted and not none. */
double cs_sample_quantile(const double *values, size_t n, double share);

/* Largest distance of the two distribution functions (Kolmogorov and Smirnov), and the
 * area between them (Wasserstein's W1). Neither sample is empty. */
double cs_sample_ks(const struct cs_sample *one, const struct cs_sample *other);
double cs_sample_wasserstein(const struct cs_sample *one, const struct cs_sample *other);

/* Half the sum of the differences of the shares of each value. Neither is empty. */
double cs_sample_total_variation(const struct cs_sample *one,
                                 const struct cs_sample *other);

#endif
