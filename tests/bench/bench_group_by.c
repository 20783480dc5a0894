/* What a GROUP BY costs: both parties on two threads over memory.
 *
 *     build/release/tests/bench_group_by
 *
 * Rows a second of wall time, and of either party's processor time; beside those, which
 * part of the time is for the AES blocks of the row masks: 100 % is the bound. */
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "crypto/aes.h"
#include "protocol/group_by.h"
#include "tests/support/bench.h"

enum { COLUMNS_MAX = 2, K = 2 };

struct shape {
    const char *name;
    size_t n_rows, c, n_columns, width[COLUMNS_MAX];
};

struct side {
    const struct shape *shape;
    const uint16_t *index; /* any codes serve: they are all below the least width */
};

static size_t width_of(const struct shape *shape)
{
    size_t W = 0;

    for (size_t j = 0; j < shape->n_columns; j++)
        W += shape->width[j];
    return W;
}

static enum cs_status count(struct cs_bench_hand *hand, void *arg)
{
    const struct side *side = arg;
    const struct shape *const shape = side->shape;
    const uint16_t *code[COLUMNS_MAX] = { side->index, side->index };
    const struct cs_hot hot = { code, shape->width, shape->n_columns };
    const size_t W = width_of(shape);
    uint32_t *const share = calloc(shape->c * W, sizeof *share);
    enum cs_status st = CS_OK;

    if (share == NULL)
        abort();
    if (hand->role == 0)
        CS_TRY(cs_group_by_send(share, &hot, shape->n_rows, shape->c, hand->sender,
                                &hand->rng, hand->peer, NULL));
    else
        CS_TRY(cs_group_by_recv(share, side->index, NULL, shape->n_rows, shape->c, W,
                                hand->receiver, hand->peer, NULL));
out:
    free(share);
    return st;
}

static void measure(const struct shape *shape, double block_s)
{
    const double blocks = (double)shape->c * (double)((width_of(shape) + 3) / 4);
    uint16_t *const index = calloc(shape->n_rows, sizeof *index);
    struct side side = { shape, index };
    struct cs_bench_lap lap[2];

    if (index == NULL)
        abort();
    for (size_t row = 0; row < shape->n_rows; row++)
        index[row] = (uint16_t)(row % 2);
    cs_bench_duet(lap, count, (void *[]){ &side, &side }, K);
    const double n = (double)shape->n_rows;
    const double bytes =
        (double)(lap[1].traffic.sent_bytes + lap[1].traffic.received_bytes);
    printf("%-22s %7.0f k rows/s; a core: sender %5.0f, receiver %5.0f  (AES %2.0f %%, "
           "%2.0f %%)  %6.0f bytes  %4llu rounds\n",
           shape->name, 1e-3 * n / lap[1].wall_s, 1e-3 * n / lap[0].cpu_s,
           1e-3 * n / lap[1].cpu_s, 100 * blocks * block_s * n / lap[0].cpu_s,
           100 * blocks * block_s * n / lap[1].cpu_s, bytes / n,
           (unsigned long long)lap[1].traffic.rounds);
    free(index);
}

int main(void)
{
    static const struct shape shapes[] = {
        { "c=2, W=66", 500000, 2, 2, { 2, 64 } },
        { "Hillstrom: c=21, W=13", 500000, 21, 1, { 13 } },
        { "c=64, W=66", 200000, 64, 2, { 2, 64 } },
        { "c=64, W=1000", 20000, 64, 1, { 1000 } },
        { "c=64, W=8192", 2000, 64, 1, { 8192 } },
        { "c=1000, W=66", 10000, 1000, 2, { 2, 64 } },
        { "c=4096, W=66", 3000, 4096, 2, { 2, 64 } },
    };

    if (sodium_init() < 0 || !cs_aes_supported())
        return 1;
    const double block_s = cs_bench_block_s();
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        measure(&shapes[i], block_s);
    return 0;
}
