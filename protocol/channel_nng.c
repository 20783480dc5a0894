/* channel_nng.c: TLS messages through a socket, and how two nodes come together. */
#include "protocol/channel_nng.h"

#include <stdlib.h>
#include <time.h>

#include "crypto/bytes.h"
#include "protocol/clock.h"
#include "protocol/socket.h"
#include "protocol/tls.h"

enum {
    PREFIX_BYTES = 4,                       /* length of a message, little-endian */
    SEALED_BYTES = CS_MESSAGE_BYTES + 8192, /* 22 bytes a record of 16 KiB, and more */
    HANDSHAKE_BYTES = 64 << 10,             /* all that a peer says before it is known */
    LINGER_MS = 2000,
    AGAIN_MS = 50,
};

struct session {
    struct cs_fault *fault;
    struct cs_socket *socket;
    struct cs_tls *tls;
    bool joined, said_end, has_gap;
    uint64_t n_heard; /* sealed bytes that came */
    uint8_t *plain;   /* (PREFIX_BYTES + CS_MESSAGE_BYTES) the message coming in */
    size_t n_plain;
    bool complete; /* plain was handed out */
};

/* ---- sealed bytes out and in --------------------------------------------------- */

/* Sends what TLS has ready. Records that could not be sent leave a gap that no later one
 * can follow. */
static enum cs_status flush(struct session *session, unsigned wait_ms)
{
    const size_t n_bytes = cs_tls_waiting(session->tls);

    if (n_bytes == 0)
        return CS_OK;
    if (session->has_gap)
        return CS_CLOSED;
    void *room = cs_socket_room(session->socket, n_bytes);
    session->has_gap = true;
    if (room == NULL)
        return CS_MEMORY;
    cs_tls_take(session->tls, room, n_bytes);
    const enum cs_status st = cs_socket_send(session->socket, wait_ms);
    session->has_gap = st != CS_OK;
    return st;
}

/* Hands to TLS what comes next. */
static enum cs_status hear(struct session *session, uint64_t until_ms)
{
    const void *sealed;
    size_t n_bytes;
    enum cs_status st = CS_OK;

    CS_TRY(
        cs_socket_recv(session->socket, &sealed, &n_bytes, cs_clock_left_ms(until_ms)));
    session->n_heard += n_bytes;
    CS_TRY(cs_tls_give(session->tls, sealed, n_bytes));
out:
    return st;
}

/* ---- the transport ------------------------------------------------------------- */

static enum cs_status nng_transport_send(void *self, const void *bytes, size_t n_bytes,
                                         unsigned wait_ms)
{
    struct session *session = self;
    uint8_t prefix[PREFIX_BYTES];
    enum cs_status st = CS_OK;

    CS_REQUIRE(n_bytes <= CS_MESSAGE_BYTES);
    cs_bytes_put(prefix, n_bytes, PREFIX_BYTES);
    CS_TRY(cs_tls_seal(session->tls, prefix, sizeof prefix));
    CS_TRY(cs_tls_seal(session->tls, bytes, n_bytes));
    CS_TRY(flush(session, wait_ms));
out:
    return st;
}

static size_t prefixed_bytes(const struct session *session)
{
    return (size_t)cs_bytes_get(session->plain, PREFIX_BYTES);
}

/* Fills plain up to n_bytes with what TLS has; false: not enough yet. */
static enum cs_status fill(struct session *session, size_t n_bytes, bool *enough)
{
    size_t n = 0;
    const enum cs_status st = cs_tls_open(session->tls, session->plain + session->n_plain,
                                          &n, n_bytes - session->n_plain);

    session->n_plain += n;
    *enough = session->n_plain == n_bytes;
    return st;
}

static enum cs_status assemble(struct session *session)
{
    enum cs_status st = CS_OK;
    bool enough = true;

    if (session->n_plain < PREFIX_BYTES)
        CS_TRY(fill(session, PREFIX_BYTES, &enough));
    if (!enough)
        goto out;
    if (prefixed_bytes(session) > CS_MESSAGE_BYTES)
        return cs_fault_say(session->fault, CS_PROTOCOL,
                            "the peer's message is too long");
    CS_TRY(fill(session, PREFIX_BYTES + prefixed_bytes(session), &session->complete));
out:
    return st;
}

static void say_end(struct session *session)
{
    if (session->said_end)
        return;
    session->said_end = true;
    cs_tls_end(session->tls);
    (void)!flush(session, LINGER_MS);
}

static enum cs_status nng_transport_recv(void *self, const uint8_t **bytes,
                                         size_t *n_bytes, unsigned wait_ms)
{
    struct session *session = self;
    const uint64_t until_ms = cs_clock_ms() + wait_ms;
    enum cs_status st = CS_OK;

    if (session->complete) {
        session->n_plain = 0;
        session->complete = false;
    }
    CS_TRY(assemble(session));
    while (!session->complete) {
        CS_TRY(hear(session, until_ms));
        CS_TRY(assemble(session));
    }
    *bytes = session->plain + PREFIX_BYTES;
    *n_bytes = session->n_plain - PREFIX_BYTES;
out:
    if (st == CS_CLOSED)
        say_end(session); /* the peer waits for it before it closes */
    return st;
}

/* ---- closing ------------------------------------------------------------------- */

