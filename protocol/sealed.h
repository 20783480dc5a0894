/* sealed.h: one connection under TLS 1.3 that carries messages: a link, sealed.
 *
 * No call waits: each does what can be done with what has come.
 *
 *   Errors     as tls.h; CS_CLOSED: the connection is gone
 *   Ownership  takes the link; identity is read by _new and not kept; the line of
 *              _line borrows
 */
#ifndef CS_PROTOCOL_SEALED_H
#define CS_PROTOCOL_SEALED_H

#include "crypto/identity.h"
#include "protocol/carrier.h"
#include "protocol/socket.h"

struct cs_sealed;

struct cs_sealed_options {
    bool is_server;
    const struct cs_identity *identity;
    const uint8_t *peer_fingerprint; /* (CS_FINGERPRINT_BYTES) */
};

/* Takes the link, on failure too. */
CS_MUST_USE enum cs_status cs_sealed_new(struct cs_sealed **sealed, struct cs_link *link,
                                         const struct cs_sealed_options *options);

/* A step of the handshake; is_done: each has shown its certificate to the other, and at
 * this end the other's is the pinned one. */
CS_MUST_USE enum cs_status cs_sealed_shake(struct cs_sealed *sealed, bool *is_done);

/* After the handshake; as in struct cs_line. */
CS_MUST_USE enum cs_status cs_sealed_send(struct cs_sealed *sealed, const void *bytes,
                                          size_t n_bytes);
CS_MUST_USE enum cs_status cs_sealed_recv(struct cs_sealed *sealed, const uint8_t **bytes,
                                          size_t *n_bytes);
void cs_sealed_part(const struct cs_sealed *sealed, const uint8_t **bytes,
                    size_t *n_bytes);
uint64_t cs_sealed_n_heard(const struct cs_sealed *sealed);

/* A step of going: says the end, sends what is left, drops what comes. True: the peer has
 * gone, or has said its own end, so that nothing more can arrive there. */
bool cs_sealed_leave(struct cs_sealed *sealed);

/* What TLS said of a failure; "" if nothing. */
const char *cs_sealed_words(const struct cs_sealed *sealed);

/* Takes NULL. */
void cs_sealed_free(struct cs_sealed *sealed);

#endif
