#include "model/id.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/bytes.h"
#include "crypto/secret.h"

void cs_id_digest(uint8_t id[static CS_ID_BYTES], size_t identifier, const char *text,
                  size_t n_bytes)
{
    uint8_t head[9] = { (uint8_t)identifier };
    crypto_generichash_state hash;

    CS_REQUIRE(identifier < CS_IDENTIFIERS_MAX);
    cs_bytes_put(head + 1, n_bytes, 8);
    crypto_generichash_init(&hash, NULL, 0, CS_ID_BYTES);
    crypto_generichash_update(&hash, head, sizeof head);
    crypto_generichash_update(&hash, (const uint8_t *)text, n_bytes);
    crypto_generichash_final(&hash, id, CS_ID_BYTES);
    sodium_memzero(&hash, sizeof hash);
}

bool cs_id_is_none(const uint8_t id[static CS_ID_BYTES])
{
    return sodium_is_zero(id, CS_ID_BYTES);
}

static enum cs_status grow(uint8_t (**digest)[CS_ID_BYTES], size_t capacity,
                           size_t n_kept, size_t n_rows)
{
    uint8_t(*larger)[CS_ID_BYTES] = calloc(n_rows, sizeof *larger);

    if (larger == NULL)
        return CS_MEMORY;
    if (*digest != NULL)
        memcpy(larger, *digest, n_kept * sizeof *larger);
    cs_wipe_free(*digest, capacity * sizeof *larger);
    *digest = larger;
    return CS_OK;
}

enum cs_status cs_ids_grow(struct cs_ids *ids, size_t n_kept, size_t n_rows)
{
    enum cs_status st = CS_OK;

    CS_REQUIRE(n_kept <= ids->capacity && ids->capacity < n_rows);
    for (size_t k = 0; k < ids->n; k++)
        CS_TRY(grow(&ids->digest[k], ids->capacity, n_kept, n_rows));
    ids->capacity = n_rows;
out:
    return st;
}

enum cs_id_state cs_ids_set(struct cs_ids *ids, size_t row, size_t k,
                            const struct cs_identifier *identifier, const char *text,
                            size_t n_bytes)
{
    char normal[CS_NORMAL_BYTES_MAX];
    size_t n = 0;
    const enum cs_id_state state = cs_normalise(normal, &n, identifier, text, n_bytes);

    CS_REQUIRE(k < ids->n && row < ids->capacity);
    if (state == CS_ID_USABLE)
        cs_id_digest(ids->digest[k][row], k, normal, n);
    ids->notes[k].empty += state == CS_ID_EMPTY;
    ids->notes[k].unusable += state == CS_ID_UNUSABLE;
    sodium_memzero(normal, n);
    return state;
}

/* ---- rows that have the same ---- */

/* The rows of a file by their digests: open addressing, at most half of it taken. */
struct index {
    size_t *slot; /* (n_slots, a power of two): a row + 1, or 0 */
    size_t n_slots;
    size_t *first; /* (n_rows): the first row with this row's digest */
    size_t *n;     /* (n_rows): how many rows have it, at the first of them */
};

static void index_wipe(struct index *index)
{
    free(index->slot);
    free(index->first);
    free(index->n);
}

static enum cs_status index_init(struct index *index, size_t n_rows)
{
    *index = (struct index){ .n_slots = 16 };
    while (index->n_slots < 2 * n_rows)
        index->n_slots *= 2;
    index->slot = calloc(index->n_slots, sizeof *index->slot);
    index->first = calloc(n_rows + 1, sizeof *index->first);
    index->n = calloc(n_rows + 1, sizeof *index->n);
    if (index->slot != NULL && index->first != NULL && index->n != NULL)
        return CS_OK;
    index_wipe(index);
    return CS_MEMORY;
}

static size_t slot_of(const uint8_t id[static CS_ID_BYTES], size_t n_slots)
{
    uint64_t word;

    memcpy(&word, id, sizeof word);
    return (size_t)word & (n_slots - 1);
}

static void index_add(struct index *index, const uint8_t (*id)[CS_ID_BYTES], size_t row)
{
    size_t at = slot_of(id[row], index->n_slots);

    while (index->slot[at] != 0 &&
           memcmp(id[index->slot[at] - 1], id[row], CS_ID_BYTES) != 0)
        at = (at + 1) & (index->n_slots - 1);
    if (index->slot[at] == 0)
        index->slot[at] = row + 1;
    index->first[row] = index->slot[at] - 1;
    index->n[index->first[row]]++;
}

enum cs_status cs_ids_settle(size_t *later, size_t *earlier, struct cs_ids *ids, size_t k,
                             size_t n_rows, size_t frequent)
{
    uint8_t(*id)[CS_ID_BYTES] = ids->digest[k];
    struct index index;

    *later = *earlier = n_rows;
    if (index_init(&index, n_rows) != CS_OK)
        return CS_MEMORY;
    for (size_t row = 0; row < n_rows; row++)
        if (!cs_id_is_none(id[row]))
            index_add(&index, (const uint8_t(*)[CS_ID_BYTES])id, row);
    for (size_t row = 0; row < n_rows; row++) {
        const size_t first = index.first[row];

        if (cs_id_is_none(id[row]))
            continue;
        if (index.n[first] > frequent) {
            memset(id[row], 0, CS_ID_BYTES);
            ids->notes[k].frequent++;
        } else if (first != row && *later == n_rows) {
            *later = row;
            *earlier = first;
        }
    }
    index_wipe(&index);
    return CS_OK;
}

const uint8_t *cs_ids_first(const struct cs_ids *ids, size_t row)
{
    for (size_t k = 0; k < ids->n; k++)
        if (!cs_id_is_none(ids->digest[k][row]))
            return ids->digest[k][row];
    return NULL;
}

void cs_ids_wipe(struct cs_ids *ids)
{
    for (size_t k = 0; k < ids->n; k++)
        cs_wipe_free(ids->digest[k], ids->capacity * sizeof *ids->digest[k]);
    *ids = (struct cs_ids){ 0 };
}
