/* What crypto/block.h promises, one test for each promise; lengths are such that wide and
 * narrow vectors both have their turn. */
#include "crypto/block.h"

#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

enum { N = 9 };

static void draw(struct cs_block *blocks, uint64_t number)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, number, "block");
    cs_rng_bytes(&rng, blocks, N * sizeof *blocks);
}

static void new_blocks_are_zero_and_aligned(void **state)
{
    (void)state;

    for (size_t n = 0; n < N; n++) {
        static const struct cs_block zero[N];
        struct cs_block *blocks = cs_blocks_new(n);

        assert_non_null(blocks);
        assert_int_equal((uintptr_t)blocks % 64, 0);
        assert_memory_equal(blocks, zero, n * sizeof *blocks);
        cs_blocks_free(blocks, n);
    }
    cs_blocks_free(NULL, 3);
}

static void more_than_there_can_be_is_null(void **state)
{
    (void)state;
    assert_null(cs_blocks_new(SIZE_MAX / sizeof(struct cs_block)));
    assert_null(cs_blocks_new(SIZE_MAX));
}

static void xor_is_bit_by_bit_for_every_length(void **state)
{
    (void)state;

    for (size_t n = 0; n <= N; n++) {
        struct cs_block x[N], y[N], before[N];

        draw(x, 1);
        draw(y, 2);
        memcpy(before, x, sizeof x);
        cs_blocks_xor(x, y, n);
        for (size_t i = 0; i < N; i++) {
            assert_int_equal(x[i].lo, before[i].lo ^ (i < n ? y[i].lo : 0));
            assert_int_equal(x[i].hi, before[i].hi ^ (i < n ? y[i].hi : 0));
        }
    }
}

static void masked_xor_is_all_or_nothing_for_every_length(void **state)
{
    (void)state;

    for (size_t n = 0; n <= N; n++) {
        struct cs_block x[N], y[N], sum[N], before[N];

        draw(x, 1);
        draw(y, 2);
        memcpy(before, x, sizeof x);
        memcpy(sum, x, sizeof x);
        cs_blocks_xor(sum, y, n);
        cs_blocks_xor_masked(x, y, 0, n);
        assert_memory_equal(x, before, sizeof x);
        cs_blocks_xor_masked(x, y, UINT64_MAX, n);
        assert_memory_equal(x, sum, sizeof x);
    }
}

static void masked_sum_is_word_by_word_for_every_length(void **state)
{
    (void)state;

    for (size_t n = 0; n <= N; n++) {
        struct cs_block x[N], mask[N], to;
        uint32_t sum[4];

        draw(x, 3);
        draw(mask, 4);
        to = x[0];
        memcpy(sum, &to, sizeof sum);
        for (size_t i = 0; i < n; i++)
            for (size_t word = 0; word < 4; word++)
                sum[word] += ((uint32_t *)&x[i])[word] & ((uint32_t *)&mask[i])[word];
        cs_blocks_add_masked(&to, x, mask, n);
        assert_memory_equal(&to, sum, sizeof sum);
    }
}

static void equal_masks_are_all_or_nothing(void **state)
{
    const uint64_t value[] = { 0, 1, 2, UINT64_C(1) << 63, UINT64_MAX };
    (void)state;

    for (size_t i = 0; i < COUNT(value); i++)
        for (size_t j = 0; j < COUNT(value); j++)
            assert_int_equal(cs_mask_equal(value[i], value[j]), i == j ? UINT64_MAX : 0);
}

static void bits_are_numbered_from_the_lowest(void **state)
{
    const struct cs_block x = { UINT64_C(1) << 63, 2 };
    (void)state;

    for (unsigned i = 0; i < 128; i++)
        assert_int_equal(cs_block_bit(x, i), i == 63 || i == 65);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_blocks_are_zero_and_aligned),
        cmocka_unit_test(more_than_there_can_be_is_null),
        cmocka_unit_test(xor_is_bit_by_bit_for_every_length),
        cmocka_unit_test(masked_xor_is_all_or_nothing_for_every_length),
        cmocka_unit_test(masked_sum_is_word_by_word_for_every_length),
        cmocka_unit_test(equal_masks_are_all_or_nothing),
        cmocka_unit_test(bits_are_numbered_from_the_lowest),
    };
    return CS_RUN("crypto/block", tests);
}
