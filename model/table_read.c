/* The first half of table.h: how a file is read. The other half is table.c. */
#include "model/table.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "model/category.h"
#include "model/discover.h"
#include "model/header.h"
#include "model/value.h"

static const char empty[] = "is empty; fill it in, or say nullable: true in the study";

#define ROWS_FIRST ((size_t)4096) /* room for rows at first; doubles from there */

/* A column while its rows are read. */
struct stream {
    const struct cs_column *column;
    struct cs_category category; /* of a category */
    uint8_t *code;               /* (capacity) [secret] */
    struct cs_tally texts;       /* of a category whose values are to be found [secret] */
    int64_t *grid;               /* (capacity) unless the values are listed [secret] */
    uint64_t unlisted, clamped;
};

struct loader {
    const struct cs_schema *schema;
    enum cs_party party;
    const struct cs_id_rules *rules;
    const char *file_name;
    struct cs_fault *fault;

    struct cs_header header;
    struct stream *streams; /* (n_streams) */
    size_t n_streams, n_rows, capacity;
    struct cs_ids ids; /* (capacity) [secret] */
    uint64_t *line;    /* (capacity): where each row begins */
};

/* realloc that leaves no copy of a secret behind; *array is as before on failure. */
static enum cs_status grow(void **array, size_t size, size_t n, size_t n_new)
{
    void *larger = calloc(n_new, size);

    if (larger == NULL)
        return CS_MEMORY;
    if (*array != NULL) {
        memcpy(larger, *array, n * size);
        cs_wipe_free(*array, n * size);
    }
    *array = larger;
    return CS_OK;
}

/* Whether rows are coded later, or detail within the codes is measured. */
static bool keeps_grid(const struct cs_column *column)
{
    return cs_column_is_numeric(column) || cs_column_is_open(column);
}

static enum cs_status grow_stream(struct stream *stream, size_t n, size_t n_new)
{
    enum cs_status st = CS_OK;
    void *code = stream->code, *grid = stream->grid;

    CS_TRY(grow(&code, sizeof *stream->code, n, n_new));
    stream->code = code;
    if (keeps_grid(stream->column)) {
        CS_TRY(grow(&grid, sizeof *stream->grid, n, n_new));
        stream->grid = grid;
    }
out:
    return st;
}

static enum cs_status make_room(struct loader *loader)
{
    const size_t n = loader->capacity, n_new = n == 0 ? ROWS_FIRST : 2 * n;
    enum cs_status st = CS_OK;
    void *line = loader->line;

    if (loader->n_rows < n)
        return CS_OK;
    for (size_t k = 0; k < loader->n_streams; k++)
        CS_TRY(grow_stream(&loader->streams[k], n, n_new));
    CS_TRY(cs_ids_grow(&loader->ids, n, n_new));
    CS_TRY(grow(&line, sizeof *loader->line, n, n_new));
    loader->line = line;
    loader->capacity = n_new;
out:
    return st;
}

static enum cs_status refuse(const struct loader *loader,
                             const struct cs_csv_place *place, const char *words)
{
    return cs_fault_say(loader->fault, CS_INPUT, "%s:%llu: column \"%s\": %s",
                        loader->file_name, (unsigned long long)place->line,
                        loader->header.names[place->field], words);
}

static enum cs_status read_id(struct loader *loader, const struct cs_csv_place *place,
                              size_t k, const char *text, size_t n_bytes)
{
    const enum cs_id_state state = cs_ids_set(
        &loader->ids, loader->n_rows, k, &loader->rules->identifiers[k], text, n_bytes);

    if (!loader->rules->required || state == CS_ID_USABLE)
        return CS_OK;
    return refuse(loader, place,
                  state == CS_ID_EMPTY
                      ? "the identifier is empty; every row needs one"
                      : "the identifier cannot be used; correct or shorten it");
}

static enum cs_status read_text(struct loader *loader, struct stream *stream,
                                const struct cs_csv_place *place, const char *text,
                                size_t n_bytes)
{
    size_t number = CS_TALLY_BEYOND;
    enum cs_status st = CS_OK;

    if (n_bytes == 0)
        return refuse(loader, place, empty);
    if (cs_discover_may_find(text, n_bytes))
        CS_TRY(cs_tally_add(&number, &stream->texts, text, n_bytes));
    stream->grid[loader->n_rows] = (int64_t)number;
out:
    return st;
}

