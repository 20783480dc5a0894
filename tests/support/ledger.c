#include "tests/support/ledger.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/check.h"
#include "tests/support/study.h"

enum { WAIT_MS = 20000 };

void cs_ledger_scene_init(struct cs_ledger_scene *scene)
{
    static const size_t n_rows[2] = { CS_LEDGER_SCENE_ROWS, CS_LEDGER_SCENE_ROWS };

    memset(scene, 0, sizeof *scene);
    strcpy(scene->folder, "/tmp/cosynth-ledger-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    sprintf(scene->path, "%s/ledger.db", scene->folder);
    scene->study = cs_test_study(NULL);
    assert_ok(cs_plan_make(&scene->plan, scene->study, n_rows, NULL));
}

void cs_ledger_scene_wipe(struct cs_ledger_scene *scene)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    char path[128];

    for (size_t i = 0; i < COUNT(ends); i++) {
        sprintf(path, "%s%s", scene->path, ends[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(scene->folder), 0);
    cs_plan_free(scene->plan);
    cs_study_free(scene->study);
}

double cs_ledger_ask(const struct cs_ledger_scene *scene, const char *sql)
{
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;

    assert_int_equal(sqlite3_open(scene->path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const double answer = sqlite3_column_double(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return answer;
}

int cs_ledger_change(const struct cs_ledger_scene *scene, const char *sql)
{
    sqlite3 *database = NULL;

    assert_int_equal(sqlite3_open(scene->path, &database), SQLITE_OK);
    const int code = sqlite3_exec(database, sql, NULL, NULL, NULL);
    sqlite3_close(database);
    return code;
}

enum cs_status cs_ledger_try_charge(struct cs_ledger_scene *scene,
                                    struct cs_ledger *ledger, const uint8_t *data_set)
{
    const struct cs_ledger_charge all = { CS_A, data_set, scene->study, scene->plan };

    return cs_ledger_charge(ledger, &all, &scene->fault);
}

enum cs_status cs_ledger_try_run(struct cs_ledger_scene *scene, const uint8_t *data_set,
                                 const char *failed_in)
{
    struct cs_ledger *ledger = NULL;
    enum cs_status st;

    CS_TRY(cs_ledger_open(&ledger, scene->path, WAIT_MS, &scene->fault));
    CS_TRY(cs_ledger_try_charge(scene, ledger, data_set));
    CS_TRY(cs_ledger_end(ledger, failed_in, &scene->fault));
out:
    cs_ledger_free(ledger);
    return st;
}

size_t cs_ledger_releases_of(const struct cs_plan *plan)
{
    return plan->n_tables + plan->n_details + plan->training[CS_A].enabled +
           plan->training[CS_B].enabled;
}
