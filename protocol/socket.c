/* socket.c: NNG streams over TCP, as of NNG 1.5, whose calls return int codes. */
#include "protocol/socket.h"

#include <netdb.h>
#include <nng/nng.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/clock.h"

enum { READ_BYTES = 256 << 10, DIAL_MS = 10000 };

struct cs_socket {
    nng_stream_listener *listener; /* one of these two */
    nng_stream_dialer *dialer;
    nng_aio *coming;

    pthread_mutex_t lock; /* over what NNG's threads tell us, here and in the links: */
    pthread_cond_t happened;
    bool has_happened;
    bool is_awaiting; /* coming is under way */
    nng_stream *came; /* not yet taken */
};

struct cs_link {
    struct cs_socket *socket;
    nng_stream *stream;
    nng_aio *reading, *writing;
    uint8_t *in, *out;
    size_t out_size; /* of the room at out */

    /* under the socket's lock: */
    size_t n_in;          /* bytes that came in */
    size_t n_out, n_gone; /* bytes of the piece, and of these what is written */
    bool is_read;         /* what is in was handed out */
    bool is_reading, is_writing, is_gone;
};

/* ---- NNG's codes --------------------------------------------------------------- */

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

/* ---- what NNG's threads tell us ------------------------------------------------ */

static void lock(struct cs_socket *socket)
{
    pthread_mutex_lock(&socket->lock);
}

static void unlock(struct cs_socket *socket)
{
    pthread_mutex_unlock(&socket->lock);
}

static void wake(struct cs_socket *socket)
{
    socket->has_happened = true;
    pthread_cond_signal(&socket->happened);
}

/* What failed to come is noticed at the next look and wakes nobody: where nothing can
 * come (no descriptors are left), looking again at once would never end. */
static void on_come(void *arg)
{
    struct cs_socket *socket = arg;
    const int code = nng_aio_result(socket->coming);

    lock(socket);
    socket->is_awaiting = false;
    if (code == 0) {
        socket->came = nng_aio_get_output(socket->coming, 0);
        wake(socket);
    }
    unlock(socket);
}

static void on_read(void *arg)
{
    struct cs_link *link = arg;
    const int code = nng_aio_result(link->reading);

    lock(link->socket);
    link->is_reading = false;
    if (code == 0)
        link->n_in = nng_aio_count(link->reading);
    else
        link->is_gone = true;
    wake(link->socket);
    unlock(link->socket);
}

static void write_rest(struct cs_link *link)
{
    nng_iov rest = { link->out + link->n_gone, link->n_out - link->n_gone };

    nng_aio_set_iov(link->writing, 1, &rest);
    nng_stream_send(link->stream, link->writing);
}

static void on_write(void *arg)
{
    struct cs_link *link = arg;
    const int code = nng_aio_result(link->writing);

    lock(link->socket);
    if (code == 0)
        link->n_gone += nng_aio_count(link->writing);
    else
        link->is_gone = true;
    const bool more = code == 0 && link->n_gone < link->n_out;
    if (!more) {
        link->is_writing = false;
        wake(link->socket);
    }
    unlock(link->socket);
    if (more)
        write_rest(link);
}

void cs_socket_wait(struct cs_socket *socket, unsigned wait_ms)
{
    const struct timespec until = cs_clock_after(wait_ms);
    int waited = 0;

    lock(socket);
    while (!socket->has_happened && waited == 0)
        waited = pthread_cond_timedwait(&socket->happened, &socket->lock, &until);
    socket->has_happened = false;
    unlock(socket);
}

/* ---- links --------------------------------------------------------------------- */

static void read_more(struct cs_link *link)
{
    nng_iov room = { link->in, READ_BYTES };

    nng_aio_set_iov(link->reading, 1, &room);
    nng_stream_recv(link->stream, link->reading);
}

/* Takes the stream, on failure too. */
static struct cs_link *link_new(struct cs_socket *socket, nng_stream *stream)
{
    struct cs_link *link = calloc(1, sizeof *link);

    if (link == NULL) {
        nng_stream_free(stream);
        return NULL;
    }
    link->socket = socket;
    link->stream = stream;
    link->in = malloc(READ_BYTES);
    if (link->in == NULL || nng_aio_alloc(&link->reading, on_read, link) != 0 ||
        nng_aio_alloc(&link->writing, on_write, link) != 0) {
        cs_link_free(link);
        return NULL;
    }
    link->is_reading = true;
    read_more(link);
    return link;
}

enum cs_status cs_link_read(struct cs_link *link, const void **bytes, size_t *n_bytes)
{
    enum cs_status st = CS_OK;

    lock(link->socket);
    if (link->is_read)
        link->n_in = 0;
    link->is_read = link->n_in > 0;
    *bytes = link->in;
    *n_bytes = link->n_in;
    const bool more = link->n_in == 0 && !link->is_reading && !link->is_gone;
    link->is_reading |= more;
    if (link->n_in == 0 && link->is_gone)
        st = CS_CLOSED;
    unlock(link->socket);
    if (more)
        read_more(link);
    return st;
}

