#include "model/transfer.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/whole.h"
#include "crypto/wide.h"

enum { NONE = 0xff }; /* no code of the other column */

#define COLUMN_PREFIX "column/"

/* ---- columns ---- */

static bool match_kinds(const struct cs_column *x, const struct cs_column *y)
{
    return cs_column_is_numeric(x) == cs_column_is_numeric(y) &&
           (x->type == CS_DATE) == (y->type == CS_DATE);
}

/* The source's column of that name: at the party, or at the other. */
static const struct cs_column *find_column(size_t *index, const struct cs_column *like,
                                           const struct cs_transfer_source *source,
                                           enum cs_party party)
{
    const struct cs_schema *schema = source->schema;

    *index = cs_schema_find_at(schema, like->name, party);
    if (*index == schema->n_columns)
        *index = cs_schema_find_at(schema, like->name, !party);
    if (*index == schema->n_columns || !match_kinds(like, &schema->columns[*index]))
        return NULL;
    return &schema->columns[*index];
}

/* The code of `to` that means the same as code of `from`, a category. */
static uint8_t match_category(const struct cs_column *to, const struct cs_column *from,
                              size_t code)
{
    for (size_t k = 0; k < to->n_values && code < from->n_values; k++)
        if (strcmp(to->values[k], from->values[code]) == 0)
            return (uint8_t)k;
    return (uint8_t)to->other;
}

/* A grid value of `from` on the grid of `to`, within its range. */
static int64_t regrid(const struct cs_column *to, const struct cs_column *from,
                      int64_t grid)
{
    cs_i128 value = grid;

    for (unsigned d = from->decimals; d < to->decimals; d++)
        value *= 10;
    for (unsigned d = to->decimals; d < from->decimals; d++)
        value /= 10;
    return value < to->min ? to->min : value > to->max ? to->max : (int64_t)value;
}

/* The code of `to` for a value of `from` with that code: any of its bin, by rng and the
 * density; its middle without rng. */
static uint8_t match_code(const struct cs_column *to, const struct cs_column *from,
                          size_t code, const struct cs_density *density,
                          struct cs_rng *rng)
{
    if ((int)code == from->missing)
        return to->missing >= 0 ? (uint8_t)to->missing : NONE;
    if (!cs_column_is_numeric(from))
        return match_category(to, from, code);
    const int64_t lo = from->edges[code], hi = from->edges[code + 1];
    int64_t value = lo + (hi - lo) / 2;

    if (rng != NULL && density != NULL)
        value = cs_density_draw(density, lo, hi, cs_rng_u64(rng), rng);
    else if (rng != NULL)
        value = lo + (int64_t)((cs_u128)cs_rng_u64(rng) * (uint64_t)(hi - lo) >> 64);
    return (uint8_t)cs_column_bin(to, regrid(to, from, value));
}

/* ---- weights ---- */

static bool is_trunk(const struct cs_weight_block *block)
{
    return strncmp(block->name, COLUMN_PREFIX, strlen(COLUMN_PREFIX)) != 0;
}

static const struct cs_weight_block *find_block(const struct cs_transfer_source *source,
                                                const char *name)
{
    for (size_t i = 0; i < source->n_blocks; i++)
        if (strcmp(source->block[i].name, name) == 0)
            return &source->block[i];
    return NULL;
}

static bool has_trunk(const struct cs_transfer_source *source,
                      const struct cs_weight_block *block, size_t n_blocks)
{
    for (size_t i = 0; i < n_blocks; i++) {
        const struct cs_weight_block *from = find_block(source, block[i].name);

        if (is_trunk(&block[i]) && (from == NULL || from->n != block[i].n))
            return false;
    }
    return true;
}

/* The column whose block it is, the one of the longest name that fits, or NULL. */
static const struct cs_column *column_of(const struct cs_weight_block *block,
                                         const struct cs_schema *schema)
{
    const char *name = block->name + strlen(COLUMN_PREFIX);
    const struct cs_column *found = NULL;
    size_t longest = 0;

    for (size_t i = 0; i < schema->n_columns; i++) {
        const size_t n = strlen(schema->columns[i].name);

        if (n > longest && strncmp(name, schema->columns[i].name, n) == 0 &&
            name[n] == '/') {
            found = &schema->columns[i];
            longest = n;
        }
    }
    return found;
}

