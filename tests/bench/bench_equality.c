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

#include <sodium.h>

#include "crypto/aes.h"
#include "protocol/equality.h"
#include "protocol/multiplex.h"
#include "tests/support/bench.h"

enum { PAIRS = 1 << 18, INDEX_BITS = 6, CALL = 8064 };

struct side {
    unsigned n_bits;
    const uint64_t *tag;
    uint8_t *bit;
};

static size_t transfers_of(const struct side *side)
{
    return (size_t)PAIRS * (side->n_bits + INDEX_BITS);
}

/* As many transfers as the pairs need, for nothing. */
static enum cs_status extend(struct cs_bench_hand *hand, void *arg)
{
    const struct side *side = arg;
    struct cs_block *const pad[2] = { cs_blocks_new(CALL), cs_blocks_new(CALL) };
    enum cs_status st = pad[0] && pad[1] ? CS_OK : CS_MEMORY;

    for (size_t n = 0; st == CS_OK && n < transfers_of(side); n += CALL)
        st = hand->role == 0
                 ? cs_ot_send(hand->sender, pad[0], pad[1], CALL, hand->peer)
                 : cs_ot_recv(hand->receiver, pad[0], pad[1], CALL, hand->peer);
    cs_blocks_free(pad[0], CALL);
    cs_blocks_free(pad[1], CALL);
    return st;
}

static enum cs_status compare(struct cs_bench_hand *hand, void *arg)
{
    const struct side *side = arg;

    return hand->role == 0 ? cs_equality_send(side->bit, side->tag, PAIRS, side->n_bits,
                                              hand->sender, &hand->rng, hand->peer, NULL)
                           : cs_equality_recv(side->bit, side->tag, PAIRS, side->n_bits,
                                              hand->receiver, hand->peer, NULL);
}

/* Nanoseconds a pair. */
static void print_side(const char *name, double all_s, double transfers_s)
{
    printf("  %s %4.0f ns, transfers %4.0f ns, own %4.0f ns", name, 1e9 * all_s / PAIRS,
           1e9 * transfers_s / PAIRS, 1e9 * (all_s - transfers_s) / PAIRS);
}

static void measure(unsigned k, unsigned n_bits, const uint64_t *tag, uint8_t *bit[2])
{
    struct side side[2] = { { n_bits, tag, bit[0] }, { n_bits, tag, bit[1] } };
    struct cs_bench_lap transfers[2], lap[2];
    const struct cs_traffic *const traffic = &lap[1].traffic;
    void *args[] = { &side[0], &side[1] };

    cs_bench_duet(transfers, extend, args, k);
    cs_bench_duet(lap, compare, args, k);
    for (size_t i = 0; i < PAIRS; i++)
        if ((bit[0][i] ^ bit[1][i]) != 1)
            abort();
    printf("k=%u, %u bits: %4.0f k pairs/s, %5.1f M OT/s;", k, n_bits,
           1e-3 * PAIRS / lap[1].wall_s,
           1e-6 * (double)transfers_of(&side[1]) / lap[1].wall_s);
    print_side("sender", lap[0].cpu_s, transfers[0].cpu_s);
    print_side("receiver", lap[1].cpu_s, transfers[1].cpu_s);
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
};

static enum cs_status multiplex(struct cs_bench_hand *hand, void *arg)
{
    const struct rows *rows = arg;

    return cs_multiplex(rows->out, rows->bit, rows->string, PAIRS, rows->n_words,
                        hand->sender, hand->receiver, hand->peer,
                        (enum cs_party)hand->role, NULL);
}

static void measure_multiplex(size_t n_words, const uint8_t *bit)
{
    uint64_t *const string = calloc(PAIRS, n_words * sizeof *string);
    uint64_t *const out[2] = { calloc(PAIRS, n_words * sizeof *string),
                               calloc(PAIRS, n_words * sizeof *string) };
    struct rows rows[2] = { { n_words, bit, string, out[0] },
                            { n_words, bit, string, out[1] } };
    struct cs_bench_lap lap[2];

    if (!string || !out[0] || !out[1])
        abort();
    cs_bench_duet(lap, multiplex, (void *[]){ &rows[0], &rows[1] }, 4);
    printf(
        "k=4, %zu words: %5.0f k rows/s;  a core %4.0f ns a row;  %.1f bytes each way; "
        " %llu rounds\n",
        n_words, 1e-3 * PAIRS / lap[0].wall_s, 1e9 * lap[0].cpu_s / PAIRS,
        (double)lap[0].traffic.sent_bytes / PAIRS,
        (unsigned long long)lap[0].traffic.rounds);
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
