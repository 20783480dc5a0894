/* id.h: identifiers of people, kept as digests alone.
 *
 * A study has one or more identifiers in order of preference, such as an e-mail address
 * and a telephone number; a row has each of them or not. What is not there, cannot be
 * used, or is on too many rows to be one person's is `none`: a digest of zeros, which a
 * text has with probability 2^-128.
 *
 *   Units      ids[k] is of the study's identifier k; rows are from 0
 *   Secrecy    an identifier is secret, and so is its digest: identifiers can be guessed.
 *              Memory is wiped
 */
#ifndef CS_MODEL_ID_H
#define CS_MODEL_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"
#include "model/normalise.h"

#define CS_ID_BYTES 16
#define CS_IDENTIFIERS_MAX 8 /* of a study */

/* What the owner is told of one identifier; counts of real rows, never sent or written.
 */
struct cs_id_notes {
    uint64_t empty, unusable, frequent;
};

struct cs_ids {
    size_t n;                                           /* identifiers */
    uint8_t (*digest[CS_IDENTIFIERS_MAX])[CS_ID_BYTES]; /* (n): (rows) [secret] */
    struct cs_id_notes notes[CS_IDENTIFIERS_MAX];
    size_t capacity; /* rows that there is room for */
};

/* BLAKE2b-128 of the identifier's place in the study's list, in a byte, the text's length
 * in 8 bytes, the lowest first, and the text. So an e-mail address never equals a
 * telephone number, nor a text another one with more behind it. */
void cs_id_digest(uint8_t id[static CS_ID_BYTES], size_t identifier, const char *text,
                  size_t n_bytes);

bool cs_id_is_none(const uint8_t id[static CS_ID_BYTES]);

/* Room for n_rows rows, of which the first n_kept are kept and all others are `none`. */
CS_MUST_USE enum cs_status cs_ids_grow(struct cs_ids *ids, size_t n_kept, size_t n_rows);

/* Sets identifier k of the row by its text, as model/normalise.h has it, and counts what
 * is empty or unusable. */
enum cs_id_state cs_ids_set(struct cs_ids *ids, size_t row, size_t k,
                            const struct cs_identifier *identifier, const char *text,
                            size_t n_bytes);

/* Identifiers on more than `frequent` of the n_rows rows are placeholders, not a
 * person's: they become `none` and are counted. Of the others, the first row that has one
 * of an earlier row is *later, that row *earlier; both are n_rows if all differ. */
CS_MUST_USE enum cs_status cs_ids_settle(size_t *later, size_t *earlier,
                                         struct cs_ids *ids, size_t k, size_t n_rows,
                                         size_t frequent);

/* The row's first identifier that is not `none`, or NULL. */
const uint8_t *cs_ids_first(const struct cs_ids *ids, size_t row);

/* Frees and wipes; leaves zeros. */
void cs_ids_wipe(struct cs_ids *ids);

#endif
