/* carrier_words.c: messages, numbered, and what is said of them. */
#include <stdlib.h>
#include <string.h>

#include "crypto/bytes.h"
#include "protocol/carrier_parts.h"
#include "protocol/clock.h"

enum {
    ACK_BYTES = CS_CARRIER_WINDOW_BYTES / 8, /* taken, before that is said by itself */
    PAUSE_MS = 2000, /* between two words, as the channel's heartbeats */
    PAUSES_A_TIMEOUT = 4,
    FROM_BYTES = 4, /* of a REST, before its bytes */
};

/* ---- headers ------------------------------------------------------------------- */

/* A header is   byte kind, uint64 number, uint64 taken : the message's number (what is no
 * message has that of the next), and how many messages its sender has taken. */
void cs_carrier_put_header(const struct cs_carrier *carrier, uint8_t *to,
                           enum cs_word kind, uint64_t number)
{
    to[0] = (uint8_t)kind;
    cs_bytes_put(to + 1, number, 8);
    cs_bytes_put(to + 9, carrier->n_taken, 8);
}

enum cs_status cs_carrier_say_garbled(const struct cs_carrier *carrier)
{
    return cs_fault_say(carrier->fault, CS_PROTOCOL,
                        "the peer sent a message out of place; is the same version of "
                        "cosynth at both ends?");
}

/* ---- words in ------------------------------------------------------------------ */

static void pass_unsent(struct cs_carrier *carrier)
{
    carrier->unsent = carrier->unsent->next;
    carrier->unsent_number++;
    carrier->unsent_from = 0;
}

/* The peer has taken n messages: they need not be kept. Nor sent again: after its
 * greeting it may still have received some on the line before. */
static enum cs_status forget_taken(struct cs_carrier *carrier, uint64_t n)
{
    if (n < carrier->n_peer_took || n > carrier->n_sent)
        return cs_carrier_say_garbled(carrier);
    for (; carrier->n_peer_took < n; carrier->n_peer_took++) {
        if (carrier->sent.first == carrier->unsent)
            pass_unsent(carrier);
        free(cs_backlog_take(&carrier->sent));
        carrier->stuck_ms = 0;
    }
    return CS_OK;
}

static enum cs_status put_in(struct cs_carrier *carrier, const uint8_t *body,
                             size_t n_bytes)
{
    if (n_bytes > CS_MESSAGE_BYTES || carrier->received.n_bytes > CS_CARRIER_WINDOW_BYTES)
        return cs_carrier_say_garbled(carrier);
    if (cs_backlog_add(&carrier->received, 0, body, n_bytes) == NULL)
        return CS_MEMORY;
    carrier->n_received++;
    carrier->n_part = 0;
    carrier->stuck_ms = 0;
    return CS_OK;
}

/* Bytes of the next message, from a place on. False: they leave a gap, or are too many.
 */
static bool add_part(struct cs_carrier *carrier, size_t from, const uint8_t *bytes,
                     size_t n_bytes)
{
    if (carrier->part == NULL)
        carrier->part = malloc(CS_MESSAGE_BYTES);
    if (carrier->part == NULL || from > carrier->n_part ||
        n_bytes > CS_MESSAGE_BYTES - from)
        return false;
    memcpy(carrier->part + from, bytes, n_bytes);
    if (from + n_bytes > carrier->n_part)
        carrier->stuck_ms = 0;
    carrier->n_part = from + n_bytes;
    return true;
}

void cs_carrier_keep_part(struct cs_carrier *carrier, const uint8_t *message,
                          size_t n_bytes)
{
    const size_t n_head = CS_CARRIER_HEADER_BYTES;

    if (n_bytes <= n_head + FROM_BYTES ||
        cs_bytes_get(message + 1, 8) != carrier->n_received)
        return;
    if (message[0] == CS_WORD_DATA)
        (void)add_part(carrier, 0, message + n_head, n_bytes - n_head);
    if (message[0] == CS_WORD_REST)
        (void)add_part(carrier, (size_t)cs_bytes_get(message + n_head, FROM_BYTES),
                       message + n_head + FROM_BYTES, n_bytes - n_head - FROM_BYTES);
}

static enum cs_status read_rest(struct cs_carrier *carrier, const uint8_t *body,
                                size_t n_bytes)
{
    if (n_bytes < FROM_BYTES || !add_part(carrier, (size_t)cs_bytes_get(body, FROM_BYTES),
                                          body + FROM_BYTES, n_bytes - FROM_BYTES))
        return cs_carrier_say_garbled(carrier);
    return put_in(carrier, carrier->part, carrier->n_part);
}

static enum cs_status say_stopped(const struct cs_carrier *carrier)
{
    return cs_fault_say(carrier->fault, CS_ABORTED,
                        "the peer's node was stopped, by its operator or with its host; "
                        "start both nodes again when it can run");
}

