#include "crypto/identity.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>

enum { SERIAL_BYTES = 16, V3 = 2 };

/* Empties the queue of errors. */
static bool is_memory_out(void)
{
    bool is = false;

    for (unsigned long code; (code = ERR_get_error()) != 0;)
        is |= ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
    return is;
}

static enum cs_status say_unusable(struct cs_fault *fault, const char *what)
{
    if (is_memory_out())
        return CS_MEMORY;
    return cs_fault_say(fault, CS_CONFIG,
                        "the %s cannot be used; make both anew with `cosynth keygen`",
                        what);
}

/* ---- making -------------------------------------------------------------------- */

static EVP_PKEY *make_key(struct cs_rng *secret)
{
    uint8_t seed[crypto_sign_SEEDBYTES];
    EVP_PKEY *key;

    cs_rng_bytes(secret, seed, sizeof seed);
    key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof seed);
    sodium_memzero(seed, sizeof seed);
    return key;
}

static bool set_serial(X509 *certificate, struct cs_rng *secret)
{
    uint8_t bytes[SERIAL_BYTES];
    BIGNUM *number;

    cs_rng_bytes(secret, bytes, sizeof bytes);
    bytes[0] &= 0x7f; /* positive, RFC 5280 section 4.1.2.2 */
    number = BN_bin2bn(bytes, sizeof bytes, NULL);
    const bool set =
        number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    return set;
}

static bool set_names(X509 *certificate)
{
    X509_NAME *name = X509_get_subject_name(certificate);

    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                      (const unsigned char *)"cosynth", -1, -1, 0) &&
           X509_set_issuer_name(certificate, name);
}

static bool set_dates(X509 *certificate)
{
    return ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate),
                                     "20000101000000Z") &&
           ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate), "99991231235959Z");
}

static X509 *make_certificate(EVP_PKEY *key, struct cs_rng *secret)
{
    X509 *certificate = X509_new();

    if (certificate != NULL && X509_set_version(certificate, V3) &&
        set_serial(certificate, secret) && set_names(certificate) &&
        set_dates(certificate) && X509_set_pubkey(certificate, key) &&
        X509_sign(certificate, key, NULL) > 0)
        return certificate;
    X509_free(certificate);
    return NULL;
}

static bool move_text(char text[static CS_PEM_BYTES], BIO *from)
{
    const int n = BIO_read(from, text, CS_PEM_BYTES - 1);

    if (n <= 0 || BIO_pending(from) > 0)
        return false;
    text[n] = '\0';
    return true;
}

static bool write_pem(struct cs_identity *identity, EVP_PKEY *key, X509 *certificate)
{
    BIO *key_text = BIO_new(BIO_s_secmem()), *certificate_text = BIO_new(BIO_s_mem());
    const bool written =
        key_text != NULL && certificate_text != NULL &&
        PEM_write_bio_PKCS8PrivateKey(key_text, key, NULL, NULL, 0, NULL, NULL) &&
        PEM_write_bio_X509(certificate_text, certificate) &&
        move_text(identity->key_pem, key_text) &&
        move_text(identity->certificate_pem, certificate_text);

    BIO_free(key_text);
    BIO_free(certificate_text);
    return written;
}

static bool set_fingerprint(struct cs_identity *identity, const X509 *certificate)
{
    unsigned n_bytes = 0;

    return X509_digest(certificate, EVP_sha256(), identity->fingerprint, &n_bytes) &&
           n_bytes == sizeof identity->fingerprint;
}

enum cs_status cs_identity_make(struct cs_identity *identity, struct cs_rng *secret,
                                struct cs_fault *fault)
{
    EVP_PKEY *key = make_key(secret);
    X509 *certificate = key == NULL ? NULL : make_certificate(key, secret);
    enum cs_status st = CS_OK;

    if (certificate == NULL || !write_pem(identity, key, certificate) ||
        !set_fingerprint(identity, certificate)) {
        cs_identity_wipe(identity);
        st = cs_fault_say(fault, CS_MEMORY, "OpenSSL could not make a key");
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
    return st;
}

/* ---- reading ------------------------------------------------------------------- */

static EVP_PKEY *parse_key(const char *pem)
{
    BIO *text = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key =
        text == NULL ? NULL : PEM_read_bio_PrivateKey(text, NULL, NULL, (void *)"");

    BIO_free(text);
    return key;
}

static X509 *parse_certificate(const char *pem)
{
    BIO *text = BIO_new_mem_buf(pem, -1);
    X509 *certificate = text == NULL ? NULL : PEM_read_bio_X509(text, NULL, NULL, NULL);

    BIO_free(text);
    return certificate;
}

enum cs_status cs_identity_read(struct cs_identity *identity, const char *key_pem,
                                const char *certificate_pem, struct cs_fault *fault)
{
    EVP_PKEY *key = parse_key(key_pem);
    X509 *certificate = parse_certificate(certificate_pem);
    enum cs_status st = CS_OK;

    memset(identity, 0, sizeof *identity);
    if (key == NULL || strlen(key_pem) >= CS_PEM_BYTES)
        st = say_unusable(fault, "private key");
    else if (certificate == NULL || strlen(certificate_pem) >= CS_PEM_BYTES ||
             !set_fingerprint(identity, certificate))
        st = say_unusable(fault, "certificate");
    else if (X509_check_private_key(certificate, key) != 1)
        st = say_unusable(fault, "certificate is another key's, and the pair");
    if (st == CS_OK) {
        memcpy(identity->key_pem, key_pem, strlen(key_pem));
        memcpy(identity->certificate_pem, certificate_pem, strlen(certificate_pem));
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
    return st;
}

void cs_identity_wipe(struct cs_identity *identity)
{
    sodium_memzero(identity, sizeof *identity);
}

void cs_fingerprint_text(char text[static CS_FINGERPRINT_TEXT_BYTES],
                         const uint8_t fingerprint[static CS_FINGERPRINT_BYTES])
{
    memcpy(text, "sha256:", 7);
    sodium_bin2hex(text + 7, CS_FINGERPRINT_TEXT_BYTES - 7, fingerprint,
                   CS_FINGERPRINT_BYTES);
}
