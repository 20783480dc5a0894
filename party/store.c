#include "party/store.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "party/file.h"

enum { RETRY_MS = 5 };

struct cs_store {
    sqlite3 *database;
    unsigned wait_ms;
    char path[CS_PATH_BYTES];
};

/* What SQLite's code means for whoever has to repair it. */
static enum cs_status say(const struct cs_store *store, int code, struct cs_fault *fault)
{
    static const struct {
        int code;
        enum cs_status st;
        const char *remedy;
    } troubles[] = {
        { SQLITE_NOTADB, CS_CONFIG, "name another file under `ledger`" },
        { SQLITE_CORRUPT, CS_CONFIG, "bring the ledger back from a copy" },
        { SQLITE_BUSY, CS_IO, "close the program that holds it and run again" },
        { SQLITE_FULL, CS_IO, "free some space" },
        { SQLITE_READONLY, CS_IO, "let this user write the file and its folder" },
        { SQLITE_CANTOPEN, CS_IO, "let this user write the file and its folder" },
        { SQLITE_NOMEM, CS_MEMORY, "free some memory" },
    };
    enum cs_status st = CS_IO;
    const char *remedy = "check the disk, its free space and the permissions";

    for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++)
        if ((code & 0xff) == troubles[i].code) {
            st = troubles[i].st;
            remedy = troubles[i].remedy;
        }
    return cs_fault_say(fault, st, "%s: the ledger cannot be used: %s; %s", store->path,
                        sqlite3_errstr(code), remedy);
}

static int bind(sqlite3_stmt *statement, int place, const struct cs_cell *value)
{
    switch (value->kind) {
    case CS_CELL_TEXT:
        return sqlite3_bind_text(statement, place, value->text, -1, SQLITE_STATIC);
    case CS_CELL_REAL:
        return sqlite3_bind_double(statement, place, value->real);
    case CS_CELL_INTEGER:
        return sqlite3_bind_int64(statement, place, value->integer);
    default:
        return sqlite3_bind_null(statement, place);
    }
}

/* A statement with its values, ready to step; to be finalized on failure too. */
static int prepare(sqlite3_stmt **statement, struct cs_store *store, const char *sql,
                   const struct cs_cell *values, size_t n)
{
    int code = sqlite3_prepare_v2(store->database, sql, -1, statement, NULL);

    for (size_t i = 0; code == SQLITE_OK && i < n; i++)
        code = bind(*statement, (int)i + 1, &values[i]);
    return code;
}

static struct cs_cell cell_of(sqlite3_stmt *statement, int i)
{
    switch (sqlite3_column_type(statement, i)) {
    case SQLITE_INTEGER:
        return cs_cell_integer(sqlite3_column_int64(statement, i));
    case SQLITE_FLOAT:
        return cs_cell_real(sqlite3_column_double(statement, i));
    case SQLITE_NULL:
        return cs_cell_text(NULL);
    default:
        return (struct cs_cell){ .kind = CS_CELL_TEXT,
                                 .text = (const char *)sqlite3_column_text(statement, i),
                                 .n_bytes = (size_t)sqlite3_column_bytes(statement, i) };
    }
}

static enum cs_status show(sqlite3_stmt *statement, cs_store_visit visit, void *arg)
{
    struct cs_cell row[CS_STORE_COLUMNS_MAX];
    const int n = sqlite3_column_count(statement);

    CS_REQUIRE(n <= CS_STORE_COLUMNS_MAX);
    for (int i = 0; i < n; i++) {
        row[i] = cell_of(statement, i);
        row[i].name = sqlite3_column_name(statement, i);
    }
    return visit(arg, row, (size_t)n);
}

