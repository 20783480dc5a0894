/* What protocol/tls.h promises, with both ends in one thread and the wire between them
 * in our hands. */
#include "protocol/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"

enum { SERVER, CLIENT };

static struct cs_identity identity_of(uint8_t seed)
{
    const uint8_t bytes[CS_RNG_SEED_BYTES] = { seed };
    struct cs_identity identity;
    struct cs_rng rng;

    cs_rng_init(&rng, bytes);
    assert_ok(cs_identity_make(&identity, &rng, NULL));
    return identity;
}

/* Two ends; seen[i] is the identity that end i expects to meet. */
struct wire {
    struct cs_identity identity[2];
    struct cs_tls *end[2];
    struct cs_fault fault[2];
    enum cs_status st[2];
    uint8_t carried[1 << 16];
    size_t n_carried;
};

static void wire_init(struct wire *wire, int server_expects, int client_expects)
{
    const struct cs_identity identity[] = { identity_of(1), identity_of(2),
                                            identity_of(3) };
    const int expects[] = { server_expects, client_expects };

    memset(wire, 0, sizeof *wire);
    for (int i = 0; i < 2; i++) {
        wire->identity[i] = identity[i];
        assert_ok(cs_tls_new(&wire->end[i], i == SERVER, &identity[i],
                             identity[expects[i]].fingerprint, &wire->fault[i]));
    }
}

static void wire_wipe(struct wire *wire)
{
    cs_tls_free(wire->end[0]);
    cs_tls_free(wire->end[1]);
}

static size_t carry(struct wire *wire, int from)
{
    const size_t n_bytes = cs_tls_waiting(wire->end[from]);

    assert_true(n_bytes <= sizeof wire->carried);
    if (n_bytes > 0)
        cs_tls_take(wire->end[from], wire->carried, n_bytes);
    return wire->n_carried = n_bytes;
}

static void deliver(struct wire *wire, int to)
{
    assert_ok(cs_tls_give(wire->end[to], wire->carried, wire->n_carried));
}

/* Until nobody has anything to say any more. */
static void shake_hands(struct wire *wire)
{
    bool done[2] = { false, false };

    for (int i = 0; i < 8; i++) {
        const int who = i % 2 == 0 ? CLIENT : SERVER;

        if (wire->st[who] == CS_OK && !done[who])
            wire->st[who] = cs_tls_handshake(wire->end[who], &done[who]);
        carry(wire, who);
        deliver(wire, !who);
    }
}

static enum cs_status read_some(struct wire *wire, int who, char *text, size_t *n_bytes)
{
    return cs_tls_open(wire->end[who], text, n_bytes, 64);
}

static void words_arrive_sealed(void **state)
{
    struct wire wire;
    char text[64];
    size_t n_bytes;
    (void)state;

    wire_init(&wire, CLIENT, SERVER);
    shake_hands(&wire);
    assert_ok(wire.st[0]);
    assert_ok(wire.st[1]);
    for (int who = 0; who < 2; who++) {
        assert_ok(cs_tls_seal(wire.end[who], "in the clear", 12));
        assert_true(carry(&wire, who) > 12);
        for (size_t i = 0; i + 12 <= wire.n_carried; i++)
            assert_memory_not_equal(wire.carried + i, "in the clear", 12);
        deliver(&wire, !who);
        assert_ok(read_some(&wire, !who, text, &n_bytes));
        assert_int_equal(n_bytes, 12);
        assert_memory_equal(text, "in the clear", 12);
    }
    wire_wipe(&wire);
}

static void a_server_with_another_certificate_is_refused(void **state)
{
    struct wire wire;
    char seen[CS_FINGERPRINT_TEXT_BYTES];
    (void)state;

    wire_init(&wire, CLIENT, 2);
    shake_hands(&wire);
    assert_int_equal(wire.st[CLIENT], CS_AUTH);
    assert_int_equal(wire.st[SERVER], CS_AUTH);
    cs_fingerprint_text(seen, wire.identity[SERVER].fingerprint);
    assert_non_null(strstr(wire.fault[CLIENT].text, seen));
    assert_non_null(strstr(wire.fault[SERVER].text, seen));
    assert_true(cs_tls_peer_ended(wire.end[SERVER]));
    wire_wipe(&wire);
}

static void a_client_with_another_certificate_is_refused(void **state)
{
    struct wire wire;
    char seen[CS_FINGERPRINT_TEXT_BYTES], text[64];
    size_t n_bytes;
    (void)state;

    wire_init(&wire, 2, SERVER);
    shake_hands(&wire);
    assert_int_equal(wire.st[SERVER], CS_AUTH);
    assert_int_equal(read_some(&wire, CLIENT, text, &n_bytes), CS_AUTH);
    cs_fingerprint_text(seen, wire.identity[CLIENT].fingerprint);
    assert_non_null(strstr(wire.fault[SERVER].text, seen));
    assert_non_null(strstr(wire.fault[CLIENT].text, seen));
    wire_wipe(&wire);
}

/* The public certificate alone does not do: the key must go with it. */
static void a_certificate_without_its_key_cannot_be_used(void **state)
{
    struct cs_identity stolen = identity_of(1);
    const struct cs_identity thief = identity_of(3);
    struct cs_tls *tls = NULL;
    struct cs_fault fault = { 0 };
    (void)state;

    memcpy(stolen.key_pem, thief.key_pem, sizeof stolen.key_pem);
    assert_int_not_equal(cs_tls_new(&tls, true, &stolen, thief.fingerprint, &fault),
                         CS_OK);
    assert_null(tls);
}

