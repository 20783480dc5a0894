/* How fast a channel is, beside memcpy and beside a plain TCP connection.
 *
 *     build/release/tests/bench_channel
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/bench.h"
#include "tests/support/loopback.h"

enum { BULK_BYTES = 512 << 20, PIECE_BYTES = 1 << 20, ROUNDS = 5000, WORD_BYTES = 64 };

struct figures {
    double gigabytes_per_second, round_trip_us;
};

static void check(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "bench_channel: %s\n", what);
        exit(1);
    }
}

/* ---- what is measured: a way to move bytes ------------------------------------- */

struct end {
    struct cs_channel *channel;
    int descriptor; /* if there is no channel */
};

static void put(struct end *end, const uint8_t *bytes, size_t n_bytes)
{
    if (end->channel != NULL) {
        check(cs_channel_send(end->channel, CS_FRAME_OPEN, bytes, n_bytes) == CS_OK,
              "send");
        return;
    }
    for (size_t at = 0; at < n_bytes;) {
        const ssize_t n = write(end->descriptor, bytes + at, n_bytes - at);
        check(n > 0, "write");
        at += (size_t)n;
    }
}

static void get(struct end *end, uint8_t *bytes, size_t n_bytes)
{
    if (end->channel != NULL) {
        check(cs_channel_recv(end->channel, CS_FRAME_OPEN, bytes, n_bytes) == CS_OK,
              "receive");
        return;
    }
    for (size_t at = 0; at < n_bytes;) {
        const ssize_t n = read(end->descriptor, bytes + at, n_bytes - at);
        check(n > 0, "read");
        at += (size_t)n;
    }
}

/* The far end: takes the bulk, answers with a word, then plays ping-pong. */
static void *far_end(void *arg)
{
    struct end *end = arg;
    uint8_t *piece = malloc(PIECE_BYTES);

    for (size_t at = 0; at < BULK_BYTES; at += PIECE_BYTES)
        get(end, piece, PIECE_BYTES);
    put(end, piece, WORD_BYTES);
    for (int i = 0; i < ROUNDS; i++) {
        get(end, piece, WORD_BYTES);
        put(end, piece, WORD_BYTES);
    }
    free(piece);
    return NULL;
}

static struct figures near_end(struct end *end)
{
    uint8_t *piece = calloc(1, PIECE_BYTES);
    struct figures figures;
    double start = cs_bench_s(CLOCK_MONOTONIC);

    for (size_t at = 0; at < BULK_BYTES; at += PIECE_BYTES)
        put(end, piece, PIECE_BYTES);
    get(end, piece, WORD_BYTES);
    figures.gigabytes_per_second =
        BULK_BYTES / (cs_bench_s(CLOCK_MONOTONIC) - start) * 1e-9;
    start = cs_bench_s(CLOCK_MONOTONIC);
    for (int i = 0; i < ROUNDS; i++) {
        put(end, piece, WORD_BYTES);
        get(end, piece, WORD_BYTES);
    }
    figures.round_trip_us = (cs_bench_s(CLOCK_MONOTONIC) - start) / ROUNDS * 1e6;
    free(piece);
    return figures;
}

static struct figures measure(struct end end[2])
{
    pthread_t thread;

    check(pthread_create(&thread, NULL, far_end, &end[1]) == 0, "thread");
    const struct figures figures = near_end(&end[0]);
    pthread_join(thread, NULL);
    return figures;
}

/* ---- the ways ------------------------------------------------------------------ */

static struct figures over_memory(void)
{
    struct cs_channel *channel[2];

    check(cs_channel_mem_pair(channel, 10000, NULL) == CS_OK, "memory");
    const struct figures figures =
        measure((struct end[]){ { channel[0], -1 }, { channel[1], -1 } });
    cs_channel_free(channel[0]);
    cs_channel_free(channel[1]);
    return figures;
}

struct joining {
    struct cs_nng_options options;
    struct cs_channel *channel;
};

static void *join(void *arg)
{
    struct joining *joining = arg;

    check(cs_channel_nng_join(&joining->channel, &joining->options, NULL) == CS_OK,
          "join");
    return NULL;
}

static void *leave(void *channel)
{
    cs_channel_free(channel);
    return NULL;
}

static struct figures over_nng(void)
{
    struct cs_loopback loopback;
    struct joining joining[2];
    pthread_t thread;

    cs_loopback_init(&loopback);
    for (int i = 0; i < 2; i++)
        joining[i] = (struct joining){ cs_loopback_options(&loopback, i), NULL };
    check(pthread_create(&thread, NULL, join, &joining[1]) == 0, "thread");
    join(&joining[0]);
    pthread_join(thread, NULL);
    const struct figures figures =
        measure((struct end[]){ { joining[0].channel, -1 }, { joining[1].channel, -1 } });
    check(pthread_create(&thread, NULL, leave, joining[1].channel) == 0, "thread");
    leave(joining[0].channel);
    pthread_join(thread, NULL);
    return figures;
}

static void no_delay(int descriptor)
{
    const int yes = 1;

    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

static struct figures over_tcp(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    const int one = socket(AF_INET, SOCK_STREAM, 0);

    check(bind(listener, (struct sockaddr *)&address, size) == 0 &&
              listen(listener, 1) == 0 &&
              getsockname(listener, (struct sockaddr *)&address, &size) == 0 &&
              connect(one, (struct sockaddr *)&address, size) == 0,
          "tcp");
    const int other = accept(listener, NULL, NULL);
    no_delay(one);
    no_delay(other);
    const struct figures figures =
        measure((struct end[]){ { NULL, one }, { NULL, other } });
    close(one);
    close(other);
    close(listener);
    return figures;
}

static double memcpy_rate(void)
{
    uint8_t *from = calloc(2, PIECE_BYTES), *to = from + PIECE_BYTES;
    const double start = cs_bench_s(CLOCK_MONOTONIC);

    for (size_t at = 0; at < BULK_BYTES; at += PIECE_BYTES) {
        from[at % PIECE_BYTES]++;
        memcpy(to, from, PIECE_BYTES);
        __asm__ volatile("" ::: "memory");
    }
    const double rate = BULK_BYTES / (cs_bench_s(CLOCK_MONOTONIC) - start) * 1e-9;
    free(from);
    return rate;
}

static void print(const char *name, struct figures figures, const char *beside,
                  double ratio, double round_ratio)
{
    printf("%-12s %6.2f GB/s %8.1f us a round trip   %5.2f of %s, %.1f times its round "
           "trip\n",
           name, figures.gigabytes_per_second, figures.round_trip_us, ratio, beside,
           round_ratio);
}

int main(void)
{
    const double copy = memcpy_rate();
    const struct figures tcp = over_tcp(), memory = over_memory(), nng = over_nng();

    printf("%-12s %6.2f GB/s\n", "memcpy", copy);
    printf("%-12s %6.2f GB/s %8.1f us a round trip\n", "tcp", tcp.gigabytes_per_second,
           tcp.round_trip_us);
    print("memory", memory, "memcpy", memory.gigabytes_per_second / copy,
          memory.round_trip_us / tcp.round_trip_us);
    print("nng + tls", nng, "tcp", nng.gigabytes_per_second / tcp.gigabytes_per_second,
          nng.round_trip_us / tcp.round_trip_us);
    return 0;
}
