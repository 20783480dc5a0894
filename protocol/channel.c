#include "protocol/channel.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/clock.h"
#include "protocol/transcript.h"
#include "protocol/wire.h"

enum { STAGES_MAX = 32, HEARTBEATS_A_TIMEOUT = 4, HEARTBEAT_MS = 2000 };

struct cs_channel {
    struct cs_transport transport;
    struct cs_fault *fault; /* borrowed; may be NULL */
    unsigned timeout_ms;
    enum cs_status failed; /* what ended the channel, CS_OK while it lives */

    uint64_t n_sent, n_received; /* frames, heartbeats included: the next sequence */
    uint64_t last_sent_ms;
    bool owes_round; /* sent since it last waited */

    uint8_t *message;           /* (CS_MESSAGE_BYTES) on its way out */
    struct cs_wire_room room;   /* holds the body of `frame` */
    struct cs_wire_frame frame; /* the last that came in */
    bool held;                  /* frame waits to be received */

    struct cs_transcript *transcript; /* borrowed; NULL: nobody watches */

    struct cs_traffic traffic[STAGES_MAX];
    size_t n_stages, stage;
};

static const char *name_of(enum cs_frame kind)
{
    static const char *const name[] = { "NONE",
#define X(word) #word,
                                        CS_FRAME_LIST(X)
#undef X
    };

    return name[kind];
}

enum cs_status cs_channel_new(struct cs_channel **channel, struct cs_transport transport,
                              unsigned timeout_ms, struct cs_fault *fault)
{
    struct cs_channel *made = calloc(1, sizeof *made);

    if (made == NULL) {
        transport.close(transport.self);
        return CS_MEMORY;
    }
    made->transport = transport;
    made->fault = fault;
    made->timeout_ms = timeout_ms;
    made->last_sent_ms = cs_clock_ms();
    made->message = malloc(CS_MESSAGE_BYTES);
    made->room.bytes = malloc(CS_WIRE_FRAME_ROOM);
    made->room.size = CS_WIRE_FRAME_ROOM;
    if (made->message == NULL || made->room.bytes == NULL) {
        cs_channel_free(made);
        return CS_MEMORY;
    }
    cs_channel_stage(made, "join");
    *channel = made;
    return CS_OK;
}

void cs_channel_free(struct cs_channel *channel)
{
    if (channel == NULL)
        return;
    channel->transport.close(channel->transport.self);
    free(channel->message);
    free(channel->room.bytes);
    free(channel);
}

/* ---- failing: once, with words ------------------------------------------------- */

static enum cs_status fail(struct cs_channel *channel, enum cs_status st)
{
    if (channel->failed == CS_OK)
        channel->failed = st;
    return st;
}

static enum cs_status peer_gave_up(struct cs_channel *channel)
{
    const struct cs_wire_frame *frame = &channel->frame;
    struct cs_wire_abort abort;

    if (!cs_wire_get_abort(&abort, frame->body, frame->n_bytes))
        return cs_fault_say(channel->fault, CS_PROTOCOL,
                            "the peer gave up with words that cannot be read");
    return cs_fault_say(channel->fault, CS_ABORTED, "the peer says: %s: %s",
                        cs_status_text(abort.status), abort.words);
}

static enum cs_status say_silence(const struct cs_channel *channel, enum cs_status st,
                                  const char *doing, enum cs_frame kind)
{
    if (st == CS_TIMEOUT)
        return cs_fault_say(
            channel->fault, st,
            "nothing moved for %.1f s while %s the %s frame; is the peer's "
            "node still running?",
            channel->timeout_ms / 1000.0, doing, name_of(kind));
    return cs_fault_say(channel->fault, st,
                        "while %s the %s frame; see what the peer's node says", doing,
                        name_of(kind));
}

/* ---- one frame in -------------------------------------------------------------- */

static void count_received(struct cs_channel *channel, size_t n_bytes)
{
    struct cs_traffic *traffic = &channel->traffic[channel->stage];

    traffic->received_bytes += n_bytes;
    traffic->received_frames++;
}

/* The next message as channel->frame, whatever its kind. */
static enum cs_status next_frame(struct cs_channel *channel, unsigned wait_ms)
{
    enum cs_status st = CS_OK;
    const uint8_t *message;
    size_t n_bytes;

    CS_TRY(channel->transport.recv(channel->transport.self, &message, &n_bytes, wait_ms));
    if (!cs_wire_get_frame(&channel->frame, &channel->room, message, n_bytes))
        return cs_fault_say(channel->fault, CS_PROTOCOL,
                            "the peer sent a message that is no frame; is the same "
                            "version of cosynth at both ends?");
    if (channel->frame.sequence != channel->n_received)
        return cs_fault_say(channel->fault, CS_PROTOCOL,
                            "a frame was lost or came twice (%s)",
                            name_of(channel->frame.kind));
    channel->n_received++;
    if (channel->frame.kind != CS_FRAME_HEARTBEAT)
        count_received(channel, n_bytes);
out:
    return st;
}

