/* tcp.h: two ends of a plain TCP connection on this host, to measure what a dialogue
 * takes over loopback without NNG and TLS, as others measure theirs. No channel of the
 * program: nothing is sealed, nobody is authenticated.
 *
 *   Errors     CS_TIMEOUT, CS_CLOSED; CS_PROTOCOL for a message that is too long
 */
#ifndef CS_TESTS_SUPPORT_TCP_H
#define CS_TESTS_SUPPORT_TCP_H

#include "protocol/transport.h"

CS_MUST_USE enum cs_status cs_transport_tcp_pair(struct cs_transport ends[2]);

#endif
