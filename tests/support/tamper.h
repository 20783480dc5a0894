/* tamper.h: a transport around another that hurts one frame, and shows all of them.
 *
 * What the tests of a dialogue ask: does each frame that is lost, cut, altered, repeated,
 * late or out of order end in the right status at both ends; and what is it that crosses
 * the wire?
 */
#ifndef CS_TESTS_SUPPORT_TAMPER_H
#define CS_TESTS_SUPPORT_TAMPER_H

#include "protocol/transport.h"

enum cs_tamper_act {
    CS_TAMPER_NONE,
    CS_TAMPER_LOSE,
    CS_TAMPER_CUT,    /* the last byte of its body is missing (empty: as REPEAT) */
    CS_TAMPER_ALTER,  /* one bit of its body is flipped (empty: as REPEAT) */
    CS_TAMPER_REPEAT, /* sent twice, byte for byte */
    CS_TAMPER_DELAY,  /* sent delay_ms later */
    CS_TAMPER_SWAP,   /* sent after the role's next one; lost if there is none */
};

struct cs_tamper {
    enum cs_tamper_act act;
    int role;           /* whose frames: 0 or 1 */
    enum cs_frame kind; /* which of them: CS_FRAME_NONE is any kind... */
    size_t index;       /* ...and the index-th of these, from 0 */
    size_t at;          /* ALTER: the byte of the body, from its end: 0 is the last */
    unsigned delay_ms;

    /* Called for each frame as sent, before it is hurt; may be NULL. The two roles call
     * it from their own threads, never at the same time. */
    void (*seen)(void *arg, int role, enum cs_frame kind, const uint8_t *body,
                 size_t n_bytes);
    void *arg;
};

/* Replaces the transport of a role by one that goes through tamper (borrowed). CS_MEMORY
 * leaves it as it was. */
CS_MUST_USE enum cs_status cs_tamper_wrap(struct cs_transport *transport, int role,
                                          const struct cs_tamper *tamper);

#endif
