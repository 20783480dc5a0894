#include "protocol/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

enum { CERTIFICATES_MAX_BYTES = 8192 };

struct cs_tls {
    SSL_CTX *context;
    SSL *ssl;
    BIO *in, *out; /* sealed bytes; owned by ssl */
    struct cs_fault *fault;
    uint8_t expected[CS_FINGERPRINT_BYTES], own[CS_FINGERPRINT_BYTES];
    bool peer_ended; /* said close_notify or a fatal alert */
};

/* ---- setting up ---------------------------------------------------------------- */

/* In place of a chain of authorities: is it the pinned certificate? OpenSSL checks
 * afterwards that the peer has its key (RFC 8446, section 4.4.3). */
static int check_fingerprint(X509_STORE_CTX *chain, void *arg)
{
    struct cs_tls *tls = arg;
    const X509 *certificate = X509_STORE_CTX_get0_cert(chain);
    uint8_t seen[EVP_MAX_MD_SIZE] = { 0 };
    char seen_text[CS_FINGERPRINT_TEXT_BYTES], expected_text[CS_FINGERPRINT_TEXT_BYTES];

    if (X509_digest(certificate, EVP_sha256(), seen, NULL) &&
        CRYPTO_memcmp(seen, tls->expected, sizeof tls->expected) == 0)
        return 1;
    cs_fingerprint_text(seen_text, seen);
    cs_fingerprint_text(expected_text, tls->expected);
    cs_fault_say(tls->fault, CS_AUTH,
                 "the peer's certificate is %s, the study names %s; ask the other party "
                 "(not over this connection) which is right, and correct the study file "
                 "at both",
                 seen_text, expected_text);
    X509_STORE_CTX_set_error(chain, X509_V_ERR_CERT_REJECTED);
    return 0;
}

static bool use_certificate(SSL_CTX *context, const char *pem)
{
    BIO *text = BIO_new_mem_buf(pem, -1);
    X509 *certificate = text == NULL ? NULL : PEM_read_bio_X509(text, NULL, NULL, NULL);
    const bool used =
        certificate != NULL && SSL_CTX_use_certificate(context, certificate) == 1;

    X509_free(certificate);
    BIO_free(text);
    return used;
}

static bool use_key(SSL_CTX *context, const char *pem)
{
    BIO *text = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key =
        text == NULL ? NULL : PEM_read_bio_PrivateKey(text, NULL, NULL, (void *)"");
    const bool used = key != NULL && SSL_CTX_use_PrivateKey(context, key) == 1;

    EVP_PKEY_free(key);
    BIO_free(text);
    return used;
}

static SSL_CTX *make_context(struct cs_tls *tls, const struct cs_identity *identity)
{
    SSL_CTX *context = SSL_CTX_new(TLS_method());

    if (context == NULL)
        return NULL;
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_cert_list(context, CERTIFICATES_MAX_BYTES);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_cert_verify_callback(context, check_fingerprint, tls);
    if (SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
        SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
        SSL_CTX_set_num_tickets(context, 0) == 1 &&
        use_certificate(context, identity->certificate_pem) &&
        use_key(context, identity->key_pem))
        return context;
    SSL_CTX_free(context);
    return NULL;
}

static bool connect_memory(struct cs_tls *tls)
{
    tls->in = BIO_new(BIO_s_mem());
    tls->out = BIO_new(BIO_s_mem());
    if (tls->in == NULL || tls->out == NULL) {
        BIO_free(tls->in);
        BIO_free(tls->out);
        return false;
    }
    BIO_set_mem_eof_return(tls->in, -1); /* empty: more will come */
    SSL_set_bio(tls->ssl, tls->in, tls->out);
    return true;
}

enum cs_status cs_tls_new(struct cs_tls **tls, bool is_server,
                          const struct cs_identity *identity,
                          const uint8_t peer_fingerprint[static CS_FINGERPRINT_BYTES],
                          struct cs_fault *fault)
{
    struct cs_tls *made = calloc(1, sizeof *made);

    if (made == NULL)
        return CS_MEMORY;
    made->fault = fault;
    memcpy(made->expected, peer_fingerprint, sizeof made->expected);
    memcpy(made->own, identity->fingerprint, sizeof made->own);
    made->context = make_context(made, identity);
    made->ssl = made->context == NULL ? NULL : SSL_new(made->context);
    if (made->ssl == NULL || !connect_memory(made)) {
        cs_tls_free(made);
        ERR_clear_error();
        return cs_fault_say(fault, CS_MEMORY, "TLS could not be set up with this key");
    }
    if (is_server)
        SSL_set_accept_state(made->ssl);
    else
        SSL_set_connect_state(made->ssl);
    *tls = made;
    return CS_OK;
}

