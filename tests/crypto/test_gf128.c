/* What crypto/gf128.h promises, against multiplication a bit at a time. */
#include "crypto/gf128.h"

#include "crypto/rng.h"
#include "tests/support/check.h"

enum { N = 40 };

static struct cs_block times_x(struct cs_block a)
{
    const uint64_t out = a.hi >> 63;

    return (struct cs_block){ a.lo << 1 ^ (0x87 & (0 - out)), a.hi << 1 | a.lo >> 63 };
}

static struct cs_block slow_mul(struct cs_block a, struct cs_block b)
{
    struct cs_block product = { 0, 0 };

    for (unsigned i = 0; i < 128; i++) {
        product = cs_block_xor(product, cs_block_and(a, 0 - cs_block_bit(b, i)));
        a = times_x(a);
    }
    return product;
}

static struct cs_block mul(struct cs_block a, struct cs_block b)
{
    return cs_gf128_dot(&a, &b, 1);
}

static void assert_block(struct cs_block x, struct cs_block y)
{
    assert_memory_equal(&x, &y, sizeof x);
}

static void draw(struct cs_block *blocks, size_t n, uint64_t number)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, number, "gf128");
    cs_rng_bytes(&rng, blocks, n * sizeof *blocks);
}

static void dot_is_its_twin(void **state)
{
    struct cs_block a[N], b[N], sum = { 0, 0 };
    (void)state;

    draw(a, N, 1);
    draw(b, N, 2);
    for (size_t n = 0; n < N; n++) {
        assert_block(cs_gf128_dot(a, b, n), sum);
        sum = cs_block_xor(sum, slow_mul(a[n], b[n]));
    }
}

/* Each single bit times each: every way a product can be reduced. */
static void every_pair_of_powers_multiplies(void **state)
{
    struct cs_block x = { 1, 0 };
    (void)state;

    for (unsigned i = 0; i < 128; i++, x = times_x(x)) {
        struct cs_block y = { 1, 0 };

        for (unsigned j = 0; j < 128; j++, y = times_x(y))
            assert_block(mul(x, y), slow_mul(x, y));
    }
}

static void it_is_a_field(void **state)
{
    struct cs_block x[3], power;
    (void)state;

    draw(x, 3, 3);
    assert_block(mul(mul(x[0], x[1]), x[2]), mul(x[0], mul(x[1], x[2])));
    power = x[0];
    for (unsigned i = 0; i < 128; i++) /* x^(2^128) = x */
        power = mul(power, power);
    assert_block(power, x[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dot_is_its_twin),
        cmocka_unit_test(every_pair_of_powers_multiplies),
        cmocka_unit_test(it_is_a_field),
    };
    return CS_RUN("crypto/gf128", tests);
}
