/* What model/extremes.h promises, one test for each promise. */
#include "model/extremes.h"

#include <stdlib.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

static int by_value(const void *x, const void *y)
{
    const double a = *(const double *)x, b = *(const double *)y;

    return (a > b) - (a < b);
}

static void bounds_are_the_twentieth_of_either_end_in_any_order(void **state)
{
    static const uint8_t seed[CS_RNG_SEED_BYTES] = { 5 };
    double value[137];
    struct cs_rng rng;
    (void)state;

    cs_rng_init(&rng, seed);
    for (size_t n = CS_RARE; n <= COUNT(value); n++) {
        struct cs_extremes extremes = { .n = 0 };

        for (size_t k = 0; k < n; k++) {
            value[k] = (double)(cs_rng_u64(&rng) % 50) - 25;
            cs_extremes_add(&extremes, value[k]);
        }
        qsort(value, n, sizeof *value, by_value);
        assert_true(cs_extremes_low(&extremes) == value[CS_RARE - 1]);
        assert_true(cs_extremes_high(&extremes) == value[n - CS_RARE]);
    }
    cs_rng_wipe(&rng);
}

static void nineteen_rows_move_no_bound(void **state)
{
    struct cs_extremes extremes = { .n = 0 };
    (void)state;

    for (int k = 0; k < 100; k++)
        cs_extremes_add(&extremes, k % 2);
    for (int k = 0; k < CS_RARE - 1; k++) {
        cs_extremes_add(&extremes, 1e9 + k);
        cs_extremes_add(&extremes, -1e9 - k);
    }
    assert_true(cs_extremes_low(&extremes) == 0 && cs_extremes_high(&extremes) == 1);
    cs_extremes_add(&extremes, 1e6);
    assert_true(cs_extremes_high(&extremes) == 1e6);
}

static void fewer_numbers_have_no_bounds(void **state)
{
    struct cs_extremes extremes = { .n = 0 };
    (void)state;

    for (int k = 0; k < CS_RARE - 1; k++)
        cs_extremes_add(&extremes, k);
    assert_stops(cs_extremes_low(&extremes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_are_the_twentieth_of_either_end_in_any_order),
        cmocka_unit_test(nineteen_rows_move_no_bound),
        cmocka_unit_test(fewer_numbers_have_no_bounds),
    };
    return CS_RUN("extremes", tests);
}
