/* sheet.h: a CSV file of which nothing is declared, column by column.
 *
 * Each different text of a column is kept once, and a row says which it has.
 *
 *   Ownership  of all its members; cs_sheet_wipe frees them, and may be called on zeros
 *   Errors     CS_INPUT as of model/csv.h, for a header that cannot be used, and for a
 *              file without rows; words name lines and columns, never a value
 *   Secrecy    everything but the header's names is secret; wiped
 */
#ifndef CS_MODEL_SHEET_H
#define CS_MODEL_SHEET_H

#include "crypto/fault.h"
#include "crypto/progress.h"
#include "model/csv.h"

#define CS_SHEET_EMPTY UINT32_MAX

struct cs_sheet_column {
    char *name;
    char **texts; /* (n_texts), in the order in which they were met [secret] */
    uint32_t n_texts;
    uint32_t *slots; /* (n_slots), open-addressed by a hash of the text: text + 1, or 0 */
    size_t n_slots;  /* a power of two, or 0 */
    uint32_t *rows;  /* (n_rows): which text, or CS_SHEET_EMPTY [secret] */
};

struct cs_sheet {
    struct cs_sheet_column *columns; /* (n_columns) */
    size_t n_columns;
    size_t n_rows, capacity_rows;
};

CS_MUST_USE enum cs_status cs_sheet_read(struct cs_sheet *sheet,
                                         const struct cs_source *source,
                                         const struct cs_progress *progress,
                                         struct cs_fault *fault);
void cs_sheet_wipe(struct cs_sheet *sheet);

/* Index of the column of that name, or n_columns. */
size_t cs_sheet_find(const struct cs_sheet *sheet, const char *name);

#endif
