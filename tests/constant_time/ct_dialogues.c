/* What headers of protocol/ promise of time and memory access: a part for each. What is
 * sent is public, as it is to the peer. */
#include <sodium.h>
#include <stdlib.h>

#include "protocol/transport.h"
#include "tests/constant_time/parts.h"
#include "tests/constant_time/taint.h"
#include "tests/support/duet.h"

static cs_ct_part *const parts[] = {
    cs_ct_ot,        cs_ct_equality, cs_ct_group_by, cs_ct_one_hot, cs_ct_joint_noise,
    cs_ct_multiplex, cs_ct_permute,  cs_ct_oprf,     cs_ct_reveal,
};

/* ---- the wire ---- */

static enum cs_status public_send(void *self, const void *bytes, size_t n_bytes,
                                  unsigned wait_ms)
{
    const struct cs_transport *inner = self;

    cs_taint_public(bytes, n_bytes);
    return inner->send(inner->self, bytes, n_bytes, wait_ms);
}

static enum cs_status public_recv(void *self, const uint8_t **bytes, size_t *n_bytes,
                                  unsigned wait_ms)
{
    const struct cs_transport *inner = self;

    return inner->recv(inner->self, bytes, n_bytes, wait_ms);
}

static void public_close(void *self)
{
    const struct cs_transport *inner = self;

    inner->close(inner->self);
    free(self);
}

static enum cs_status make_public(struct cs_transport *transport)
{
    struct cs_transport *inner = malloc(sizeof *inner);

    if (inner == NULL)
        return CS_MEMORY;
    *inner = *transport;
    *transport = (struct cs_transport){
        .send = public_send, .recv = public_recv, .close = public_close, .self = inner
    };
    return CS_OK;
}

/* ---- both ends ---- */

static enum cs_status transfers_new(struct cs_ct *ct, bool sends, struct cs_channel *peer)
{
    const unsigned k = 4;

    return sends ? cs_ot_sender_new(&ct->sender, k, &ct->rng, peer)
                 : cs_ot_receiver_new(&ct->receiver, k, &ct->rng, peer);
}

static enum cs_status play(struct cs_channel *peer, int role, void *arg)
{
    struct cs_ct *const ct = arg;
    enum cs_status st;

    cs_rng_init_labelled(&ct->rng, (uint64_t)role, "constant time");
    cs_taint_rng(&ct->rng);
    CS_TRY(transfers_new(ct, role == 0, peer));
    CS_TRY(transfers_new(ct, role == 1, peer));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        CS_TRY(parts[i](ct, role, peer));
out:
    cs_ot_sender_free(ct->sender);
    cs_ot_receiver_free(ct->receiver);
    return st;
}

int main(void)
{
    const struct cs_duet_options options = { .wrap = make_public };
    struct cs_ct ct[2] = { { .sender = NULL } };
    enum cs_status st[2];

    CS_REQUIRE(sodium_init() >= 0);
    cs_duet_with(play, (void *[]){ &ct[0], &ct[1] }, st, &options);
    return st[0] != CS_OK || st[1] != CS_OK;
}
