/* bytes.h: whole numbers as bytes, the least significant first, on every machine.
 *
 *   Units    n_bytes is at most 8
 *   Errors   none; a number that needs more bytes loses its highest ones
 */
#ifndef CS_CRYPTO_BYTES_H
#define CS_CRYPTO_BYTES_H

#include <stddef.h>
#include <stdint.h>

static inline void cs_bytes_put(uint8_t *to, uint64_t number, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++)
        to[i] = (uint8_t)(number >> (8 * i));
}

static inline uint64_t cs_bytes_get(const uint8_t *from, size_t n_bytes)
{
    uint64_t number = 0;

    for (size_t i = 0; i < n_bytes; i++)
        number |= (uint64_t)from[i] << (8 * i);
    return number;
}

#endif