/* Row by row: the weights of a code from those of the code that means the same. */
static size_t copy_rows(struct cs_weight_block *to, const struct cs_column *column,
                        const struct cs_weight_block *from,
                        const struct cs_column *source)
{
    const size_t width = to->n / column->n_codes;
    size_t n = 0;

    if (width * source->n_codes != from->n)
        return 0;
    for (size_t code = 0; code < column->n_codes; code++) {
        const uint8_t like = match_code(source, column, code, NULL, NULL);

        if (like == NONE)
            continue;
        memcpy(to->weight + code * width, from->weight + like * width,
               width * sizeof *to->weight);
        n += width;
    }
    return n;
}

static size_t copy_column(struct cs_weight_block *to, const struct cs_schema *schema,
                          const struct cs_transfer_source *source)
{
    const struct cs_column *column = column_of(to, schema);
    const struct cs_weight_block *from = find_block(source, to->name);
    size_t index;

    if (column == NULL || from == NULL)
        return 0;
    const struct cs_column *like = find_column(&index, column, source, source->party);
    return like != NULL ? copy_rows(to, column, from, like) : 0;
}

size_t cs_transfer_weights(struct cs_generator *generator, const struct cs_schema *schema,
                           const struct cs_transfer_source *source)
{
    size_t n_blocks, n = 0;
    struct cs_weight_block *block = cs_generator_blocks(generator, &n_blocks);

    if (!has_trunk(source, block, n_blocks))
        return 0;
    for (size_t i = 0; i < n_blocks; i++) {
        if (!is_trunk(&block[i])) {
            n += copy_column(&block[i], schema, source);
            continue;
        }
        memcpy(block[i].weight, find_block(source, block[i].name)->weight,
               block[i].n * sizeof *block[i].weight);
        n += block[i].n;
    }
    return n;
}

/* ---- rows ---- */

static void fill_column(struct cs_prior *prior, size_t c, const struct cs_column *to,
                        const struct cs_transfer_source *source, size_t index,
                        struct cs_rng *rng)
{
    const struct cs_column *from = &source->schema->columns[index];
    const uint8_t *code = cs_codes_column(source->people, index);
    uint8_t *out = cs_codes_column(&prior->rows, c);

    for (size_t row = 0; row < prior->rows.n_rows; row++) {
        const uint8_t like =
            match_code(to, from, code[row], source->densities[index], rng);

        out[row] = like == NONE ? 0 : like;
    }
    prior->known[c] = true;
    prior->n_known++;
}

enum cs_status cs_prior_make(struct cs_prior *prior, const struct cs_schema *schema,
                             const struct cs_transfer_source *source, size_t n_most,
                             uint64_t seed)
{
    const size_t n_rows = cs_least(source->n_people, n_most);
    struct cs_prior made = { .n_known = 0 };
    enum cs_status st = CS_MEMORY;
    struct cs_rng rng;

    CS_REQUIRE(n_rows > 0);
    cs_rng_init_labelled(&rng, seed, "people of another study");
    made.known = calloc(schema->n_columns, sizeof *made.known);
    if (made.known == NULL)
        goto out;
    CS_TRY(cs_codes_init(&made.rows, n_rows, schema->n_columns));
    for (size_t c = 0; c < schema->n_columns; c++) {
        const struct cs_column *to = &schema->columns[c];
        size_t index;

        if (find_column(&index, to, source, to->at[CS_A] ? CS_A : CS_B) != NULL)
            fill_column(&made, c, to, source, index, &rng);
    }
    *prior = made;
    made = (struct cs_prior){ .n_known = 0 };
out:
    cs_prior_wipe(&made);
    return st;
}

void cs_prior_wipe(struct cs_prior *prior)
{
    cs_codes_wipe(&prior->rows);
    free(prior->known);
    *prior = (struct cs_prior){ .n_known = 0 };
}

void cs_prior_mix(struct cs_codes *rows, const struct cs_prior *prior, struct cs_rng *rng)
{
    for (size_t row = 0; row < rows->n_rows; row++) {
        const size_t from = cs_rng_below(rng, (uint32_t)prior->rows.n_rows);

        for (size_t c = 0; c < rows->n_columns && row % 4 != 3; c++)
            if (prior->known[c])
                cs_codes_column(rows, c)[row] = cs_codes_column(&prior->rows, c)[from];
    }
}
