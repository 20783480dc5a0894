#include "crypto/okvs_band.h"

#include <sodium.h>
#include <stdlib.h>

#include "crypto/secret.h"
#include "crypto/whole.h"

/* A cell is a stretch of starts: few enough that the keys of a cell lie in the cache. */
enum { CELL_BITS = 12, CELL_STARTS = 1 << CELL_BITS, START_BITS = 24 };
enum { CELLS = 1 << (START_BITS - CELL_BITS) };

struct cs_okvs_shape cs_okvs_shape(size_t n)
{
    CS_REQUIRE(n <= CS_OKVS_KEYS_MAX);
    const size_t n_starts = n + n / 10 + 1;

    return (struct cs_okvs_shape){
        .n_starts = n_starts,
        .n_rows = n_starts + CS_OKVS_BAND_BITS - 1,
        .n_bits = CS_OKVS_BAND_BITS,
    };
}

size_t cs_okvs_rows(size_t n)
{
    return cs_okvs_shape(n).n_rows;
}

void cs_okvs_hash_init(struct cs_okvs_hash *hash, const struct cs_okvs_shape *shape)
{
    CS_REQUIRE(0 < shape->n_starts && shape->n_starts < 1 << START_BITS);
    CS_REQUIRE(0 < shape->n_bits && shape->n_bits <= CS_OKVS_BAND_BITS);
    *hash = (struct cs_okvs_hash){ .shape = *shape };
    cs_aes_init(&hash->start, (const uint8_t *)"cosynth okvs row");
    cs_aes_init(&hash->low, (const uint8_t *)"cosynth okvs low");
    cs_aes_init(&hash->high, (const uint8_t *)"cosynth okvs top");
    for (unsigned i = 0; i < shape->n_bits; i++)
        hash->mask.bits[i / 64] |= UINT64_C(1) << i % 64;
}

/* 40 bits of the hash, scaled: a start is likelier than another by 2^-16 at most. */
static uint32_t start_of(const struct cs_okvs_hash *hash, struct cs_block hashed)
{
    return (uint32_t)((hashed.lo >> START_BITS) * hash->shape.n_starts >>
                      (64 - START_BITS));
}

/* ---- order ------------------------------------------------------------------------ */

static void count_cells(uint32_t count[static CELLS], const struct cs_okvs_hash *hash,
                        const struct cs_block *key, size_t n)
{
    struct cs_block hashed[CS_OKVS_BATCH];

    for (size_t first = 0; first < n; first += CS_OKVS_BATCH) {
        const size_t here = cs_least(CS_OKVS_BATCH, n - first);

        cs_aes_mmo(&hash->start, hashed, key + first, 0, here);
        for (size_t i = 0; i < here; i++)
            count[start_of(hash, hashed[i]) >> CELL_BITS]++;
    }
    sodium_memzero(hashed, sizeof hashed);
}

/* Each count becomes the sum of those before it. */
static void sum_up(uint32_t *count, size_t n)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < n; i++) {
        const uint32_t here = count[i];

        count[i] = sum;
        sum += here;
    }
}

/* next[c] is where the next key of cell c goes; in the end, where the cell ends. */
static void scatter_to_cells(struct cs_okvs_place *place, uint32_t next[static CELLS],
                             const struct cs_okvs_hash *hash, const struct cs_block *key,
                             size_t n)
{
    struct cs_block hashed[CS_OKVS_BATCH];

    for (size_t first = 0; first < n; first += CS_OKVS_BATCH) {
        const size_t here = cs_least(CS_OKVS_BATCH, n - first);

        cs_aes_mmo(&hash->start, hashed, key + first, 0, here);
        for (size_t i = 0; i < here; i++) {
            const uint32_t start = start_of(hash, hashed[i]);

            place[next[start >> CELL_BITS]++] =
                (struct cs_okvs_place){ start, (uint32_t)(first + i) };
        }
    }
    sodium_memzero(hashed, sizeof hashed);
}

static void sort_cell(struct cs_okvs_place *sorted, const struct cs_okvs_place *place,
                      size_t n)
{
    uint32_t next[CELL_STARTS] = { 0 };

    for (size_t i = 0; i < n; i++)
        next[place[i].start % CELL_STARTS]++;
    sum_up(next, CELL_STARTS);
    for (size_t i = 0; i < n; i++)
        sorted[next[place[i].start % CELL_STARTS]++] = place[i];
}

enum cs_status cs_okvs_sort(struct cs_okvs_place **place, const struct cs_okvs_hash *hash,
                            const struct cs_block *key, size_t n)
{
    const size_t n_bytes = n * sizeof **place;
    struct cs_okvs_place *by_cell = calloc(n + 1, sizeof *by_cell);
    struct cs_okvs_place *sorted = calloc(n + 1, sizeof *sorted);
    uint32_t end[CELLS] = { 0 };
    enum cs_status st = CS_MEMORY;

    if (by_cell == NULL || sorted == NULL)
        goto out;
    count_cells(end, hash, key, n);
    sum_up(end, CELLS);
    scatter_to_cells(by_cell, end, hash, key, n);
    for (size_t cell = 0, first = 0; cell < CELLS; first = end[cell++])
        if (first < end[cell])
            sort_cell(sorted + first, by_cell + first, end[cell] - first);
    *place = sorted;
    sorted = NULL;
    st = CS_OK;
out:
    cs_wipe_free(by_cell, n_bytes);
    cs_wipe_free(sorted, n_bytes);
    return st;
}

/* ---- bits ------------------------------------------------------------------------- */

void cs_okvs_bands(struct cs_okvs_band *band, const struct cs_okvs_hash *hash,
                   const struct cs_block *key, const struct cs_okvs_place *place,
                   size_t n)
{
    const uint64_t *const mask = hash->mask.bits;
    struct {
        struct cs_block key[CS_OKVS_BATCH], low[CS_OKVS_BATCH], high[CS_OKVS_BATCH];
    } here;

    CS_REQUIRE(0 < n && n <= CS_OKVS_BATCH);
    for (size_t i = 0; i < n; i++)
        here.key[i] = key[place[i].index];
    cs_aes_mmo(&hash->low, here.low, here.key, 0, n);
    cs_aes_mmo(&hash->high, here.high, here.key, 0, n);
    for (size_t i = 0; i < n; i++) {
        const struct cs_block low = here.low[i], high = here.high[i];

        band[i] = (struct cs_okvs_band){ { low.lo & mask[0], low.hi & mask[1],
                                           high.lo & mask[2], high.hi & mask[3] } };
    }
    sodium_memzero(&here, sizeof here);
}
