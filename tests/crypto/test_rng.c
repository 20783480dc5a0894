/* What crypto/rng.h promises, one test for each promise. */
#include "crypto/rng.h"

#include <string.h>

#include "tests/support/check.h"
#include "tests/support/uniform.h"

static void same_seed_gives_the_same_words(void **state)
{
    const uint8_t seed[CS_RNG_SEED_BYTES] = { 7 };
    struct cs_rng x, y;
    (void)state;

    cs_rng_init(&x, seed);
    cs_rng_init(&y, seed);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(cs_rng_u64(&x), cs_rng_u64(&y));
}

static void stream_does_not_depend_on_how_it_is_read(void **state)
{
    struct cs_rng x, y;
    uint8_t whole[5000], parts[5000];
    (void)state;

    cs_rng_init_labelled(&x, 1, "read");
    cs_rng_init_labelled(&y, 1, "read");
    cs_rng_bytes(&x, whole, sizeof whole);
    for (size_t at = 0, step = 1; at < sizeof parts;
         at += step, step = step * 3 % 701 + 1) {
        if (step > sizeof parts - at)
            step = sizeof parts - at;
        cs_rng_bytes(&y, parts + at, step);
    }
    assert_memory_equal(whole, parts, sizeof whole);
}

static void labels_and_numbers_give_different_streams(void **state)
{
    struct cs_rng x, y, z;
    (void)state;

    cs_rng_init_labelled(&x, 1, "fit");
    cs_rng_init_labelled(&y, 1, "sample");
    cs_rng_init_labelled(&z, 2, "fit");
    const uint64_t first = cs_rng_u64(&x);
    assert_int_not_equal(first, cs_rng_u64(&y));
    assert_int_not_equal(first, cs_rng_u64(&z));
}

static void random_generators_differ(void **state)
{
    struct cs_rng x, y;
    (void)state;

    cs_rng_init_random(&x);
    cs_rng_init_random(&y);
    assert_int_not_equal(cs_rng_u64(&x), cs_rng_u64(&y));
}

/* The controls: places that are always alike, and values that come equally often. */
static void a_stream_is_uniform_and_neither_uneven_nor_too_even(void **state)
{
    static uint8_t bytes[8 * 256 * 64];
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 4, "uniform");
    cs_rng_bytes(&rng, bytes, sizeof bytes);
    assert_true(cs_bytes_are_uniform(bytes, sizeof bytes));
    for (size_t i = 0; i < sizeof bytes; i += 8)
        bytes[i] &= 0xfe;
    assert_false(cs_bytes_are_uniform(bytes, sizeof bytes));
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i / 8);
    assert_false(cs_bytes_are_uniform(bytes, sizeof bytes));
}

/* Chi-square over 6 values, 5 degrees of freedom: 25.7 is passed once in 10^4 runs, and
 * the seed is fixed. A modulo without rejection over 3 * 2^30 values would fail. */
static void below_is_uniform(void **state)
{
    enum { N = 60000 };
    const uint32_t large = UINT32_C(3) << 30;
    struct cs_rng rng;
    double count[6] = { 0 }, thirds[3] = { 0 }, chi = 0;
    (void)state;

    cs_rng_init_labelled(&rng, 3, "below");
    for (int i = 0; i < N; i++) {
        count[cs_rng_below(&rng, 6)]++;
        thirds[cs_rng_below(&rng, large) >> 30]++;
    }
    for (int k = 0; k < 6; k++)
        chi += (count[k] - N / 6.0) * (count[k] - N / 6.0) / (N / 6.0);
    for (int k = 0; k < 3; k++)
        chi += (thirds[k] - N / 3.0) * (thirds[k] - N / 3.0) / (N / 3.0);
    assert_true(chi < 30);
    assert_int_equal(cs_rng_below(&rng, 1), 0);
}

static void unit_stays_below_one(void **state)
{
    struct cs_rng rng;
    double sum = 0;
    (void)state;

    cs_rng_init_labelled(&rng, 4, "unit");
    for (int i = 0; i < 10000; i++) {
        const double u = cs_rng_unit(&rng);
        assert_true(u >= 0 && u < 1);
        sum += u;
    }
    assert_true(sum > 4850 && sum < 5150);
}

static void wipe_leaves_zeros(void **state)
{
    static const struct cs_rng zero;
    struct cs_rng rng;
    (void)state;

    cs_rng_init_random(&rng);
    cs_rng_wipe(&rng);
    assert_memory_equal(&rng, &zero, sizeof rng);
}

static void a_child_follows_from_its_parent_and_moves_it_on(void **state)
{
    struct cs_rng parent, same, first, second, again;
    (void)state;

    cs_rng_init_labelled(&parent, 6, "child");
    cs_rng_init_labelled(&same, 6, "child");
    cs_rng_init_child(&first, &parent);
    cs_rng_init_child(&second, &parent);
    cs_rng_init_child(&again, &same);
    const uint64_t word = cs_rng_u64(&first);
    assert_int_equal(word, cs_rng_u64(&again));
    assert_int_not_equal(word, cs_rng_u64(&second));
    assert_int_not_equal(word, cs_rng_u64(&parent));
}

static void below_zero_stops_the_program(void **state)
{
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 5, "stop");
    assert_stops(cs_rng_below(&rng, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_gives_the_same_words),
        cmocka_unit_test(stream_does_not_depend_on_how_it_is_read),
        cmocka_unit_test(labels_and_numbers_give_different_streams),
        cmocka_unit_test(random_generators_differ),
        cmocka_unit_test(a_child_follows_from_its_parent_and_moves_it_on),
        cmocka_unit_test(a_stream_is_uniform_and_neither_uneven_nor_too_even),
        cmocka_unit_test(below_is_uniform),
        cmocka_unit_test(unit_stays_below_one),
        cmocka_unit_test(wipe_leaves_zeros),
        cmocka_unit_test(below_zero_stops_the_program),
    };
    return CS_RUN("crypto/rng", tests);
}