enum cs_status cs_store_each(struct cs_store *store, const char *sql,
                             const struct cs_cell *values, size_t n, cs_store_visit visit,
                             void *arg, struct cs_fault *fault)
{
    sqlite3_stmt *statement = NULL;
    enum cs_status st = CS_OK;
    int code = prepare(&statement, store, sql, values, n);

    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    while (code == SQLITE_ROW) {
        if (visit != NULL)
            CS_TRY(show(statement, visit, arg));
        code = sqlite3_step(statement);
    }
    if (code != SQLITE_DONE)
        st = say(store, code, fault);
out:
    sqlite3_finalize(statement);
    return st;
}

struct numbers {
    double *columns;
    size_t n_columns, n_rows;
};

static enum cs_status take_numbers(void *arg, const struct cs_cell *row, size_t n)
{
    struct numbers *numbers = arg;

    CS_REQUIRE(n == numbers->n_columns);
    for (size_t i = 0; i < n; i++)
        numbers->columns[i] =
            row[i].kind == CS_CELL_INTEGER ? (double)row[i].integer : row[i].real;
    numbers->n_rows++;
    return CS_OK;
}

enum cs_status cs_store_numbers(double *columns, size_t n_columns, struct cs_store *store,
                                const char *sql, const struct cs_cell *values, size_t n,
                                struct cs_fault *fault)
{
    struct numbers numbers = { columns, n_columns, 0 };
    const enum cs_status st =
        cs_store_each(store, sql, values, n, take_numbers, &numbers, fault);

    if (st == CS_OK)
        CS_REQUIRE(numbers.n_rows == 1);
    return st;
}

enum cs_status cs_store_run(struct cs_store *store, const char *sql,
                            struct cs_fault *fault)
{
    const int code = sqlite3_exec(store->database, sql, NULL, NULL, NULL);

    return code == SQLITE_OK ? CS_OK : say(store, code, fault);
}

enum cs_status cs_store_log_ahead(struct cs_store *store, struct cs_fault *fault)
{
    static const char sql[] = "PRAGMA journal_mode = WAL";
    unsigned waited = 0;
    int code;

    sqlite3_busy_timeout(store->database, 0);
    while ((code = sqlite3_exec(store->database, sql, NULL, NULL, NULL)) == SQLITE_BUSY &&
           waited < store->wait_ms)
        waited += (unsigned)sqlite3_sleep(RETRY_MS);
    sqlite3_busy_timeout(store->database, (int)store->wait_ms);
    return code == SQLITE_OK ? CS_OK : say(store, code, fault);
}

int64_t cs_store_last_row(const struct cs_store *store)
{
    return sqlite3_last_insert_rowid(store->database);
}

void cs_store_roll_back(struct cs_store *store)
{
    if (!sqlite3_get_autocommit(store->database))
        sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
}

const char *cs_store_path(const struct cs_store *store)
{
    return store->path;
}

enum cs_status cs_store_open(struct cs_store **store, const char *path,
                             enum cs_store_mode mode, unsigned wait_ms,
                             struct cs_fault *fault)
{
    static const int flags[] = {
        [CS_STORE_WRITE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
        [CS_STORE_READ] = SQLITE_OPEN_READWRITE, /* or its WAL would be left behind */
    };
    enum cs_status st = CS_MEMORY;
    struct cs_store *made = calloc(1, sizeof *made);
    int code;

    if (made == NULL)
        goto out;
    CS_TRY(cs_file_join(made->path, NULL, path, fault));
    code = sqlite3_open_v2(path, &made->database, flags[mode], NULL);
    if (code != SQLITE_OK)
        CS_TRY(say(made, code, fault));
    made->wait_ms = wait_ms;
    sqlite3_busy_timeout(made->database, (int)wait_ms);
    if (mode == CS_STORE_READ)
        CS_TRY(cs_store_run(made, "PRAGMA query_only = ON", fault));
    *store = made;
    made = NULL;
out:
    cs_store_free(made);
    return st;
}

void cs_store_free(struct cs_store *store)
{
    if (store == NULL)
        return;
    sqlite3_close(store->database);
    free(store);
}
