#include "protocol/sealed.h"

#include <stdlib.h>

#include "crypto/bytes.h"
#include "protocol/tls.h"

enum {
    PREFIX_BYTES = 4,           /* length of a message, little-endian */
    HANDSHAKE_BYTES = 64 << 10, /* all that a peer says before it is known */
};

struct cs_sealed {
    struct cs_link *link;
    struct cs_tls *tls;
    struct cs_fault fault;
    bool is_open, has_said_end;
    uint64_t n_heard; /* sealed bytes that came */
    uint8_t *plain;   /* (PREFIX_BYTES + CS_LINE_BYTES) the message coming in */
    size_t n_plain;
    bool is_whole; /* plain was handed out */
};

enum cs_status cs_sealed_new(struct cs_sealed **sealed, struct cs_link *link,
                             const struct cs_sealed_options *options)
{
    struct cs_sealed *made = calloc(1, sizeof *made);
    enum cs_status st = CS_OK;

    if (made == NULL) {
        cs_link_free(link);
        return CS_MEMORY;
    }
    made->link = link;
    CS_TRY(cs_tls_new(&made->tls, options->is_server, options->identity,
                      options->peer_fingerprint, &made->fault));
    *sealed = made;
    made = NULL;
out:
    cs_sealed_free(made);
    return st;
}

void cs_sealed_free(struct cs_sealed *sealed)
{
    if (sealed == NULL)
        return;
    cs_link_free(sealed->link);
    cs_tls_free(sealed->tls);
    free(sealed->plain);
    free(sealed);
}

/* ---- sealed bytes out and in --------------------------------------------------- */

/* Sends what TLS has ready, if the link is free. */
static enum cs_status flush(struct cs_sealed *sealed)
{
    const size_t n_bytes = cs_tls_waiting(sealed->tls);

    if (n_bytes == 0 || cs_link_is_writing(sealed->link))
        return CS_OK;
    void *room = cs_link_room(sealed->link, n_bytes);
    if (room == NULL)
        return CS_MEMORY;
    cs_tls_take(sealed->tls, room, n_bytes);
    cs_link_write(sealed->link);
    return CS_OK;
}

/* Hands to TLS what has come. */
static enum cs_status hear(struct cs_sealed *sealed, bool *has_come)
{
    const void *bytes;
    size_t n_bytes;
    enum cs_status st = CS_OK;

    *has_come = false;
    CS_TRY(cs_link_read(sealed->link, &bytes, &n_bytes));
    sealed->n_heard += n_bytes;
    *has_come = n_bytes > 0;
    CS_TRY(cs_tls_give(sealed->tls, bytes, n_bytes));
out:
    return st;
}

enum cs_status cs_sealed_shake(struct cs_sealed *sealed, bool *is_done)
{
    enum cs_status st = CS_OK;
    bool has_come = true;

    while (!sealed->is_open && has_come) {
        CS_TRY(hear(sealed, &has_come));
        st = cs_tls_handshake(sealed->tls, &sealed->is_open);
        const enum cs_status flushed = flush(sealed); /* an alert as well */
        CS_TRY(st);
        CS_TRY(flushed);
        if (sealed->n_heard > HANDSHAKE_BYTES)
            return CS_PROTOCOL;
    }
    if (sealed->is_open && sealed->plain == NULL)
        sealed->plain = malloc(PREFIX_BYTES + CS_LINE_BYTES);
    if (sealed->is_open && sealed->plain == NULL)
        st = CS_MEMORY;
    *is_done = sealed->is_open;
out:
    return st;
}

/* ---- messages ------------------------------------------------------------------ */

enum cs_status cs_sealed_send(struct cs_sealed *sealed, const void *bytes, size_t n_bytes)
{
    uint8_t prefix[PREFIX_BYTES];
    enum cs_status st = CS_OK;

