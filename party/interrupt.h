/* interrupt.h: SIGINT, SIGTERM and SIGHUP end a run as a failure does, with no file left.
 *
 * A thread waits for these signals, so that they are heard whatever the run computes or
 * waits for. It removes what is staged, tells the peer, which takes no longer than a
 * second, and ends the program by the signal. Files that are being published are all
 * published first.
 */
#ifndef CS_PARTY_INTERRUPT_H
#define CS_PARTY_INTERRUPT_H

#include <pthread.h>
#include <signal.h>

#include "party/staging.h"
#include "protocol/channel.h"

struct cs_interrupt {
    struct cs_staging *staging; /* borrowed */
    struct cs_channel *channel; /* borrowed; NULL: there is no peer to tell */
    pthread_mutex_t lock;       /* over channel */
    pthread_t thread;
    sigset_t heard;  /* by the thread alone */
    sigset_t before; /* the mask that cs_interrupt_end restores */
};

/* Before any other thread is started: the signals must reach this one alone. */
CS_MUST_USE enum cs_status cs_interrupt_begin(struct cs_interrupt *interrupt,
                                              struct cs_staging *staging,
                                              struct cs_fault *fault);
/* From now on this channel's peer is told; NULL: nobody, so that it may be freed. */
void cs_interrupt_tell(struct cs_interrupt *interrupt, struct cs_channel *channel);

void cs_interrupt_end(struct cs_interrupt *interrupt);

#endif
