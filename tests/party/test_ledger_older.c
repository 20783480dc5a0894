/* What party/ledger_file.h promises of older ledgers, and party/ledger_key.h of keys, one
 * test for each promise. */
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "party/ledger.h"
#include "party/ledger_key.h"
#include "tests/support/check.h"
#include "tests/support/ledger.h"

enum { WAIT_MS = 20000, FILE_BYTES = 1 << 20 };

static const uint8_t ours[CS_DATA_SET_BYTES] = { 1, 2, 3 };
static const char ours_in_the_clear[] =
    "0102030000000000000000000000000000000000000000000000000000000000";

/* As versions 1 and 2 made it: they differ in what a release may be. */
#define OLDER                                                                            \
    "CREATE TABLE run (id INTEGER PRIMARY KEY AUTOINCREMENT, started TEXT NOT NULL"      \
    " DEFAULT '2026-01-01T00:00:00Z', ended TEXT, state TEXT NOT NULL DEFAULT"           \
    " 'charged', version TEXT NOT NULL, study TEXT NOT NULL, study_digest TEXT NOT"      \
    " NULL, plan_digest TEXT NOT NULL, party TEXT NOT NULL, peer TEXT NOT NULL,"         \
    " data_set TEXT NOT NULL, epsilon REAL NOT NULL, delta REAL NOT NULL) STRICT;"       \
    "CREATE TABLE release (run INTEGER NOT NULL REFERENCES run (id), sequence INTEGER"   \
    " NOT NULL, kind TEXT NOT NULL, what TEXT NOT NULL, people_of TEXT NOT NULL,"        \
    " zcdp_rho REAL, sampling_rate REAL, steps INTEGER, sigma REAL, charged TEXT NOT"    \
    " NULL, PRIMARY KEY (run, sequence)) STRICT;"                                        \
    "CREATE TRIGGER run_stays BEFORE DELETE ON run"                                      \
    " BEGIN SELECT RAISE(ABORT, 'a charge is never taken back'); END;"                   \
    "CREATE TRIGGER charge_stays BEFORE UPDATE OF id, data_set, epsilon, delta ON run"   \
    " BEGIN SELECT RAISE(ABORT, 'a charge is never changed'); END;"                      \
    "CREATE TRIGGER release_stays BEFORE DELETE ON release"                              \
    " BEGIN SELECT RAISE(ABORT, 'a charge is never taken back'); END;"                   \
    "CREATE TRIGGER release_is_fixed BEFORE UPDATE ON release"                           \
    " BEGIN SELECT RAISE(ABORT, 'a charge is never changed'); END;"                      \
    "CREATE VIEW spent AS SELECT data_set, sum(epsilon) AS epsilon FROM run"             \
    " GROUP BY data_set;"                                                                \
    "PRAGMA application_id = 0x636f734c; PRAGMA journal_mode = WAL;"

/* Two runs on us, one on others; the second of ours did not end. */
static void set_older(struct cs_ledger_scene *scene, int version)
{
    char sql[4096];

    cs_ledger_scene_init(scene);
    assert_int_equal(cs_ledger_change(scene, OLDER), SQLITE_OK);
    snprintf(sql, sizeof sql,
             "INSERT INTO run VALUES"
             " (1, '2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z', 'finished', '0', 's',"
             " 'd', 'p', 'a', 'f', '%s', 1.25, 1e-6),"
             " (2, '2026-01-02T00:00:00Z', '2026-01-02T00:01:00Z', 'failed in stage fit',"
             " '0', 's', 'd', 'p', 'a', 'f', '%064d', 9, 0),"
             " (3, '2026-01-03T00:00:00Z', NULL, 'charged', '0', 's', 'd', 'p', 'a', 'f',"
             " '%s', 2.5, 1e-6);"
             "INSERT INTO release VALUES (1, 1, 'table', 'x', 'a', 0.5, NULL, NULL, NULL,"
             " 'then'), (3, 1, 'training', 'y', 'a', NULL, 0.1, 7, 1.5, 'then'),"
             " (3, 2, 'density', 'z', 'a', 0.25, NULL, NULL, NULL, 'then');"
             "PRAGMA user_version = %d",
             ours_in_the_clear, 7, ours_in_the_clear, version);
    assert_int_equal(cs_ledger_change(scene, sql), SQLITE_OK);
}

