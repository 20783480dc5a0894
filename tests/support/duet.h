/* duet.h: both roles of a dialogue in one process, on two threads, over memory.
 *
 * A part that ends frees its channel, so the other sees CS_CLOSED, not a hang.
 */
#ifndef CS_TESTS_SUPPORT_DUET_H
#define CS_TESTS_SUPPORT_DUET_H

#include "protocol/channel.h"
#include "tests/support/tamper.h"

typedef enum cs_status (*cs_part)(struct cs_channel *peer, int role, void *arg);

/* Plays part as role 0 with args[0] and as role 1 with args[1]; whoever waits longer
 * than ten seconds, thirty times as long under valgrind, gets CS_TIMEOUT. */
void cs_duet(cs_part part, void *args[2], enum cs_status results[2]);

struct cs_duet_options {
    unsigned timeout_ms;            /* 0: as cs_duet; longer under valgrind */
    const struct cs_tamper *tamper; /* may be NULL */
    struct cs_fault *faults[2];     /* may be NULL */

    /* Puts something between a role's channel and its transport; may be NULL. */
    enum cs_status (*wrap)(struct cs_transport *transport);
};

void cs_duet_with(cs_part part, void *args[2], enum cs_status results[2],
                  const struct cs_duet_options *options);

/* With faults of both, and a tamper or NULL; after one that acts nobody waits for long.
 */
void cs_duet_tampered(cs_part part, void *args[2], enum cs_status results[2],
                      const struct cs_tamper *tamper, struct cs_fault *const faults[2]);

/* What a role gets that waits for a frame which does not come. */
bool cs_is_silence(enum cs_status st);

#endif
