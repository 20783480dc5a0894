/* tls.h: one end of a TLS 1.3 session (RFC 8446) that reads and writes memory only.
 *
 * Plain bytes go in by cs_tls_seal and sealed bytes come out by cs_tls_take, to be
 * carried by whatever carries them; what arrives goes in by cs_tls_give and its plain
 * bytes come out by cs_tls_open. Both ends show a certificate, and each accepts exactly
 * one: the one whose SHA-256 it was told. No other version, no tickets, no early data.
 *
 *   Errors     CS_AUTH: another certificate than the pinned one, or ours was refused,
 *              with words that show the fingerprints. CS_PROTOCOL: what arrived is no
 *              TLS 1.3, or was altered on the way. CS_CLOSED: the peer said that it is
 *              done.
 *   Ownership  identity is read once and not kept; fault is borrowed for the life of
 *              the session, may be NULL
 *   Secrecy    the pinned fingerprint is compared in constant time, though it is public
 */
#ifndef CS_PROTOCOL_TLS_H
#define CS_PROTOCOL_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include "crypto/identity.h"

struct cs_tls;

CS_MUST_USE enum cs_status
cs_tls_new(struct cs_tls **tls, bool is_server, const struct cs_identity *identity,
           const uint8_t peer_fingerprint[static CS_FINGERPRINT_BYTES],
           struct cs_fault *fault);
void cs_tls_free(struct cs_tls *tls);

/* One step with what was given so far; done says whether the handshake is over here. On
 * an error as well there may be something to take: the alert that tells the peer. */
CS_MUST_USE enum cs_status cs_tls_handshake(struct cs_tls *tls, bool *done);

CS_MUST_USE enum cs_status cs_tls_seal(struct cs_tls *tls, const void *plain,
                                       size_t n_bytes);

/* At most max_bytes of what has arrived; n_bytes = 0: nothing yet. */
CS_MUST_USE enum cs_status cs_tls_open(struct cs_tls *tls, void *plain, size_t *n_bytes,
                                       size_t max_bytes);

CS_MUST_USE enum cs_status cs_tls_give(struct cs_tls *tls, const void *sealed,
                                       size_t n_bytes);
size_t cs_tls_waiting(const struct cs_tls *tls); /* bytes to be taken */
void cs_tls_take(struct cs_tls *tls, void *sealed, size_t n_bytes);

/* Says that this end is done (close_notify). */
void cs_tls_end(struct cs_tls *tls);

/* The peer said that it is done, or refused what it got: it hears nothing more. */
bool cs_tls_peer_ended(const struct cs_tls *tls);

#endif