static void a_flipped_bit_anywhere_in_a_record_is_an_error(void **state)
{
    char text[64];
    size_t n_bytes, n_sealed = 1;
    (void)state;

    for (size_t at = 0; at < n_sealed; at++) {
        struct wire wire;

        wire_init(&wire, CLIENT, SERVER);
        shake_hands(&wire);
        assert_ok(cs_tls_seal(wire.end[CLIENT], "four", 4));
        n_sealed = carry(&wire, CLIENT);
        wire.carried[at] ^= 1;
        deliver(&wire, SERVER);
        const enum cs_status st = read_some(&wire, SERVER, text, &n_bytes);
        assert_int_equal(n_bytes, 0);
        if (at != 3 && at != 4) /* a length that grew waits for more, in vain */
            assert_int_equal(st, CS_PROTOCOL);
        wire_wipe(&wire);
    }
    assert_true(n_sealed > 20);
}

static void a_record_given_twice_is_an_error(void **state)
{
    struct wire wire;
    char text[64];
    size_t n_bytes;
    (void)state;

    wire_init(&wire, CLIENT, SERVER);
    shake_hands(&wire);
    assert_ok(cs_tls_seal(wire.end[CLIENT], "four", 4));
    carry(&wire, CLIENT);
    deliver(&wire, SERVER);
    assert_ok(read_some(&wire, SERVER, text, &n_bytes));
    deliver(&wire, SERVER);
    assert_int_equal(read_some(&wire, SERVER, text, &n_bytes), CS_PROTOCOL);
    wire_wipe(&wire);
}

static void the_end_comes_after_the_last_words(void **state)
{
    struct wire wire;
    char text[64];
    size_t n_bytes;
    (void)state;

    wire_init(&wire, CLIENT, SERVER);
    shake_hands(&wire);
    assert_ok(cs_tls_seal(wire.end[CLIENT], "bye", 3));
    cs_tls_end(wire.end[CLIENT]);
    carry(&wire, CLIENT);
    deliver(&wire, SERVER);
    assert_ok(read_some(&wire, SERVER, text, &n_bytes));
    assert_int_equal(n_bytes, 3);
    assert_int_equal(read_some(&wire, SERVER, text, &n_bytes), CS_CLOSED);
    wire_wipe(&wire);
}

/* ---- against a plain OpenSSL client -------------------------------------------- */

/* A client of its own making says hello; returns what the server thinks of it after its
 * answer, and the client's, were delivered. */
static enum cs_status meet_stranger(SSL_CTX *context, struct cs_fault *fault)
{
    const struct cs_identity own = identity_of(1), expected = identity_of(2);
    BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
    SSL *ssl = SSL_new(context);
    struct cs_tls *server = NULL;
    static uint8_t bytes[1 << 16];
    enum cs_status st = CS_OK;
    bool done = false;

    assert_ok(cs_tls_new(&server, true, &own, expected.fingerprint, fault));
    BIO_set_mem_eof_return(in, -1);
    SSL_set_bio(ssl, in, out);
    SSL_set_connect_state(ssl);
    for (int i = 0; i < 3 && st == CS_OK && !done; i++) {
        SSL_do_handshake(ssl);
        const int n = BIO_read(out, bytes, sizeof bytes);
        if (n > 0)
            assert_ok(cs_tls_give(server, bytes, (size_t)n));
        st = cs_tls_handshake(server, &done);
        const size_t n_out = cs_tls_waiting(server);
        if (n_out > 0) {
            cs_tls_take(server, bytes, n_out);
            BIO_write(in, bytes, (int)n_out);
        }
    }
    assert_false(done);
    SSL_free(ssl);
    SSL_CTX_free(context);
    cs_tls_free(server);
    ERR_clear_error();
    return st;
}

static void tls_1_2_is_refused(void **state)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    struct cs_fault fault = { 0 };
    (void)state;

    SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
    assert_int_equal(meet_stranger(context, &fault), CS_PROTOCOL);
    assert_non_null(strstr(fault.text, "unsupported protocol"));
}

static void a_client_without_a_certificate_is_refused(void **state)
{
    struct cs_fault fault = { 0 };
    (void)state;

    assert_int_equal(meet_stranger(SSL_CTX_new(TLS_client_method()), &fault), CS_AUTH);
    assert_non_null(strstr(fault.text, "no certificate"));
}

static void bytes_that_are_no_tls_are_refused(void **state)
{
    const char *const noise[] = { "GET / HTTP/1.1\r\n\r\n", "SSH-2.0-x\r\n",
                                  "\x16\x03\x01\xff\xff\x01" };
    (void)state;

    for (size_t i = 0; i < COUNT(noise); i++) {
        struct wire wire;
        bool done;

        wire_init(&wire, CLIENT, SERVER);
        assert_ok(cs_tls_give(wire.end[SERVER], noise[i], strlen(noise[i])));
        assert_int_equal(cs_tls_handshake(wire.end[SERVER], &done), CS_PROTOCOL);
        wire_wipe(&wire);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_arrive_sealed),
        cmocka_unit_test(a_server_with_another_certificate_is_refused),
        cmocka_unit_test(a_client_with_another_certificate_is_refused),
        cmocka_unit_test(a_certificate_without_its_key_cannot_be_used),
        cmocka_unit_test(a_flipped_bit_anywhere_in_a_record_is_an_error),
        cmocka_unit_test(a_record_given_twice_is_an_error),
        cmocka_unit_test(the_end_comes_after_the_last_words),
        cmocka_unit_test(tls_1_2_is_refused),
        cmocka_unit_test(a_client_without_a_certificate_is_refused),
        cmocka_unit_test(bytes_that_are_no_tls_are_refused),
    };
    return CS_RUN("protocol/tls", tests);
}
