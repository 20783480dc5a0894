#include "tests/support/bench.h"

#include "crypto/aes.h"
#include "tests/support/check.h"
#include "tests/support/duet.h"

double cs_bench_s(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double cs_bench_cpu_s(void)
{
    return cs_bench_s(CLOCK_THREAD_CPUTIME_ID);
}

double cs_bench_block_s(void)
{
    enum { BLOCKS = 1024, TIMES = 20000 };
    static struct cs_block block[BLOCKS];
    const uint8_t key[16] = { 0 };
    struct cs_aes aes;

    cs_aes_init(&aes, key);
    const double start = cs_bench_cpu_s();
    for (size_t i = 0; i < TIMES; i++)
        cs_aes_mmo(&aes, block, block, 0, BLOCKS);
    return (cs_bench_cpu_s() - start) / TIMES / BLOCKS;
}

struct player {
    enum cs_status (*part)(struct cs_bench_hand *hand, void *arg);
    void *arg;
    unsigned k;
    struct cs_bench_lap *lap;
};

static enum cs_status set_up(struct cs_bench_hand *hand, unsigned k)
{
    enum cs_status st = CS_OK;

    for (int sender = 0; sender < 2; sender++)
        CS_TRY(hand->role == sender
                   ? cs_ot_sender_new(&hand->sender, k, &hand->rng, hand->peer)
                   : cs_ot_receiver_new(&hand->receiver, k, &hand->rng, hand->peer));
out:
    return st;
}

static enum cs_status play(struct cs_channel *peer, int role, void *arg)
{
    const struct player *player = arg;
    struct cs_bench_hand hand = { .peer = peer, .role = role };
    enum cs_status st = CS_OK;
    size_t n_stages;

    cs_rng_init_random(&hand.rng);
    CS_TRY(set_up(&hand, player->k));
    cs_channel_stage(peer, "bench");
    const double start = cs_bench_s(CLOCK_MONOTONIC), start_cpu = cs_bench_cpu_s();
    CS_TRY(player->part(&hand, player->arg));
    *player->lap = (struct cs_bench_lap){ cs_bench_s(CLOCK_MONOTONIC) - start,
                                          cs_bench_cpu_s() - start_cpu,
                                          cs_channel_traffic(peer, &n_stages)[1] };
out:
    cs_ot_sender_free(hand.sender);
    cs_ot_receiver_free(hand.receiver);
    return st;
}

void cs_bench_duet(struct cs_bench_lap lap[static 2],
                   enum cs_status (*part)(struct cs_bench_hand *hand, void *arg),
                   void *args[static 2], unsigned k)
{
    struct player player[2] = { { part, args[0], k, &lap[0] },
                                { part, args[1], k, &lap[1] } };
    enum cs_status result[2];

    cs_duet(play, (void *[]){ &player[0], &player[1] }, result);
    for (int i = 0; i < 2; i++)
        CS_REQUIRE(result[i] == CS_OK);
}
