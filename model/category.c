#include "model/category.h"

#include <string.h>

#include "crypto/status.h"

/* FNV-1a (draft-eastlake-fnv, section 2), folded to a slot. */
static size_t slot_of(const char *text, size_t n_bytes)
{
    uint32_t hash = UINT32_C(2166136261);

    for (size_t i = 0; i < n_bytes; i++)
        hash = (hash ^ (uint8_t)text[i]) * UINT32_C(16777619);
    return (hash ^ hash >> 16) % CS_CATEGORY_SLOTS;
}

void cs_category_init(struct cs_category *category, const struct cs_column *column)
{
    CS_REQUIRE(column->type == CS_CATEGORY && column->n_values <= CS_CODES_MAX);
    memset(category, 0, sizeof *category);
    category->column = column;
    for (size_t k = 0; k < column->n_values; k++) {
        category->n_bytes[k] = strlen(column->values[k]);
        size_t slot = slot_of(column->values[k], category->n_bytes[k]);
        while (category->slot[slot] != 0)
            slot = (slot + 1) % CS_CATEGORY_SLOTS;
        category->slot[slot] = (uint8_t)(k + 1);
    }
}

int cs_category_find(const struct cs_category *category, const char *text, size_t n_bytes)
{
    size_t slot = slot_of(text, n_bytes);

    for (; category->slot[slot] != 0; slot = (slot + 1) % CS_CATEGORY_SLOTS) {
        const int code = category->slot[slot] - 1;

        if (category->n_bytes[code] == n_bytes &&
            memcmp(category->column->values[code], text, n_bytes) == 0)
            return code;
    }
    return -1;
}
