#include "model/learner.h"

#include <math.h>
#include <stdlib.h>

#include "crypto/secret.h"

static enum cs_status fit(struct cs_learner *learner, const struct cs_task *task)
{
    switch (learner->kind) {
    case CS_LINEAR:
        return cs_linear_fit(&learner->linear, task);
    case CS_MLP:
        return cs_perceptron_fit(&learner->perceptron, task);
    case CS_BOOSTED:
        return cs_boosted_fit(&learner->boosted, task);
    }
    cs_bug(__FILE__, __LINE__, "a learner is of some kind");
}

static void measure_answers(struct cs_learner *learner, const struct cs_task *task)
{
    double square = 0;

    for (size_t i = 0; i < task->rows.n; i++)
        learner->mean +=
            (task->answers[task->rows.at[i]] - learner->mean) / (double)(i + 1);
    for (size_t i = 0; i < task->rows.n; i++) {
        const double apart = task->answers[task->rows.at[i]] - learner->mean;

        square += apart * apart / (double)task->rows.n;
    }
    learner->deviation = square > 0 ? sqrt(square) : 1;
}

static enum cs_status fit_numbers(struct cs_learner *learner, const struct cs_task *task)
{
    const size_t n = task->features->n;
    double *standard = calloc(n, sizeof *standard);
    struct cs_task standardised = *task;

    if (standard == NULL)
        return CS_MEMORY;
    measure_answers(learner, task);
    for (size_t i = 0; i < task->rows.n; i++) {
        const size_t row = task->rows.at[i];

        standard[row] = (task->answers[row] - learner->mean) / learner->deviation;
    }
    standardised.answers = standard;
    const enum cs_status st = fit(learner, &standardised);
    cs_wipe_free(standard, n * sizeof *standard);
    return st;
}

enum cs_status cs_learner_fit(struct cs_learner *learner, enum cs_learner_kind kind,
                              const struct cs_task *task)
{
    CS_REQUIRE(task->rows.n > 0 && task->n_classes != 1);
    *learner = (struct cs_learner){ .kind = kind, .n_classes = task->n_classes };
    return (task->n_classes == 0 ? fit_numbers : fit)(learner, task);
}

static enum cs_status score(double *scores, const struct cs_learner *learner,
                            const struct cs_features *features, struct cs_rows rows)
{
    switch (learner->kind) {
    case CS_LINEAR:
        return cs_linear_score(scores, &learner->linear, features, rows);
    case CS_MLP:
        return cs_perceptron_score(scores, &learner->perceptron, features, rows);
    case CS_BOOSTED:
        return cs_boosted_score(scores, &learner->boosted, features, rows);
    }
    cs_bug(__FILE__, __LINE__, "a learner is of some kind");
}

enum cs_status cs_learner_predict(double *scores, const struct cs_learner *learner,
                                  const struct cs_features *features, struct cs_rows rows)
{
    const size_t n_scores = cs_loss_scores(learner->n_classes);
    enum cs_status st;

    CS_TRY(score(scores, learner, features, rows));
    for (size_t i = 0; i < rows.n; i++) {
        cs_loss_chances(scores + i * n_scores, learner->n_classes);
        if (learner->n_classes == 0)
            scores[i] = learner->mean + learner->deviation * scores[i];
    }
out:
    return st;
}

void cs_learner_wipe(struct cs_learner *learner)
{
    switch (learner->kind) {
    case CS_LINEAR:
        cs_linear_wipe(&learner->linear);
        break;
    case CS_MLP:
        cs_perceptron_wipe(&learner->perceptron);
        break;
    case CS_BOOSTED:
        cs_boosted_wipe(&learner->boosted);
        break;
    }
    *learner = (struct cs_learner){ .kind = CS_LINEAR };
}
