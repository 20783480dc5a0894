/* id.h: identifiers of people, kept as digests alone.
 *
 *   Secrecy    an identifier is secret, and so is its digest: identifiers can be guessed.
 */
#ifndef CS_MODEL_ID_H
#define CS_MODEL_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"

#define CS_ID_BYTES 16

/* BLAKE2b-128 of the text, before it its length in 8 bytes, the lowest first. */
void cs_id_digest(uint8_t id[static CS_ID_BYTES], const char *text, size_t n_bytes);

/* Looks for the first row whose digest an earlier row has: sets *later and *earlier, or
 * both to n if all differ. */
CS_MUST_USE enum cs_status cs_id_find_duplicate(size_t *later, size_t *earlier,
                                                const uint8_t (*id)[CS_ID_BYTES],
                                                size_t n);

#endif
