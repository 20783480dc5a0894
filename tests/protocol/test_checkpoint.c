/* What protocol/checkpoint.h promises, one test for each promise. */
#include "protocol/checkpoint.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/drawer.h"
#include "tests/support/duet.h"

struct side {
    struct cs_drawer drawer;
    struct cs_checkpoint checkpoint;
    struct cs_fault fault;
    const uint8_t *own_run;
};

static enum cs_status agree(struct cs_channel *peer, int role, void *arg)
{
    struct side *side = arg;
    struct cs_rng secret;
    (void)role;

    cs_rng_init_random(&secret);
    return cs_checkpoint_agree(&side->checkpoint, &side->drawer.store, side->own_run,
                               &secret, peer, &side->fault);
}

static void set_up(struct side side[2])
{
    memset(side, 0, 2 * sizeof *side);
    cs_drawer_init(&side[0].drawer);
    cs_drawer_init(&side[1].drawer);
}

static void tear_down(struct side side[2])
{
    cs_drawer_wipe(&side[0].drawer);
    cs_drawer_wipe(&side[1].drawer);
}

static void meet(struct side side[2], enum cs_status expected)
{
    enum cs_status result[2];

    cs_duet(agree, (void *[]){ &side[0], &side[1] }, result);
    assert_int_equal(result[0], expected);
    assert_int_equal(result[1], expected);
}

static void keep(struct side *side, enum cs_step step, uint32_t index, const char *text)
{
    assert_ok(cs_checkpoint_keep(&side->checkpoint, step, index, text, strlen(text) + 1));
}

static void parties_that_begin_get_one_run_and_one_session_new_each_time(void **state)
{
    struct side side[2];
    uint8_t before[2][CS_RUN_ID_BYTES];
    (void)state;

    set_up(side);
    for (int i = 0; i < 2; i++) {
        meet(side, CS_OK);
        assert_memory_equal(side[0].checkpoint.run_id, side[1].checkpoint.run_id,
                            CS_RUN_ID_BYTES);
        assert_memory_equal(side[0].checkpoint.session, side[1].checkpoint.session,
                            CS_STEP_TAG_BYTES);
        assert_memory_not_equal(side[0].checkpoint.session, side[0].checkpoint.run_id,
                                CS_RUN_ID_BYTES);
        if (i == 1)
            assert_memory_not_equal(before[0], side[0].checkpoint.run_id,
                                    CS_RUN_ID_BYTES);
        memcpy(before[0], side[0].checkpoint.run_id, CS_RUN_ID_BYTES);
    }
    tear_down(side);
}

static void the_run_that_one_has_begun_is_the_run(void **state)
{
    static const uint8_t one[CS_RUN_ID_BYTES] = { 1 }, other[CS_RUN_ID_BYTES] = { 2 };
    struct side side[2];
    (void)state;

    for (int p = 0; p < 2; p++) {
        set_up(side);
        side[p].own_run = one;
        meet(side, CS_OK);
        assert_memory_equal(side[0].checkpoint.run_id, one, sizeof one);
        assert_memory_equal(side[1].checkpoint.run_id, one, sizeof one);
        side[!p].own_run = one;
        meet(side, CS_OK);
        side[!p].own_run = other;
        meet(side, CS_DISAGREE);
        assert_non_null(strstr(side[0].fault.text, "--fresh"));
        assert_non_null(strstr(side[1].fault.text, "--fresh"));
        tear_down(side);
    }
}

/* Halves of two sessions do not fit together. */
static void shares_are_common_if_they_are_of_one_session(void **state)
{
    static const enum cs_step shares[] = { CS_STEP_LINKED, CS_STEP_SHARES };
    (void)state;

    for (size_t i = 0; i < COUNT(shares); i++) {
        struct side side[2];

        set_up(side);
        meet(side, CS_OK);
        keep(&side[0], shares[i], 0, "one half");
        meet(side, CS_OK);
        assert_false(cs_checkpoint_is_common(&side[0].checkpoint, shares[i]));
        keep(&side[1], shares[i], 0, "other half, of a later session");
        meet(side, CS_OK);
        assert_false(cs_checkpoint_is_common(&side[0].checkpoint, shares[i]));
        assert_false(cs_checkpoint_is_common(&side[1].checkpoint, shares[i]));
        keep(&side[0], shares[i], 0, "one half");
        keep(&side[1], shares[i], 0, "other half");
        meet(side, CS_OK);
        assert_true(cs_checkpoint_is_common(&side[0].checkpoint, shares[i]));
        assert_true(cs_checkpoint_is_common(&side[1].checkpoint, shares[i]));
        assert_false(cs_checkpoint_is_common(&side[1].checkpoint, CS_STEP_CELLS));
        tear_down(side);
    }
}

