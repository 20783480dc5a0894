/* What crypto/fault.h promises. */
#include "crypto/fault.h"

#include <string.h>

#include "tests/support/check.h"

static void the_first_words_win_and_the_status_passes_through(void **state)
{
    struct cs_fault fault = { .stage = "test" };
    (void)state;

    assert_int_equal(cs_fault_say(&fault, CS_INPUT, "line %d", 3), CS_INPUT);
    assert_int_equal(cs_fault_say(&fault, CS_IO, "something general"), CS_IO);
    assert_string_equal(fault.text, "line 3");
}

static void long_words_are_cut(void **state)
{
    struct cs_fault fault = { .stage = "test" };
    char words[2 * sizeof fault.text];
    (void)state;

    memset(words, 'x', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    assert_int_equal(cs_fault_say(&fault, CS_IO, "%s", words), CS_IO);
    assert_int_equal(strlen(fault.text), sizeof fault.text - 1);
}

static void nobody_need_listen(void **state)
{
    (void)state;
    assert_int_equal(cs_fault_say(NULL, CS_CLOSED, "words"), CS_CLOSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_words_win_and_the_status_passes_through),
        cmocka_unit_test(long_words_are_cut),
        cmocka_unit_test(nobody_need_listen),
    };
    return CS_RUN("crypto/fault", tests);
}
