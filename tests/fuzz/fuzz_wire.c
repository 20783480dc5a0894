/* Messages of protobuf: the first byte says which. What is read and written again must
 * read the same. */
#include <stdlib.h>
#include <string.h>

#include "protocol/wire.h"
#include "tests/fuzz/fuzz.h"

static void try_frame(const uint8_t *message, size_t n_bytes)
{
    static uint8_t again[CS_MESSAGE_BYTES], bytes[2][CS_WIRE_FRAME_ROOM];
    struct cs_wire_room room = { bytes[0], CS_WIRE_FRAME_ROOM, 0 };
    struct cs_wire_room other = { bytes[1], CS_WIRE_FRAME_ROOM, 0 };
    struct cs_wire_frame frame, same;

    if (!cs_wire_get_frame(&frame, &room, message, n_bytes))
        return;
    CS_REQUIRE(frame.kind <= CS_FRAME_BYE && frame.n_bytes <= n_bytes);
    CS_REQUIRE(cs_wire_get_frame(&same, &other, again, cs_wire_put_frame(again, &frame)));
    CS_REQUIRE(same.kind == frame.kind && same.sequence == frame.sequence &&
               same.n_bytes == frame.n_bytes);
    CS_REQUIRE(frame.n_bytes == 0 || memcmp(same.body, frame.body, frame.n_bytes) == 0);
}

static void try_abort(const uint8_t *message, size_t n_bytes)
{
    uint8_t again[CS_WIRE_ABORT_BYTES];
    struct cs_wire_abort abort, same;

    if (!cs_wire_get_abort(&abort, message, n_bytes))
        return;
    CS_REQUIRE(abort.status > CS_OK && abort.status <= CS_IO);
    for (const char *c = abort.words; *c != '\0'; c++)
        CS_REQUIRE(*c >= ' ' && *c <= '~');
    CS_REQUIRE(cs_wire_get_abort(&same, again, cs_wire_put_abort(again, &abort)));
    CS_REQUIRE(same.status == abort.status && strcmp(same.words, abort.words) == 0);
}

static void try_hello(const uint8_t *message, size_t n_bytes)
{
    uint8_t again[CS_WIRE_HELLO_BYTES];
    struct cs_wire_hello hello, same;

    if (!cs_wire_get_hello(&hello, message, n_bytes))
        return;
    CS_REQUIRE(cs_wire_get_hello(&same, again, cs_wire_put_hello(again, &hello)));
    CS_REQUIRE(same.version == hello.version && same.party == hello.party &&
               memcmp(same.digest, hello.digest, sizeof same.digest) == 0);
}

static void try_rows(const uint8_t *message, size_t n_bytes)
{
    uint8_t again[CS_WIRE_ROWS_BYTES];
    uint64_t n_rows, same;

    if (!cs_wire_get_rows(&n_rows, message, n_bytes))
        return;
    CS_REQUIRE(cs_wire_get_rows(&same, again, cs_wire_put_rows(again, n_rows)));
    CS_REQUIRE(same == n_rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void (*const tries[])(const uint8_t *message,
                          size_t n_bytes) = { try_frame, try_abort, try_hello, try_rows };

    if (size > 0)
        tries[data[0] % 4](data + 1, size - 1);
    return 0;
}
