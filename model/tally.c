#include "model/tally.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"

/* Four for each level, so that probes are few. */
enum { SLOTS = 4 * CS_TALLY_LEVELS_MAX };

/* FNV-1a (draft-eastlake-fnv, section 2), folded to a slot. */
static size_t slot_of(const char *text, size_t n_bytes)
{
    uint32_t hash = UINT32_C(2166136261);

    for (size_t i = 0; i < n_bytes; i++)
        hash = (hash ^ (uint8_t)text[i]) * UINT32_C(16777619);
    return (hash ^ hash >> 16) % SLOTS;
}

enum cs_status cs_tally_init(struct cs_tally *tally)
{
    *tally = (struct cs_tally){
        .levels = calloc(CS_TALLY_LEVELS_MAX, sizeof *tally->levels),
        .slots = calloc(SLOTS, sizeof *tally->slots),
    };
    return tally->levels != NULL && tally->slots != NULL ? CS_OK : CS_MEMORY;
}

/* The slot of the level that is text, or the empty one where it would be. */
static size_t find(const struct cs_tally *tally, const char *text, size_t n_bytes)
{
    size_t slot = slot_of(text, n_bytes);

    for (; tally->slots[slot] != 0; slot = (slot + 1) % SLOTS) {
        const struct cs_level *level = &tally->levels[tally->slots[slot] - 1];

        if (level->n_bytes == n_bytes && memcmp(level->text, text, n_bytes) == 0)
            break;
    }
    return slot;
}

enum cs_status cs_tally_add(struct cs_tally *tally, const char *text, size_t n_bytes)
{
    const size_t slot = find(tally, text, n_bytes);

    if (tally->slots[slot] != 0) {
        tally->levels[tally->slots[slot] - 1].n_rows++;
        tally->repeated = true;
        return CS_OK;
    }
    if (tally->n_levels == CS_TALLY_LEVELS_MAX) {
        tally->n_beyond++;
        return CS_OK;
    }
    char *copy = calloc(n_bytes + 1, 1);
    if (copy == NULL)
        return CS_MEMORY;
    memcpy(copy, text, n_bytes);
    tally->levels[tally->n_levels++] = (struct cs_level){ copy, n_bytes, 1 };
    tally->slots[slot] = (uint16_t)tally->n_levels;
    return CS_OK;
}

void cs_tally_wipe(struct cs_tally *tally)
{
    for (size_t k = 0; k < tally->n_levels; k++)
        cs_wipe_free(tally->levels[k].text, tally->levels[k].n_bytes);
    cs_wipe_free(tally->levels, CS_TALLY_LEVELS_MAX * sizeof *tally->levels);
    cs_wipe_free(tally->slots, SLOTS * sizeof *tally->slots);
    *tally = (struct cs_tally){ 0 };
}
