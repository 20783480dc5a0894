#include "model/folds.h"

#include <string.h>

#include "tests/support/check.h"

enum { ROWS = 100, CLASSES = 3 };

static struct cs_rng rng_of(uint64_t seed)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, seed, "tests/folds");
    return rng;
}

/* 70, 23 and 7 of them; rows are ten times their number. */
static void make(struct cs_folds *folds, uint64_t seed)
{
    uint32_t rows[ROWS], class_of[ROWS];
    struct cs_rng rng = rng_of(seed);

    for (uint32_t i = 0; i < ROWS; i++) {
        rows[i] = 10 * i;
        class_of[i] = i < 70 ? 0 : i < 93 ? 1 : 2;
    }
    assert_ok(
        cs_folds_make(folds, (struct cs_rows){ rows, ROWS }, class_of, CLASSES, &rng));
}

static size_t class_of_row(uint32_t row)
{
    return row < 700 ? 0 : row < 930 ? 1 : 2;
}

static void every_row_is_in_just_one_part(void **state)
{
    unsigned seen[10 * ROWS] = { 0 };
    struct cs_folds folds;
    (void)state;

    make(&folds, 1);
    for (size_t p = 0; p < CS_FOLDS; p++)
        for (size_t i = 0; i < cs_folds_part(&folds, p).n; i++)
            seen[cs_folds_part(&folds, p).at[i]]++;
    for (size_t row = 0; row < 10 * ROWS; row++)
        assert_int_equal(seen[row], row % 10 == 0);
    cs_folds_wipe(&folds);
}

static void part_and_rest_are_all_rows(void **state)
{
    struct cs_folds folds;
    (void)state;

    make(&folds, 1);
    for (size_t p = 0; p < CS_FOLDS; p++) {
        const struct cs_rows part = cs_folds_part(&folds, p);
        const struct cs_rows rest = cs_folds_rest(&folds, p);
        unsigned seen[10 * ROWS] = { 0 };

        assert_int_equal(part.n + rest.n, ROWS);
        for (size_t i = 0; i < part.n; i++)
            seen[part.at[i]]++;
        for (size_t i = 0; i < rest.n; i++)
            seen[rest.at[i]]++;
        for (size_t row = 0; row < 10 * ROWS; row += 10)
            assert_int_equal(seen[row], 1);
    }
    cs_folds_wipe(&folds);
}

static void parts_have_as_many_rows_of_each_class(void **state)
{
    struct cs_folds folds;
    (void)state;

    make(&folds, 1);
    for (size_t p = 0; p < CS_FOLDS; p++) {
        static const size_t least[CLASSES] = { 23, 7, 2 };
        const struct cs_rows part = cs_folds_part(&folds, p);
        size_t count[CLASSES] = { 0 };

        assert_in_range(part.n, ROWS / CS_FOLDS, ROWS / CS_FOLDS + 1);
        for (size_t i = 0; i < part.n; i++)
            count[class_of_row(part.at[i])]++;
        for (size_t c = 0; c < CLASSES; c++)
            assert_in_range(count[c], least[c], least[c] + 1);
    }
    cs_folds_wipe(&folds);
}

static void the_seed_alone_decides(void **state)
{
    struct cs_folds one, same, other;
    (void)state;

    make(&one, 1);
    make(&same, 1);
    make(&other, 2);
    assert_memory_equal(one.rows, same.rows, ROWS * sizeof *one.rows);
    assert_memory_not_equal(one.rows, other.rows, ROWS * sizeof *one.rows);
    cs_folds_wipe(&one);
    cs_folds_wipe(&same);
    cs_folds_wipe(&other);
}

static void no_rows_are_empty_parts(void **state)
{
    struct cs_rng rng = rng_of(1);
    struct cs_folds folds;
    (void)state;

    assert_ok(cs_folds_make(&folds, (struct cs_rows){ NULL, 0 }, NULL, 0, &rng));
    assert_int_equal(cs_folds_part(&folds, 2).n, 0);
    assert_int_equal(cs_folds_rest(&folds, 2).n, 0);
    cs_folds_wipe(&folds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_in_just_one_part),
        cmocka_unit_test(part_and_rest_are_all_rows),
        cmocka_unit_test(parts_have_as_many_rows_of_each_class),
        cmocka_unit_test(the_seed_alone_decides),
        cmocka_unit_test(no_rows_are_empty_parts),
    };
    return CS_RUN("model/folds", tests);
}
