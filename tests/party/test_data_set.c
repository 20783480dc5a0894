/* What party/data_set.h promises, one test for each promise. */
#include "party/data_set.h"

#include <string.h>

#include "tests/support/check.h"

enum { N = 50 };

/* Two identifiers a row: every third row lacks the first, every sixth both. */
struct people {
    uint8_t id[2][N][CS_ID_BYTES];
    struct cs_ids ids;
};

static void fill(struct people *people)
{
    *people = (struct people){ .ids = { 2, { people->id[0], people->id[1] } } };
    for (unsigned i = 0; i < N; i++) {
        if (i % 3 != 0)
            cs_id_digest(people->id[0][i], 0, (const char *)&i, sizeof i);
        if (i % 6 != 0)
            cs_id_digest(people->id[1][i], 1, (const char *)&i, sizeof i);
    }
}

static void assert_same(const struct people *a, const struct people *b, size_t n_b,
                        bool same)
{
    uint8_t one[CS_DATA_SET_BYTES], other[CS_DATA_SET_BYTES];

    assert_ok(cs_data_set_digest(one, &a->ids, N));
    assert_ok(cs_data_set_digest(other, &b->ids, n_b));
    assert_int_equal(memcmp(one, other, sizeof one) == 0, same);
}

static void the_order_of_rows_makes_no_difference(void **state)
{
    struct people people, turned;
    (void)state;

    fill(&people);
    fill(&turned);
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < N; i++)
            memcpy(turned.id[k][i], people.id[k][N - 1 - i], CS_ID_BYTES);
    assert_same(&people, &turned, N, true);
    assert_memory_equal(turned.id[0][0], people.id[0][N - 1], CS_ID_BYTES); /* as was */
}

static void another_person_or_one_less_is_another_data_set(void **state)
{
    struct people people, other;
    (void)state;

    fill(&people);
    fill(&other);
    assert_same(&people, &other, N, true);
    assert_same(&people, &other, N - 1, false);
    other.id[0][7][CS_ID_BYTES - 1] ^= 1;
    assert_same(&people, &other, N, false);
}

static void people_without_an_identifier_count(void **state)
{
    struct people people, other;
    (void)state;

    fill(&people);
    fill(&other);
    assert_true(N % 6 == 2); /* so that the last but one has none */
    for (size_t k = 0; k < 2; k++) {
        memcpy(other.id[k][N - 2], other.id[k][N - 1], CS_ID_BYTES);
        assert_true(cs_id_is_none(people.id[k][N - 2]));
    }
    assert_same(&people, &other, N - 1, false);
}

static void a_row_goes_by_its_first_identifier(void **state)
{
    struct people people, other;
    (void)state;

    fill(&people);
    fill(&other);
    other.id[1][1][0] ^= 1; /* row 1 has its first one */
    assert_same(&people, &other, N, true);
    other.id[1][3][0] ^= 1; /* row 3 has not */
    assert_same(&people, &other, N, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_of_rows_makes_no_difference),
        cmocka_unit_test(another_person_or_one_less_is_another_data_set),
        cmocka_unit_test(people_without_an_identifier_count),
        cmocka_unit_test(a_row_goes_by_its_first_identifier),
    };
    return CS_RUN("party/data_set", tests);
}
