/* What model/date.h promises, one test for each promise. */
#include "model/date.h"

#include <string.h>

#include "tests/support/check.h"

static bool parse(int64_t *days, const char *format, const char *text)
{
    return cs_date_parse(days, format, text, strlen(text));
}

static void assert_date(const char *format, const char *text, int64_t expected)
{
    int64_t days = INT64_MIN;
    char back[CS_DATE_BYTES];

    assert_true(cs_date_format_valid(format));
    if (!parse(&days, format, text))
        fail_msg("%s is not read by %s", text, format);
    assert_int_equal(days, expected);
    cs_date_format(back, format, days);
    assert_string_equal(back, text);
}

static void assert_refused(const char *format, const char *text)
{
    int64_t days = 12345;

    if (parse(&days, format, text))
        fail_msg("%s is read by %s", text, format);
    assert_int_equal(days, 12345);
}

static void known_days_have_their_dates(void **state)
{
    (void)state;
    assert_date("%Y-%m-%d", "1970-01-01", 0);
    assert_date("%Y-%m-%d", "1969-12-31", -1);
    assert_date("%Y-%m-%d", "2000-02-29", 11016);
    assert_date("%Y-%m-%d", "2026-11-22", 20779);
    assert_date("%Y-%m-%d", "0001-01-01", CS_DATE_MIN);
    assert_date("%Y-%m-%d", "9999-12-31", CS_DATE_MAX);
}

static void formats_read_what_they_write(void **state)
{
    (void)state;
    assert_date("%d.%m.%Y", "22.11.2026", 20779);
    assert_date("%-m/%-d/%Y", "1/2/1970", 1);
    assert_date("%-m/%-d/%Y", "11/22/2026", 20779);
    assert_date("%Y%m%d", "20261122", 20779);
    assert_date("%d/%m/%y", "22/11/26", 20779);
    assert_date("%d/%m/%y", "01/01/69", -365);
    assert_date("%b %e, %Y", "Jan  2, 1970", 1);
    assert_date("%B %-d, %Y", "September 3, 2026", 20699);
    assert_date("%Y/%j", "2026/326", 20779);
    assert_date("%Y-%m-%dT%H:%M:%SZ", "2026-11-22T00:00:00Z", 20779);
    assert_date("%d%%%m%%%Y", "22%11%2026", 20779);
}

static void time_of_day_is_dropped(void **state)
{
    int64_t days = 0;
    (void)state;

    assert_true(parse(&days, "%Y-%m-%d %H:%M:%S", "2026-11-22 23:59:60"));
    assert_int_equal(days, 20779);
}

static void each_day_of_two_centuries_survives(void **state)
{
    static const char *const formats[] = { "%Y-%m-%d", "%Y.%j", "%e %B %Y", "%-d%b%Y" };
    const int64_t first = cs_date_to_days((struct cs_date){ 1900, 1, 1 });
    const int64_t last = cs_date_to_days((struct cs_date){ 2100, 12, 31 });
    char text[CS_DATE_BYTES];
    (void)state;

    assert_int_equal(last - first + 1, 201 * 365 + 49); /* 49 leap years */
    for (int64_t days = first; days <= last; days++) {
        const char *format = formats[(uint64_t)days % COUNT(formats)];
        int64_t back = INT64_MIN;

        cs_date_format(text, format, days);
        assert_true(parse(&back, format, text));
        assert_int_equal(back, days);
    }
}

/* The calendar counted on its fingers. */
static void days_follow_each_other_as_in_the_calendar(void **state)
{
    static const unsigned lengths[12] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };
    int64_t days = CS_DATE_MIN;
    (void)state;

    for (unsigned year = 1; year <= 9999; year++) {
        const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        for (unsigned month = 1; month <= 12; month++) {
            const unsigned length = lengths[month - 1] + (leap && month == 2);
            const struct cs_date first = { year, month, 1 };
            const struct cs_date end = cs_date_from_days(days + length - 1);

            assert_int_equal(cs_date_to_days(first), days);
            assert_true(end.year == year && end.month == month && end.day == length);
            days += length;
        }
    }
    assert_int_equal(days - 1, CS_DATE_MAX);
}

