/* What crypto/share.h promises, one test for each promise. */
#include "crypto/share.h"

#include "tests/support/check.h"

#define TOP (UINT64_C(1) << 63)
static const uint64_t edges[] = { 0,   1,       2,       UINT32_MAX, UINT64_C(1) << 32,
                                  TOP, TOP - 1, TOP + 1, UINT64_MAX, UINT64_MAX - 1 };

static void join_undoes_split(void **state)
{
    struct cs_rng rng;
    uint64_t x[COUNT(edges)], x0[COUNT(edges)], x1[COUNT(edges)];
    (void)state;

    cs_rng_init_random(&rng);
    cs_share_split64(x0, x1, edges, COUNT(edges), &rng);
    cs_share_join64(x, x0, x1, COUNT(edges));
    assert_memory_equal(x, edges, sizeof edges);
}

/* Secrecy: x0 is a function of the randomness alone; then x1 = x - x0 is uniform too. */
static void first_share_does_not_depend_on_the_secret(void **state)
{
    static const uint64_t zero[COUNT(edges)];
    struct cs_rng one, other;
    uint64_t x0[COUNT(edges)], y0[COUNT(edges)], x1[COUNT(edges)];
    (void)state;

    cs_rng_init_labelled(&one, 2, "share");
    cs_rng_init_labelled(&other, 2, "share");
    cs_share_split64(x0, x1, edges, COUNT(edges), &one);
    cs_share_split64(y0, x1, zero, COUNT(edges), &other);
    assert_memory_equal(x0, y0, sizeof x0);
}

static void short_words_wrap_around(void **state)
{
    const uint32_t x0[] = { UINT32_MAX, 5, UINT32_C(1) << 31 };
    const uint32_t x1[] = { 2, UINT32_MAX - 4, UINT32_C(1) << 31 };
    uint32_t x[3];
    (void)state;

    cs_share_join32(x, x0, x1, 3);
    assert_int_equal(x[0], 1);
    assert_int_equal(x[1], 0);
    assert_int_equal(x[2], 0);
}

static void both_shares_in_one_array_stop_the_program(void **state)
{
    struct cs_rng rng;
    uint64_t x = 1;
    (void)state;

    cs_rng_init_labelled(&rng, 3, "share");
    assert_stops(cs_share_split64(&x, &x, &x, 1, &rng));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(join_undoes_split),
        cmocka_unit_test(first_share_does_not_depend_on_the_secret),
        cmocka_unit_test(short_words_wrap_around),
        cmocka_unit_test(both_shares_in_one_array_stop_the_program),
    };
    return CS_RUN("crypto/share", tests);
}
