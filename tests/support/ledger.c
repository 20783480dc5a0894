#include "tests/support/ledger.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/rng.h"
#include "party/ledger_file.h"
#include "party/ledger_verify.h"
#include "tests/support/check.h"
#include "tests/support/study.h"

enum { WAIT_MS = 20000 };

void cs_ledger_scene_init(struct cs_ledger_scene *scene)
{
    static const size_t n_rows[2] = { CS_LEDGER_SCENE_ROWS, CS_LEDGER_SCENE_ROWS };

    memset(scene, 0, sizeof *scene);
    strcpy(scene->folder, "/tmp/cosynth-ledger-XXXXXX");
    scene->limit = (struct cs_limit){ .epsilon = INFINITY, .delta = INFINITY };
    assert_non_null(mkdtemp(scene->folder));
    sprintf(scene->path, "%s/ledger.db", scene->folder);
    scene->study = cs_test_study(NULL);
    assert_ok(cs_plan_make(&scene->plan, scene->study, n_rows, NULL));
}

void cs_ledger_scene_empty(const struct cs_ledger_scene *scene)
{
    static const char *const ends[] = { "", "-wal", "-shm", ".key", ".key.part" };
    char path[128];

    for (size_t i = 0; i < COUNT(ends); i++) {
        sprintf(path, "%s%s", scene->path, ends[i]);
        unlink(path);
    }
}

void cs_ledger_scene_wipe(struct cs_ledger_scene *scene)
{
    cs_ledger_scene_empty(scene);
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

enum cs_status cs_ledger_try_charge_run(struct cs_ledger_charged *charged,
                                        struct cs_ledger_scene *scene,
                                        struct cs_ledger *ledger, const uint8_t *data_set,
                                        const uint8_t *run_id)
{
    const struct cs_ledger_charge all = { .party = CS_A,
                                          .data_set = data_set,
                                          .run_id = run_id,
                                          .goes_on = !scene->forgets,
                                          .study = scene->study,
                                          .plan = scene->plan,
                                          .limit = scene->limit };

    scene->fault.text[0] = '\0';
    return cs_ledger_charge(charged, ledger, &all, &scene->fault);
}

enum cs_status cs_ledger_try_charge(struct cs_ledger_scene *scene,
                                    struct cs_ledger *ledger, const uint8_t *data_set)
{
    uint8_t run_id[CS_RUN_ID_BYTES];
    struct cs_ledger_charged charged;
    struct cs_rng rng;

    cs_rng_init_random(&rng);
    cs_rng_bytes(&rng, run_id, sizeof run_id);
    return cs_ledger_try_charge_run(&charged, scene, ledger, data_set, run_id);
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

void cs_ledger_scene_unprotect(struct cs_ledger_scene *scene)
{
    static const size_t n_rows[2] = { CS_LEDGER_SCENE_ROWS, CS_LEDGER_SCENE_ROWS };

    cs_plan_free(scene->plan);
    cs_study_free(scene->study);
    scene->study = cs_test_study(
        "privacy: {epsilon: none, acknowledge: \"" CS_UNPROTECTED_SENTENCE "\"}\n");
    assert_ok(cs_plan_make(&scene->plan, scene->study, n_rows, NULL));
}

/* Texts of the first column, one after another. */
static char *gather(sqlite3 *database, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    char *text = calloc(1, 8192);

    assert_non_null(text);
    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        strncat(text, (const char *)sqlite3_column_text(statement, 0), 1000);
        strcat(text, ";");
    }
    sqlite3_finalize(statement);
    return text;
}

void cs_ledger_tamper(const struct cs_ledger_scene *scene, const char *sql)
{
    sqlite3 *database = NULL;

    assert_int_equal(sqlite3_open(scene->path, &database), SQLITE_OK);
    char *drop = gather(database, "SELECT 'DROP TRIGGER ' || name FROM sqlite_schema"
                                  " WHERE type = 'trigger'");
    char *make = gather(database, "SELECT sql FROM sqlite_schema WHERE type = 'trigger'"
                                  " ORDER BY rowid");
    const char *const steps[] = { drop, sql, make };
    for (size_t i = 0; i < COUNT(steps); i++)
        if (sqlite3_exec(database, steps[i], NULL, NULL, NULL) != SQLITE_OK)
            fail_msg("%s: %s", steps[i], sqlite3_errmsg(database));
    sqlite3_close(database);
    free(drop);
    free(make);
}

size_t cs_ledger_findings(struct cs_ledger_scene *scene, const uint8_t *noted,
                          struct cs_chain_head *head)
{
    struct cs_store *store = NULL;
    struct cs_findings findings;
    struct cs_chain_check check;

    assert_ok(cs_ledger_file_read(&store, scene->path, &scene->fault));
    assert_ok(cs_ledger_verify(&findings, &check, store, noted, &scene->fault));
    for (size_t i = 0; i < findings.n && i < CS_FINDINGS_MAX; i++)
        print_message("    %s\n", findings.words[i]);
    cs_store_free(store);
    if (head != NULL)
        *head = check.head;
    return findings.n;
}

size_t cs_ledger_releases_of(const struct cs_plan *plan)
{
    return plan->n_discoveries + plan->n_details + plan->n_tables +
           plan->training[CS_A].enabled + plan->training[CS_B].enabled;
}
