/* What model/presence.h promises, one test for each promise. */
#include "model/presence.h"

#include "tests/support/check.h"

static const struct cs_presence people = { .n_both = 3, .n_only = { 2, 4 } };

static void counts_people_by_party(void **state)
{
    (void)state;
    assert_int_equal(cs_presence_all(&people), 9);
    assert_int_equal(cs_presence_at(&people, CS_A), 5);
    assert_int_equal(cs_presence_at(&people, CS_B), 7);
}

static void rows_are_both_then_only_a_then_only_b(void **state)
{
    static const char *const at = "+++aabbbb";

    (void)state;
    for (size_t row = 0; row < cs_presence_all(&people); row++) {
        assert_int_equal(cs_presence_is_both(&people, row), at[row] == '+');
        assert_int_equal(cs_presence_has(&people, CS_A, row), at[row] != 'b');
        assert_int_equal(cs_presence_has(&people, CS_B, row), at[row] != 'a');
    }
}

static void a_party_s_people_are_its_rows_in_order(void **state)
{
    (void)state;
    for (enum cs_party party = CS_A; party <= CS_B; party++) {
        size_t i = 0;

        for (size_t row = 0; row < cs_presence_all(&people); row++)
            if (cs_presence_has(&people, party, row))
                assert_int_equal(cs_presence_row(&people, party, i++), row);
        assert_int_equal(i, cs_presence_at(&people, party));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_people_by_party),
        cmocka_unit_test(rows_are_both_then_only_a_then_only_b),
        cmocka_unit_test(a_party_s_people_are_its_rows_in_order),
    };
    return CS_RUN("model/presence", tests);
}
