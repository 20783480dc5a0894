/* What party/ledger.h promises of limits and of runs that go on, one test for each
 * promise. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "party/ledger.h"
#include "tests/support/check.h"
#include "tests/support/ledger.h"

enum { WAIT_MS = 60000, N_RACERS = 50, N_PRIZES = 2 };

static const uint8_t ours[CS_DATA_SET_BYTES] = { 1 }, others[CS_DATA_SET_BYTES] = { 2 };

static void assert_refused(struct cs_ledger_scene *scene, const uint8_t *data_set,
                           const char *words)
{
    const double before = cs_ledger_ask(scene, "SELECT count(*) FROM run");

    assert_int_equal(cs_ledger_try_run(scene, data_set, NULL), CS_CONFIG);
    if (strstr(scene->fault.text, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, scene->fault.text);
    assert_non_null(strstr(scene->fault.text, scene->path));
    assert_true(cs_ledger_ask(scene, "SELECT count(*) FROM run") == before);
}

static void a_run_over_the_limit_is_refused_with_all_three_numbers(void **state)
{
    struct cs_ledger_scene scene;
    char words[160];
    (void)state;

    cs_ledger_scene_init(&scene);
    const double epsilon = scene.plan->epsilon_spent;
    scene.limit.epsilon = 1.5 * epsilon;
    assert_ok(cs_ledger_try_run(&scene, ours, "measure"));
    snprintf(words, sizeof words,
             "epsilon spent before: %.6g; this run asks for %.6g; the limit is %.6g; "
             "nothing was charged",
             epsilon, epsilon, 1.5 * epsilon);
    assert_refused(&scene, ours, words);
    assert_true(cs_ledger_ask(&scene, "SELECT count(*) FROM release") ==
                (double)cs_ledger_releases_of(scene.plan));
    assert_ok(cs_ledger_try_run(&scene, others, NULL)); /* other people, another sum */
    cs_ledger_scene_wipe(&scene);
}

static void what_reaches_the_limit_exactly_is_allowed(void **state)
{
    struct cs_ledger_scene scene;
    (void)state;

    cs_ledger_scene_init(&scene);
    scene.limit.epsilon = 7 * scene.plan->epsilon_spent;
    scene.limit.delta = 7 * scene.study->delta;
    for (int i = 0; i < 7; i++)
        assert_ok(cs_ledger_try_run(&scene, ours, NULL));
    assert_refused(&scene, ours, "epsilon spent before");
    scene.limit.epsilon = INFINITY;
    assert_refused(&scene, ours, "delta spent before");
    scene.limit.delta *= 8. / 7;
    assert_ok(cs_ledger_try_run(&scene, ours, NULL));
    cs_ledger_scene_wipe(&scene);
}

/* Files with a person more or less are other data sets, of mostly the same people. */
static void a_limit_per_ledger_counts_all_its_runs(void **state)
{
    struct cs_ledger_scene scene;
    (void)state;

    cs_ledger_scene_init(&scene);
    scene.limit.epsilon = 2 * scene.plan->epsilon_spent;
    scene.limit.per = CS_LIMIT_PER_LEDGER;
    assert_ok(cs_ledger_try_run(&scene, ours, NULL));
    assert_ok(cs_ledger_try_run(&scene, others, NULL));
    assert_refused(&scene, others, "all runs of the ledger: epsilon spent before");
    cs_ledger_scene_wipe(&scene);
}

static void a_run_without_privacy_is_over_every_limit(void **state)
{
    struct cs_ledger_scene scene;
    struct cs_limit none;
    (void)state;

    cs_ledger_scene_init(&scene);
    none = scene.limit;
    cs_ledger_scene_unprotect(&scene);
    assert_ok(cs_ledger_try_run(&scene, others, NULL));
    scene.limit.epsilon = 1e6;
    assert_refused(&scene, ours, "this run asks for inf; the limit is 1e+06");
    assert_refused(&scene, others, "epsilon spent before: inf");
    scene.limit = none;
    assert_ok(cs_ledger_try_run(&scene, ours, NULL));
    cs_ledger_scene_wipe(&scene);
}

/* A racer's exit code: 0 if it was charged, 1 if the limit refused it, 2 for all else. */
static _Noreturn void race(struct cs_ledger_scene *scene, int start)
{
    char x;

    if (read(start, &x, 1) != 0) /* until the other end is closed: all at once */
        _exit(2);
    const enum cs_status st = cs_ledger_try_run(scene, ours, NULL);
    _exit(st == CS_OK ? 0 : st == CS_CONFIG ? 1 : 2);
}

static void fifty_processes_never_overspend(void **state)
{
    struct cs_ledger_scene scene;
    int start[2], status, n_charged = 0, n_refused = 0;
    (void)state;

    cs_ledger_scene_init(&scene);
    scene.limit.epsilon = (3 + N_PRIZES) * scene.plan->epsilon_spent;
    for (int i = 0; i < 3; i++)
        assert_ok(cs_ledger_try_run(&scene, ours, NULL));
    assert_int_equal(pipe(start), 0);
    for (int i = 0; i < N_RACERS; i++)
        if (fork() == 0) {
            close(start[1]);
            race(&scene, start[0]);
        }
    close(start[0]);
    close(start[1]);
    for (int i = 0; i < N_RACERS; i++) {
        assert_true(wait(&status) > 0);
        assert_true(WIFEXITED(status));
        n_charged += WEXITSTATUS(status) == 0;
        n_refused += WEXITSTATUS(status) == 1;
    }
    assert_int_equal(n_charged, N_PRIZES);
    assert_int_equal(n_refused, N_RACERS - N_PRIZES);
    assert_true(cs_ledger_ask(&scene, "SELECT count(*) FROM run") == 3 + N_PRIZES);
    assert_true(cs_ledger_ask(&scene, "SELECT epsilon FROM spent") <=
                scene.limit.epsilon * (1 + 1e-12));
    assert_int_equal(cs_ledger_findings(&scene, NULL, NULL), 0);
    cs_ledger_scene_wipe(&scene);
}

