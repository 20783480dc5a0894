/* aes.h: AES-128 under a fixed, public key, as a random permutation for hashing.
 *
 * Writing p for the permutation:
 *
 *   cs_aes_mmo         H(x) = p(x) ^ x, correlation robust; a pseudorandom generator is
 *                      G(s)_j = H(s ^ j), read at any place (cs_aes_stream)
 *   cs_aes_hash        H(x, t) = p(p(x) ^ t) ^ p(x), tweakable and circular correlation
 *                      robust: what OT extension against malicious parties needs
 *
 * Guo, Katz, Wang, Yu, "Efficient and Secure Multiparty Computation from Fixed-Key Block
 * Ciphers", 2020 (2019/074), sections 7.2 and 7.4, in the ideal-permutation model. With N
 * blocks drawn in a run, an adversary of Q evaluations of AES succeeds with probability
 * of the order N * Q / 2^128. A key is used for one purpose.
 *
 * Under a secret key, cs_aes_stream of the seed 0 is AES in counter mode, each block
 * xored with its number: random words for one who draws a key for them
 * (crypto/gauss_fast.c).
 *
 * Several blocks are in flight at once; vectors of 128 (AES-NI), 256 or 512 bits (VAES)
 * are chosen when the struct is initialised, and give the same bytes.
 *
 *   Units       n counts blocks.
 *   Aliasing    out may be the same array as in; no other overlap.
 *   Errors      none.
 *   Secrecy     in, out, seeds and offsets are secret, a key may be: time and memory
 *               access depend on counts only. Tweaks and counters are public.
 *   Threads     read-only after cs_aes_init.
 */
#ifndef CS_CRYPTO_AES_H
#define CS_CRYPTO_AES_H

#include <stdbool.h>

#include "crypto/block.h"

#define CS_AES_KEY_BYTES 16

enum cs_aes_width { CS_AES_128 = 128, CS_AES_256 = 256, CS_AES_512 = 512 };

struct cs_aes {
    uint8_t round_key[11][16];
    enum cs_aes_width width; /* a test may lower it */
};

/* Whether this processor has AES-NI and PCLMUL, without which nothing here runs. */
bool cs_aes_supported(void);

/* The widest vectors this processor and its system offer. */
enum cs_aes_width cs_aes_widest(void);

void cs_aes_init(struct cs_aes *aes, const uint8_t key[static CS_AES_KEY_BYTES]);

/* out[i] = H(in[i] ^ offset) */
void cs_aes_mmo(const struct cs_aes *aes, struct cs_block *out, const struct cs_block *in,
                uint64_t offset, size_t n);

/* out[i] = H(in[i] ^ offset, tweak + i) */
void cs_aes_hash(const struct cs_aes *aes, struct cs_block *out,
                 const struct cs_block *in, struct cs_block offset, uint64_t tweak,
                 size_t n);

/* out[j] = G(seed)_(first + j) */
void cs_aes_stream(const struct cs_aes *aes, struct cs_block *out, struct cs_block seed,
                   uint64_t first, size_t n);

enum { CS_AES_DEPTH = 8 }; /* at most */

/* The inner loop of small-field VOLE (vole.h): sums of the streams of 2^depth seeds, by
 * exclusive or. With y(x, j) = G(seed[x])_(first + j), depth >= 1:
 *
 *   total[j]  = sum over x of y(x, j)                           (n)
 *   column b  = the same over those x that have bit b           (depth, stride) */
void cs_aes_stream_sums(const struct cs_aes *aes, struct cs_block *total,
                        struct cs_block *column, size_t stride,
                        const struct cs_block *seed, unsigned depth, uint64_t first,
                        size_t n);

/* The inner loop of the GROUP BY: adds up n_blocks blocks of the streams of many seeds,
 * in both directions, as words mod 2^32. With y(s, r, j) = G(seed[s][r])_j:
 *
 *   by_stream[s][j] += sum over r of y(s, r, j)       (n_streams, n_blocks)
 *   by_row[j][r]    += sum over s of y(s, r, j)       (n_blocks, n_rows)
 *
 * seed is (n_streams, n_rows). A block holds four words. */
void cs_aes_accumulate(const struct cs_aes *aes, struct cs_block *by_stream,
                       struct cs_block *by_row, const struct cs_block *seed,
                       size_t n_streams, size_t n_rows, size_t n_blocks);

#endif
