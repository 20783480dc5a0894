/* identity.h: who a node is: an Ed25519 key and the certificate it signed itself.
 *
 * There is no authority: each party pins the SHA-256 of the other's certificate (DER),
 * its fingerprint, in the study file. So names and dates in the certificate mean nothing
 * (it is valid until 9999-12-31), and a lost key is answered by a new fingerprint.
 *
 *   Errors     CS_CONFIG, CS_MEMORY, with words.
 *   Secrecy    the key is secret, certificate and fingerprint are public.
 */
#ifndef CS_CRYPTO_IDENTITY_H
#define CS_CRYPTO_IDENTITY_H

#include <stdint.h>

#include "crypto/fault.h"
#include "crypto/rng.h"

#define CS_PEM_BYTES 2048
#define CS_FINGERPRINT_BYTES 32
#define CS_FINGERPRINT_TEXT_BYTES (7 + 2 * CS_FINGERPRINT_BYTES + 1)

struct cs_identity {
    char key_pem[CS_PEM_BYTES];         /* [secret] PKCS #8 (RFC 8410) */
    char certificate_pem[CS_PEM_BYTES]; /* X.509 version 3 */
    uint8_t fingerprint[CS_FINGERPRINT_BYTES];
};

/* secret: from cs_rng_init_random. */
CS_MUST_USE enum cs_status cs_identity_make(struct cs_identity *identity,
                                            struct cs_rng *secret,
                                            struct cs_fault *fault);

/* From NUL-terminated PEM texts; the key must be the certificate's. */
CS_MUST_USE enum cs_status cs_identity_read(struct cs_identity *identity,
                                            const char *key_pem,
                                            const char *certificate_pem,
                                            struct cs_fault *fault);
void cs_identity_wipe(struct cs_identity *identity);

/* `sha256:<64 hex>`, as `cosynth keygen` prints it and the study file has it. */
void cs_fingerprint_text(char text[static CS_FINGERPRINT_TEXT_BYTES],
                         const uint8_t fingerprint[static CS_FINGERPRINT_BYTES]);

#endif
