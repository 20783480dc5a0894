#include "model/csv.h"

#include <csv.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "model/utf8.h"

struct reader {
    const struct cs_csv_sink *sink;
    const struct cs_source *source;
    struct cs_fault *fault;
    struct csv_parser parser;

    uint64_t line;             /* the one being read */
    uint64_t empty_line;       /* the first empty one since the last record, or 0 */
    struct cs_csv_place place; /* in the record being read */
    size_t record_bytes;       /* of it so far */
    bool in_record, at_line_end;
    size_t n_fields; /* of the header; 0 before it */
    bool crlf;
    enum cs_status st; /* the first failure in a call from libcsv */
};

/* Text of the source, cut into lines. */
struct text {
    char *bytes; /* (CS_CSV_LINE_BYTES_MAX) [secret] */
    size_t n_bytes;
    uint64_t n_taken; /* from the source, in all */
    bool at_end;
};

static enum cs_status refuse(const struct reader *reader, uint64_t line,
                             const char *words)
{
    return cs_fault_say(reader->fault, CS_INPUT, "%s:%llu: %s", reader->source->name,
                        (unsigned long long)line, words);
}

static void on_field(void *text, size_t n_bytes, void *arg)
{
    struct reader *reader = arg;
    const bool extra = reader->n_fields != 0 && reader->place.field >= reader->n_fields;

    if (reader->st == CS_OK && !extra)
        reader->st =
            reader->sink->field(reader->sink->arg, &reader->place, text, n_bytes);
    reader->place.field++;
}

static enum cs_status end_record(struct reader *reader)
{
    const struct cs_csv_place *place = &reader->place;

    if (!reader->at_line_end)
        return refuse(reader, reader->line,
                      "has a carriage return without a line feed; save the file with LF "
                      "or CRLF at the ends of lines");
    if (reader->n_fields == 0)
        reader->n_fields = place->field;
    if (place->field != reader->n_fields)
        return cs_fault_say(reader->fault, CS_INPUT,
                            "%s:%llu: has %zu fields, the header has %zu; a field with a "
                            "comma, a quote or a line break in it must be quoted",
                            reader->source->name, (unsigned long long)place->line,
                            place->field, reader->n_fields);
    reader->in_record = false;
    return reader->sink->record(reader->sink->arg, place);
}

static void on_record(int terminator, void *arg)
{
    struct reader *reader = arg;

    (void)terminator;
    if (reader->st == CS_OK)
        reader->st = end_record(reader);
}

static enum cs_status parse(struct reader *reader, const char *text, size_t n_bytes)
{
    const size_t done =
        csv_parse(&reader->parser, text, n_bytes, on_field, on_record, reader);

    if (reader->st != CS_OK)
        return reader->st;
    if (done == n_bytes)
        return CS_OK;
    if (csv_error(&reader->parser) != CSV_EPARSE)
        return CS_MEMORY;
    return cs_fault_say(
        reader->fault, CS_INPUT,
        "%s:%llu: byte %zu: has a quote out of place; put the whole field "
        "in quotes and double each quote within it",
        reader->source->name, (unsigned long long)reader->line, done + 1);
}

static enum cs_status check_text(const struct reader *reader, const char *text,
                                 size_t n_bytes)
{
    if (memchr(text, '\0', n_bytes) != NULL)
        return refuse(reader, reader->line,
                      "has a NUL byte; save the file as UTF-8 text");
    const size_t n_valid = cs_utf8_valid_bytes(text, n_bytes);
    if (n_valid == n_bytes)
        return CS_OK;
    return cs_fault_say(reader->fault, CS_INPUT,
                        "%s:%llu: byte %zu: is not UTF-8; save the file as UTF-8 text",
                        reader->source->name, (unsigned long long)reader->line,
                        n_valid + 1);
}

static enum cs_status begin_record(struct reader *reader)
{
    if (reader->empty_line != 0)
        return refuse(reader, reader->empty_line,
                      "is empty, and more lines follow; remove it");
    reader->place = (struct cs_csv_place){ .line = reader->line };
    reader->record_bytes = 0;
    reader->in_record = true;
    return CS_OK;
}

/* One line of n_bytes, of which the last n_end are its end. A record ends nowhere else,
 * so the two are parsed apart. */
static enum cs_status read_line(struct reader *reader, const char *text, size_t n_bytes,
                                size_t n_end)
{
    enum cs_status st = CS_OK;

    reader->line++;
    if (reader->line == 1)
        reader->crlf = n_end == 2;
    CS_TRY(check_text(reader, text, n_bytes));
    if (!reader->in_record && n_bytes == n_end) {
        if (reader->empty_line == 0)
            reader->empty_line = reader->line;
        goto out;
    }
    if (!reader->in_record)
        CS_TRY(begin_record(reader));
    reader->record_bytes += n_bytes;
    if (reader->record_bytes > CS_CSV_RECORD_BYTES_MAX) {
        st = refuse(reader, reader->place.line,
                    "begins a record of more than a MiB; is the end of a quoted field "
                    "missing?");
        goto out;
    }
    reader->at_line_end = false;
    CS_TRY(parse(reader, text, n_bytes - n_end));
    reader->at_line_end = true;
    CS_TRY(parse(reader, text + n_bytes - n_end, n_end));
out:
    return st;
}

