/* carrier_lines.c: one line takes the place of another: both ends greet, and find out
 * whom they speak with and what was lost. */
#include <string.h>

#include "crypto/bytes.h"
#include "protocol/carrier_parts.h"
#include "protocol/clock.h"

enum { GREETING_BYTES = 2 * CS_CARRIER_ID_BYTES + 8 + 8 + 1 };

void cs_carrier_drop_line(struct cs_carrier *carrier)
{
    const uint8_t *part;
    size_t n_bytes;

    if (!carrier->has_line)
        return;
    carrier->line.part(carrier->line.self, &part, &n_bytes);
    cs_carrier_keep_part(carrier, part, n_bytes);
    carrier->line.close(carrier->line.self);
    carrier->has_line = false;
    carrier->down_from_ms = cs_clock_ms();
    carrier->is_restless = true;
}

void cs_carrier_drop_next(struct cs_carrier *carrier)
{
    if (carrier->has_next)
        carrier->next.close(carrier->next.self);
    carrier->is_restless |= carrier->has_next;
    carrier->has_next = false;
}

/* Memory and misbehaviour end the carrier; a line that breaks, whatever it says of the
 * reason (somebody on the way may alter what passes), is only the end of that line. */
enum cs_status cs_carrier_break_line(struct cs_carrier *carrier, enum cs_status why)
{
    cs_carrier_drop_line(carrier);
    if (why == CS_MEMORY)
        return why;
    if (carrier->reconnect_ms > 0)
        return CS_OK;
    return why;
}

/* CS_TIMEOUT: not yet; the line still carries what the handshake wrote. */
static enum cs_status greet(struct cs_carrier *carrier)
{
    uint8_t message[CS_CARRIER_HEADER_BYTES + GREETING_BYTES];
    uint8_t *body = message + CS_CARRIER_HEADER_BYTES;

    cs_carrier_put_header(carrier, message, CS_WORD_GREETING, 0);
    memcpy(body, carrier->id, CS_CARRIER_ID_BYTES);
    memcpy(body + CS_CARRIER_ID_BYTES, carrier->peer, CS_CARRIER_ID_BYTES);
    cs_bytes_put(body + 2 * CS_CARRIER_ID_BYTES, carrier->n_received, 8);
    cs_bytes_put(body + 2 * CS_CARRIER_ID_BYTES + 8, carrier->n_part, 8);
    body[2 * CS_CARRIER_ID_BYTES + 16] = carrier->has_line;
    const enum cs_status st =
        carrier->next.send(carrier->next.self, message, sizeof message);
    carrier->has_greeted = st == CS_OK;
    return st;
}

/* What the peer has not received goes again: of the first of these, all but n_part bytes.
 */
static enum cs_status rewind_to(struct cs_carrier *carrier, uint64_t n_received,
                                uint64_t n_part)
{
    struct cs_letter *letter = carrier->sent.first;

    if (n_received < carrier->n_peer_took || n_received > carrier->n_sent)
        return cs_carrier_say_garbled(carrier);
    for (uint64_t i = carrier->n_peer_took; i < n_received; i++)
        letter = letter->next;
    const size_t n_bytes = letter == NULL ? 0 : letter->n_bytes - CS_CARRIER_HEADER_BYTES;
    if (n_part > 0 && n_part >= n_bytes)
        return cs_carrier_say_garbled(carrier);
    carrier->unsent = letter;
    carrier->unsent_number = n_received;
    carrier->unsent_from = (size_t)n_part;
    return CS_OK;
}

/* The line that has greeted takes over. */
static void take_over(struct cs_carrier *carrier)
{
    cs_carrier_drop_line(carrier);
    if (carrier->n_lines > 0)
        carrier->down_ms += cs_clock_ms() - carrier->down_from_ms;
    carrier->line = carrier->next;
    carrier->has_line = true;
    carrier->has_next = carrier->said_end = false;
    carrier->n_lines++;
    carrier->quiet_ms = 0;
    carrier->n_heard = 0;
    carrier->spoke_ms = cs_clock_ms();
}

/* The other end is the peer by its certificate, but not the process we spoke with. */
static enum cs_status meet_another(struct cs_carrier *carrier)
{
    cs_carrier_drop_next(carrier);
    carrier->n_intruders += carrier->has_line;
    if (carrier->has_line)
        return CS_OK; /* it is told, by our greeting, that it comes second */
    return cs_fault_say(
        carrier->fault, CS_CLOSED,
        "the peer's node was started again in the middle of this run, and "
        "knows nothing of it; start this node again too");
}

