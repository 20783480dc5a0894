/* peer.h: a channel whose other end says what an input says.
 *
 * The input is pieces: a byte that says of what kind the frame is, a length in two bytes,
 * and its body. A kind of 128 and more: the body is the message as it is, no frame. With
 * nothing left the peer has gone. What it is told is dropped.
 */
#ifndef CS_TESTS_FUZZ_PEER_H
#define CS_TESTS_FUZZ_PEER_H

#include "protocol/channel.h"
#include "tests/fuzz/fuzz.h"

enum { CS_FUZZ_RAW = 128, CS_FUZZ_PIECE_BYTES = 3 };

/* input and fault are borrowed for the channel's life. */
struct cs_channel *cs_fuzz_channel(struct cs_fuzz_input *input, struct cs_fault *fault);

#endif
