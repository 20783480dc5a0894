#include "protocol/wire.h"

#include <stdalign.h>
#include <string.h>

#include "proto/cosynth.pb-c.h"

enum { SMALL_ROOM = 4096 };

void *cs_wire_room_take(void *arg, size_t n_bytes)
{
    struct cs_wire_room *room = arg;
    const size_t unit = alignof(max_align_t);

    if (n_bytes > room->size - room->used)
        return NULL;
    void *piece = room->bytes + room->used;
    n_bytes = (n_bytes + unit - 1) / unit * unit;
    room->used = n_bytes > room->size - room->used ? room->size : room->used + n_bytes;
    return piece;
}

void cs_wire_room_give_back(void *arg, void *piece)
{
    (void)arg;
    (void)piece;
}

static ProtobufCAllocator in_room(struct cs_wire_room *room)
{
    room->used = 0;
    return (ProtobufCAllocator){ cs_wire_room_take, cs_wire_room_give_back, room };
}

size_t cs_wire_put_frame(uint8_t message[static CS_MESSAGE_BYTES],
                         const struct cs_wire_frame *frame)
{
    Cosynth__Frame packed = COSYNTH__FRAME__INIT;

    CS_REQUIRE(frame->n_bytes <= CS_FRAME_BYTES);
    packed.kind = frame->kind;
    packed.sequence = frame->sequence;
    packed.body = (ProtobufCBinaryData){ frame->n_bytes, (uint8_t *)frame->body };
    return cosynth__frame__pack(&packed, message);
}

bool cs_wire_get_frame(struct cs_wire_frame *frame, struct cs_wire_room *room,
                       const uint8_t *message, size_t n_bytes)
{
    ProtobufCAllocator allocator = in_room(room);
    const Cosynth__Frame *packed = cosynth__frame__unpack(&allocator, n_bytes, message);

    if (packed == NULL || packed->base.n_unknown_fields != 0 ||
        packed->kind > CS_FRAME_BYE || packed->body.len > CS_FRAME_BYTES)
        return false;
    frame->kind = (enum cs_frame)packed->kind;
    frame->sequence = packed->sequence;
    frame->body = packed->body.data;
    frame->n_bytes = packed->body.len;
    return true;
}

/* The words end up on a terminal and in files: nothing but printable ASCII. */
static void copy_printable(char to[static CS_WIRE_WORDS], const char *from)
{
    size_t n = 0;

    for (; n < CS_WIRE_WORDS - 1 && from[n] != '\0'; n++)
        to[n] = from[n] >= ' ' && from[n] <= '~' ? from[n] : '?';
    to[n] = '\0';
}

size_t cs_wire_put_abort(uint8_t message[static CS_WIRE_ABORT_BYTES],
                         const struct cs_wire_abort *abort)
{
    Cosynth__Abort packed = COSYNTH__ABORT__INIT;
    char words[CS_WIRE_WORDS];

    copy_printable(words, abort->words);
    packed.status = abort->status;
    packed.words = words;
    return cosynth__abort__pack(&packed, message);
}

bool cs_wire_get_abort(struct cs_wire_abort *abort, const uint8_t *message,
                       size_t n_bytes)
{
    alignas(max_align_t) uint8_t bytes[SMALL_ROOM];
    struct cs_wire_room room = { bytes, sizeof bytes, 0 };
    ProtobufCAllocator allocator = in_room(&room);
    const Cosynth__Abort *packed = cosynth__abort__unpack(&allocator, n_bytes, message);

    if (packed == NULL || packed->base.n_unknown_fields != 0 || packed->status > CS_IO ||
        packed->status == CS_OK)
        return false;
    abort->status = (enum cs_status)packed->status;
    copy_printable(abort->words, packed->words);
    return true;
}

size_t cs_wire_put_hello(uint8_t message[static CS_WIRE_HELLO_BYTES],
                         const struct cs_wire_hello *hello)
{
    Cosynth__Hello packed = COSYNTH__HELLO__INIT;

    packed.version = hello->version;
    packed.party = hello->party;
    packed.digest =
        (ProtobufCBinaryData){ sizeof hello->digest, (uint8_t *)hello->digest };
    return cosynth__hello__pack(&packed, message);
}

bool cs_wire_get_hello(struct cs_wire_hello *hello, const uint8_t *message,
                       size_t n_bytes)
{
    alignas(max_align_t) uint8_t bytes[SMALL_ROOM];
    struct cs_wire_room room = { bytes, sizeof bytes, 0 };
    ProtobufCAllocator allocator = in_room(&room);
    const Cosynth__Hello *packed = cosynth__hello__unpack(&allocator, n_bytes, message);

    if (packed == NULL || packed->digest.len != sizeof hello->digest)
        return false;
    hello->version = packed->version;
    hello->party = packed->party;
    memcpy(hello->digest, packed->digest.data, sizeof hello->digest);
    return true;
}

size_t cs_wire_put_rows(uint8_t message[static CS_WIRE_ROWS_BYTES], uint64_t n_rows)
{
    Cosynth__Rows packed = COSYNTH__ROWS__INIT;

    packed.rows = n_rows;
    return cosynth__rows__pack(&packed, message);
}

bool cs_wire_get_rows(uint64_t *n_rows, const uint8_t *message, size_t n_bytes)
{
    alignas(max_align_t) uint8_t bytes[SMALL_ROOM];
    struct cs_wire_room room = { bytes, sizeof bytes, 0 };
    ProtobufCAllocator allocator = in_room(&room);
    const Cosynth__Rows *packed = cosynth__rows__unpack(&allocator, n_bytes, message);

    if (packed == NULL || packed->base.n_unknown_fields != 0)
        return false;
    *n_rows = packed->rows;
    return true;
}
