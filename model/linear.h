/* linear.h: scores that are linear in the features: regression, logistic and multinomial.
 *
 * The sum of the losses (model/loss.h) and half the squared weights but those of the
 * constant (Hastie, Tibshirani and Friedman, "The Elements of Statistical Learning",
 * 2009, sections 3.4.1 and 4.4) is made least by model/descent.h, in a hundred steps
 * at most: the best weights are unique, and depend on nothing but the rows.
 */
#ifndef CS_MODEL_LINEAR_H
#define CS_MODEL_LINEAR_H

#include "model/task.h"

struct cs_linear {
    size_t n_scores, n_inputs;
    double *weights; /* (n_inputs + 1, n_scores): numbers, levels, the constant */
};

CS_MUST_USE enum cs_status cs_linear_fit(struct cs_linear *linear,
                                         const struct cs_task *task);
CS_MUST_USE enum cs_status cs_linear_score(double *scores, const struct cs_linear *linear,
                                           const struct cs_features *features,
                                           struct cs_rows rows);
void cs_linear_wipe(struct cs_linear *linear);

#endif
