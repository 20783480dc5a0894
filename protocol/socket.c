/* socket.c: NNG pair0 over TCP, as of NNG 1.5, whose calls return int codes. */
#include "protocol/socket.h"

#include <netdb.h>
#include <nng/nng.h>
#include <nng/protocol/pair0/pair.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/clock.h"

enum { QUEUE_MESSAGES = 4, RETRY_MS = 100, RETRY_AT_MOST_MS = 1000 };

struct cs_socket {
    nng_socket socket;
    nng_aio *send_aio, *recv_aio;
    nng_msg *going, *came_in;

    pthread_mutex_t lock; /* over what NNG's threads tell us: */
    pthread_cond_t changed;
    int pipe;  /* the peer's connection; 0: none came yet */
    bool came; /* it may be used */
    bool gone; /* it is closed */
};

/* ---- NNG's codes --------------------------------------------------------------- */

static enum cs_status status_of(int code)
{
    switch (code) {
    case 0:
        return CS_OK;
    case NNG_ENOMEM:
        return CS_MEMORY;
    case NNG_ETIMEDOUT:
    case NNG_EAGAIN:
        return CS_TIMEOUT;
    default:
        return CS_CLOSED;
    }
}

static enum cs_status say_address(struct cs_fault *fault, const char *url, int code)
{
    if (code == NNG_ENOMEM)
        return CS_MEMORY;
    if (code == NNG_EADDRINUSE)
        return cs_fault_say(fault, CS_CONFIG,
                            "%s: another program listens there already; end it or choose "
                            "another port",
                            url);
    return cs_fault_say(fault, CS_CONFIG,
                        "%s: %s; write tcp://HOST:PORT, to listen with an address of "
                        "this host (0.0.0.0 for all) and a port this program may use",
                        url, nng_strerror(code));
}

/* ---- the connection: comes once, goes once ------------------------------------- */

static void on_pipe(nng_pipe pipe, nng_pipe_ev event, void *arg)
{
    struct cs_socket *socket = arg;
    const int id = nng_pipe_id(pipe);
    bool rejected = false, left = false;

    pthread_mutex_lock(&socket->lock);
    if (event == NNG_PIPE_EV_ADD_PRE && socket->pipe != 0)
        rejected = true;
    else if (event == NNG_PIPE_EV_ADD_PRE)
        socket->pipe = id;
    else if (event == NNG_PIPE_EV_ADD_POST && socket->pipe == id)
        socket->came = true;
    else if (event == NNG_PIPE_EV_REM_POST && socket->pipe == id)
        left = socket->gone = true;
    pthread_cond_broadcast(&socket->changed);
    pthread_mutex_unlock(&socket->lock);

    if (rejected)
        nng_pipe_close(pipe);
    if (left) {
        nng_aio_cancel(socket->send_aio);
        nng_aio_cancel(socket->recv_aio);
    }
}

bool cs_socket_is_gone(struct cs_socket *socket)
{
    pthread_mutex_lock(&socket->lock);
    const bool gone = socket->gone;
    pthread_mutex_unlock(&socket->lock);
    return gone;
}

enum cs_status cs_socket_wait(struct cs_socket *socket, unsigned wait_ms)
{
    const struct timespec until = cs_clock_after(wait_ms);
    enum cs_status st = CS_OK;
    int waited = 0;

    pthread_mutex_lock(&socket->lock);
    while (!socket->came && !socket->gone && waited == 0)
        waited = pthread_cond_timedwait(&socket->changed, &socket->lock, &until);
    if (socket->gone)
        st = CS_CLOSED;
    else if (!socket->came)
        st = CS_TIMEOUT;
    pthread_mutex_unlock(&socket->lock);
    return st;
}

/* ---- messages ------------------------------------------------------------------ */

/* Waits for an operation just begun. That the peer is gone is looked at after the
 * beginning, so that either this or on_pipe ends the wait. What has already come is
 * received all the same: cancelling what is complete does nothing. */
static enum cs_status finish(struct cs_socket *socket, nng_aio *aio)
{
    if (cs_socket_is_gone(socket))
        nng_aio_cancel(aio);
    nng_aio_wait(aio);
    return status_of(nng_aio_result(aio));
}

void *cs_socket_room(struct cs_socket *socket, size_t n_bytes)
{
    nng_msg_free(socket->going);
    socket->going = NULL;
    return nng_msg_alloc(&socket->going, n_bytes) == 0 ? nng_msg_body(socket->going)
                                                       : NULL;
}

enum cs_status cs_socket_send(struct cs_socket *socket, unsigned wait_ms)
{
    CS_REQUIRE(socket->going != NULL);
    if (cs_socket_is_gone(socket))
        return CS_CLOSED;
    nng_aio_set_timeout(socket->send_aio, (nng_duration)wait_ms);
    nng_aio_set_msg(socket->send_aio, socket->going);
    nng_send_aio(socket->socket, socket->send_aio);
    const enum cs_status st = finish(socket, socket->send_aio);
    if (st == CS_OK)
        socket->going = NULL; /* NNG has it */
    return st;
}

