/* exam.h: learners that are taught with some rows and asked about others.
 *
 * A mark is, as CS_MARK_HITS, the share of rows whose class has the highest score; as
 * CS_MARK_AREA, of two classes the area under the ROC curve, of more that of all rows'
 * chances of all classes in one (micro-averaged, one against the rest), of numbers R^2,
 * the share of their variance that is foretold (below 0 if all the more is made of it).
 * It is NAN if the rows do not allow it: one class alone, no variance, no rows.
 *
 *   Rows       where K scores of each would take long, the first CS_EXAM_ROWS / K of a
 *              task or a test are used, but CS_EXAM_ROWS_LEAST at least: they come in
 *              random order
 *   Ownership  rows and tasks are borrowed
 *   Errors     CS_MEMORY, and what the progress returns
 *   Threads    an exam is one job of the workers; marks do not depend on how many
 */
#ifndef CS_MODEL_EXAM_H
#define CS_MODEL_EXAM_H

#include "crypto/progress.h"
#include "model/learner.h"
#include "model/workers.h"

enum cs_mark { CS_MARK_AREA, CS_MARK_HITS };

struct cs_test {
    struct cs_rows rows; /* of the task's features, which have answers */
    double mark;
};

#define CS_EXAM_TESTS 4u
#define CS_EXAM_ROWS 65536u
#define CS_EXAM_ROWS_LEAST 4096u
#define CS_EXAM_SHUFFLED 2048u

struct cs_exam {
    enum cs_learner_kind learner;
    enum cs_mark how;
    struct cs_task task;                 /* without rows all marks are NAN */
    struct cs_test tests[CS_EXAM_TESTS]; /* (n_tests) */
    size_t n_tests;
    double *importances; /* (features->n_columns), if it is not NULL: by how much the mark
                            of CS_EXAM_SHUFFLED rows of the first test falls if the column
                            is shuffled among them (Breiman, "Random Forests", 2001,
                            section 10) */
    enum cs_status status;
};

CS_MUST_USE enum cs_status cs_exams_take(struct cs_exam *exams, size_t n,
                                         struct cs_workers *workers,
                                         const struct cs_progress *progress);

#endif
