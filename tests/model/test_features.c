#include "model/features.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/check.h"
#include "tests/support/comparison.h"

static void make(struct cs_features *features, const char *real, const char *synthetic,
                 const bool *excluded)
{
    struct cs_compared compared;

    cs_comparison_of(&compared, real, synthetic, NULL, 0);
    assert_ok(cs_features_make(features, &compared, excluded));
    cs_compared_wipe(&compared);
}

static float number(const struct cs_features *features, size_t row, size_t k)
{
    return features->numbers[row * features->n_numbers + k];
}

/* Real mean 2, deviation 1; the synthetic 102 is a hundred deviations away. */
static void numbers_are_deviations_of_the_real_rows(void **state)
{
    struct cs_features f;
    (void)state;

    make(&f, "x\n1\n3\n", "x\n2\n102\n", NULL);
    assert_int_equal(f.n, 4);
    assert_int_equal(f.first[CS_SYNTHETIC], 2);
    assert_int_equal(f.n_numbers, 1);
    assert_true(number(&f, 0, 0) == -1 && number(&f, 1, 0) == 1);
    assert_true(number(&f, 2, 0) == 0 && number(&f, 3, 0) == (float)CS_FEATURES_FAR);
    cs_features_wipe(&f);
}

static void empty_fields_are_told_apart(void **state)
{
    struct cs_features f;
    (void)state;

    make(&f, "x,c\n1,a\n,b\n3,\n", "x,c\n2,a\n", NULL);
    assert_int_equal(f.n_numbers, 2);
    assert_true(number(&f, 0, 1) == 0 && number(&f, 1, 0) == 0 && number(&f, 1, 1) == 1);
    assert_int_equal(f.codes[1 * 2 + 0], 0);
    assert_true(f.codes[0] > 0);
    assert_int_equal(f.n_levels, 3);
    assert_int_equal(f.lookup[0], 0);
    assert_int_equal(f.lookup[1], 1);
    assert_int_equal(f.lookup[2], 2);
    assert_int_equal(f.codes[2 * 2 + 1], 2);
    cs_features_wipe(&f);
}

static void codes_keep_the_order_of_numbers(void **state)
{
    enum { ROWS = 1000 };
    char *text = calloc(ROWS * 8 + 3, 1);
    struct cs_features f;
    int at = sprintf(text, "x\n");
    (void)state;

    for (int i = 0; i < ROWS; i++)
        at += sprintf(text + at, "%d\n", i);
    make(&f, text, "x\n0\n", NULL);
    assert_in_range(f.columns[0].n_codes, 200, CS_FEATURES_CODES);
    for (size_t i = 0; i < ROWS; i++) {
        assert_true(i == 0 || f.codes[i] >= f.codes[i - 1]);
        assert_true(f.codes[i] < f.columns[0].n_codes);
    }
    assert_true(f.codes[ROWS - 1] > 200);
    cs_features_wipe(&f);
    free(text);
}

static void few_values_each_have_a_code(void **state)
{
    struct cs_features f;
    (void)state;

    make(&f, "x\n5\n5\n5\n5\n7\n5\n5\n5\n", "x\n6\n", NULL);
    assert_int_equal(f.codes[0], 1);
    assert_int_equal(f.codes[8], 2);
    assert_int_equal(f.codes[4], 3);
    cs_features_wipe(&f);
}

static void excluded_columns_and_identifiers_are_left_out(void **state)
{
    static const bool excluded[] = { false, true, false };
    char *text = calloc(20000, 1);
    int at = sprintf(text, "x,y,id\n");
    struct cs_features f;
    (void)state;

    for (unsigned i = 0; i < CS_FEATURES_CODES + 1; i++)
        at += sprintf(text + at, "%u,%u,n%u\n", i, i, i);
    make(&f, text, text, excluded);
    assert_int_equal(f.n_columns, 1);
    assert_int_equal(f.n_lookups, 0);
    assert_int_equal(f.n_numbers, 1);
    cs_features_wipe(&f);
    free(text);
}

static void one_column_is_shuffled_and_put_back(void **state)
{
    static const uint32_t rows[] = { 0, 1, 2, 3, 4, 5 };
    const struct cs_rows all = { rows, COUNT(rows) };
    struct cs_features f, copy;
    struct cs_rng rng;
    (void)state;

    make(&f, "x,c\n1,a\n2,b\n3,c\n4,d\n5,e\n6,f\n", "x,c\n1,a\n", NULL);
    cs_rng_init_labelled(&rng, 1, "tests/features");
    assert_ok(cs_features_copy(&copy, &f));
    cs_features_shuffle(&copy, 0, all, &rng);
    unsigned moved = 0, sum = 0;
    for (size_t i = 0; i < COUNT(rows); i++) {
        moved += copy.codes[2 * i] != f.codes[2 * i];
        sum += copy.codes[2 * i];
        assert_int_equal(copy.codes[2 * i + 1], f.codes[2 * i + 1]);
        assert_int_equal(copy.lookup[i], f.lookup[i]);
        /* The number goes with its code. */
        assert_true(number(&copy, i, 0) == number(&f, copy.codes[2 * i] - 1u, 0));
    }
    assert_true(moved > 2);
    assert_int_equal(sum, 1 + 2 + 3 + 4 + 5 + 6);
    cs_features_restore(&copy, &f, 0, all);
    assert_memory_equal(copy.codes, f.codes, 2 * f.n);
    assert_memory_equal(copy.numbers, f.numbers, f.n * sizeof(float));
    cs_rng_wipe(&rng);
    cs_features_wipe(&copy);
    cs_features_wipe(&f);
}

static void huge_numbers_stay_finite(void **state)
{
    struct cs_features f;
    (void)state;

    make(&f, "x\n-1.7e308\n0\n1.7e308\n", "x\n1\n", NULL);
    for (size_t i = 0; i < f.n; i++)
        assert_true(isfinite(number(&f, i, 0)));
    cs_features_wipe(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_deviations_of_the_real_rows),
        cmocka_unit_test(empty_fields_are_told_apart),
        cmocka_unit_test(codes_keep_the_order_of_numbers),
        cmocka_unit_test(few_values_each_have_a_code),
        cmocka_unit_test(excluded_columns_and_identifiers_are_left_out),
        cmocka_unit_test(one_column_is_shuffled_and_put_back),
        cmocka_unit_test(huge_numbers_stay_finite),
    };
    return CS_RUN("model/features", tests);
}
