/* What shares of equality and of bit * string cost: both parties on two threads over
 * memory.
 *
 *     build/release/tests/bench_equality
 *
 * Pairs a second of wall time; for either party, processor time in all, and what the same
 * number of random transfers by themselves take of it, so that the rest is the dialogue's
 * own. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <sodium.h>

#include "crypto/aes.h"
#include "protocol/equality.h"
#include "protocol/multiplex.h"
#include "tests/support/duet.h"

enum { PAIRS = 1 << 18, INDEX_BITS = 6, CALL = 8064 };

struct side {
    unsigned k, n_bits;
    const uint64_t *tag;
    uint8_t *bit;
    double wall_s, cpu_s, transfers_s;
    struct cs_traffic traffic;
};

static double seconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static size_t transfers_of(const struct side *side)
{
    return (size_t)PAIRS * (side->n_bits + INDEX_BITS);
}

/* As many transfers as the pairs need, for nothing. */
static enum cs_status extend(struct side *side, struct cs_ot_sender *sender,
                             struct cs_ot_receiver *receiver, struct cs_channel *peer)
{
    struct cs_block *const pad[2] = { cs_blocks_new(CALL), cs_blocks_new(CALL) };
    const double start = seconds(CLOCK_THREAD_CPUTIME_ID);
    enum cs_status st = pad[0] && pad[1] ? CS_OK : CS_MEMORY;

    for (size_t n = 0; st == CS_OK && n < transfers_of(side); n += CALL)
        st = sender != NULL ? cs_ot_send(sender, pad[0], pad[1], CALL, peer)
                            : cs_ot_recv(receiver, pad[0], pad[1], CALL, peer);
    side->transfers_s = seconds(CLOCK_THREAD_CPUTIME_ID) - start;
    cs_blocks_free(pad[0], CALL);
    cs_blocks_free(pad[1], CALL);
    return st;
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
        CS_TRY(cs_ot_sender_new(&sender, side->k, &rng, peer));
    else
        CS_TRY(cs_ot_receiver_new(&receiver, side->k, &rng, peer));
    CS_TRY(extend(side, sender, receiver, peer));
    cs_channel_stage(peer, "equality");
    const double start = seconds(CLOCK_MONOTONIC);
    const double start_cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
    if (role == 0)
        CS_TRY(cs_equality_send(side->bit, side->tag, PAIRS, side->n_bits, sender, &rng,
                                peer, NULL));
    else
        CS_TRY(cs_equality_recv(side->bit, side->tag, PAIRS, side->n_bits, receiver, peer,
                                NULL));
    side->wall_s = seconds(CLOCK_MONOTONIC) - start;
    side->cpu_s = seconds(CLOCK_THREAD_CPUTIME_ID) - start_cpu;
    side->traffic = cs_channel_traffic(peer, &n_stages)[1];
out:
    cs_ot_sender_free(sender);
    cs_ot_receiver_free(receiver);
    return st;
}

/* Nanoseconds a pair. */
static void print_side(const char *name, const struct side *side)
{
    printf("  %s %4.0f ns, transfers %4.0f ns, own %4.0f ns", name,
           1e9 * side->cpu_s / PAIRS, 1e9 * side->transfers_s / PAIRS,
           1e9 * (side->cpu_s - side->transfers_s) / PAIRS);
}

static void measure(unsigned k, unsigned n_bits, const uint64_t *tag, uint8_t *bit[2])
{
    struct side side[2] = { { .k = k, .n_bits = n_bits, .tag = tag, .bit = bit[0] },
                            { .k = k, .n_bits = n_bits, .tag = tag, .bit = bit[1] } };
    const struct cs_traffic *const traffic = &side[1].traffic;
    enum cs_status result[2];

    cs_duet(play, (void *[]){ &side[0], &side[1] }, result);
    if (result[0] != CS_OK || result[1] != CS_OK)
        abort();
    for (size_t i = 0; i < PAIRS; i++)
        if ((bit[0][i] ^ bit[1][i]) != 1)
            abort();
    printf("k=%u, %u bits: %4.0f k pairs/s, %5.1f M OT/s;", k, n_bits,
           1e-3 * PAIRS / side[1].wall_s,
           1e-6 * (double)transfers_of(&side[1]) / side[1].wall_s);
    print_side("sender", &side[0]);
    print_side("receiver", &side[1]);
    printf("  a pair: %u OT, %.1f + %.1f bytes;  %llu rounds\n", n_bits + INDEX_BITS,
           (double)traffic->sent_bytes / PAIRS, (double)traffic->received_bytes / PAIRS,
           (unsigned long long)traffic->rounds);
}

