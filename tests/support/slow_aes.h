/* slow_aes.h: the naive twin of crypto/aes.h: OpenSSL's AES, a block at a time. */
#ifndef CS_TESTS_SUPPORT_SLOW_AES_H
#define CS_TESTS_SUPPORT_SLOW_AES_H

#include "crypto/block.h"

/* AES-128 of one block. */
struct cs_block cs_slow_aes(const uint8_t key[static 16], struct cs_block x);

/* H(x) = p(x) ^ x */
struct cs_block cs_slow_mmo(const uint8_t key[static 16], struct cs_block x);

/* H(x, t) = p(p(x) ^ t) ^ p(x) */
struct cs_block cs_slow_hash(const uint8_t key[static 16], struct cs_block x,
                             uint64_t tweak);

#endif
