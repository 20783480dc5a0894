/* rng.h: random words, from the system's generator or from a seed.
 *
 * One type for both, because the users are the same code: a sampler that draws noise from
 * cs_rng_init_random draws a test vector from cs_rng_init. What may use which is decided
 * where the generator is born: shares, masks, keys and privacy noise from
 * cs_rng_init_random, fitting and sampling from the study's seed.
 *
 * The stream is ChaCha20 (RFC 8439) under the seed as key, read in blocks; the same seed
 * gives the same words on every machine.
 *
 *   Ownership   a struct cs_rng holds no pointer; the caller has its memory.
 *   Secrecy     the state is secret; cs_rng_wipe leaves zeros.
 *   Threads     one generator, one thread.
 */
#ifndef CS_CRYPTO_RNG_H
#define CS_CRYPTO_RNG_H

#include <stddef.h>
#include <stdint.h>

#define CS_RNG_SEED_BYTES 32
#define CS_RNG_BUFFER_BYTES 1024

struct cs_rng {
    uint8_t key[CS_RNG_SEED_BYTES];      /* [secret] */
    uint8_t buffer[CS_RNG_BUFFER_BYTES]; /* [secret] */
    uint64_t block;                      /* number of buffers drawn so far */
    size_t used;                         /* bytes of the buffer already given out */
};

void cs_rng_init(struct cs_rng *rng, const uint8_t seed[static CS_RNG_SEED_BYTES]);
void cs_rng_init_random(struct cs_rng *rng);

/* A stream of its own for one purpose: the seed is BLAKE2b of number and label, so that
 * streams of one study seed do not meet. */
void cs_rng_init_labelled(struct cs_rng *rng, uint64_t number, const char *label);

/* A stream of its own under the parent's next words: for work that is done in parts, each
 * of which draws. */
void cs_rng_init_child(struct cs_rng *rng, struct cs_rng *parent);

void cs_rng_bytes(struct cs_rng *rng, void *bytes, size_t n_bytes);
uint32_t cs_rng_u32(struct cs_rng *rng);
uint64_t cs_rng_u64(struct cs_rng *rng);

/* Uniform in [0, n), exactly; 0 < n. Takes time that depends on the draws, not on n's
 * use afterwards. */
uint32_t cs_rng_below(struct cs_rng *rng, uint32_t n);

/* Uniform in [0, 1) on the grid of 2^-53. Not for privacy noise. */
double cs_rng_unit(struct cs_rng *rng);

void cs_rng_wipe(struct cs_rng *rng);

#endif
