/* What model/workers.h promises; runs under the thread sanitizer too. */
#include "model/workers.h"

#include <pthread.h>
#include <string.h>

#include "tests/support/check.h"

enum { JOBS = 500, LOOPS = 40 };

struct tally {
    unsigned done[JOBS];
};

static void count(void *context, size_t k)
{
    struct tally *tally = context;

    tally->done[k]++;
}

static void every_job_is_done_once_in_every_loop(void **state)
{
    static const size_t n_workers[] = { 1, 2, 3, 7 };
    (void)state;

    for (size_t w = 0; w < COUNT(n_workers); w++) {
        struct cs_workers *workers = NULL;
        struct tally tally = { { 0 } };

        assert_ok(cs_workers_new(&workers, n_workers[w]));
        assert_int_equal(cs_workers_count(workers), n_workers[w]);
        for (size_t loop = 0; loop < LOOPS; loop++)
            cs_workers_run(workers, count, &tally, JOBS);
        for (size_t k = 0; k < JOBS; k++)
            assert_int_equal(tally.done[k], LOOPS);
        cs_workers_free(workers);
    }
}

static void without_workers_the_caller_does_all(void **state)
{
    struct tally tally = { { 0 } };
    (void)state;

    assert_int_equal(cs_workers_count(NULL), 1);
    cs_workers_run(NULL, count, &tally, JOBS);
    for (size_t k = 0; k < JOBS; k++)
        assert_int_equal(tally.done[k], 1);
    cs_workers_free(NULL);
}

static void a_loop_without_jobs_ends(void **state)
{
    struct cs_workers *workers = NULL;
    (void)state;

    assert_ok(cs_workers_new(&workers, 3));
    cs_workers_run(workers, count, NULL, 0);
    cs_workers_free(workers);
}

/* Jobs that wait for each other: no worker alone could end them. */
struct meeting {
    pthread_mutex_t lock;
    pthread_cond_t arrived;
    size_t n_there;
};

static void meet(void *context, size_t k)
{
    struct meeting *meeting = context;
    (void)k;

    pthread_mutex_lock(&meeting->lock);
    meeting->n_there++;
    pthread_cond_broadcast(&meeting->arrived);
    while (meeting->n_there < 3)
        pthread_cond_wait(&meeting->arrived, &meeting->lock);
    pthread_mutex_unlock(&meeting->lock);
}

static void jobs_run_at_the_same_time(void **state)
{
    struct meeting meeting = { .n_there = 0 };
    struct cs_workers *workers = NULL;
    (void)state;

    pthread_mutex_init(&meeting.lock, NULL);
    pthread_cond_init(&meeting.arrived, NULL);
    assert_ok(cs_workers_new(&workers, 3));
    cs_workers_run(workers, meet, &meeting, 3);
    assert_int_equal(meeting.n_there, 3);
    cs_workers_free(workers);
    pthread_cond_destroy(&meeting.arrived);
    pthread_mutex_destroy(&meeting.lock);
}

static void a_machine_has_a_core(void **state)
{
    (void)state;
    assert_in_range(cs_workers_cores(), 1, CS_WORKERS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_job_is_done_once_in_every_loop),
        cmocka_unit_test(without_workers_the_caller_does_all),
        cmocka_unit_test(a_loop_without_jobs_ends),
        cmocka_unit_test(jobs_run_at_the_same_time),
        cmocka_unit_test(a_machine_has_a_core),
    };
    return CS_RUN("model/workers", tests);
}
