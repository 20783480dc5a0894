/* What cuckoo hashing costs: one party, one core.
 *
 *     build/release/tests/bench_cuckoo
 */
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "crypto/cuckoo.h"
#include "crypto/rng.h"
#include "tests/support/bench.h"

static void measure(size_t n)
{
    const size_t n_bins = cs_cuckoo_bins(n);
    struct cs_block *const element = cs_blocks_new(n);
    uint32_t *const owner = calloc(n_bins, sizeof *owner);
    uint32_t place[CS_CUCKOO_PLACES], sum = 0;
    struct cs_rng rng;

    if (element == NULL || owner == NULL)
        abort();
    cs_rng_init_labelled(&rng, n, "bench cuckoo");
    cs_rng_bytes(&rng, element, n * sizeof *element);
    const double start = cs_bench_cpu_s();
    if (cs_cuckoo_place_var(owner, element, n, n_bins) != CS_OK)
        abort();
    const double placed = cs_bench_cpu_s();
    for (size_t i = 0; i < n; i++) {
        cs_cuckoo_places(place, element[i], n_bins);
        sum += place[0] ^ place[1] ^ place[2];
    }
    const double simple = cs_bench_cpu_s();
    printf("%8zu elements, %8zu bins: placed in %6.1f ms (%3.0f ns each); places alone "
           "%5.2f ms (check %08x)\n",
           n, n_bins, 1e3 * (placed - start), 1e9 * (placed - start) / (double)n,
           1e3 * (simple - placed), sum);
    free(owner);
    cs_blocks_free(element, n);
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    for (size_t log_n = 10; log_n <= 22; log_n += 2)
        measure((size_t)1 << log_n);
    return 0;
}
