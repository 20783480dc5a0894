/* What turning shared codes into one-hot words costs: both parties on two threads over
 * memory.
 *
 *     build/release/tests/bench_one_hot
 *
 * Codes a second of wall time, and of either party's processor time; beside those, which
 * part of the time is for the AES blocks of the words' masks: 100 % is the bound. */
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "crypto/aes.h"
#include "protocol/one_hot.h"
#include "tests/support/bench.h"

enum { BLOCK_ROWS = 8192, K = 2 };

struct side {
    struct cs_one_hot column;
    size_t n_calls;
};

static enum cs_status convert(struct cs_bench_hand *hand, void *arg)
{
    struct side *side = arg;
    enum cs_status st = CS_OK;

    for (size_t i = 0; i < side->n_calls; i++)
        CS_TRY(hand->role == 0 ? cs_one_hot_send(&side->column, 1, BLOCK_ROWS,
                                                 hand->sender, &hand->rng, hand->peer)
                               : cs_one_hot_recv(&side->column, 1, BLOCK_ROWS,
                                                 hand->receiver, hand->peer));
out:
    return st;
}

/* Of the streams of all digits' leaves (protocol/one_hot.h). */
static double blocks_of(unsigned n_bits)
{
    const unsigned n_digits = (n_bits + 3) / 4;
    const double vector = n_bits < 2 ? 1 : (double)(1u << (n_bits - 2));
    double leaves = 0;

    for (unsigned left = n_bits, i = n_digits; i > 0; i--) {
        const unsigned r = (left + i - 1) / i;

        leaves += (double)(1u << r);
        left -= r;
    }
    return leaves * vector;
}

static void measure(unsigned n_bits, double block_s)
{
    uint16_t *const code = calloc(BLOCK_ROWS, sizeof *code);
    struct side side[2] = { { .n_calls = 2 + (256u >> n_bits) } };
    struct cs_bench_lap lap[2];

    side[1].n_calls = side[0].n_calls;
    for (int p = 0; p < 2; p++)
        side[p].column =
            (struct cs_one_hot){ code, n_bits,
                                 calloc((size_t)BLOCK_ROWS << n_bits, sizeof(uint32_t)) };
    if (code == NULL || side[0].column.word == NULL || side[1].column.word == NULL)
        abort();
    cs_bench_duet(lap, convert, (void *[]){ &side[0], &side[1] }, K);
    const double n = (double)(side[0].n_calls * BLOCK_ROWS);
    const double bytes =
        (double)(lap[1].traffic.sent_bytes + lap[1].traffic.received_bytes);
    printf("%2u bits, %4u words %7.0f k codes/s; a core: sender %5.0f, receiver %5.0f  "
           "(AES %2.0f %%, %2.0f %%)  %6.0f bytes  %.0f rounds a call\n",
           n_bits, 1u << n_bits, 1e-3 * n / lap[1].wall_s, 1e-3 * n / lap[0].cpu_s,
           1e-3 * n / lap[1].cpu_s, 100 * blocks_of(n_bits) * block_s * n / lap[0].cpu_s,
           100 * blocks_of(n_bits) * block_s * n / lap[1].cpu_s, bytes / n,
           (double)lap[1].traffic.rounds / (double)side[0].n_calls);
    free(code);
    free(side[0].column.word);
    free(side[1].column.word);
}

int main(void)
{
    if (sodium_init() < 0 || !cs_aes_supported())
        return 1;
    const double block_s = cs_bench_block_s();
    for (unsigned n_bits = 1; n_bits <= 10; n_bits++)
        measure(n_bits, block_s);
    return 0;
}
