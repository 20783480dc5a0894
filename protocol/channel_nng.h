/* channel_nng.h: a channel to a node on another host: NNG pair0 over TCP, TLS 1.3 inside.
 *
 * One party listens, the other connects; which is which says nothing about roles. Joining
 * waits until the peer has come and both have seen the other's pinned certificate.
 * Whoever else connects meanwhile is turned away without disturbing the session.
 *
 *   Errors     CS_CONFIG: the address cannot be used; CS_TIMEOUT: nobody came;
 *              CS_AUTH: another certificate than the pinned one, said at both ends; all
 *              with words. A peer that is killed is CS_CLOSED as soon as its host
 *              closes the connection.
 *   Ownership  options and what they point at are not kept, but for fault.
 *   Threads    NNG has its own; callers see one thread an end, as with any channel.
 */
#ifndef CS_PROTOCOL_CHANNEL_NNG_H
#define CS_PROTOCOL_CHANNEL_NNG_H

#include <stdbool.h>

#include "crypto/identity.h"
#include "protocol/transport.h"

struct cs_nng_options {
    const char *url; /* tcp://host:port */
    bool is_listener;
    const struct cs_identity *identity;
    const uint8_t *peer_fingerprint; /* (CS_FINGERPRINT_BYTES) */
    unsigned join_ms;                /* how long to wait for the peer to come */
    unsigned timeout_ms;             /* how long to wait for a frame */
};

CS_MUST_USE enum cs_status cs_channel_nng_join(struct cs_channel **channel,
                                               const struct cs_nng_options *options,
                                               struct cs_fault *fault);

/* The same below the channel, to be wrapped by a test. */
CS_MUST_USE enum cs_status cs_transport_nng_join(struct cs_transport *transport,
                                                 const struct cs_nng_options *options,
                                                 struct cs_fault *fault);

#endif
