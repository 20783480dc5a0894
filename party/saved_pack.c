/* A saved model as the message of proto/model.proto. */
#include <stdlib.h>
#include <string.h>

#include "party/saved_body.h"
#include "proto/model.pb-c.h"

/* The message and what it points to, but for what is in the saved model itself. */
struct packing {
    Cosynth__Model model;
    Cosynth__Column *column, **columns;
    Cosynth__Generator generator;
    Cosynth__Block *block, **blocks;
    uint32_t *order[3], *layers; /* A's, B's, of the file */
};

static void wipe(struct packing *p, const struct cs_saved *saved)
{
    for (size_t i = 0; p->column != NULL && i < saved->study->schema.n_columns; i++)
        free(p->column[i].density.data);
    for (size_t i = 0; p->block != NULL && i < saved->n_blocks; i++)
        free(p->block[i].weights.data);
    for (size_t i = 0; i < 3; i++)
        free(p->order[i]);
    free(p->layers);
    free(p->column);
    free(p->columns);
    free(p->block);
    free(p->blocks);
}

static enum cs_status put_numbers(uint32_t **to, size_t *n_to, const size_t *numbers,
                                  size_t n)
{
    uint32_t *made = calloc(n + 1, sizeof *made);

    if (made == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < n; i++)
        made[i] = (uint32_t)numbers[i];
    *to = made;
    *n_to = n;
    return CS_OK;
}

/* ---- columns ---- */

static enum cs_status put_density(ProtobufCBinaryData *to,
                                  const struct cs_density *density)
{
    if (density == NULL)
        return CS_OK;
    to->len = cs_density_packed_bytes(density->n_pieces);
    to->data = malloc(to->len);
    if (to->data == NULL)
        return CS_MEMORY;
    cs_density_pack(to->data, density);
    return CS_OK;
}

static void put_numeric(Cosynth__Column *to, const struct cs_column *column)
{
    CS_REQUIRE(column->edges != NULL);
    to->quantiles = column->binning == CS_BINS_QUANTILES;
    to->min = column->min;
    to->max = column->max;
    to->decimals = column->decimals;
    if (column->type == CS_DATE)
        to->date_format = column->date_format;
    to->n_edges = column->n_bins + 1;
    to->edges = column->edges;
}

static enum cs_status put_column(Cosynth__Column *to, const struct cs_saved *saved,
                                 size_t index)
{
    const struct cs_column *column = &saved->study->schema.columns[index];
    const size_t n_rows = saved->population.n_rows;

    cosynth__column__init(to);
    to->name = column->name;
    to->type = (char *)cs_study_types[column->type];
    to->at = (column->at[CS_A] ? CS_AT_A : 0u) | (column->at[CS_B] ? CS_AT_B : 0u);
    to->nullable = column->nullable;
    to->n_values = column->n_values;
    to->values = column->values;
    to->discover = (uint32_t)column->discover;
    if (cs_column_is_numeric(column))
        put_numeric(to, column);
    to->codes =
        (ProtobufCBinaryData){ n_rows, cs_codes_column(&saved->population, index) };
    return put_density(&to->density, saved->densities.given[index]);
}

static enum cs_status put_columns(struct packing *p, const struct cs_saved *saved)
{
    const struct cs_schema *schema = &saved->study->schema;
    const size_t n = schema->n_columns;
    enum cs_status st = CS_MEMORY;

    p->column = calloc(n, sizeof *p->column);
    p->columns = calloc(n, sizeof *p->columns);
    if (p->column == NULL || p->columns == NULL)
        goto out;
    for (size_t i = 0; i < n; i++) {
        p->columns[i] = &p->column[i];
        CS_TRY(put_column(&p->column[i], saved, i));
    }
    p->model.n_columns = n;
    p->model.columns = p->columns;
    CS_TRY(put_numbers(&p->order[0], &p->model.n_order_a, schema->order[CS_A],
                       schema->n_order[CS_A]));
    CS_TRY(put_numbers(&p->order[1], &p->model.n_order_b, schema->order[CS_B],
                       schema->n_order[CS_B]));
    CS_TRY(put_numbers(&p->order[2], &p->model.n_file_order, saved->file_order,
                       schema->n_order[saved->party]));
    p->model.order_a = p->order[0];
    p->model.order_b = p->order[1];
    p->model.file_order = p->order[2];
out:
    return st;
}

