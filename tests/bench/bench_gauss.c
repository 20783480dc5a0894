/* Draws of the discrete Gaussian a second, by scale. */
#include <stdio.h>
#include <time.h>

#include "crypto/gauss.h"

enum { DRAWS = 200000 };

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(void)
{
    static const uint64_t s2_q16[] = { 65536 / 20, 65536, 65536 * UINT64_C(1500),
                                       CS_GAUSS_S2_Q16_MAX };
    static int64_t noise[DRAWS];
    struct cs_rng rng;

    cs_rng_init_random(&rng);
    for (size_t k = 0; k < sizeof s2_q16 / sizeof *s2_q16; k++) {
        const double start = seconds();
        cs_gauss_fill_var(noise, DRAWS, s2_q16[k], &rng);
        printf("s2 %14.2f: %.2f million draws a second of CPU\n",
               (double)s2_q16[k] / 65536, DRAWS / (seconds() - start) / 1e6);
    }
    return 0;
}