/* NNG drops what it has not written when a socket closes. The peer's answer, or its
 * going, shows that all has arrived. */
static void linger(struct session *session)
{
    const uint64_t until_ms = cs_clock_ms() + LINGER_MS;
    enum cs_status st = CS_OK;
    size_t n = 0;

    while (st == CS_OK && !cs_tls_peer_ended(session->tls)) {
        st = hear(session, until_ms);
        do
            if (st == CS_OK && session->joined)
                st = cs_tls_open(session->tls, session->plain, &n, CS_MESSAGE_BYTES);
        while (st == CS_OK && n > 0);
    }
}

static void session_free(struct session *session)
{
    if (session == NULL)
        return;
    cs_socket_free(session->socket);
    cs_tls_free(session->tls);
    free(session->plain);
    free(session);
}

static void nng_transport_close(void *self)
{
    struct session *session = self;

    if (!cs_socket_is_gone(session->socket)) {
        say_end(session);
        linger(session);
    }
    session_free(session);
}

/* ---- joining ------------------------------------------------------------------- */

static enum cs_status shake_hands(struct session *session, uint64_t until_ms)
{
    enum cs_status st = CS_OK;
    bool done = false;

    while (!done) {
        st = cs_tls_handshake(session->tls, &done);
        const enum cs_status flushed = flush(session, LINGER_MS); /* an alert as well */
        CS_TRY(st);
        CS_TRY(flushed);
        if (!done)
            CS_TRY(hear(session, until_ms));
        if (session->n_heard > HANDSHAKE_BYTES)
            return cs_fault_say(session->fault, CS_PROTOCOL,
                                "what connected is no cosynth node");
    }
out:
    return st;
}

/* In TLS 1.3 a client is through before the server has looked at its certificate: each
 * tells the other, by an empty message, that it has accepted. */
static enum cs_status confirm(struct session *session, uint64_t until_ms)
{
    enum cs_status st = CS_OK;
    const uint8_t *bytes;
    size_t n_bytes;

    CS_TRY(nng_transport_send(session, "", 0, LINGER_MS));
    CS_TRY(nng_transport_recv(session, &bytes, &n_bytes,
                              (unsigned)cs_clock_left_ms(until_ms)));
    if (n_bytes != 0)
        st = cs_fault_say(session->fault, CS_PROTOCOL,
                          "what connected is no cosynth node");
out:
    return st;
}

static enum cs_status session_new(struct session **session,
                                  const struct cs_nng_options *options,
                                  struct cs_fault *fault)
{
    enum cs_status st = CS_MEMORY;
    struct session *made = calloc(1, sizeof *made);

    if (made == NULL)
        return CS_MEMORY;
    made->fault = fault;
    made->plain = malloc(PREFIX_BYTES + CS_MESSAGE_BYTES);
    if (made->plain == NULL)
        goto out;
    CS_TRY(cs_tls_new(&made->tls, options->is_listener, options->identity,
                      options->peer_fingerprint, fault));
    CS_TRY(cs_socket_open(&made->socket, options->url, options->is_listener, SEALED_BYTES,
                          fault));
    *session = made;
    made = NULL;
out:
    session_free(made);
    return st;
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

/* One connection, from its coming to the end of the handshake. On failure *session is
 * the one that failed, or NULL. */
static enum cs_status meet(struct session **session, const struct cs_nng_options *options,
                           uint64_t until_ms, struct cs_fault *fault)
{
    enum cs_status st = CS_OK;

    *session = NULL;
    CS_TRY(session_new(session, options, fault));
    CS_TRY(cs_socket_wait((*session)->socket, cs_clock_left_ms(until_ms)));
    CS_TRY(shake_hands(*session, until_ms));
    CS_TRY(confirm(*session, until_ms));
    (*session)->joined = true;
out:
    return st;
}

/* Somebody who connects, says nothing and goes again (a port scan, a node that was just
 * ended) is not the peer: the wait goes on. */
static bool was_nobody(const struct session *session, enum cs_status st)
{
    return st == CS_CLOSED && session != NULL && session->n_heard == 0;
}

static enum cs_status say_failure(const struct cs_nng_options *options, enum cs_status st,
                                  struct cs_fault *fault)
{
    if (st == CS_TIMEOUT)
        return say_nobody(options, fault);
    if (st == CS_CLOSED)
        cs_fault_say(fault, st, "%s: the peer hung up before it had said who it is",
                     options->url);
    return st;
}

enum cs_status cs_transport_nng_join(struct cs_transport *transport,
                                     const struct cs_nng_options *options,
                                     struct cs_fault *fault)
{
    const uint64_t until_ms = cs_clock_ms() + options->join_ms;
    struct session *session = NULL;
    enum cs_status st = meet(&session, options, until_ms, fault);

    while (was_nobody(session, st) && cs_clock_ms() < until_ms) {
        session_free(session);
        nanosleep(&(struct timespec){ .tv_nsec = AGAIN_MS * 1000000L }, NULL);
        st = meet(&session, options, until_ms, fault);
    }
    if (st == CS_OK) {
        *transport = (struct cs_transport){ nng_transport_send, nng_transport_recv,
                                            nng_transport_close, session };
        return CS_OK;
    }
    if (session != NULL && session->n_heard > 0)
        linger(session); /* lets the alert arrive */
    session_free(session);
    return say_failure(options, st, fault);
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
