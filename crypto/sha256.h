/* sha256.h: SHA-256 (FIPS 180-4) of a head and a body, one after the other.
 *
 * For what must be hashed at the speed of the wire: OpenSSL uses the processor's SHA
 * instructions. Where speed is no matter, libsodium's BLAKE2b is used. CS_MEMORY is the
 * only error.
 */
#ifndef CS_CRYPTO_SHA256_H
#define CS_CRYPTO_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"

#define CS_SHA256_BYTES 32

CS_MUST_USE enum cs_status cs_sha256(uint8_t digest[static CS_SHA256_BYTES],
                                     const void *head, size_t head_bytes,
                                     const void *body, size_t body_bytes);

#endif
