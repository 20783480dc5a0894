#include "tests/support/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/socket.h"
#include "tests/support/check.h"
#include "tests/support/pause.h"

static unsigned free_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    const int descriptor = socket(AF_INET, SOCK_STREAM, 0);

    CS_REQUIRE(bind(descriptor, (struct sockaddr *)&address, size) == 0);
    CS_REQUIRE(getsockname(descriptor, (struct sockaddr *)&address, &size) == 0);
    close(descriptor);
    return ntohs(address.sin_port);
}

void cs_loopback_init(struct cs_loopback *loopback)
{
    struct cs_rng rng;

    cs_rng_init_random(&rng);
    snprintf(loopback->url, sizeof loopback->url, "tcp://127.0.0.1:%u", free_port());
    for (int i = 0; i < 2; i++)
        CS_REQUIRE(cs_identity_make(&loopback->identity[i], &rng, NULL) == CS_OK);
    cs_rng_wipe(&rng);
}

int cs_loopback_set_up(void **state)
{
    struct cs_socket *socket = NULL;
    (void)state;

    if (cs_socket_open(&socket, "tcp://127.0.0.1:1", false, NULL) != CS_OK)
        return -1;
    cs_socket_free(socket);
    return 0;
}

struct cs_nng_options cs_loopback_options(const struct cs_loopback *loopback, int role)
{
    return (struct cs_nng_options){
        .url = loopback->url,
        .is_listener = role == 0,
        .identity = &loopback->identity[role],
        .peer_fingerprint = loopback->identity[!role].fingerprint,
        .join_ms = 10000,
        .timeout_ms = 10000,
    };
}

/* ---- both ends on two threads ---- */

void cs_loopback_nodes(struct cs_loopback_node node[static 2],
                       const struct cs_loopback *loopback, cs_loopback_part part)
{
    for (int i = 0; i < 2; i++)
        node[i] = (struct cs_loopback_node){ .options = cs_loopback_options(loopback, i),
                                             .part = part,
                                             .role = i };
}

void *cs_loopback_run_node(void *arg)
{
    struct cs_loopback_node *node = arg;
    struct cs_channel *peer = NULL;

    node->st = cs_channel_nng_join(&peer, &node->options, &node->fault);
    if (node->st == CS_OK && node->part != NULL)
        node->st = node->part(peer, node->role);
    cs_channel_free(peer);
    return NULL;
}

void cs_loopback_run(struct cs_loopback_node node[static 2])
{
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, cs_loopback_run_node, &node[1]), 0);
    cs_loopback_run_node(&node[0]);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

/* ---- strangers ---- */

unsigned cs_loopback_port(const char *url)
{
    return (unsigned)atoi(strrchr(url, ':') + 1);
}

int cs_loopback_connect(const char *url)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                   .sin_port = htons((uint16_t)cs_loopback_port(url)) };

    for (int tries = 100; tries > 0; tries--) {
        const int descriptor = socket(AF_INET, SOCK_STREAM, 0);

        if (connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0)
            return descriptor;
        close(descriptor);
        cs_pause_ms(20);
    }
    fail_msg("nobody listens at %s", url);
    return -1;
}
