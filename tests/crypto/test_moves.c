/* What crypto/moves.h promises, one test for each promise. The twin goes word by word. */
#include "crypto/moves.h"

#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

enum { BITS_MAX = 7, BLOCKS_MAX = 1 << (BITS_MAX - 2), ROWS = CS_MOVES_ROWS, SEEDS = 16 };

static struct cs_block seed[SEEDS * ROWS], sum[BLOCKS_MAX * ROWS];
static struct cs_block moved[BLOCKS_MAX * ROWS], before[BLOCKS_MAX * ROWS];

static size_t n_blocks_of(unsigned n_bits)
{
    return n_bits < 2 ? 1 : (size_t)1 << (n_bits - 2);
}

static uint32_t word_of(const struct cs_block *x, size_t place, size_t row, size_t n_rows)
{
    uint32_t word[4];

    memcpy(word, &x[place / 4 * n_rows + row], sizeof word);
    return word[place % 4];
}

static void check_sums(const struct cs_aes *aes, unsigned n_bits, unsigned r,
                       unsigned shift, size_t n_rows)
{
    const size_t n_blocks = n_blocks_of(n_bits), W = (size_t)1 << n_bits;

    for (size_t row = 0; row < n_rows; row++) {
        uint32_t want[1 << BITS_MAX] = { 0 }, want_moved[1 << BITS_MAX] = { 0 };

        for (size_t k = 0; k < (size_t)1 << r; k++) {
            struct cs_block stream[BLOCKS_MAX];

            cs_aes_stream(aes, stream, seed[k * n_rows + row], 0, n_blocks);
            for (size_t j = 0; j < W; j++) {
                want[j] += word_of(stream, j, 0, 1);
                want_moved[j] += word_of(stream, j ^ k << shift, 0, 1);
            }
        }
        for (size_t j = 0; j < W; j++) {
            assert_int_equal(word_of(sum, j, row, n_rows), want[j]);
            assert_int_equal(word_of(moved, j, row, n_rows), want_moved[j]);
        }
    }
}

static void streams_are_added_up_as_they_are_and_moved(void **state)
{
    static const size_t n_rows[] = { 1, 7, ROWS };
    struct cs_aes aes;
    struct cs_rng rng;
    (void)state;

    cs_aes_init(&aes, (const uint8_t *)"moves, the tests");
    cs_rng_init_labelled(&rng, 1, "moves");
    cs_rng_bytes(&rng, seed, sizeof seed);
    for (unsigned n_bits = 1; n_bits <= BITS_MAX; n_bits++)
        for (unsigned r = 1; r <= 4 && r <= n_bits; r++)
            for (unsigned shift = 0; shift + r <= n_bits; shift++) {
                const size_t n = n_rows[(n_bits + r + shift) % COUNT(n_rows)];

                cs_moves_accumulate(&aes, sum, moved, seed, (size_t)1 << r, shift,
                                    n_blocks_of(n_bits), n);
                check_sums(&aes, n_bits, r, shift, n);
            }
}

static void a_digit_moves_the_words_of_its_row_alone(void **state)
{
    uint32_t digit[ROWS];
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 2, "moves");
    for (unsigned n_bits = 1; n_bits <= BITS_MAX; n_bits++)
        for (unsigned r = 1; r <= 4 && r <= n_bits; r++)
            for (unsigned shift = 0; shift + r <= n_bits; shift++) {
                cs_rng_bytes(&rng, before, sizeof before);
                memcpy(moved, before, sizeof before);
                for (size_t row = 0; row < ROWS; row++)
                    digit[row] = cs_rng_below(&rng, 1u << r);
                cs_moves_by_digit(moved, digit, r, shift, n_blocks_of(n_bits), ROWS);
                for (size_t row = 0; row < ROWS; row++)
                    for (size_t j = 0; j < (size_t)1 << n_bits; j++)
                        assert_int_equal(
                            word_of(moved, j ^ digit[row] << shift, row, ROWS),
                            word_of(before, j, row, ROWS));
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_are_added_up_as_they_are_and_moved),
        cmocka_unit_test(a_digit_moves_the_words_of_its_row_alone),
    };
    return CS_RUN("crypto/moves", tests);
}
