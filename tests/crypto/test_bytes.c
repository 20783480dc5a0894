/* What crypto/bytes.h promises. */
#include "crypto/bytes.h"

#include "tests/support/check.h"

static void the_least_significant_byte_comes_first(void **state)
{
    static const uint8_t expected[] = { 0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01 };
    uint8_t bytes[9] = { [8] = 0x5a };
    (void)state;

    cs_bytes_put(bytes, UINT64_C(0x0123456789abcdef), 8);
    assert_memory_equal(bytes, expected, sizeof expected);
    assert_int_equal(bytes[8], 0x5a);
    assert_true(cs_bytes_get(bytes, 8) == UINT64_C(0x0123456789abcdef));
}

static void as_many_bytes_count_as_are_asked_for(void **state)
{
    uint8_t bytes[4] = { 0, 0, 0x5a, 0x5a };
    (void)state;

    cs_bytes_put(bytes, 0x123456, 2);
    assert_true(cs_bytes_get(bytes, 2) == 0x3456);
    assert_int_equal(bytes[2], 0x5a);
    assert_true(cs_bytes_get(bytes, 0) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_significant_byte_comes_first),
        cmocka_unit_test(as_many_bytes_count_as_are_asked_for),
    };
    return CS_RUN("crypto/bytes", tests);
}
