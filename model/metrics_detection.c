/* Can a learner tell synthetic rows from real ones (docs/EVALUATE.md, "detection")? */
#include <math.h>
#include <stdlib.h>

#include "model/exam.h"
#include "model/folds.h"
#include "model/metrics.h"

enum { LINEAR, MLP, XGB, LOGISTIC, N_METRICS };

static const struct cs_metric metrics[N_METRICS] = {
    [LINEAR] = { "detection_linear.mean", CS_LOWER, 0, 1,
                 "Chance that logistic regression finds which of a real and a synthetic "
                 "row is which; .5 is a guess." },
    [MLP] = { "detection_mlp.mean", CS_LOWER, 0, 1,
              "The same of a net with one hidden layer." },
    [XGB] = { "detection_xgb.mean", CS_LOWER, 0, 1,
              "The same of boosted trees, which see what any few columns show "
              "together." },
    [LOGISTIC] = { "LogisticDetection", CS_HIGHER, 0, 1,
                   "1 - how far the first is above a guess, doubled: 1 if logistic "
                   "regression cannot tell the files apart, 0 if it always can." },
};

struct trial {
    struct cs_features features;
    double *answers;       /* (features.n): 0 real, 1 synthetic */
    struct cs_folds folds; /* of the rows of both */
};

static enum cs_status deal(struct trial *trial, uint64_t seed)
{
    const size_t n = trial->features.first[CS_HOLDOUT];
    uint32_t *rows = calloc(n, sizeof *rows), *side = calloc(n, sizeof *side);
    enum cs_status st = CS_MEMORY;
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, seed, "detection/folds");
    if (rows == NULL || side == NULL)
        goto out;
    for (size_t i = 0; i < n; i++) {
        rows[i] = (uint32_t)i;
        side[i] = i >= trial->features.first[CS_SYNTHETIC];
        trial->answers[i] = side[i];
    }
    CS_TRY(cs_folds_make(&trial->folds, (struct cs_rows){ rows, n }, side, 2, &rng));
out:
    cs_rng_wipe(&rng);
    free(rows);
    free(side);
    return st;
}

static enum cs_status prepare(struct trial *trial, const struct cs_evaluation *e)
{
    enum cs_status st;

    CS_TRY(cs_features_make(&trial->features, e->compared, NULL));
    trial->answers = calloc(trial->features.n, sizeof *trial->answers);
    if (trial->answers == NULL) {
        st = CS_MEMORY;
        goto out;
    }
    CS_TRY(deal(trial, e->seed));
out:
    return st;
}

static void set_exam(struct cs_exam *exam, const struct trial *trial, size_t learner,
                     size_t part, uint64_t seed)
{
    *exam = (struct cs_exam){
        .learner = (enum cs_learner_kind)learner,
        .task = { .features = &trial->features,
                  .answers = trial->answers,
                  .n_classes = 2,
                  .rows = cs_folds_rest(&trial->folds, part),
                  .seed = seed },
        .tests = { { .rows = cs_folds_part(&trial->folds, part) } },
        .n_tests = 1,
    };
}

/* Marks of all learners: (CS_LEARNERS, CS_FOLDS). */
static enum cs_status take_exams(double marks[][CS_FOLDS], const struct trial *trial,
                                 const struct cs_evaluation *e)
{
    struct cs_exam exams[CS_LEARNERS * CS_FOLDS];
    enum cs_status st;

    for (size_t l = 0; l < CS_LEARNERS; l++)
        for (size_t p = 0; p < CS_FOLDS; p++)
            set_exam(&exams[l * CS_FOLDS + p], trial, l, p, e->seed);
    CS_TRY(cs_exams_take(exams, CS_LEARNERS * CS_FOLDS, e->workers, e->progress));
    for (size_t k = 0; k < CS_LEARNERS * CS_FOLDS; k++)
        marks[k / CS_FOLDS][k % CS_FOLDS] = exams[k].tests[0].mark;
out:
    return st;
}

static double mean(const double *marks)
{
    double sum = 0;

    for (size_t p = 0; p < CS_FOLDS; p++)
        sum += marks[p];
    return sum / CS_FOLDS;
}

/* As SDMetrics has it: no credit for being right by always being wrong. */
static double logistic_detection(const double *marks)
{
    double sum = 0;

    for (size_t p = 0; p < CS_FOLDS; p++)
        sum += isnan(marks[p]) ? NAN : 2 * fmax(.5, marks[p]) - 1;
    return 1 - sum / CS_FOLDS;
}

static enum cs_status measure(double *values, const struct cs_evaluation *e)
{
    struct trial trial = { .answers = NULL };
    double marks[CS_LEARNERS][CS_FOLDS];
    enum cs_status st;

    CS_TRY(prepare(&trial, e));
    CS_TRY(take_exams(marks, &trial, e));
    values[LINEAR] = mean(marks[CS_LINEAR]);
    values[MLP] = mean(marks[CS_MLP]);
    values[XGB] = mean(marks[CS_BOOSTED]);
    values[LOGISTIC] = logistic_detection(marks[CS_LINEAR]);
out:
    cs_features_wipe(&trial.features);
    free(trial.answers);
    cs_folds_wipe(&trial.folds);
    return st;
}

const struct cs_metric_group cs_metrics_detection = {
    .name = "detection",
    .metrics = metrics,
    .n = N_METRICS,
    .measure = measure,
};
