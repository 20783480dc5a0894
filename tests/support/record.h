/* record.h: all bytes that one party sends in frames of one kind. */
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

/* What role sends while run plays a dialogue through a tamper that hurts nothing. To be
 * given to free. */
struct cs_record *cs_recorded(void (*run)(const struct cs_tamper *look), int role,
                              enum cs_frame kind);

#endif