void cs_tls_free(struct cs_tls *tls)
{
    if (tls == NULL)
        return;
    SSL_free(tls->ssl);
    SSL_CTX_free(tls->context);
    free(tls);
}

/* ---- what OpenSSL says --------------------------------------------------------- */

static enum cs_status say_refused(const struct cs_tls *tls)
{
    char own_text[CS_FINGERPRINT_TEXT_BYTES];

    cs_fingerprint_text(own_text, tls->own);
    return cs_fault_say(tls->fault, CS_AUTH,
                        "the peer refuses this node's certificate, %s; its study file "
                        "must name that fingerprint for this party",
                        own_text);
}

/* Empties the queue of errors, as deeper ones hide behind what they led to. */
static bool is_memory_out(void)
{
    bool is = false;

    for (unsigned long code; (code = ERR_get_error()) != 0;)
        is |= ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
    return is;
}

static enum cs_status status_of(struct cs_tls *tls, int result)
{
    const int kind = SSL_get_error(tls->ssl, result);
    const unsigned long code = ERR_peek_error();
    const int reason = ERR_GET_REASON(code);

    if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE)
        return CS_OK;
    if (is_memory_out())
        return CS_MEMORY;
    tls->peer_ended = kind == SSL_ERROR_ZERO_RETURN || reason >= SSL_AD_REASON_OFFSET;
    if (kind == SSL_ERROR_ZERO_RETURN)
        return CS_CLOSED;
    switch (reason) {
    case SSL_R_CERTIFICATE_VERIFY_FAILED: /* check_fingerprint has said why */
        return CS_AUTH;
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
        return say_refused(tls);
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
        return cs_fault_say(tls->fault, CS_AUTH, "the peer shows no certificate");
    default:
        return cs_fault_say(tls->fault, CS_PROTOCOL,
                            "TLS: %s; the peer is no cosynth node, or something between "
                            "the nodes alters what is sent",
                            code == 0 ? "broken off" : ERR_reason_error_string(code));
    }
}

/* ---- in and out ---------------------------------------------------------------- */

enum cs_status cs_tls_handshake(struct cs_tls *tls, bool *done)
{
    ERR_clear_error();
    const int result = SSL_do_handshake(tls->ssl);

    *done = result == 1;
    return result == 1 ? CS_OK : status_of(tls, result);
}

enum cs_status cs_tls_seal(struct cs_tls *tls, const void *plain, size_t n_bytes)
{
    size_t written = 0;

    if (n_bytes == 0)
        return CS_OK;
    ERR_clear_error();
    const int result = SSL_write_ex(tls->ssl, plain, n_bytes, &written);
    if (result != 1)
        return status_of(tls, result);
    CS_REQUIRE(written == n_bytes); /* memory takes all */
    return CS_OK;
}

enum cs_status cs_tls_open(struct cs_tls *tls, void *plain, size_t *n_bytes,
                           size_t max_bytes)
{
    size_t n = 0;

    *n_bytes = 0;
    while (*n_bytes < max_bytes) {
        ERR_clear_error();
        const int result =
            SSL_read_ex(tls->ssl, (uint8_t *)plain + *n_bytes, max_bytes - *n_bytes, &n);
        if (result != 1) {
            const enum cs_status st = status_of(tls, result);
            return st == CS_CLOSED && *n_bytes > 0 ? CS_OK : st; /* first what came */
        }
        *n_bytes += n;
    }
    return CS_OK;
}

enum cs_status cs_tls_give(struct cs_tls *tls, const void *sealed, size_t n_bytes)
{
    size_t written = 0;

    if (n_bytes == 0)
        return CS_OK;
    return BIO_write_ex(tls->in, sealed, n_bytes, &written) == 1 ? CS_OK : CS_MEMORY;
}

size_t cs_tls_waiting(const struct cs_tls *tls)
{
    return BIO_ctrl_pending(tls->out);
}

void cs_tls_take(struct cs_tls *tls, void *sealed, size_t n_bytes)
{
    size_t n = 0;

    CS_REQUIRE(BIO_read_ex(tls->out, sealed, n_bytes, &n) == 1 && n == n_bytes);
}

void cs_tls_end(struct cs_tls *tls)
{
    if (SSL_is_init_finished(tls->ssl))
        SSL_shutdown(tls->ssl);
    ERR_clear_error();
}

bool cs_tls_peer_ended(const struct cs_tls *tls)
{
    return tls->peer_ended;
}
