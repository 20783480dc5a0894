#include "model/exam.h"

#include <math.h>
#include <stdlib.h>

#include "tests/support/check.h"
#include "tests/support/invented.h"
#include "tests/support/school.h"

static struct cs_exam exam_of(const struct cs_school *school,
                              enum cs_learner_kind learner, enum cs_mark how)
{
    return (struct cs_exam){ .learner = learner,
                             .how = how,
                             .task = school->task,
                             .tests = { { .rows = school->asked } },
                             .n_tests = 1 };
}

static double mark_of(size_t target, enum cs_mark how)
{
    struct cs_school *school = cs_school_open(target);
    struct cs_exam exam = exam_of(school, CS_LINEAR, how);

    assert_ok(cs_exams_take(&exam, 1, NULL, NULL));
    cs_school_close(school);
    return exam.tests[0].mark;
}

/* y is a function of what is seen; of c four fifths are, and of the rest a quarter by
 * chance; z is within a tenth of its deviation of 3; d has nothing to do with the rest.
 */
static void marks_say_how_much_was_learned(void **state)
{
    (void)state;

    assert_true(mark_of(INVENTED_Y, CS_MARK_AREA) > .99);
    assert_true(mark_of(INVENTED_Y, CS_MARK_HITS) > .95);
    assert_in_range(100 * mark_of(INVENTED_C, CS_MARK_HITS), 70, 92);
    assert_in_range(100 * mark_of(INVENTED_C, CS_MARK_AREA), 85, 97);
    assert_in_range(100 * mark_of(INVENTED_D, CS_MARK_AREA), 42, 60);
    assert_true(mark_of(INVENTED_Z, CS_MARK_AREA) > .99);
}

/* z is 3 x and a little of u. */
static void what_matters_is_important(void **state)
{
    struct cs_school *school = cs_school_open(INVENTED_Z);
    struct cs_exam exam = exam_of(school, CS_BOOSTED, CS_MARK_AREA);
    double importances[4]; /* x, u, c, d */
    (void)state;

    exam.importances = importances;
    assert_ok(cs_exams_take(&exam, 1, NULL, NULL));
    assert_true(importances[0] > 1 && importances[0] > 10 * importances[1]);
    assert_true(importances[1] > .01 && importances[1] > importances[3]);
    assert_true(fabs(importances[3]) < .01);
    cs_school_close(school);
}

static void workers_change_nothing(void **state)
{
    struct cs_school *school = cs_school_open(INVENTED_Y);
    struct cs_exam alone[4], shared[4];
    struct cs_workers *workers;
    (void)state;

    for (size_t k = 0; k < COUNT(alone); k++)
        alone[k] = shared[k] = exam_of(school, k % CS_LEARNERS, CS_MARK_AREA);
    assert_ok(cs_workers_new(&workers, 3));
    assert_ok(cs_exams_take(alone, COUNT(alone), NULL, NULL));
    assert_ok(cs_exams_take(shared, COUNT(shared), workers, NULL));
    for (size_t k = 0; k < COUNT(alone); k++)
        assert_true(alone[k].tests[0].mark == shared[k].tests[0].mark);
    cs_workers_free(workers);
    cs_school_close(school);
}

static void no_rows_are_no_marks(void **state)
{
    struct cs_school *school = cs_school_open(INVENTED_Y);
    struct cs_exam exam = exam_of(school, CS_MLP, CS_MARK_HITS);
    (void)state;

    exam.tests[0].rows.n = 0;
    assert_ok(cs_exams_take(&exam, 1, NULL, NULL));
    assert_true(isnan(exam.tests[0].mark));
    exam = exam_of(school, CS_MLP, CS_MARK_HITS);
    exam.task.rows.n = 0;
    assert_ok(cs_exams_take(&exam, 1, NULL, NULL));
    assert_true(isnan(exam.tests[0].mark));
    cs_school_close(school);
}

static enum cs_status stop(void *arg, double done)
{
    (void)arg;
    (void)done;
    return CS_CLOSED;
}

static void what_the_progress_returns_ends_the_exams(void **state)
{
    const struct cs_progress progress = { stop, NULL };
    struct cs_school *school = cs_school_open(INVENTED_Y);
    struct cs_exam exam = exam_of(school, CS_LINEAR, CS_MARK_AREA);
    (void)state;

    assert_int_equal(cs_exams_take(&exam, 1, NULL, &progress), CS_CLOSED);
    cs_school_close(school);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_say_how_much_was_learned),
        cmocka_unit_test(what_matters_is_important),
        cmocka_unit_test(workers_change_nothing),
        cmocka_unit_test(no_rows_are_no_marks),
        cmocka_unit_test(what_the_progress_returns_ends_the_exams),
    };
    return CS_RUN("model/exam", tests);
}
