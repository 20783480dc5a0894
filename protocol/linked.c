#include "protocol/linked.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/bytes.h"
#include "crypto/secret.h"

enum { WORD_BITS = 64, HEAD_BYTES = 17 }; /* places, words and whether there are rows */

enum cs_status cs_linked_init(struct cs_linked *linked, size_t n_places, size_t n_words,
                              enum cs_party party)
{
    *linked = (struct cs_linked){
        .n_places = n_places,
        .row = party == CS_A ? calloc(n_places, sizeof *linked->row) : NULL,
        .bit = calloc(n_places, 1),
        .payload = calloc(n_places * n_words, sizeof *linked->payload),
        .n_words = n_words,
    };
    return (party == CS_B || linked->row != NULL) && linked->bit != NULL &&
                   linked->payload != NULL
               ? CS_OK
               : CS_MEMORY;
}

void cs_linked_wipe(struct cs_linked *linked)
{
    const size_t n = linked->n_places;

    cs_wipe_free(linked->row, n * sizeof *linked->row);
    cs_wipe_free(linked->bit, n * sizeof *linked->bit);
    cs_wipe_free(linked->payload, n * linked->n_words * sizeof *linked->payload);
    sodium_memzero(linked, sizeof *linked);
}

/* ---- as bytes ---- */

static size_t packed_bytes(size_t n_places, size_t n_words, bool rows)
{
    return HEAD_BYTES +
           n_places * (1 + n_words * sizeof(uint64_t) + (rows ? sizeof(uint32_t) : 0));
}

/* memcpy for arrays that may be none; returns where the next one goes. */
static uint8_t *put(uint8_t *to, const void *from, size_t n_bytes)
{
    if (from == NULL)
        return to;
    memcpy(to, from, n_bytes);
    return to + n_bytes;
}

static const uint8_t *get(void *to, const uint8_t *from, size_t n_bytes)
{
    if (to == NULL)
        return from;
    memcpy(to, from, n_bytes);
    return from + n_bytes;
}

enum cs_status cs_linked_pack(uint8_t **bytes, size_t *n_bytes,
                              const struct cs_linked *linked)
{
    const size_t n = linked->n_places;

    *n_bytes = packed_bytes(n, linked->n_words, linked->row != NULL);
    *bytes = malloc(*n_bytes);
    if (*bytes == NULL)
        return CS_MEMORY;
    cs_bytes_put(*bytes, n, 8);
    cs_bytes_put(*bytes + 8, linked->n_words, 8);
    (*bytes)[16] = linked->row != NULL;
    uint8_t *to = put(*bytes + HEAD_BYTES, linked->row, n * sizeof *linked->row);
    to = put(to, linked->bit, n);
    put(to, linked->payload, n * linked->n_words * sizeof *linked->payload);
    return CS_OK;
}

enum cs_status cs_linked_unpack(struct cs_linked *linked, const uint8_t *bytes,
                                size_t n_bytes, size_t n_words, enum cs_party party)
{
    enum cs_status st = CS_OK;

    if (n_bytes < HEAD_BYTES || cs_bytes_get(bytes + 8, 8) != n_words ||
        bytes[16] != (party == CS_A))
        return CS_PROTOCOL;
    const size_t n = cs_bytes_get(bytes, 8);
    if (n > n_bytes || n_bytes != packed_bytes(n, n_words, party == CS_A))
        return CS_PROTOCOL;
    CS_TRY(cs_linked_init(linked, n, n_words, party));
    const uint8_t *from = get(linked->row, bytes + HEAD_BYTES, n * sizeof *linked->row);
    from = get(linked->bit, from, n);
    get(linked->payload, from, n * n_words * sizeof *linked->payload);
out:
    return st;
}

/* ---- codes of a place ---- */

unsigned cs_payload_bits(size_t n_codes)
{
    unsigned n_bits = 0;

    CS_REQUIRE(0 < n_codes && n_codes <= CS_CODES_MAX);
    while ((size_t)1 << n_bits < n_codes)
        n_bits++;
    return n_bits;
}

/* A column of one code has nothing to pack. */
static bool is_packed(const struct cs_column *column)
{
    return column->at[CS_B] && !column->at[CS_A] && column->n_codes > 1;
}

void cs_payload_init(struct cs_payload *layout, const struct cs_schema *schema)
{
    unsigned used = 0; /* bits of the last word */

    memset(layout, 0, sizeof *layout);
    for (size_t i = 0; i < schema->n_order[CS_B]; i++) {
        const size_t c = schema->order[CS_B][i];

        if (!is_packed(&schema->columns[c]))
            continue;
        const unsigned n_bits = cs_payload_bits(schema->columns[c].n_codes);

        if (used + n_bits > WORD_BITS) {
            layout->n_words++;
            used = 0;
        }
        layout->field[c] = (struct cs_payload_field){ layout->n_words, used, n_bits };
        used += n_bits;
    }
    layout->n_words++;
}

void cs_payload_pack(uint64_t *packed, const struct cs_payload *layout,
                     const struct cs_schema *schema, const struct cs_codes *codes,
                     size_t row)
{
    memset(packed, 0, layout->n_words * sizeof *packed);
    for (size_t i = 0; i < codes->n_columns; i++) {
        const size_t c = schema->order[CS_B][i];
        const struct cs_payload_field *field = &layout->field[c];

        if (is_packed(&schema->columns[c]))
            packed[field->word] |= (uint64_t)cs_codes_column(codes, i)[row]
                                   << field->shift;
    }
}
