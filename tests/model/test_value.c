/* What model/value.h promises, one test for each promise. */
#include "model/value.h"

#include <stdio.h>
#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

static const struct cs_column integer = { .type = CS_INTEGER };
static const struct cs_column cents = { .type = CS_NUMBER, .decimals = 2 };
static const struct cs_column date = { .type = CS_DATE, .date_format = "%d.%m.%Y" };

static bool parse(int64_t *grid, const struct cs_column *column, const char *text)
{
    return cs_value_parse(grid, column, text, strlen(text));
}

static void assert_reads(const struct cs_column *column, const char *text,
                         int64_t expected)
{
    int64_t grid = INT64_MIN;

    if (!parse(&grid, column, text))
        fail_msg("%s is refused", text);
    assert_int_equal(grid, expected);
}

static void assert_writes(const struct cs_column *column, int64_t grid,
                          const char *expected)
{
    char text[CS_VALUE_BYTES];

    cs_value_format(text, column, grid);
    assert_string_equal(text, expected);
}

static void numbers_are_read_exactly(void **state)
{
    (void)state;
    assert_reads(&integer, "0", 0);
    assert_reads(&integer, "-0", 0);
    assert_reads(&integer, "007", 7);
    assert_reads(&integer, "+42", 42);
    assert_reads(&integer, "-42", -42);
    assert_reads(&integer, "12.00", 12);
    assert_reads(&integer, "12.", 12);
    assert_reads(&cents, "0.1", 10);
    assert_reads(&cents, ".29", 29);
    assert_reads(&cents, "-.29", -29);
    assert_reads(&cents, "5.", 500);
    assert_reads(&cents, "1e3", 100000);
    assert_reads(&cents, "-1.5E-1", -15);
    assert_reads(&cents, "123456e-4", 1235);
    assert_reads(&cents, "1e+2", 10000);
    assert_reads(&cents, "0e999999999999999999999", 0);
    assert_reads(&cents, "1e-999999999999999999999", 0);
    assert_reads(&cents, "0.00000000000000000000000000000000000001e38", 100);
}

static void what_lies_beyond_the_decimals_is_rounded_half_away_from_zero(void **state)
{
    (void)state;
    assert_reads(&cents, "1.005", 101);
    assert_reads(&cents, "1.00499999999999999999999", 100);
    assert_reads(&cents, "-1.005", -101);
    assert_reads(&cents, "-1.004", -100);
    assert_reads(&cents, "0.005", 1);
    assert_reads(&cents, "0.0049", 0);
    assert_reads(&cents, "9.999", 1000);
    assert_reads(&cents, "5e-3", 1);
    assert_reads(&cents, "5e-4", 0);
    assert_reads(&cents, "99e-4", 1);
}

static void text_that_is_no_number_is_refused(void **state)
{
    static const char *const bad[] = {
        "",      "-",    "+",     ".",  "-.",    "e3",   "1e",  "1e+",          "1e-",
        "1.2.3", "1,5",  " 1",    "1 ", "1x",    "0x10", "nan", "inf",          "--1",
        "+-1",   "1e5.", "1e1e1", "NA", "1_000", "\t1",  "1\n", "\xef\xbc\x91", "1e 5",
    };
    int64_t grid = 77;
    (void)state;

    for (size_t i = 0; i < COUNT(bad); i++) {
        if (parse(&grid, &cents, bad[i]))
            fail_msg("'%s' is taken for a number", bad[i]);
    }
    assert_false(parse(&grid, &integer, "1e3"));
    assert_false(parse(&grid, &integer, "12.5"));
    assert_false(parse(&grid, &integer, "12.001"));
    assert_false(cs_value_parse(&grid, &cents, "1\0002", 3));
    assert_int_equal(grid, 77);
}