enum cs_status cs_carrier_say_engaged(const struct cs_carrier *carrier)
{
    return cs_fault_say(carrier->fault, CS_CONFIG,
                        "the peer is in session with another node that has this node's "
                        "key; is this node running twice? End one of them");
}

/* The peer is in session with a process that has our key and is not this one; or it takes
 * a line to be alive whose other end lost power, which it will find out. */
static enum cs_status meet_engaged(struct cs_carrier *carrier, bool is_alive)
{
    cs_carrier_drop_next(carrier);
    if (!is_alive)
        return CS_OK; /* it will notice that this one was started again, and end */
    if (carrier->engaged_until_ms == 0)
        carrier->engaged_until_ms = cs_clock_ms() + carrier->timeout_ms;
    return cs_clock_ms() < carrier->engaged_until_ms ? CS_OK
                                                     : cs_carrier_say_engaged(carrier);
}

static bool is_zero(const uint8_t id[static CS_CARRIER_ID_BYTES])
{
    static const uint8_t zero[CS_CARRIER_ID_BYTES];

    return memcmp(id, zero, CS_CARRIER_ID_BYTES) == 0;
}

/* Nothing was exchanged yet with the peer that we know, so that another may come. */
static bool is_fresh(const struct cs_carrier *carrier)
{
    return carrier->n_received == 0 && carrier->n_peer_took == 0 && !carrier->has_line;
}

static enum cs_status read_greeting(struct cs_carrier *carrier, const uint8_t *message,
                                    size_t n_bytes)
{
    const uint8_t *own = message + CS_CARRIER_HEADER_BYTES;
    const uint8_t *known = own + CS_CARRIER_ID_BYTES;
    enum cs_status st = CS_OK;

    if (n_bytes != CS_CARRIER_HEADER_BYTES + GREETING_BYTES ||
        message[0] != CS_WORD_GREETING || is_zero(own)) {
        cs_carrier_drop_next(carrier);
        return cs_carrier_say_garbled(carrier);
    }
    if (!is_zero(known) && memcmp(known, carrier->id, CS_CARRIER_ID_BYTES) != 0)
        return meet_engaged(carrier, known[CS_CARRIER_ID_BYTES + 16]);
    const bool is_another = memcmp(own, carrier->peer, CS_CARRIER_ID_BYTES) != 0;
    if (carrier->knows_peer && is_another && !is_fresh(carrier))
        return meet_another(carrier);
    if (carrier->n_lines > 0 && carrier->reconnect_ms == 0) {
        cs_carrier_drop_next(carrier);
        return CS_OK;
    }
    memcpy(carrier->peer, own, CS_CARRIER_ID_BYTES);
    carrier->knows_peer = true;
    carrier->n_part = is_another ? 0 : carrier->n_part;
    CS_TRY(rewind_to(carrier, cs_bytes_get(known + CS_CARRIER_ID_BYTES, 8),
                     cs_bytes_get(known + CS_CARRIER_ID_BYTES + 8, 8)));
    take_over(carrier);
out:
    return st;
}

static void welcome(struct cs_carrier *carrier, struct cs_line line)
{
    cs_carrier_drop_next(carrier); /* the newest counts */
    carrier->next = line;
    carrier->has_next = true;
    carrier->has_greeted = false;
    carrier->next_until_ms = cs_clock_ms() + carrier->timeout_ms / 2;
}

enum cs_status cs_carrier_look_for_line(struct cs_carrier *carrier)
{
    const bool is_wanted = !carrier->has_line && !carrier->has_next;
    struct cs_line line;
    const uint8_t *message;
    size_t n_bytes;
    enum cs_status st = carrier->lines.next(carrier->lines.self, &line, is_wanted);

    if (st == CS_OK)
        welcome(carrier, line);
    else if (st != CS_TIMEOUT)
        return st;
    if (!carrier->has_next)
        return CS_OK;
    st = carrier->has_greeted ? CS_OK : greet(carrier);
    if (st == CS_OK)
        st = carrier->next.recv(carrier->next.self, &message, &n_bytes);
    if (st == CS_OK)
        return read_greeting(carrier, message, n_bytes);
    if (st == CS_TIMEOUT && cs_clock_ms() < carrier->next_until_ms)
        return CS_OK;
    cs_carrier_drop_next(carrier);
    return st == CS_MEMORY || (st == CS_AUTH && carrier->n_lines == 0) ? st : CS_OK;
}
