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

static void a_scope_counts_the_people_at_all_its_parties(void **state)
{
    (void)state;
    for (enum cs_scope scope = CS_AT_A; scope <= CS_AT_BOTH; scope++) {
        size_t n = 0;

        for (size_t row = 0; row < cs_presence_all(&people); row++) {
            const bool at_a = cs_presence_has(&people, CS_A, row);
            const bool at_b = cs_presence_has(&people, CS_B, row);
            const bool counts = scope == CS_AT_A   ? at_a
                                : scope == CS_AT_B ? at_b
                                                   : at_a && at_b;

            assert_int_equal(cs_presence_of(&people, row),
                             at_a * CS_AT_A + at_b * CS_AT_B);
            assert_int_equal(cs_presence_counts(&people, scope, row), counts);
            n += counts;
        }
        assert_int_equal(cs_presence_in(&people, scope), n);
    }
    assert_int_equal(cs_scope_of(CS_A), CS_AT_A);
    assert_int_equal(cs_scope_of(CS_B), CS_AT_B);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_people_by_party),
        cmocka_unit_test(rows_are_both_then_only_a_then_only_b),
        cmocka_unit_test(a_party_s_people_are_its_rows_in_order),
        cmocka_unit_test(a_scope_counts_the_people_at_all_its_parties),
    };
    return CS_RUN("model/presence", tests);
}
