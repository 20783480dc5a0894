/* channel_nng.c: where a carrier's lines come from: a socket that listens or dials, and
 * handshakes with all who come. */
#include "protocol/channel_nng.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/carrier.h"
#include "protocol/clock.h"
#include "protocol/sealed.h"
#include "protocol/socket.h"

enum {
    GUESTS = 32,          /* connections at once */
    HANDSHAKE_MS = 10000, /* at most, for a guest to show who it is */
    LEAVE_MS = 1000,      /* for the last words to arrive */
    DIAL_MS = 100,        /* between two attempts at first; doubled up to */
    DIAL_AT_MOST_MS = 5000,
};

enum guest_state { NOBODY, SHAKING, INSIDE, LEAVING };

struct guest {
    struct hub *hub;
    enum guest_state state;
    struct cs_sealed *sealed;
    uint64_t until_ms; /* SHAKING, LEAVING */
};

struct hub {
    struct cs_nng_options options;
    uint8_t peer_fingerprint[CS_FINGERPRINT_BYTES];
    struct cs_socket *socket;
    struct guest guest[GUESTS];
    struct cs_rng rng;        /* of pauses */
    _Atomic uint64_t dial_ms; /* when to dial next; also read by who waits meanwhile */
    unsigned pause_ms;
    struct refusal *refusal; /* while joining: why the last guest was sent away */
};

struct refusal {
    enum cs_status st; /* CS_OK: nobody was */
    char words[sizeof((struct cs_fault *)NULL)->text];
};

/* ---- guests come and go -------------------------------------------------------- */

static void forget(struct guest *guest)
{
    cs_sealed_free(guest->sealed);
    guest->sealed = NULL;
    guest->state = NOBODY;
}

static void send_away(struct guest *guest)
{
    guest->state = LEAVING;
    guest->until_ms = cs_clock_ms() + LEAVE_MS;
}

/* A free place; or the place of whoever has had most of its time already. */
static struct guest *find_place(struct hub *hub)
{
    struct guest *oldest = NULL;

    for (struct guest *guest = hub->guest; guest < hub->guest + GUESTS; guest++) {
        if (guest->state == NOBODY)
            return guest;
        if (guest->state != INSIDE &&
            (oldest == NULL || guest->until_ms < oldest->until_ms))
            oldest = guest;
    }
    forget(oldest);
    return oldest;
}

/* As long as a line may be silent. */
static unsigned handshake_ms(const struct hub *hub)
{
    const unsigned half_ms = hub->options.timeout_ms / 2;

    return half_ms < HANDSHAKE_MS ? half_ms : HANDSHAKE_MS;
}

static enum cs_status let_in(struct hub *hub)
{
    const struct cs_sealed_options options = { hub->options.is_listener,
                                               hub->options.identity,
                                               hub->peer_fingerprint };
    struct cs_link *link = cs_socket_take(hub->socket);

    if (link == NULL)
        return CS_OK;
    struct guest *guest = find_place(hub);
    guest->state = SHAKING;
    guest->until_ms = cs_clock_ms() + handshake_ms(hub);
    return cs_sealed_new(&guest->sealed, link, &options);
}

static void dial(struct hub *hub)
{
    bool is_busy = cs_socket_is_dialling(hub->socket);

    for (size_t i = 0; i < GUESTS; i++)
        is_busy |= hub->guest[i].state == SHAKING;
    if (is_busy || cs_clock_ms() < hub->dial_ms)
        return;
    (void)cs_socket_dial(hub->socket);
    hub->dial_ms =
        cs_clock_ms() + hub->pause_ms / 2 + cs_rng_below(&hub->rng, hub->pause_ms);
    hub->pause_ms =
        2 * hub->pause_ms < DIAL_AT_MOST_MS ? 2 * hub->pause_ms : DIAL_AT_MOST_MS;
}

static void note_refusal(struct hub *hub, const struct guest *guest, enum cs_status st)
{
    if (hub->refusal == NULL || hub->refusal->st == CS_AUTH)
        return;
    hub->refusal->st = st;
    strncpy(hub->refusal->words, cs_sealed_words(guest->sealed),
            sizeof hub->refusal->words - 1);
}

/* ---- a guest as a line --------------------------------------------------------- */

static enum cs_status line_send(void *self, const void *bytes, size_t n_bytes)
{
    const struct guest *guest = self;

    return cs_sealed_send(guest->sealed, bytes, n_bytes);
}

static enum cs_status line_recv(void *self, const uint8_t **bytes, size_t *n_bytes)
{
    const struct guest *guest = self;
    const enum cs_status st = cs_sealed_recv(guest->sealed, bytes, n_bytes);

    if (st != CS_OK && st != CS_TIMEOUT)
        note_refusal(guest->hub, guest, st);
    return st;
}

static void line_part(void *self, const uint8_t **bytes, size_t *n_bytes)
{
    const struct guest *guest = self;

    cs_sealed_part(guest->sealed, bytes, n_bytes);
}

static uint64_t line_n_heard(void *self)
{
    const struct guest *guest = self;

    return cs_sealed_n_heard(guest->sealed);
}

static void line_close(void *self)
{
    send_away(self);
}

/* ---- the hub ------------------------------------------------------------------- */

/* Nobody sends away the one who connects but the peer's host, so that its refusal is
 * final while joining; whoever came to a listener may have been anybody. */
static enum cs_status shake(struct hub *hub, struct guest *guest, bool *is_done)
{
    const enum cs_status st = cs_sealed_shake(guest->sealed, is_done);

