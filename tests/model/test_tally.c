/* What model/tally.h promises, one test for each promise. */
#include "model/tally.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/check.h"

static size_t add(struct cs_tally *tally, const char *text)
{
    size_t level = 0;

    assert_ok(cs_tally_add(&level, tally, text, strlen(text)));
    return level;
}

static void texts_are_counted_in_the_order_in_which_they_are_met(void **state)
{
    struct cs_tally tally;
    (void)state;

    assert_ok(cs_tally_init(&tally, CS_TALLY_LEVELS_MAX));
    assert_int_equal(add(&tally, "web"), 0);
    assert_int_equal(add(&tally, "phone"), 1);
    assert_false(tally.repeated);
    assert_int_equal(add(&tally, "web"), 0);
    assert_true(tally.repeated);
    assert_int_equal(tally.n_levels, 2);
    assert_string_equal(tally.levels[0].text, "web");
    assert_int_equal(tally.levels[0].n_rows, 2);
    assert_int_equal(tally.levels[1].n_rows, 1);
    cs_tally_wipe(&tally);
    assert_null(tally.levels);
}

static void a_text_is_not_its_beginning(void **state)
{
    struct cs_tally tally;
    size_t level;
    (void)state;

    assert_ok(cs_tally_init(&tally, CS_TALLY_LEVELS_MAX));
    assert_ok(cs_tally_add(&level, &tally, "abc", 3));
    assert_ok(cs_tally_add(&level, &tally, "abc", 2));
    assert_int_equal(tally.n_levels, 2);
    assert_string_equal(tally.levels[1].text, "ab");
    cs_tally_wipe(&tally);
}

static void texts_beyond_its_room_are_counted_together(void **state)
{
    struct cs_tally tally;
    char text[16];
    (void)state;

    assert_ok(cs_tally_init(&tally, CS_TALLY_LEVELS_MAX));
    for (unsigned k = 0; k < CS_TALLY_LEVELS_MAX + 5; k++) {
        snprintf(text, sizeof text, "%u", k);
        assert_int_equal(add(&tally, text),
                         k < CS_TALLY_LEVELS_MAX ? k : CS_TALLY_BEYOND);
    }
    assert_int_equal(add(&tally, "0"), 0);
    assert_int_equal(tally.n_levels, CS_TALLY_LEVELS_MAX);
    assert_int_equal(tally.n_beyond, 5);
    assert_int_equal(tally.levels[0].n_rows, 2);
    cs_tally_wipe(&tally);
}

static void with_room_for_all_each_text_stays_where_it_is(void **state)
{
    enum { TEXTS = 3 * CS_TALLY_LEVELS_MAX };
    struct cs_tally tally;
    char text[16];
    (void)state;

    assert_ok(cs_tally_init(&tally, CS_TALLY_ALL));
    for (unsigned round = 0; round < 2; round++)
        for (unsigned k = 0; k < TEXTS; k++) {
            snprintf(text, sizeof text, "%u", k);
            assert_int_equal(add(&tally, text), k);
        }
    assert_int_equal(tally.n_levels, TEXTS);
    assert_int_equal(tally.n_beyond, 0);
    for (unsigned k = 0; k < TEXTS; k++)
        assert_int_equal(tally.levels[k].n_rows, 2);
    cs_tally_wipe(&tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_counted_in_the_order_in_which_they_are_met),
        cmocka_unit_test(a_text_is_not_its_beginning),
        cmocka_unit_test(texts_beyond_its_room_are_counted_together),
        cmocka_unit_test(with_room_for_all_each_text_stays_where_it_is),
    };
    return CS_RUN("tally", tests);
}
