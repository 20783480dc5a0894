/* rehearsal.h: whole runs of a small study, both nodes in one process, over memory.
 *
 * Each is a run as `cosynth run` makes it, from the files to the published outputs, but
 * for the network: the parties play on two threads, A as role 0.
 *
 *   Errors     of the set-up stop the test; those of a run are its results
 *   Threads    runs of one rehearsal may go on at the same time
 */
#ifndef CS_TESTS_SUPPORT_REHEARSAL_H
#define CS_TESTS_SUPPORT_REHEARSAL_H

#include "crypto/fault.h"
#include "tests/support/tamper.h"

/* What differs between studies, as YAML. */
struct cs_rehearsal_study {
    const char *name;
    const char *link; /* "aligned" or "private" */
    const char *privacy;
    const char *noise;       /* "each" or "joint" */
    const char *aggregation; /* "shares" or "masks" */
    const char *region;      /* what is declared of a category of A */
    const char *spend;       /* and of a number of B */
};

struct cs_rehearsal {
    char folder[64]; /* files of both parties */
};

enum cs_rehearsal_outputs {
    CS_OUTPUTS_NONE,
    CS_OUTPUTS_SOME, /* what never may be */
    CS_OUTPUTS_ALL,
};

struct cs_rehearsal_end {
    enum cs_status st[2];
    struct cs_fault fault[2];
    enum cs_rehearsal_outputs outputs[2];
    unsigned elapsed_ms;
};

void cs_rehearsal_open(struct cs_rehearsal *rehearsal,
                       const struct cs_rehearsal_study *study);

/* tamper may be NULL; whoever waits longer than timeout_ms gets CS_TIMEOUT. */
void cs_rehearsal_run(struct cs_rehearsal_end *end, const struct cs_rehearsal *rehearsal,
                      const struct cs_tamper *tamper, unsigned timeout_ms);

void cs_rehearsal_close(struct cs_rehearsal *rehearsal);

#endif