    CS_REQUIRE(sealed->is_open && n_bytes <= CS_LINE_BYTES);
    CS_TRY(flush(sealed));
    if (cs_link_is_writing(sealed->link))
        return CS_TIMEOUT;
    cs_bytes_put(prefix, n_bytes, PREFIX_BYTES);
    CS_TRY(cs_tls_seal(sealed->tls, prefix, sizeof prefix));
    CS_TRY(cs_tls_seal(sealed->tls, bytes, n_bytes));
    CS_TRY(flush(sealed));
out:
    return st;
}

static size_t prefixed_bytes(const struct cs_sealed *sealed)
{
    return (size_t)cs_bytes_get(sealed->plain, PREFIX_BYTES);
}

/* Fills plain up to n_bytes with what TLS has; false: not enough yet. */
static enum cs_status fill(struct cs_sealed *sealed, size_t n_bytes, bool *is_enough)
{
    size_t n = 0;
    const enum cs_status st = cs_tls_open(sealed->tls, sealed->plain + sealed->n_plain,
                                          &n, n_bytes - sealed->n_plain);

    sealed->n_plain += n;
    *is_enough = sealed->n_plain == n_bytes;
    return st;
}

static enum cs_status assemble(struct cs_sealed *sealed)
{
    enum cs_status st = CS_OK;
    bool is_enough = true;

    if (sealed->n_plain < PREFIX_BYTES)
        CS_TRY(fill(sealed, PREFIX_BYTES, &is_enough));
    if (!is_enough)
        goto out;
    if (prefixed_bytes(sealed) > CS_LINE_BYTES)
        return cs_fault_say(&sealed->fault, CS_PROTOCOL,
                            "the peer's message is too long");
    CS_TRY(fill(sealed, PREFIX_BYTES + prefixed_bytes(sealed), &sealed->is_whole));
out:
    return st;
}

enum cs_status cs_sealed_recv(struct cs_sealed *sealed, const uint8_t **bytes,
                              size_t *n_bytes)
{
    enum cs_status st = CS_OK;
    bool has_come = true;

    CS_REQUIRE(sealed->is_open);
    if (sealed->is_whole) {
        sealed->n_plain = 0;
        sealed->is_whole = false;
    }
    CS_TRY(assemble(sealed));
    while (!sealed->is_whole && has_come) {
        CS_TRY(hear(sealed, &has_come));
        if (has_come)
            CS_TRY(assemble(sealed));
    }
    if (!sealed->is_whole)
        return CS_TIMEOUT;
    *bytes = sealed->plain + PREFIX_BYTES;
    *n_bytes = sealed->n_plain - PREFIX_BYTES;
out:
    return st;
}

void cs_sealed_part(const struct cs_sealed *sealed, const uint8_t **bytes,
                    size_t *n_bytes)
{
    const bool is_part = !sealed->is_whole && sealed->n_plain > PREFIX_BYTES;

    *bytes = sealed->plain + PREFIX_BYTES;
    *n_bytes = is_part ? sealed->n_plain - PREFIX_BYTES : 0;
}

uint64_t cs_sealed_n_heard(const struct cs_sealed *sealed)
{
    return sealed->n_heard;
}

/* ---- going --------------------------------------------------------------------- */

static bool drop_what_comes(struct cs_sealed *sealed)
{
    uint8_t dropped[4096];
    bool has_come = true;
    enum cs_status st = CS_OK;
    size_t n;

    while (has_come && st == CS_OK) {
        st = hear(sealed, &has_come);
        for (n = 1; st == CS_OK && n > 0 && sealed->is_open;)
            st = cs_tls_open(sealed->tls, dropped, &n, sizeof dropped);
    }
    return st == CS_OK;
}

bool cs_sealed_leave(struct cs_sealed *sealed)
{
    if (!sealed->has_said_end && !cs_link_is_writing(sealed->link)) {
        sealed->has_said_end = true;
        cs_tls_end(sealed->tls);
    }
    const bool is_sent = flush(sealed) == CS_OK && drop_what_comes(sealed);
    return !is_sent || (sealed->has_said_end && cs_tls_peer_ended(sealed->tls) &&
                        !cs_link_is_writing(sealed->link));
}

const char *cs_sealed_words(const struct cs_sealed *sealed)
{
    return sealed->fault.text;
}
