/* blake2s.h: BLAKE2s of many messages of 64 bytes, side by side.
 *
 * Aumasson and Saarinen, RFC 7693, with a digest of 16 bytes, without a key, and with a
 * personalisation (Aumasson, Neves, Wilcox-O'Hearn, Winnerlein, 2013/322: the last words
 * of the parameter block). A message of 64 bytes is one block. libsodium hashes one
 * message at a time; a million short ones are hashed up to ten times as fast with one in
 * each lane of a vector.
 *
 *   Units       n counts messages.
 *   Aliasing    digests and messages do not overlap.
 *   Errors      none.
 *   Secrecy     messages and digests are secret: time and memory access depend on n only.
 */
#ifndef CS_CRYPTO_BLAKE2S_H
#define CS_CRYPTO_BLAKE2S_H

#include "crypto/block.h"

#define CS_BLAKE2S_LABEL_BYTES 8
#define CS_BLAKE2S_BLOCKS 4 /* of a message */

/* digest[i] = BLAKE2s-128 of message i, personalised by the label; (n) and
 * (n, CS_BLAKE2S_BLOCKS). */
void cs_blake2s_many(struct cs_block *digest, const struct cs_block *message, size_t n,
                     const uint8_t label[static CS_BLAKE2S_LABEL_BYTES]);

/* The same with vectors of 128, 256 or 512 bits, for tests; the first takes the widest.
 */
void cs_blake2s_many_with(struct cs_block *digest, const struct cs_block *message,
                          size_t n, const uint8_t label[static CS_BLAKE2S_LABEL_BYTES],
                          unsigned width);
unsigned cs_blake2s_widest(void);

#endif
