#include "tests/fuzz/peer.h"

#include <stdlib.h>

#include "protocol/wire.h"

enum { TIMEOUT_MS = 60000 }; /* nothing here waits */

struct peer {
    struct cs_fuzz_input *input;
    uint64_t n_frames;
    uint8_t message[CS_MESSAGE_BYTES];
};

static enum cs_status hear(void *self, const void *bytes, size_t n_bytes,
                           unsigned wait_ms)
{
    (void)self;
    (void)bytes;
    (void)wait_ms;
    CS_REQUIRE(n_bytes <= CS_MESSAGE_BYTES);
    return CS_OK;
}

static enum cs_status say(void *self, const uint8_t **bytes, size_t *n_bytes,
                          unsigned wait_ms)
{
    struct peer *peer = self;
    const uint8_t kind = cs_fuzz_byte(peer->input);
    struct cs_wire_frame frame = { (enum cs_frame)kind, peer->n_frames, NULL,
                                   cs_fuzz_word(peer->input) };
    (void)wait_ms;

    if (peer->input->left == 0)
        return CS_CLOSED;
    frame.body = cs_fuzz_bytes(peer->input, &frame.n_bytes);
    *bytes = frame.body;
    *n_bytes = frame.n_bytes;
    if (kind >= CS_FUZZ_RAW)
        return CS_OK;
    peer->n_frames++;
    *bytes = peer->message;
    *n_bytes = cs_wire_put_frame(peer->message, &frame);
    return CS_OK;
}

struct cs_channel *cs_fuzz_channel(struct cs_fuzz_input *input, struct cs_fault *fault)
{
    struct peer *peer = calloc(1, sizeof *peer);
    const struct cs_transport transport = {
        .send = hear, .recv = say, .close = free, .self = peer
    };
    struct cs_channel *channel = NULL;

    CS_REQUIRE(peer != NULL);
    peer->input = input;
    CS_REQUIRE(cs_channel_new(&channel, transport, TIMEOUT_MS, fault) == CS_OK);
    return channel;
}
