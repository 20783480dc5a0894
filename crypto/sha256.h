/* sha256.h: SHA-256 (FIPS 180-4) at the speed of the wire.
 *
 * OpenSSL uses the processor's SHA instructions. One hash waits for its own results most
 * of the time, so two at once are nearly twice as fast. Where speed is no matter,
 * libsodium's BLAKE2b is used. CS_MEMORY is the only error. What is hashed is public.
 */
#ifndef CS_CRYPTO_SHA256_H
#define CS_CRYPTO_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"

#define CS_SHA256_BYTES 32

/* Of a head and a body, one after the other. */
CS_MUST_USE enum cs_status cs_sha256(uint8_t digest[static CS_SHA256_BYTES],
                                     const void *head, size_t head_bytes,
                                     const void *body, size_t body_bytes);

/* Whether this processor can do two at once. To be asked once: on a virtual machine the
 * answer may take longer than a hash. */
bool cs_sha256_lanes(void);

/* Of each of two bodies, best of one length; at once with lanes, where there are any. */
CS_MUST_USE enum cs_status cs_sha256_pair(uint8_t digest[static 2][CS_SHA256_BYTES],
                                          const void *const body[2],
                                          const size_t n_bytes[2], bool lanes);

#endif