static void text_that_is_no_date_is_refused(void **state)
{
    static const char *const bad[] = {
        "",           "2026",        "2026-11-2",  "2026-11-222", "2026-13-01",
        "2026-00-01", "2026-01-00",  "2026-04-31", "2026-02-29",  "1900-02-29",
        "0000-01-01", "-026-01-01",  "+026-01-01", " 2026-01-01", "2026-01-01 ",
        "2026/01/01", "2026-01-01x", "2026-1-01",  "20260101",    "2O26-01-01",
        "2026-01-",   "2026--1-01",  "2026-01- 1", "99999-01-01",
    };
    (void)state;

    for (size_t i = 0; i < COUNT(bad); i++)
        assert_refused("%Y-%m-%d", bad[i]);
    assert_refused("%Y %j", "2026 366");
    assert_refused("%Y %j", "2026 000");
    assert_refused("%d %b %Y", "22 NOV 2026");
    assert_refused("%d %b %Y", "22 No");
    assert_refused("%d %B %Y", "22 Nov 2026");
    assert_refused("%Y-%m-%d %H:%M", "2026-11-22 24:00");
    assert_refused("%Y-%m-%d %H:%M", "2026-11-22 12:60");
    assert_refused("%-m/%-d/%Y", "/1/2026");
    assert_refused("%-m/%-d/%Y", "001/1/2026");
}

static void formats_that_do_not_say_a_day_are_invalid(void **state)
{
    static const char *const bad[] = {
        "",
        "%Y",
        "%Y-%m",
        "%m-%d",
        "%Y-%m-%d %Y",
        "%y %Y %m %d",
        "%Y %m %b %d",
        "%Y %j %m %d",
        "%Y-%m-%d %",
        "%Y-%m-%Q",
        "%Y-%m-%",
        "%Y-%m-%d %-",
        "%D",
        "%F",
        "%Y-%m-%d %d",
        "%Y-%m-%e %d",
        "a text that is far too long for a date: %Y-%m-%d and it goes on a while",
    };
    (void)state;

    for (size_t i = 0; i < COUNT(bad); i++) {
        if (cs_date_format_valid(bad[i]))
            fail_msg("%s is taken for a date's format", bad[i]);
    }
}

/* With %-d%m, 6 February is 602, which reads as a day 60. */
static void digits_after_a_number_without_padding_are_invalid(void **state)
{
    static const char *const bad[] = { "%-d%m%Y", "%Y%-m%d", "%Y-%-j1", "%-Y%m%d",
                                       "%Y-%m-%d %-H%M" };
    static const char *const good[] = { "%-d%B%Y", "%d%-m-%Y", "%Y1%-j", "%Y%m%-d",
                                        "%-d %m%Y" };
    (void)state;

    for (size_t i = 0; i < COUNT(bad); i++)
        if (cs_date_format_valid(bad[i]))
            fail_msg("%s is taken for a date's format", bad[i]);
    for (size_t i = 0; i < COUNT(good); i++)
        if (!cs_date_format_valid(good[i]))
            fail_msg("%s is not taken for a date's format", good[i]);
}

static void length_of_a_format_is_judged_by_its_longest_date(void **state)
{
    const char *just_fits = "%B %d %Y .............................................";
    char text[CS_DATE_BYTES], longer[CS_DATE_BYTES * 2];
    (void)state;

    assert_true(cs_date_format_valid(just_fits));
    cs_date_format(text, just_fits, cs_date_to_days((struct cs_date){ 2026, 9, 30 }));
    assert_int_equal(strlen(text), CS_DATE_BYTES - 1);
    strcpy(longer, just_fits);
    strcat(longer, ".");
    assert_false(cs_date_format_valid(longer));
}

static void days_beyond_the_calendar_stop_the_program(void **state)
{
    (void)state;
    assert_stops(cs_date_from_days(CS_DATE_MAX + 1));
    assert_stops(cs_date_from_days(CS_DATE_MIN - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_days_have_their_dates),
        cmocka_unit_test(formats_read_what_they_write),
        cmocka_unit_test(time_of_day_is_dropped),
        cmocka_unit_test(each_day_of_two_centuries_survives),
        cmocka_unit_test(days_follow_each_other_as_in_the_calendar),
        cmocka_unit_test(text_that_is_no_date_is_refused),
        cmocka_unit_test(formats_that_do_not_say_a_day_are_invalid),
        cmocka_unit_test(digits_after_a_number_without_padding_are_invalid),
        cmocka_unit_test(length_of_a_format_is_judged_by_its_longest_date),
        cmocka_unit_test(days_beyond_the_calendar_stop_the_program),
    };
    return CS_RUN("model/date", tests);
}
