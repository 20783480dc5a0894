#include "model/memory.h"

#include <stdlib.h>
#include <string.h>

void cs_memory_init(struct cs_memory *memory, size_t label)
{
    *memory = (struct cs_memory){ .label = label };
}

void cs_memory_wipe(struct cs_memory *memory)
{
    cs_codes_wipe(&memory->rows);
    memset(memory, 0, sizeof *memory);
}

/* The numbers 0 .. n - 1 in random order (Durstenfeld 1964), or NULL. */
static uint32_t *shuffled(size_t n, struct cs_rng *rng)
{
    uint32_t *order = calloc(n, sizeof *order);

    for (size_t i = 0; i < n && order != NULL; i++) {
        const size_t k = cs_rng_below(rng, (uint32_t)(i + 1));

        order[i] = order[k];
        order[k] = (uint32_t)i;
    }
    return order;
}

static void count_labels(struct cs_memory *memory, const uint8_t *label, size_t n_rows)
{
    size_t *start = memory->start;

    memset(start, 0, sizeof memory->start);
    for (size_t row = 0; row < n_rows; row++)
        start[label[row] + 1]++;
    for (size_t l = 0; l < CS_CODES_MAX; l++)
        start[l + 1] += start[l];
}

enum cs_status cs_memory_fill(struct cs_memory *memory, const struct cs_codes *rows,
                              struct cs_rng *rng)
{
    enum cs_status st = CS_OK;
    const uint8_t *label = cs_codes_column(rows, memory->label);
    uint32_t *order;

    CS_REQUIRE(rows->n_rows > 0 && rows->n_rows < UINT32_MAX);
    cs_codes_wipe(&memory->rows);
    CS_TRY(cs_codes_init(&memory->rows, rows->n_rows, rows->n_columns));
    order = shuffled(rows->n_rows, rng);
    if (order == NULL)
        return CS_MEMORY;
    count_labels(memory, label, rows->n_rows);
    memcpy(memory->next, memory->start, sizeof memory->next);
    for (size_t i = 0; i < rows->n_rows; i++) {
        const size_t from = order[i], to = memory->next[label[from]]++;

        for (size_t j = 0; j < rows->n_columns; j++)
            cs_codes_column(&memory->rows, j)[to] = cs_codes_column(rows, j)[from];
    }
    memcpy(memory->next, memory->start, sizeof memory->next);
    free(order);
out:
    return st;
}

size_t cs_memory_any(const struct cs_memory *memory, struct cs_rng *rng)
{
    CS_REQUIRE(memory->rows.n_rows > 0);
    return cs_rng_below(rng, (uint32_t)memory->rows.n_rows);
}

size_t cs_memory_recall(struct cs_memory *memory, uint8_t label, struct cs_rng *rng)
{
    const size_t first = memory->start[label], end = memory->start[label + 1];
    size_t *next = &memory->next[label];

    if (first == end)
        return cs_memory_any(memory, rng);
    const size_t row = *next;
    *next = row + 1 < end ? row + 1 : first;
    return row;
}
