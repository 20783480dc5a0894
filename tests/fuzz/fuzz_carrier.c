/* Messages of a carrier (protocol/carrier.h) over lines that say what the input says: a
 * byte for how, then pieces. A piece is a length in two bytes and a message; the length
 * 0xffff ends a line, 0xfffe leaves a part of a message behind, 0xfffd is silence. */
#include <stdlib.h>
#include <string.h>

#include "protocol/carrier.h"
#include "tests/fuzz/fuzz.h"

enum { LINE_ENDS = 0xffff, PART = 0xfffe, SILENCE = 0xfffd, SENDS = 4, MOST_MS = 5000 };

struct peer {
    struct cs_fuzz_input input;
    uint8_t *message; /* (n_bytes), in memory of just that size */
    size_t n_bytes, n_part;
    uint64_t n_heard;
};

/* ---- a line -------------------------------------------------------------------- */

static enum cs_status line_send(void *self, const void *bytes, size_t n_bytes)
{
    (void)self;
    (void)bytes;
    CS_REQUIRE(n_bytes <= CS_LINE_BYTES);
    return CS_OK;
}

static void take(struct peer *peer, size_t n_bytes)
{
    peer->n_bytes = n_bytes;
    const uint8_t *from = cs_fuzz_bytes(&peer->input, &peer->n_bytes);
    free(peer->message);
    peer->message = malloc(peer->n_bytes + 1);
    CS_REQUIRE(peer->message != NULL);
    if (peer->n_bytes > 0)
        memcpy(peer->message, from, peer->n_bytes);
    peer->n_heard += peer->n_bytes;
}

static enum cs_status line_recv(void *self, const uint8_t **bytes, size_t *n_bytes)
{
    struct peer *peer = self;
    const size_t n = cs_fuzz_word(&peer->input);

    peer->n_part = 0;
    if (n == LINE_ENDS || peer->input.left == 0)
        return CS_CLOSED;
    if (n == SILENCE)
        return CS_TIMEOUT;
    take(peer, n == PART ? cs_fuzz_byte(&peer->input) : n);
    if (n == PART) {
        peer->n_part = peer->n_bytes;
        return CS_CLOSED;
    }
    *bytes = peer->message;
    *n_bytes = peer->n_bytes;
    return CS_OK;
}

static void line_part(void *self, const uint8_t **bytes, size_t *n_bytes)
{
    const struct peer *peer = self;

    *bytes = peer->message;
    *n_bytes = peer->n_part;
}

static uint64_t line_n_heard(void *self)
{
    const struct peer *peer = self;

    return peer->n_heard;
}

static void close_nothing(void *self)
{
    (void)self;
}

/* ---- where lines come from ----------------------------------------------------- */

static enum cs_status lines_next(void *self, struct cs_line *line, bool is_wanted)
{
    const struct peer *peer = self;

    if (!is_wanted)
        return CS_TIMEOUT;
    if (peer->input.left == 0)
        return CS_CLOSED;
    *line = (struct cs_line){ line_send,    line_recv,     line_part,
                              line_n_heard, close_nothing, self };
    return CS_OK;
}

static void lines_wait(void *self, unsigned wait_ms)
{
    (void)self;
    (void)wait_ms;
}

/* ---- a session ----------------------------------------------------------------- */

static void talk(struct cs_transport *transport, size_t input_bytes)
{
    static const uint8_t mine[300];
    enum cs_status st = CS_OK;
    const uint8_t *bytes;
    size_t n_bytes, all = 0;

    for (size_t i = 0; i < SENDS && st == CS_OK; i++)
        st = transport->send(transport->self, mine, sizeof mine, MOST_MS);
    for (st = CS_OK; st == CS_OK; all += n_bytes) {
        st = transport->recv(transport->self, &bytes, &n_bytes, MOST_MS);
        if (st != CS_OK)
            break;
        CS_REQUIRE(n_bytes <= CS_MESSAGE_BYTES);
    }
    CS_REQUIRE(all <= input_bytes);
    transport->close(transport->self);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct peer peer = { .input = { data, size } };
    const uint8_t how = cs_fuzz_byte(&peer.input);
    const struct cs_lines lines = { lines_next, lines_wait, close_nothing, &peer };
    struct cs_fault fault = { .stage = "fuzz" };
    struct cs_transport transport;
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "carrier");
    const struct cs_carrier_options options = { .join_ms = MOST_MS,
                                                .timeout_ms = MOST_MS,
                                                .reconnect_ms = how & 1 ? MOST_MS : 0,
                                                .rng = &rng,
                                                .fault = &fault };
    if (cs_carrier_join(&transport, lines, &options) == CS_OK)
        talk(&transport, size);
    cs_fuzz_check_fault(&fault);
    free(peer.message);
    return 0;
}
