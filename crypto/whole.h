/* whole.h: what is often wanted of whole numbers. No state, no errors. */
#ifndef CS_CRYPTO_WHOLE_H
#define CS_CRYPTO_WHOLE_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/wide.h"

static inline size_t cs_least(size_t x, size_t y)
{
    return x < y ? x : y;
}

/* The largest integer whose square is at most n < 2^126. */
static inline uint64_t cs_square_root(cs_u128 n)
{
    uint64_t root = 0;

    for (uint64_t bit = UINT64_C(1) << 62; bit != 0; bit >>= 1)
        if ((cs_u128)(root | bit) * (root | bit) <= n)
            root |= bit;
    return root;
}

#endif
