/* What the parts of oblivious transfer cost, and random transfers as a whole, with the
 * check: both parties on two threads, over memory, over plain TCP on this host, and over
 * NNG and TLS as in a run.
 *
 *     build/release/tests/bench_ot
 *
 * After the parts come the steps of a chunk without anybody to wait for, then all of it.
 * A part is also given as AES blocks: how many blocks of the fastest hashing this
 * processor does in that time, so that figures of two machines can be compared. The
 * whole is compared with 100 M OT/s, what emp-ot's SoftSpoken(4) with its check reaches
 * over plain TCP, on another machine with two cores. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "crypto/aes.h"
#include "crypto/bits.h"
#include "crypto/gf128.h"
#include "crypto/sha256.h"
#include "protocol/ot.h"
#include "protocol/ot_matrix.h"
#include "tests/support/bench.h"
#include "tests/support/duet.h"
#include "tests/support/loopback.h"
#include "tests/support/tcp.h"

enum {
    BLOCKS = 1024,
    TRANSFERS = 1024 * CS_OT_CHUNK, /* 16.6 million */
    CALL = 4 * CS_OT_CHUNK,
    LEAST_MS = 200,
    REPEATS = 100,
    RUNS = 500,
    EMP = 100
};

static struct cs_aes aes;
static struct cs_block *in, *out;
static bool lanes;

static void hash_mmo(void)
{
    cs_aes_mmo(&aes, out, in, 0, BLOCKS);
}
static void hash_tweaked(void)
{
    cs_aes_hash(&aes, out, in, in[0], 0, BLOCKS);
}
static void stream(void)
{
    cs_aes_stream(&aes, out, in[0], 0, BLOCKS);
}
static void sum_up(unsigned depth)
{
    const size_t n = BLOCKS >> depth;

    cs_aes_stream_sums(&aes, out, out + n, n, in, depth, 0, n);
}
static void sums_of_4(void)
{
    sum_up(2);
}
static void sums_of_16(void)
{
    sum_up(4);
}
static void sums_of_256(void)
{
    sum_up(8);
}
static void transpose(void)
{
    cs_bits_transpose(out, in, BLOCKS / 128, BLOCKS / 128);
}
static void dot(void)
{
    out[0] = cs_gf128_dot(in, out, BLOCKS);
}
static void add(void)
{
    cs_blocks_xor(out, in, BLOCKS);
}
static void sha256(void)
{
    uint8_t digest[CS_SHA256_BYTES];

    if (cs_sha256(digest, in, 0, in, BLOCKS * sizeof *in) != CS_OK)
        abort();
}
static void sha256_pair(void)
{
    const void *const half[2] = { in, in + BLOCKS / 2 };
    const size_t n_bytes = BLOCKS / 2 * sizeof *in;
    uint8_t digest[2][CS_SHA256_BYTES];

    if (cs_sha256_pair(digest, half, (const size_t[]){ n_bytes, n_bytes }, lanes) !=
        CS_OK)
        abort();
}

/* Seconds a block. */
static double cost_of(void (*work)(void))
{
    const double start = cs_bench_cpu_s();
    size_t n = 0;

    for (; cs_bench_cpu_s() - start < LEAST_MS / 1000.0; n += REPEATS)
        for (size_t i = 0; i < REPEATS; i++) /* the clock is not free */
            work();
    return (cs_bench_cpu_s() - start) / (double)n / BLOCKS;
}

/* ---- the steps of a chunk, alone --------------------------------------------------- */

struct chunk {
    struct cs_ot_matrix matrix;
    struct cs_block delta, u[CS_OT_ROOM], *pad[2];
};

static const struct cs_block none = { 0, 0 };

static void fill_v(struct chunk *chunk)
{
    cs_ot_matrix_fill_v(&chunk->matrix, chunk->u, CS_OT_CHUNK / 128);
}
static void fill_w(struct chunk *chunk)
{
    cs_ot_matrix_fill_w(&chunk->matrix, chunk->delta, CS_OT_CHUNK / 128);
}
static void challenge(struct chunk *chunk)
{
    if (cs_ot_matrix_challenge(&chunk->matrix, CS_OT_CHUNK) != CS_OK)
        abort();
}
static void digest(struct chunk *chunk)
{
    uint8_t digest_of[32];

    cs_ot_matrix_digest(digest_of, &chunk->matrix, none, chunk->delta, CS_OT_CHUNK / 128);
}
static void one_pad(struct chunk *chunk)
{
    cs_ot_matrix_pads(&chunk->matrix, chunk->pad, &none, 1, CS_OT_CHUNK);
}
static void two_pads(struct chunk *chunk)
{
    const struct cs_block offset[2] = { none, chunk->delta };

    cs_ot_matrix_pads(&chunk->matrix, chunk->pad, offset, 2, CS_OT_CHUNK);
}

