/* What a batch of oblivious pseudorandom functions costs, and which hash they should use:
 * both parties on two threads over memory.
 *
 *     build/release/tests/bench_oprf
 *
 * Sizes are those of 2^16 and 2^20 people on each side: 1.27 instances and three
 * evaluations a person. */
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "crypto/aes.h"
#include "crypto/cuckoo.h"
#include "crypto/sha256.h"
#include "protocol/oprf.h"
#include "tests/support/bench.h"
#include "tests/support/duet.h"

enum { SENDER = 0, RECEIVER = 1, K = 2, HASHES = 200000 };

struct side {
    size_t n, m;
    struct cs_block *block; /* (m), m >= n: inputs and then outputs */
    uint32_t *instance;     /* (m) */
    double wall_s, cpu_s, eval_s;
    struct cs_traffic traffic;
};

static enum cs_status as_sender(struct cs_channel *peer, struct side *side)
{
    struct cs_ot_receiver *ot = NULL;
    struct cs_oprf_sender *oprf = NULL;
    struct cs_rng rng;
    enum cs_status st = CS_OK;

    cs_rng_init_random(&rng);
    CS_TRY(cs_ot_receiver_new(&ot, K, &rng, peer));
    CS_TRY(cs_oprf_sender_new(&oprf, ot, &rng, peer));
    cs_channel_stage(peer, "oprf");
    const double wall = cs_bench_s(CLOCK_MONOTONIC), cpu = cs_bench_cpu_s();
    CS_TRY(cs_oprf_send(oprf, side->n, peer, NULL));
    side->wall_s = cs_bench_s(CLOCK_MONOTONIC) - wall;
    side->cpu_s = cs_bench_cpu_s() - cpu;
    cs_oprf_eval(oprf, side->block, side->instance, side->block, side->m);
    side->eval_s = cs_bench_cpu_s() - cpu - side->cpu_s;
out:
    cs_oprf_sender_free(oprf);
    cs_ot_receiver_free(ot);
    return st;
}

static enum cs_status as_receiver(struct cs_channel *peer, struct side *side)
{
    struct cs_ot_sender *ot = NULL;
    struct cs_oprf_receiver *oprf = NULL;
    struct cs_rng rng;
    enum cs_status st = CS_OK;
    size_t n_stages;

    cs_rng_init_random(&rng);
    CS_TRY(cs_ot_sender_new(&ot, K, &rng, peer));
    CS_TRY(cs_oprf_receiver_new(&oprf, ot, peer));
    cs_channel_stage(peer, "oprf");
    const double wall = cs_bench_s(CLOCK_MONOTONIC), cpu = cs_bench_cpu_s();
    CS_TRY(cs_oprf_recv(oprf, side->block, side->block, side->n, peer, NULL));
    side->wall_s = cs_bench_s(CLOCK_MONOTONIC) - wall;
    side->cpu_s = cs_bench_cpu_s() - cpu;
    side->traffic = cs_channel_traffic(peer, &n_stages)[1];
out:
    cs_oprf_receiver_free(oprf);
    cs_ot_sender_free(ot);
    return st;
}

static enum cs_status play(struct cs_channel *peer, int role, void *arg)
{
    return role == SENDER ? as_sender(peer, arg) : as_receiver(peer, arg);
}

static void draw(struct side *side, size_t people)
{
    struct cs_rng rng;

    *side = (struct side){ .n = cs_cuckoo_bins(people), .m = CS_CUCKOO_PLACES * people };
    side->block = cs_blocks_new(side->m);
    side->instance = calloc(side->m, sizeof *side->instance);
    if (side->block == NULL || side->instance == NULL)
        abort();
    cs_rng_init_labelled(&rng, people, "bench oprf");
    cs_rng_bytes(&rng, side->block, side->m * sizeof *side->block);
    for (size_t i = 0; i < people; i++)
        cs_cuckoo_places(side->instance + CS_CUCKOO_PLACES * i, side->block[i], side->n);
}

static void measure(size_t people)
{
    struct side side[2];
    enum cs_status result[2];

    for (int i = 0; i < 2; i++)
        draw(&side[i], people);
    cs_duet(play, (void *[]){ &side[0], &side[1] }, result);
    if (result[0] != CS_OK || result[1] != CS_OK)
        abort();
    printf(
        "%7zu people: %7zu instances %6.1f ms; a core: receiver %6.1f ms, sender %6.1f "
        "ms; %7zu evaluations %6.1f ms; %5.1f MB, %llu rounds\n",
        people, side[0].n, 1e3 * side[0].wall_s, 1e3 * side[1].cpu_s, 1e3 * side[0].cpu_s,
        side[0].m, 1e3 * side[0].eval_s, 1e-6 * (double)side[1].traffic.sent_bytes,
        (unsigned long long)side[1].traffic.rounds);
    for (int i = 0; i < 2; i++) {
        cs_blocks_free(side[i].block, side[i].m);
        free(side[i].instance);
    }
}

/* ---- hashes of 64 bytes ---------------------------------------------------------- */

static uint8_t row[64], digest[32];

static void blake2b(void)
{
    crypto_generichash(digest, 16, row, sizeof row, NULL, 0);
}

static void sha256(void)
{
    if (cs_sha256(digest, "cosynth oprf", 12, row, sizeof row) != CS_OK)
        abort();
}

static void measure_hash(const char *name, void (*hash)(void))
{
    const double start = cs_bench_cpu_s();

    for (size_t i = 0; i < HASHES; i++)
        hash();
    printf("%-20s %4.0f ns\n", name, 1e9 / HASHES * (cs_bench_cpu_s() - start));
}

int main(void)
{
    if (sodium_init() < 0 || !cs_aes_supported())
        return 1;
    measure_hash("BLAKE2b (libsodium)", blake2b);
    measure_hash("SHA-256 (OpenSSL)", sha256);
    measure((size_t)1 << 16);
    measure((size_t)1 << 20);
    return 0;
}
