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

#endif
