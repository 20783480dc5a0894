#include "crypto/waksman.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "crypto/whole.h"

/* ---- the network ---------------------------------------------------------------- */

/* How many p < bound have bit d zero. */
static size_t n_without_bit(size_t bound, unsigned d)
{
    const size_t bit = (size_t)1 << d;

    return (bound >> (d + 1) << d) + cs_least(bound & (2 * bit - 1), bit);
}

static size_t bound_on_the_way_in(const struct cs_waksman *net, unsigned d)
{
    return net->n_in - ((size_t)1 << d);
}

static size_t bound_on_the_way_out(const struct cs_waksman *net, unsigned d)
{
    const size_t bit = (size_t)1 << d;
    const size_t wanted = (net->n_out + bit - 1) / bit * bit;

    return net->n_in <= 2 * bit ? 0 : cs_least(net->n_in - 2 * bit, wanted);
}

static void add_layer(struct cs_waksman *net, size_t at, unsigned d, size_t bound)
{
    const size_t n = n_without_bit(bound, d);

    net->layer[at] = (struct cs_waksman_layer){ net->n_switches, n, d };
    net->n_switches += n;
}

void cs_waksman_init(struct cs_waksman *net, size_t n_in, size_t n_out)
{
    CS_REQUIRE(n_out <= n_in && n_in <= CS_WAKSMAN_MAX);
    *net = (struct cs_waksman){ .n_in = n_in, .n_out = n_out };
    while (n_out > 0 && (size_t)1 << net->depth < n_in)
        net->depth++;
    for (unsigned d = 0; d < net->depth; d++)
        add_layer(net, d, d, bound_on_the_way_in(net, d));
    for (unsigned d = net->depth; d-- > 0;)
        add_layer(net, 2 * net->depth - 1 - d, d, bound_on_the_way_out(net, d));
}

const struct cs_waksman_layer *cs_waksman_layer_of(const struct cs_waksman *net,
                                                   size_t number)
{
    const struct cs_waksman_layer *layer = net->layer;

    CS_REQUIRE(number < net->n_switches);
    while (number - layer->first >= layer->n_switches)
        layer++;
    return layer;
}

/* ---- routing -------------------------------------------------------------------- */

/* Of the two outputs at a switch, the one that comes through the even half. */
enum through_even { NOT_YET, LOWER, UPPER };

struct routing {
    const struct cs_waksman *net;
    uint64_t *control; /* of its bits, 64 a word [secret] */
    uint32_t *to;      /* (n_in + 1) inverse of the permutation at hand [secret] */
    uint8_t *even;     /* (n_in / 2 + 1) enum through_even [secret] */
};

/* The m places first, first + 2^d, .. with a permutation of their own. If m is odd, the
 * last one has no switch at either end and goes through the even half, as though its
 * neighbour at both ends were one more item that stays. */
struct part {
    unsigned d;
    size_t first, m;
    const uint32_t *source; /* (m) */
};

/* next[out] is where a loop goes on from an output that comes through the even half: the
 * other input at the switch of its input goes through the odd half, so the other output
 * at the switch of *its* output comes through the even one. */
static void link_loops(const struct routing *r, const struct part *part, uint32_t *next)
{
    r->to[part->m] = (uint32_t)part->m;
    for (size_t i = 0; i < part->m; i++)
        r->to[part->source[i]] = (uint32_t)i;
    for (size_t i = 0; i < part->m; i++)
        next[i] = r->to[part->source[i] ^ 1] ^ 1;
}

/* The last switch of the way out is left out: it is straight, so its loop is the first.
 * In the others either way will do. */
static void follow_loops(const struct routing *r, const struct part *part,
                         const uint32_t *next)
{
    const size_t n_pairs = (part->m + 1) / 2;

    memset(r->even, NOT_YET, n_pairs);
    for (size_t i = n_pairs; i-- > 0;)
        for (size_t out = 2 * i; r->even[out / 2] == NOT_YET; out = next[out])
            r->even[out / 2] = (uint8_t)(LOWER + out % 2);
}

