/* channel_nng.h: a channel to a node on another host: TLS 1.3 over TCP, which survives
 * that its connection breaks (carrier.h).
 *
 * One party listens, the other connects; which is which says nothing about roles. Joining
 * waits until the peer has come and both have seen the other's pinned certificate. After
 * a cut the one dials again, at growing intervals that differ by chance, and the other
 * waits for it. Strangers who connect to the listener get nothing: whoever has not shown
 * the pinned certificate within ten seconds (or half the timeout) is sent away, however
 * many there are, and neither the session nor the peer who comes meanwhile notices.
 *
 *   Errors     CS_CONFIG: the address cannot be used, or this node runs twice;
 * CS_TIMEOUT: nobody came; CS_AUTH: another certificate than the pinned one: at once for
 *              the one who connects, and at the end of join_ms for the one who listens,
 *              since the peer may still come; all with words. And as carrier.h.
 *   Ownership  the identity and fault are borrowed for the life of the channel
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
    unsigned reconnect_ms; /* how long to wait for the peer after a cut; 0: a cut
                              is the end */
};

CS_MUST_USE enum cs_status cs_channel_nng_join(struct cs_channel **channel,
                                               const struct cs_nng_options *options,
                                               struct cs_fault *fault);

/* The same below the channel, to be wrapped by a test. */
CS_MUST_USE enum cs_status cs_transport_nng_join(struct cs_transport *transport,
                                                 const struct cs_nng_options *options,
                                                 struct cs_fault *fault);

#endif
