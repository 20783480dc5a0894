/* protocol/equality.h: "tags and bits are secret: time, memory access and traffic depend
 * on n and n_bits alone". */
#include "protocol/equality.h"

#include "tests/constant_time/parts.h"
#include "tests/constant_time/taint.h"

enum { PAIRS = 130, BITS = 7 };

enum cs_status cs_ct_equality(struct cs_ct *ct, int role, struct cs_channel *peer)
{
    static uint64_t tag[2][PAIRS];
    static uint8_t bit[2][PAIRS];
    enum cs_status st;

    cs_taint_secret(tag[role], sizeof tag[role]);
    CS_TRY(role == 0 ? cs_equality_send(bit[role], tag[role], PAIRS, BITS, ct->sender,
                                        &ct->rng, peer, NULL)
                     : cs_equality_recv(bit[role], tag[role], PAIRS, BITS, ct->receiver,
                                        peer, NULL));
    cs_taint_expect(bit[role], sizeof bit[role]);
out:
    return st;
}
