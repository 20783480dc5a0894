#include "crypto/sha256.h"

#include <cpuid.h>
#include <immintrin.h>
#include <openssl/evp.h>
#include <string.h>

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

/* ---- two at once, with the processor's SHA instructions --------------------------- */

#define TARGET __attribute__((target("sha,avx")))
#define INNER static inline TARGET __attribute__((always_inline))

enum { BLOCK = 64 }; /* bytes */

/* FIPS 180-4, section 4.2.2 */
static const uint32_t constant[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
    0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
    0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
    0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
    0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
    0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2
};

/* A state as the instructions want it: words f, e, b, a and h, g, d, c, lowest first. */
struct lane {
    __m128i feba, hgdc;
};

/* Section 5.3.3 */
static const struct {
    uint32_t feba[4], hgdc[4];
} initial = { { 0x9b05688c, 0x510e527f, 0xbb67ae85, 0x6a09e667 },
              { 0x5be0cd19, 0x1f83d9ab, 0xa54ff53a, 0x3c6ef372 } };

INNER __m128i load(const void *from)
{
    return _mm_loadu_si128((const __m128i *)from);
}

/* Four words of the message, which has them with the highest byte first. */
INNER __m128i load_words(const uint8_t *from)
{
    return _mm_shuffle_epi8(load(from),
                            _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
}

INNER void four_rounds(struct lane *lane, __m128i words, const uint32_t *constants)
{
    const __m128i sum = _mm_add_epi32(words, load(constants));

    lane->hgdc = _mm_sha256rnds2_epu32(lane->hgdc, lane->feba, sum);
    lane->feba =
        _mm_sha256rnds2_epu32(lane->feba, lane->hgdc, _mm_shuffle_epi32(sum, 0x0e));
}

/* The words that follow sixteen, w[0] to w[3] with w[0] the first (section 6.2.2). */
INNER __m128i next_words(const __m128i *w, unsigned first)
{
    const __m128i w0 = w[first % 4], w1 = w[(first + 1) % 4], w2 = w[(first + 2) % 4],
                  w3 = w[(first + 3) % 4];

    return _mm_sha256msg2_epu32(
        _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4)), w3);
}

/* One block of each of n lanes; n is a constant wherever this is inlined, and a second
 * lane fills the time that the first waits for its own instructions. */
INNER void compress(struct lane *lane, const uint8_t *const *from, size_t n)
{
    struct lane before[2];
    __m128i w[2][4];

    for (size_t l = 0; l < n; l++)
        before[l] = lane[l];
    for (unsigned i = 0; i < 4; i++)
        for (size_t l = 0; l < n; l++) {
            w[l][i] = load_words(from[l] + 16 * i);
            four_rounds(&lane[l], w[l][i], constant + 4 * i);
        }
    for (unsigned done = 16; done < 64; done += 16)
        for (unsigned i = 0; i < 4; i++)
            for (size_t l = 0; l < n; l++) {
                w[l][i] = next_words(w[l], i);
                four_rounds(&lane[l], w[l][i], constant + done + 4 * i);
            }
    for (size_t l = 0; l < n; l++) {
        lane[l].feba = _mm_add_epi32(lane[l].feba, before[l].feba);
        lane[l].hgdc = _mm_add_epi32(lane[l].hgdc, before[l].hgdc);
    }
}

TARGET static void put_digest(uint8_t digest[static CS_SHA256_BYTES],
                              const struct lane *lane)
{
    static const uint8_t place[8] = { 5, 4, 1, 0, 7, 6, 3, 2 };
    uint32_t word[8];

    _mm_storeu_si128((__m128i *)(void *)&word[0], lane->feba);
    _mm_storeu_si128((__m128i *)(void *)&word[4], lane->hgdc);
    for (size_t i = 0; i < 8; i++)
        for (size_t byte = 0; byte < 4; byte++)
            digest[4 * place[i] + byte] = (uint8_t)(word[i] >> (24 - 8 * byte));
}

/* What is left of a lane, with the padding of section 5.1.1. */
TARGET static void finish(struct lane *lane, const uint8_t *from, size_t left_bytes,
                          uint64_t all_bytes)
{
    uint8_t last[2 * BLOCK] = { 0 };
    const size_t tail = left_bytes % BLOCK, n_last = tail + 9 <= BLOCK ? 1 : 2;

    for (const uint8_t *end = from + left_bytes - tail; from < end; from += BLOCK)
        compress(lane, &from, 1);
    if (tail > 0)
        memcpy(last, from, tail);
    last[tail] = 0x80;
    for (size_t i = 0; i < 8; i++)
        last[n_last * BLOCK - 1 - i] = (uint8_t)(all_bytes * 8 >> 8 * i);
    for (size_t i = 0; i < n_last; i++)
        compress(lane, (const uint8_t *[]){ last + i * BLOCK }, 1);
}

TARGET static void two_lanes(uint8_t digest[static 2][CS_SHA256_BYTES],
                             const uint8_t *const body[2], const size_t n_bytes[2])
{
    const size_t least = n_bytes[0] < n_bytes[1] ? n_bytes[0] : n_bytes[1];
    const size_t both = least - least % BLOCK;
    const struct lane start = { load(initial.feba), load(initial.hgdc) };
    struct lane lane[2] = { start, start };

    for (size_t at = 0; at < both; at += BLOCK)
        compress(lane, (const uint8_t *[]){ body[0] + at, body[1] + at }, 2);
    for (size_t l = 0; l < 2; l++) {
        finish(&lane[l], body[l] + both, n_bytes[l] - both, n_bytes[l]);
        put_digest(digest[l], &lane[l]);
    }
}

/* Leaf 7, ebx, bit 29; neither gcc 12 nor clang 14 has a name for it. */
bool cs_sha256_lanes(void)
{
    unsigned eax, ebx, ecx, edx;

    return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && (ebx >> 29 & 1) &&
           __builtin_cpu_supports("avx");
}

enum cs_status cs_sha256_pair(uint8_t digest[static 2][CS_SHA256_BYTES],
                              const void *const body[2], const size_t n_bytes[2],
                              bool lanes)
{
    enum cs_status st = CS_OK;

    if (lanes) {
        two_lanes(digest, (const uint8_t *[]){ body[0], body[1] }, n_bytes);
        return CS_OK;
    }
    for (size_t i = 0; i < 2; i++)
        CS_TRY(cs_sha256(digest[i], NULL, 0, body[i], n_bytes[i]));
out:
    return st;
}