/* Charges, and ends in train unless the run is refused. */
static enum cs_status go_on(struct cs_ledger_charged *charged,
                            struct cs_ledger_scene *scene, const uint8_t *data_set,
                            const uint8_t *run_id, const char *failed_in)
{
    struct cs_ledger *ledger = NULL;
    enum cs_status st;

    CS_TRY(cs_ledger_open(&ledger, scene->path, WAIT_MS, &scene->fault));
    CS_TRY(cs_ledger_try_charge_run(charged, scene, ledger, data_set, run_id));
    CS_TRY(cs_ledger_end(ledger, failed_in, &scene->fault));
out:
    cs_ledger_free(ledger);
    return st;
}

static void a_run_that_goes_on_is_charged_once(void **state)
{
    const uint8_t run_id[CS_RUN_ID_BYTES] = { 7 };
    struct cs_ledger_scene scene;
    struct cs_ledger_charged charged;
    struct cs_chain_head first;
    (void)state;

    cs_ledger_scene_init(&scene);
    scene.limit.epsilon = scene.plan->epsilon_spent; /* for one */
    assert_ok(go_on(&charged, &scene, ours, run_id, "train"));
    assert_false(charged.before);
    first = charged.head;
    assert_ok(go_on(&charged, &scene, ours, run_id, "judge"));
    assert_true(charged.before);
    assert_int_equal(charged.head.n_links, first.n_links + 1); /* its first end */
    assert_true(cs_ledger_ask(&scene, "SELECT count(*) FROM run") == 1);
    assert_true(cs_ledger_ask(&scene, "SELECT epsilon FROM spent") ==
                scene.plan->epsilon_spent);
    assert_true(
        cs_ledger_ask(&scene, "SELECT state = 'failed in stage judge' FROM run") == 1);
    assert_ok(go_on(&charged, &scene, ours, run_id, NULL));
    assert_int_equal(cs_ledger_findings(&scene, NULL, NULL), 0);
    cs_ledger_scene_wipe(&scene);
}

static void what_was_charged_for_another_cannot_go_on(void **state)
{
    const uint8_t run_id[CS_RUN_ID_BYTES] = { 7 };
    struct cs_ledger_scene scene;
    struct cs_ledger_charged charged;
    (void)state;

    cs_ledger_scene_init(&scene);
    assert_ok(go_on(&charged, &scene, ours, run_id, "fit"));
    assert_int_equal(go_on(&charged, &scene, others, run_id, NULL), CS_CONFIG);
    assert_non_null(
        strstr(scene.fault.text, "run 1 was charged for another study, plan"));
    scene.plan->digest[0] ^= 1;
    assert_int_equal(go_on(&charged, &scene, ours, run_id, NULL), CS_CONFIG);
    scene.plan->digest[0] ^= 1;
    scene.study->digest[0] ^= 1;
    assert_int_equal(go_on(&charged, &scene, ours, run_id, NULL), CS_CONFIG);
    scene.study->digest[0] ^= 1;
    scene.study->fingerprint[CS_B][0] ^= 1;
    assert_int_equal(go_on(&charged, &scene, ours, run_id, NULL), CS_CONFIG);
    scene.study->fingerprint[CS_B][0] ^= 1;
    assert_true(cs_ledger_ask(&scene, "SELECT count(*) FROM run") == 1);
    assert_ok(go_on(&charged, &scene, ours, run_id, NULL)); /* as it was charged */
    cs_ledger_scene_wipe(&scene);
}

/* A peer that names an old run would else have new noise for nothing. */
static void a_run_of_which_nothing_is_kept_cannot_go_on(void **state)
{
    const uint8_t run_id[CS_RUN_ID_BYTES] = { 7 };
    struct cs_ledger_scene scene;
    struct cs_ledger_charged charged;
    (void)state;

    cs_ledger_scene_init(&scene);
    scene.forgets = true;
    assert_ok(go_on(&charged, &scene, ours, run_id, "train"));
    assert_int_equal(go_on(&charged, &scene, ours, run_id, NULL), CS_CONFIG);
    assert_non_null(strstr(scene.fault.text, "nothing of it is kept here"));
    scene.forgets = false;
    assert_ok(go_on(&charged, &scene, ours, run_id, NULL));
    assert_true(charged.before);
    assert_ok(go_on(&charged, &scene, ours, run_id, NULL)); /* for a peer that is late */
    cs_ledger_scene_wipe(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_over_the_limit_is_refused_with_all_three_numbers),
        cmocka_unit_test(what_reaches_the_limit_exactly_is_allowed),
        cmocka_unit_test(a_limit_per_ledger_counts_all_its_runs),
        cmocka_unit_test(a_run_without_privacy_is_over_every_limit),
        cmocka_unit_test(fifty_processes_never_overspend),
        cmocka_unit_test(a_run_that_goes_on_is_charged_once),
        cmocka_unit_test(what_was_charged_for_another_cannot_go_on),
        cmocka_unit_test(a_run_of_which_nothing_is_kept_cannot_go_on),
    };
    return CS_RUN("party/ledger_limit", tests);
}
