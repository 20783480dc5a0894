/* loopback.h: two ends that meet over NNG and TLS on this host. */
#ifndef CS_TESTS_SUPPORT_LOOPBACK_H
#define CS_TESTS_SUPPORT_LOOPBACK_H

#include "protocol/channel_nng.h"

struct cs_loopback {
    char url[64]; /* a port that was free a moment ago */
    struct cs_identity identity[2];
};

void cs_loopback_init(struct cs_loopback *loopback);

/* Set-up of the first test that joins: NNG 1.5 sets itself up at its first use, which two
 * threads at once must not be. A run has one thread that uses it. */
int cs_loopback_set_up(void **state);

/* Role 0 listens, role 1 connects; they wait ten seconds for each other, and not for
 * one that has gone. */
struct cs_nng_options cs_loopback_options(const struct cs_loopback *loopback, int role);

/* ---- both ends on two threads ---- */

typedef enum cs_status (*cs_loopback_part)(struct cs_channel *peer, int role);

struct cs_loopback_node {
    struct cs_nng_options options;
    cs_loopback_part part; /* after joining; NULL for nothing */
    int role;
    struct cs_fault fault;
    enum cs_status st;
};

void cs_loopback_nodes(struct cs_loopback_node node[static 2],
                       const struct cs_loopback *loopback, cs_loopback_part part);

/* Joins, plays its part and leaves: a struct cs_loopback_node, as a thread wants it. */
void *cs_loopback_run_node(void *node);
void cs_loopback_run(struct cs_loopback_node node[static 2]);

/* ---- strangers ---- */

unsigned cs_loopback_port(const char *url);

/* A plain connection to where somebody listens, or will within two seconds. */
int cs_loopback_connect(const char *url);

#endif