/* Switch i of the part, in a layer of the way in or out. No branch on the bit, which no
 * processor would foresee. */
static inline void set_switch(const struct routing *r, const struct part *part,
                              const struct cs_waksman_layer *layer, size_t i,
                              uint64_t crossed)
{
    const size_t in_layer = part->first + (i << part->d);
    const size_t number = layer->first + in_layer;

    if (in_layer < layer->n_switches)
        r->control[number / 64] |= crossed << number % 64;
}

/* The permutations of the halves, and both ends' switches. */
static void split(const struct routing *r, const struct part *part, uint32_t *even,
                  uint32_t *odd)
{
    const struct cs_waksman_layer *const in = &r->net->layer[part->d];
    const struct cs_waksman_layer *const out =
        &r->net->layer[2 * r->net->depth - 1 - part->d];

    for (size_t i = 0; i < part->m / 2; i++) {
        const size_t crossed = r->even[i] == UPPER;
        const uint32_t source = part->source[2 * i + crossed];

        even[i] = source / 2;
        odd[i] = part->source[2 * i + 1 - crossed] / 2;
        set_switch(r, part, in, source / 2, source % 2);
        set_switch(r, part, out, i, crossed);
    }
    if (part->m % 2 == 1) {
        const uint32_t source = part->source[part->m - 1];

        even[part->m / 2] = source / 2;
        set_switch(r, part, in, source / 2, source % 2);
    }
}

/* Calls itself as deep as the network is. The halves lie in scratch; the source, done
 * with, is their scratch. */
static void route(const struct routing *r, uint32_t *source, uint32_t *scratch, size_t m,
                  unsigned d, size_t first)
{
    const size_t n_even = (m + 1) / 2;
    const struct part part = { d, first, m, source };

    if (m < 2)
        return;
    link_loops(r, &part, scratch);
    follow_loops(r, &part, scratch);
    split(r, &part, scratch, scratch + n_even);
    route(r, scratch, source, n_even, d + 1, first);
    route(r, scratch + n_even, source + n_even, m / 2, d + 1, first + ((size_t)1 << d));
}

/* Makes a whole permutation (n_in) of the sources; used (n_in) gets whether each is. */
static void complete(uint32_t *whole, uint32_t *used, const struct cs_waksman *net,
                     const uint32_t *source)
{
    size_t spare = 0;

    memset(used, 0, net->n_in * sizeof *used);
    for (size_t i = 0; i < net->n_out; i++) {
        if (source[i] == CS_WAKSMAN_ANY)
            continue;
        CS_REQUIRE(source[i] < net->n_in && used[source[i]] == 0);
        used[source[i]] = 1;
    }
    for (size_t i = 0; i < net->n_in; i++) {
        if (i < net->n_out && source[i] != CS_WAKSMAN_ANY) {
            whole[i] = source[i];
            continue;
        }
        while (used[spare])
            spare++;
        whole[i] = (uint32_t)spare++;
    }
}

enum cs_status cs_waksman_route_var(struct cs_block *control,
                                    const struct cs_waksman *net, const uint32_t *source)
{
    const size_t n = net->n_in, n_bytes = (3 * n + 1) * sizeof *source + n / 2 + 1;
    uint32_t *const room = malloc(n_bytes);

    if (room == NULL)
        return CS_MEMORY;
    uint32_t *const to = room, *const whole = room + n + 1, *const scratch = whole + n;
    const struct routing r = { net, (uint64_t *)control, to, (uint8_t *)(scratch + n) };

    memset(control, 0, (net->n_switches + 127) / 128 * sizeof *control);
    complete(whole, to, net, source);
    if (net->n_switches > 0)
        route(&r, whole, scratch, n, 0, 0);
    cs_wipe_free(room, n_bytes);
    return CS_OK;
}
