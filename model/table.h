/* table.h: one party's rows, as read from its CSV file.
 *
 * Reading is streaming (RFC 4180: quoted fields, CRLF or LF, UTF-8, an optional byte
 * order mark) and keeps codes, not text. Numbers and dates are kept on their grid as
 * well: the private shape within bins, and quantile edges, are measured from them.
 *
 * Columns of the file that the study does not name are not read; identifiers are kept
 * only as digests. A column of CS_BINS_QUANTILES, or one whose values are to be found
 * (model/discover.h), has no codes until they are known: cs_table_encode fills them in.
 */
#ifndef CS_MODEL_TABLE_H
#define CS_MODEL_TABLE_H

#include "crypto/fault.h"
#include "crypto/progress.h"
#include "model/codes.h"
#include "model/csv.h"
#include "model/id.h"
#include "model/schema.h"
#include "model/tally.h"

#define CS_GRID_MISSING INT64_MIN

/* How the people of a file are known. */
struct cs_id_rules {
    const struct cs_identifier *identifiers; /* (n) */
    const char *const *columns;              /* (n): their names in the header */
    size_t n;                                /* 1 to CS_IDENTIFIERS_MAX */
    bool required;   /* each row needs all of them; else it may lack any */
    size_t frequent; /* on more rows than that it is dropped; all stay if required */
};

/* One raw identifier that every row has; column is borrowed for as long as the rules. */
struct cs_id_rules cs_id_rules_raw(const char *const *column);

/* What the owner is told about its own file; counts of real rows, never sent or written.
 */
struct cs_table_notes {
    uint64_t *unlisted; /* (n_columns): categories not in the list, coded as `other` */
    uint64_t *clamped;  /* (n_columns): numbers outside the bounds */
    uint64_t nameless;  /* rows without any identifier; more of them in ids.notes */
};

struct cs_table {
    enum cs_party party;
    struct cs_codes codes; /* (n_order[party], n_rows) [secret] */
    int64_t **grid;        /* (n_order[party]): NULL, or (n_rows) grid values; of a column
                              with texts the text's number, or CS_TALLY_BEYOND [secret] */
    struct cs_tally *texts; /* (n_order[party]): of a column whose values are to be found
                               all that may be; else zeros [secret] */
    struct cs_ids ids;      /* [secret] */
    size_t *file_order;     /* (n_order[party]): the columns (indices into the schema) as
                               they stand in the file's header */
    bool crlf;              /* how the file's lines end */
    struct cs_table_notes notes;
};

/* Reads all of source. Names in the header are compared as they are, spaces and case
 * included. Errors are CS_INPUT with file:line and column: those of model/csv.h, no
 * header, a column of the study missing or twice in the header, text that is not a number
 * or date, an empty field of a column that is not nullable, an identifier that is
 * required and is not there or not usable, one that two rows have (both lines are named),
 * no rows.
 */
CS_MUST_USE enum cs_status
cs_table_read(struct cs_table **table, const struct cs_schema *schema,
              enum cs_party party, const struct cs_id_rules *rules,
              const struct cs_source *source, const struct cs_progress *progress,
              struct cs_fault *fault);

/* Codes of the columns whose edges were estimated or whose values were found, once schema
 * has them. */
void cs_table_encode(struct cs_table *table, const struct cs_schema *schema);

void cs_table_free(struct cs_table *table); /* wipes */

#endif
