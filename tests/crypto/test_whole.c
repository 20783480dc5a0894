/* What crypto/whole.h promises, one test for each promise. */
#include "crypto/whole.h"

#include "tests/support/check.h"

static void the_least_of_two_is_one_of_them(void **state)
{
    (void)state;
    assert_int_equal(cs_least(3, 4), 3);
    assert_int_equal(cs_least(4, 3), 3);
    assert_int_equal(cs_least(SIZE_MAX, 0), 0);
}

static void a_root_squared_is_at_most_the_number_and_the_next_is_more(void **state)
{
    static const uint64_t high[] = { 0, 1, UINT64_C(1) << 31, (UINT64_C(1) << 62) - 1 };
    (void)state;

    for (uint64_t n = 0; n < 2000; n++) {
        const uint64_t root = cs_square_root(n);
        assert_true(root * root <= n && (root + 1) * (root + 1) > n);
    }
    for (size_t i = 0; i < COUNT(high); i++) {
        const cs_u128 n = (cs_u128)high[i] << 64 | UINT64_MAX;
        const cs_u128 root = cs_square_root(n);
        assert_true(root * root <= n && (root + 1) * (root + 1) > n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_of_two_is_one_of_them),
        cmocka_unit_test(a_root_squared_is_at_most_the_number_and_the_next_is_more),
    };
    return CS_RUN("crypto/whole", tests);
}
