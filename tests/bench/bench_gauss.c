/* Draws of the discrete Gaussian a second: exact, by scale, and fast. */
#include <stdio.h>

#include "crypto/gauss.h"
#include "crypto/gauss_fast.h"
#include "tests/support/bench.h"

enum { DRAWS = 200000 };

static void exact(struct cs_rng *rng)
{
    static const uint64_t s2_q16[] = { 65536 / 20, 65536, 65536 * UINT64_C(1500),
                                       CS_GAUSS_S2_Q16_MAX };
    static int64_t noise[DRAWS];

    for (size_t k = 0; k < sizeof s2_q16 / sizeof *s2_q16; k++) {
        const double start = cs_bench_cpu_s();
        cs_gauss_fill_var(noise, DRAWS, s2_q16[k], rng);
        printf("s2 %14.2f: %.2f million draws a second of CPU\n",
               (double)s2_q16[k] / 65536, DRAWS / (cs_bench_cpu_s() - start) / 1e6);
    }
}

static void fast(struct cs_rng *rng)
{
    static struct cs_gauss_fast gauss;
    static int32_t noise[DRAWS];
    double start = cs_bench_cpu_s();

    cs_gauss_fast_init(&gauss);
    printf("fast: table in %.0f microseconds, ", 1e6 * (cs_bench_cpu_s() - start));
    start = cs_bench_cpu_s();
    for (int t = 0; t < 20; t++)
        cs_gauss_fast_fill(&gauss, noise, DRAWS, rng);
    printf("%.1f million draws a second of CPU\n",
           20 * DRAWS / (cs_bench_cpu_s() - start) / 1e6);
}

int main(void)
{
    struct cs_rng rng;

    cs_rng_init_random(&rng);
    exact(&rng);
    fast(&rng);
    cs_rng_wipe(&rng);
    return 0;
}