static enum cs_status read_category(struct loader *loader, struct stream *stream,
                                    const struct cs_csv_place *place, const char *text,
                                    size_t n_bytes)
{
    int code = cs_category_find(&stream->category, text, n_bytes);

    if (code < 0 && n_bytes == 0)
        return refuse(loader, place, empty);
    if (code < 0) {
        code = stream->column->other;
        stream->unlisted++;
    }
    if (code < 0)
        return refuse(loader, place, "is a category that the study does not list");
    stream->code[loader->n_rows] = (uint8_t)code;
    return CS_OK;
}

static const char *not_a_value(const struct cs_column *column)
{
    switch (column->type) {
    case CS_INTEGER:
        return "is not an integer; write it with digits alone, or change the column's "
               "type in the study";
    case CS_DATE:
        return "is not a date of the column's format; correct it, or the format in the "
               "study";
    default:
        return "is not a number; write it with digits and a decimal point, or change the "
               "column's type in the study";
    }
}

static enum cs_status read_number(struct loader *loader, struct stream *stream,
                                  const struct cs_csv_place *place, const char *text,
                                  size_t n_bytes)
{
    const struct cs_column *column = stream->column;
    int64_t grid;

    if (n_bytes == 0)
        return refuse(loader, place, empty);
    if (!cs_value_parse(&grid, column, text, n_bytes))
        return refuse(loader, place, not_a_value(column));
    stream->clamped += grid < column->min || grid > column->max;
    stream->grid[loader->n_rows] = grid;
    if (column->edges != NULL)
        stream->code[loader->n_rows] = (uint8_t)cs_column_bin(column, grid);
    return CS_OK;
}

static enum cs_status read_field(struct loader *loader, struct stream *stream,
                                 const struct cs_csv_place *place, const char *text,
                                 size_t n_bytes)
{
    if (n_bytes == 0 && stream->column->nullable) {
        stream->code[loader->n_rows] = (uint8_t)stream->column->missing;
        if (stream->grid != NULL)
            stream->grid[loader->n_rows] = CS_GRID_MISSING;
        return CS_OK;
    }
    if (cs_column_is_numeric(stream->column))
        return read_number(loader, stream, place, text, n_bytes);
    return cs_column_is_open(stream->column)
               ? read_text(loader, stream, place, text, n_bytes)
               : read_category(loader, stream, place, text, n_bytes);
}

static enum cs_status open_stream(struct stream *stream)
{
    if (cs_column_is_open(stream->column))
        return cs_tally_init(&stream->texts, CS_TALLY_ALL);
    if (!cs_column_is_numeric(stream->column))
        cs_category_init(&stream->category, stream->column);
    return CS_OK;
}

static enum cs_status open_streams(struct loader *loader)
{
    const size_t *order = loader->schema->order[loader->party];
    enum cs_status st = CS_OK;

    loader->streams = calloc(loader->n_streams + 1, sizeof *loader->streams);
    if (loader->streams == NULL)
        return CS_MEMORY;
    for (size_t k = 0; k < loader->n_streams; k++) {
        struct stream *stream = &loader->streams[k];

        stream->column = &loader->schema->columns[order[k]];
        CS_TRY(open_stream(stream));
    }
    st = make_room(loader);
out:
    return st;
}

static enum cs_status on_field(void *arg, const struct cs_csv_place *place,
                               const char *text, size_t n_bytes)
{
    struct loader *loader = arg;

    if (loader->streams == NULL)
        return cs_header_add(&loader->header, text, n_bytes);
    const int role = loader->header.role[place->field];
    if (role <= CS_HEADER_ID)
        return read_id(loader, place, (size_t)(CS_HEADER_ID - role), text, n_bytes);
    if (role == CS_HEADER_UNUSED)
        return CS_OK;
    return read_field(loader, &loader->streams[role], place, text, n_bytes);
}

static enum cs_status on_record(void *arg, const struct cs_csv_place *place)
{
    struct loader *loader = arg;
    enum cs_status st = CS_OK;

    if (loader->streams == NULL) {
        CS_TRY(cs_header_match(&loader->header, loader->schema, loader->party,
                               loader->rules->columns, loader->rules->n,
                               loader->file_name, loader->fault));
        return open_streams(loader);
    }
    loader->line[loader->n_rows++] = place->line;
    st = make_room(loader);
out:
    return st;
}

static enum cs_status refuse_duplicate(const struct loader *loader, size_t k,
                                       size_t later, size_t earlier)
{
    return cs_fault_say(loader->fault, CS_INPUT,
                        "%s:%llu: column \"%s\": has the identifier of line %llu again; "
                        "keep one row a person%s",
                        loader->file_name, (unsigned long long)loader->line[later],
                        loader->rules->columns[k],
                        (unsigned long long)loader->line[earlier],
                        loader->rules->required
                            ? ""
                            : ", or lower `frequent` in the study if people share it");
}

