/* Does what was learned from synthetic rows hold for real ones (docs/EVALUATE.md,
 * "utility")? */
#include <math.h>
#include <stdlib.h>

#include "model/answers.h"
#include "model/exam.h"
#include "model/kendall.h"
#include "model/metrics.h"

/* Of each learner: gt, syn_id, syn_ood, in the order of the learners. */
enum { GT, SYN_ID, SYN_OOD, N_WAYS };
enum { RANK_DISTANCE = CS_LEARNERS * N_WAYS, N_METRICS };

#define MARK "area under the ROC curve, of a number R^2"

static const struct cs_metric metrics[N_METRICS] = {
    { "linear_model.gt", CS_UNDIRECTED, -INFINITY, 1,
      "How well a linear model that learned from real rows foretells the target of other "
      "real rows, to compare with: " MARK "." },
    { "linear_model.syn_id", CS_HIGHER, -INFINITY, 1,
      "How well one that learned from synthetic rows does so for the same real rows." },
    { "linear_model.syn_ood", CS_HIGHER, -INFINITY, 1,
      "How well that one does so for the rows of the holdout." },
    { "mlp.gt", CS_UNDIRECTED, -INFINITY, 1,
      "The same of a net with one hidden layer, learned from real rows." },
    { "mlp.syn_id", CS_HIGHER, -INFINITY, 1, "Learned from synthetic rows." },
    { "mlp.syn_ood", CS_HIGHER, -INFINITY, 1,
      "Learned from synthetic rows, for the rows of the holdout." },
    { "xgb.gt", CS_UNDIRECTED, -INFINITY, 1,
      "The same of boosted trees, learned from real rows." },
    { "xgb.syn_id", CS_HIGHER, -INFINITY, 1, "Learned from synthetic rows." },
    { "xgb.syn_ood", CS_HIGHER, -INFINITY, 1,
      "Learned from synthetic rows, for the rows of the holdout." },
    [RANK_DISTANCE] = { "feat_rank_distance.corr", CS_HIGHER, -1, 1,
                        "Whether boosted trees learned from real and from synthetic rows "
                        "rank the columns by importance alike: Kendall's tau, 1 if just "
                        "so." },
};

/* The exams: of each learner one for each part of the real rows, and one for the
 * synthetic rows, whose tests are the parts and the holdout. */
enum { SYNTHETIC = CS_FOLDS, N_EXAMS };

struct trial {
    struct cs_features features; /* all columns but the target */
    struct cs_answers answers;
    struct cs_folds real, synthetic;
    double *importances; /* (2, features.n_columns): real, synthetic */
    struct cs_exam exams[CS_LEARNERS][N_EXAMS];
};

static enum cs_status make_features(struct trial *trial, const struct cs_evaluation *e)
{
    bool *excluded = calloc(e->compared->n_columns, sizeof *excluded);

    if (excluded == NULL)
        return CS_MEMORY;
    excluded[e->target - e->compared->columns] = true;
    const enum cs_status st = cs_features_make(&trial->features, e->compared, excluded);
    free(excluded);
    return st;
}

static enum cs_status deal(struct cs_folds *folds, const struct cs_answers *answers,
                           enum cs_side side, struct cs_rng *rng)
{
    const struct cs_rows rows = cs_answers_of(answers, side);
    uint32_t *class_of = calloc(rows.n + 1, sizeof *class_of);

    if (class_of == NULL)
        return CS_MEMORY;
    for (size_t i = 0; answers->n_classes > 0 && i < rows.n; i++)
        class_of[i] = (uint32_t)answers->values[rows.at[i]];
    const enum cs_status st = cs_folds_make(
        folds, rows, answers->n_classes > 0 ? class_of : NULL, answers->n_classes, rng);
    free(class_of);
    return st;
}

