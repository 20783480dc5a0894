#include "crypto/buckets.h"

#include <stdlib.h>

#include "crypto/whole.h"

/* t of the header, rounded up; ln 2 < 7 / 10. */
static size_t room(uint64_t mean, size_t n_buckets)
{
    uint64_t bits = 41;

    while (n_buckets > (size_t)1 << (bits - 41))
        bits++;
    const uint64_t b = (bits * 7 + 9) / 10;
    return (size_t)(b / 3 + 1 + cs_square_root(b * b / 9 + 1 + 2 * mean * b) + 1);
}

struct cs_buckets cs_buckets_of(size_t n, size_t n_most)
{
    struct cs_buckets buckets = { .n = 1, .capacity = n };

    CS_REQUIRE(n <= n_most && n_most <= UINT32_MAX);
    if (n_most > CS_BUCKET_ELEMENTS)
        buckets.n = (n_most + CS_BUCKET_ELEMENTS - 1) / CS_BUCKET_ELEMENTS;
    if (buckets.n > 1) {
        const size_t mean = (n + buckets.n - 1) / buckets.n;
        const size_t most = mean + room(mean, buckets.n);

        buckets.capacity = most < n ? most : n;
    }
    return buckets;
}

/* The high half of n_buckets * word / 2^32: even, without a division. */
static size_t bucket_of(struct cs_block element, size_t n_buckets)
{
    return (size_t)((element.lo & UINT32_MAX) * n_buckets >> 32);
}

enum cs_status cs_buckets_fill(uint32_t *order, size_t *first,
                               const struct cs_buckets *buckets,
                               const struct cs_block *element, const uint8_t *skip,
                               size_t n)
{
    enum cs_status st = CS_OK;
    size_t *next = calloc(buckets->n + 1, sizeof *next);

    if (next == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < n; i++)
        if (skip == NULL || !skip[i])
            next[bucket_of(element[i], buckets->n) + 1]++;
    for (size_t b = 0; b < buckets->n; b++) {
        if (next[b + 1] > buckets->capacity) {
            st = CS_INPUT;
            goto out;
        }
        next[b + 1] += next[b];
    }
    for (size_t b = 0; b <= buckets->n; b++)
        first[b] = next[b];
    for (size_t i = 0; i < n; i++)
        if (skip == NULL || !skip[i])
            order[next[bucket_of(element[i], buckets->n)]++] = (uint32_t)i;
out:
    free(next);
    return st;
}
