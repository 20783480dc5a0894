/* compared.h: the columns that all files of an evaluation have, as numbers.
 *
 * A column is a number if every text of it, in every file, is a decimal number, or a date
 * of one format of cs_survey_formats (its day since 1970-01-01); else a category, whose
 * value is the rank of its text among all texts of all files, in the order of bytes.
 * Columns that are not in all files are passed over.
 *
 *   Ownership  of all its members; the sheets may go
 *   Errors     CS_INPUT: no column in common; CS_CONFIG: a column that an option names
 *              is not there
 *   Secrecy    values are rows'; wiped
 */
#ifndef CS_MODEL_COMPARED_H
#define CS_MODEL_COMPARED_H

#include "model/sheet.h"

enum cs_side {
    CS_REAL,
    CS_SYNTHETIC,
    CS_HOLDOUT, /* real rows that the synthesis never saw; may be missing */
};
#define CS_SIDES 3

struct cs_compared_column {
    char *name;
    bool is_number;
    bool differs;    /* a number in one of real and synthetic, not so in the other */
    size_t n_levels; /* of a category: different texts in all files */
    double *values[CS_SIDES]; /* (n_rows): NAN where the field is empty [secret] */
};

struct cs_compared {
    struct cs_compared_column *columns; /* (n_columns) */
    size_t n_columns;
    size_t n_rows[CS_SIDES];        /* of the holdout 0 if there is none */
    size_t n_passed_over[CS_SIDES]; /* columns that not all files have */
};

/* sheets: (CS_SIDES), NULL for no holdout. categories (n): columns that are categories
 * though they look like numbers. */
CS_MUST_USE enum cs_status cs_compared_make(struct cs_compared *compared,
                                            const struct cs_sheet *const *sheets,
                                            const char *const *categories, size_t n,
                                            struct cs_fault *fault);
void cs_compared_wipe(struct cs_compared *compared);

/* Whether a field of the column is empty, in any file. */
bool cs_compared_has_missing(const struct cs_compared *compared,
                             const struct cs_compared_column *column);

/* Index of the column of that name, or n_columns. */
size_t cs_compared_find(const struct cs_compared *compared, const char *name);

#endif
