/* children.h: this program twice more, as two children which end together.
 *
 * When one fails, the other gets some seconds to find out by itself and is stopped then.
 * SIGINT, SIGTERM and SIGHUP stop both, and so does the end of this process.
 */
#ifndef CS_PARTY_CHILDREN_H
#define CS_PARTY_CHILDREN_H

#include "crypto/fault.h"

enum { CS_CHILD_STOPPED = -1 };

struct cs_children_end {
    int code[2]; /* exit codes, or CS_CHILD_STOPPED */
    int signal;  /* the one that stopped both, 0 if none */
};

/* Starts both with the words of their command lines (NULL at the end) and waits for both.
 */
CS_MUST_USE enum cs_status cs_children_run(struct cs_children_end *end,
                                           const char *const *const words[2],
                                           struct cs_fault *fault);

#endif
