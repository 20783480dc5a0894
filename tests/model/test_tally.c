/* What model/tally.h promises, one test for each promise. */
#include "model/tally.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/check.h"

static void add(struct cs_tally *tally, const char *text)
{
    assert_ok(cs_tally_add(tally, text, strlen(text)));
}

static void texts_are_counted_in_the_order_in_which_they_are_met(void **state)
{
    struct cs_tally tally;
    (void)state;

    assert_ok(cs_tally_init(&tally));
    add(&tally, "web");
    add(&tally, "phone");
    assert_false(tally.repeated);
    add(&tally, "web");
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
    (void)state;

    assert_ok(cs_tally_init(&tally));
    assert_ok(cs_tally_add(&tally, "abc", 3));
    assert_ok(cs_tally_add(&tally, "abc", 2));
    assert_int_equal(tally.n_levels, 2);
    assert_string_equal(tally.levels[1].text, "ab");
    cs_tally_wipe(&tally);
}

static void texts_beyond_its_room_are_counted_together(void **state)
{
    struct cs_tally tally;
    char text[16];
    (void)state;

    assert_ok(cs_tally_init(&tally));
    for (unsigned k = 0; k < CS_TALLY_LEVELS_MAX + 5; k++) {
        snprintf(text, sizeof text, "%u", k);
        add(&tally, text);
    }
    add(&tally, "0");
    assert_int_equal(tally.n_levels, CS_TALLY_LEVELS_MAX);
    assert_int_equal(tally.n_beyond, 5);
    assert_int_equal(tally.levels[0].n_rows, 2);
    cs_tally_wipe(&tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_counted_in_the_order_in_which_they_are_met),
        cmocka_unit_test(a_text_is_not_its_beginning),
        cmocka_unit_test(texts_beyond_its_room_are_counted_together),
    };
    return CS_RUN("tally", tests);
}
