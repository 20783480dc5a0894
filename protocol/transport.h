/* transport.h: what a channel needs of whatever carries its messages.
 *
 * A transport moves whole messages of at most CS_MESSAGE_BYTES, in order. It knows
 * nothing of frames. There are two: memory (channel_mem.c) and NNG with TLS inside
 * (channel_nng.c); tests wrap one that loses, cuts or alters (tests/support/tamper.h).
 *
 *   Errors     send and recv: CS_TIMEOUT after wait_ms, CS_CLOSED once the peer is
 *              gone and everything it sent has been received, CS_AUTH, CS_PROTOCOL,
 *              CS_MEMORY.
 *   Ownership  what recv points at is the transport's, and valid until the next recv.
 *   Threads    one thread an end, but for stop.
 */
#ifndef CS_PROTOCOL_TRANSPORT_H
#define CS_PROTOCOL_TRANSPORT_H

#include <stddef.h>
#include <stdint.h>

#include "protocol/channel.h"

#define CS_MESSAGE_BYTES (CS_FRAME_BYTES + 64) /* a full frame and what surrounds it */

struct cs_transport {
    enum cs_status (*send)(void *self, const void *bytes, size_t n_bytes,
                           unsigned wait_ms);

    /* wait_ms = 0 only looks. */
    enum cs_status (*recv)(void *self, const uint8_t **bytes, size_t *n_bytes,
                           unsigned wait_ms);

    /* Lets what was sent arrive, as far as that takes no longer than a moment, and frees
     * self. */
    void (*close)(void *self);

    /* As cs_channel_stop and cs_channel_outages; NULL where no network is. */
    void (*stop)(void *self, unsigned wait_ms);
    struct cs_outages (*outages)(void *self);

    void *self;
};

/* A channel over a transport. Takes the transport, on failure too. fault is borrowed
 * for the life of the channel and may be NULL. */
CS_MUST_USE enum cs_status cs_channel_new(struct cs_channel **channel,
                                          struct cs_transport transport,
                                          unsigned timeout_ms, struct cs_fault *fault);

/* Two ends in memory. Each direction holds about 4 MiB, as a socket does: a dialogue
 * in which both ends send more than that before either receives ends in CS_TIMEOUT here
 * as it would over a network. */
CS_MUST_USE enum cs_status cs_transport_mem_pair(struct cs_transport ends[2]);

#endif
