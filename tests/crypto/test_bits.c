/* What crypto/bits.h promises: the transpose, against one bit at a time. */
#include "crypto/bits.h"

#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

enum { BLOCKS = 3, STRIDE = 5 };

static void bit_c_of_row_r_is_bit_r_of_column_c(void **state)
{
    static struct cs_block columns[128 * STRIDE], rows[128 * BLOCKS];
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "bits");
    cs_rng_bytes(&rng, columns, sizeof columns);
    for (unsigned width = 128; width <= cs_bits_widest(); width *= 2) {
        memset(rows, 0, sizeof rows);
        cs_bits_transpose_with(rows, columns, STRIDE, BLOCKS, width);
        for (unsigned c = 0; c < 128; c++)
            for (unsigned r = 0; r < 128 * BLOCKS; r++)
                assert_int_equal(cs_block_bit(rows[r], c),
                                 cs_block_bit(columns[c * STRIDE + r / 128], r % 128));
    }
}

static void no_blocks_write_nothing(void **state)
{
    struct cs_block rows = { 1, 2 };
    (void)state;

    cs_bits_transpose(&rows, NULL, 0, 0);
    assert_int_equal(rows.lo, 1);
    assert_int_equal(rows.hi, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bit_c_of_row_r_is_bit_r_of_column_c),
        cmocka_unit_test(no_blocks_write_nothing),
    };
    return CS_RUN("crypto/bits", tests);
}