/* Once all rows are there: no placeholders, no person twice. */
static enum cs_status settle_ids(struct loader *loader)
{
    const struct cs_id_rules *rules = loader->rules;
    const size_t frequent = rules->required ? SIZE_MAX : rules->frequent;
    enum cs_status st = CS_OK;
    size_t later, earlier;

    for (size_t k = 0; k < rules->n; k++) {
        CS_TRY(
            cs_ids_settle(&later, &earlier, &loader->ids, k, loader->n_rows, frequent));
        if (later < loader->n_rows)
            return refuse_duplicate(loader, k, later, earlier);
    }
out:
    return st;
}

static uint64_t count_nameless(const struct cs_ids *ids, size_t n_rows)
{
    uint64_t n = 0;

    for (size_t row = 0; row < n_rows; row++)
        n += cs_ids_first(ids, row) == NULL;
    return n;
}

static enum cs_status alloc_table(struct cs_table **table, const struct loader *loader)
{
    enum cs_status st = CS_MEMORY;
    struct cs_table *t = calloc(1, sizeof *t);

    *table = t;
    if (t == NULL)
        goto out;
    CS_TRY(cs_codes_init(&t->codes, loader->n_rows, loader->n_streams));
    t->grid = calloc(loader->n_streams + 1, sizeof *t->grid);
    t->texts = calloc(loader->n_streams + 1, sizeof *t->texts);
    t->notes.unlisted = calloc(loader->n_streams + 1, sizeof *t->notes.unlisted);
    t->notes.clamped = calloc(loader->n_streams + 1, sizeof *t->notes.clamped);
    if (t->grid == NULL || t->texts == NULL || t->notes.unlisted == NULL ||
        t->notes.clamped == NULL)
        st = CS_MEMORY;
out:
    return st;
}

/* Moves what the loader has into a table. */
static enum cs_status make_table(struct cs_table **table, struct loader *loader)
{
    enum cs_status st = CS_OK;
    struct cs_table *t = NULL;

    CS_TRY(alloc_table(&t, loader));
    t->party = loader->party;
    for (size_t k = 0; k < loader->n_streams; k++) {
        struct stream *stream = &loader->streams[k];

        memcpy(cs_codes_column(&t->codes, k), stream->code, loader->n_rows);
        t->grid[k] = stream->grid;
        stream->grid = NULL;
        t->texts[k] = stream->texts;
        stream->texts = (struct cs_tally){ 0 };
        t->notes.unlisted[k] = stream->unlisted;
        t->notes.clamped[k] = stream->clamped;
    }
    t->ids = loader->ids;
    loader->ids = (struct cs_ids){ 0 };
    t->notes.nameless = count_nameless(&t->ids, loader->n_rows);
    t->file_order = loader->header.file_order;
    loader->header.file_order = NULL;
    *table = t;
    t = NULL;
out:
    cs_table_free(t);
    return st;
}

static void wipe_loader(struct loader *loader)
{
    const size_t n = loader->capacity;

    for (size_t k = 0; loader->streams != NULL && k < loader->n_streams; k++) {
        cs_wipe_free(loader->streams[k].code, n);
        cs_wipe_free(loader->streams[k].grid, n * sizeof(int64_t));
        cs_tally_wipe(&loader->streams[k].texts);
    }
    cs_wipe_free(loader->streams, loader->n_streams * sizeof *loader->streams);
    cs_ids_wipe(&loader->ids);
    free(loader->line);
    cs_header_wipe(&loader->header);
}

enum cs_status cs_table_read(struct cs_table **table, const struct cs_schema *schema,
                             enum cs_party party, const struct cs_id_rules *rules,
                             const struct cs_source *source,
                             const struct cs_progress *progress, struct cs_fault *fault)
{
    struct loader loader = {
        .schema = schema,
        .party = party,
        .rules = rules,
        .file_name = source->name,
        .fault = fault,
        .n_streams = schema->n_order[party],
        .ids = { .n = rules->n },
    };
    const struct cs_csv_sink sink = { on_field, on_record, &loader };
    enum cs_status st = CS_OK;
    bool crlf = false;

    CS_TRY(cs_csv_read(&sink, &crlf, source, progress, fault));
    if (loader.n_rows == 0) {
        st = cs_fault_say(fault, CS_INPUT, "%s: has a header but no rows", source->name);
        goto out;
    }
    CS_TRY(settle_ids(&loader));
    CS_TRY(make_table(table, &loader));
    (*table)->crlf = crlf;
out:
    wipe_loader(&loader);
    return st;
}
