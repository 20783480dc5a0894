/* perceptron.h: scores by a net with one hidden layer of rectified units.
 *
 * It is made of the layers of model/layers.h, numbers by a matrix and levels by a table,
 * and trained on batches with the loss of model/loss.h by Adam, the rate falling to 0.
 * What is seen in all is about CS_PERCEPTRON_SEEN rows, each CS_PERCEPTRON_EPOCHS times
 * at most, so that time does not grow with the rows.
 */
#ifndef CS_MODEL_PERCEPTRON_H
#define CS_MODEL_PERCEPTRON_H

#include "model/assemble.h"
#include "model/task.h"

#define CS_PERCEPTRON_SEEN 200000u
#define CS_PERCEPTRON_EPOCHS 100u

struct cs_perceptron {
    struct cs_affine numbers, levels; /* both onto the hidden units, whose activation
                                         `numbers` has */
    struct cs_affine top;
    bool has_levels;
    struct cs_weights weights; /* [secret] */
};

CS_MUST_USE enum cs_status cs_perceptron_fit(struct cs_perceptron *perceptron,
                                             const struct cs_task *task);
CS_MUST_USE enum cs_status cs_perceptron_score(double *scores,
                                               const struct cs_perceptron *perceptron,
                                               const struct cs_features *features,
                                               struct cs_rows rows);
void cs_perceptron_wipe(struct cs_perceptron *perceptron);

#endif