enum cs_status cs_socket_recv(struct cs_socket *socket, const void **bytes,
                              size_t *n_bytes, unsigned wait_ms)
{
    nng_msg_free(socket->came_in);
    socket->came_in = NULL;
    nng_aio_set_timeout(socket->recv_aio, (nng_duration)wait_ms);
    nng_recv_aio(socket->socket, socket->recv_aio);
    const enum cs_status st = finish(socket, socket->recv_aio);
    if (st == CS_OK) {
        socket->came_in = nng_aio_get_msg(socket->recv_aio);
        *bytes = nng_msg_body(socket->came_in);
        *n_bytes = nng_msg_len(socket->came_in);
    }
    return st;
}

/* ---- opening ------------------------------------------------------------------- */

/* Resolves once before NNG does, which would try for ever and not say why. */
static enum cs_status check_host(const char *url, const nng_url *parts,
                                 struct cs_fault *fault)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    const int failed = getaddrinfo(parts->u_hostname, parts->u_port, &hints, &found);

    if (failed != 0)
        return cs_fault_say(fault, CS_CONFIG, "%s: the host or port is not known: %s",
                            url, gai_strerror(failed));
    freeaddrinfo(found);
    return CS_OK;
}

static enum cs_status check_url(const char *url, bool is_listener, struct cs_fault *fault)
{
    nng_url *parts = NULL;
    enum cs_status st = CS_OK;

    if (nng_url_parse(&parts, url) != 0)
        return say_address(fault, url, NNG_EADDRINVAL);
    if (strcmp(parts->u_scheme, "tcp") != 0 || parts->u_port[0] == '\0')
        st = say_address(fault, url, NNG_EADDRINVAL);
    else if (!is_listener)
        st = check_host(url, parts, fault);
    nng_url_free(parts);
    return st;
}

static int set_options(nng_socket socket, size_t max_bytes)
{
    int code = nng_socket_set_size(socket, NNG_OPT_RECVMAXSZ, max_bytes);

    if (code == 0)
        code = nng_socket_set_int(socket, NNG_OPT_RECVBUF, QUEUE_MESSAGES);
    if (code == 0)
        code = nng_socket_set_int(socket, NNG_OPT_SENDBUF, QUEUE_MESSAGES);
    if (code == 0)
        code = nng_socket_set_ms(socket, NNG_OPT_RECONNMINT, RETRY_MS);
    if (code == 0)
        code = nng_socket_set_ms(socket, NNG_OPT_RECONNMAXT, RETRY_AT_MOST_MS);
    return code;
}

static int set_callbacks(struct cs_socket *socket)
{
    const nng_pipe_ev event[] = { NNG_PIPE_EV_ADD_PRE, NNG_PIPE_EV_ADD_POST,
                                  NNG_PIPE_EV_REM_POST };
    int code = 0;

    for (size_t i = 0; i < sizeof event / sizeof *event && code == 0; i++)
        code = nng_pipe_notify(socket->socket, event[i], on_pipe, socket);
    return code;
}

static struct cs_socket *make(void)
{
    struct cs_socket *socket = calloc(1, sizeof *socket);

    if (socket == NULL)
        return NULL;
    pthread_mutex_init(&socket->lock, NULL);
    cs_clock_condition_init(&socket->changed);
    return socket;
}

enum cs_status cs_socket_open(struct cs_socket **socket, const char *url,
                              bool is_listener, size_t max_bytes, struct cs_fault *fault)
{
    enum cs_status st = check_url(url, is_listener, fault);
    struct cs_socket *made = st == CS_OK ? make() : NULL;

    if (made == NULL)
        return st == CS_OK ? CS_MEMORY : st;
    CS_TRY(status_of(nng_aio_alloc(&made->send_aio, NULL, NULL)));
    CS_TRY(status_of(nng_aio_alloc(&made->recv_aio, NULL, NULL)));
    CS_TRY(status_of(nng_pair0_open(&made->socket)));
    CS_TRY(status_of(set_options(made->socket, max_bytes)));
    CS_TRY(status_of(set_callbacks(made)));
    const int code = is_listener ? nng_listen(made->socket, url, NULL, 0)
                                 : nng_dial(made->socket, url, NULL, NNG_FLAG_NONBLOCK);
    if (code != 0)
        st = say_address(fault, url, code);
    if (st == CS_OK) {
        *socket = made;
        made = NULL;
    }
out:
    cs_socket_free(made);
    return st;
}

void cs_socket_free(struct cs_socket *socket)
{
    if (socket == NULL)
        return;
    if (socket->socket.id != 0)
        nng_close(socket->socket); /* returns when no callback runs any more */
    nng_aio_free(socket->send_aio);
    nng_aio_free(socket->recv_aio);
    nng_msg_free(socket->going);
    nng_msg_free(socket->came_in);
    pthread_cond_destroy(&socket->changed);
    pthread_mutex_destroy(&socket->lock);
    free(socket);
}
