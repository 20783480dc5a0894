/* What model/sheet.h and model/compared.h promise, one test for each promise. */
#include "model/sheet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/compared.h"
#include "tests/support/check.h"
#include "tests/support/comparison.h"
#include "tests/support/source.h"

static enum cs_status read(struct cs_sheet *sheet, const char *text,
                           struct cs_fault *fault)
{
    struct cs_text_source source;

    cs_text_source_init(&source, text, strlen(text), 7);
    return cs_sheet_read(sheet, &source.source, NULL, fault);
}

static void each_text_is_kept_once(void **state)
{
    enum { ROWS = 3000, TEXTS = 1000 };
    char *text = calloc(ROWS, 16);
    struct cs_sheet sheet;
    int n = sprintf(text, "id,word\n");
    (void)state;

    for (int i = 0; i < ROWS; i++)
        n += sprintf(text + n, "%d,w%d\n", i, i % TEXTS);
    assert_ok(read(&sheet, text, NULL));
    assert_int_equal(sheet.n_rows, ROWS);
    assert_int_equal(sheet.columns[0].n_texts, ROWS);
    assert_int_equal(sheet.columns[1].n_texts, TEXTS);
    for (int i = 0; i < ROWS; i++) {
        char expected[16];

        sprintf(expected, "w%d", i % TEXTS);
        assert_string_equal(sheet.columns[1].texts[sheet.columns[1].rows[i]], expected);
    }
    cs_sheet_wipe(&sheet);
    free(text);
}

static void assert_refused(const char *text, const char *words)
{
    struct cs_fault fault = { 0 };
    struct cs_sheet sheet;

    assert_int_equal(read(&sheet, text, &fault), CS_INPUT);
    if (strstr(fault.text, words) == NULL)
        fail_msg("%s", fault.text);
    assert_null(sheet.columns);
}

static void a_file_that_cannot_be_used_is_refused_with_its_place(void **state)
{
    (void)state;

    assert_refused("a,a\n1,2\n", "a.csv:1: column 2: has the name of an earlier one");
    assert_refused("a,\n1,2\n", "a.csv:1: column 2: has no name");
    assert_refused("a,b\n", "a.csv: has no rows");
    assert_refused("a,b\n1,2\n3\n", "a.csv:3: has 1 fields, the header has 2");
    assert_refused("a,b\n1,2\n3,4,5\n", "a.csv:3: has 3 fields, the header has 2");
}

static void columns_are_numbers_dates_or_categories(void **state)
{
    static const char *const categories[] = { "code" };
    struct cs_compared compared;
    (void)state;

    cs_comparison_of(&compared, "n,day,word,code\n1.5,2024-01-02,b,7\n,2024-01-01,,9\n",
                     "code,word,day,n,more\n9,c,2024-01-03,-2e3,1\n8,a,,1,1\n",
                     categories, 1);
    assert_int_equal(compared.n_columns, 4);
    assert_int_equal(compared.n_passed_over[CS_SYNTHETIC], 1);
    assert_true(compared.columns[0].is_number && compared.columns[1].is_number);
    assert_true(!compared.columns[2].is_number && !compared.columns[3].is_number);
    assert_true(compared.columns[0].values[CS_REAL][0] == 1.5);
    assert_true(isnan(compared.columns[0].values[CS_REAL][1]));
    assert_true(compared.columns[0].values[CS_SYNTHETIC][0] == -2000);
    assert_true(compared.columns[1].values[CS_REAL][0] -
                    compared.columns[1].values[CS_REAL][1] ==
                1);
    assert_int_equal(compared.columns[2].n_levels, 3);
    assert_true(compared.columns[2].values[CS_REAL][0] == 1);      /* a, b, c */
    assert_true(compared.columns[3].values[CS_SYNTHETIC][0] == 2); /* 7, 8, 9 */
    cs_compared_wipe(&compared);
}

static enum cs_status compare(const char *real, const char *synthetic,
                              struct cs_fault *fault, const char *category)
{
    struct cs_sheet sheets[2];
    struct cs_compared compared;

    assert_ok(read(&sheets[0], real, NULL));
    assert_ok(read(&sheets[1], synthetic, NULL));
    const enum cs_status st = cs_compared_make(
        &compared, (const struct cs_sheet *[CS_SIDES]){ &sheets[0], &sheets[1] },
        &category, category != NULL, fault);
    cs_compared_wipe(&compared);
    for (size_t s = 0; s < 2; s++)
        cs_sheet_wipe(&sheets[s]);
    return st;
}

static void files_without_a_column_in_common_are_refused(void **state)
{
    struct cs_fault fault = { 0 }, other = { 0 };
    (void)state;

    assert_int_equal(compare("a\n1\n", "b\n1\n", &fault, NULL), CS_INPUT);
    assert_non_null(strstr(fault.text, "no column in common"));
    assert_int_equal(compare("a\n1\n", "a\n1\n", &other, "b"), CS_CONFIG);
    assert_non_null(strstr(other.text, "--category: b is not a column"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_text_is_kept_once),
        cmocka_unit_test(a_file_that_cannot_be_used_is_refused_with_its_place),
        cmocka_unit_test(columns_are_numbers_dates_or_categories),
        cmocka_unit_test(files_without_a_column_in_common_are_refused),
    };
    return CS_RUN("model/sheet", tests);
}