static void open_once(struct cs_ledger_scene *scene)
{
    struct cs_ledger *ledger = NULL;

    assert_ok(cs_ledger_open(&ledger, scene->path, WAIT_MS, &scene->fault));
    cs_ledger_free(ledger);
}

/* Anywhere in the file, in pages out of use too. */
static bool is_in_the_file(const char *path, const char *words)
{
    char *bytes = calloc(FILE_BYTES, 1);
    FILE *stream = fopen(path, "rb");
    bool is = false;

    assert_non_null(bytes);
    assert_non_null(stream);
    const size_t n = fread(bytes, 1, FILE_BYTES, stream), n_words = strlen(words);
    assert_true(n > 0 && n < FILE_BYTES);
    fclose(stream);
    for (size_t i = 0; i + n_words <= n && !is; i++)
        is = memcmp(bytes + i, words, n_words) == 0;
    free(bytes);
    return is;
}

static void an_older_ledger_is_carried_on(void **state)
{
    struct cs_ledger_scene scene;
    struct cs_ledger *ledger = NULL;
    struct cs_ledger_spent spent;
    (void)state;

    for (int version = 1; version <= 2; version++) {
        set_older(&scene, version);
        assert_ok(cs_ledger_open(&ledger, scene.path, WAIT_MS, &scene.fault));
        assert_ok(cs_ledger_read_spent(&spent, ledger, ours, &scene.fault));
        assert_true(spent.runs == 2 && spent.epsilon == 3.75);
        cs_ledger_free(ledger);
        assert_true(cs_ledger_ask(&scene, "PRAGMA user_version") == 3);
        assert_true(cs_ledger_ask(&scene, "SELECT count(*) FROM release") == 3);
        assert_true(cs_ledger_ask(&scene, "SELECT sigma FROM release WHERE run = 3 AND "
                                          "sequence = 1") == 1.5);
        assert_true(cs_ledger_ask(&scene, "SELECT count(DISTINCT identity) FROM run") ==
                    3);
        assert_int_equal(cs_ledger_findings(&scene, NULL, NULL), 0);
        assert_int_equal(cs_ledger_change(&scene, "DELETE FROM release"),
                         SQLITE_CONSTRAINT);

        assert_ok(cs_ledger_try_run(&scene, ours, NULL));
        assert_true(cs_ledger_ask(&scene, "SELECT max(id) FROM run") == 4);
        assert_true(cs_ledger_ask(&scene, "SELECT max(runs) FROM spent") == 3);
        assert_int_equal(cs_ledger_findings(&scene, NULL, NULL), 0);
        cs_ledger_scene_wipe(&scene);
    }
}

static void its_chain_vouches_for_what_was_there(void **state)
{
    struct cs_ledger_scene scene;
    (void)state;

    set_older(&scene, 2);
    open_once(&scene);
    cs_ledger_tamper(&scene, "UPDATE run SET epsilon = 1 WHERE id = 1");
    assert_int_equal(cs_ledger_findings(&scene, NULL, NULL), 1);
    cs_ledger_scene_wipe(&scene);
}

static void no_name_without_a_key_stays_in_the_file(void **state)
{
    struct cs_ledger_scene scene;
    (void)state;

    set_older(&scene, 2);
    assert_true(is_in_the_file(scene.path, ours_in_the_clear)); /* the control */
    open_once(&scene);
    assert_false(is_in_the_file(scene.path, ours_in_the_clear));
    assert_ok(cs_ledger_try_run(&scene, ours, NULL));
    assert_false(is_in_the_file(scene.path, ours_in_the_clear));
    cs_ledger_scene_wipe(&scene);
}

