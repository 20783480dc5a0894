/* protocol/permute.h: "shares and wish are secret. The sender takes time that depends on
 * counts alone; so does the receiver, but for routing before its first message". So the
 * wish is not marked, which routing reads, but the switches are that it sets. */
#include "protocol/permute.h"

#include "tests/constant_time/parts.h"
#include "tests/constant_time/taint.h"

/* The linker puts the first in the place of the second (tests/CMakeLists.txt). */
enum cs_status __wrap_cs_waksman_route_var(struct cs_block *control,
                                           const struct cs_waksman *net,
                                           const uint32_t *source);
enum cs_status __real_cs_waksman_route_var(struct cs_block *control,
                                           const struct cs_waksman *net,
                                           const uint32_t *source);

enum cs_status __wrap_cs_waksman_route_var(struct cs_block *control,
                                           const struct cs_waksman *net,
                                           const uint32_t *source)
{
    const enum cs_status st = __real_cs_waksman_route_var(control, net, source);

    cs_taint_secret(control, net->n_switches / 8);
    return st;
}

enum { IN = 37, OUT = 20, WORDS = 2 };

enum cs_status cs_ct_permute(struct cs_ct *ct, int role, struct cs_channel *peer)
{
    static uint64_t in[2][IN * WORDS], out_of[2][OUT * WORDS];
    static uint32_t source[OUT];
    enum cs_status st;

    cs_taint_secret(in[role], sizeof in[role]);
    for (uint32_t i = 0; role == 1 && i < OUT; i++)
        source[i] = i % 5 == 0 ? CS_PERMUTE_NOBODY : IN - 1 - i;
    CS_TRY(role == 0 ? cs_permute_send(out_of[role], in[role], IN, OUT, WORDS, ct->sender,
                                       peer, NULL)
                     : cs_permute_recv(out_of[role], in[role], source, IN, OUT, WORDS,
                                       ct->receiver, peer, NULL));
    cs_taint_expect(out_of[role], sizeof out_of[role]);
out:
    return st;
}
