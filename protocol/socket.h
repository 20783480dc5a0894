/* socket.h: one connection to one peer over TCP, in messages; the one file that knows
 * NNG.
 *
 * The socket lets in the first peer that comes and nobody else, neither meanwhile nor
 * after that one has gone. It seals nothing: tls.h does.
 *
 *   Errors     CS_CONFIG with words: the address cannot be used. CS_TIMEOUT after wait_ms
 *              (0 only looks). CS_CLOSED once the peer is gone, and for _recv all that it
 *              sent is read. CS_MEMORY.
 *   Ownership  what _recv points at is the socket's, until the next _recv.
 */
#ifndef CS_PROTOCOL_SOCKET_H
#define CS_PROTOCOL_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/fault.h"

struct cs_socket;

/* url is tcp://host:port. Messages longer than max_bytes are not let in. */
CS_MUST_USE enum cs_status cs_socket_open(struct cs_socket **socket, const char *url,
                                          bool is_listener, size_t max_bytes,
                                          struct cs_fault *fault);

/* Waits until the peer has come. */
CS_MUST_USE enum cs_status cs_socket_wait(struct cs_socket *socket, unsigned wait_ms);

/* Room for the next message to send, NULL if there is none; then sends it. */
void *cs_socket_room(struct cs_socket *socket, size_t n_bytes);
CS_MUST_USE enum cs_status cs_socket_send(struct cs_socket *socket, unsigned wait_ms);

CS_MUST_USE enum cs_status cs_socket_recv(struct cs_socket *socket, const void **bytes,
                                          size_t *n_bytes, unsigned wait_ms);

bool cs_socket_is_gone(struct cs_socket *socket);

/* Drops what was not yet written to the network. Takes NULL. */
void cs_socket_free(struct cs_socket *socket);

#endif
