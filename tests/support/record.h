/* record.h: all bytes that one party sends in frames of one kind.
 *
 *     struct cs_record *sent = cs_record_new(role, kind);
 *     const struct cs_tamper look = cs_record_look(sent);
 */
#ifndef CS_TESTS_SUPPORT_RECORD_H
#define CS_TESTS_SUPPORT_RECORD_H

#include "tests/support/tamper.h"

enum { CS_RECORD_BYTES = 8 << 20 };

struct cs_record {
    int role;
    enum cs_frame kind;
    size_t n_frames, n_bytes;
    uint8_t bytes[CS_RECORD_BYTES]; /* more stops the test */
};

/* To be given to free. */
struct cs_record *cs_record_new(int role, enum cs_frame kind);

/* A tamper that hurts nothing and fills the record. */
struct cs_tamper cs_record_look(struct cs_record *record);

#endif
