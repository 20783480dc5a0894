#include "tests/support/proxy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "crypto/status.h"
#include "protocol/clock.h"

enum { CONNECTIONS = 16, PIECE_BYTES = 64 << 10, HELD_BYTES = 1 << 20, POLL_MS = 5 };

struct piece {
    struct piece *next;
    uint64_t due_ms;
    size_t n_bytes, n_gone;
    uint8_t bytes[];
};

struct way { /* one direction of a connection */
    int from, to;
    struct piece *first, **last;
    size_t n_held;
    bool has_ended;
};

struct connection {
    bool is_used, is_stalled;
    struct way way[2];
};

struct cs_proxy {
    struct cs_proxy_options options;
    pthread_t thread;
    int listener;
    struct connection connection[CONNECTIONS];
    uint64_t may_pass[2]; /* bytes, by the rate */
    uint64_t refilled_ms, since_cut, n_cuts;
    bool has_stalled;
    atomic_bool is_over;
    atomic_uint n_connections;
    atomic_ullong n_bytes;
};

static struct sockaddr_in at_port(unsigned port)
{
    return (struct sockaddr_in){ .sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static void prepare(int descriptor)
{
    const int yes = 1;

    fcntl(descriptor, F_SETFL, O_NONBLOCK);
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

/* ---- connections come and go --------------------------------------------------- */

static void way_init(struct way *way, int from, int to)
{
    *way = (struct way){ .from = from, .to = to };
    way->last = &way->first;
}

static void drop_first(struct way *way)
{
    struct piece *piece = way->first;

    way->first = piece->next;
    if (way->first == NULL)
        way->last = &way->first;
    way->n_held -= piece->n_bytes;
    free(piece);
}

static void cut(struct connection *connection)
{
    for (int i = 0; i < 2; i++) {
        while (connection->way[i].first != NULL)
            drop_first(&connection->way[i]);
        close(connection->way[i].from);
    }
    connection->is_used = false;
}

static void let_in(struct cs_proxy *proxy)
{
    const struct sockaddr_in address = at_port(proxy->options.to_port);
    const int near = accept(proxy->listener, NULL, NULL);
    struct connection *place = proxy->connection;

    if (near < 0)
        return;
    while (place < proxy->connection + CONNECTIONS && place->is_used)
        place++;
    const int far = socket(AF_INET, SOCK_STREAM, 0);
    if (place == proxy->connection + CONNECTIONS ||
        connect(far, (const struct sockaddr *)&address, sizeof address) != 0) {
        close(near);
        close(far);
        return;
    }
    prepare(near);
    prepare(far);
    *place = (struct connection){ .is_used = true };
    way_init(&place->way[0], near, far);
    way_init(&place->way[1], far, near);
    proxy->n_connections++;
}

/* ---- bytes pass ---------------------------------------------------------------- */

static void refill(struct cs_proxy *proxy)
{
    const uint64_t now_ms = cs_clock_ms(), rate = proxy->options.rate_bytes;
    const uint64_t more = rate * (now_ms - proxy->refilled_ms) / 1000;

    if (rate > 0 && more == 0)
        return;
    proxy->refilled_ms = now_ms;
    for (int i = 0; i < 2; i++) {
        proxy->may_pass[i] += more;
        if (proxy->may_pass[i] > rate / 10 + 1)
            proxy->may_pass[i] = rate / 10 + 1;
    }
}

static bool will_cut(const struct cs_proxy *proxy)
{
    const struct cs_proxy_options *options = &proxy->options;

    return options->cut_every > 0 &&
           (options->n_cuts == 0 || proxy->n_cuts < options->n_cuts);
}

/* How many bytes may be taken in before something is to happen. */
static size_t until_event(const struct cs_proxy *proxy, int way)
{
    size_t n = PIECE_BYTES;

    if (proxy->options.rate_bytes > 0 && proxy->may_pass[way] < n)
        n = proxy->may_pass[way];
    if (will_cut(proxy) && proxy->options.cut_every - proxy->since_cut < n)
        n = proxy->options.cut_every - proxy->since_cut;
    if (proxy->options.stall_at > proxy->n_bytes &&
        proxy->options.stall_at - proxy->n_bytes < n)
        n = proxy->options.stall_at - proxy->n_bytes;
    return n;
}

static bool is_cut_due(struct cs_proxy *proxy)
{
    if (!will_cut(proxy) || proxy->since_cut < proxy->options.cut_every)
        return false;
    proxy->n_cuts++;
    return true;
}

static void take_in(struct cs_proxy *proxy, struct connection *connection, int i)
{
    struct way *way = &connection->way[i];
    const size_t n_bytes = until_event(proxy, i);

    if (way->has_ended || way->n_held >= HELD_BYTES || n_bytes == 0)
        return;
    struct piece *piece = malloc(sizeof *piece + n_bytes);
    CS_REQUIRE(piece != NULL);
    const ssize_t n = recv(way->from, piece->bytes, n_bytes, 0);
    way->has_ended = n == 0;
    if (n <= 0) {
        free(piece);
        return;
    }
    piece->next = NULL;
    piece->n_bytes = (size_t)n;
    piece->n_gone = 0;
    piece->due_ms = cs_clock_ms() + proxy->options.delay_ms;
    *way->last = piece;
    way->last = &piece->next;
    way->n_held += (size_t)n;
    proxy->may_pass[i] -= proxy->options.rate_bytes > 0 ? (uint64_t)n : 0;
    proxy->since_cut += (uint64_t)n;
    proxy->n_bytes += (uint64_t)n;
    if (proxy->options.stall_at > 0 && !proxy->has_stalled &&
        proxy->n_bytes >= proxy->options.stall_at)
        proxy->has_stalled = connection->is_stalled = true;
}

static void pass_on(struct way *way)
{
    const uint64_t now_ms = cs_clock_ms();

    while (way->first != NULL && way->first->due_ms <= now_ms) {
        struct piece *piece = way->first;
        const ssize_t n = send(way->to, piece->bytes + piece->n_gone,
                               piece->n_bytes - piece->n_gone, MSG_NOSIGNAL);

        if (n <= 0)
            return;
        piece->n_gone += (size_t)n;
        if (piece->n_gone == piece->n_bytes)
            drop_first(way);
    }
}

/* What came before a cut is passed on, as far as its time has come. */
static void step(struct cs_proxy *proxy, struct connection *connection)
{
    for (int i = 0; i < 2 && !connection->is_stalled; i++) {
        take_in(proxy, connection, i);
        pass_on(&connection->way[i]);
    }
    if (is_cut_due(proxy)) {
        proxy->since_cut = 0;
        cut(connection);
        return;
    }
    for (int i = 0; i < 2; i++)
        if (connection->way[i].has_ended && connection->way[i].first == NULL) {
            cut(connection);
            return;
        }
}

static bool is_held(const struct connection *connection)
{
    return connection->way[0].first != NULL || connection->way[1].first != NULL;
}

static void *run(void *arg)
{
    struct cs_proxy *proxy = arg;
    struct pollfd heard[1 + 2 * CONNECTIONS];

    while (!proxy->is_over) {
        nfds_t n = 0;
        bool is_late = proxy->options.rate_bytes > 0;

        heard[n++] = (struct pollfd){ proxy->listener, POLLIN, 0 };
        for (struct connection *c = proxy->connection;
             c < proxy->connection + CONNECTIONS; c++) {
            if (!c->is_used || c->is_stalled)
                continue;
            is_late |= is_held(c);
            for (int i = 0; i < 2; i++)
                heard[n++] = (struct pollfd){ c->way[i].from, POLLIN, 0 };
        }
        if (is_late) /* time decides, not what comes */
            poll(heard, 1, POLL_MS);
        else
            poll(heard, n, 10 * POLL_MS);
        refill(proxy);
        let_in(proxy);
        for (int i = 0; i < CONNECTIONS; i++)
            if (proxy->connection[i].is_used)
                step(proxy, &proxy->connection[i]);
    }
    return NULL;
}

/* ---- from outside -------------------------------------------------------------- */

struct cs_proxy *cs_proxy_start(const struct cs_proxy_options *options)
{
    struct cs_proxy *proxy = calloc(1, sizeof *proxy);
    const struct sockaddr_in address = at_port(options->port);
    const int yes = 1;

    CS_REQUIRE(proxy != NULL);
    proxy->options = *options;
    proxy->refilled_ms = cs_clock_ms();
    proxy->listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(proxy->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    CS_REQUIRE(bind(proxy->listener, (const struct sockaddr *)&address, sizeof address) ==
               0);
    CS_REQUIRE(listen(proxy->listener, CONNECTIONS) == 0);
    fcntl(proxy->listener, F_SETFL, O_NONBLOCK);
    CS_REQUIRE(pthread_create(&proxy->thread, NULL, run, proxy) == 0);
    return proxy;
}

unsigned cs_proxy_n_connections(const struct cs_proxy *proxy)
{
    return proxy->n_connections;
}

uint64_t cs_proxy_n_bytes(const struct cs_proxy *proxy)
{
    return proxy->n_bytes;
}

void cs_proxy_stop(struct cs_proxy *proxy)
{
    proxy->is_over = true;
    pthread_join(proxy->thread, NULL);
    for (int i = 0; i < CONNECTIONS; i++)
        if (proxy->connection[i].is_used)
            cut(&proxy->connection[i]);
    close(proxy->listener);
    free(proxy);
}