    if (st == CS_OK && !*is_done && cs_clock_ms() >= guest->until_ms)
        send_away(guest);
    if (st == CS_OK)
        return CS_OK;
    note_refusal(hub, guest, st);
    send_away(guest);
    const bool is_final = hub->refusal != NULL && !hub->options.is_listener &&
                          (st == CS_AUTH || st == CS_PROTOCOL);
    return is_final || st == CS_MEMORY ? st : CS_OK;
}

static void leave(struct guest *guest)
{
    if (cs_sealed_leave(guest->sealed) || cs_clock_ms() >= guest->until_ms)
        forget(guest);
}

static enum cs_status hub_next(void *self, struct cs_line *line, bool is_wanted)
{
    struct hub *hub = self;
    enum cs_status st = CS_OK;
    bool is_done = false;

    if (is_wanted && !hub->options.is_listener)
        dial(hub);
    CS_TRY(let_in(hub));
    for (struct guest *guest = hub->guest; guest < hub->guest + GUESTS; guest++) {
        if (guest->state == LEAVING)
            leave(guest);
        if (guest->state != SHAKING)
            continue;
        CS_TRY(shake(hub, guest, &is_done));
        if (is_done) {
            guest->state = INSIDE;
            hub->pause_ms = DIAL_MS;
            *line = (struct cs_line){ line_send,    line_recv,  line_part,
                                      line_n_heard, line_close, guest };
            return CS_OK;
        }
    }
    st = CS_TIMEOUT;
out:
    return st;
}

static void hub_wait(void *self, unsigned wait_ms)
{
    struct hub *hub = self;
    const unsigned dial_ms = cs_clock_left_ms(hub->dial_ms);
    const bool is_sooner = dial_ms > 0 && dial_ms < wait_ms;

    cs_socket_wait(hub->socket, is_sooner ? dial_ms : wait_ms);
}

static bool is_anybody_leaving(struct hub *hub)
{
    bool is_anybody = false;

    for (size_t i = 0; i < GUESTS; i++) {
        if (hub->guest[i].state == LEAVING)
            leave(&hub->guest[i]);
        is_anybody |= hub->guest[i].state == LEAVING;
    }
    return is_anybody;
}

static void hub_close(void *self)
{
    struct hub *hub = self;

    while (is_anybody_leaving(hub))
        cs_socket_wait(hub->socket, LEAVE_MS / 10);
    for (size_t i = 0; i < GUESTS; i++)
        cs_sealed_free(hub->guest[i].sealed);
    cs_socket_free(hub->socket);
    cs_rng_wipe(&hub->rng);
    free(hub);
}

/* ---- joining ------------------------------------------------------------------- */

static struct hub *hub_new(const struct cs_nng_options *options, struct refusal *refusal)
{
    struct hub *hub = calloc(1, sizeof *hub);

    if (hub == NULL)
        return NULL;
    hub->options = *options;
    hub->refusal = refusal;
    hub->pause_ms = DIAL_MS;
    for (size_t i = 0; i < GUESTS; i++)
        hub->guest[i].hub = hub;
    memcpy(hub->peer_fingerprint, options->peer_fingerprint, CS_FINGERPRINT_BYTES);
    cs_rng_init_random(&hub->rng);
    return hub;
}

static enum cs_status say_nobody(const struct cs_nng_options *options,
                                 struct cs_fault *fault)
{
    const double seconds = options->join_ms / 1000.0;

    if (options->is_listener)
        return cs_fault_say(fault, CS_TIMEOUT,
                            "no peer came to %s within %.0f s; is its node started, does "
                            "its `connect` name this host and port, does a firewall "
                            "let it through?",
                            options->url, seconds);
    return cs_fault_say(fault, CS_TIMEOUT,
                        "no node answered at %s within %.0f s; is the peer's node "
                        "started, are host and port right, does a firewall let it "
                        "through?",
                        options->url, seconds);
}

/* Who was sent away was perhaps the peer. */
static enum cs_status say_failure(const struct cs_nng_options *options, enum cs_status st,
                                  const struct refusal *refusal, struct cs_fault *fault)
{
    if (refusal->st != CS_OK && refusal->words[0] != '\0' &&
        (st == CS_TIMEOUT || st == refusal->st))
        return cs_fault_say(fault, refusal->st, "%s", refusal->words);
    return st == CS_TIMEOUT ? say_nobody(options, fault) : st;
}

enum cs_status cs_transport_nng_join(struct cs_transport *transport,
                                     const struct cs_nng_options *options,
                                     struct cs_fault *fault)
{
    struct refusal refusal = { CS_OK, "" };
    struct hub *hub = hub_new(options, &refusal);
    enum cs_status st;

    if (hub == NULL)
        return CS_MEMORY;
    const struct cs_lines lines = { hub_next, hub_wait, hub_close, hub };
    const struct cs_carrier_options terms = { options->join_ms, options->timeout_ms,
                                              options->reconnect_ms, &hub->rng, fault };
    st = cs_socket_open(&hub->socket, options->url, options->is_listener, fault);
    if (st != CS_OK) {
        hub_close(hub);
        return st;
    }
    st = cs_carrier_join(transport, lines, &terms);
    if (st != CS_OK)
        return say_failure(options, st, &refusal, fault);
    hub->refusal = NULL;
    return CS_OK;
}

enum cs_status cs_channel_nng_join(struct cs_channel **channel,
                                   const struct cs_nng_options *options,
                                   struct cs_fault *fault)
{
    struct cs_transport transport;
    const enum cs_status st = cs_transport_nng_join(&transport, options, fault);

    return st != CS_OK ? st
                       : cs_channel_new(channel, transport, options->timeout_ms, fault);
}
