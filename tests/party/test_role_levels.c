/* What party/role_levels.h promises, one test for each promise. */
#include "party/role_levels.h"

#include <string.h>

#include "tests/support/check.h"

static struct cs_column column_of(const char *const *values)
{
    struct cs_column column = { .type = CS_CATEGORY,
                                .values = (char **)(uintptr_t)values };

    while (values[column.n_values] != NULL)
        column.n_values++;
    return column;
}

#define COLUMN(...) column_of((const char *const[]){ __VA_ARGS__, NULL })

static void assert_arms(struct cs_column column, const char *expected_test,
                        const char *expected_control)
{
    struct cs_argument_list test = { .n = 0 }, control = { .n = 0 };

    cs_role_levels_of_arm(&test, &control, &column);
    assert_int_equal(test.n, 1);
    assert_int_equal(control.n, 1);
    assert_string_equal(test.value[0], expected_test);
    assert_string_equal(control.value[0], expected_control);
}

static void arms_are_known_by_their_words(void **state)
{
    (void)state;

    assert_arms(COLUMN("Control", "neither", "Test"), "Test", "Control");
    assert_arms(COLUMN("0", "1"), "1", "0");
    assert_arms(COLUMN("Mail", "No Mail"), "Mail", "No Mail");
    assert_arms(COLUMN("Treatment", "placebo"), "Treatment", "placebo");
    assert_arms(COLUMN("A", "B"), "B", "A");
}

static void what_was_said_is_kept_and_not_taken_twice(void **state)
{
    struct cs_argument_list test = { .value = { "control 2" }, .n = 1 };
    struct cs_argument_list control = { .n = 0 };
    const struct cs_column column = COLUMN("control 1", "control 2");
    (void)state;

    cs_role_levels_of_arm(&test, &control, &column);
    assert_int_equal(test.n, 1);
    assert_string_equal(control.value[0], "control 1");
}

static void the_arms_are_never_the_same_level(void **state)
{
    (void)state;

    assert_arms(COLUMN("no test", "x"), "x", "no test");
    assert_arms(COLUMN("test control", "z"), "z", "test control");
}

static void a_conversion_is_known_by_its_words_or_last(void **state)
{
    struct cs_argument_list yes = { .n = 0 }, last = { .n = 0 };
    const struct cs_column words = COLUMN("Yes", "no"), others = COLUMN("<=50K", ">50K");
    (void)state;

    cs_role_levels_of_conversion(&yes, &words);
    assert_string_equal(yes.value[0], "Yes");
    cs_role_levels_of_conversion(&last, &others);
    assert_string_equal(last.value[0], ">50K");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arms_are_known_by_their_words),
        cmocka_unit_test(what_was_said_is_kept_and_not_taken_twice),
        cmocka_unit_test(the_arms_are_never_the_same_level),
        cmocka_unit_test(a_conversion_is_known_by_its_words_or_last),
    };
    return CS_RUN("role_levels", tests);
}
