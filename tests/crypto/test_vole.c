/* What crypto/vole.h promises, one test for each promise. */
#include "crypto/vole.h"

#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

enum { N = 3, STRIDE = 4, FIRST = 10, DEPTH = 4, Q = 1 << DEPTH };

static void set_up(struct cs_aes *aes, struct cs_block seed[static Q], uint64_t number)
{
    static const uint8_t key[16] = "example of vole.";
    struct cs_rng rng;

    cs_aes_init(aes, key);
    cs_rng_init_labelled(&rng, number, "vole");
    cs_rng_bytes(&rng, seed, Q * sizeof *seed);
}

static void without_seed_delta_w_is_v_plus_u_delta(void **state)
{
    struct cs_aes aes;
    struct cs_block seed[Q], known[Q], u[N], rest[N];
    struct cs_block v[DEPTH * STRIDE], w[DEPTH * STRIDE];
    (void)state;

    set_up(&aes, seed, 2);
    for (unsigned depth = 1; depth <= DEPTH; depth++)
        for (uint64_t delta = 0; delta < (uint64_t)1 << depth; delta++) {
            memcpy(known, seed, sizeof known);
            known[delta] = (struct cs_block){ 0, 0 }; /* rubbish */
            cs_vole_shift(known, depth, delta);
            cs_aes_stream_sums(&aes, u, v, STRIDE, seed, depth, FIRST, N);
            cs_aes_stream_sums(&aes, rest, w, STRIDE, known, depth, FIRST, N);
            for (unsigned b = 0; b < depth; b++) {
                if (delta >> b & 1)
                    cs_blocks_xor(v + b * STRIDE, u, N);
                assert_memory_equal(v + b * STRIDE, w + b * STRIDE, N * sizeof *v);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_seed_delta_w_is_v_plus_u_delta),
    };
    return CS_RUN("crypto/vole", tests);
}
