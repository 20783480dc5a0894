/* Messages under TLS (protocol/sealed.c) over a link of memory, which stands here in the
 * place of protocol/socket.c. The first byte says whether the peer has the pinned key and
 * says the rest, in pieces, once the handshake is over; or says it from the beginning,
 * without TLS. */
#include <stdlib.h>
#include <string.h>

#include "protocol/sealed.h"
#include "protocol/tls.h"
#include "tests/fuzz/fuzz.h"

enum { IN_THE_CLEAR = 1, AS_SERVER = 2, STEPS = 8 };

/* ---- the link ------------------------------------------------------------------ */

struct cs_link {
    uint8_t *in, *out; /* (n_in), (n_out) */
    size_t n_in, n_out;
    bool is_read;
};

enum cs_status cs_link_read(struct cs_link *link, const void **bytes, size_t *n_bytes)
{
    *bytes = link->in;
    *n_bytes = link->is_read ? 0 : link->n_in;
    link->is_read = true;
    return CS_OK;
}

bool cs_link_is_writing(struct cs_link *link)
{
    return link->n_out > 0;
}

void *cs_link_room(struct cs_link *link, size_t n_bytes)
{
    free(link->out);
    link->out = malloc(n_bytes);
    link->n_out = n_bytes;
    return link->out;
}

void cs_link_write(struct cs_link *link)
{
    CS_REQUIRE(link->n_out > 0);
}

void cs_link_free(struct cs_link *link)
{
    free(link->in);
    free(link->out);
    free(link);
}

static void put_on(struct cs_link *link, const void *bytes, size_t n_bytes)
{
    free(link->in);
    link->in = malloc(n_bytes + 1);
    CS_REQUIRE(link->in != NULL);
    if (n_bytes > 0)
        memcpy(link->in, bytes, n_bytes);
    link->n_in = n_bytes;
    link->is_read = n_bytes == 0;
}

/* ---- the peer ------------------------------------------------------------------ */

static void from_peer(struct cs_tls *tls, struct cs_link *link)
{
    const size_t n = cs_tls_waiting(tls);
    uint8_t *bytes = malloc(n + 1);

    CS_REQUIRE(bytes != NULL);
    if (n > 0)
        cs_tls_take(tls, bytes, n);
    put_on(link, bytes, n);
    free(bytes);
}

static void to_peer(struct cs_tls *tls, struct cs_link *link)
{
    if (link->n_out > 0)
        CS_REQUIRE(cs_tls_give(tls, link->out, link->n_out) == CS_OK);
    link->n_out = 0;
}

static void shake(struct cs_sealed *sealed, struct cs_tls *tls, struct cs_link *link)
{
    bool here = false, there = false;

    for (int i = 0; i < STEPS && !(here && there); i++) {
        CS_REQUIRE(cs_tls_handshake(tls, &there) == CS_OK);
        from_peer(tls, link);
        CS_REQUIRE(cs_sealed_shake(sealed, &here) == CS_OK);
        to_peer(tls, link);
    }
    CS_REQUIRE(here && there);
}

static enum cs_status hear(struct cs_sealed *sealed)
{
    const uint8_t *bytes;
    size_t n_bytes;
    enum cs_status st = cs_sealed_recv(sealed, &bytes, &n_bytes);

    for (; st == CS_OK; st = cs_sealed_recv(sealed, &bytes, &n_bytes))
        CS_REQUIRE(n_bytes <= CS_LINE_BYTES);
    cs_sealed_part(sealed, &bytes, &n_bytes);
    CS_REQUIRE(n_bytes <= CS_LINE_BYTES);
    return st;
}

/* Each piece has its length in two bytes, and is sealed by itself. */
static void say_sealed(struct cs_sealed *sealed, struct cs_tls *tls, struct cs_link *link,
                       struct cs_fuzz_input *input)
{
    for (enum cs_status st = CS_TIMEOUT; input->left > 2 && st == CS_TIMEOUT;) {
        size_t n = cs_fuzz_word(input);
        const uint8_t *piece = cs_fuzz_bytes(input, &n);

        if (n > 0)
            CS_REQUIRE(cs_tls_seal(tls, piece, n) == CS_OK);
        from_peer(tls, link);
        st = hear(sealed);
        to_peer(tls, link);
    }
}

static void say_clear(struct cs_sealed *sealed, struct cs_link *link,
                      struct cs_fuzz_input *input)
{
    bool is_done = false;

    put_on(link, input->at, input->left);
    (void)!cs_sealed_shake(sealed, &is_done);
    CS_REQUIRE(!is_done);
}

/* ---- both ---------------------------------------------------------------------- */

/* Made once: they are not what is looked at here. */
static const struct cs_identity *identities(void)
{
    static struct cs_identity identity[2];
    struct cs_rng rng;

    if (identity[0].key_pem[0] == '\0')
        for (unsigned i = 0; i < 2; i++) {
            cs_rng_init_labelled(&rng, i, "identity");
            CS_REQUIRE(cs_identity_make(&identity[i], &rng, NULL) == CS_OK);
        }
    return identity;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cs_fuzz_input input = { data, size };
    const uint8_t how = cs_fuzz_byte(&input);
    const struct cs_identity *identity = identities();
    const struct cs_sealed_options options = { (how & AS_SERVER) != 0, &identity[0],
                                               identity[1].fingerprint };
    struct cs_link *link = calloc(1, sizeof *link);
    struct cs_sealed *sealed = NULL;
    struct cs_tls *tls = NULL;

    CS_REQUIRE(link != NULL && cs_sealed_new(&sealed, link, &options) == CS_OK);
    CS_REQUIRE(cs_tls_new(&tls, !options.is_server, &identity[1], identity[0].fingerprint,
                          NULL) == CS_OK);
    if (how & IN_THE_CLEAR) {
        say_clear(sealed, link, &input);
    } else {
        shake(sealed, tls, link);
        say_sealed(sealed, tls, link, &input);
    }
    (void)cs_sealed_leave(sealed);
    cs_tls_free(tls);
    cs_sealed_free(sealed);
    return 0;
}
