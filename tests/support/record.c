#include "tests/support/record.h"

#include <stdlib.h>
#include <string.h>

struct cs_record *cs_record_new(int role, enum cs_frame kind)
{
    struct cs_record *const record = calloc(1, sizeof *record);

    CS_REQUIRE(record != NULL);
    record->role = role;
    record->kind = kind;
    return record;
}

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

struct cs_tamper cs_record_look(struct cs_record *record)
{
    return (struct cs_tamper){ .seen = keep, .arg = record };
}
