/* What party/predict.h promises; how near predictions come is measured elsewhere
 * (docs/NUMERICS.md, Prediction). */
#include "party/predict.h"

#include <math.h>

#include "tests/support/check.h"
#include "tests/support/study.h"

static const struct cs_host_speed speed = { 1e9, 1e11, 1e9 };

static struct cs_prediction predicted(size_t rows_a, size_t rows_b, unsigned threads,
                                      const struct cs_host_speed *host)
{
    struct cs_study *study = cs_test_study(NULL);
    const size_t n_rows[2] = { rows_a, rows_b };
    struct cs_prediction prediction;
    struct cs_plan *plan = NULL;

    assert_ok(cs_plan_make(&plan, study, n_rows, NULL));
    assert_ok(cs_predict(&prediction, study, plan, CS_A, host, threads));
    assert_true(prediction.memory_bytes >= cs_predict_least_memory(study, n_rows, CS_A));
    cs_plan_free(plan);
    cs_study_free(study);
    return prediction;
}

/* What is sent for a row does not depend on how many there are; noise is sent once. */
static void traffic_grows_with_the_rows(void **state)
{
    const double one = predicted(100000, 100000, 1, &speed).traffic_bytes;
    const double two = predicted(200000, 200000, 1, &speed).traffic_bytes;
    const double three = predicted(300000, 300000, 1, &speed).traffic_bytes;
    (void)state;

    assert_true(two > one);
    assert_true(fabs((three - two) / (two - one) - 1) < 0.05);
}

static void memory_and_disk_grow_with_the_rows(void **state)
{
    const struct cs_prediction few = predicted(10000, 10000, 1, &speed);
    const struct cs_prediction many = predicted(1000000, 1000000, 1, &speed);
    (void)state;

    assert_true(many.memory_bytes > 2 * few.memory_bytes);
    assert_true(many.disk_bytes > 2 * few.disk_bytes);
}

static void a_host_twice_as_fast_takes_half_the_time(void **state)
{
    const struct cs_host_speed fast = { 2 * speed.aes, 2 * speed.flops,
                                        2 * speed.visits };
    const struct cs_prediction slow_run = predicted(50000, 50000, 1, &speed);
    const struct cs_prediction fast_run = predicted(50000, 50000, 1, &fast);
    (void)state;

    assert_true(slow_run.train_seconds > 0 && slow_run.fit_seconds > 0);
    const double ratio =
        cs_prediction_seconds(&fast_run) / cs_prediction_seconds(&slow_run);
    assert_true(fabs(ratio - 0.5) < 1e-6);
}

static void threads_share_the_training_alone(void **state)
{
    const struct cs_prediction one = predicted(50000, 50000, 1, &speed);
    const struct cs_prediction two = predicted(50000, 50000, 2, &speed);
    (void)state;

    assert_true(two.train_seconds < one.train_seconds);
    assert_true(two.fit_seconds == one.fit_seconds);
}

static void this_host_can_be_measured(void **state)
{
    struct cs_host_speed host;
    (void)state;

    assert_ok(cs_host_speed(&host));
    assert_true(host.aes > 1e5 && host.flops > 1e6 && host.visits > 1e5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traffic_grows_with_the_rows),
        cmocka_unit_test(memory_and_disk_grow_with_the_rows),
        cmocka_unit_test(a_host_twice_as_fast_takes_half_the_time),
        cmocka_unit_test(threads_share_the_training_alone),
        cmocka_unit_test(this_host_can_be_measured),
    };
    return CS_RUN("party/predict", tests);
}
