/* schema.h: the columns of a study: what each may hold, and its codes.
 *
 * Every column becomes codes 0..n_codes-1 with n_codes <= CS_CODES_MAX: categories by the
 * list in the study plus `other` (unless the list has it) plus `missing` where nullable;
 * numbers and dates by bins plus `missing` where nullable. A category whose list is open
 * has the codes of as many values as may be found, until they are (cs_column_close).
 *
 * A number lives on a grid: value = grid / 10^decimals; a date is a count of days since
 * 1970-01-01. Bins are half-open, [edges[k], edges[k+1]) on that grid, the last one too
 * (the study's last edge or `max` is turned into one past the last grid point). What lies
 * outside is counted into the nearest bin.
 *
 * The columns of a study stand in one array: A's in the order of its file, then B's. With
 * `link: aligned`, a column that both declare (same name, same declaration) is one, `at`
 * both. With `link: private` it is two, each measured where it is: the two parties may
 * know different things of one person, and who is at both is not known.
 */
#ifndef CS_MODEL_SCHEMA_H
#define CS_MODEL_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"

#define CS_CODES_MAX 64
#define CS_PARTY_COLUMNS_MAX 128
#define CS_COLUMNS_MAX 256                   /* of both parties */
#define CS_GRID_MAX ((INT64_C(1) << 61) - 1) /* of min, max and edges, in magnitude */

/* A numeric column of so many grid values or fewer has a code for each, unless the study
 * asks for bins. */
#define CS_ONE_CODE_A_VALUE_MAX 60

enum cs_party { CS_A = 0, CS_B = 1 };

enum cs_column_type { CS_CATEGORY, CS_INTEGER, CS_NUMBER, CS_DATE };

/* Where the edges of a numeric column come from. */
enum cs_binning {
    CS_BINS_DECLARED,  /* `edges`, or one code a value, or `bins` with `spacing: equal` */
    CS_BINS_QUANTILES, /* estimated privately by the owner, charged to the account */
};

struct cs_column {
    char *name;
    enum cs_column_type type;
    bool at[2]; /* which parties hold it, by enum cs_party */
    bool nullable;

    char **values; /* category: (n_values); NULL until found */
    size_t n_values;
    size_t discover; /* category: so many values at most are found privately by the owner,
                        charged to the account; 0: the study lists them */

    enum cs_binning binning; /* integer, number, date */
    int64_t min, max;        /* on the grid, both inclusive */
    unsigned decimals;       /* 0 for integers and dates */
    char *date_format;       /* of strftime */
    int64_t *edges;          /* (n_bins + 1), ascending; NULL until estimated */
    size_t n_bins;           /* 0 for categories */

    size_t n_codes; /* bins or values, other, missing */
    int other;      /* its code, or -1 */
    int missing;    /* its code, or -1 */
};

struct cs_schema {
    struct cs_column *columns; /* (n_columns) */
    size_t n_columns;
    size_t *order[2]; /* a party's file: (n_order) indices into columns */
    size_t n_order[2];
};

static inline bool cs_column_is_numeric(const struct cs_column *column)
{
    return column->type != CS_CATEGORY;
}

/* Whether its values are still to be found. */
static inline bool cs_column_is_open(const struct cs_column *column)
{
    return column->discover > 0 && column->values == NULL;
}

/* The bin of a grid value, clamped to the first and last; needs edges. */
size_t cs_column_bin(const struct cs_column *column, int64_t grid);

/* Whether a bin holds more than one grid value, so that the shape within bins (or the
 * edges themselves) must be measured. */
bool cs_column_has_detail(const struct cs_column *column);

/* Sets n_codes, other and missing from all else: what stands beyond the bins or the
 * listed values. There may be more than CS_CODES_MAX. */
void cs_column_set_codes(struct cs_column *column);

/* Ends the search for the values of an open column with those that were found (copied);
 * if there are none, `other` is the only one. Sets the codes. CS_MEMORY. */
CS_MUST_USE enum cs_status cs_column_close(struct cs_column *column,
                                           const char *const *values, size_t n_values);

void cs_column_wipe(struct cs_column *column); /* frees all members; leaves zeros */

/* Writes the name that tells the column from all others: its own, with ` (a)` or ` (b)`
 * after it where the other party has one of the same name. */
#define CS_COLUMN_NAME_BYTES 264
void cs_schema_name(char name[static CS_COLUMN_NAME_BYTES],
                    const struct cs_schema *schema, size_t column);

/* Index of the column that cs_schema_name gives that name, or n_columns. */
size_t cs_schema_find(const struct cs_schema *schema, const char *name);

/* Index of the party's column with that name in its file, or n_columns. */
size_t cs_schema_find_at(const struct cs_schema *schema, const char *name,
                         enum cs_party party);

/* Where a column that the party has stands in its file. */
size_t cs_schema_place(const struct cs_schema *schema, enum cs_party party,
                       size_t column);

/* Takes nothing, frees all members; leaves zeros. */
void cs_schema_wipe(struct cs_schema *schema);

#endif
