/* task.h: what a learner is given: rows, and the answer that each should have.
 *
 * A learner's fit and score functions (model/linear.h, perceptron.h, boosted.h) agree:
 *
 *   Units      scores: (rows.n, n_scores), those of a row as of model/loss.h
 *   Ownership  all is borrowed for the call; _wipe frees a learner, and may be called on
 *              zeros
 *   Errors     CS_MEMORY
 *   Secrecy    what was learned is of rows; wiped
 *   Threads    many may score with one learner
 */
#ifndef CS_MODEL_TASK_H
#define CS_MODEL_TASK_H

#include "model/features.h"
#include "model/folds.h"
#include "model/loss.h"

struct cs_task {
    const struct cs_features *features;
    const double *answers; /* (features->n): a class, or a number; of the rows alone */
    size_t n_classes;      /* 2 to CS_LOSS_SCORES_MAX; 0 of numbers */
    struct cs_rows rows;   /* what to learn from; not none */
    uint64_t seed;         /* of what a learner draws */
};

#endif
