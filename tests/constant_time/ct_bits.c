/* crypto/bits.h: "time and memory access depend on counts only". */
#include "crypto/bits.h"

#include "tests/constant_time/taint.h"

enum { N = 5, STRIDE = 8 };

int main(void)
{
    static struct cs_block rows[128 * N], columns[128 * STRIDE];

    for (unsigned width = 128; width <= cs_bits_widest(); width *= 2) {
        cs_taint_public(rows, sizeof rows);
        cs_taint_secret(columns, sizeof columns);
        cs_bits_transpose_with(rows, columns, STRIDE, N, width);
        cs_taint_expect(rows, sizeof rows);
    }
    return 0;
}
