/* The elements of a group that base transfers are made of, from a peer that says anything
 * (tests/fuzz/peer.h). The first byte says at which end we are. */
#include "protocol/ot_base.h"
#include "tests/fuzz/peer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct cs_block choice = { 5, 7 };
    struct cs_fuzz_input input = { data, size };
    struct cs_fault fault = { .stage = "fuzz" };
    const bool sends = cs_fuzz_byte(&input) & 1;
    struct cs_channel *channel = cs_fuzz_channel(&input, &fault);
    struct cs_block pad[2 * CS_OT_BASE];
    uint8_t session[CS_OT_SESSION_BYTES];
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "transfers");
    const enum cs_status st = sends
                                  ? cs_ot_base_send(pad, session, &rng, channel)
                                  : cs_ot_base_recv(pad, session, choice, &rng, channel);
    CS_REQUIRE(st == CS_OK || st == CS_PROTOCOL || st == CS_CLOSED || st == CS_ABORTED);
    cs_fuzz_check_fault(&fault);
    cs_channel_free(channel);
    return 0;
}
