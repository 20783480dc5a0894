#include "model/tally.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"

/* Four slots for each level there is room for, so that probes are few. */
enum { CAPACITY_FIRST = 64, SLOTS_EACH = 4 };

static size_t n_slots(const struct cs_tally *tally)
{
    return SLOTS_EACH * tally->capacity;
}

/* FNV-1a (draft-eastlake-fnv, section 2), folded to a slot. */
static size_t slot_of(const struct cs_tally *tally, const char *text, size_t n_bytes)
{
    uint32_t hash = UINT32_C(2166136261);

    for (size_t i = 0; i < n_bytes; i++)
        hash = (hash ^ (uint8_t)text[i]) * UINT32_C(16777619);
    return (hash ^ hash >> 16) % n_slots(tally);
}

/* Room for so many levels, all of it empty. */
static enum cs_status alloc(struct cs_tally *tally, size_t capacity)
{
    tally->capacity = capacity;
    tally->levels = calloc(capacity, sizeof *tally->levels);
    tally->slots = calloc(n_slots(tally), sizeof *tally->slots);
    return tally->levels != NULL && tally->slots != NULL ? CS_OK : CS_MEMORY;
}

static void free_room(struct cs_tally *tally)
{
    cs_wipe_free(tally->levels, tally->capacity * sizeof *tally->levels);
    cs_wipe_free(tally->slots, n_slots(tally) * sizeof *tally->slots);
}

enum cs_status cs_tally_init(struct cs_tally *tally, size_t most)
{
    CS_REQUIRE(most > 0 && most <= CS_TALLY_ALL);
    *tally = (struct cs_tally){ .most = most };
    return alloc(tally, CAPACITY_FIRST);
}

/* The slot of the level that is text, or the empty one where it would be. */
static size_t find(const struct cs_tally *tally, const char *text, size_t n_bytes)
{
    size_t slot = slot_of(tally, text, n_bytes);

    for (; tally->slots[slot] != 0; slot = (slot + 1) % n_slots(tally)) {
        const struct cs_level *level = &tally->levels[tally->slots[slot] - 1];

        if (level->n_bytes == n_bytes && memcmp(level->text, text, n_bytes) == 0)
            break;
    }
    return slot;
}

/* Twice the room; the tally is as before on failure. */
static enum cs_status grow(struct cs_tally *tally)
{
    struct cs_tally larger = *tally;

    if (alloc(&larger, 2 * tally->capacity) != CS_OK) {
        free_room(&larger);
        return CS_MEMORY;
    }
    memcpy(larger.levels, tally->levels, tally->n_levels * sizeof *tally->levels);
    for (size_t k = 0; k < larger.n_levels; k++) {
        const struct cs_level *level = &larger.levels[k];

        larger.slots[find(&larger, level->text, level->n_bytes)] = (uint32_t)(k + 1);
    }
    free_room(tally);
    *tally = larger;
    return CS_OK;
}

static enum cs_status add_level(struct cs_tally *tally, const char *text, size_t n_bytes)
{
    enum cs_status st = CS_OK;

    if (tally->n_levels == tally->capacity)
        CS_TRY(grow(tally));
    const size_t slot = find(tally, text, n_bytes);
    char *copy = calloc(n_bytes + 1, 1);
    if (copy == NULL)
        return CS_MEMORY;
    memcpy(copy, text, n_bytes);
    tally->levels[tally->n_levels++] = (struct cs_level){ copy, n_bytes, 1 };
    tally->slots[slot] = (uint32_t)tally->n_levels;
out:
    return st;
}

enum cs_status cs_tally_add(size_t *level, struct cs_tally *tally, const char *text,
                            size_t n_bytes)
{
    const uint32_t found = tally->slots[find(tally, text, n_bytes)];

    if (found != 0) {
        *level = found - 1;
        tally->levels[*level].n_rows++;
        tally->repeated = true;
        return CS_OK;
    }
    if (tally->n_levels == tally->most) {
        *level = CS_TALLY_BEYOND;
        tally->n_beyond++;
        return CS_OK;
    }
    *level = tally->n_levels;
    return add_level(tally, text, n_bytes);
}

void cs_tally_wipe(struct cs_tally *tally)
{
    for (size_t k = 0; k < tally->n_levels; k++)
        cs_wipe_free(tally->levels[k].text, tally->levels[k].n_bytes);
    free_room(tally);
    *tally = (struct cs_tally){ 0 };
}
