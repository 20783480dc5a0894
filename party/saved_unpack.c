/* The message of proto/model.proto as a saved model. It may come from anywhere: nothing
 * of it is believed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/date.h"
#include "model/fit.h"
#include "model/utf8.h"
#include "model/value.h"
#include "party/saved_body.h"
#include "proto/model.pb-c.h"
#include "protocol/wire.h"

#define NAME_BYTES_MAX 256
#define TERMS_BYTES_MAX ((size_t)4 << 20)
#define BLOCKS_MAX 4096
#define ROOM_BYTES ((size_t)1 << 20) /* beyond twice the message */

/* A body that is being read. */
struct reader {
    struct cs_saved *saved;
    const Cosynth__Model *model;
    const char *file_name;
    struct cs_fault *fault;
};

static enum cs_status refuse(const struct reader *r, const char *field, const char *what)
{
    return cs_fault_say(r->fault, CS_INPUT,
                        "%s: %s: %s; take the file as a run wrote it, or use the version "
                        "of cosynth that did",
                        r->file_name, field, what);
}

/* ---- parts of fields ---- */

/* The index of text in names, or -1. */
static int find_name(const char *const *names, const char *text)
{
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], text) == 0)
            return i;
    return -1;
}

static bool is_text(const char *text, size_t max_bytes)
{
    const size_t n = strlen(text);

    return n > 0 && n <= max_bytes && cs_utf8_valid_bytes(text, n) == n;
}

static enum cs_status copy(char **to, const char *text)
{
    *to = strdup(text);
    return *to != NULL ? CS_OK : CS_MEMORY;
}

/* ---- columns ---- */

static bool ascend(const int64_t *edge, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (edge[i] <= edge[i - 1])
            return false;
    return true;
}

static bool numeric_is_sound(const Cosynth__Column *from, enum cs_column_type type)
{
    const size_t n = from->n_edges;

    return n >= 2 && n <= CS_CODES_MAX + 1 && from->n_values == 0 &&
           from->min >= -CS_GRID_MAX && from->max <= CS_GRID_MAX &&
           from->min < from->max && ascend(from->edges, n) &&
           from->edges[0] == from->min && from->edges[n - 1] == from->max + 1 &&
           from->decimals <= (type == CS_NUMBER ? CS_DECIMALS_MAX : 0) &&
           (type != CS_DATE || (cs_date_format_valid(from->date_format) &&
                                from->min >= CS_DATE_MIN && from->max <= CS_DATE_MAX));
}

static enum cs_status get_numeric(struct cs_column *column, const Cosynth__Column *from,
                                  const struct reader *r)
{
    if (!numeric_is_sound(from, column->type))
        return refuse(r, "columns.edges", "are not bins");
    column->binning = from->quantiles ? CS_BINS_QUANTILES : CS_BINS_DECLARED;
    column->min = from->min;
    column->max = from->max;
    column->decimals = from->decimals;
    column->n_bins = from->n_edges - 1;
    column->edges = calloc(from->n_edges, sizeof *column->edges);
    if (column->edges == NULL)
        return CS_MEMORY;
    memcpy(column->edges, from->edges, from->n_edges * sizeof *column->edges);
    return column->type == CS_DATE ? copy(&column->date_format, from->date_format)
                                   : CS_OK;
}

static enum cs_status get_values(struct cs_column *column, const Cosynth__Column *from,
                                 const struct reader *r)
{
    enum cs_status st = CS_OK;

    if (from->n_values < 1 || from->n_values > CS_CODES_MAX ||
        from->discover > CS_CODES_MAX)
        return refuse(r, "columns.values", "are none, or too many");
    column->discover = from->discover;
    column->values = calloc(from->n_values, sizeof *column->values);
    if (column->values == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < from->n_values; i++) {
        if (!is_text(from->values[i], NAME_BYTES_MAX))
            return refuse(r, "columns.values", "holds what is no category");
        CS_TRY(copy(&column->values[i], from->values[i]));
        column->n_values++;
    }
out:
    return st;
}

