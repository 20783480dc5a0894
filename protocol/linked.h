/* linked.h: what a private linkage leaves at either party, and how codes are packed in
 * it.
 *
 * A place holds a person of A or nobody. If that person is at B as well, both have shares
 * of B's codes of the person; if not, of zero; and neither sees which of the two it is.
 *
 *   bit       exclusive-or share of: the person at this place is at B
 *   payload   exclusive-or share of B's codes, packed, if so, else of zero words
 *
 * A place of nobody is not linked. Each share by itself is uniform.
 *
 * Packed are the columns that only B has, in the order of B's file (a column that both
 * have is counted at A, model/plan.h). A column of c codes takes ceil(log2 c) bits, next
 * to the one before it, lowest bit first; it begins a new word where it would not fit in
 * what is left of the last. Left over bits are zero. Exclusive-or shares of a word are
 * shares of each of its columns.
 *
 *   Ownership  arrays belong to the struct, cs_linked_wipe wipes and frees them; takes
 *              zeros
 *   Errors     as said
 *   Secrecy    rows, bits and payload are secret: time and memory access depend on the
 *              schema and counts only
 */
#ifndef CS_PROTOCOL_LINKED_H
#define CS_PROTOCOL_LINKED_H

#include "model/codes.h"
#include "model/schema.h"

#define CS_LINKED_NOBODY UINT32_MAX

struct cs_linked {
    size_t n_places, n_words;
    uint32_t *row; /* at A: (n_places) row of its table, or CS_LINKED_NOBODY [secret] */
    uint8_t *bit;  /* (n_places), 0 or 1 [secret] */
    uint64_t *payload; /* (n_places, n_words) [secret] */
};

/* Nobody linked anywhere; row at A alone. CS_MEMORY. */
CS_MUST_USE enum cs_status cs_linked_init(struct cs_linked *linked, size_t n_places,
                                          size_t n_words, enum cs_party party);
void cs_linked_wipe(struct cs_linked *linked);

/* As bytes of this machine, for the party's own use later: *bytes is the caller's, to be
 * freed by cs_wipe_free. CS_MEMORY. */
CS_MUST_USE enum cs_status cs_linked_pack(uint8_t **bytes, size_t *n_bytes,
                                          const struct cs_linked *linked);

/* And back; CS_PROTOCOL unless they are of that party and as many words a place. */
CS_MUST_USE enum cs_status cs_linked_unpack(struct cs_linked *linked,
                                            const uint8_t *bytes, size_t n_bytes,
                                            size_t n_words, enum cs_party party);

/* Where a column stands in the words of a place. */
struct cs_payload_field {
    size_t word;
    unsigned shift, n_bits; /* n_bits <= 6, 0 for a column of one code */
};

struct cs_payload {
    struct cs_payload_field field[CS_COLUMNS_MAX]; /* by the schema's columns */
    size_t n_words;                                /* > 0 */
};

/* ceil(log2 n_codes), 0 < n_codes <= CS_CODES_MAX */
unsigned cs_payload_bits(size_t n_codes);

void cs_payload_init(struct cs_payload *layout, const struct cs_schema *schema);

/* packed (n_words) gets one row of B's codes: (n_order[CS_B], n_rows) as in its table. */
void cs_payload_pack(uint64_t *packed, const struct cs_payload *layout,
                     const struct cs_schema *schema, const struct cs_codes *codes,
                     size_t row);

/* The code of a column of the schema, or a share of it, out of a place's words. */
static inline unsigned cs_payload_code(const uint64_t *packed,
                                       const struct cs_payload *layout, size_t column)
{
    const struct cs_payload_field *field = &layout->field[column];

    return (unsigned)(packed[field->word] >> field->shift) & ((1u << field->n_bits) - 1);
}

#endif
