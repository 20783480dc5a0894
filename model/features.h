/* features.h: rows as learners take them: those of all files in one array, the real ones
 * first, then the synthetic, then the holdout's.
 *
 * A number is (x - mean) / deviation of the real rows, within CS_FEATURES_FAR, and 0
 * where it is missing, which one number more tells; a category is the level that is its
 * own, one more for a field that is empty. Beside that every column has codes for trees:
 * of a number its bin among at most CS_FEATURES_CODES equally filled ones, in order,
 * those missing first; of a category its level.
 *
 * Left out are the columns that the caller excludes, categories of so many levels that
 * each says next to nothing (identifiers, free text), and categories that do not fit into
 * 2^16 levels in all.
 *
 *   Ownership  of all its members; cs_features_wipe frees, and may be called on zeros
 *   Errors     CS_MEMORY
 *   Secrecy    of rows; wiped
 */
#ifndef CS_MODEL_FEATURES_H
#define CS_MODEL_FEATURES_H

#include "crypto/rng.h"
#include "model/compared.h"
#include "model/folds.h"

#define CS_FEATURES_CODES 256u /* of a column, levels too */
#define CS_FEATURES_FAR 10.0

/* What a column of the files became. */
struct cs_features_column {
    bool is_number;
    size_t number,
        n_numbers;          /* where among the numbers of a row; 1, 2 with missing ones */
    size_t level, n_levels; /* where its levels start among all */
    size_t lookup;          /* where among the levels of a row */
    size_t n_codes;
};

struct cs_features {
    struct cs_features_column *columns; /* (n_columns) */
    size_t n_columns;
    size_t first[CS_SIDES + 1]; /* where the rows of each file start */
    size_t n;                   /* rows in all */
    float *numbers;             /* (n, n_numbers) [secret] */
    uint16_t *lookup;           /* (n, n_lookups), below n_levels [secret] */
    uint8_t *codes;             /* (n, n_columns) [secret] */
    size_t n_numbers, n_lookups, n_levels;
};

/* excluded: (compared->n_columns), or NULL for none. */
CS_MUST_USE enum cs_status cs_features_make(struct cs_features *features,
                                            const struct cs_compared *compared,
                                            const bool *excluded);
void cs_features_wipe(struct cs_features *features);

/* A copy of the same rows, to shuffle one column of it among some rows and put it
 * back: as those of `features` are. */
CS_MUST_USE enum cs_status cs_features_copy(struct cs_features *copy,
                                            const struct cs_features *features);
void cs_features_shuffle(struct cs_features *copy, size_t column, struct cs_rows rows,
                         struct cs_rng *rng);
void cs_features_restore(struct cs_features *copy, const struct cs_features *features,
                         size_t column, struct cs_rows rows);

#endif