static enum cs_status get_column(struct cs_column *column, const Cosynth__Column *from,
                                 const struct reader *r)
{
    const int type = find_name(cs_study_types, from->type);
    enum cs_status st = CS_OK;

    if (!is_text(from->name, NAME_BYTES_MAX))
        return refuse(r, "columns.name", "is empty or too long");
    if (type < 0 || from->at < CS_AT_A || from->at > CS_AT_BOTH)
        return refuse(r, "columns.type", "is none that this version knows");
    column->type = (enum cs_column_type)type;
    column->at[CS_A] = (from->at & CS_AT_A) != 0;
    column->at[CS_B] = (from->at & CS_AT_B) != 0;
    column->nullable = from->nullable;
    CS_TRY(copy(&column->name, from->name));
    CS_TRY(column->type == CS_CATEGORY ? get_values(column, from, r)
                                       : get_numeric(column, from, r));
    cs_column_set_codes(column);
    if (column->n_codes > CS_CODES_MAX)
        st = refuse(r, "columns", "have one with too many codes");
out:
    return st;
}

static enum cs_status get_columns(const struct reader *r)
{
    struct cs_schema *schema = &r->saved->study->schema;
    const size_t n = r->model->n_columns;
    enum cs_status st = CS_OK;

    if (n < 1 || n > CS_COLUMNS_MAX)
        return refuse(r, "columns", "are none, or too many");
    schema->columns = calloc(n, sizeof *schema->columns);
    if (schema->columns == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < n; i++) {
        schema->n_columns++;
        CS_TRY(get_column(&schema->columns[i], r->model->columns[i], r));
    }
out:
    return st;
}

/* ---- orders ---- */

/* Whether from holds every column of the party once. */
static bool is_order(const struct cs_schema *schema, enum cs_party party,
                     const uint32_t *from, size_t n)
{
    bool seen[CS_COLUMNS_MAX] = { false };
    size_t n_at = 0;

    for (size_t i = 0; i < schema->n_columns; i++)
        n_at += schema->columns[i].at[party];
    for (size_t i = 0; i < n; i++) {
        if (from[i] >= schema->n_columns || seen[from[i]] ||
            !schema->columns[from[i]].at[party])
            return false;
        seen[from[i]] = true;
    }
    return n > 0 && n <= CS_PARTY_COLUMNS_MAX && n == n_at;
}

static enum cs_status get_order(size_t **order, const struct reader *r,
                                enum cs_party party, const uint32_t *from, size_t n)
{
    if (!is_order(&r->saved->study->schema, party, from, n))
        return refuse(r, "order", "is not one of the party's columns");
    *order = calloc(n, sizeof **order);
    if (*order == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < n; i++)
        (*order)[i] = from[i];
    return CS_OK;
}

static enum cs_status get_orders(const struct reader *r)
{
    struct cs_saved *saved = r->saved;
    struct cs_schema *schema = &saved->study->schema;
    const Cosynth__Model *model = r->model;
    enum cs_status st = CS_OK;

    if (model->party > CS_B)
        return refuse(r, "party", "is neither a nor b");
    saved->party = (enum cs_party)model->party;
    saved->crlf = model->crlf;
    schema->n_order[CS_A] = model->n_order_a;
    schema->n_order[CS_B] = model->n_order_b;
    CS_TRY(get_order(&schema->order[CS_A], r, CS_A, model->order_a, model->n_order_a));
    CS_TRY(get_order(&schema->order[CS_B], r, CS_B, model->order_b, model->n_order_b));
    CS_TRY(get_order(&saved->file_order, r, saved->party, model->file_order,
                     model->n_file_order));
out:
    return st;
}

/* ---- the study ---- */

static bool is_category_at(const struct cs_schema *schema, size_t column,
                           enum cs_party party)
{
    return column < schema->n_columns && schema->columns[column].type == CS_CATEGORY &&
           schema->columns[column].at[party];
}

static enum cs_status get_study(const struct reader *r)
{
    const Cosynth__Model *model = r->model;
    struct cs_study *study = r->saved->study;
    const int link = find_name(cs_study_links, model->link);
    enum cs_status st = CS_OK;

