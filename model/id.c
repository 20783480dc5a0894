#include "model/id.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

void cs_id_digest(uint8_t id[static CS_ID_BYTES], const char *text, size_t n_bytes)
{
    uint8_t length[8];
    crypto_generichash_state hash;

    for (size_t i = 0; i < sizeof length; i++)
        length[i] = (uint8_t)((uint64_t)n_bytes >> (8 * i));
    crypto_generichash_init(&hash, NULL, 0, CS_ID_BYTES);
    crypto_generichash_update(&hash, length, sizeof length);
    crypto_generichash_update(&hash, (const uint8_t *)text, n_bytes);
    crypto_generichash_final(&hash, id, CS_ID_BYTES);
    sodium_memzero(&hash, sizeof hash);
}

/* Where a digest's search begins; n_slots is a power of two. */
static size_t slot_of(const uint8_t id[static CS_ID_BYTES], size_t n_slots)
{
    uint64_t word;

    memcpy(&word, id, sizeof word);
    return (size_t)word & (n_slots - 1);
}

/* The row (+ 1) that has this digest already, or 0 after adding this row. */
static size_t find_or_add(size_t *slots, size_t n_slots, const uint8_t (*id)[CS_ID_BYTES],
                          size_t row)
{
    size_t at = slot_of(id[row], n_slots);

    for (; slots[at] != 0; at = (at + 1) & (n_slots - 1)) {
        if (memcmp(id[slots[at] - 1], id[row], CS_ID_BYTES) == 0)
            return slots[at];
    }
    slots[at] = row + 1;
    return 0;
}

enum cs_status cs_id_find_duplicate(size_t *later, size_t *earlier,
                                    const uint8_t (*id)[CS_ID_BYTES], size_t n)
{
    size_t n_slots = 16; /* at most half of them are taken */

    *later = *earlier = n;
    while (n_slots < 2 * n)
        n_slots *= 2;
    size_t *slots = calloc(n_slots, sizeof *slots);
    if (slots == NULL)
        return CS_MEMORY;
    for (size_t row = 0; row < n && *later == n; row++) {
        const size_t found = find_or_add(slots, n_slots, id, row);

        if (found != 0) {
            *later = row;
            *earlier = found - 1;
        }
    }
    free(slots);
    return CS_OK;
}
