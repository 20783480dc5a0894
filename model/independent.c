/* The kind `independent`, the control: every column is drawn by itself from the
 * frequencies, given the label, of the rows it was fitted on. It has no weights. */
#include <stdlib.h>
#include <string.h>

#include "model/kind.h"

struct cs_independent_generator {
    struct cs_generator base;
    size_t n_columns, label; /* of the party */
    uint32_t *count;         /* (n_columns, labels, codes), the last two CS_CODES_MAX */
};

static struct cs_independent_generator *independent_of(struct cs_generator *generator)
{
    return (struct cs_independent_generator *)generator;
}

/* The frequencies (CS_CODES_MAX) of a column's codes among the rows of a label. */
static uint32_t *counts(struct cs_independent_generator *independent, size_t column,
                        size_t label)
{
    return independent->count + (column * CS_CODES_MAX + label) * CS_CODES_MAX;
}

static void free_independent(struct cs_generator *generator)
{
    struct cs_independent_generator *independent = independent_of(generator);

    if (independent != NULL)
        free(independent->count);
    free(independent);
}

static enum cs_status new_independent(struct cs_generator **generator,
                                      const struct cs_study *study,
                                      const struct cs_recipe *recipe, enum cs_party party,
                                      struct cs_workers *workers)
{
    struct cs_independent_generator *independent = calloc(1, sizeof *independent);

    (void)recipe;
    (void)workers;

    if (independent == NULL)
        return CS_MEMORY;
    independent->n_columns = study->schema.n_order[party];
    independent->label = cs_kind_label(study, party);
    independent->count = calloc(independent->n_columns * CS_CODES_MAX,
                                CS_CODES_MAX * sizeof *independent->count);
    if (independent->count == NULL) {
        free_independent(&independent->base);
        return CS_MEMORY;
    }
    *generator = &independent->base;
    return CS_OK;
}

static enum cs_status remember_independent(struct cs_generator *generator,
                                           const struct cs_codes *rows,
                                           struct cs_rng *rng)
{
    struct cs_independent_generator *independent = independent_of(generator);
    const size_t n_columns = independent->n_columns;
    (void)rng;

    CS_REQUIRE(rows->n_columns == n_columns);
    memset(independent->count, 0,
           n_columns * CS_CODES_MAX * CS_CODES_MAX * sizeof *independent->count);
    for (size_t j = 0; j < n_columns; j++) {
        const uint8_t *label = cs_codes_column(rows, independent->label);
        const uint8_t *code = cs_codes_column(rows, j);

        for (size_t row = 0; row < rows->n_rows; row++)
            counts(independent, j, label[row])[code[row]]++;
    }
    return CS_OK;
}

static uint8_t draw(const uint32_t count[CS_CODES_MAX], uint32_t total,
                    struct cs_rng *rng)
{
    uint32_t left = cs_rng_below(rng, total);
    uint8_t code = 0;

    while (left >= count[code])
        left -= count[code++];
    return code;
}

static void add(uint32_t sum[CS_CODES_MAX], const uint32_t count[CS_CODES_MAX])
{
    for (size_t code = 0; code < CS_CODES_MAX; code++)
        sum[code] += count[code];
}

static uint32_t total_of(const uint32_t count[CS_CODES_MAX])
{
    uint32_t total = 0;

    for (size_t code = 0; code < CS_CODES_MAX; code++)
        total += count[code];
    return total;
}

/* A label that no fitted row had is drawn for as if it were any. */
static void sample_column(struct cs_independent_generator *independent, uint8_t *out,
                          size_t column, const uint8_t *labels, size_t n_rows,
                          struct cs_rng *rng)
{
    uint32_t any[CS_CODES_MAX] = { 0 }, total[CS_CODES_MAX];

    for (size_t label = 0; label < CS_CODES_MAX; label++) {
        total[label] = total_of(counts(independent, column, label));
        add(any, counts(independent, column, label));
    }
    const uint32_t all = total_of(any);
    CS_REQUIRE(all > 0); /* fitted */
    for (size_t row = 0; row < n_rows; row++) {
        const uint8_t label = labels[row];

        out[row] = total[label] > 0
                       ? draw(counts(independent, column, label), total[label], rng)
                       : draw(any, all, rng);
    }
}

static enum cs_status sample_independent(struct cs_generator *generator,
                                         struct cs_codes *out, const uint8_t *labels,
                                         struct cs_rng *rng)
{
    struct cs_independent_generator *independent = independent_of(generator);

    CS_REQUIRE(out->n_columns == independent->n_columns);
    for (size_t j = 0; j < out->n_columns; j++) {
        uint8_t *to = cs_codes_column(out, j);

        if (j == independent->label)
            memcpy(to, labels, out->n_rows);
        else
            sample_column(independent, to, j, labels, out->n_rows, rng);
    }
    return CS_OK;
}

static struct cs_weight_block *blocks_independent(struct cs_generator *generator,
                                                  size_t *n_blocks)
{
    (void)generator;
    *n_blocks = 0;
    return NULL;
}

const struct cs_kind cs_independent = {
    .make = new_independent,
    .free = free_independent,
    .remember = remember_independent,
    .sample = sample_independent,
    .blocks = blocks_independent,
};