static enum cs_status prepare(struct trial *trial, const struct cs_evaluation *e)
{
    enum cs_status st;
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, e->seed, "utility/folds");
    CS_TRY(cs_answers_make(&trial->answers, e->compared, e->target, false, &rng));
    if (!trial->answers.is_learnable)
        goto out;
    CS_TRY(make_features(trial, e));
    CS_TRY(deal(&trial->real, &trial->answers, CS_REAL, &rng));
    CS_TRY(deal(&trial->synthetic, &trial->answers, CS_SYNTHETIC, &rng));
    trial->importances =
        calloc(2 * trial->features.n_columns + 1, sizeof *trial->importances);
    if (trial->importances == NULL)
        st = CS_MEMORY;
out:
    cs_rng_wipe(&rng);
    return st;
}

/* ---- exams ---- */

static struct cs_exam new_exam(const struct trial *trial, size_t learner,
                               struct cs_rows rows, uint64_t seed)
{
    return (struct cs_exam){
        .learner = (enum cs_learner_kind)learner,
        .task = { .features = &trial->features,
                  .answers = trial->answers.values,
                  .n_classes = trial->answers.n_classes,
                  .rows = rows,
                  .seed = seed },
    };
}

static void set_exams(struct trial *trial, size_t learner, uint64_t seed)
{
    const struct cs_rows all = { trial->synthetic.rows, trial->synthetic.n };
    struct cs_exam *synthetic = &trial->exams[learner][SYNTHETIC];

    *synthetic = new_exam(trial, learner, all, seed);
    for (size_t p = 0; p < CS_FOLDS; p++) {
        struct cs_exam *real = &trial->exams[learner][p];

        *real = new_exam(trial, learner, cs_folds_rest(&trial->real, p), seed);
        real->tests[0].rows = synthetic->tests[p].rows = cs_folds_part(&trial->real, p);
        real->n_tests = 1;
    }
    synthetic->tests[CS_FOLDS].rows = cs_answers_of(&trial->answers, CS_HOLDOUT);
    synthetic->n_tests = CS_FOLDS + 1;
}

static enum cs_status take_exams(struct trial *trial, const struct cs_evaluation *e)
{
    for (size_t l = 0; l < CS_LEARNERS; l++)
        set_exams(trial, l, e->seed);
    trial->exams[CS_BOOSTED][0].importances = trial->importances;
    trial->exams[CS_BOOSTED][SYNTHETIC].importances =
        trial->importances + trial->features.n_columns;
    return cs_exams_take(trial->exams[0], CS_LEARNERS * N_EXAMS, e->workers, e->progress);
}

static void tell(double *values, const struct trial *trial)
{
    for (size_t l = 0; l < CS_LEARNERS; l++) {
        const struct cs_exam *exams = trial->exams[l];
        double *value = values + l * N_WAYS;

        value[GT] = value[SYN_ID] = 0;
        for (size_t p = 0; p < CS_FOLDS; p++) {
            value[GT] += exams[p].tests[0].mark / CS_FOLDS;
            value[SYN_ID] += exams[SYNTHETIC].tests[p].mark / CS_FOLDS;
        }
        value[SYN_OOD] = exams[SYNTHETIC].tests[CS_FOLDS].mark;
    }
    values[RANK_DISTANCE] =
        cs_kendall(trial->importances, trial->importances + trial->features.n_columns,
                   trial->features.n_columns);
}

static enum cs_status measure(double *values, const struct cs_evaluation *e)
{
    struct trial *trial = calloc(1, sizeof *trial);
    enum cs_status st = CS_OK;

    for (size_t m = 0; m < N_METRICS; m++)
        values[m] = NAN;
    if (trial == NULL)
        return CS_MEMORY;
    if (e->target != NULL)
        CS_TRY(prepare(trial, e));
    if (trial->importances != NULL) {
        CS_TRY(take_exams(trial, e));
        tell(values, trial);
    }
out:
    cs_features_wipe(&trial->features);
    cs_answers_wipe(&trial->answers);
    cs_folds_wipe(&trial->real);
    cs_folds_wipe(&trial->synthetic);
    free(trial->importances);
    free(trial);
    return st;
}

static bool has_target(const struct cs_evaluation *e)
{
    return e->target != NULL;
}

const struct cs_metric_group cs_metrics_utility = {
    .name = "utility",
    .metrics = metrics,
    .n = N_METRICS,
    .measure = measure,
    .needs = "--target",
    .is_given = has_target,
};
