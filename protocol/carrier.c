#include "protocol/carrier.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/carrier_parts.h"
#include "protocol/clock.h"

enum {
    SLICE_MS = 500,     /* of a wait */
    ABSENT_MS = 1000,   /* more between turns: this end was busy, not the peer silent */
    STOP_SLICE_MS = 20, /* the other thread may take what happened for itself */
    LINGER_MS = 2000,
    CLOSING_MS = 10000,
};

/* ---- time ---------------------------------------------------------------------- */

static void pass_time(struct cs_carrier *carrier)
{
    const uint64_t now_ms = cs_clock_ms();
    const uint64_t since_ms = now_ms - carrier->turned_ms;
    const unsigned passed_ms = (unsigned)(since_ms < ABSENT_MS ? since_ms : ABSENT_MS);

    carrier->turned_ms = now_ms;
    carrier->quiet_ms += passed_ms;
    carrier->stuck_ms += passed_ms;
    if (!carrier->has_line)
        return;
    const uint64_t n_heard = carrier->line.n_heard(carrier->line.self);
    if (n_heard != carrier->n_heard)
        carrier->quiet_ms = 0;
    carrier->n_heard = n_heard;
}

static enum cs_status say_gone(const struct cs_carrier *carrier, unsigned waited_ms)
{
    if (carrier->has_line && carrier->reconnect_ms == 0)
        return CS_TIMEOUT; /* the channel knows what it waits for */
    if (carrier->has_line)
        return cs_fault_say(
            carrier->fault, CS_TIMEOUT,
            "the peer is there and sent nothing for %.0f s; what does its "
            "node say? `reconnect` in the node file says how long to wait",
            waited_ms / 1000.0);
    return cs_fault_say(carrier->fault, CS_TIMEOUT,
                        "the connection broke and the peer did not come back within %.0f "
                        "s; is its node still running, is the network up? `reconnect` in "
                        "the node file says how long to wait",
                        waited_ms / 1000.0);
}

/* One step of all there is to do. */
static enum cs_status turn(struct cs_carrier *carrier)
{
    enum cs_status st = carrier->failed;

    if (st != CS_OK || (carrier->peer_ended && !carrier->has_line))
        return st;
    CS_TRY(cs_carrier_look_for_line(carrier));
    CS_TRY(cs_carrier_hear(carrier));
    CS_TRY(cs_carrier_speak(carrier));
    pass_time(carrier);
    if (carrier->has_line && carrier->reconnect_ms > 0 &&
        carrier->quiet_ms >= carrier->timeout_ms / 2) {
        carrier->down_ms += carrier->quiet_ms;
        CS_TRY(cs_carrier_break_line(carrier, CS_TIMEOUT));
    }
out:
    carrier->failed = st;
    return st;
}

static void rest(struct cs_carrier *carrier, unsigned left_ms)
{
    if (!carrier->is_restless) {
        pthread_mutex_unlock(&carrier->lock);
        carrier->lines.wait(carrier->lines.self, left_ms < SLICE_MS ? left_ms : SLICE_MS);
        pthread_mutex_lock(&carrier->lock);
    }
    carrier->is_restless = false;
}

/* A turn, and a wait for the next; CS_TIMEOUT after wait_ms in which nothing moved, or,
 * where lines may be mended, after as long as that may take. */
static enum cs_status wait_a_turn(struct cs_carrier *carrier, unsigned wait_ms)
{
    const unsigned longest_ms =
        wait_ms > carrier->reconnect_ms ? wait_ms : carrier->reconnect_ms;
    const unsigned limit_ms = carrier->has_given_up ? 0 : longest_ms;

    if (carrier->stuck_ms >= limit_ms) {
        carrier->has_given_up = true;
        return say_gone(carrier, longest_ms);
    }
    rest(carrier, limit_ms - carrier->stuck_ms);
    return turn(carrier);
}

/* ---- the transport ------------------------------------------------------------- */

/* Time begins anew for whoever begins to wait, unless the line is being mended. */
static enum cs_status begin(struct cs_carrier *carrier)
{
    if (carrier->has_line)
        carrier->stuck_ms = 0;
    return turn(carrier);
}