/* Holds the next frame that is not a heartbeat; each heartbeat starts the wait anew. */
static enum cs_status hold(struct cs_channel *channel, unsigned wait_ms)
{
    enum cs_status st = CS_OK;

    while (!channel->held) {
        CS_TRY(next_frame(channel, wait_ms));
        if (channel->frame.kind == CS_FRAME_ABORT)
            return peer_gave_up(channel);
        channel->held = channel->frame.kind != CS_FRAME_HEARTBEAT;
    }
out:
    return st;
}

static void count_round(struct cs_channel *channel)
{
    if (channel->owes_round)
        channel->traffic[channel->stage].rounds++;
    channel->owes_round = false;
}

/* A frame of the kind with min_bytes to max_bytes, copied out. */
static enum cs_status take(struct cs_channel *channel, enum cs_frame kind, void *bytes,
                           size_t *n_bytes, size_t min_bytes, size_t max_bytes)
{
    const struct cs_wire_frame *frame = &channel->frame;
    enum cs_status st = CS_OK;

    count_round(channel);
    st = hold(channel, channel->timeout_ms);
    if (st != CS_OK)
        return say_silence(channel, st, "waiting for", kind);
    if (frame->kind != kind)
        return cs_fault_say(channel->fault, CS_PROTOCOL,
                            "the peer sent a %s frame where %s is next",
                            name_of(frame->kind), name_of(kind));
    if (frame->n_bytes < min_bytes || frame->n_bytes > max_bytes)
        return cs_fault_say(channel->fault, CS_PROTOCOL,
                            "the peer sent %zu bytes in a %s frame, %zu to %zu are due",
                            frame->n_bytes, name_of(kind), min_bytes, max_bytes);
    if (frame->n_bytes > 0)
        memcpy(bytes, frame->body, frame->n_bytes);
    if (channel->transcript != NULL)
        cs_transcript_received(channel->transcript, bytes, frame->n_bytes);
    *n_bytes = frame->n_bytes;
    channel->held = false;
    return CS_OK;
}

/* ---- one frame out ------------------------------------------------------------- */

static void count_sent(struct cs_channel *channel, size_t n_bytes)
{
    struct cs_traffic *traffic = &channel->traffic[channel->stage];

    traffic->sent_bytes += n_bytes;
    traffic->sent_frames++;
    channel->owes_round = true;
}

static enum cs_status put(struct cs_channel *channel, enum cs_frame kind,
                          const void *bytes, size_t n_bytes)
{
    const struct cs_wire_frame frame = { kind, channel->n_sent, bytes, n_bytes };
    const size_t size = cs_wire_put_frame(channel->message, &frame);
    enum cs_status st = CS_OK;

    CS_TRY(channel->transport.send(channel->transport.self, channel->message, size,
                                   channel->timeout_ms));
    channel->n_sent++;
    channel->last_sent_ms = cs_clock_ms();
    if (kind != CS_FRAME_HEARTBEAT)
        count_sent(channel, size);
    if (kind != CS_FRAME_HEARTBEAT && channel->transcript != NULL)
        cs_transcript_sent(channel->transcript, bytes, n_bytes);
out:
    return st;
}

/* A peer that gave up has closed after its abort frame: look for that before calling
 * the connection gone. What it had sent before is of no use any more. */
static enum cs_status last_words(struct cs_channel *channel, enum cs_status st)
{
    enum cs_status found = CS_OK;

    while (found == CS_OK) {
        channel->held = false;
        found = hold(channel, 0);
    }
    return found == CS_ABORTED ? found : st;
}

static enum cs_status put_or_say(struct cs_channel *channel, enum cs_frame kind,
                                 const void *bytes, size_t n_bytes)
{
    enum cs_status st = put(channel, kind, bytes, n_bytes);

    if (st == CS_CLOSED)
        st = last_words(channel, st);
    return st == CS_OK ? st : say_silence(channel, st, "sending", kind);
}

/* ---- bodies of any length ------------------------------------------------------ */

static size_t piece_bytes(size_t left)
{
    return left < CS_FRAME_BYTES ? left : CS_FRAME_BYTES;
}

enum cs_status cs_channel_send(struct cs_channel *channel, enum cs_frame kind,
                               const void *bytes, size_t n_bytes)
{
    const uint8_t *from = bytes;
    enum cs_status st = channel->failed;

    for (size_t at = 0; st == CS_OK && (at == 0 || at < n_bytes); at += CS_FRAME_BYTES)
        st = put_or_say(channel, kind, n_bytes == 0 ? NULL : from + at,
                        piece_bytes(n_bytes - at));
    return fail(channel, st);
}

enum cs_status cs_channel_recv(struct cs_channel *channel, enum cs_frame kind,
                               void *bytes, size_t n_bytes)
{
    uint8_t *to = bytes;
    enum cs_status st = channel->failed;

    for (size_t at = 0; st == CS_OK && (at == 0 || at < n_bytes); at += CS_FRAME_BYTES) {
        size_t piece = piece_bytes(n_bytes - at);
        st = take(channel, kind, n_bytes == 0 ? NULL : to + at, &piece, piece, piece);
    }
    return fail(channel, st);
}

