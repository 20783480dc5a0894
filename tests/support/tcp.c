#include "tests/support/tcp.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

struct end {
    int descriptor;
    uint8_t message[CS_MESSAGE_BYTES];
};

static enum cs_status put(void *self, const void *bytes, size_t n_bytes, unsigned wait_ms)
{
    const struct end *end = self;
    uint32_t length = (uint32_t)n_bytes;
    struct iovec parts[2] = { { &length, sizeof length }, { (void *)bytes, n_bytes } };
    struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
    size_t left = sizeof length + n_bytes;
    (void)wait_ms;

    while (left > 0) {
        ssize_t n = sendmsg(end->descriptor, &message, MSG_NOSIGNAL);

        if (n <= 0)
            return CS_CLOSED;
        left -= (size_t)n;
        for (size_t i = 0; i < 2; i++) {
            const size_t part =
                (size_t)n < parts[i].iov_len ? (size_t)n : parts[i].iov_len;

            parts[i].iov_base = (uint8_t *)parts[i].iov_base + part;
            parts[i].iov_len -= part;
            n -= (ssize_t)part;
        }
    }
    return CS_OK;
}

static enum cs_status get(const struct end *end, void *bytes, size_t n_bytes)
{
    for (size_t at = 0; at < n_bytes;) {
        const ssize_t n = recv(end->descriptor, (uint8_t *)bytes + at, n_bytes - at, 0);

        if (n <= 0)
            return CS_CLOSED;
        at += (size_t)n;
    }
    return CS_OK;
}

static enum cs_status take(void *self, const uint8_t **bytes, size_t *n_bytes,
                           unsigned wait_ms)
{
    struct end *end = self;
    struct pollfd readable = { .fd = end->descriptor, .events = POLLIN };
    uint32_t length;
    enum cs_status st = CS_OK;

    if (poll(&readable, 1, (int)wait_ms) == 0)
        return CS_TIMEOUT;
    CS_TRY(get(end, &length, sizeof length));
    if (length > sizeof end->message)
        return CS_PROTOCOL;
    CS_TRY(get(end, end->message, length));
    *bytes = end->message;
    *n_bytes = length;
out:
    return st;
}

static void end_free(void *self)
{
    struct end *end = self;

    close(end->descriptor);
    free(end);
}

static bool connect_pair(int descriptor[2])
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t size = sizeof address;
    const int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    bool made;

    descriptor[0] = socket(AF_INET, SOCK_STREAM, 0);
    descriptor[1] = -1;
    made = bind(listener, (struct sockaddr *)&address, size) == 0 &&
           listen(listener, 1) == 0 &&
           getsockname(listener, (struct sockaddr *)&address, &size) == 0 &&
           connect(descriptor[0], (struct sockaddr *)&address, size) == 0;
    if (made)
        descriptor[1] = accept(listener, NULL, NULL);
    close(listener);
    for (int i = 0; i < 2 && made; i++)
        made = setsockopt(descriptor[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0;
    return made;
}

enum cs_status cs_transport_tcp_pair(struct cs_transport ends[2])
{
    int descriptor[2];

    if (!connect_pair(descriptor))
        return CS_CLOSED;
    for (int i = 0; i < 2; i++) {
        struct end *end = malloc(sizeof *end);

        CS_REQUIRE(end != NULL);
        end->descriptor = descriptor[i];
        ends[i] = (struct cs_transport){
            .send = put, .recv = take, .close = end_free, .self = end
        };
    }
    return CS_OK;
}
