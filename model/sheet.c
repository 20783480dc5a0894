#include "model/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"

#define ROWS_MAX ((size_t)1 << 31)

struct reader {
    struct cs_sheet *sheet;
    const char *file_name;
    struct cs_fault *fault;
    bool past_header;
};

/* FNV-1a (Fowler, Noll and Vo, 1991). */
static size_t hash(const char *text, size_t n_bytes)
{
    uint64_t h = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < n_bytes; i++)
        h = (h ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
    return (size_t)(h ^ h >> 32);
}

/* The slot of this text, or the free one where it belongs. */
static uint32_t *find_slot(const struct cs_sheet_column *column, const char *text,
                           size_t n_bytes)
{
    size_t s = hash(text, n_bytes) & (column->n_slots - 1);

    while (column->slots[s] != 0) {
        const char *other = column->texts[column->slots[s] - 1];

        if (strncmp(other, text, n_bytes) == 0 && other[n_bytes] == '\0')
            break;
        s = (s + 1) & (column->n_slots - 1);
    }
    return &column->slots[s];
}

/* Twice the slots, and room for half as many texts. */
static enum cs_status grow(struct cs_sheet_column *column)
{
    const size_t n_slots = column->n_slots == 0 ? 64 : 2 * column->n_slots;
    char **texts = realloc(column->texts, n_slots / 2 * sizeof *texts);

    if (texts == NULL)
        return CS_MEMORY;
    column->texts = texts;
    uint32_t *slots = calloc(n_slots, sizeof *slots);
    if (slots == NULL)
        return CS_MEMORY;
    free(column->slots);
    column->slots = slots;
    column->n_slots = n_slots;
    for (uint32_t t = 0; t < column->n_texts; t++)
        *find_slot(column, texts[t], strlen(texts[t])) = t + 1;
    return CS_OK;
}

static enum cs_status intern(uint32_t *which, struct cs_sheet_column *column,
                             const char *text, size_t n_bytes)
{
    enum cs_status st = CS_OK;

    if (column->n_texts == column->n_slots / 2)
        CS_TRY(grow(column));
    uint32_t *slot = find_slot(column, text, n_bytes);
    if (*slot == 0) {
        column->texts[column->n_texts] = strndup(text, n_bytes);
        if (column->texts[column->n_texts] == NULL)
            return CS_MEMORY;
        *slot = ++column->n_texts;
    }
    *which = *slot - 1;
out:
    return st;
}

static enum cs_status refuse_name(const struct reader *r, size_t field, const char *words)
{
    return cs_fault_say(r->fault, CS_INPUT, "%s:1: column %zu: %s", r->file_name,
                        field + 1, words);
}

static enum cs_status add_column(struct reader *r, const char *name, size_t n_bytes)
{
    struct cs_sheet *sheet = r->sheet;
    const size_t n = sheet->n_columns;
    struct cs_sheet_column *columns = realloc(sheet->columns, (n + 1) * sizeof *columns);

    if (columns == NULL)
        return CS_MEMORY;
    sheet->columns = columns;
    columns[n] = (struct cs_sheet_column){ .name = strndup(name, n_bytes) };
    sheet->n_columns++;
    if (columns[n].name == NULL)
        return CS_MEMORY;
    if (n_bytes == 0)
        return refuse_name(r, n, "has no name; give it one");
    if (cs_sheet_find(sheet, columns[n].name) < n)
        return refuse_name(r, n, "has the name of an earlier one; rename it");
    return CS_OK;
}

static enum cs_status make_room(struct cs_sheet *sheet)
{
    const size_t capacity = sheet->capacity_rows == 0 ? 1024 : 2 * sheet->capacity_rows;

    for (size_t k = 0; k < sheet->n_columns; k++) {
        uint32_t *rows = realloc(sheet->columns[k].rows, capacity * sizeof *rows);

        if (rows == NULL)
            return CS_MEMORY;
        sheet->columns[k].rows = rows;
    }
    sheet->capacity_rows = capacity;
    return CS_OK;
}

static enum cs_status on_field(void *arg, const struct cs_csv_place *place,
                               const char *text, size_t n_bytes)
{
    struct reader *r = arg;
    struct cs_sheet *sheet = r->sheet;
    uint32_t which = CS_SHEET_EMPTY;
    enum cs_status st = CS_OK;

    if (!r->past_header)
        return add_column(r, text, n_bytes);
    if (place->field >= sheet->n_columns)
        return CS_OK; /* a ragged record, about to be refused */
    if (sheet->n_rows == sheet->capacity_rows)
        CS_TRY(make_room(sheet));
    if (n_bytes > 0)
        CS_TRY(intern(&which, &sheet->columns[place->field], text, n_bytes));
    sheet->columns[place->field].rows[sheet->n_rows] = which;
out:
    return st;
}

static enum cs_status on_record(void *arg, const struct cs_csv_place *place)
{
    struct reader *r = arg;

    r->sheet->n_rows += r->past_header;
    r->past_header = true;
    if (r->sheet->n_rows < ROWS_MAX)
        return CS_OK;
    return cs_fault_say(r->fault, CS_INPUT, "%s:%llu: is a row too many", r->file_name,
                        (unsigned long long)place->line);
}

enum cs_status cs_sheet_read(struct cs_sheet *sheet, const struct cs_source *source,
                             const struct cs_progress *progress, struct cs_fault *fault)
{
    struct reader r = { .sheet = sheet, .file_name = source->name, .fault = fault };
    const struct cs_csv_sink sink = { on_field, on_record, &r };
    enum cs_status st;
    bool crlf;

    *sheet = (struct cs_sheet){ 0 };
    st = cs_csv_read(&sink, &crlf, source, progress, fault);
    if (st == CS_OK && sheet->n_rows == 0)
        st = cs_fault_say(fault, CS_INPUT, "%s: has no rows below its header",
                          source->name);
    if (st != CS_OK)
        cs_sheet_wipe(sheet);
    return st;
}

static void wipe_column(struct cs_sheet_column *column, size_t capacity_rows)
{
    for (uint32_t t = 0; t < column->n_texts; t++)
        cs_wipe_free(column->texts[t], strlen(column->texts[t]));
    free(column->texts);
    free(column->slots);
    free(column->name);
    if (column->rows != NULL)
        cs_wipe_free(column->rows, capacity_rows * sizeof *column->rows);
}

void cs_sheet_wipe(struct cs_sheet *sheet)
{
    for (size_t k = 0; k < sheet->n_columns; k++)
        wipe_column(&sheet->columns[k], sheet->capacity_rows);
    free(sheet->columns);
    *sheet = (struct cs_sheet){ 0 };
}

size_t cs_sheet_find(const struct cs_sheet *sheet, const char *name)
{
    size_t k = 0;

    while (k < sheet->n_columns && strcmp(sheet->columns[k].name, name) != 0)
        k++;
    return k;
}
