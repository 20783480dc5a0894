#include "protocol/linked.h"

#include <sodium.h>
#include <string.h>

#include "crypto/secret.h"

enum { WORD_BITS = 64 };

void cs_linked_wipe(struct cs_linked *linked)
{
    const size_t n = linked->n_places;

    cs_wipe_free(linked->row, n * sizeof *linked->row);
    cs_wipe_free(linked->bit, n * sizeof *linked->bit);
    cs_wipe_free(linked->payload, n * linked->n_words * sizeof *linked->payload);
    sodium_memzero(linked, sizeof *linked);
}

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
