/* interrupt.h: SIGINT, SIGTERM and SIGHUP end a run as a failure does, with no file left.
 *
 * A thread waits for these signals, so that they are heard whatever the run computes or
 * waits for. It removes what is staged and ends the program by the signal; the connection
 * closes with it, which ends the peer's node. Files that are being published are all
 * published first.
 */
#ifndef CS_PARTY_INTERRUPT_H
#define CS_PARTY_INTERRUPT_H

#include <pthread.h>
#include <signal.h>

#include "party/staging.h"

struct cs_interrupt {
    struct cs_staging *staging; /* borrowed */
    pthread_t thread;
    sigset_t heard;  /* by the thread alone */
    sigset_t before; /* the mask that cs_interrupt_end restores */
};

/* Before any other thread is started: the signals must reach this one alone. */
CS_MUST_USE enum cs_status cs_interrupt_begin(struct cs_interrupt *interrupt,
                                              struct cs_staging *staging,
                                              struct cs_fault *fault);
void cs_interrupt_end(struct cs_interrupt *interrupt);

#endif
