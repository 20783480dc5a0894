/* What party/data_set.h promises, one test for each promise. */
#include "party/data_set.h"

#include <string.h>

#include "tests/support/check.h"

enum { N = 50 };

static void fill(uint8_t id[N][CS_ID_BYTES])
{
    for (unsigned i = 0; i < N; i++)
        cs_id_digest(id[i], (const char *)&i, sizeof i);
}

static void the_order_of_rows_makes_no_difference(void **state)
{
    uint8_t id[N][CS_ID_BYTES], turned[N][CS_ID_BYTES];
    uint8_t one[CS_DATA_SET_BYTES], other[CS_DATA_SET_BYTES];
    (void)state;

    fill(id);
    for (size_t i = 0; i < N; i++)
        memcpy(turned[i], id[N - 1 - i], CS_ID_BYTES);
    assert_ok(cs_data_set_digest(one, (const uint8_t(*)[CS_ID_BYTES])id, N));
    assert_ok(cs_data_set_digest(other, (const uint8_t(*)[CS_ID_BYTES])turned, N));
    assert_memory_equal(one, other, sizeof one);
    assert_memory_equal(turned[0], id[N - 1], CS_ID_BYTES); /* left as it was */
}

static void another_person_or_one_less_is_another_data_set(void **state)
{
    uint8_t id[N][CS_ID_BYTES];
    uint8_t one[CS_DATA_SET_BYTES], other[CS_DATA_SET_BYTES];
    (void)state;

    fill(id);
    assert_ok(cs_data_set_digest(one, (const uint8_t(*)[CS_ID_BYTES])id, N));
    assert_ok(cs_data_set_digest(other, (const uint8_t(*)[CS_ID_BYTES])id, N - 1));
    assert_memory_not_equal(one, other, sizeof one);
    id[7][CS_ID_BYTES - 1] ^= 1;
    assert_ok(cs_data_set_digest(other, (const uint8_t(*)[CS_ID_BYTES])id, N));
    assert_memory_not_equal(one, other, sizeof one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_of_rows_makes_no_difference),
        cmocka_unit_test(another_person_or_one_less_is_another_data_set),
    };
    return CS_RUN("party/data_set", tests);
}
