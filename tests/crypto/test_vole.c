/* What crypto/vole.h promises, one test for each promise. */
#include "crypto/vole.h"

#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

enum { N = 3, STRIDE = 4, FIRST = 10, Q = 1 << CS_VOLE_DEPTH };

static void set_up(struct cs_aes *aes, struct cs_block seed[static Q], uint64_t number)
{
    static const uint8_t key[16] = "example of vole.";
    struct cs_rng rng;

    cs_aes_init(aes, key);
    cs_rng_init_labelled(&rng, number, "vole");
    cs_rng_bytes(&rng, seed, Q * sizeof *seed);
}

static void columns_are_sums_of_streams_by_their_bits(void **state)
{
    struct cs_aes aes;
    struct cs_block seed[Q], column[CS_VOLE_DEPTH * STRIDE], sum[CS_VOLE_DEPTH + 1][N];
    (void)state;

    set_up(&aes, seed, 1);
    for (unsigned depth = 1; depth <= CS_VOLE_DEPTH; depth++) {
        struct cs_block v[CS_VOLE_DEPTH][N] = { 0 }, u[N] = { 0 }, r[N];

        for (size_t x = 0; x < (size_t)1 << depth; x++) {
            cs_aes_stream(&aes, r, seed[x], FIRST, N);
            cs_blocks_xor(u, r, N);
            for (unsigned b = 0; b < depth; b++)
                if (x >> b & 1)
                    cs_blocks_xor(v[b], r, N);
        }
        cs_vole_expand(&aes, column, STRIDE, sum[0], seed, depth, FIRST, N);
        assert_memory_equal(sum[depth], u, sizeof u);
        for (unsigned b = 0; b < depth; b++)
            assert_memory_equal(column + b * STRIDE, v[b], sizeof v[b]);
    }
}

static void without_seed_delta_w_is_v_plus_u_delta(void **state)
{
    struct cs_aes aes;
    struct cs_block seed[Q], known[Q], u[CS_VOLE_DEPTH + 1][N],
        rest[CS_VOLE_DEPTH + 1][N];
    struct cs_block v[CS_VOLE_DEPTH * STRIDE], w[CS_VOLE_DEPTH * STRIDE];
    (void)state;

    set_up(&aes, seed, 2);
    for (unsigned depth = 1; depth <= 4; depth++)
        for (uint64_t delta = 0; delta < (uint64_t)1 << depth; delta++) {
            memcpy(known, seed, sizeof known);
            known[delta] = (struct cs_block){ 0, 0 }; /* rubbish */
            cs_vole_shift(known, depth, delta);
            cs_vole_expand(&aes, v, STRIDE, u[0], seed, depth, FIRST, N);
            cs_vole_expand(&aes, w, STRIDE, rest[0], known, depth, FIRST, N);
            for (unsigned b = 0; b < depth; b++) {
                if (delta >> b & 1)
                    cs_blocks_xor(v + b * STRIDE, u[depth], N);
                assert_memory_equal(v + b * STRIDE, w + b * STRIDE, N * sizeof *v);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_sums_of_streams_by_their_bits),
        cmocka_unit_test(without_seed_delta_w_is_v_plus_u_delta),
    };
    return CS_RUN("crypto/vole", tests);
}