static enum cs_status finish(struct reader *reader)
{
    reader->at_line_end = true;
    if (csv_fini(&reader->parser, on_field, on_record, reader) != 0)
        return refuse(reader, reader->place.line,
                      "begins a record with a quoted field that never ends; close the "
                      "quote");
    if (reader->st == CS_OK && reader->n_fields == 0)
        return cs_fault_say(reader->fault, CS_INPUT,
                            "%s: is empty; it needs a header with the names of the "
                            "columns, and rows",
                            reader->source->name);
    return reader->st;
}

static enum cs_status fill(struct text *text, const struct cs_source *source)
{
    enum cs_status st = CS_OK;

    while (!text->at_end && text->n_bytes < CS_CSV_LINE_BYTES_MAX) {
        const size_t room = CS_CSV_LINE_BYTES_MAX - text->n_bytes;
        size_t n = 0;

        CS_TRY(source->read(source->arg, text->bytes + text->n_bytes, room, &n));
        CS_REQUIRE(n <= room);
        text->n_bytes += n;
        text->n_taken += n;
        text->at_end = n == 0;
    }
out:
    return st;
}

/* The lines that are whole; what follows the last of them moves to the front. */
static enum cs_status read_lines(struct reader *reader, struct text *text)
{
    enum cs_status st = CS_OK;
    const char *at = text->bytes, *end = text->bytes + text->n_bytes, *feed;

    if (reader->line == 0 && text->n_bytes >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
        at += 3;
    while ((feed = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        const size_t n_end = feed > at && feed[-1] == '\r' ? 2 : 1;

        CS_TRY(read_line(reader, at, (size_t)(feed + 1 - at), n_end));
        at = feed + 1;
    }
    if (text->at_end && at < end)
        CS_TRY(read_line(reader, at, (size_t)(end - at), 0));
    text->n_bytes = text->at_end ? 0 : (size_t)(end - at);
    memmove(text->bytes, at, text->n_bytes);
    if (text->n_bytes == CS_CSV_LINE_BYTES_MAX)
        st = refuse(reader, reader->line + 1,
                    "is longer than 256 KiB; is this a CSV file?");
out:
    return st;
}

static enum cs_status read_all(struct reader *reader, struct text *text,
                               const struct cs_progress *progress)
{
    const struct cs_source *source = reader->source;
    enum cs_status st = CS_OK;

    while (!text->at_end) {
        CS_TRY(fill(text, source));
        CS_TRY(read_lines(reader, text));
        if (source->size_bytes >= text->n_taken)
            CS_TRY(cs_progress_tell(progress, (double)text->n_taken /
                                                  (double)(source->size_bytes + 1)));
    }
    CS_TRY(finish(reader));
out:
    return st;
}

static int is_never_space(unsigned char c)
{
    (void)c;
    return 0;
}

/* The one block that libcsv ever takes holds the longest record, so that wiping it wipes
 * all that libcsv saw. */
static bool init_parser(struct csv_parser *parser)
{
    if (csv_init(parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return false;
    csv_set_space_func(parser, is_never_space);
    csv_set_blk_size(parser, CS_CSV_RECORD_BYTES_MAX + 1);
    return true;
}

static void wipe_parser(struct csv_parser *parser)
{
    if (parser->entry_buf != NULL)
        sodium_memzero(parser->entry_buf, parser->entry_size);
    csv_free(parser);
}

enum cs_status cs_csv_read(const struct cs_csv_sink *sink, bool *crlf,
                           const struct cs_source *source,
                           const struct cs_progress *progress, struct cs_fault *fault)
{
    struct reader reader = { .sink = sink, .source = source, .fault = fault };
    struct text text = { .bytes = malloc(CS_CSV_LINE_BYTES_MAX) };
    enum cs_status st = CS_MEMORY;

    if (text.bytes == NULL || !init_parser(&reader.parser))
        goto out;
    st = read_all(&reader, &text, progress);
    *crlf = reader.crlf;
    wipe_parser(&reader.parser);
out:
    if (text.bytes != NULL)
        sodium_memzero(text.bytes, CS_CSV_LINE_BYTES_MAX);
    free(text.bytes);
    return st;
}

static bool needs_quotes(const char *text, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++) {
        if (text[i] == '"' || text[i] == ',' || text[i] == '\n' || text[i] == '\r')
            return true;
    }
    return false;
}

size_t cs_csv_quote(char *out, const char *text, size_t n_bytes)
{
    size_t n = n_bytes;

    if (needs_quotes(text, n_bytes))
        n = csv_write(out, CS_CSV_FIELD_BYTES(n_bytes), text, n_bytes);
    else
        memcpy(out, text, n_bytes);
    out[n] = '\0';
    return n;
}
