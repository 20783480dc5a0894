#include "model/exam.h"

#include <math.h>
#include <stdlib.h>

#include "crypto/secret.h"
#include "model/roc.h"

static struct cs_rows at_most(struct cs_rows rows, size_t n)
{
    rows.n = rows.n < n ? rows.n : n;
    return rows;
}

/* ---- marks ---- */

/* Each row stands once for each score it has. */
static enum cs_status mark_area(double *mark, const double *scores,
                                const struct cs_test *test, const struct cs_task *task)
{
    const size_t n_scores = cs_loss_scores(task->n_classes);
    bool *is_true = calloc(test->rows.n * n_scores + 1, sizeof *is_true);
    struct cs_roc roc = { 0 };
    enum cs_status st = CS_MEMORY;

    if (is_true == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < test->rows.n; i++) {
        const size_t class = (size_t)task->answers[test->rows.at[i]];

        is_true[i * n_scores + (n_scores > 1 ? class : 0)] = n_scores > 1 || class == 1;
    }
    CS_TRY(cs_roc_make(&roc, scores, is_true, test->rows.n * n_scores));
    *mark = cs_roc_area(&roc);
out:
    cs_roc_wipe(&roc);
    cs_wipe_free(is_true, test->rows.n * n_scores + 1);
    return st;
}

static double mark_numbers(const double *scores, const struct cs_test *test,
                           const struct cs_task *task)
{
    double mean = 0, missed = 0, all = 0;

    for (size_t i = 0; i < test->rows.n; i++)
        mean += task->answers[test->rows.at[i]] / (double)test->rows.n;
    for (size_t i = 0; i < test->rows.n; i++) {
        const double answer = task->answers[test->rows.at[i]];

        missed += (answer - scores[i]) * (answer - scores[i]);
        all += (answer - mean) * (answer - mean);
    }
    return all > 0 ? 1 - missed / all : NAN;
}

static size_t best_class(const double *scores, size_t n_scores)
{
    size_t best = 0;

    if (n_scores == 1)
        return scores[0] > 0;
    for (size_t k = 1; k < n_scores; k++)
        if (scores[k] > scores[best])
            best = k;
    return best;
}

static double mark_hits(const double *scores, const struct cs_test *test,
                        const struct cs_task *task)
{
    const size_t n_scores = cs_loss_scores(task->n_classes);
    size_t hits = 0;

    for (size_t i = 0; i < test->rows.n; i++)
        hits += best_class(scores + i * n_scores, n_scores) ==
                (size_t)task->answers[test->rows.at[i]];
    return (double)hits / (double)test->rows.n;
}

static enum cs_status mark_test(double *mark, const struct cs_learner *learner,
                                const struct cs_exam *exam,
                                const struct cs_features *features,
                                const struct cs_test *test)
{
    const struct cs_task *task = &exam->task;
    const size_t n = test->rows.n * cs_loss_scores(task->n_classes);
    double *scores = calloc(n + 1, sizeof *scores);
    enum cs_status st = CS_MEMORY;

    if (scores == NULL)
        return CS_MEMORY;
    CS_TRY(cs_learner_predict(scores, learner, features, test->rows));
    if (exam->how == CS_MARK_HITS)
        *mark = mark_hits(scores, test, task);
    else if (task->n_classes == 0)
        *mark = mark_numbers(scores, test, task);
    else
        CS_TRY(mark_area(mark, scores, test, task));
out:
    cs_wipe_free(scores, (n + 1) * sizeof *scores);
    return st;
}

/* ---- importance ---- */

static enum cs_status find_importances(const struct cs_exam *exam,
                                       const struct cs_learner *learner)
{
    const struct cs_features *features = exam->task.features;
    const struct cs_test test = { at_most(exam->tests[0].rows, CS_EXAM_SHUFFLED), NAN };
    struct cs_features shuffled = { 0 };
    double whole, mark;
    struct cs_rng rng;
    enum cs_status st;

    CS_TRY(mark_test(&whole, learner, exam, features, &test));
    CS_TRY(cs_features_copy(&shuffled, features));
    for (size_t j = 0; j < features->n_columns; j++) {
        cs_rng_init_labelled(&rng, exam->task.seed + j, "exam/importance");
        cs_features_shuffle(&shuffled, j, test.rows, &rng);
        cs_rng_wipe(&rng);
        CS_TRY(mark_test(&mark, learner, exam, &shuffled, &test));
        cs_features_restore(&shuffled, features, j, test.rows);
        exam->importances[j] = whole - mark;
    }
out:
    cs_features_wipe(&shuffled);
    return st;
}

/* ---- exams ---- */

static enum cs_status take(struct cs_exam *exam)
{
    struct cs_learner learner = { .kind = exam->learner };
    enum cs_status st = CS_OK;

    for (size_t t = 0; t < exam->n_tests; t++)
        exam->tests[t].mark = NAN;
    if (exam->task.rows.n == 0)
        return CS_OK;
    CS_TRY(cs_learner_fit(&learner, exam->learner, &exam->task));
    for (size_t t = 0; t < exam->n_tests; t++)
        if (exam->tests[t].rows.n > 0)
            CS_TRY(mark_test(&exam->tests[t].mark, &learner, exam, exam->task.features,
                             &exam->tests[t]));
    if (exam->importances != NULL)
        CS_TRY(find_importances(exam, &learner));
out:
    cs_learner_wipe(&learner);
    return st;
}

static void take_one(void *context, size_t k)
{
    struct cs_exam *exam = (struct cs_exam *)context + k;
    const size_t share = CS_EXAM_ROWS / cs_loss_scores(exam->task.n_classes);
    const size_t most = share > CS_EXAM_ROWS_LEAST ? share : CS_EXAM_ROWS_LEAST;

    exam->task.rows = at_most(exam->task.rows, most);
    for (size_t t = 0; t < exam->n_tests; t++)
        exam->tests[t].rows = at_most(exam->tests[t].rows, most);
    exam->status = take(exam);
}

enum cs_status cs_exams_take(struct cs_exam *exams, size_t n, struct cs_workers *workers,
                             const struct cs_progress *progress)
{
    const size_t n_workers = cs_workers_count(workers);
    enum cs_status st = CS_OK;

    for (size_t k = 0; k < n; k += n_workers) {
        CS_TRY(cs_progress_tell(progress, (double)k / (double)n));
        cs_workers_run(workers, take_one, exams + k,
                       n - k < n_workers ? n - k : n_workers);
    }
    for (size_t k = 0; k < n; k++)
        CS_TRY(exams[k].status);
out:
    return st;
}