enum cs_status cs_channel_recv_some(struct cs_channel *channel, enum cs_frame kind,
                                    void *bytes, size_t *n_bytes, size_t max_bytes)
{
    enum cs_status st = channel->failed;

    CS_REQUIRE(max_bytes <= CS_FRAME_BYTES);
    if (st == CS_OK)
        st = take(channel, kind, bytes, n_bytes, 0, max_bytes);
    return fail(channel, st);
}

/* Piece by piece: no end ever has more than one frame under way that the other has not
 * begun to wait for, so that long bodies cannot fill both directions and lock up. */
enum cs_status cs_channel_swap(struct cs_channel *channel, enum cs_frame kind,
                               const void *mine, void *theirs, size_t n_bytes)
{
    const uint8_t *from = mine;
    uint8_t *to = theirs;
    enum cs_status st = channel->failed;

    CS_REQUIRE(n_bytes > 0);
    for (size_t at = 0; st == CS_OK && at < n_bytes; at += CS_FRAME_BYTES) {
        size_t piece = piece_bytes(n_bytes - at);
        CS_TRY(put_or_say(channel, kind, from + at, piece));
        CS_TRY(take(channel, kind, to + at, &piece, piece, piece));
    }
out:
    return fail(channel, st);
}

enum cs_status cs_channel_agree(struct cs_channel *channel,
                                const uint8_t digest[static CS_AGREED_BYTES],
                                const char *words, struct cs_fault *fault)
{
    uint8_t theirs[CS_AGREED_BYTES];
    const enum cs_status st =
        cs_channel_swap(channel, CS_FRAME_DIGEST, digest, theirs, sizeof theirs);

    if (st == CS_OK && memcmp(digest, theirs, sizeof theirs) != 0)
        return cs_fault_say(fault, CS_DISAGREE, "%s", words);
    return st;
}

/* ---- long work, giving up, counting -------------------------------------------- */

enum cs_status cs_channel_tick(struct cs_channel *channel)
{
    const unsigned share_ms = channel->timeout_ms / HEARTBEATS_A_TIMEOUT;
    const unsigned pause_ms = share_ms < HEARTBEAT_MS ? share_ms : HEARTBEAT_MS;
    enum cs_status st = channel->failed;

    if (st == CS_OK && cs_clock_ms() - channel->last_sent_ms >= pause_ms)
        st = put_or_say(channel, CS_FRAME_HEARTBEAT, NULL, 0);
    if (st == CS_OK) {
        st = hold(channel, 0);
        if (st == CS_TIMEOUT) /* nothing there, which is as it should be */
            st = CS_OK;
    }
    if (st != CS_OK)
        st = say_silence(channel, st, "looking for", CS_FRAME_HEARTBEAT);
    return fail(channel, st);
}

enum cs_status cs_channel_refuse(struct cs_channel *channel, const char *what)
{
    return fail(channel, cs_fault_say(channel->fault, CS_PROTOCOL,
                                      "%s; is the same version of cosynth at both ends? "
                                      "If so, the peer's node is not to be trusted",
                                      what));
}

void cs_channel_abort(struct cs_channel *channel, enum cs_status why, const char *words)
{
    uint8_t message[CS_WIRE_ABORT_BYTES];
    struct cs_wire_abort abort = { .status = why };

    CS_REQUIRE(why != CS_OK);
    if (channel->failed == CS_CLOSED || channel->failed == CS_ABORTED)
        return;
    strncat(abort.words, words, sizeof abort.words - 1);
    if (put(channel, CS_FRAME_ABORT, message, cs_wire_put_abort(message, &abort)) ==
        CS_OK)
        fail(channel, why);
}

void cs_channel_stop(struct cs_channel *channel, unsigned wait_ms)
{
    if (channel->transport.stop != NULL)
        channel->transport.stop(channel->transport.self, wait_ms);
}

struct cs_outages cs_channel_outages(const struct cs_channel *channel)
{
    return channel->transport.outages != NULL
               ? channel->transport.outages(channel->transport.self)
               : (struct cs_outages){ 0 };
}

void cs_channel_watch(struct cs_channel *channel, struct cs_transcript *transcript)
{
    channel->transcript = transcript;
}

void cs_channel_stage(struct cs_channel *channel, const char *stage)
{
    size_t i = 0;

    while (i < channel->n_stages && strcmp(channel->traffic[i].stage, stage) != 0)
        i++;
    CS_REQUIRE(i < STAGES_MAX);
    if (i == channel->n_stages) {
        channel->traffic[i].stage = stage;
        channel->n_stages++;
    }
    channel->stage = i;
}

const struct cs_traffic *cs_channel_traffic(const struct cs_channel *channel, size_t *n)
{
    *n = channel->n_stages;
    return channel->traffic;
}
