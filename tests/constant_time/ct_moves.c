/* crypto/moves.h: "words, seeds and digits are secret: time and memory access depend on
 * counts and shift alone". */
#include "crypto/moves.h"

#include "tests/constant_time/taint.h"

enum { BITS = 5, BLOCKS = 1 << (BITS - 2), DIGIT_BITS = 3, ROWS = 7 };

int main(void)
{
    static struct cs_block seed[ROWS << DIGIT_BITS], sum[BLOCKS * ROWS],
        moved[BLOCKS * ROWS];
    uint32_t digit[ROWS] = { 0 };
    struct cs_aes aes;

    cs_aes_init(&aes, (const uint8_t *)"moves, the tests");
    cs_taint_secret(seed, sizeof seed);
    cs_taint_secret(digit, sizeof digit);
    for (unsigned shift = 0; shift + DIGIT_BITS <= BITS; shift++) {
        cs_moves_accumulate(&aes, sum, moved, seed, 1 << DIGIT_BITS, shift, BLOCKS, ROWS);
        cs_taint_expect(sum, sizeof sum);
        cs_taint_expect(moved, sizeof moved);
        cs_moves_by_digit(sum, digit, DIGIT_BITS, shift, BLOCKS, ROWS);
        cs_taint_expect(sum, sizeof sum);
    }
    return 0;
}
