#include "protocol/probe.h"

#include "protocol/clock.h"
#include "protocol/sealed.h"
#include "protocol/socket.h"

enum { STEP_MS = 50 };

static struct cs_link *dial(struct cs_socket *socket, uint64_t until_ms)
{
    struct cs_link *link = NULL;

    cs_socket_dial(socket);
    while ((link = cs_socket_take(socket)) == NULL && cs_clock_left_ms(until_ms) > 0 &&
           cs_socket_is_dialling(socket))
        cs_socket_wait(socket, STEP_MS);
    return link != NULL ? link : cs_socket_take(socket);
}

/* Takes the link. In TLS 1.3 who connects is done before the other has judged it: a
 * refusal comes a moment later, as an end of the connection. */
static enum cs_status shake(struct cs_link *link, struct cs_socket *socket,
                            const struct cs_probe *probe, uint64_t until_ms,
                            struct cs_fault *fault)
{
    const struct cs_sealed_options options = { false, probe->identity,
                                               probe->peer_fingerprint };
    struct cs_sealed *sealed = NULL;
    const uint8_t *bytes;
    size_t n_bytes = 0;
    bool is_done = false;
    enum cs_status st;

    CS_TRY(cs_sealed_new(&sealed, link, &options));
    while (st == CS_OK && !is_done && cs_clock_left_ms(until_ms) > 0) {
        st = cs_sealed_shake(sealed, &is_done);
        if (st == CS_OK && !is_done)
            cs_socket_wait(socket, STEP_MS);
    }
    const uint64_t judged_ms = cs_clock_ms() + 4 * STEP_MS;
    while (st == CS_OK && is_done && n_bytes == 0 && cs_clock_left_ms(judged_ms) > 0) {
        st = cs_sealed_recv(sealed, &bytes, &n_bytes);
        if (st == CS_TIMEOUT)
            st = CS_OK;
        cs_socket_wait(socket, STEP_MS);
    }
    if (st != CS_OK && st != CS_MEMORY)
        st = cs_fault_say(fault, CS_AUTH, "%s", cs_sealed_words(sealed));
    if (st == CS_OK && !is_done)
        st = CS_TIMEOUT;
out:
    while (sealed != NULL && cs_clock_left_ms(until_ms) > 0 && !cs_sealed_leave(sealed))
        cs_socket_wait(socket, STEP_MS);
    cs_sealed_free(sealed);
    return st;
}

enum cs_status cs_probe(bool *somebody, const struct cs_probe *probe,
                        struct cs_fault *fault)
{
    const uint64_t until_ms = cs_clock_ms() + probe->wait_ms;
    struct cs_socket *socket = NULL;
    struct cs_link *link = NULL;
    enum cs_status st;

    *somebody = false;
    CS_TRY(cs_socket_open(&socket, probe->url, probe->is_listener, fault));
    if (probe->is_listener)
        goto out;
    link = dial(socket, until_ms);
    *somebody = link != NULL;
    if (link == NULL)
        st = CS_TIMEOUT;
    else if (probe->identity == NULL)
        cs_link_free(link);
    else
        st = shake(link, socket, probe, until_ms, fault);
out:
    cs_socket_free(socket);
    return st;
}
