/* What party/ledger.h promises of runs that are charged, one test for each promise; what
 * it refuses is in test_ledger_refusals.c. */
#include "party/ledger.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/check.h"
#include "tests/support/ledger.h"
#include "tests/support/study.h"

enum { WAIT_MS = 20000, RUN_PROCESSES = 20 };

static const uint8_t ours[CS_DATA_SET_BYTES] = { 1 }, others[CS_DATA_SET_BYTES] = { 2 };

/* But for the last bits of a sum. */
static bool is_near(double x, double y)
{
    return fabs(x - y) <= 1e-12 * fabs(y);
}

static void run(struct cs_ledger_scene *scene, const uint8_t *data_set,
                const char *failed_in)
{
    assert_ok(cs_ledger_try_run(scene, data_set, failed_in));
}

static void a_run_is_charged_with_its_whole_plan(void **state)
{
    struct cs_ledger_scene scene;
    struct cs_ledger *ledger = NULL;
    (void)state;

    cs_ledger_scene_init(&scene);
    assert_ok(cs_ledger_open(&ledger, scene.path, WAIT_MS, &scene.fault));
    assert_ok(cs_ledger_try_charge(&scene, ledger, ours));

    assert_true(cs_ledger_ask(&scene, "SELECT count(*) FROM release") ==
                (double)cs_ledger_releases_of(scene.plan));
    assert_true(cs_ledger_ask(&scene, "SELECT max(sequence) FROM release") ==
                (double)cs_ledger_releases_of(scene.plan));
    assert_float_equal(cs_ledger_ask(&scene, "SELECT total(zcdp_rho) FROM release"),
                       scene.plan->rho_tables, 1e-9);
    assert_true(scene.plan->training[CS_B].enabled);
    assert_true(cs_ledger_ask(&scene,
                              "SELECT sigma FROM release WHERE kind = 'training' AND "
                              "people_of = 'b'") == scene.plan->training[CS_B].sigma);
    assert_true(cs_ledger_ask(&scene, "SELECT epsilon FROM run") ==
                scene.plan->epsilon_spent);
    assert_true(cs_ledger_ask(
                    &scene, "SELECT state = 'charged' AND ended IS NULL FROM run") == 1);
    assert_true(cs_ledger_ask(
                    &scene, "SELECT abs(strftime('%s', started) - strftime('%s', 'now')) "
                            "< 60 FROM run") == 1);
    cs_ledger_free(ledger);
    cs_ledger_scene_wipe(&scene);
}

static void a_failed_run_keeps_its_charge(void **state)
{
    struct cs_ledger_scene scene;
    (void)state;

    cs_ledger_scene_init(&scene);
    run(&scene, ours, "measure");
    assert_true(
        cs_ledger_ask(&scene, "SELECT state = 'failed in stage measure' FROM run") == 1);
    assert_true(cs_ledger_ask(&scene, "SELECT epsilon FROM spent") ==
                scene.plan->epsilon_spent);
    assert_true(cs_ledger_ask(&scene, "SELECT count(*) FROM release") ==
                (double)cs_ledger_releases_of(scene.plan));
    cs_ledger_scene_wipe(&scene);
}

static void spent_adds_up_the_runs_of_a_data_set(void **state)
{
    struct cs_ledger_scene scene;
    struct cs_ledger *ledger = NULL;
    struct cs_ledger_spent spent;
    (void)state;

    cs_ledger_scene_init(&scene);
    run(&scene, ours, NULL);
    run(&scene, others, "train");
    run(&scene, ours, "fit");
    run(&scene, ours, NULL);

    assert_true(cs_ledger_ask(&scene, "SELECT count(*) FROM spent") == 2);
    assert_true(cs_ledger_ask(&scene, "SELECT max(runs) FROM spent") == 3);
    assert_true(is_near(cs_ledger_ask(&scene, "SELECT epsilon FROM spent WHERE runs = 3"),
                        3 * scene.plan->epsilon_spent));
    assert_ok(cs_ledger_open(&ledger, scene.path, WAIT_MS, &scene.fault));
    assert_ok(cs_ledger_read_spent(&spent, ledger, ours, &scene.fault));
    assert_int_equal(spent.runs, 3);
    assert_true(is_near(spent.epsilon, 3 * scene.plan->epsilon_spent));
    assert_true(is_near(spent.delta, 3 * scene.study->delta));
    assert_ok(cs_ledger_read_spent(&spent, ledger, NULL, &scene.fault));
    assert_int_equal(spent.runs, 4);
    cs_ledger_free(ledger);
    cs_ledger_scene_wipe(&scene);
}

