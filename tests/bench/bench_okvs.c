/* What an oblivious key-value store costs: encoding the 3 places of each of one party's
 * people, decoding one place a bin of the other's.
 *
 *     build/release/tests/bench_okvs */
#include <stdio.h>
#include <stdlib.h>

#include "crypto/okvs.h"
#include "tests/support/bench.h"

static struct cs_block *draw(size_t n, struct cs_rng *rng)
{
    struct cs_block *blocks = cs_blocks_new(n);

    if (blocks == NULL)
        abort();
    cs_rng_bytes(rng, blocks, n * sizeof *blocks);
    return blocks;
}

static void measure(size_t people, size_t width)
{
    const size_t n = 3 * people, n_query = people + people * 27 / 100;
    const size_t n_code = width * cs_okvs_rows(n);
    struct cs_rng rng;

    cs_rng_init_random(&rng);
    struct cs_block *key = draw(n, &rng), *value = draw(n * width, &rng);
    struct cs_block *code = draw(n_code, &rng), *got = draw(n_query * width, &rng);
    const double start = cs_bench_cpu_s();

    if (cs_okvs_encode(code, key, value, n, width, &rng, NULL) != CS_OK)
        abort();
    const double encoded = cs_bench_cpu_s();

    if (cs_okvs_decode(got, code, n, width, key, n_query) != CS_OK)
        abort();
    const double decoded = cs_bench_cpu_s();

    printf("%8zu keys, width %zu: encode %.3f s, decode %zu queries %.3f s of CPU; "
           "code %.1f MB, %.3f of the values\n",
           n, width, encoded - start, n_query, decoded - encoded, 16e-6 * (double)n_code,
           (double)n_code / (double)(n * width));
    cs_blocks_free(key, n);
    cs_blocks_free(value, n * width);
    cs_blocks_free(code, n_code);
    cs_blocks_free(got, n_query * width);
    cs_rng_wipe(&rng);
}

int main(void)
{
    for (size_t people = 1 << 16; people <= 1 << 20; people <<= 2)
        for (size_t width = 1; width <= 3; width++)
            measure(people, width);
    return 0;
}
