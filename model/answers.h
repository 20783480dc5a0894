/* answers.h: a column as what learners should foretell, for the rows of all files in the
 * order of model/features.h.
 *
 * A category's levels are classes, the rarer ones of the real file together one if there
 * are more than CS_LOSS_SCORES_MAX; so are the values of a number that has fewer than
 * CS_ANSWERS_FEW in the real file (0 and 1, say), values of other files going to the
 * nearest. Another number stays one, or if classes are asked for becomes its bin between
 * the deciles of the real values.
 *
 *   Ownership  cs_answers_wipe frees; may be called on zeros
 *   Errors     CS_MEMORY
 *   Secrecy    of rows; wiped
 */
#ifndef CS_MODEL_ANSWERS_H
#define CS_MODEL_ANSWERS_H

#include "model/compared.h"
#include "model/folds.h"
#include "model/loss.h"

#define CS_ANSWERS_FEW 5u
#define CS_ANSWERS_BINS 10u

struct cs_answers {
    double *values; /* (n): a class or a number; NAN where the field is empty [secret] */
    size_t n;
    size_t n_classes;  /* 0 of numbers */
    bool is_learnable; /* not of one class alone */
    uint32_t
        *rows; /* (n): those that have an answer, file by file, each in random order */
    size_t first[CS_SIDES + 1]; /* where the rows of each file start among them */
};

CS_MUST_USE enum cs_status cs_answers_make(struct cs_answers *answers,
                                           const struct cs_compared *compared,
                                           const struct cs_compared_column *column,
                                           bool as_classes, struct cs_rng *rng);
void cs_answers_wipe(struct cs_answers *answers);

/* The rows of a file that have an answer. */
struct cs_rows cs_answers_of(const struct cs_answers *answers, enum cs_side side);

#endif
