/* okvs.h: an oblivious key-value store: values under keys, as a code that hides the keys.
 *
 * Who has a key decodes its value; any other key decodes to something random, and if the
 * values are random, the code is random whatever the keys are.
 *
 * RB-OKVS: Bienstock, Patel, Seo, Yeo, "Near-Optimal Oblivious Key-Value Stores for
 * Efficient PSI, PSU and Volume-Hiding Multi-Maps", USENIX Security 2023 (2023/903),
 * section 4. A key is hashed to a band of 256 random bits that starts at a random row of
 * the code; its value is the sum of the rows of the code that the bits choose. Encoding
 * solves these equations: keys in the order of their starts, each is reduced by the
 * pivots before it and then has the lowest bit left as its own; rows that are no pivot
 * are drawn at random, and the pivots follow from the last to the first.
 *
 * The code has 11/10 n + 255 rows. Encoding fails with probability below 2^-44 at every n
 * allowed; docs/NUMERICS.md has the proof, tests/crypto/test_okvs.c computes it.
 *
 *   Arguments   keys are distinct and pseudorandom, under a key of this run: the bounds
 *               are for those. n is the number of keys encoded, at the decoder too.
 *   Units       n, n_query and rows count; all arrays are of blocks.
 *   Shape       value is (n, width), row by row. The code is (width, rows): one row after
 *               another of the first block of the values, then of the second.
 *   Memory      encoding takes 44 bytes a key, decoding 16 bytes a query.
 *   Errors      CS_MEMORY; encoding: CS_INPUT if a key depends on others (two are equal,
 *               or chance has it), what progress tells; the code is then all zero.
 *   Secrecy     keys, values and queries are secret; the code is not, if the values are
 *               random. No branch depends on a value. Time and memory access depend on
 *               keys and queries, because rows are visited in the order of their starts:
 *               somebody on the same machine could see that; the peer sees the whole
 *               time, which with pseudorandom keys says nothing of what is under them.
 *               Memory taken is wiped.
 */
#ifndef CS_CRYPTO_OKVS_H
#define CS_CRYPTO_OKVS_H

#include "crypto/block.h"
#include "crypto/progress.h"
#include "crypto/rng.h"
#include "crypto/status.h"

#define CS_OKVS_KEYS_MAX ((size_t)1 << 23)

/* Rows of the code of n keys, n <= CS_OKVS_KEYS_MAX. */
size_t cs_okvs_rows(size_t n);

CS_MUST_USE enum cs_status
cs_okvs_encode(struct cs_block *code /* (width, cs_okvs_rows(n)) */,
               const struct cs_block *key /* (n) */,
               const struct cs_block *value /* (n, width) */, size_t n, size_t width,
               struct cs_rng *secret, const struct cs_progress *progress);

CS_MUST_USE enum cs_status cs_okvs_decode(struct cs_block *value /* (n_query, width) */,
                                          const struct cs_block *code, size_t n,
                                          size_t width,
                                          const struct cs_block *query /* (n_query) */,
                                          size_t n_query);

#endif
