/* What a permutation of shares costs: both parties on two threads over memory.
 *
 *     build/release/tests/bench_permute */
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "crypto/aes.h"
#include "crypto/rng.h"
#include "protocol/permute.h"
#include "tests/support/bench.h"

enum { K = 2 };

struct shape {
    size_t n_in, n_out, n_words;
};

struct side {
    const struct shape *shape;
    const uint32_t *source;
};

static enum cs_status permute(struct cs_bench_hand *hand, void *arg)
{
    const struct side *side = arg;
    const struct shape *const s = side->shape;
    uint64_t *const in = calloc(s->n_in * s->n_words, sizeof *in);
    uint64_t *const out = calloc(s->n_out * s->n_words, sizeof *out);
    enum cs_status st = CS_OK;

    if (in == NULL || out == NULL)
        abort();
    if (hand->role == 0)
        CS_TRY(cs_permute_send(out, in, s->n_in, s->n_out, s->n_words, hand->sender,
                               hand->peer, NULL));
    else
        CS_TRY(cs_permute_recv(out, in, side->source, s->n_in, s->n_out, s->n_words,
                               hand->receiver, hand->peer, NULL));
out:
    free(in);
    free(out);
    return st;
}

static uint32_t *random_order(size_t n)
{
    uint32_t *const source = calloc(n, sizeof *source);
    struct cs_rng rng;

    if (source == NULL)
        abort();
    cs_rng_init_labelled(&rng, n, "order");
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t j = cs_rng_below(&rng, i + 1);

        source[i] = source[j];
        source[j] = i;
    }
    return source;
}

static double routing_s(const struct shape *shape, const uint32_t *source)
{
    struct cs_waksman net;

    cs_waksman_init(&net, shape->n_in, shape->n_out);
    struct cs_block *const control = cs_blocks_new(net.n_switches / 128 + 1);
    const double start = cs_bench_cpu_s();

    if (control == NULL || cs_waksman_route_var(control, &net, source) != CS_OK)
        abort();
    cs_blocks_free(control, net.n_switches / 128 + 1);
    return cs_bench_cpu_s() - start;
}

static void measure(const struct shape *shape)
{
    uint32_t *const source = random_order(shape->n_in);
    struct side side = { shape, source };
    struct cs_bench_lap lap[2];

    cs_bench_duet(lap, permute, (void *[]){ &side, &side }, K);
    const double n = (double)cs_permute_transfers(shape->n_in, shape->n_out);

    printf("%7zu of %7zu rows of %zu words  %5.1f M transfers  %6.2f s  %5.1f M/s; a "
           "core: sender %6.2f s, receiver %6.2f s, routing %5.2f s of it  %4.0f + %3.0f "
           "MB  %4llu rounds\n",
           shape->n_out, shape->n_in, shape->n_words, n * 1e-6, lap[1].wall_s,
           n * 1e-6 / lap[1].wall_s, lap[0].cpu_s, lap[1].cpu_s, routing_s(shape, source),
           (double)lap[0].traffic.sent_bytes * 1e-6,
           (double)lap[1].traffic.sent_bytes * 1e-6,
           (unsigned long long)lap[1].traffic.rounds);
    free(source);
}

int main(void)
{
    static const struct shape shapes[] = {
        { 83000, 65536, 2 },     { 333000, 262144, 2 },   { 1340000, 1000000, 1 },
        { 1340000, 1000000, 2 }, { 1340000, 1000000, 4 }, { 2680000, 2000000, 2 },
    };

    if (sodium_init() < 0 || !cs_aes_supported())
        return 1;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        measure(&shapes[i]);
    return 0;
}