static enum cs_status send_message(struct cs_carrier *carrier, const void *bytes,
                                   size_t n_bytes, unsigned wait_ms)
{
    enum cs_status st = CS_OK;

    CS_TRY(begin(carrier));
    while (!carrier->peer_ended && carrier->sent.first != NULL &&
           carrier->sent.n_bytes + n_bytes > CS_CARRIER_WINDOW_BYTES)
        CS_TRY(wait_a_turn(carrier, wait_ms));
    if (carrier->peer_ended)
        return CS_CLOSED;
    struct cs_letter *letter =
        cs_backlog_add(&carrier->sent, CS_CARRIER_HEADER_BYTES, bytes, n_bytes);
    if (letter == NULL)
        return CS_MEMORY;
    carrier->n_sent++;
    if (carrier->unsent == NULL)
        carrier->unsent = letter;
    CS_TRY(turn(carrier));
    while (carrier->has_line && carrier->unsent != NULL)
        CS_TRY(wait_a_turn(carrier, wait_ms));
out:
    return st;
}

static enum cs_status carrier_send(void *self, const void *bytes, size_t n_bytes,
                                   unsigned wait_ms)
{
    struct cs_carrier *carrier = self;

    CS_REQUIRE(n_bytes <= CS_MESSAGE_BYTES);
    pthread_mutex_lock(&carrier->lock);
    const enum cs_status st = send_message(carrier, bytes, n_bytes, wait_ms);
    pthread_mutex_unlock(&carrier->lock);
    return st;
}

static void lend_first(struct cs_carrier *carrier, const uint8_t **bytes, size_t *n_bytes)
{
    carrier->lent = cs_backlog_take(&carrier->received);
    carrier->n_taken++;
    carrier->untold_bytes += carrier->lent->n_bytes;
    *bytes = carrier->lent->bytes;
    *n_bytes = carrier->lent->n_bytes;
}

/* Nobody waits, but there is nobody left to wait for either. */
static enum cs_status look_only(struct cs_carrier *carrier)
{
    const unsigned limit_ms = carrier->timeout_ms > carrier->reconnect_ms
                                  ? carrier->timeout_ms
                                  : carrier->reconnect_ms;

    return !carrier->has_line && carrier->stuck_ms >= limit_ms
               ? say_gone(carrier, limit_ms)
               : CS_TIMEOUT;
}

static enum cs_status recv_message(struct cs_carrier *carrier, const uint8_t **bytes,
                                   size_t *n_bytes, unsigned wait_ms)
{
    enum cs_status st = CS_OK;

    free(carrier->lent);
    carrier->lent = NULL;
    st = begin(carrier);
    while (st == CS_OK && carrier->received.first == NULL && !carrier->peer_ended)
        st = wait_ms == 0 ? look_only(carrier) : wait_a_turn(carrier, wait_ms);
    if (carrier->received.first != NULL) { /* first what came, whatever happened since */
        lend_first(carrier, bytes, n_bytes);
        return CS_OK;
    }
    return st == CS_OK ? CS_CLOSED : st;
}

static enum cs_status carrier_recv(void *self, const uint8_t **bytes, size_t *n_bytes,
                                   unsigned wait_ms)
{
    struct cs_carrier *carrier = self;

    pthread_mutex_lock(&carrier->lock);
    const enum cs_status st = recv_message(carrier, bytes, n_bytes, wait_ms);
    pthread_mutex_unlock(&carrier->lock);
    return st;
}

static struct cs_outages carrier_outages(void *self)
{
    struct cs_carrier *carrier = self;

    pthread_mutex_lock(&carrier->lock);
    const uint64_t now_down_ms =
        carrier->has_line ? 0 : cs_clock_ms() - carrier->down_from_ms;
    const struct cs_outages outages = { carrier->n_lines - 1,
                                        carrier->down_ms + now_down_ms,
                                        carrier->n_intruders };
    pthread_mutex_unlock(&carrier->lock);
    return outages;
}

/* ---- stopping, closing and joining --------------------------------------------- */

/* The lock is kept for good, so that nothing else happens here any more. Nothing is
 * freed: the one thread may be waiting, and lent bytes be read. The peer, when it has
 * heard, goes. */
