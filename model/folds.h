/* folds.h: rows in parts of equal size, for cross-validation; draws of rows.
 *
 * Stratified: each class is shuffled and dealt out, one row to each part in turn, the
 * next class from where the last one ended, so that parts differ by one row at most, in
 * all and in each class (Kohavi, "A Study of Cross-Validation and Bootstrap for Accuracy
 * Estimation and Model Selection", 1995, section 2).
 *
 *   Ownership  cs_folds_wipe frees; may be called on zeros
 *   Errors     CS_MEMORY
 */
#ifndef CS_MODEL_FOLDS_H
#define CS_MODEL_FOLDS_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/rng.h"
#include "crypto/status.h"

#define CS_FOLDS 3u

struct cs_folds {
    uint32_t *rows; /* (2, n): part by part, each in random order; twice on end, so that
                       all parts but one lie together too */
    size_t n;
    size_t first[CS_FOLDS + 1];
};

/* Some rows: (n). */
struct cs_rows {
    const uint32_t *at;
    size_t n;
};

/* class_of: (n), of each of the rows, below n_classes; NULL if all are of one. */
CS_MUST_USE enum cs_status cs_folds_make(struct cs_folds *folds, struct cs_rows rows,
                                         const uint32_t *class_of, size_t n_classes,
                                         struct cs_rng *rng);
void cs_folds_wipe(struct cs_folds *folds);

/* The rows of a part; those of all others. */
struct cs_rows cs_folds_part(const struct cs_folds *folds, size_t part);
struct cs_rows cs_folds_rest(const struct cs_folds *folds, size_t part);

/* The first `want` of the rows (n) become a draw of so many of them, in random order; n
 * is below 2^32. */
void cs_folds_draw(uint32_t *rows, size_t n, size_t want, struct cs_rng *rng);

#endif
