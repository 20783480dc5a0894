#include "crypto/sha256.h"

#include <openssl/evp.h>

enum cs_status cs_sha256(uint8_t digest[static CS_SHA256_BYTES], const void *head,
                         size_t head_bytes, const void *body, size_t body_bytes)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    const int done = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1 &&
                     EVP_DigestUpdate(ctx, head, head_bytes) == 1 &&
                     EVP_DigestUpdate(ctx, body, body_bytes) == 1 &&
                     EVP_DigestFinal_ex(ctx, digest, NULL) == 1;

    EVP_MD_CTX_free(ctx);
    return done ? CS_OK : CS_MEMORY;
}