static void a_name_that_is_none_is_refused_and_nothing_is_changed(void **state)
{
    struct cs_ledger_scene scene;
    struct cs_ledger *ledger = NULL;
    (void)state;

    set_older(&scene, 2);
    assert_int_equal(cs_ledger_change(&scene, "DROP TRIGGER charge_stays; UPDATE run SET"
                                              " data_set = 'us' WHERE id = 3;"
                                              "CREATE TRIGGER charge_stays BEFORE UPDATE"
                                              " ON run BEGIN SELECT 1; END"),
                     SQLITE_OK);
    assert_int_equal(cs_ledger_open(&ledger, scene.path, WAIT_MS, &scene.fault),
                     CS_CONFIG);
    assert_non_null(strstr(scene.fault.text, "name of a data set that is none"));
    assert_true(cs_ledger_ask(&scene, "PRAGMA user_version") == 2);
    assert_true(cs_ledger_ask(&scene, "SELECT count(*) FROM run") == 3);
    cs_ledger_scene_wipe(&scene);
}

/* A copy of the ledger alone: the same people, and nothing to test a guess by. */
static void names_depend_on_the_key(void **state)
{
    struct cs_ledger_scene one, other;
    struct cs_ledger_key key;
    uint8_t digest[CS_DATA_SET_BYTES];
    char name[CS_LEDGER_NAME_BYTES], guess[CS_LEDGER_NAME_BYTES];
    (void)state;

    cs_ledger_scene_init(&one);
    cs_ledger_scene_init(&other);
    assert_ok(cs_ledger_try_run(&one, ours, NULL));
    assert_ok(cs_ledger_try_run(&other, ours, NULL));
    assert_ok(cs_ledger_key_make(&key, one.path, &one.fault)); /* the one that it has */
    cs_ledger_key_name(name, &key, ours);
    assert_true(is_in_the_file(one.path, name));
    assert_false(is_in_the_file(other.path, name));

    crypto_generichash(digest, sizeof digest, ours, sizeof ours, NULL, 0);
    sodium_bin2hex(guess, sizeof guess, digest, sizeof digest);
    assert_false(is_in_the_file(one.path, guess));
    assert_false(is_in_the_file(one.path, ours_in_the_clear));
    cs_ledger_scene_wipe(&one);
    cs_ledger_scene_wipe(&other);
}

static void refuses_to_open(struct cs_ledger_scene *scene, const char *words)
{
    struct cs_ledger *ledger = NULL;

    scene->fault.text[0] = '\0';
    assert_int_equal(cs_ledger_open(&ledger, scene->path, WAIT_MS, &scene->fault),
                     CS_CONFIG);
    assert_null(ledger);
    if (strstr(scene->fault.text, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, scene->fault.text);
}

static void write_file(const char *path, const char *text)
{
    FILE *stream = fopen(path, "wb");

    assert_non_null(stream);
    fputs(text, stream);
    assert_int_equal(fclose(stream), 0);
}

static void another_key_or_none_is_refused(void **state)
{
    struct cs_ledger_scene scene;
    char key[112], aside[128];
    struct stat about;
    (void)state;

    cs_ledger_scene_init(&scene);
    assert_ok(cs_ledger_try_run(&scene, ours, NULL));
    sprintf(key, "%s.key", scene.path);
    sprintf(aside, "%s.key.part", scene.path);
    assert_int_equal(stat(key, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);

    assert_int_equal(rename(key, aside), 0);
    refuses_to_open(&scene, "ledger.db.key: is not there; without it the ledger");
    assert_int_not_equal(access(key, F_OK), 0); /* none was made in its place */
    write_file(key, "0123\n");
    refuses_to_open(&scene, "is not the key of a ledger");
    write_file(key,
               "00000000000000000000000000000000000000000000000000000000000000001\n");
    refuses_to_open(&scene, "is larger than");
    write_file(key, "0000000000000000000000000000000000000000000000000000000000000000\n");
    refuses_to_open(&scene, "is the key of another ledger");
    assert_int_equal(cs_ledger_findings(&scene, NULL, NULL), 0); /* without a key */
    assert_int_equal(rename(aside, key), 0);
    assert_ok(cs_ledger_try_run(&scene, ours, NULL));
    cs_ledger_scene_wipe(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_older_ledger_is_carried_on),
        cmocka_unit_test(its_chain_vouches_for_what_was_there),
        cmocka_unit_test(no_name_without_a_key_stays_in_the_file),
        cmocka_unit_test(a_name_that_is_none_is_refused_and_nothing_is_changed),
        cmocka_unit_test(names_depend_on_the_key),
        cmocka_unit_test(another_key_or_none_is_refused),
    };
    return CS_RUN("party/ledger_older", tests);
}
