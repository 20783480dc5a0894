/* keys.h: this node's key and certificate as files: `cosynth keygen --out DIR`.
 *
 *   DIR/key.pem           the private key, readable by its owner alone
 *   DIR/certificate.pem   the certificate, which the peer sees
 *
 *   Errors     CS_CONFIG, CS_IO, with the path and what to do.
 *   Secrecy    the identity holds the key: wipe it with cs_identity_wipe.
 */
#ifndef CS_PARTY_KEYS_H
#define CS_PARTY_KEYS_H

#include "crypto/identity.h"

/* Makes a new identity and writes it; never writes over a file that is there. */
CS_MUST_USE enum cs_status cs_keys_make(struct cs_identity *identity, const char *folder,
                                        struct cs_fault *fault);

CS_MUST_USE enum cs_status cs_keys_read(struct cs_identity *identity, const char *folder,
                                        struct cs_fault *fault);

#endif
