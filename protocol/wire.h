/* wire.h: frames as protobuf and back; the one file of protocol/ that knows protobuf-c.
 *
 * Decoding takes no memory of its own: what a message holds is laid out in a room that
 * has its size from birth, and a message that does not fit is refused. Unknown fields are
 * refused too: both nodes speak one version, or hello.c has ended the run.
 *
 *   Errors     _get returns false: the bytes are not such a message.
 *   Ownership  what _get points at is in the room, until its next use.
 */
#ifndef CS_PROTOCOL_WIRE_H
#define CS_PROTOCOL_WIRE_H

#include <stdbool.h>

#include "protocol/transport.h"

struct cs_wire_room {
    uint8_t *bytes; /* aligned as from malloc */
    size_t size, used;
};

/* An allocator of protobuf-c on a room: NULL where the room is full; a room is emptied as
 * a whole, so giving back does nothing. */
void *cs_wire_room_take(void *room, size_t n_bytes);
void cs_wire_room_give_back(void *room, void *piece);

/* Enough room for a full frame. */
#define CS_WIRE_FRAME_ROOM (CS_FRAME_BYTES + 1024)

struct cs_wire_frame {
    enum cs_frame kind;
    uint64_t sequence;
    const uint8_t *body;
    size_t n_bytes;
};

/* Returns the length of the message. The body is at most CS_FRAME_BYTES, and comes last.
 */
size_t cs_wire_put_frame(uint8_t message[static CS_MESSAGE_BYTES],
                         const struct cs_wire_frame *frame);
bool cs_wire_get_frame(struct cs_wire_frame *frame, struct cs_wire_room *room,
                       const uint8_t *message, size_t n_bytes);

#define CS_WIRE_WORDS 512 /* of an abort, with the final NUL */
#define CS_WIRE_ABORT_BYTES (CS_WIRE_WORDS + 16)

struct cs_wire_abort {
    enum cs_status status;
    char words[CS_WIRE_WORDS]; /* printable ASCII alone, whatever the peer sent */
};

size_t cs_wire_put_abort(uint8_t message[static CS_WIRE_ABORT_BYTES],
                         const struct cs_wire_abort *abort);
bool cs_wire_get_abort(struct cs_wire_abort *abort, const uint8_t *message,
                       size_t n_bytes);

#define CS_WIRE_HELLO_BYTES 64
#define CS_WIRE_DIGEST_BYTES 32

struct cs_wire_hello {
    unsigned version;
    unsigned party;
    uint8_t digest[CS_WIRE_DIGEST_BYTES];
};

/* _get takes a hello of a later version too, whatever else that says: the version must
 * be readable for ever. */
size_t cs_wire_put_hello(uint8_t message[static CS_WIRE_HELLO_BYTES],
                         const struct cs_wire_hello *hello);
bool cs_wire_get_hello(struct cs_wire_hello *hello, const uint8_t *message,
                       size_t n_bytes);

#define CS_WIRE_ROWS_BYTES 16

size_t cs_wire_put_rows(uint8_t message[static CS_WIRE_ROWS_BYTES], uint64_t n_rows);
bool cs_wire_get_rows(uint64_t *n_rows, const uint8_t *message, size_t n_bytes);

#endif
