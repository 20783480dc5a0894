/* cuts.h: lines in memory that break, stall, repeat or garble, for tests of a carrier.
 *
 * End 1 dials, end 0 waits. A new line comes as soon as both want one, unless the plan
 * says that there are no more.
 */
#ifndef CS_TESTS_SUPPORT_CUTS_H
#define CS_TESTS_SUPPORT_CUTS_H

#include "protocol/carrier.h"

enum cs_cut {
    CS_CUT_NONE,
    CS_CUT_LOSE,   /* the line breaks and the message is lost */
    CS_CUT_AFTER,  /* the message arrives, then the line breaks */
    CS_CUT_PART,   /* half of the message arrives, then the line breaks */
    CS_CUT_GARBLE, /* the message cannot be opened, as TLS says of one that was altered */
    CS_CUT_STALL,  /* from this message on nothing arrives, and nobody is told */
    CS_CUT_REPEAT, /* a message with something in it arrives twice */
    CS_CUT_BUSY,   /* end 1 cannot send until it has tried with something to receive */
    CS_CUT_PRETEND, /* as LOSE, and then each end is told that the other has received all:
                       nothing is sent again */
};

struct cs_cut_plan {
    enum cs_cut act;
    size_t index;   /* of all messages of both ends, from 0: the one that is hurt */
    size_t again;   /* and each again-th after it, */
    size_t times;   /* so many in all */
    size_t n_lines; /* at most; 0: as many as wanted */
};

struct cs_cuts;

struct cs_cuts *cs_cuts_new(const struct cs_cut_plan *plan);
struct cs_lines cs_cuts_lines(struct cs_cuts *cuts, int end);

size_t cs_cuts_n_messages(const struct cs_cuts *cuts);
size_t cs_cuts_n_lines(const struct cs_cuts *cuts);

/* After both ends' lines are closed. */
void cs_cuts_free(struct cs_cuts *cuts);

#endif
