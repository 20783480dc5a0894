/* What party/ledger.h refuses: files that are no ledger, or that cannot be written. */
#include "party/ledger.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/check.h"
#include "tests/support/ledger.h"

enum { WAIT_MS = 20000 };

static const uint8_t ours[CS_DATA_SET_BYTES] = { 1 };

static void run(struct cs_ledger_scene *scene, const uint8_t *data_set,
                const char *failed_in)
{
    assert_ok(cs_ledger_try_run(scene, data_set, failed_in));
}

static void refuses_to_open(struct cs_ledger_scene *scene, enum cs_status st,
                            const char *words)
{
    struct cs_ledger *ledger = NULL;

    scene->fault.text[0] = '\0';
    assert_int_equal(cs_ledger_open(&ledger, scene->path, 1, &scene->fault), st);
    assert_null(ledger);
    assert_non_null(strstr(scene->fault.text, scene->path));
    if (strstr(scene->fault.text, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, scene->fault.text);
}

static void what_is_no_ledger_is_refused(void **state)
{
    struct cs_ledger_scene scene;
    FILE *stream;
    (void)state;

    cs_ledger_scene_init(&scene);
    stream = fopen(scene.path, "w");
    assert_non_null(stream);
    for (int i = 0; i < 1000; i++)
        fputs("person,age\n", stream);
    fclose(stream);
    refuses_to_open(&scene, CS_CONFIG, "name another file");
    assert_int_equal(unlink(scene.path), 0);

    assert_int_equal(cs_ledger_change(&scene, "CREATE TABLE run (id INTEGER)"),
                     SQLITE_OK);
    refuses_to_open(&scene, CS_CONFIG, "is a database, but not a ledger");
    assert_true(cs_ledger_ask(&scene, "SELECT count(*) FROM sqlite_schema") == 1);
    assert_true(cs_ledger_ask(&scene, "SELECT journal_mode = 'delete' FROM "
                                      "pragma_journal_mode") == 1); /* left as it was */
    cs_ledger_scene_wipe(&scene);
}

static void a_ledger_of_a_version_to_come_is_refused(void **state)
{
    struct cs_ledger_scene scene;
    (void)state;

    cs_ledger_scene_init(&scene);
    run(&scene, ours, NULL);
    assert_int_equal(cs_ledger_change(&scene, "PRAGMA user_version = 4"), SQLITE_OK);
    refuses_to_open(&scene, CS_CONFIG, "is a ledger of version 4");
    cs_ledger_scene_wipe(&scene);
}

static void a_locked_ledger_is_refused(void **state)
{
    struct cs_ledger_scene scene;
    sqlite3 *holder = NULL;
    (void)state;

    cs_ledger_scene_init(&scene);
    run(&scene, ours, NULL);
    assert_int_equal(sqlite3_open(scene.path, &holder), SQLITE_OK);
    assert_int_equal(sqlite3_exec(holder, "BEGIN IMMEDIATE", NULL, NULL, NULL),
                     SQLITE_OK);
    refuses_to_open(&scene, CS_IO, "database is locked; close the program");
    sqlite3_close(holder);
    run(&scene, ours, NULL);
    cs_ledger_scene_wipe(&scene);
}

/* Root may write everything, so another user tries; what it is told must be right. */
static bool is_refused_to_a_user(struct cs_ledger_scene *scene)
{
    enum { NOBODY = 65534 };
    int status;
    const pid_t child = fork();

    if (child == 0) {
        struct cs_ledger *ledger = NULL;

        if (geteuid() == 0 && setuid(NOBODY) != 0)
            _exit(2);
        _exit(cs_ledger_open(&ledger, scene->path, 1, &scene->fault) != CS_IO ||
              strstr(scene->fault.text, "let this user write the file") == NULL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void a_ledger_that_may_not_be_written_is_refused(void **state)
{
    struct cs_ledger_scene scene;
    char key[112];
    (void)state;

    cs_ledger_scene_init(&scene);
    run(&scene, ours, NULL);
    sprintf(key, "%s.key", scene.path);
    assert_int_equal(chmod(scene.folder, 0777), 0);
    assert_int_equal(chmod(scene.path, 0666), 0);
    assert_int_equal(chmod(key, 0644), 0);
    assert_false(is_refused_to_a_user(&scene));
    assert_int_equal(chmod(scene.path, 0444), 0);
    assert_true(is_refused_to_a_user(&scene));
    assert_int_equal(unlink(scene.path), 0);
    assert_int_equal(chmod(scene.folder, 0555), 0);
    assert_true(is_refused_to_a_user(&scene));
    assert_int_equal(chmod(scene.folder, 0700), 0);
    cs_ledger_scene_wipe(&scene);
}

static void a_folder_in_its_place_is_refused(void **state)
{
    struct cs_ledger_scene scene;
    (void)state;

    cs_ledger_scene_init(&scene);
    assert_int_equal(mkdir(scene.path, 0700), 0);
    refuses_to_open(&scene, CS_IO, "the ledger cannot be used");
    assert_int_equal(rmdir(scene.path), 0);
    cs_ledger_scene_wipe(&scene);
}

/* A full disk: no file may grow beyond what it is. */
static enum cs_status charge_on_a_full_disk(struct cs_ledger_scene *scene,
                                            struct cs_ledger *ledger)
{
    struct rlimit before, small;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    small = before;
    small.rlim_cur = 4096;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const enum cs_status st = cs_ledger_try_charge(scene, ledger, ours);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
    return st;
}

static void a_full_disk_charges_nothing_in_part(void **state)
{
    struct cs_ledger_scene scene;
    struct cs_ledger *ledger = NULL;
    (void)state;

    cs_ledger_scene_init(&scene);
    assert_ok(cs_ledger_open(&ledger, scene.path, WAIT_MS, &scene.fault));
    assert_int_equal(charge_on_a_full_disk(&scene, ledger), CS_IO);
    assert_non_null(strstr(scene.fault.text, scene.path));
    assert_non_null(strstr(scene.fault.text, "its free space"));
    assert_true(cs_ledger_ask(&scene, "SELECT count(*) FROM run") == 0);
    assert_true(cs_ledger_ask(&scene, "SELECT count(*) FROM release") == 0);
    assert_ok(cs_ledger_try_charge(&scene, ledger, ours)); /* there is room again */
    cs_ledger_free(ledger);
    cs_ledger_scene_wipe(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_ledger_is_refused),
        cmocka_unit_test(a_ledger_of_a_version_to_come_is_refused),
        cmocka_unit_test(a_locked_ledger_is_refused),
        cmocka_unit_test(a_ledger_that_may_not_be_written_is_refused),
        cmocka_unit_test(a_folder_in_its_place_is_refused),
        cmocka_unit_test(a_full_disk_charges_nothing_in_part),
    };
    return CS_RUN("party/ledger_refusals", tests);
}
