#include "tests/support/saved.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/generator.h"
#include "tests/support/check.h"
#include "tests/support/study.h"

enum { BOTH = 40, ONLY_A = 7, ONLY_B = 5, ROWS = 500 };

/* What a run estimates: edges of quantiles, evenly here. */
static void set_edges(struct cs_column *column)
{
    if (column->binning != CS_BINS_QUANTILES)
        return;
    column->edges = calloc(column->n_bins + 1, sizeof *column->edges);
    assert_non_null(column->edges);
    for (size_t k = 0; k <= column->n_bins; k++)
        column->edges[k] = column->min + (column->max + 1 - column->min) * (int64_t)k /
                                             (int64_t)column->n_bins;
}

static void set_density(struct cs_densities *densities, size_t index,
                        const struct cs_column *column, struct cs_rng *rng)
{
    int64_t grid[ROWS], edges[CS_DENSITY_EDGES_MAX];
    const unsigned levels = cs_column_is_numeric(column) ? cs_density_levels(column) : 0;

    if (levels == 0)
        return;
    for (size_t i = 0; i < ROWS; i++)
        grid[i] = column->min +
                  (column->max - column->min) * (int64_t)cs_rng_below(rng, 1000) / 1000;
    const size_t n_edges = cs_density_edges(edges, column);
    assert_ok(cs_density_measure(&densities->of_column[index], grid, ROWS, edges, n_edges,
                                 levels, (uint64_t)2500 << 16, rng));
    densities->given[index] = &densities->of_column[index];
}

static void set_people(struct cs_saved *saved, struct cs_rng *rng)
{
    const struct cs_schema *schema = &saved->study->schema;
    const bool alone = saved->study->link == CS_LINK_PRIVATE;

    saved->people =
        (struct cs_presence){ BOTH, { alone ? ONLY_A : 0, alone ? ONLY_B : 0 } };
    assert_ok(cs_codes_init(&saved->population, cs_presence_all(&saved->people),
                            schema->n_columns));
    for (size_t c = 0; c < schema->n_columns; c++)
        for (size_t row = 0; row < saved->population.n_rows; row++)
            cs_codes_column(&saved->population, c)[row] =
                (uint8_t)cs_rng_below(rng, (uint32_t)schema->columns[c].n_codes);
}

static void set_order(struct cs_saved *saved)
{
    const struct cs_schema *schema = &saved->study->schema;
    const size_t n = schema->n_order[saved->party];

    saved->file_order = calloc(n, sizeof *saved->file_order);
    assert_non_null(saved->file_order);
    for (size_t i = 0; i < n; i++) /* from the last to the first */
        saved->file_order[i] = schema->order[saved->party][n - 1 - i];
}

static void set_generator(struct cs_saved *saved)
{
    const size_t n_rows[2] = { 1000, 1000 };
    struct cs_generator *generator = NULL;
    struct cs_recipe recipe;

    cs_recipe_settle(&recipe, saved->study, n_rows, saved->party);
    assert_ok(cs_generator_new(&generator, saved->study, &recipe, saved->party, NULL));
    const struct cs_weight_block *block =
        cs_generator_blocks(generator, &saved->n_blocks);
    saved->spec = (struct cs_generator_spec){
        .kind = recipe.spec.kind,
        .latent = recipe.spec.latent,
        .n_layers = recipe.spec.n_layers,
        .activation = recipe.spec.activation,
        .packing = recipe.spec.packing,
    };
    memcpy(saved->spec.layers, recipe.spec.layers, sizeof saved->spec.layers);
    saved->study->generator = saved->spec; /* as of one that was read */
    saved->block = calloc(saved->n_blocks + 1, sizeof *saved->block);
    assert_non_null(saved->block);
    for (size_t i = 0; i < saved->n_blocks; i++) {
        struct cs_weight_block *to = &saved->block[i];

        *to = (struct cs_weight_block){ strdup(block[i].name),
                                        calloc(block[i].n, sizeof *block[i].weight),
                                        block[i].n };
        assert_true(to->name != NULL && to->weight != NULL);
        memcpy(to->weight, block[i].weight, block[i].n * sizeof *block[i].weight);
    }
    cs_generator_free(generator);
}

void cs_test_saved(struct cs_saved *saved, const char *extra, enum cs_party party)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 3, "saved");
    memset(saved, 0, sizeof *saved);
    saved->study = cs_test_study(extra);
    saved->party = party;
    saved->crlf = party == CS_B;
    const struct cs_schema *schema = &saved->study->schema;
    saved->densities = (struct cs_densities){
        calloc(schema->n_columns, sizeof *saved->densities.of_column),
        calloc(schema->n_columns, sizeof *saved->densities.given),
        schema->n_columns,
    };
    for (size_t c = 0; c < schema->n_columns; c++) {
        set_edges(&schema->columns[c]);
        set_density(&saved->densities, c, &schema->columns[c], &rng);
    }
    set_people(saved, &rng);
    set_order(saved);
    set_generator(saved);
}

static void put(uint8_t *to, uint64_t word, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++)
        to[i] = (uint8_t)(word >> (8 * i));
}

void cs_test_saved_write_body(const char *path, const uint8_t *body, size_t n_bytes)
{
    uint8_t header[CS_SAVED_HEADER_BYTES] = { 0x89, 'C',  'S',
                                              'M',  '\r', '\n',
                                              0x1a, '\n', CS_SAVED_VERSION };
    crypto_hash_sha256_state hash;
    FILE *stream = fopen(path, "wb");

    assert_non_null(stream);
    put(header + 12, n_bytes, 8);
    crypto_hash_sha256_init(&hash);
    crypto_hash_sha256_update(&hash, header, 20);
    crypto_hash_sha256_update(&hash, body, n_bytes);
    crypto_hash_sha256_final(&hash, header + 20);
    assert_int_equal(fwrite(header, 1, sizeof header, stream), sizeof header);
    assert_int_equal(fwrite(body, 1, n_bytes, stream), n_bytes);
    assert_int_equal(fclose(stream), 0);
}
