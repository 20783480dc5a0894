/* socket.h: connections over TCP, as bytes; the one file that knows NNG.
 *
 * A socket listens at an address, or dials it; each connection that comes of it is a
 * link. NNG's streams carry them, not its pair sockets: those let in the first who comes
 * and nobody else, so that a stranger who keeps silent would keep the peer out, and a
 * peer that lost its connection would have to wait until this end has noticed too.
 * Nothing is sealed here: sealed.h does that.
 *
 *   Errors     CS_CONFIG with words: the address cannot be used. CS_TIMEOUT with words:
 * it cannot be looked up for the moment. CS_CLOSED: the connection is gone, and all that
 * came of it is read. CS_MEMORY. Ownership  a socket outlives its links. What _read
 * points at is the link's, until the next _read. Threads    NNG has its own, which only
 * move bytes and wake _wait; all functions are called by one thread.
 */
#ifndef CS_PROTOCOL_SOCKET_H
#define CS_PROTOCOL_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/fault.h"

struct cs_socket;
struct cs_link;

/* url is tcp://host:port. */
CS_MUST_USE enum cs_status cs_socket_open(struct cs_socket **socket, const char *url,
                                          bool is_listener, struct cs_fault *fault);

/* Begins to dial, of a socket that does not listen. False: it is at it already. */
bool cs_socket_dial(struct cs_socket *socket);
bool cs_socket_is_dialling(struct cs_socket *socket);

/* The next connection that came, NULL if none did. A listener lets the next one in only
 * after this one is taken; the others wait in the system's queue. */
struct cs_link *cs_socket_take(struct cs_socket *socket);

/* Returns when something may have happened since the last call: a connection came, bytes
 * came, or bytes went; at the latest after wait_ms. */
void cs_socket_wait(struct cs_socket *socket, unsigned wait_ms);

/* Takes NULL. */
void cs_socket_free(struct cs_socket *socket);

/* What has come since, n_bytes = 0: nothing. */
CS_MUST_USE enum cs_status cs_link_read(struct cs_link *link, const void **bytes,
                                        size_t *n_bytes);

/* One piece goes at a time: while it goes, there is no room for another. */
bool cs_link_is_writing(struct cs_link *link);

/* Room for the next piece, NULL if there is no memory; then sends it. */
void *cs_link_room(struct cs_link *link, size_t n_bytes);
void cs_link_write(struct cs_link *link);

/* Drops what was not yet written. Takes NULL. */
void cs_link_free(struct cs_link *link);

#endif