static void overflow_is_refused_at_the_last_point_of_the_grid(void **state)
{
    int64_t grid = 77;
    (void)state;

    assert_reads(&integer, "9223372036854775807", INT64_MAX);
    assert_reads(&integer, "-9223372036854775807", -INT64_MAX);
    assert_reads(&cents, "92233720368547758.07", INT64_MAX);
    assert_reads(&cents, "92233720368547758.0749", INT64_MAX);
    assert_false(parse(&grid, &integer, "9223372036854775808"));
    assert_false(parse(&grid, &integer, "-9223372036854775808")); /* is "missing" */
    assert_false(parse(&grid, &cents, "92233720368547758.075"));
    assert_false(parse(&grid, &cents, "92233720368547758.08"));
    assert_false(parse(&grid, &cents, "1e17"));
    assert_false(parse(&grid, &cents, "1e999999999999999999999"));
    assert_int_equal(grid, 77);
}

static void numbers_are_written_with_their_decimals(void **state)
{
    const struct cs_column fine = { .type = CS_NUMBER, .decimals = CS_DECIMALS_MAX };
    (void)state;

    assert_writes(&integer, 0, "0");
    assert_writes(&integer, -5, "-5");
    assert_writes(&integer, INT64_MIN + 1, "-9223372036854775807");
    assert_writes(&cents, 0, "0.00");
    assert_writes(&cents, -5, "-0.05");
    assert_writes(&cents, 1999, "19.99");
    assert_writes(&fine, INT64_MAX, "9.223372036854775807");
    assert_writes(&date, 20779, "22.11.2026");
}

static void what_is_written_is_read_back(void **state)
{
    struct cs_rng rng;
    char text[CS_VALUE_BYTES];
    (void)state;

    cs_rng_init_labelled(&rng, 1, "value round trip");
    for (int i = 0; i < 20000; i++) {
        const struct cs_column column = { .type = CS_NUMBER,
                                          .decimals =
                                              cs_rng_below(&rng, CS_DECIMALS_MAX + 1) };
        const uint64_t bits = cs_rng_u64(&rng) >> cs_rng_below(&rng, 64);
        const int64_t grid = (int64_t)(bits >> 1) * (bits & 1 ? -1 : 1);
        int64_t back = 0;

        cs_value_format(text, &column, grid);
        assert_true(parse(&back, &column, text));
        assert_int_equal(back, grid);
    }
}

static void exponents_shift_the_point(void **state)
{
    char text[CS_VALUE_BYTES];
    int64_t expected = 123456789;
    (void)state;

    for (int exponent = -1; exponent <= 8; exponent++) {
        snprintf(text, sizeof text, "12345678.9e%d", exponent);
        assert_reads(&cents, text, expected);
        expected *= 10;
    }
    assert_reads(&cents, "12345678.9e-5", 12346);
    assert_reads(&cents, "12345678.9e-9", 1);
    assert_reads(&cents, "12345678.9e-10", 0);
}

static void dates_are_read_by_the_columns_format(void **state)
{
    int64_t grid = 77;
    (void)state;

    assert_reads(&date, "22.11.2026", 20779);
    assert_false(parse(&grid, &date, "2026-11-22"));
    assert_false(parse(&grid, &date, "29.02.2026"));
    assert_int_equal(grid, 77);
}

static void categories_are_no_values(void **state)
{
    const struct cs_column category = { .type = CS_CATEGORY };
    int64_t grid;
    char text[CS_VALUE_BYTES];
    (void)state;

    assert_stops(parse(&grid, &category, "1"));
    assert_stops(cs_value_format(text, &category, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_exactly),
        cmocka_unit_test(what_lies_beyond_the_decimals_is_rounded_half_away_from_zero),
        cmocka_unit_test(text_that_is_no_number_is_refused),
        cmocka_unit_test(overflow_is_refused_at_the_last_point_of_the_grid),
        cmocka_unit_test(numbers_are_written_with_their_decimals),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(exponents_shift_the_point),
        cmocka_unit_test(dates_are_read_by_the_columns_format),
        cmocka_unit_test(categories_are_no_values),
    };
    return CS_RUN("model/value", tests);
}
