#include "tests/support/record.h"

#include <stdlib.h>
#include <string.h>

static void keep(void *arg, int role, enum cs_frame kind, const uint8_t *body,
                 size_t n_bytes)
{
    struct cs_record *const record = arg;

    if (role != record->role || kind != record->kind)
        return;
    CS_REQUIRE(n_bytes <= sizeof record->bytes - record->n_bytes);
    memcpy(record->bytes + record->n_bytes, body, n_bytes);
    record->n_bytes += n_bytes;
    record->n_frames++;
}

struct cs_record *cs_recorded(void (*run)(const struct cs_tamper *look), int role,
                              enum cs_frame kind)
{
    struct cs_record *const record = calloc(1, sizeof *record);
    const struct cs_tamper look = { .seen = keep, .arg = record };

    CS_REQUIRE(record != NULL);
    record->role = role;
    record->kind = kind;
    run(&look);
    return record;
}
