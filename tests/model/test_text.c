/* What model/text.h promises, one test for each promise. */
#include "model/text.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"

static void text_grows_by_what_is_added(void **state)
{
    struct cs_text text = { 0 };
    char *bytes = NULL;
    (void)state;

    for (int i = 0; i < 3000; i++)
        cs_text_add(&text, "%d,", i % 10);
    assert_ok(cs_text_take(&text, &bytes));
    assert_int_equal(strlen(bytes), 6000);
    assert_memory_equal(bytes + 5994, "7,8,9,", 6);
    assert_null(text.bytes);
    free(bytes);
}

static void nothing_added_is_an_empty_text(void **state)
{
    struct cs_text text = { 0 };
    char *bytes = NULL;
    (void)state;

    assert_ok(cs_text_take(&text, &bytes));
    assert_string_equal(bytes, "");
    free(bytes);
}

/* Each size around the steps in which the memory grows. */
static void one_long_piece_fits(void **state)
{
    (void)state;

    for (int n = 250; n < 260; n++) {
        struct cs_text text = { 0 };

        cs_text_add(&text, "%*s", n, "x");
        assert_int_equal(strlen(text.bytes), n);
        cs_text_wipe(&text);
    }
}

static void no_separator_stands_within_quotes(void **state)
{
    struct cs_text text = { 0 };
    (void)state;

    cs_text_add_quoted(&text, "a = \"b\\c\"");
    assert_string_equal(text.bytes, "\"a \\= \\\"b\\\\c\\\"\"");
    cs_text_wipe(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_grows_by_what_is_added),
        cmocka_unit_test(nothing_added_is_an_empty_text),
        cmocka_unit_test(one_long_piece_fits),
        cmocka_unit_test(no_separator_stands_within_quotes),
    };
    return CS_RUN("model/text", tests);
}
