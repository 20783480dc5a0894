/* What party/ledger_chain.h and party/ledger_verify.h promise, one test for each promise.
 */
#include "party/ledger_chain.h"

#include <sqlite3.h>

#include "tests/support/check.h"
#include "tests/support/ledger.h"

enum { WAIT_MS = 20000 };

static const uint8_t ours[CS_DATA_SET_BYTES] = { 1 }, others[CS_DATA_SET_BYTES] = { 2 };

static void run(struct cs_ledger_scene *scene, const uint8_t *data_set,
                const char *failed_in)
{
    assert_ok(cs_ledger_try_run(scene, data_set, failed_in));
}

/* A new ledger with three runs, in all states that there are. */
static void set_three_runs(struct cs_ledger_scene *scene)
{
    struct cs_ledger *ledger = NULL;

    cs_ledger_scene_empty(scene);
    run(scene, ours, NULL);
    run(scene, others, "train");
    assert_ok(cs_ledger_open(&ledger, scene->path, WAIT_MS, &scene->fault));
    assert_ok(cs_ledger_try_charge(scene, ledger, ours));
    cs_ledger_free(ledger);
}

static void what_was_not_touched_holds(void **state)
{
    struct cs_ledger_scene scene;
    struct cs_ledger *ledger = NULL;
    struct cs_chain_head head;
    (void)state;

    cs_ledger_scene_init(&scene);
    assert_ok(cs_ledger_open(&ledger, scene.path, WAIT_MS, &scene.fault));
    cs_ledger_free(ledger);
    assert_int_equal(cs_ledger_findings(&scene, NULL, &head), 0);
    assert_int_equal(head.n_links, 0);

    set_three_runs(&scene);
    assert_int_equal(cs_ledger_findings(&scene, NULL, &head), 0);
    assert_int_equal(head.n_links, 3 * (1 + cs_ledger_releases_of(scene.plan)) + 2);
    cs_ledger_scene_wipe(&scene);
}

static void whatever_is_changed_is_found(void **state)
{
    static const char *const changes[] = {
        "UPDATE run SET epsilon = epsilon * (1 - 1e-15) WHERE id = 2",
        "UPDATE run SET delta = 0 WHERE id = 1",
        "UPDATE run SET data_set = (SELECT data_set FROM run WHERE id = 2)",
        "UPDATE run SET started = '2020-01-01T00:00:00Z' WHERE id = 3",
        "UPDATE run SET study = study || char(0) WHERE id = 1",
        "UPDATE run SET peer = 'nobody', study_digest = '' WHERE id = 1",
        "UPDATE run SET state = 'finished' WHERE id = 2",
        "UPDATE run SET ended = NULL, state = 'charged' WHERE id = 1",
        "UPDATE release SET zcdp_rho = zcdp_rho / 2 WHERE run = 3 AND sequence = 1",
        "UPDATE release SET what = 'nothing' WHERE run = 1 AND sequence = 2",
        "UPDATE release SET sigma = 99 WHERE run = 2 AND kind = 'training'",
        /* taken out */
        "DELETE FROM run WHERE id = 2",
        "DELETE FROM release WHERE run = 2 AND sequence = 1",
        "DELETE FROM chain WHERE link = 5",
        "DELETE FROM chain WHERE link = (SELECT max(link) FROM chain)",
        "DELETE FROM chain WHERE run = 2; DELETE FROM release WHERE run = 2;"
        " DELETE FROM run WHERE id = 2",
        "DELETE FROM chain WHERE run = 3; DELETE FROM release WHERE run = 3;"
        " DELETE FROM run WHERE id = 3",
        /* put in */
        "INSERT INTO run SELECT 4, 'new', started, ended, state, version, study,"
        " study_digest, plan_digest, party, peer, data_set, epsilon, delta FROM run"
        " WHERE id = 3",
        "INSERT INTO release (run, sequence, kind, what, people_of, zcdp_rho)"
        " VALUES (3, 999, 'table', 'x', 'a', 1)",
        "INSERT INTO chain SELECT link + 1, run, release, ended, state, hash FROM chain"
        " ORDER BY link DESC LIMIT 1",
        "INSERT INTO chain SELECT 0, run, release, ended, state, hash FROM chain"
        " WHERE link = 1",
        "INSERT INTO key SELECT mark FROM key",
        /* moved */
        "UPDATE chain SET link = -link; UPDATE chain SET link = CASE link WHEN -2 THEN 3"
        " WHEN -3 THEN 2 ELSE -link END",
        "UPDATE release SET sequence = -sequence WHERE run = 1 AND sequence < 3;"
        " UPDATE release SET sequence = 3 + sequence WHERE sequence < 0",
        "UPDATE run SET id = -id; UPDATE run SET id = CASE id WHEN -1 THEN 2 WHEN -2"
        " THEN 1 ELSE 3 END",
        /* the book itself */
        "UPDATE chain SET hash = upper(hash) || '0' WHERE link = 7",
        "UPDATE chain SET hash = (SELECT hash FROM chain WHERE link = 6) WHERE link = 7",
        "UPDATE key SET mark = (SELECT hash FROM chain WHERE link = 6)",
        "DROP VIEW spent; CREATE VIEW spent AS SELECT data_set, 0 AS epsilon FROM run",
        "ALTER TABLE release ADD COLUMN more TEXT",
        "CREATE TRIGGER free AFTER INSERT ON run BEGIN SELECT 1; END",
    };
    struct cs_ledger_scene scene;
    (void)state;

    cs_ledger_scene_init(&scene);
    for (size_t i = 0; i < COUNT(changes); i++) {
        set_three_runs(&scene);
        cs_ledger_tamper(&scene, "SELECT 1"); /* the control */
        assert_int_equal(cs_ledger_findings(&scene, NULL, NULL), 0);
        cs_ledger_tamper(&scene, changes[i]);
        if (cs_ledger_findings(&scene, NULL, NULL) == 0)
            fail_msg("not found: %s", changes[i]);
    }
    cs_ledger_scene_wipe(&scene);
}

