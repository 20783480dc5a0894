/* waksman.h: any permutation as switches in places that depend on its size alone.
 *
 * A switch lies between two places of an array and passes what is there straight or
 * crossed. Beauquier, Darrot, "On Arbitrary Size Waksman Networks and Their
 * Vulnerability", 2002, after Waksman, "A Permutation Network", 1968: inputs and outputs
 * in pairs with a switch each, between them two networks of half the size, and of all
 * switches the last of an even number of outputs left out. n items take the sum of
 * ceil(log2 i) for i = 1..n, about n log2 n - n, switches.
 *
 * Here the network stays in place: its halves are the even and the odd places, theirs the
 * places of one remainder mod 4, and so on. So for n items
 *
 *   the way in    for d = 0, 1, ..: switches (p, p + 2^d), bit d of p zero, p + 2^d < n
 *   the way out   for d = .., 1, 0: those of them for which p + 2^(d + 1) < n
 *
 * and, if only the n_out first outputs matter, what reaches none of them is left out: on
 * the way out p is also below n_out, rounded up to a multiple of 2^d.
 *
 *   Units       n counts items, or switches. Control bit i is bit i % 128 of
 *               control[i / 128]; 1 is crossed.
 *   Errors      CS_MEMORY; that sources are distinct and in range is checked, and stops
 *               the program if not.
 *   Secrecy     the network is public. The permutation and control bits are secret, and
 *               what finds the bits takes time that depends on them.
 */
#ifndef CS_CRYPTO_WAKSMAN_H
#define CS_CRYPTO_WAKSMAN_H

#include "crypto/block.h"
#include "crypto/status.h"

#define CS_WAKSMAN_MAX ((size_t)1 << 31) /* items */
#define CS_WAKSMAN_ANY ((uint32_t)0 - 1) /* an output that may be any input not used */

/* Switches that touch no place twice, in ascending order of place. */
struct cs_waksman_layer {
    size_t first;      /* number of its first switch */
    size_t n_switches; /* may be 0 */
    unsigned log_stride;
};

struct cs_waksman {
    size_t n_in, n_out, n_switches;
    unsigned depth; /* layers on the way in, and on the way out */
    struct cs_waksman_layer layer[2 * 31];
};

/* n_out <= n_in <= CS_WAKSMAN_MAX. No outputs take no switches. */
void cs_waksman_init(struct cs_waksman *net, size_t n_in, size_t n_out);

/* The layer of a switch, which is below n_switches. */
const struct cs_waksman_layer *cs_waksman_layer_of(const struct cs_waksman *net,
                                                   size_t number);

/* Of the i-th switch of a layer the lower place; the other is 2^log_stride further. */
static inline size_t cs_waksman_place(const struct cs_waksman_layer *layer, size_t i)
{
    return 2 * i - (i & (((size_t)1 << layer->log_stride) - 1));
}

/* Finds control (n_switches bits, in whole blocks) so that output i comes from input
 * source[i]; source (n_out) is of distinct inputs, and CS_WAKSMAN_ANY. Takes 12.5
 * n_in bytes while it runs. */
CS_MUST_USE enum cs_status cs_waksman_route_var(struct cs_block *control,
                                                const struct cs_waksman *net,
                                                const uint32_t *source);

#endif