/* Its cost is infinite and is never lost in a sum; that of the others is still known. */
static void a_run_without_privacy_is_charged_apart(void **state)
{
    struct cs_ledger_scene scene;
    struct cs_ledger *ledger = NULL;
    struct cs_ledger_spent spent;
    (void)state;

    cs_ledger_scene_init(&scene);
    const double epsilon = scene.plan->epsilon_spent;
    run(&scene, ours, NULL);
    run(&scene, others, NULL);
    cs_ledger_scene_unprotect(&scene);
    run(&scene, ours, NULL);
    run(&scene, ours, "train");

    assert_ok(cs_ledger_open(&ledger, scene.path, WAIT_MS, &scene.fault));
    assert_ok(cs_ledger_read_spent(&spent, ledger, ours, &scene.fault));
    assert_int_equal(spent.runs, 3);
    assert_int_equal(spent.unprotected, 2);
    assert_true(is_near(spent.epsilon, epsilon));
    assert_ok(cs_ledger_read_spent(&spent, ledger, others, &scene.fault));
    assert_true(spent.unprotected == 0 && is_near(spent.epsilon, epsilon));
    assert_true(isinf(cs_ledger_ask(&scene, "SELECT epsilon FROM spent WHERE runs = 3")));
    assert_true(cs_ledger_ask(&scene, "SELECT unprotected FROM spent WHERE runs = 3") ==
                2);
    assert_true(is_near(cs_ledger_ask(&scene, "SELECT epsilon FROM spent WHERE runs = 1"),
                        epsilon));
    assert_true(isinf(cs_ledger_ask(
        &scene, "SELECT min(zcdp_rho) FROM release WHERE run = 3 AND kind = 'table'")));
    assert_true(cs_ledger_ask(&scene, "SELECT max(sigma) FROM release WHERE run = 3") ==
                0);
    cs_ledger_free(ledger);
    cs_ledger_scene_wipe(&scene);
}

static void nothing_is_spent_on_people_who_are_new(void **state)
{
    struct cs_ledger_scene scene;
    struct cs_ledger *ledger = NULL;
    struct cs_ledger_spent spent = { 9, 9, 9, 9 };
    (void)state;

    cs_ledger_scene_init(&scene);
    run(&scene, others, NULL);
    assert_ok(cs_ledger_open(&ledger, scene.path, WAIT_MS, &scene.fault));
    assert_ok(cs_ledger_read_spent(&spent, ledger, ours, &scene.fault));
    assert_true(spent.runs == 0 && spent.epsilon == 0 && spent.delta == 0);
    cs_ledger_free(ledger);
    cs_ledger_scene_wipe(&scene);
}

static void the_ledger_is_made_with_its_folder(void **state)
{
    struct cs_ledger_scene scene;
    struct cs_ledger *ledger = NULL;
    char folder[80];
    (void)state;

    cs_ledger_scene_init(&scene);
    sprintf(folder, "%s/deep", scene.folder);
    sprintf(scene.path, "%s/ledger.db", folder);
    assert_ok(cs_ledger_open(&ledger, scene.path, WAIT_MS, &scene.fault));
    assert_true(cs_ledger_ask(&scene, "SELECT count(*) FROM run") == 0);
    cs_ledger_free(ledger);
    assert_int_equal(unlink(scene.path), 0);
    assert_int_equal(unlink(strcat(scene.path, ".key")), 0);
    assert_int_equal(rmdir(folder), 0);
    cs_ledger_scene_wipe(&scene);
}