/* ---- the multiplexer ------------------------------------------------------------- */

struct rows {
    size_t n_words;
    const uint8_t *bit;
    const uint64_t *string;
    uint64_t *out;
    double wall_s, cpu_s;
    struct cs_traffic traffic;
};

static enum cs_status play_multiplex(struct cs_channel *peer, int role, void *arg)
{
    struct rows *rows = arg;
    struct cs_ot_sender *sender = NULL;
    struct cs_ot_receiver *receiver = NULL;
    struct cs_rng rng;
    enum cs_status st = CS_OK;
    size_t n_stages;

    cs_rng_init_random(&rng);
    if (role == CS_A)
        CS_TRY(cs_ot_receiver_new(&receiver, 4, &rng, peer));
    CS_TRY(cs_ot_sender_new(&sender, 4, &rng, peer));
    if (role == CS_B)
        CS_TRY(cs_ot_receiver_new(&receiver, 4, &rng, peer));
    cs_channel_stage(peer, "multiplex");
    const double start = seconds(CLOCK_MONOTONIC);
    const double start_cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
    CS_TRY(cs_multiplex(rows->out, rows->bit, rows->string, PAIRS, rows->n_words, sender,
                        receiver, peer, (enum cs_party)role, NULL));
    rows->wall_s = seconds(CLOCK_MONOTONIC) - start;
    rows->cpu_s = seconds(CLOCK_THREAD_CPUTIME_ID) - start_cpu;
    rows->traffic = cs_channel_traffic(peer, &n_stages)[1];
out:
    cs_ot_sender_free(sender);
    cs_ot_receiver_free(receiver);
    return st;
}

static void measure_multiplex(size_t n_words, const uint8_t *bit)
{
    uint64_t *const string = calloc(PAIRS, n_words * sizeof *string);
    uint64_t *const out[2] = { calloc(PAIRS, n_words * sizeof *string),
                               calloc(PAIRS, n_words * sizeof *string) };
    struct rows rows[2] = { { n_words, bit, string, out[0], 0, 0, { 0 } },
                            { n_words, bit, string, out[1], 0, 0, { 0 } } };
    enum cs_status result[2] = { CS_MEMORY, CS_MEMORY };

    if (string && out[0] && out[1])
        cs_duet(play_multiplex, (void *[]){ &rows[0], &rows[1] }, result);
    if (result[0] != CS_OK || result[1] != CS_OK)
        abort();
    printf(
        "k=4, %zu words: %5.0f k rows/s;  a core %4.0f ns a row;  %.1f bytes each way; "
        " %llu rounds\n",
        n_words, 1e-3 * PAIRS / rows[0].wall_s, 1e9 * rows[0].cpu_s / PAIRS,
        (double)rows[0].traffic.sent_bytes / PAIRS,
        (unsigned long long)rows[0].traffic.rounds);
    free(string);
    free(out[0]);
    free(out[1]);
}

int main(void)
{
    uint64_t *const tag = calloc(PAIRS, sizeof *tag);
    uint8_t *bit[2] = { calloc(PAIRS, 1), calloc(PAIRS, 1) };
    struct cs_rng rng;

    if (sodium_init() < 0 || !cs_aes_supported() || !tag || !bit[0] || !bit[1])
        return 1;
    cs_rng_init_random(&rng);
    cs_rng_bytes(&rng, tag, PAIRS * sizeof *tag);
    for (unsigned k = 2; k <= 8; k *= 2)
        measure(k, 61, tag, bit);
    measure(2, 40, tag, bit);
    for (size_t n_words = 1; n_words <= 8; n_words *= 2)
        measure_multiplex(n_words, bit[0]);
    free(tag);
    free(bit[0]);
    free(bit[1]);
    return 0;
}