    if (!is_text(model->study, NAME_BYTES_MAX) || !is_text(model->terms, TERMS_BYTES_MAX))
        return refuse(r, "study", "has no name or no terms");
    if (model->digest.len != sizeof study->digest || link < 0)
        return refuse(r, "study", "has terms that this version does not know");
    CS_TRY(copy(&study->name, model->study));
    CS_TRY(copy(&study->canonical, model->terms));
    memcpy(study->digest, model->digest.data, sizeof study->digest);
    study->link = (enum cs_link)link;
    study->epsilon = model->epsilon;
    study->delta = model->delta;
    study->unprotected = model->unprotected;
    study->seed = model->seed;
    study->arm = model->arm;
    study->conversion = model->conversion;
out:
    return st;
}

static enum cs_status check_question(const struct reader *r)
{
    const struct cs_study *study = r->saved->study;

    if (!is_category_at(&study->schema, study->arm, CS_A) ||
        !is_category_at(&study->schema, study->conversion, CS_B))
        return refuse(r, "arm, conversion", "are not such columns");
    return CS_OK;
}

/* ---- the synthetic people ---- */

static enum cs_status get_presence(const struct reader *r)
{
    const Cosynth__Model *model = r->model;
    const uint64_t most = CS_FIT_ROWS_MAX;

    if (model->both > most || model->only_a > most || model->only_b > most ||
        model->both + model->only_a + model->only_b > most || model->both == 0)
        return refuse(r, "people", "are none, or too many");
    r->saved->people = (struct cs_presence){
        model->both,
        { model->only_a, model->only_b },
    };
    return CS_OK;
}

static enum cs_status get_codes(const struct reader *r, size_t column)
{
    const ProtobufCBinaryData *from = &r->model->columns[column]->codes;
    const struct cs_codes *to = &r->saved->population;

    if (from->len != to->n_rows)
        return refuse(r, "columns.codes", "are not one of each person");
    for (size_t row = 0; row < to->n_rows; row++)
        if (from->data[row] >= r->saved->study->schema.columns[column].n_codes)
            return refuse(r, "columns.codes", "have one that is none of the column");
    memcpy(cs_codes_column(to, column), from->data, from->len);
    return CS_OK;
}

static enum cs_status get_density(const struct reader *r, size_t column)
{
    const ProtobufCBinaryData *from = &r->model->columns[column]->density;
    const struct cs_column *of = &r->saved->study->schema.columns[column];
    struct cs_densities *to = &r->saved->densities;
    enum cs_status st;

    if (from->len == 0)
        return CS_OK;
    if (!cs_column_is_numeric(of))
        return refuse(r, "columns.density", "is of a category");
    st = cs_density_unpack(&to->of_column[column], from->data, from->len, of);
    if (st == CS_PROTOCOL)
        return refuse(r, "columns.density", "is not one of the column");
    to->given[column] = &to->of_column[column];
    return st;
}

static enum cs_status get_people(const struct reader *r)
{
    struct cs_saved *saved = r->saved;
    const size_t n = saved->study->schema.n_columns;
    enum cs_status st = CS_MEMORY;

    saved->densities.of_column = calloc(n, sizeof *saved->densities.of_column);
    saved->densities.given = calloc(n, sizeof *saved->densities.given);
    saved->densities.n_columns = n;
    if (saved->densities.of_column == NULL || saved->densities.given == NULL)
        goto out;
    CS_TRY(get_presence(r));
    for (size_t c = 0; c < n; c++) /* before memory is taken for all of them */
        if (r->model->columns[c]->codes.len != cs_presence_all(&saved->people))
            CS_TRY(refuse(r, "columns.codes", "are not one of each person"));
    CS_TRY(cs_codes_init(&saved->population, cs_presence_all(&saved->people), n));
    for (size_t c = 0; c < n; c++) {
        CS_TRY(get_codes(r, c));
        CS_TRY(get_density(r, c));
    }
out:
    return st;
}

/* ---- the generator ---- */

static enum cs_status get_shape(const struct reader *r)
{
    const Cosynth__Generator *from = r->model->generator;
    struct cs_generator_spec *spec = &r->saved->spec;
    const int kind = find_name(cs_study_kinds, from->kind);
    const int activation = find_name(cs_study_activations, from->activation);