static void an_end_without_a_charge_is_nothing(void **state)
{
    struct cs_ledger_scene scene;
    struct cs_ledger *ledger = NULL;
    (void)state;

    cs_ledger_scene_init(&scene);
    assert_ok(cs_ledger_end(NULL, "load", &scene.fault));
    assert_ok(cs_ledger_open(&ledger, scene.path, WAIT_MS, &scene.fault));
    assert_ok(cs_ledger_end(ledger, "hello", &scene.fault));
    assert_true(cs_ledger_ask(&scene, "SELECT count(*) FROM run") == 0);
    cs_ledger_free(ledger);
    cs_ledger_scene_wipe(&scene);
}

static void runs_of_many_processes_are_all_there(void **state)
{
    struct cs_ledger_scene scene;
    int status;
    (void)state;

    cs_ledger_scene_init(&scene);
    for (int i = 0; i < RUN_PROCESSES; i++)
        if (fork() == 0)
            _exit(cs_ledger_try_run(&scene, i % 2 == 0 ? ours : others, NULL) != CS_OK);
    for (int i = 0; i < RUN_PROCESSES; i++) {
        assert_true(wait(&status) > 0);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    assert_true(
        cs_ledger_ask(&scene, "SELECT count(*) FROM run WHERE state = 'finished'") ==
        RUN_PROCESSES);
    assert_true(cs_ledger_ask(&scene, "SELECT count(*) FROM release") ==
                (double)(RUN_PROCESSES * cs_ledger_releases_of(scene.plan)));
    assert_true(cs_ledger_ask(&scene, "SELECT min(runs) FROM spent") ==
                RUN_PROCESSES / 2);
    cs_ledger_scene_wipe(&scene);
}

static void a_second_charge_stops_the_program(void **state)
{
    struct cs_ledger_scene scene;
    struct cs_ledger *ledger = NULL;
    (void)state;

    cs_ledger_scene_init(&scene);
    assert_ok(cs_ledger_open(&ledger, scene.path, WAIT_MS, &scene.fault));
    assert_ok(cs_ledger_try_charge(&scene, ledger, ours));
    assert_stops((void)!cs_ledger_try_charge(&scene, ledger, ours));
    cs_ledger_free(ledger);
    cs_ledger_scene_wipe(&scene);
}

static void a_charge_cannot_be_taken_back_by_a_slip(void **state)
{
    static const char *const slips[] = { "DELETE FROM run", "DELETE FROM release",
                                         "UPDATE run SET epsilon = 0",
                                         "UPDATE release SET zcdp_rho = 1e-9",
                                         "UPDATE run SET state = 'forgotten'" };
    struct cs_ledger_scene scene;
    (void)state;

    cs_ledger_scene_init(&scene);
    run(&scene, ours, NULL);
    for (size_t i = 0; i < COUNT(slips); i++)
        assert_int_equal(cs_ledger_change(&scene, slips[i]), SQLITE_CONSTRAINT);
    assert_true(cs_ledger_ask(&scene, "SELECT epsilon FROM spent") ==
                scene.plan->epsilon_spent);
    cs_ledger_scene_wipe(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_charged_with_its_whole_plan),
        cmocka_unit_test(a_failed_run_keeps_its_charge),
        cmocka_unit_test(spent_adds_up_the_runs_of_a_data_set),
        cmocka_unit_test(a_run_without_privacy_is_charged_apart),
        cmocka_unit_test(nothing_is_spent_on_people_who_are_new),
        cmocka_unit_test(the_ledger_is_made_with_its_folder),
        cmocka_unit_test(an_end_without_a_charge_is_nothing),
        cmocka_unit_test(runs_of_many_processes_are_all_there),
        cmocka_unit_test(a_second_charge_stops_the_program),
        cmocka_unit_test(a_charge_cannot_be_taken_back_by_a_slip),
    };
    return CS_RUN("party/ledger", tests);
}
