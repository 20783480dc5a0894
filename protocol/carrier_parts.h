/* carrier_parts.h: what the files protocol/carrier*.c share: the state of a carrier, and
 * a step of each of the things that it does.
 *
 *   Errors     what ends the carrier; that a line breaks is none, where another may come
 */
#ifndef CS_PROTOCOL_CARRIER_PARTS_H
#define CS_PROTOCOL_CARRIER_PARTS_H

#include <pthread.h>

#include "protocol/backlog.h"
#include "protocol/carrier.h"

#define CS_CARRIER_ID_BYTES 16

enum cs_word {
    CS_WORD_GREETING = 1,
    CS_WORD_DATA,
    CS_WORD_REST,
    CS_WORD_ACK,
    CS_WORD_END,
    CS_WORD_STOP
};

struct cs_carrier {
    pthread_mutex_t lock; /* held by whoever is inside, but while the one thread waits */
    struct cs_lines lines;
    struct cs_fault *fault;
    unsigned timeout_ms, reconnect_ms;
    enum cs_status failed; /* what ended it for good */

    uint8_t id[CS_CARRIER_ID_BYTES], peer[CS_CARRIER_ID_BYTES]; /* of the two processes */
    bool knows_peer;
    bool peer_ended, is_ending, is_stopping, has_given_up;

    struct cs_line line; /* in use */
    bool has_line, said_end;
    struct cs_line next; /* came, and has not greeted yet */
    bool has_next, has_greeted;
    uint64_t next_until_ms;         /* for its greeting */
    bool is_restless;               /* a line has gone: the next turn is at once */
    unsigned n_lines;               /* that were in use */
    uint64_t down_from_ms, down_ms; /* since the last line broke; before that, in sum */
    uint64_t n_intruders;           /* who came with the peer's certificate */
    uint64_t engaged_until_ms;      /* 0, or the peer has another, and this is its time */

    struct cs_backlog sent;   /* and not yet taken by the peer */
    struct cs_letter *unsent; /* of these, the first that this line has not carried */
    uint64_t unsent_number;
    size_t unsent_from; /* its bytes before this one are at the peer */
    uint64_t n_sent, n_peer_took;

    struct cs_backlog received; /* and not yet taken here */
    uint64_t n_received, n_taken;
    uint8_t *part; /* (CS_MESSAGE_BYTES) what came of the next; NULL: nothing ever */
    size_t n_part;
    size_t untold_bytes;    /* taken since the peer was last told */
    struct cs_letter *lent; /* what the last recv points at */

    uint64_t turned_ms, spoke_ms; /* the last turn, the last word on this line */
    uint64_t n_heard;             /* bytes on this line, at the last turn */
    unsigned quiet_ms;            /* since anything came on this line */
    unsigned stuck_ms;            /* since a message came or was taken */
};

/* ---- protocol/carrier_lines.c: lines come and go ------------------------------- */

CS_MUST_USE enum cs_status cs_carrier_look_for_line(struct cs_carrier *carrier);

/* Always CS_CONFIG: this node runs twice. */
CS_MUST_USE enum cs_status cs_carrier_say_engaged(const struct cs_carrier *carrier);

/* What came of a message remains. */
void cs_carrier_drop_line(struct cs_carrier *carrier);
void cs_carrier_drop_next(struct cs_carrier *carrier);

/* The line has failed: memory ends the carrier, and anything where no line may follow. */
CS_MUST_USE enum cs_status cs_carrier_break_line(struct cs_carrier *carrier,
                                                 enum cs_status why);

/* ---- protocol/carrier_words.c: what lines carry -------------------------------- */

/* The header of a word: the number is the message's; what is no message has the next. */
void cs_carrier_put_header(const struct cs_carrier *carrier, uint8_t *to,
                           enum cs_word kind, uint64_t number);
CS_MUST_USE enum cs_status cs_carrier_say_garbled(const struct cs_carrier *carrier);

/* Keeps the beginning of a message whose line breaks, if it has the next number. */
void cs_carrier_keep_part(struct cs_carrier *carrier, const uint8_t *message,
                          size_t n_bytes);

/* All that has come; all that is to be said, as far as the line takes it. */
CS_MUST_USE enum cs_status cs_carrier_hear(struct cs_carrier *carrier);
CS_MUST_USE enum cs_status cs_carrier_speak(struct cs_carrier *carrier);

#endif