static void a_table_that_is_gone_is_found(void **state)
{
    struct cs_ledger_scene scene;
    (void)state;

    cs_ledger_scene_init(&scene);
    set_three_runs(&scene);
    assert_int_equal(cs_ledger_change(&scene, "DROP TABLE chain"), SQLITE_OK);
    assert_true(cs_ledger_findings(&scene, NULL, NULL) > 0);
    cs_ledger_scene_wipe(&scene);
}

/* Nothing in what is left says that there was more, but for the head. */
static void an_end_that_was_cut_off_is_found_by_a_noted_head(void **state)
{
    struct cs_ledger_scene scene;
    struct cs_chain_head early, late;
    (void)state;

    cs_ledger_scene_init(&scene);
    run(&scene, ours, NULL);
    assert_int_equal(cs_ledger_findings(&scene, NULL, &early), 0);
    run(&scene, ours, NULL);
    assert_int_equal(cs_ledger_findings(&scene, NULL, &late), 0);
    assert_int_equal(cs_ledger_findings(&scene, early.hash, NULL), 0);
    assert_int_equal(cs_ledger_findings(&scene, late.hash, NULL), 0);

    cs_ledger_tamper(&scene,
                     "DELETE FROM chain WHERE run = 2; DELETE FROM release WHERE run = 2;"
                     " DELETE FROM run WHERE id = 2; UPDATE sqlite_sequence SET seq = 1");
    assert_int_equal(cs_ledger_findings(&scene, NULL, NULL), 0);
    assert_int_equal(cs_ledger_findings(&scene, early.hash, NULL), 0);
    assert_int_equal(cs_ledger_findings(&scene, late.hash, NULL), 1);
    cs_ledger_scene_wipe(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_not_touched_holds),
        cmocka_unit_test(whatever_is_changed_is_found),
        cmocka_unit_test(a_table_that_is_gone_is_found),
        cmocka_unit_test(an_end_that_was_cut_off_is_found_by_a_noted_head),
    };
    return CS_RUN("party/ledger_chain", tests);
}
