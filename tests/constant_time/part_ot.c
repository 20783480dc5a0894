/* protocol/ot.h, and ot_base.h, ot_trees.h, ot_matrix.h below it: "pads and choices are
 * secret: constant time but for n and k". */
#include "protocol/ot.h"

#include "tests/constant_time/parts.h"
#include "tests/constant_time/taint.h"

enum { N = 300 };

static enum cs_status send(struct cs_ot_sender *ot, struct cs_channel *peer)
{
    static struct cs_block pad0[N], pad1[N];
    enum cs_status st;

    CS_TRY(cs_ot_send(ot, pad0, pad1, N, peer));
    cs_taint_expect(pad0, sizeof pad0);
    cs_taint_expect(pad1, sizeof pad1);
out:
    return st;
}

static enum cs_status receive(struct cs_ot_receiver *ot, struct cs_channel *peer)
{
    static struct cs_block pad[N], choice[N / 128 + 1];
    enum cs_status st;

    cs_taint_secret(choice, sizeof choice);
    CS_TRY(cs_ot_recv(ot, pad, choice, N, peer));
    cs_taint_expect(pad, sizeof pad);
out:
    return st;
}

enum cs_status cs_ct_ot(struct cs_ct *ct, int role, struct cs_channel *peer)
{
    enum cs_status st;

    for (int call = 0; call < 2; call++)
        CS_TRY(role == 0 ? send(ct->sender, peer) : receive(ct->receiver, peer));
out:
    return st;
}