    if (kind < 0 || activation < 0)
        return refuse(r, "generator", "is of a kind that this version does not know");
    if (from->n_layers < 1 || from->n_layers > CS_LAYERS_MAX || from->latent < 1 ||
        from->latent > CS_LATENT_MAX || from->packing > CS_PACKING_MAX)
        return refuse(r, "generator", "has a shape that no run gives it");
    spec->kind = (enum cs_generator_kind)kind;
    spec->activation = (enum cs_activation)activation;
    spec->latent = from->latent;
    spec->packing = from->packing > 0 ? from->packing : 1;
    for (; spec->n_layers < from->n_layers; spec->n_layers++) {
        const uint32_t width = from->layers[spec->n_layers];

        if (width < from->latent || width > CS_WIDTH_MAX)
            return refuse(r, "generator.layers", "are too narrow or too wide");
        spec->layers[spec->n_layers] = width;
    }
    return CS_OK;
}

static float float_of(const uint8_t bytes[static 4])
{
    const uint32_t word = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
                          (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    float number;

    memcpy(&number, &word, sizeof number);
    return number;
}

static enum cs_status get_block(struct cs_weight_block *block, const Cosynth__Block *from,
                                const struct reader *r)
{
    enum cs_status st = CS_OK;

    if (!is_text(from->name, 2 * NAME_BYTES_MAX) || from->weights.len % 4 != 0)
        return refuse(r, "generator.blocks", "have one that is no block of weights");
    block->n = from->weights.len / 4;
    block->weight = calloc(block->n + 1, sizeof *block->weight); /* + 1: never 0 */
    if (block->weight == NULL)
        return CS_MEMORY;
    CS_TRY(copy(&block->name, from->name));
    for (size_t i = 0; i < block->n; i++) {
        block->weight[i] = float_of(from->weights.data + 4 * i);
        if (!isfinite(block->weight[i]))
            return refuse(r, "generator.blocks", "have a weight that is no number");
    }
out:
    return st;
}

static enum cs_status get_generator(const struct reader *r)
{
    const Cosynth__Generator *from = r->model->generator;
    struct cs_saved *saved = r->saved;
    enum cs_status st = CS_OK;

    if (from == NULL || from->n_blocks > BLOCKS_MAX)
        return refuse(r, "generator", "is not there, or too large");
    CS_TRY(get_shape(r));
    saved->study->generator = saved->spec;
    saved->block = calloc(from->n_blocks + 1, sizeof *saved->block);
    if (saved->block == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < from->n_blocks; i++) {
        saved->n_blocks++;
        CS_TRY(get_block(&saved->block[i], from->blocks[i], r));
    }
out:
    return st;
}

/* ---- the whole ---- */

static enum cs_status get_all(const struct reader *r)
{
    enum cs_status st = CS_OK;

    CS_TRY(get_study(r));
    CS_TRY(get_columns(r));
    CS_TRY(get_orders(r));
    CS_TRY(check_question(r));
    CS_TRY(get_people(r));
    CS_TRY(get_generator(r));
out:
    return st;
}

enum cs_status cs_saved_unpack(struct cs_saved *saved, const uint8_t *bytes,
                               size_t n_bytes, const char *file_name,
                               struct cs_fault *fault)
{
    struct cs_wire_room room = { NULL, 2 * n_bytes + ROOM_BYTES, 0 };
    ProtobufCAllocator allocator = { cs_wire_room_take, cs_wire_room_give_back, &room };
    struct cs_saved made = { .study = calloc(1, sizeof *made.study) };
    struct reader r = { &made, NULL, file_name, fault };
    enum cs_status st = CS_MEMORY;

    room.bytes = malloc(room.size);
    if (room.bytes == NULL || made.study == NULL)
        goto out;
    r.model = cosynth__model__unpack(&allocator, n_bytes, bytes);
    if (r.model == NULL)
        CS_TRY(refuse(&r, "the body", "is no saved model"));
    CS_TRY(get_all(&r));
    *saved = made;
    made = (struct cs_saved){ .study = NULL };
out:
    cs_saved_wipe(&made);
    free(room.bytes);
    return st;
}
