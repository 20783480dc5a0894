/* What noise that neither party knows costs: both parties on two threads over memory.
 *
 *     build/release/tests/bench_joint_noise
 *
 * For each standard deviation: bits of a draw; cells a second of wall time, and of either
 * party's processor time; bytes a cell; beside those the same cells with noise of each
 * party's own (crypto/gauss.h). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "crypto/aes.h"
#include "crypto/gauss.h"
#include "protocol/joint_noise.h"
#include "tests/support/bench.h"

enum { CELLS = 20000, K = 4 };

static enum cs_status draw(struct cs_bench_hand *hand, void *arg)
{
    struct cs_joint_noise *part = arg;

    return hand->role == 0
               ? cs_joint_noise_send(part, 1, hand->sender, &hand->rng, hand->peer)
               : cs_joint_noise_recv(part, 1, hand->receiver, &hand->rng, hand->peer);
}

static double seconds_of_own_noise(uint64_t s2_q16)
{
    static int64_t noise[CELLS];
    struct cs_rng rng;

    cs_rng_init_random(&rng);
    const double start = cs_bench_cpu_s();
    cs_gauss_fill_var(noise, CELLS, s2_q16, &rng);
    return cs_bench_cpu_s() - start;
}

static void measure(double deviation)
{
    const uint64_t s2_q16 = (uint64_t)(deviation * deviation * 65536);
    struct cs_joint_noise part[2];
    struct cs_bench_lap lap[2];
    struct cs_binomial binomial;

    cs_binomial_choose(&binomial, s2_q16);
    for (int p = 0; p < 2; p++) {
        part[p] = (struct cs_joint_noise){ binomial, NULL, CELLS };
        part[p].share = calloc(CELLS, sizeof(uint32_t));
        if (part[p].share == NULL)
            abort();
    }
    cs_bench_duet(lap, draw, (void *[]){ &part[0], &part[1] }, K);
    const double bytes =
        (double)(lap[1].traffic.sent_bytes + lap[1].traffic.received_bytes);
    printf("%6.0f %4zu bits %6.0f k cells/s; a core: sender %4.0f, receiver %4.0f, own "
           "noise %5.0f  %5.0f bytes  %llu rounds\n",
           deviation, cs_binomial_bits(&binomial), 1e-3 * CELLS / lap[1].wall_s,
           1e-3 * CELLS / lap[0].cpu_s, 1e-3 * CELLS / lap[1].cpu_s,
           1e-3 * CELLS / seconds_of_own_noise(s2_q16), bytes / CELLS,
           (unsigned long long)lap[1].traffic.rounds);
    free(part[0].share);
    free(part[1].share);
}

int main(void)
{
    static const double deviations[] = { 5, 20, 50, 200, 1000 };

    if (sodium_init() < 0 || !cs_aes_supported())
        return 1;
    for (size_t i = 0; i < sizeof deviations / sizeof *deviations; i++)
        measure(deviations[i]);
    return 0;
}