/* ---- the generator ---- */

static enum cs_status put_block(Cosynth__Block *to, const struct cs_weight_block *block)
{
    cosynth__block__init(to);
    to->name = block->name;
    to->weights.len = 4 * block->n;
    to->weights.data = malloc(4 * block->n + 1); /* + 1: never of size 0 */
    if (to->weights.data == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < block->n; i++) {
        uint32_t word;

        memcpy(&word, &block->weight[i], sizeof word);
        for (size_t k = 0; k < 4; k++)
            to->weights.data[4 * i + k] = (uint8_t)(word >> (8 * k));
    }
    return CS_OK;
}

static enum cs_status put_generator(struct packing *p, const struct cs_saved *saved)
{
    const struct cs_generator_spec *spec = &saved->spec;
    enum cs_status st = CS_MEMORY;

    cosynth__generator__init(&p->generator);
    p->generator.kind = (char *)cs_study_kinds[spec->kind];
    p->generator.activation = (char *)cs_study_activations[spec->activation];
    p->generator.latent = (uint32_t)spec->latent;
    p->generator.packing = spec->packing;
    p->block = calloc(saved->n_blocks + 1, sizeof *p->block);
    p->blocks = calloc(saved->n_blocks + 1, sizeof *p->blocks);
    if (p->block == NULL || p->blocks == NULL)
        goto out;
    CS_TRY(put_numbers(&p->layers, &p->generator.n_layers, spec->layers, spec->n_layers));
    for (size_t i = 0; i < saved->n_blocks; i++) {
        p->blocks[i] = &p->block[i];
        CS_TRY(put_block(&p->block[i], &saved->block[i]));
    }
    p->generator.layers = p->layers;
    p->generator.n_blocks = saved->n_blocks;
    p->generator.blocks = p->blocks;
    p->model.generator = &p->generator;
out:
    return st;
}

/* ---- the whole ---- */

static void put_study(Cosynth__Model *model, const struct cs_study *study)
{
    model->program = (char *)CS_VERSION;
    model->study = study->name;
    model->terms = study->canonical;
    model->digest =
        (ProtobufCBinaryData){ sizeof study->digest, (uint8_t *)study->digest };
    model->link = (char *)cs_study_links[study->link];
    model->epsilon = study->epsilon;
    model->delta = study->delta;
    model->unprotected = study->unprotected;
    if (study->unprotected)
        model->warning = (char *)CS_UNPROTECTED_MARK;
    model->seed = study->seed;
    model->arm = (uint32_t)study->arm;
    model->conversion = (uint32_t)study->conversion;
}

enum cs_status cs_saved_pack(uint8_t **bytes, size_t *n_bytes,
                             const struct cs_saved *saved)
{
    struct packing p = { .column = NULL };
    enum cs_status st;

    CS_REQUIRE(cs_presence_all(&saved->people) == saved->population.n_rows);
    cosynth__model__init(&p.model);
    put_study(&p.model, saved->study);
    p.model.party = (uint32_t)saved->party;
    p.model.crlf = saved->crlf;
    p.model.both = saved->people.n_both;
    p.model.only_a = saved->people.n_only[CS_A];
    p.model.only_b = saved->people.n_only[CS_B];
    CS_TRY(put_columns(&p, saved));
    CS_TRY(put_generator(&p, saved));
    *n_bytes = cosynth__model__get_packed_size(&p.model);
    *bytes = malloc(*n_bytes);
    if (*bytes == NULL)
        st = CS_MEMORY;
    else
        cosynth__model__pack(&p.model, *bytes);
out:
    wipe(&p, saved);
    return st;
}
