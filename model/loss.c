#include "model/loss.h"

#include <math.h>

#include "crypto/status.h"

size_t cs_loss_scores(size_t n_classes)
{
    return n_classes > 2 ? n_classes : 1;
}

void cs_loss_chances(double *scores, size_t n_classes)
{
    double top = scores[0], sum = 0;

    if (n_classes <= 2)
        return;
    for (size_t k = 1; k < n_classes; k++)
        top = fmax(top, scores[k]);
    for (size_t k = 0; k < n_classes; k++)
        sum += scores[k] = exp(scores[k] - top);
    for (size_t k = 0; k < n_classes; k++)
        scores[k] /= sum;
}

static double squared_error(double *gradient, double *curvature, double score,
                            double answer)
{
    *gradient = score - answer;
    if (curvature != NULL)
        *curvature = 1;
    return *gradient * *gradient / 2;
}

static double log_loss(double *gradient, double *curvature, double score, double answer)
{
    const double small = exp(-fabs(score)); /* the smaller of both odds */
    const double chance = (score > 0 ? 1 : small) / (1 + small);

    *gradient = chance - answer;
    if (curvature != NULL)
        *curvature = chance * (1 - chance);
    return log1p(small) + (answer > 0 ? fmax(-score, 0) : fmax(score, 0));
}

static double cross_entropy(double *gradient, double *curvature, const double *scores,
                            size_t answer, size_t n_classes)
{
    for (size_t k = 0; k < n_classes; k++)
        gradient[k] = scores[k];
    cs_loss_chances(gradient, n_classes);
    const double loss = -log(fmax(gradient[answer], 1e-300));
    for (size_t k = 0; curvature != NULL && k < n_classes; k++)
        curvature[k] = gradient[k] * (1 - gradient[k]);
    gradient[answer] -= 1;
    return loss;
}

double cs_loss_at(double *gradient, double *curvature, const double *scores,
                  double answer, size_t n_classes)
{
    CS_REQUIRE(n_classes <= CS_LOSS_SCORES_MAX && n_classes != 1);
    if (n_classes == 0)
        return squared_error(gradient, curvature, *scores, answer);
    if (n_classes == 2)
        return log_loss(gradient, curvature, *scores, answer);
    return cross_entropy(gradient, curvature, scores, (size_t)answer, n_classes);
}
