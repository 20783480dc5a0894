/* buckets.h: many elements, cut by hash into buckets of a size that says nothing.
 *
 * Work on millions of people is done a bucket at a time, so that memory stays bounded.
 * An element is a pseudorandom block; its bucket follows from its low word. How many of
 * n elements fall into one of K buckets is secret, so every bucket is given room for as
 * many as may be there, and filled up with nobody. With mean m = n / K, Bernstein's
 * inequality (Boucheron, Lugosi, Massart, "Concentration Inequalities", 2013, corollary
 * 2.11)
 *
 *   P(more than m + t) <= exp(-t^2 / (2 m + 2 t / 3))
 *
 * and t = b / 3 + sqrt(b^2 / 9 + 2 m b), b = ln(2^41 K), make it less than 2^-41 that any
 * bucket overflows. At 2^20 elements a bucket that is 0.8 % of room.
 *
 *   Errors      CS_MEMORY; CS_INPUT if a bucket overflows, which 2^41 runs do not see
 *   Secrecy     time and memory access depend on the elements; nobody but their owner
 *               can see them
 */
#ifndef CS_CRYPTO_BUCKETS_H
#define CS_CRYPTO_BUCKETS_H

#include "crypto/block.h"
#include "crypto/status.h"

#define CS_BUCKET_ELEMENTS ((size_t)1 << 20) /* about so many in one, at most */

struct cs_buckets {
    size_t n;        /* of buckets, for the larger of both parties' elements */
    size_t capacity; /* elements in one of them, at most */
};

/* For n elements, when the party that has most has n_most. Integers alone: both parties
 * get the same. */
struct cs_buckets cs_buckets_of(size_t n, size_t n_most);

/* order (n): the elements' indices, bucket by bucket; first (buckets->n + 1): where each
 * begins. Indices for which skip is set (n; NULL for none) are in no bucket. */
CS_MUST_USE enum cs_status cs_buckets_fill(uint32_t *order, size_t *first,
                                           const struct cs_buckets *buckets,
                                           const struct cs_block *element,
                                           const uint8_t *skip, size_t n);

#endif
