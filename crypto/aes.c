#include "crypto/aes.h"

#include <cpuid.h>
#include <immintrin.h>
#include <string.h>

#include "crypto/status.h"

#define WIDTH 128
#include "crypto/aes_kernel.inc"
#undef WIDTH
#define WIDTH 256
#include "crypto/aes_kernel.inc"
#undef WIDTH
#define WIDTH 512
#include "crypto/aes_kernel.inc"
#undef WIDTH

bool cs_aes_supported(void)
{
    return __builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul");
}

/* Leaf 7, ecx, bit 9; clang 14 has no name for it in __builtin_cpu_supports. */
static bool has_vaes(void)
{
    unsigned eax, ebx, ecx, edx;

    return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && (ecx >> 9 & 1);
}

/* The system's part, saving wide registers, is what the names of AVX stand for. */
enum cs_aes_width cs_aes_widest(void)
{
    if (!has_vaes())
        return CS_AES_128;
    if (__builtin_cpu_supports("avx512f"))
        return CS_AES_512;
    return __builtin_cpu_supports("avx2") ? CS_AES_256 : CS_AES_128;
}

/* FIPS 197, section 5.2: assist holds SubWord(RotWord(last word)) ^ Rcon in its top word;
 * each word is the exclusive or of itself and all before it. */
static __m128i next_round_key(__m128i key, __m128i assist)
{
    key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
    key = _mm_xor_si128(key, _mm_slli_si128(key, 8));
    return _mm_xor_si128(key, _mm_shuffle_epi32(assist, 0xff));
}

#define NEXT(round, constant)                                                            \
    do {                                                                                 \
        k = next_round_key(k, _mm_aeskeygenassist_si128(k, (constant)));                 \
        _mm_storeu_si128((__m128i *)(void *)aes->round_key[round], k);                   \
    } while (0)

__attribute__((target("aes,sse2"))) void
cs_aes_init(struct cs_aes *aes, const uint8_t key[static CS_AES_KEY_BYTES])
{
    CS_REQUIRE(cs_aes_supported());
    __m128i k = _mm_loadu_si128((const __m128i *)(const void *)key);

    aes->width = cs_aes_widest();
    _mm_storeu_si128((__m128i *)(void *)aes->round_key[0], k);
    NEXT(1, 0x01);
    NEXT(2, 0x02);
    NEXT(3, 0x04);
    NEXT(4, 0x08);
    NEXT(5, 0x10);
    NEXT(6, 0x20);
    NEXT(7, 0x40);
    NEXT(8, 0x80);
    NEXT(9, 0x1b);
    NEXT(10, 0x36);
}

void cs_aes_mmo(const struct cs_aes *aes, struct cs_block *out, const struct cs_block *in,
                uint64_t offset, size_t n)
{
    size_t done = 0;

    if (aes->width == CS_AES_512)
        done = mmo_512(aes, out, in, offset, n);
    else if (aes->width == CS_AES_256)
        done = mmo_256(aes, out, in, offset, n);
    if (done < n)
        mmo_128(aes, out + done, in + done, offset, n - done);
}

void cs_aes_hash(const struct cs_aes *aes, struct cs_block *out,
                 const struct cs_block *in, struct cs_block offset, uint64_t tweak,
                 size_t n)
{
    size_t done = 0;

    if (aes->width == CS_AES_512)
        done = hash_512(aes, out, in, offset, tweak, n);
    else if (aes->width == CS_AES_256)
        done = hash_256(aes, out, in, offset, tweak, n);
    if (done < n)
        hash_128(aes, out + done, in + done, offset, tweak + done, n - done);
}

void cs_aes_stream(const struct cs_aes *aes, struct cs_block *out, struct cs_block seed,
                   uint64_t first, size_t n)
{
    size_t done = 0;

    if (aes->width == CS_AES_512)
        done = stream_512(aes, out, seed, first, n);
    else if (aes->width == CS_AES_256)
        done = stream_256(aes, out, seed, first, n);
    if (done < n)
        stream_128(aes, out + done, seed, first + done, n - done);
}

void cs_aes_stream_sums(const struct cs_aes *aes, struct cs_block *total,
                        struct cs_block *column, size_t stride,
                        const struct cs_block *seed, unsigned depth, uint64_t first,
                        size_t n)
{
    size_t done = 0;

    CS_REQUIRE(1 <= depth && depth <= CS_AES_DEPTH);
    if (aes->width == CS_AES_512)
        done = stream_sums_512(aes, total, column, stride, seed, depth, first, n);
    else if (aes->width == CS_AES_256)
        done = stream_sums_256(aes, total, column, stride, seed, depth, first, n);
    if (done < n)
        stream_sums_128(aes, total + done, column + done, stride, seed, depth,
                        first + done, n - done);
}

void cs_aes_accumulate(const struct cs_aes *aes, struct cs_block *by_stream,
                       struct cs_block *by_row, const struct cs_block *seed,
                       size_t n_streams, size_t n_rows, size_t n_blocks)
{
    for (size_t s = 0; s < n_streams; s++) {
        struct cs_block *const sums = by_stream + s * n_blocks;
        const struct cs_block *const seeds = seed + s * n_rows;
        size_t done = 0;

        if (aes->width == CS_AES_512)
            done = accumulate_512(aes, sums, by_row, seeds, n_rows, 0, n_blocks);
        else if (aes->width == CS_AES_256)
            done = accumulate_256(aes, sums, by_row, seeds, n_rows, 0, n_blocks);
        if (done < n_rows)
            accumulate_128(aes, sums, by_row, seeds, n_rows, done, n_blocks);
    }
}
