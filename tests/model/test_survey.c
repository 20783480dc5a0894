/* What model/survey.h promises, one test for each promise. */
#include "model/survey.h"

#include <string.h>

#include "tests/support/check.h"
#include "tests/support/roster.h"
#include "tests/support/source.h"

static struct cs_roster roster;

static struct cs_survey of(const char *const *fields)
{
    cs_roster_init(&roster);
    for (size_t k = 0; fields[k] != NULL; k++)
        cs_roster_add(&roster, 1, "%s", fields[k]);
    return cs_roster_survey(&roster);
}

#define OF(...) of((const char *const[]){ __VA_ARGS__, NULL })

static void fields_are_counted_under_every_reading_that_fits(void **state)
{
    struct cs_survey survey = OF("12", "12.0", "1.25", "", "2024-02-29", "web", "-3");
    const struct cs_survey_column *value = &survey.columns[1];
    (void)state;

    assert_int_equal(survey.n_rows, 7);
    assert_int_equal(survey.n_columns, 2);
    assert_string_equal(value->name, "value");
    assert_int_equal(value->n_empty, 1);
    assert_int_equal(value->texts.n_levels, 6);
    assert_int_equal(value->numbers.n, 4);
    assert_int_equal(value->n_integers, 3);
    assert_int_equal(value->dates[0].n, 1);
    assert_true(value->dates[0].least[0] == 19782);
    assert_true(value->numbers.least[0] == -3 && value->numbers.negated[0] == -12.0);
    cs_survey_wipe(&survey);
}

static void decimals_are_those_written(void **state)
{
    struct cs_survey survey =
        OF("1", "1.5", "1.50", "125e-2", "1.5e1", "1.5e2", "0.12345678901");
    const uint64_t *decimals = survey.columns[1].decimals;
    (void)state;

    assert_int_equal(decimals[0], 3); /* 1, 1.5e1, 1.5e2 */
    assert_int_equal(decimals[1], 1);
    assert_int_equal(decimals[2], 2);
    assert_int_equal(decimals[CS_SURVEY_DECIMALS_MAX], 1);
    cs_survey_wipe(&survey);
}

static void codes_that_look_like_numbers_are_counted(void **state)
{
    struct cs_survey survey = OF("007", "-07", "+49", "0", "0.7", "10", "-7");
    (void)state;

    assert_int_equal(survey.columns[1].n_padded, 3);
    cs_survey_wipe(&survey);
}

static void assert_refused(const char *text, const char *words)
{
    struct cs_text_source source;
    struct cs_fault fault = { 0 };
    struct cs_survey survey;

    cs_text_source_init(&source, text, strlen(text), 7);
    assert_int_equal(cs_survey_read(&survey, &source.source, NULL, &fault), CS_INPUT);
    assert_non_null(strstr(fault.text, words));
    assert_null(survey.columns);
}

static void a_header_that_cannot_be_used_is_refused(void **state)
{
    (void)state;

    assert_refused("a,b,a\n1,2,3\n", "a.csv:1: column 3: has the name of an earlier one");
    assert_refused("a,,c\n1,2,3\n", "a.csv:1: column 2: has no name");
    assert_refused("a,b\n1,2,3\n", "a.csv:2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_counted_under_every_reading_that_fits),
        cmocka_unit_test(decimals_are_those_written),
        cmocka_unit_test(codes_that_look_like_numbers_are_counted),
        cmocka_unit_test(a_header_that_cannot_be_used_is_refused),
    };
    return CS_RUN("survey", tests);
}
