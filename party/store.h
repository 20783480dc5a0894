/* store.h: the database under the ledger: statements with values, and their rows. store.c
 * is the one file that knows SQLite.
 *
 *   Errors     CS_CONFIG if the file is no database or damaged; CS_IO if it cannot be
 *              read or written, or another program holds it too long; with its path and
 *              what to do. What a visitor returns is passed on
 *   Ownership  what is passed is borrowed; texts and names of a row live until its
 *              visitor returns
 *   Threads    one thread a store; any number of processes a file
 */
#ifndef CS_PARTY_STORE_H
#define CS_PARTY_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/fault.h"

#define CS_STORE_COLUMNS_MAX 32 /* of a row */

struct cs_store;

enum cs_store_mode {
    CS_STORE_WRITE, /* makes the file if it is not there */
    CS_STORE_READ,  /* refuses to write; the folder must be writable all the same, for
                       what the database keeps beside the file while it is open */
};

enum cs_cell_kind { CS_CELL_NULL, CS_CELL_INTEGER, CS_CELL_REAL, CS_CELL_TEXT };

/* A value in a statement, or one of a row. */
struct cs_cell {
    enum cs_cell_kind kind;
    int64_t integer;
    double real;
    const char *text;
    /* In a row: */
    size_t n_bytes;   /* of the text, which may have a NUL in it */
    const char *name; /* of the column */
};

static inline struct cs_cell cs_cell_integer(int64_t x)
{
    return (struct cs_cell){ .kind = CS_CELL_INTEGER, .integer = x };
}

static inline struct cs_cell cs_cell_real(double x)
{
    return (struct cs_cell){ .kind = CS_CELL_REAL, .real = x };
}

/* NULL for no text. */
static inline struct cs_cell cs_cell_text(const char *x)
{
    return (struct cs_cell){ .kind = x != NULL ? CS_CELL_TEXT : CS_CELL_NULL, .text = x };
}

/* Called with each row, (n). */
typedef enum cs_status (*cs_store_visit)(void *arg, const struct cs_cell *row, size_t n);

/* wait_ms: for other processes, here and in all that follows. */
CS_MUST_USE enum cs_status cs_store_open(struct cs_store **store, const char *path,
                                         enum cs_store_mode mode, unsigned wait_ms,
                                         struct cs_fault *fault);
void cs_store_free(struct cs_store *store); /* takes NULL */

const char *cs_store_path(const struct cs_store *store);

/* Statements without values or rows, one after another. */
CS_MUST_USE enum cs_status cs_store_run(struct cs_store *store, const char *sql,
                                        struct cs_fault *fault);

/* From now on changes go to a write-ahead log. Waits for programs that do the same at
 * the same time, which SQLite does not. */
CS_MUST_USE enum cs_status cs_store_log_ahead(struct cs_store *store,
                                              struct cs_fault *fault);

/* One statement with its values, (n); visit may be NULL. */
CS_MUST_USE enum cs_status cs_store_each(struct cs_store *store, const char *sql,
                                         const struct cs_cell *values, size_t n,
                                         cs_store_visit visit, void *arg,
                                         struct cs_fault *fault);

/* One statement that gives one row of numbers, (n_columns). */
CS_MUST_USE enum cs_status cs_store_numbers(double *columns, size_t n_columns,
                                            struct cs_store *store, const char *sql,
                                            const struct cs_cell *values, size_t n,
                                            struct cs_fault *fault);

/* The number of the row that was entered last. */
int64_t cs_store_last_row(const struct cs_store *store);

/* Undoes what the transaction has done; nothing without one. */
void cs_store_roll_back(struct cs_store *store);

#endif