/* Nanoseconds a transfer: the least of many runs, which is steady on a busy machine. */
static double least_of(void (*work)(struct chunk *), struct chunk *chunk)
{
    double least = INFINITY;

    for (size_t i = 0; i < RUNS; i++) {
        const double start = cs_bench_s(CLOCK_MONOTONIC);

        work(chunk);
        least = fmin(least, cs_bench_s(CLOCK_MONOTONIC) - start);
    }
    return least / CS_OT_CHUNK * 1e9;
}

static void steps(unsigned k)
{
    struct chunk chunk = { .pad = { cs_blocks_new(CS_OT_CHUNK),
                                    cs_blocks_new(CS_OT_CHUNK) } };
    struct cs_rng rng;

    cs_rng_init_random(&rng);
    cs_rng_bytes(&rng, &chunk.delta, sizeof chunk.delta);
    if (cs_ot_matrix_init(&chunk.matrix, k) != CS_OK)
        abort();
    const double v = least_of(fill_v, &chunk), w = least_of(fill_w, &chunk);
    const double hash = least_of(challenge, &chunk), weigh = least_of(digest, &chunk);
    const double one = least_of(one_pad, &chunk), two = least_of(two_pads, &chunk);

    printf("k=%u  ns: V %.2f or W %.2f, challenge %.2f, digest %.2f, pads %.2f or %.2f; "
           "receiver %.2f, sender %.2f\n",
           k, v, w, hash, weigh, one, two, v + hash + weigh + one,
           w + hash + weigh + two);
    cs_ot_matrix_wipe(&chunk.matrix);
    cs_blocks_free(chunk.pad[0], CS_OT_CHUNK);
    cs_blocks_free(chunk.pad[1], CS_OT_CHUNK);
}

/* ---- whole transfers --------------------------------------------------------------- */

/* One party. Processor time of the extension is that of its thread; of both together
 * that of the process, with what the network's threads take. */
struct side {
    unsigned k;
    enum way { MEMORY, TCP, TLS } way;
    const struct cs_loopback *loopback; /* TLS */
    struct cs_transport tcp;
    double set_up_s, wall_s, cpu_s, both_s;
    struct cs_traffic traffic;
};

static enum cs_status extend(struct side *side, int role, struct cs_channel *peer)
{
    struct cs_ot_sender *sender = NULL;
    struct cs_ot_receiver *receiver = NULL;
    struct cs_block *pad[2] = { cs_blocks_new(CALL), cs_blocks_new(CALL) };
    struct cs_rng rng;
    enum cs_status st = CS_OK;
    size_t n_stages;

    cs_rng_init_random(&rng);
    const double start = cs_bench_s(CLOCK_MONOTONIC);
    if (role == 0)
        CS_TRY(cs_ot_sender_new(&sender, side->k, &rng, peer));
    else
        CS_TRY(cs_ot_receiver_new(&receiver, side->k, &rng, peer));
    const double ready = cs_bench_s(CLOCK_MONOTONIC), ready_cpu = cs_bench_cpu_s();
    const double ready_both = cs_bench_s(CLOCK_PROCESS_CPUTIME_ID);
    cs_channel_stage(peer, "extend");
    for (size_t n = 0; n < TRANSFERS; n += CALL) {
        if (role == 0)
            CS_TRY(cs_ot_send(sender, pad[0], pad[1], CALL, peer));
        else
            CS_TRY(cs_ot_recv(receiver, pad[0], pad[1], CALL, peer));
    }
    side->set_up_s = ready - start;
    side->wall_s = cs_bench_s(CLOCK_MONOTONIC) - ready;
    side->cpu_s = cs_bench_cpu_s() - ready_cpu;
    side->both_s = cs_bench_s(CLOCK_PROCESS_CPUTIME_ID) - ready_both;
    side->traffic = cs_channel_traffic(peer, &n_stages)[1];
out:
    cs_ot_sender_free(sender);
    cs_ot_receiver_free(receiver);
    cs_blocks_free(pad[0], CALL);
    cs_blocks_free(pad[1], CALL);
    return st;
}

