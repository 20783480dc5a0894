/* protocol/oprf.h: "inputs, outputs and keys are secret: constant time but for counts. Of
 * cs_oprf_eval memory access depends on which instances are named". */
#include "protocol/oprf.h"

#include "tests/constant_time/parts.h"
#include "tests/constant_time/taint.h"

enum { N = 150 };

/* The party that receives values is the sender of the transfers. */
static enum cs_status receive(struct cs_ct *ct, struct cs_channel *peer)
{
    static struct cs_block in[N], values[N];
    struct cs_oprf_receiver *oprf = NULL;
    enum cs_status st;

    cs_taint_secret(in, sizeof in);
    CS_TRY(cs_oprf_receiver_new(&oprf, ct->sender, peer));
    CS_TRY(cs_oprf_recv(oprf, values, in, N, peer, NULL));
    cs_taint_expect(values, sizeof values);
out:
    cs_oprf_receiver_free(oprf);
    return st;
}

static enum cs_status evaluate(struct cs_ct *ct, struct cs_channel *peer)
{
    static struct cs_block in[N], values[N];
    static uint32_t instance[N];
    struct cs_oprf_sender *oprf = NULL;
    enum cs_status st;

    cs_taint_secret(in, sizeof in);
    CS_TRY(cs_oprf_sender_new(&oprf, ct->receiver, &ct->rng, peer));
    CS_TRY(cs_oprf_send(oprf, N, peer, NULL));
    cs_oprf_eval(oprf, values, instance, in, N);
    cs_taint_expect(values, sizeof values);
out:
    cs_oprf_sender_free(oprf);
    return st;
}

enum cs_status cs_ct_oprf(struct cs_ct *ct, int role, struct cs_channel *peer)
{
    return role == 0 ? receive(ct, peer) : evaluate(ct, peer);
}
