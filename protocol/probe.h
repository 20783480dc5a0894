/* probe.h: is the peer's node up? A look at the address, before a run.
 *
 * Who listens finds out whether it can; who connects, whether somebody answers, and
 * whether that is the peer: as far as the TLS handshake, and no further, so that a peer
 * who waits for a run goes on waiting.
 *
 *   Errors  CS_CONFIG, with words: the address cannot be used; CS_AUTH, with words: who
 *           answers is not the peer, or does not take this node for one; CS_TIMEOUT:
 *           nobody answers, or not within wait_ms; CS_MEMORY
 */
#ifndef CS_PROTOCOL_PROBE_H
#define CS_PROTOCOL_PROBE_H

#include <stdbool.h>

#include "crypto/identity.h"

struct cs_probe {
    const char *url; /* tcp://host:port */
    bool is_listener;
    const struct cs_identity *identity; /* NULL: nobody is asked who it is */
    const uint8_t *peer_fingerprint;    /* (CS_FINGERPRINT_BYTES) */
    unsigned wait_ms;
};

/* somebody: whether a connection was made at all. */
CS_MUST_USE enum cs_status cs_probe(bool *somebody, const struct cs_probe *probe,
                                    struct cs_fault *fault);

#endif
