/* learner.h: the learners of the evaluation, behind one pair of functions.
 *
 * What the peers call linear, mlp and xgb; contract as of model/task.h. Numbers to be
 * learned are standardised for the learner, and told in their own units.
 */
#ifndef CS_MODEL_LEARNER_H
#define CS_MODEL_LEARNER_H

#include "model/boosted.h"
#include "model/linear.h"
#include "model/perceptron.h"

enum cs_learner_kind { CS_LINEAR, CS_MLP, CS_BOOSTED };
#define CS_LEARNERS 3u

struct cs_learner {
    enum cs_learner_kind kind;
    size_t n_classes;
    double mean, deviation; /* of answers that are numbers */
    union {
        struct cs_linear linear;
        struct cs_perceptron perceptron;
        struct cs_boosted boosted;
    };
};

CS_MUST_USE enum cs_status cs_learner_fit(struct cs_learner *learner,
                                          enum cs_learner_kind kind,
                                          const struct cs_task *task);

/* scores: (rows.n, cs_loss_scores): of numbers the number, of two classes the log odds of
 * class 1, of more their chances. */
CS_MUST_USE enum cs_status cs_learner_predict(double *scores,
                                              const struct cs_learner *learner,
                                              const struct cs_features *features,
                                              struct cs_rows rows);
void cs_learner_wipe(struct cs_learner *learner);

#endif
