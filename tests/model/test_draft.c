/* What model/draft.h promises, one test for each promise. */
#include "model/draft.h"

#include <string.h>

#include "model/date.h"
#include "tests/support/check.h"
#include "tests/support/roster.h"

static struct cs_roster roster;

static struct cs_draft drafted(void)
{
    return cs_roster_draft(&roster, false);
}

static bool lists(const struct cs_draft *draft, const char *level)
{
    for (size_t k = 0; k < draft->column.n_values; k++)
        if (strcmp(draft->column.values[k], level) == 0)
            return true;
    return false;
}

static void a_level_is_listed_from_twenty_rows_on(void **state)
{
    (void)state;

    cs_roster_init(&roster);
    cs_roster_add(&roster, CS_RARE - 1, "secret");
    cs_roster_add(&roster, CS_RARE, "web");
    cs_roster_add(&roster, 500, "phone");
    struct cs_draft draft = drafted();
    assert_null(draft.left_out);
    assert_int_equal(draft.column.type, CS_CATEGORY);
    assert_int_equal(draft.column.n_values, 2);
    assert_true(lists(&draft, "web") && !lists(&draft, "secret"));
    assert_int_equal(draft.n_unlisted, CS_RARE - 1);
    cs_draft_wipe(&draft);
}

static void levels_stand_in_the_order_of_their_bytes(void **state)
{
    (void)state;

    cs_roster_init(&roster);
    cs_roster_add(&roster, 30, "c");
    cs_roster_add(&roster, 90, "b");
    cs_roster_add(&roster, 60, "a");
    struct cs_draft draft = drafted();
    for (size_t k = 0; k < 3; k++)
        assert_int_equal(draft.column.values[k][0], "abc"[k]);
    cs_draft_wipe(&draft);
}

static void of_too_many_levels_the_frequent_ones_are_listed(void **state)
{
    (void)state;

    cs_roster_init(&roster);
    cs_roster_add(&roster, 5, "%s", "");
    for (int k = 0; k < 70; k++)
        cs_roster_add(&roster, 20 + (size_t)k, "level %d", k);
    struct cs_draft draft = drafted();
    assert_true(draft.column.nullable);
    assert_int_equal(draft.column.n_values, CS_CODES_MAX - 2); /* other, missing */
    assert_true(lists(&draft, "level 69") && lists(&draft, "level 8"));
    assert_false(lists(&draft, "level 7"));
    cs_draft_wipe(&draft);
}

static void a_level_that_cannot_stand_in_a_study_is_not_listed(void **state)
{
    static const char *const odd[] = { "tab\tin it", "\x01", "\"line\nbreak\"",
                                       "\xc2\x85", "a\xe2\x80\xa8z" };
    (void)state;

    for (size_t k = 0; k < COUNT(odd); k++) {
        cs_roster_init(&roster);
        cs_roster_add(&roster, 30, "%s", odd[k]);
        cs_roster_add(&roster, 30, "good \xe2\x82\xac");
        struct cs_draft draft = drafted();
        assert_int_equal(draft.column.n_values, 1);
        assert_int_equal(draft.n_unlisted, 30);
        cs_draft_wipe(&draft);
    }
}

static void bounds_pass_by_the_outermost_rows_and_are_rounded(void **state)
{
    (void)state;

    cs_roster_init(&roster);
    for (int k = 0; k < 1000; k++)
        cs_roster_add(&roster, 1, "%d.%02d", 3 + k, k % 100);
    cs_roster_add(&roster, CS_RARE - 1, "987654.32");
    struct cs_draft draft = drafted();
    assert_int_equal(draft.column.type, CS_NUMBER);
    assert_int_equal(draft.column.decimals, 2);
    assert_int_equal(draft.column.min, 0);
    assert_true(draft.column.max == 105000); /* 1050.00 */
    cs_draft_wipe(&draft);
}

static void decimals_that_few_rows_have_do_not_count(void **state)
{
    (void)state;

    cs_roster_init(&roster);
    for (int k = 0; k < 300; k++)
        cs_roster_add(&roster, 1, "%d.5", k);
    cs_roster_add(&roster, CS_RARE - 1, "7.123456");
    struct cs_draft draft = drafted();
    assert_int_equal(draft.column.decimals, 1);
    cs_draft_wipe(&draft);
}

static void whole_numbers_written_with_a_point_are_integers(void **state)
{
    (void)state;

    cs_roster_init(&roster);
    for (int k = 0; k < 60; k++)
        cs_roster_add(&roster, 3, "%d.0", k);
    struct cs_draft draft = drafted();
    assert_int_equal(draft.column.type, CS_INTEGER);
    assert_int_equal(draft.column.min, 6); /* three rows hold each, not rounded */
    assert_int_equal(draft.column.max, 53);
    cs_draft_wipe(&draft);
}

static void two_numbers_are_a_category_three_are_integers(void **state)
{
    (void)state;

    for (int n = 2; n <= 3; n++) {
        cs_roster_init(&roster);
        for (int k = 0; k < n; k++)
            cs_roster_add(&roster, 40, "%d", k);
        struct cs_draft draft = drafted();
        assert_int_equal(draft.column.type, n == 2 ? CS_CATEGORY : CS_INTEGER);
        cs_draft_wipe(&draft);
        draft = cs_roster_draft(&roster, true);
        assert_int_equal(draft.column.type, CS_CATEGORY);
        cs_draft_wipe(&draft);
    }
}