static enum cs_status join(struct cs_channel **joined, struct side *side, int role)
{
    if (side->way == TCP)
        return cs_channel_new(joined, side->tcp, 60000, NULL);
    const struct cs_nng_options options = cs_loopback_options(side->loopback, role);
    return cs_channel_nng_join(joined, &options, NULL);
}

/* Over memory peer is the channel; over a network each party joins for itself. */
static enum cs_status play(struct cs_channel *peer, int role, void *arg)
{
    struct side *side = arg;
    struct cs_channel *joined = NULL;
    enum cs_status st = CS_OK;

    if (side->way == MEMORY)
        return extend(side, role, peer);
    CS_TRY(join(&joined, side, role));
    st = extend(side, role, joined);
out:
    cs_channel_free(joined);
    return st;
}

static void transfers(unsigned k, enum way way, const struct cs_loopback *loopback)
{
    static const char *const names[] = { "memory", "tcp", "nng, tls" };
    struct side side[2] = { { .k = k, .way = way, .loopback = loopback },
                            { .k = k, .way = way, .loopback = loopback } };
    struct cs_transport ends[2] = { { 0 } };
    enum cs_status result[2];

    if (way == TCP && cs_transport_tcp_pair(ends) != CS_OK)
        abort();
    side[0].tcp = ends[0];
    side[1].tcp = ends[1];
    cs_duet(play, (void *[]){ &side[0], &side[1] }, result);
    if (result[0] != CS_OK || result[1] != CS_OK)
        abort();
    const double rate = TRANSFERS / side[0].wall_s / 1e6;

    printf("%-8s k=%u  set-up %5.1f ms  %6.1f M OT/s (%4.2f of emp-ot); ns of a core: "
           "sender %5.1f, receiver %5.1f, all %5.1f  %5.2f bytes  %llu rounds\n",
           names[way], k, side[0].set_up_s * 1e3, rate, rate / EMP,
           side[0].cpu_s / TRANSFERS * 1e9, side[1].cpu_s / TRANSFERS * 1e9,
           side[0].both_s / TRANSFERS * 1e9,
           (double)side[1].traffic.sent_bytes / TRANSFERS,
           (unsigned long long)side[0].traffic.rounds);
}

int main(void)
{
    static const struct {
        const char *name;
        void (*work)(void);
    } parts[] = {
        { "hash (one AES)", hash_mmo },
        { "stream", stream },
        { "sums of 4 streams", sums_of_4 },
        { "sums of 16 streams", sums_of_16 },
        { "sums of 256 streams", sums_of_256 },
        { "tweaked hash (two AES)", hash_tweaked },
        { "transpose, a row", transpose },
        { "product in GF(2^128)", dot },
        { "exclusive or", add },
        { "SHA-256, 16 bytes", sha256 },
        { "two SHA-256, 16 bytes", sha256_pair },
    };
    const uint8_t key[16] = { 0 };
    struct cs_loopback loopback;

    if (sodium_init() < 0 || !cs_aes_supported())
        return 1;
    cs_aes_init(&aes, key);
    lanes = cs_sha256_lanes();
    in = cs_blocks_new(BLOCKS);
    out = cs_blocks_new(BLOCKS);
    if (in == NULL || out == NULL)
        return 5;
    const double block_s = cost_of(hash_mmo);

    printf("vectors of %d bits\n", (int)aes.width);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const double s = cost_of(parts[i].work);

        printf("%-24s %7.1f M/s  %5.2f AES blocks\n", parts[i].name, 1e-6 / s,
               s / block_s);
    }
    for (unsigned k = 1; k <= 8; k *= 2)
        steps(k);
    cs_loopback_init(&loopback);
    for (enum way way = MEMORY; way <= TLS; way++)
        for (unsigned k = 1; k <= 8; k *= 2)
            transfers(k, way, &loopback);
    return 0;
}
