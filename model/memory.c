#include "model/memory.h"

#include <stdlib.h>
#include <string.h>

enum cs_status cs_memory_init(struct cs_memory *memory, size_t n_columns, size_t label)
{
    *memory = (struct cs_memory){ .label = label };
    return cs_codes_init(&memory->rows, CS_MEMORY_ROWS, n_columns);
}

void cs_memory_wipe(struct cs_memory *memory)
{
    cs_codes_wipe(&memory->rows);
    memset(memory, 0, sizeof *memory);
}

enum cs_status cs_memory_fill(struct cs_memory *memory, const struct cs_codes *rows,
                              struct cs_rng *rng)
{
    const uint8_t *label = cs_codes_column(rows, memory->label);
    uint32_t *drawn = calloc(CS_MEMORY_ROWS, sizeof *drawn);
    size_t next[CS_CODES_MAX] = { 0 }, *start = memory->start;

    CS_REQUIRE(rows->n_columns == memory->rows.n_columns);
    CS_REQUIRE(rows->n_rows > 0 && rows->n_rows <= UINT32_MAX);
    if (drawn == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < CS_MEMORY_ROWS; i++) {
        drawn[i] = cs_rng_below(rng, (uint32_t)rows->n_rows);
        next[label[drawn[i]]]++;
    }
    for (size_t l = 0; l < CS_CODES_MAX; l++) {
        start[l + 1] = start[l] + next[l];
        next[l] = start[l];
    }
    for (size_t i = 0; i < CS_MEMORY_ROWS; i++) {
        const size_t to = next[label[drawn[i]]]++;

        for (size_t j = 0; j < rows->n_columns; j++)
            cs_codes_column(&memory->rows, j)[to] = cs_codes_column(rows, j)[drawn[i]];
    }
    free(drawn);
    return CS_OK;
}

size_t cs_memory_any(const struct cs_memory *memory, struct cs_rng *rng)
{
    CS_REQUIRE(memory->start[CS_CODES_MAX] == CS_MEMORY_ROWS);
    return cs_rng_below(rng, CS_MEMORY_ROWS);
}

size_t cs_memory_recall(const struct cs_memory *memory, uint8_t label, struct cs_rng *rng)
{
    const size_t first = memory->start[label], n = memory->start[label + 1] - first;

    return n > 0 ? first + cs_rng_below(rng, (uint32_t)n) : cs_memory_any(memory, rng);
}
