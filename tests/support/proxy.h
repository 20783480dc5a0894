/* proxy.h: what networks do, between two nodes on this host: it passes bytes on, and
 * cuts, stalls, delays and limits them.
 *
 * Listens on 127.0.0.1 and connects, for each connection that comes, to another port
 * there. One thread of its own.
 */
#ifndef CS_TESTS_SUPPORT_PROXY_H
#define CS_TESTS_SUPPORT_PROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cs_proxy_options {
    unsigned port, to_port;
    uint64_t cut_every;  /* bytes, of both directions together; 0: never */
    uint64_t n_cuts;     /* at most; 0: no limit */
    uint64_t stall_at;   /* from this byte on the connection passes nothing more, and
                            nobody is told; once; 0: never */
    unsigned delay_ms;   /* one way */
    uint64_t rate_bytes; /* a second, in each direction; 0: no limit */
};

struct cs_proxy;

struct cs_proxy *cs_proxy_start(const struct cs_proxy_options *options);
unsigned cs_proxy_n_connections(const struct cs_proxy *proxy);
uint64_t cs_proxy_n_bytes(const struct cs_proxy *proxy);
void cs_proxy_stop(struct cs_proxy *proxy);

#endif