static void padded_numbers_are_a_category(void **state)
{
    (void)state;

    cs_roster_init(&roster);
    for (int k = 0; k < 9; k++)
        cs_roster_add(&roster, 40, "0%d", k);
    struct cs_draft draft = drafted();
    assert_int_equal(draft.column.type, CS_CATEGORY);
    cs_draft_wipe(&draft);
}

static void what_identifies_is_left_out(void **state)
{
    (void)state;

    for (int word = 0; word < 2; word++) {
        cs_roster_init(&roster);
        for (int k = 0; k < 5000; k++)
            cs_roster_add(&roster, 1, word ? "u%d" : "%d", 1000 + k);
        struct cs_draft draft = drafted();
        assert_non_null(draft.left_out);
        cs_draft_wipe(&draft);
    }
}

static void a_column_that_is_nearly_empty_is_left_out(void **state)
{
    (void)state;

    cs_roster_init(&roster);
    cs_roster_add(&roster, 500, "%s", "");
    cs_roster_add(&roster, CS_RARE - 1, "7");
    struct cs_draft draft = drafted();
    assert_non_null(draft.left_out);
    cs_draft_wipe(&draft);
}

static void dates_have_their_format_and_whole_years(void **state)
{
    (void)state;

    cs_roster_init(&roster);
    for (int k = 0; k < 40 * 12; k++)
        cs_roster_add(&roster, 1, "%02d.%02d.%d", 1 + k % 28, 1 + k % 12, 1980 + k / 12);
    struct cs_draft draft = drafted();
    assert_int_equal(draft.column.type, CS_DATE);
    assert_string_equal(draft.column.date_format, "%d.%m.%Y");
    assert_null(draft.other_format);
    assert_int_equal(draft.column.min, cs_date_to_days((struct cs_date){ 1981, 1, 1 }));
    assert_int_equal(draft.column.max, cs_date_to_days((struct cs_date){ 2018, 12, 31 }));
    cs_draft_wipe(&draft);
}

static void a_day_that_may_be_a_month_is_told(void **state)
{
    (void)state;

    cs_roster_init(&roster);
    for (int k = 0; k < 120; k++)
        cs_roster_add(&roster, 1, "%02d/%02d/%d", 1 + k % 12, 1 + k % 11, 2000 + k % 7);
    struct cs_draft draft = drafted();
    assert_string_equal(draft.column.date_format, "%m/%d/%Y");
    assert_string_equal(draft.other_format, "%d/%m/%Y");
    cs_draft_wipe(&draft);
}

static void a_few_odd_fields_spoil_no_number(void **state)
{
    (void)state;

    cs_roster_init(&roster);
    for (int k = 0; k < 1000; k++)
        cs_roster_add(&roster, 1, "%d", k % 500);
    cs_roster_add(&roster, 3, "unknown");
    struct cs_draft draft = drafted();
    assert_int_equal(draft.column.type, CS_INTEGER);
    assert_int_equal(draft.n_misfits, 3);
    cs_draft_wipe(&draft);

    cs_roster_init(&roster);
    for (int k = 1; k <= 5; k++)
        cs_roster_add(&roster, 200, "%d", k);
    cs_roster_add(&roster, 25, "unknown");
    draft = drafted();
    assert_int_equal(draft.column.type, CS_CATEGORY);
    cs_draft_wipe(&draft);
}

static void a_range_is_rounded_outwards_and_never_inwards(void **state)
{
    static const int64_t ranges[][4] = {
        { 17, 90, 15, 90 },     { 1, 12, 1, 12 },     { 0, 99999, 0, 100000 },
        { -37, -37, -37, -36 }, { -7, 93, -10, 100 }, { -1234567, 45, -1300000, 100000 },
    };
    (void)state;

    for (size_t k = 0; k < COUNT(ranges); k++) {
        int64_t low = ranges[k][0], high = ranges[k][1];

        cs_draft_round(&low, &high);
        assert_true(low == ranges[k][2] && high == ranges[k][3]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_level_is_listed_from_twenty_rows_on),
        cmocka_unit_test(levels_stand_in_the_order_of_their_bytes),
        cmocka_unit_test(of_too_many_levels_the_frequent_ones_are_listed),
        cmocka_unit_test(a_level_that_cannot_stand_in_a_study_is_not_listed),
        cmocka_unit_test(bounds_pass_by_the_outermost_rows_and_are_rounded),
        cmocka_unit_test(decimals_that_few_rows_have_do_not_count),
        cmocka_unit_test(whole_numbers_written_with_a_point_are_integers),
        cmocka_unit_test(two_numbers_are_a_category_three_are_integers),
        cmocka_unit_test(padded_numbers_are_a_category),
        cmocka_unit_test(what_identifies_is_left_out),
        cmocka_unit_test(a_column_that_is_nearly_empty_is_left_out),
        cmocka_unit_test(dates_have_their_format_and_whole_years),
        cmocka_unit_test(a_day_that_may_be_a_month_is_told),
        cmocka_unit_test(a_few_odd_fields_spoil_no_number),
        cmocka_unit_test(a_range_is_rounded_outwards_and_never_inwards),
    };
    return CS_RUN("draft", tests);
}
