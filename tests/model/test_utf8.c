/* What model/utf8.h promises, one test for each promise. */
#include "model/utf8.h"

#include <string.h>

#include "tests/support/check.h"

/* RFC 3629, section 3: a character's bytes. */
static size_t encode(char bytes[static 4], uint32_t c)
{
    const size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

    for (size_t i = n; i-- > 1; c >>= 6)
        bytes[i] = (char)(0x80 | (c & 0x3f));
    bytes[0] = (char)(lead[n] | c);
    return n;
}

static void each_character_is_valid_and_surrogates_are_not(void **state)
{
    char bytes[5] = { 0 };
    (void)state;

    for (uint32_t c = 1; c < 0x110000; c++) {
        const size_t n = encode(bytes, c);
        const size_t expected = c >= 0xd800 && c < 0xe000 ? 0 : n;
        if (cs_utf8_valid_bytes(bytes, n) != expected)
            fail_msg("U+%04X is misjudged", c);
    }
    assert_int_equal(cs_utf8_valid_bytes("\xf4\x90\x80\x80", 4), 0); /* U+110000 */
}

static void overlong_forms_are_invalid(void **state)
{
    (void)state;
    assert_int_equal(cs_utf8_valid_bytes("\xc0\x80", 2), 0);
    assert_int_equal(cs_utf8_valid_bytes("\xc1\xbf", 2), 0);
    assert_int_equal(cs_utf8_valid_bytes("\xe0\x9f\xbf", 3), 0);
    assert_int_equal(cs_utf8_valid_bytes("\xf0\x8f\xbf\xbf", 4), 0);
}

static void first_invalid_byte_is_where_counting_ends(void **state)
{
    static const char *const bad[] = { "\x80",  "\xff",     "\xc3",
                                       "\xc3(", "\xe2\x82", "\xf0\x9f\x8e" };
    char text[64];
    (void)state;

    for (size_t i = 0; i < COUNT(bad); i++) {
        for (size_t before = 0; before < 20; before++) {
            memset(text, 'x', before);
            strcpy(text + before, bad[i]);
            assert_int_equal(cs_utf8_valid_bytes(text, strlen(text)), before);
        }
    }
    assert_int_equal(cs_utf8_valid_bytes("", 0), 0);
    assert_int_equal(cs_utf8_valid_bytes("caf\xc3\xa9 and more", 14), 14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_character_is_valid_and_surrogates_are_not),
        cmocka_unit_test(overlong_forms_are_invalid),
        cmocka_unit_test(first_invalid_byte_is_where_counting_ends),
    };
    return CS_RUN("model/utf8", tests);
}
