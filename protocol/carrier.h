/* carrier.h: a transport that outlives its connections.
 *
 * Messages are numbered, and kept until the peer has taken them. When a line (one
 * connection) breaks, another takes its place: each end says who it is and what it has
 * received, and the rest is sent again: a network that lets little pass between two cuts
 * still lets everything pass in the end. So whoever sends
 * and receives sees each message once, in order, whatever the network does.
 *
 * A line that is silent for half the timeout is taken for dead: both ends say something
 * every two seconds, or every quarter of the timeout, while they have a call to do it in.
 * A process that was started again has lost its messages: each draws an id at its start,
 * so that the other can tell.
 *
 *   Errors     CS_CLOSED: the peer said that it is done; or, with words, it was started
 *              again. CS_ABORTED, with words: it was stopped. CS_TIMEOUT, with words: it
 * was gone for longer than reconnect_ms. CS_CONFIG, with words: the peer is in session
 * with another node that has this node's key. CS_PROTOCOL, CS_MEMORY, what lines give.
 *   Units      a message has at most CS_MESSAGE_BYTES; what is kept, at either end, has
 *              at most CS_CARRIER_WINDOW_BYTES, each message counted with
 *              CS_LETTER_COST_BYTES more: sending waits until the peer takes
 *   Threads    one; the work is done within send, recv and close. stop is called by
 *              another, and does the work alone from then on: that the peer hears of it
 *              does not depend on what the one thread is at. It waits with wait while
 *              the one may wait, too
 */
#ifndef CS_PROTOCOL_CARRIER_H
#define CS_PROTOCOL_CARRIER_H

#include <stdbool.h>

#include "crypto/rng.h"
#include "protocol/transport.h"

#define CS_CARRIER_WINDOW_BYTES (32u << 20)
#define CS_CARRIER_HEADER_BYTES 17
#define CS_LINE_BYTES (CS_MESSAGE_BYTES + CS_CARRIER_HEADER_BYTES + 4)

/* One connection, whose other end is the peer for certain. No call waits. */
struct cs_line {
    /* CS_TIMEOUT: not taken, what was sent before is still on its way. */
    enum cs_status (*send)(void *self, const void *bytes, size_t n_bytes);

    /* CS_TIMEOUT: nothing whole is there. What bytes points at is the line's, until the
     * next recv. */
    enum cs_status (*recv)(void *self, const uint8_t **bytes, size_t *n_bytes);

    /* What came of a message that is not whole yet. */
    void (*part)(void *self, const uint8_t **bytes, size_t *n_bytes);

    uint64_t (*n_heard)(void *self); /* bytes that came so far, also of a part */
    void (*close)(void *self);       /* what was sent may still arrive */
    void *self;
};

/* Where lines come from. */
struct cs_lines {
    /* CS_TIMEOUT: none has come. is_wanted: the carrier has none, so that whoever dials
     * should. Any other status ends the carrier. */
    enum cs_status (*next)(void *self, struct cs_line *line, bool is_wanted);

    /* Until something may have happened since the last wait, at most wait_ms. */
    void (*wait)(void *self, unsigned wait_ms);

    void (*close)(void *self); /* after all lines */
    void *self;
};

struct cs_carrier_options {
    unsigned join_ms;      /* how long to wait for the first line */
    unsigned timeout_ms;   /* the channel's */
    unsigned reconnect_ms; /* how long to wait for another; 0: the first is the last */
    struct cs_rng *rng;    /* for the id; not kept */
    struct cs_fault *fault;
};

/* Takes lines, on failure too. Returns when the first line is there. */
CS_MUST_USE enum cs_status cs_carrier_join(struct cs_transport *transport,
                                           struct cs_lines lines,
                                           const struct cs_carrier_options *options);

#endif
