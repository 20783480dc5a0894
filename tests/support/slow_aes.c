#include "tests/support/slow_aes.h"

#include <openssl/evp.h>

#include "crypto/status.h"

struct cs_block cs_slow_aes(const uint8_t key[static 16], struct cs_block x)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    struct cs_block y;
    int n = 0;

    CS_REQUIRE(ctx != NULL);
    CS_REQUIRE(EVP_EncryptInit_ex(ctx, EVP_aes_128_ecb(), NULL, key, NULL) == 1);
    CS_REQUIRE(EVP_EncryptUpdate(ctx, (uint8_t *)&y, &n, (uint8_t *)&x, sizeof x) == 1);
    CS_REQUIRE(n == sizeof y);
    EVP_CIPHER_CTX_free(ctx);
    return y;
}

struct cs_block cs_slow_mmo(const uint8_t key[static 16], struct cs_block x)
{
    return cs_block_xor(cs_slow_aes(key, x), x);
}

struct cs_block cs_slow_hash(const uint8_t key[static 16], struct cs_block x,
                             uint64_t tweak)
{
    const struct cs_block once = cs_slow_aes(key, x), t = { tweak, 0 };

    return cs_block_xor(cs_slow_aes(key, cs_block_xor(once, t)), once);
}
