/* toy.h: rows with a structure that a generator can learn, for the study of
 * tests/support/study.h, and numbers for the layers. */
#ifndef CS_TESTS_SUPPORT_TOY_H
#define CS_TESTS_SUPPORT_TOY_H

#include "crypto/rng.h"
#include "model/codes.h"
#include "model/study.h"

/* n_rows rows of the party's columns: all follow one hidden number of four values, the
 * label too, each with some noise of its own. Wipe with cs_codes_wipe. */
void cs_toy_rows(struct cs_codes *rows, size_t n_rows, const struct cs_study *study,
                 enum cs_party party, struct cs_rng *rng);

/* Uniform in [-1, 1). */
void cs_toy_fill(float *x, size_t n, struct cs_rng *rng);

/* Mean total variation distance of all two-way tables of two sets of rows. */
double cs_toy_distance(const struct cs_codes *a, const struct cs_codes *b);

#endif
