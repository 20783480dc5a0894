/* csv.h: the records of a CSV text, field by field (RFC 4180).
 *
 * libcsv does the quoting, in its strict mode; lines, ragged records, encoding and limits
 * are kept here. Records end with LF or CRLF, the last one may end with the text. Spaces
 * belong to the field they stand in. A byte order mark at the start is skipped, and so
 * are empty lines at the end.
 *
 *   Errors     CS_INPUT with file:line (that of the record's first line) and what to do:
 *              a quote out of place or never closed, fields more or fewer than in the
 *              header, an empty line between records, a carriage return alone, NUL,
 *              invalid UTF-8, a line or a record over the limits. What the source, the
 *              sink or the progress returns ends the reading and is returned.
 *   Secrecy    all text is a row's; the buffers are wiped.
 */
#ifndef CS_MODEL_CSV_H
#define CS_MODEL_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/fault.h"
#include "crypto/progress.h"

#define CS_CSV_LINE_BYTES_MAX ((size_t)256 << 10)
#define CS_CSV_RECORD_BYTES_MAX ((size_t)1 << 20)

/* Where the text comes from: fills buffer, sets *n_bytes (0 at the end). */
struct cs_source {
    enum cs_status (*read)(void *arg, char *buffer, size_t capacity, size_t *n_bytes);
    void *arg;
    const char *name;    /* of the file, for words */
    uint64_t size_bytes; /* of the whole, for progress; 0 if not known */
};

struct cs_csv_place {
    uint64_t line; /* where the record begins; the first is 1 */
    size_t field;  /* of the record, from 0; after the last one: their number */
};

/* Where the fields go: `field` for each field of a record, then `record`. The first
 * record is the header; all have as many fields as it has, but the fields of a ragged
 * record have been given before it is refused. text is not NUL-terminated. */
struct cs_csv_sink {
    enum cs_status (*field)(void *arg, const struct cs_csv_place *place, const char *text,
                            size_t n_bytes);
    enum cs_status (*record)(void *arg, const struct cs_csv_place *place);
    void *arg;
};

/* *crlf: whether the first line ends with CRLF. */
CS_MUST_USE enum cs_status cs_csv_read(const struct cs_csv_sink *sink, bool *crlf,
                                       const struct cs_source *source,
                                       const struct cs_progress *progress,
                                       struct cs_fault *fault);

/* Writes a field's text as RFC 4180 has it, in quotes if need be, NUL-terminated, into
 * out, which has room for CS_CSV_FIELD_BYTES(n_bytes); returns its bytes. */
#define CS_CSV_FIELD_BYTES(n_bytes) (2 * (n_bytes) + 3)
size_t cs_csv_quote(char *out, const char *text, size_t n_bytes);

#endif