bool cs_link_is_writing(struct cs_link *link)
{
    lock(link->socket);
    const bool is_writing = link->is_writing;
    unlock(link->socket);
    return is_writing;
}

void *cs_link_room(struct cs_link *link, size_t n_bytes)
{
    CS_REQUIRE(!cs_link_is_writing(link));
    if (n_bytes > link->out_size) {
        uint8_t *larger = realloc(link->out, n_bytes);

        if (larger == NULL)
            return NULL;
        link->out = larger;
        link->out_size = n_bytes;
    }
    link->n_out = n_bytes;
    return link->out;
}

void cs_link_write(struct cs_link *link)
{
    lock(link->socket);
    link->n_gone = 0;
    link->is_writing = true;
    unlock(link->socket);
    write_rest(link);
}

/* Returns when its callback runs no more. */
static void end_aio(nng_aio *aio)
{
    if (aio == NULL)
        return;
    nng_aio_stop(aio);
    nng_aio_free(aio);
}

void cs_link_free(struct cs_link *link)
{
    if (link == NULL)
        return;
    nng_stream_close(link->stream);
    end_aio(link->reading);
    end_aio(link->writing);
    nng_stream_free(link->stream);
    free(link->in);
    free(link->out);
    free(link);
}

/* ---- connections that come ----------------------------------------------------- */

bool cs_socket_is_dialling(struct cs_socket *socket)
{
    lock(socket);
    const bool is_dialling = socket->is_awaiting || socket->came != NULL;
    unlock(socket);
    return is_dialling;
}

bool cs_socket_dial(struct cs_socket *socket)
{
    CS_REQUIRE(socket->dialer != NULL);
    if (cs_socket_is_dialling(socket))
        return false;
    socket->is_awaiting = true;
    nng_aio_set_timeout(socket->coming, DIAL_MS);
    nng_stream_dialer_dial(socket->dialer, socket->coming);
    return true;
}

struct cs_link *cs_socket_take(struct cs_socket *socket)
{
    lock(socket);
    nng_stream *came = socket->came;
    const bool more = socket->listener != NULL && !socket->is_awaiting;
    socket->came = NULL;
    socket->is_awaiting |= more;
    unlock(socket);
    if (more)
        nng_stream_listener_accept(socket->listener, socket->coming);
    return came == NULL ? NULL : link_new(socket, came);
}

/* ---- opening ------------------------------------------------------------------- */

/* Resolves once before NNG does, which would not say why it fails. */
static enum cs_status check_host(const char *url, const nng_url *parts,
                                 struct cs_fault *fault)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    const int failed = getaddrinfo(parts->u_hostname, parts->u_port, &hints, &found);

    if (failed == EAI_AGAIN)
        return cs_fault_say(fault, CS_TIMEOUT,
                            "%s: the host cannot be looked up for the moment: %s; is the "
                            "network up, does its name server answer?",
                            url, gai_strerror(failed));
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

static struct cs_socket *make(void)
{
    struct cs_socket *socket = calloc(1, sizeof *socket);

    if (socket == NULL)
        return NULL;
    pthread_mutex_init(&socket->lock, NULL);
    cs_clock_condition_init(&socket->happened);
    if (nng_aio_alloc(&socket->coming, on_come, socket) == 0)
        return socket;
    cs_socket_free(socket);
    return NULL;
}

static int begin(struct cs_socket *socket, const char *url, bool is_listener)
{
    int code;

    if (!is_listener)
        return nng_stream_dialer_alloc(&socket->dialer, url);
    code = nng_stream_listener_alloc(&socket->listener, url);
    return code != 0 ? code : nng_stream_listener_listen(socket->listener);
}

enum cs_status cs_socket_open(struct cs_socket **socket, const char *url,
                              bool is_listener, struct cs_fault *fault)
{
    enum cs_status st = check_url(url, is_listener, fault);
    struct cs_socket *made = st == CS_OK ? make() : NULL;

    if (made == NULL)
        return st == CS_OK ? CS_MEMORY : st;
    const int code = begin(made, url, is_listener);
    if (code != 0) {
        cs_socket_free(made);
        return say_address(fault, url, code);
    }
    *socket = made;
    return CS_OK;
}

void cs_socket_free(struct cs_socket *socket)
{
    if (socket == NULL)
        return;
    if (socket->listener != NULL)
        nng_stream_listener_close(socket->listener);
    if (socket->dialer != NULL)
        nng_stream_dialer_close(socket->dialer);
    end_aio(socket->coming);
    nng_stream_listener_free(socket->listener);
    nng_stream_dialer_free(socket->dialer);
    nng_stream_free(socket->came);
    pthread_cond_destroy(&socket->happened);
    pthread_mutex_destroy(&socket->lock);
    free(socket);
}