static enum cs_status read_message(struct cs_carrier *carrier, const uint8_t *message,
                                   size_t n_bytes)
{
    const uint8_t *body = message + CS_CARRIER_HEADER_BYTES;
    const size_t n_body = n_bytes - CS_CARRIER_HEADER_BYTES;
    enum cs_status st = CS_OK;

    if (n_bytes < CS_CARRIER_HEADER_BYTES)
        return cs_carrier_say_garbled(carrier);
    const enum cs_word kind = message[0];
    const uint64_t number = cs_bytes_get(message + 1, 8);
    CS_TRY(forget_taken(carrier, cs_bytes_get(message + 9, 8)));
    if ((kind == CS_WORD_DATA || kind == CS_WORD_REST) && number < carrier->n_received)
        return CS_OK; /* came before */
    if (number != carrier->n_received)
        return cs_carrier_say_garbled(carrier);
    if (kind == CS_WORD_DATA)
        return put_in(carrier, body, n_body);
    if (kind == CS_WORD_REST)
        return read_rest(carrier, body, n_body);
    if (n_body != 0 || kind < CS_WORD_ACK || kind > CS_WORD_STOP)
        return cs_carrier_say_garbled(carrier);
    if (kind == CS_WORD_STOP)
        return say_stopped(carrier);
    carrier->peer_ended |= kind == CS_WORD_END;
out:
    return st;
}

/* All that has come. */
enum cs_status cs_carrier_hear(struct cs_carrier *carrier)
{
    enum cs_status st = CS_OK;
    const uint8_t *message;
    size_t n_bytes;

    while (carrier->has_line && !carrier->peer_ended) {
        st = carrier->line.recv(carrier->line.self, &message, &n_bytes);
        if (st == CS_TIMEOUT)
            break;
        if (st != CS_OK)
            return cs_carrier_break_line(carrier, st);
        CS_TRY(read_message(carrier, message, n_bytes));
    }
    st = CS_OK;
out:
    return st;
}

/* ---- words out ----------------------------------------------------------------- */

static enum cs_status say(struct cs_carrier *carrier, const uint8_t *message,
                          size_t n_bytes, bool *is_said)
{
    const enum cs_status st = carrier->line.send(carrier->line.self, message, n_bytes);

    *is_said = st == CS_OK;
    if (st == CS_OK) {
        carrier->spoke_ms = cs_clock_ms();
        carrier->untold_bytes = 0;
    }
    return st == CS_OK || st == CS_TIMEOUT ? CS_OK : cs_carrier_break_line(carrier, st);
}

static enum cs_status say_header(struct cs_carrier *carrier, enum cs_word kind,
                                 bool *is_said)
{
    uint8_t message[CS_CARRIER_HEADER_BYTES];

    cs_carrier_put_header(carrier, message, kind, carrier->n_sent);
    return say(carrier, message, sizeof message, is_said);
}

/* Of a message whose beginning the peer has: only the rest. */
static enum cs_status say_rest(struct cs_carrier *carrier, const struct cs_letter *letter,
                               bool *is_said)
{
    const size_t n_head = CS_CARRIER_HEADER_BYTES, from = carrier->unsent_from;
    const size_t n_rest = letter->n_bytes - n_head - from;
    uint8_t *message = malloc(n_head + FROM_BYTES + n_rest);

    if (message == NULL)
        return CS_MEMORY;
    cs_carrier_put_header(carrier, message, CS_WORD_REST, carrier->unsent_number);
    cs_bytes_put(message + n_head, from, FROM_BYTES);
    memcpy(message + n_head + FROM_BYTES, letter->bytes + n_head + from, n_rest);
    const enum cs_status st =
        say(carrier, message, n_head + FROM_BYTES + n_rest, is_said);
    free(message);
    return st;
}

static enum cs_status say_letter(struct cs_carrier *carrier, struct cs_letter *letter,
                                 bool *is_said)
{
    if (carrier->unsent_from > 0)
        return say_rest(carrier, letter, is_said);
    cs_carrier_put_header(carrier, letter->bytes, CS_WORD_DATA, carrier->unsent_number);
    return say(carrier, letter->bytes, letter->n_bytes, is_said);
}

static enum cs_status say_unsent(struct cs_carrier *carrier)
{
    enum cs_status st = CS_OK;
    bool is_said = true;

    while (carrier->has_line && carrier->unsent != NULL && is_said) {
        CS_TRY(say_letter(carrier, carrier->unsent, &is_said));
        if (is_said)
            pass_unsent(carrier);
    }
out:
    return st;
}

static unsigned pause_ms(const struct cs_carrier *carrier)
{
    const unsigned share_ms = carrier->timeout_ms / PAUSES_A_TIMEOUT;

    return share_ms < PAUSE_MS ? share_ms : PAUSE_MS;
}

enum cs_status cs_carrier_speak(struct cs_carrier *carrier)
{
    enum cs_status st = CS_OK;
    bool is_said;

    CS_TRY(say_unsent(carrier));
    if (!carrier->has_line || carrier->unsent != NULL)
        goto out;
    if ((carrier->is_ending || carrier->peer_ended) && !carrier->said_end)
        CS_TRY(say_header(carrier, carrier->is_stopping ? CS_WORD_STOP : CS_WORD_END,
                          &carrier->said_end));
    else if (carrier->untold_bytes >= ACK_BYTES ||
             cs_clock_ms() - carrier->spoke_ms >= pause_ms(carrier))
        CS_TRY(say_header(carrier, CS_WORD_ACK, &is_said));
    if (carrier->peer_ended && carrier->said_end)
        cs_carrier_drop_line(carrier); /* both ends are said: nothing is under way */
out:
    return st;
}
