#include "tests/constant_time/taint.h"

#include <valgrind/memcheck.h>

#include "crypto/status.h"

void cs_taint_secret(void *memory, size_t n_bytes)
{
    VALGRIND_MAKE_MEM_UNDEFINED(memory, n_bytes);
}

void cs_taint_low_bits(uint16_t *code, size_t n, unsigned n_bits)
{
    const uint16_t secret = (uint16_t)((1u << n_bits) - 1);

    for (size_t i = 0; i < n; i++)
        (void)VALGRIND_SET_VBITS(&code[i], &secret, sizeof secret);
}

void cs_taint_public(const void *memory, size_t n_bytes)
{
    VALGRIND_MAKE_MEM_DEFINED(memory, n_bytes);
}

void cs_taint_rng(struct cs_rng *rng)
{
    cs_taint_secret(rng->key, sizeof rng->key);
    cs_taint_secret(rng->buffer, sizeof rng->buffer);
}

void cs_taint_expect(const void *memory, size_t n_bytes)
{
    const unsigned char *const byte = memory;

    for (size_t i = 0; i < n_bytes; i++) {
        unsigned char secret = 0; /* bits */

        CS_REQUIRE(VALGRIND_GET_VBITS(byte + i, &secret, 1) == 1);
        CS_REQUIRE(secret != 0);
    }
}