static void what_was_opened_is_common_if_it_is_the_same(void **state)
{
    static const enum cs_step opened[] = { CS_STEP_CELLS, CS_STEP_POPULATION };
    (void)state;

    for (size_t i = 0; i < COUNT(opened); i++) {
        struct side side[2];

        set_up(side);
        meet(side, CS_OK);
        keep(&side[0], opened[i], 0, "tables");
        meet(side, CS_OK);
        keep(&side[1], opened[i], 0, "tables");
        meet(side, CS_OK);
        assert_true(cs_checkpoint_is_common(&side[0].checkpoint, opened[i]));
        keep(&side[1], opened[i], 0, "Tables");
        meet(side, CS_OK);
        assert_false(cs_checkpoint_is_common(&side[0].checkpoint, opened[i]));
        assert_false(cs_checkpoint_is_common(&side[1].checkpoint, opened[i]));
        tear_down(side);
    }
}

static void rounds_are_counted_from_the_first(void **state)
{
    struct side side[2];
    (void)state;

    set_up(side);
    meet(side, CS_OK);
    for (uint32_t round = 1; round <= 5; round++)
        keep(&side[0], CS_STEP_ROUND, round, "weights");
    keep(&side[1], CS_STEP_ROUND, 1, "weights");
    keep(&side[1], CS_STEP_ROUND, 2, "weights");
    keep(&side[1], CS_STEP_ROUND, 4, "of no use without the third");
    meet(side, CS_OK);
    for (int p = 0; p < 2; p++) {
        assert_int_equal(side[p].checkpoint.common_rounds, 2);
        assert_int_equal(side[p].checkpoint.own_rounds, p == 0 ? 5 : 2);
    }
    tear_down(side);
}

static void a_step_is_recalled_as_it_was_kept(void **state)
{
    struct side side[2];
    char text[8];
    uint8_t *bytes;
    size_t n_bytes;
    bool found;
    (void)state;

    set_up(side);
    meet(side, CS_OK);
    const struct cs_checkpoint *own = &side[0].checkpoint;
    assert_ok(cs_checkpoint_recall(&found, own, CS_STEP_OWN, 0, text, 7));
    assert_false(found);
    keep(&side[0], CS_STEP_OWN, 0, "tables");
    assert_ok(cs_checkpoint_recall(&found, own, CS_STEP_OWN, 0, text, 7));
    assert_true(found);
    assert_string_equal(text, "tables");
    assert_ok(cs_checkpoint_recall_some(&bytes, &n_bytes, own, CS_STEP_OWN, 0));
    assert_int_equal(n_bytes, 7);
    assert_string_equal((char *)bytes, "tables");
    free(bytes);
    assert_int_equal(cs_checkpoint_recall(&found, own, CS_STEP_OWN, 0, text, 8),
                     CS_PROTOCOL);
    assert_non_null(strstr(side[0].fault.text, "of another size"));
    tear_down(side);
}

static void without_a_checkpoint_nothing_is_kept(void **state)
{
    bool found = true;
    char text[8];
    (void)state;

    assert_ok(cs_checkpoint_keep(NULL, CS_STEP_OWN, 0, "tables", 7));
    assert_ok(cs_checkpoint_recall(&found, NULL, CS_STEP_OWN, 0, text, 7));
    assert_false(found);
    assert_false(cs_checkpoint_is_common(NULL, CS_STEP_CELLS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parties_that_begin_get_one_run_and_one_session_new_each_time),
        cmocka_unit_test(the_run_that_one_has_begun_is_the_run),
        cmocka_unit_test(shares_are_common_if_they_are_of_one_session),
        cmocka_unit_test(what_was_opened_is_common_if_it_is_the_same),
        cmocka_unit_test(rounds_are_counted_from_the_first),
        cmocka_unit_test(a_step_is_recalled_as_it_was_kept),
        cmocka_unit_test(without_a_checkpoint_nothing_is_kept),
    };
    return CS_RUN("protocol/checkpoint", tests);
}
