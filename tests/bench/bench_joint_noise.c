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
#include <time.h>

#include <sodium.h>

#include "crypto/aes.h"
#include "crypto/gauss.h"
#include "protocol/joint_noise.h"
#include "tests/support/duet.h"

enum { CELLS = 20000, K = 4 };

struct side {
    struct cs_joint_noise part;
    double wall_s, cpu_s;
    struct cs_traffic traffic;
};

static double seconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static enum cs_status play(struct cs_channel *peer, int role, void *arg)
{
    struct side *side = arg;
    struct cs_ot_sender *sender = NULL;
    struct cs_ot_receiver *receiver = NULL;
    struct cs_rng rng;
    enum cs_status st = CS_OK;
    size_t n_stages;

    cs_rng_init_random(&rng);
    if (role == 0)
        CS_TRY(cs_ot_sender_new(&sender, K, &rng, peer));
    else
        CS_TRY(cs_ot_receiver_new(&receiver, K, &rng, peer));
    cs_channel_stage(peer, "draw");
    const double start = seconds(CLOCK_MONOTONIC);
    const double start_cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
    CS_TRY(role == 0 ? cs_joint_noise_send(&side->part, 1, sender, &rng, peer)
                     : cs_joint_noise_recv(&side->part, 1, receiver, &rng, peer));
    side->wall_s = seconds(CLOCK_MONOTONIC) - start;
    side->cpu_s = seconds(CLOCK_THREAD_CPUTIME_ID) - start_cpu;
    side->traffic = cs_channel_traffic(peer, &n_stages)[1];
out:
    cs_ot_sender_free(sender);
    cs_ot_receiver_free(receiver);
    return st;
}

static double seconds_of_own_noise(uint64_t s2_q16)
{
    static int64_t noise[CELLS];
    struct cs_rng rng;

    cs_rng_init_random(&rng);
    const double start = seconds(CLOCK_THREAD_CPUTIME_ID);
    cs_gauss_fill_var(noise, CELLS, s2_q16, &rng);
    return seconds(CLOCK_THREAD_CPUTIME_ID) - start;
}

static void measure(double deviation)
{
    const uint64_t s2_q16 = (uint64_t)(deviation * deviation * 65536);
    struct side side[2] = { 0 };
    enum cs_status result[2];
    struct cs_binomial binomial;

    cs_binomial_choose(&binomial, s2_q16);
    for (int p = 0; p < 2; p++) {
        side[p].part = (struct cs_joint_noise){ binomial, NULL, CELLS };
        side[p].part.share = calloc(CELLS, sizeof(uint32_t));
        if (side[p].part.share == NULL)
            abort();
    }
    cs_duet(play, (void *[]){ &side[0], &side[1] }, result);
    if (result[0] != CS_OK || result[1] != CS_OK)
        abort();
    const double bytes =
        (double)(side[1].traffic.sent_bytes + side[1].traffic.received_bytes);
    printf("%6.0f %4zu bits %6.0f k cells/s; a core: sender %4.0f, receiver %4.0f, own "
           "noise %5.0f  %5.0f bytes  %llu rounds\n",
           deviation, cs_binomial_bits(&binomial), 1e-3 * CELLS / side[1].wall_s,
           1e-3 * CELLS / side[0].cpu_s, 1e-3 * CELLS / side[1].cpu_s,
           1e-3 * CELLS / seconds_of_own_noise(s2_q16), bytes / CELLS,
           (unsigned long long)side[1].traffic.rounds);
    free(side[0].part.share);
    free(side[1].part.share);
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
