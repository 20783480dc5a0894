/* channel.h: frames between the two nodes, in order, sealed, counted and bounded in time.
 *
 * A channel carries frames {kind, body} over a transport: memory (channel_mem.c) or NNG
 * with TLS 1.3 inside (channel_nng.c). Whoever receives says which kind comes next and
 * how long it is; anything else is CS_PROTOCOL, before memory is taken for it. Bodies
 * larger than CS_FRAME_BYTES travel as several frames; the caller does not see it.
 *
 *   Errors     CS_TIMEOUT, CS_CLOSED, CS_PROTOCOL, CS_AUTH, CS_MEMORY, and CS_ABORTED:
 *              the peer said why. The words are in the fault. After an error the channel
 *              does nothing more but abort and free.
 *   Ownership  arrays stay the caller's; cs_channel_free takes NULL.
 *   Aliasing   mine and theirs of a swap do not overlap.
 *   Secrecy    what is sent is visible to the peer; a third party sees sizes and times.
 *   Threads    one thread a channel end, but for cs_channel_stop.
 *
 * Counted are frames and their bytes, before they are sealed, and rounds: a round is a
 * wait for a frame after at least one was sent. Heartbeats are not counted, so that two
 * runs which do the same report the same.
 */
#ifndef CS_PROTOCOL_CHANNEL_H
#define CS_PROTOCOL_CHANNEL_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/fault.h"
#include "crypto/status.h"

#define CS_FRAME_BYTES (1u << 20) /* of a frame's body, at most */

/* X(name): one line a kind of frame; docs/PROTOCOL.md says what is in each. */
/* clang-format off */
#define CS_FRAME_LIST(X) \
    X(HEARTBEAT) X(ABORT) X(HELLO) X(STUDY) X(RESUME) X(ALIGN) \
    X(TRANSCRIPT) X(LINK) X(HINT) \
    X(BASE_OT) X(OT_EXTEND) X(OT_CHECK) X(OPRF) X(EQUALITY) X(MULTIPLEX) X(ONE_HOT) \
    X(PERMUTE) X(GROUP_BY) X(JOINT_NOISE) \
    X(OWN_TABLE) X(KEPT) X(COMMIT) X(OPEN) X(FOUND) X(DENSITY) X(MASK_KEY) X(AVERAGE) \
    X(JUDGEMENT) X(CANDIDATES) X(DIGEST) X(BYE)
/* clang-format on */

enum cs_frame {
    CS_FRAME_NONE,
#define X(name) CS_FRAME_##name,
    CS_FRAME_LIST(X)
#undef X
};

struct cs_channel;

struct cs_traffic {
    const char *stage; /* a literal */
    uint64_t sent_bytes, received_bytes;
    uint64_t sent_frames, received_frames;
    uint64_t rounds;
};

CS_MUST_USE enum cs_status cs_channel_send(struct cs_channel *channel, enum cs_frame kind,
                                           const void *bytes, size_t n_bytes);

/* Receives exactly n_bytes of the kind. */
CS_MUST_USE enum cs_status cs_channel_recv(struct cs_channel *channel, enum cs_frame kind,
                                           void *bytes, size_t n_bytes);

/* Receives one frame of at most max_bytes <= CS_FRAME_BYTES; n_bytes gets its length. */
CS_MUST_USE enum cs_status cs_channel_recv_some(struct cs_channel *channel,
                                                enum cs_frame kind, void *bytes,
                                                size_t *n_bytes, size_t max_bytes);

/* Both ends call it: sends mine, receives theirs, of the same length > 0. Long bodies of
 * both cross without locking up, which a send of some MB before any recv may do. */
CS_MUST_USE enum cs_status cs_channel_swap(struct cs_channel *channel, enum cs_frame kind,
                                           const void *mine, void *theirs,
                                           size_t n_bytes);

/* Both ends call it with a digest (CS_AGREED_BYTES) of what should be the same at both:
 * swaps DIGEST, and CS_DISAGREE with these words unless it is. fault may be NULL. */
#define CS_AGREED_BYTES 32
CS_MUST_USE enum cs_status cs_channel_agree(struct cs_channel *channel,
                                            const uint8_t digest[static CS_AGREED_BYTES],
                                            const char *words, struct cs_fault *fault);

/* Called now and then by long local work, not after the last dialogue: sends a heartbeat
 * if nothing went out for two seconds or a quarter of the timeout, and finds out early
 * that the peer is gone or gave up. */
CS_MUST_USE enum cs_status cs_channel_tick(struct cs_channel *channel);

/* For a dialogue whose peer sent a well-formed frame with something in it that cannot be:
 * names it in the fault, and the channel has failed. what is a noun without values of a
 * row. Always CS_PROTOCOL. */
CS_MUST_USE enum cs_status cs_channel_refuse(struct cs_channel *channel,
                                             const char *what);

/* Tells the peer, as well as may be, that this side gives up: the last frame sent. Words
 * are cut to 511 bytes of printable ASCII; they may name files and fields, never a value
 * of a row. */
void cs_channel_abort(struct cs_channel *channel, enum cs_status why, const char *words);

/* From now on all frames but heartbeats are told to transcript (protocol/transcript.h);
 * NULL: no more. */
struct cs_transcript;
void cs_channel_watch(struct cs_channel *channel, struct cs_transcript *transcript);

/* From now on traffic counts under this stage (a literal). */
void cs_channel_stage(struct cs_channel *channel, const char *stage);
const struct cs_traffic *cs_channel_traffic(const struct cs_channel *channel, size_t *n);

/* What the network did so far. Zeros where the transport has none. */
struct cs_outages {
    uint64_t n_cuts;      /* connections that broke and were replaced */
    uint64_t down_ms;     /* without one, in sum */
    uint64_t n_intruders; /* other nodes with the peer's key that were refused */
};

struct cs_outages cs_channel_outages(const struct cs_channel *channel);

/* For a process that is being ended, by another thread than the channel's, once: tells
 * the peer, which ends with CS_ABORTED. Returns when the peer has heard it, at the latest
 * after wait_ms; calls of the channel's own thread do not return from then on. */
void cs_channel_stop(struct cs_channel *channel, unsigned wait_ms);

void cs_channel_free(struct cs_channel *channel);

/* Two ends in one process, for tests; whoever waits longer than timeout_ms gets
 * CS_TIMEOUT. Freeing one end gives CS_CLOSED at the other. The faults may be NULL. */
CS_MUST_USE enum cs_status cs_channel_mem_pair(struct cs_channel *ends[2],
                                               unsigned timeout_ms,
                                               struct cs_fault *faults[2]);

#endif
