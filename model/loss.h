/* loss.h: what a model's scores of a row cost, given the answer; how they would fall.
 *
 *   a number      one score: half the squared error
 *   two classes   one score, the log odds of class 1: minus the logarithm of the chance
 *                 that it gives to the answer
 *   K classes     K scores: the same, of chances that are their softmax
 *
 *   Errors   none
 */
#ifndef CS_MODEL_LOSS_H
#define CS_MODEL_LOSS_H

#include <stddef.h>

#define CS_LOSS_SCORES_MAX 32u

/* How many scores a row has; n_classes is 0 of a number. */
size_t cs_loss_scores(size_t n_classes);

/* The loss; gradient gets its slope in each score, curvature (NULL if not wanted) its
 * second derivative there. */
double cs_loss_at(double *gradient, double *curvature, const double *scores,
                  double answer, size_t n_classes);

/* Scores become the chances of the classes, in place; of fewer than three classes they
 * stay what they are. */
void cs_loss_chances(double *scores, size_t n_classes);

#endif
