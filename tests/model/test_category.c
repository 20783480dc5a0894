/* What model/category.h promises, one test for each promise. */
#include "model/category.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/check.h"

static void each_value_of_a_full_column_is_found(void **state)
{
    char text[CS_CODES_MAX][16], *values[CS_CODES_MAX];
    const struct cs_column column = { .values = values, .n_values = CS_CODES_MAX };
    struct cs_category category;
    (void)state;

    for (int round = 0; round < 50; round++) { /* of other collisions each */
        for (size_t k = 0; k < CS_CODES_MAX; k++) {
            sprintf(text[k], "v%d/%zu", round, k);
            values[k] = text[k];
        }
        cs_category_init(&category, &column);
        for (size_t k = 0; k < CS_CODES_MAX; k++)
            assert_int_equal(cs_category_find(&category, text[k], strlen(text[k])), k);
        assert_int_equal(cs_category_find(&category, "v0/64", 5), -1);
    }
}

static void texts_are_compared_whole(void **state)
{
    char *values[] = { "north", "northern", "\xc3\xa9" };
    const struct cs_column column = { .values = values, .n_values = COUNT(values) };
    struct cs_category category;
    (void)state;

    cs_category_init(&category, &column);
    assert_int_equal(cs_category_find(&category, "northern", 5), 0);
    assert_int_equal(cs_category_find(&category, "northern", 8), 1);
    assert_int_equal(cs_category_find(&category, "\xc3\xa9", 2), 2);
    assert_int_equal(cs_category_find(&category, "northern", 6), -1);
    assert_int_equal(cs_category_find(&category, "North", 5), -1);
    assert_int_equal(cs_category_find(&category, "north ", 6), -1);
    assert_int_equal(cs_category_find(&category, "north\0", 6), -1);
    assert_int_equal(cs_category_find(&category, "", 0), -1);
}

static void columns_without_categories_stop_the_program(void **state)
{
    const struct cs_column column = { .type = CS_INTEGER };
    struct cs_category category;
    (void)state;

    assert_stops(cs_category_init(&category, &column));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_of_a_full_column_is_found),
        cmocka_unit_test(texts_are_compared_whole),
        cmocka_unit_test(columns_without_categories_stop_the_program),
    };
    return CS_RUN("model/category", tests);
}