static void carrier_stop(void *self, unsigned wait_ms)
{
    struct cs_carrier *carrier = self;
    const uint64_t until_ms = cs_clock_ms() + wait_ms;

    pthread_mutex_lock(&carrier->lock);
    carrier->fault = NULL; /* the one thread's */
    carrier->is_ending = carrier->is_stopping = true;
    while (turn(carrier) == CS_OK && !carrier->peer_ended &&
           (carrier->has_line || !carrier->said_end) && cs_clock_ms() < until_ms) {
        cs_backlog_wipe(&carrier->received);
        carrier->lines.wait(carrier->lines.self, STOP_SLICE_MS);
    }
}

static void carrier_free(struct cs_carrier *carrier)
{
    cs_carrier_drop_next(carrier);
    cs_carrier_drop_line(carrier);
    carrier->lines.close(carrier->lines.self);
    cs_backlog_wipe(&carrier->sent);
    cs_backlog_wipe(&carrier->received);
    free(carrier->lent);
    free(carrier->part);
    pthread_mutex_unlock(&carrier->lock);
    pthread_mutex_destroy(&carrier->lock);
    free(carrier);
}

/* Says the end and waits for the peer's, which shows that all has arrived there. A line
 * that breaks meanwhile is mended only for what the peer has not taken. */
static void carrier_close(void *self)
{
    struct cs_carrier *carrier = self;
    const uint64_t now_ms = cs_clock_ms(), until_ms = now_ms + CLOSING_MS;
    const uint64_t mend_until_ms =
        carrier->reconnect_ms < CLOSING_MS ? now_ms + carrier->reconnect_ms : until_ms;

    pthread_mutex_lock(&carrier->lock);
    carrier->is_ending = true;
    carrier->quiet_ms = 0;
    while (turn(carrier) == CS_OK && !carrier->peer_ended &&
           (carrier->has_line ? carrier->quiet_ms < LINGER_MS
                              : !carrier->has_given_up && carrier->sent.first != NULL &&
                                    cs_clock_ms() < mend_until_ms) &&
           cs_clock_ms() < until_ms) {
        cs_backlog_wipe(&carrier->received);
        rest(carrier, SLICE_MS);
    }
    carrier_free(carrier);
}

static struct cs_carrier *carrier_new(struct cs_lines lines,
                                      const struct cs_carrier_options *options)
{
    struct cs_carrier *carrier = calloc(1, sizeof *carrier);

    if (carrier == NULL) {
        lines.close(lines.self);
        return NULL;
    }
    pthread_mutex_init(&carrier->lock, NULL);
    carrier->lines = lines;
    carrier->fault = options->fault;
    carrier->timeout_ms = options->timeout_ms;
    carrier->reconnect_ms = options->reconnect_ms;
    carrier->turned_ms = cs_clock_ms();
    cs_rng_bytes(options->rng, carrier->id, sizeof carrier->id);
    return carrier;
}

enum cs_status cs_carrier_join(struct cs_transport *transport, struct cs_lines lines,
                               const struct cs_carrier_options *options)
{
    const uint64_t until_ms = cs_clock_ms() + options->join_ms;
    struct cs_carrier *carrier = carrier_new(lines, options);
    enum cs_status st = CS_OK;

    if (carrier == NULL)
        return CS_MEMORY;
    pthread_mutex_lock(&carrier->lock);
    while (carrier->n_lines == 0 && st == CS_OK) { /* it may be gone again already */
        const unsigned left_ms = cs_clock_left_ms(until_ms);

        st = left_ms == 0 ? CS_TIMEOUT : turn(carrier);
        if (st == CS_OK && carrier->n_lines == 0)
            rest(carrier, left_ms);
    }
    if (st == CS_TIMEOUT && carrier->engaged_until_ms > 0)
        st = cs_carrier_say_engaged(carrier);
    if (st != CS_OK) {
        carrier_free(carrier);
        return st;
    }
    carrier->stuck_ms = 0;
    pthread_mutex_unlock(&carrier->lock);
    *transport = (struct cs_transport){ carrier_send, carrier_recv,    carrier_close,
                                        carrier_stop, carrier_outages, carrier };
    return CS_OK;
}
