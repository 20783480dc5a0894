/* okvs_band.h: where in a code the value of a key lies.
 *
 * The matrix of crypto/okvs.h: a key is a line of zeros but for a band of random bits,
 * which starts at a random row of the code. Start and bits are a hash of the key.
 *
 * Inside crypto/okvs*.c and their tests alone.
 *
 *   Errors      CS_MEMORY.
 *   Secrecy     the order of keys by their starts is secret as far as the keys are; time
 *               and memory access show it (see okvs.h).
 */
#ifndef CS_CRYPTO_OKVS_BAND_H
#define CS_CRYPTO_OKVS_BAND_H

#include "crypto/aes.h"
#include "crypto/okvs.h"

enum { CS_OKVS_BAND_BITS = 256, CS_OKVS_BAND_WORDS = CS_OKVS_BAND_BITS / 64 };
enum { CS_OKVS_BATCH = 128 }; /* keys hashed at a time */

struct cs_okvs_shape {
    size_t n_starts; /* rows at which a band may start */
    size_t n_rows;   /* of the code: n_starts, and the rest of the last band */
    unsigned n_bits; /* of a band that may be set; a test may lower it */
};

struct cs_okvs_shape cs_okvs_shape(size_t n);

/* Bit i says whether row start + i takes part. */
struct cs_okvs_band {
    uint64_t bits[CS_OKVS_BAND_WORDS];
};

struct cs_okvs_hash {
    struct cs_okvs_shape shape;
    struct cs_aes start, low, high;
    struct cs_okvs_band mask;
};

void cs_okvs_hash_init(struct cs_okvs_hash *hash, const struct cs_okvs_shape *shape);

/* Key number `index` has a band that starts at `start`. */
struct cs_okvs_place {
    uint32_t start, index;
};

/* All keys in the order of their starts, (n), to be wiped and freed by the caller. */
CS_MUST_USE enum cs_status cs_okvs_sort(struct cs_okvs_place **place,
                                        const struct cs_okvs_hash *hash,
                                        const struct cs_block *key, size_t n);

/* The bands of n places, 0 < n <= CS_OKVS_BATCH; key is the whole array that index counts
 * in. */
void cs_okvs_bands(struct cs_okvs_band *band, const struct cs_okvs_hash *hash,
                   const struct cs_block *key, const struct cs_okvs_place *place,
                   size_t n);

/* The sum (exclusive or) of those of n_rows rows whose bit is set; n_rows <=
 * CS_OKVS_BAND_BITS, and further bits are zero. */
struct cs_block cs_okvs_dot(const struct cs_block *rows, const struct cs_okvs_band *band,
                            size_t n_rows);

/* The same with vectors of 128, 256 or 512 bits, for tests; the first takes the widest.
 */
struct cs_block cs_okvs_dot_with(const struct cs_block *rows,
                                 const struct cs_okvs_band *band, size_t n_rows,
                                 unsigned width);
unsigned cs_okvs_dot_widest(void);

/* crypto/okvs.h in a shape other than that of n. */
CS_MUST_USE enum cs_status
cs_okvs_encode_with(struct cs_block *code, const struct cs_block *key,
                    const struct cs_block *value, size_t n, size_t width,
                    const struct cs_okvs_shape *shape, struct cs_rng *secret,
                    const struct cs_progress *progress);
CS_MUST_USE enum cs_status cs_okvs_decode_with(struct cs_block *value,
                                               const struct cs_block *code, size_t width,
                                               const struct cs_okvs_shape *shape,
                                               const struct cs_block *query,
                                               size_t n_query);

#endif
