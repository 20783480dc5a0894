#include "tests/support/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/socket.h"

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
