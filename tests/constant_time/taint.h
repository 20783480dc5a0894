/* taint.h: tells valgrind which memory is secret.
 *
 * Secret memory is undefined to memcheck, which then reports each branch and each address
 * that depends on it, and takes what is computed from it as secret too (Langley,
 * "Checking that functions are constant time with Valgrind", 2010). Outside valgrind
 * nothing is secret, and cs_taint_expect stops the program.
 */
#ifndef CS_TESTS_CONSTANT_TIME_TAINT_H
#define CS_TESTS_CONSTANT_TIME_TAINT_H

#include <stddef.h>

#include "crypto/rng.h"

void cs_taint_secret(void *memory, size_t n_bytes);

/* The n_bits lowest of each code: that no other is set is no secret. */
void cs_taint_low_bits(uint16_t *code, size_t n, unsigned n_bits);

/* What the peer or everybody may see from here on. */
void cs_taint_public(const void *memory, size_t n_bytes);

/* All that the generator draws from now on is secret. */
void cs_taint_rng(struct cs_rng *rng);

/* Stops the program unless all these bytes depend on a secret: where secrets are lost on
 * the way, a test shows nothing. */
void cs_taint_expect(const void *memory, size_t n_bytes);

#endif
