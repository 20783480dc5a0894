/* What model/real.h promises, one test for each promise. */
#include "model/real.h"

#include <float.h>
#include <locale.h>
#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

static void decimal_numbers_are_read(void **state)
{
    static const struct {
        const char *text;
        double real;
    } cases[] = { { "3", 3 },       { "-.5", -.5 },   { "+2.", 2 }, { "1.0e-6", 1e-6 },
                  { "1E+3", 1000 }, { "0.06", 0.06 }, { "007", 7 }, { "-0", 0 } };
    double real;
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_true(cs_real_parse(&real, cases[i].text));
        assert_true(real == cases[i].real);
    }
}

static void anything_else_is_not(void **state)
{
    static const char *const cases[] = { "",      ".",   "-",     "e3",    "1e", "1e+",
                                         "0x1",   "1,5", "inf",   "nan",   " 1", "1 ",
                                         "1.2.3", "--1", "1e999", "1e1.5", "one" };
    double real;
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++)
        if (cs_real_parse(&real, cases[i]))
            fail_msg("`%s` was taken for a number", cases[i]);
}

static void text_is_the_shortest_that_reads_back(void **state)
{
    static const struct {
        double real;
        const char *text;
    } cases[] = { { 3, "3" },
                  { 1e-6, "1e-06" },
                  { 1000, "1000" },
                  { -12.5, "-12.5" },
                  { 0.06, "0.06" },
                  { 1.0 / 3, "0.3333333333333333" },
                  { 0.1 + 0.2, "0.30000000000000004" } };
    char text[CS_REAL_BYTES];
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        cs_real_format(text, cases[i].real);
        assert_string_equal(text, cases[i].text);
    }
}

static void every_double_reads_back(void **state)
{
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "real");
    for (int i = 0; i < 2000; i++) {
        char text[CS_REAL_BYTES];
        double real = DBL_MAX, again = 0;

        if (i > 0)
            do
                cs_rng_bytes(&rng, &real, sizeof real);
            while (!(real >= -DBL_MAX && real <= DBL_MAX));
        cs_real_format(text, real);
        assert_true(cs_real_parse(&again, text));
        assert_true(again == real);
    }
}

/* Any locale with a decimal comma that this machine has. */
static void the_locale_changes_nothing(void **state)
{
    static const char *const locales[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "ru_RU.UTF-8",
                                           "de_DE", "fr_FR" };
    char text[CS_REAL_BYTES];
    double real = 0;
    size_t i = 0;
    (void)state;

    while (i < COUNT(locales) && setlocale(LC_ALL, locales[i]) == NULL)
        i++;
    if (i == COUNT(locales)) {
        print_message("no locale with a decimal comma here: skipped\n");
        skip();
    }
    assert_string_equal(localeconv()->decimal_point, ",");
    assert_true(cs_real_parse(&real, "0.5"));
    assert_true(real == 0.5);
    cs_real_format(text, 0.5);
    assert_string_equal(text, "0.5");
    assert_string_equal(localeconv()->decimal_point, ",");
    setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimal_numbers_are_read),
        cmocka_unit_test(anything_else_is_not),
        cmocka_unit_test(text_is_the_shortest_that_reads_back),
        cmocka_unit_test(every_double_reads_back),
        cmocka_unit_test(the_locale_changes_nothing),
    };
    return CS_RUN("model/real", tests);
}
