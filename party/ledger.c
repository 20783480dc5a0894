#include "party/ledger.h"

#include <sodium.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/identity.h"
#include "party/file.h"
#include "party/ledger_tables.h"

struct cs_ledger {
    sqlite3 *database;
    sqlite3_int64 run; /* 0: none is charged */
    char path[CS_PATH_BYTES];
};

/* What SQLite's code means for whoever has to repair it. */
static enum cs_status say(const struct cs_ledger *ledger, int code,
                          struct cs_fault *fault)
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
    return cs_fault_say(fault, st, "%s: the ledger cannot be used: %s; %s", ledger->path,
                        sqlite3_errstr(code), remedy);
}

static enum cs_status execute(struct cs_ledger *ledger, const char *sql,
                              struct cs_fault *fault)
{
    const int code = sqlite3_exec(ledger->database, sql, NULL, NULL, NULL);

    return code == SQLITE_OK ? CS_OK : say(ledger, code, fault);
}

/* A parameter of a statement; `type` is SQLite's. */
struct value {
    int type;
    const char *text;
    double real;
    sqlite3_int64 integer;
};

#define TEXT(x)                                                                          \
    {                                                                                    \
        .type = SQLITE_TEXT, .text = (x)                                                 \
    }
#define REAL(x)                                                                          \
    {                                                                                    \
        .type = SQLITE_FLOAT, .real = (x)                                                \
    }
#define INTEGER(x)                                                                       \
    {                                                                                    \
        .type = SQLITE_INTEGER, .integer = (sqlite3_int64)(x)                            \
    }

static int bind(sqlite3_stmt *statement, int place, const struct value *value)
{
    switch (value->type) {
    case SQLITE_TEXT:
        return sqlite3_bind_text(statement, place, value->text, -1, SQLITE_STATIC);
    case SQLITE_FLOAT:
        return sqlite3_bind_double(statement, place, value->real);
    default:
        return sqlite3_bind_int64(statement, place, value->integer);
    }
}

/* A statement with its parameters, ready to step; to be finalized on failure too. */
static int prepare(sqlite3_stmt **statement, struct cs_ledger *ledger, const char *sql,
                   const struct value *values, int n)
{
    int code = sqlite3_prepare_v2(ledger->database, sql, -1, statement, NULL);

    for (int i = 0; code == SQLITE_OK && i < n; i++)
        code = bind(*statement, i + 1, &values[i]);
    return code;
}

/* Runs one statement that gives no rows. */
static enum cs_status write_row(struct cs_ledger *ledger, const char *sql,
                                const struct value *values, int n, struct cs_fault *fault)
{
    sqlite3_stmt *statement = NULL;
    int code = prepare(&statement, ledger, sql, values, n);

    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? CS_OK : say(ledger, code, fault);
}

/* Runs one statement that gives one row of numbers, (n_columns). */
static enum cs_status read_row(double *columns, int n_columns, struct cs_ledger *ledger,
                               const char *sql, const struct value *values, int n,
                               struct cs_fault *fault)
{
    sqlite3_stmt *statement = NULL;
    int code = prepare(&statement, ledger, sql, values, n);

    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    for (int i = 0; code == SQLITE_ROW && i < n_columns; i++)
        columns[i] = sqlite3_column_double(statement, i);
    sqlite3_finalize(statement);
    return code == SQLITE_ROW ? CS_OK : say(ledger, code, fault);
}

static void roll_back(struct cs_ledger *ledger)
{
    if (!sqlite3_get_autocommit(ledger->database))
        sqlite3_exec(ledger->database, "ROLLBACK", NULL, NULL, NULL);
}

/* The version of its tables, 0 if there are none. Refuses a file that is neither empty
 * nor a ledger, or that is one of a version to come. */
static enum cs_status look(int *version, struct cs_ledger *ledger, struct cs_fault *fault)
{
    double found[3] = { 0 }; /* whose, version, number of tables */
    enum cs_status st;

    CS_TRY(read_row(found, 3, ledger,
                    "SELECT (SELECT * FROM pragma_application_id),"
                    " (SELECT * FROM pragma_user_version),"
                    " (SELECT count(*) FROM sqlite_schema)",
                    NULL, 0, fault));
    *version = 0;
    if (found[2] == 0)
        goto out;
    if (found[0] != CS_LEDGER_APPLICATION)
        CS_TRY(cs_fault_say(fault, CS_CONFIG,
                            "%s: is a database, but not a ledger; name another file "
                            "under `ledger`",
                            ledger->path));
    if (!(found[1] >= 1 && found[1] <= CS_LEDGER_VERSION))
        CS_TRY(cs_fault_say(fault, CS_CONFIG,
                            "%s: is a ledger of version %.0f, this program writes "
                            "version %d; run the program that made it",
                            ledger->path, found[1], CS_LEDGER_VERSION));
    *version = (int)found[1];
out:
    return st;
}

/* Looks twice: before the file of somebody else is changed at all, and when no other
 * process can be making the tables. */
static enum cs_status set_up(struct cs_ledger *ledger, struct cs_fault *fault)
{
    int version;
    enum cs_status st;

    CS_TRY(look(&version, ledger, fault));
    CS_TRY(execute(ledger,
                   "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                   "PRAGMA foreign_keys = ON; BEGIN IMMEDIATE",
                   fault));
    CS_TRY(look(&version, ledger, fault));
    if (version == 0)
        CS_TRY(execute(ledger, CS_LEDGER_TABLES, fault));
    else if (version == 1)
        CS_TRY(execute(ledger, CS_LEDGER_FROM_1, fault));
    CS_TRY(execute(ledger, CS_LEDGER_MARKS "; COMMIT", fault));
out:
    if (st != CS_OK)
        roll_back(ledger);
    return st;
}

static enum cs_status make_folder_of(const char *path, struct cs_fault *fault)
{
    char folder[CS_PATH_BYTES];
    char *slash;
    const enum cs_status st = cs_file_join(folder, NULL, path, fault);

    if (st != CS_OK)
        return st;
    slash = strrchr(folder, '/');
    if (slash == NULL || slash == folder)
        return CS_OK;
    *slash = '\0';
    return cs_file_make_folder(folder, fault);
}

enum cs_status cs_ledger_open(struct cs_ledger **ledger, const char *path,
                              unsigned wait_ms, struct cs_fault *fault)
{
    enum cs_status st = CS_MEMORY;
    struct cs_ledger *made = calloc(1, sizeof *made);
    int code;

    if (made == NULL)
        goto out;
    CS_TRY(make_folder_of(path, fault));
    CS_TRY(cs_file_join(made->path, NULL, path, fault));
    code = sqlite3_open_v2(path, &made->database,
                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (code != SQLITE_OK)
        CS_TRY(say(made, code, fault));
    sqlite3_busy_timeout(made->database, (int)wait_ms);
    CS_TRY(set_up(made, fault));
    *ledger = made;
    made = NULL;
out:
    cs_ledger_free(made);
    return st;
}

static const char *const party_name[] = { "a", "b" };

static enum cs_status charge_run(struct cs_ledger *ledger,
                                 const struct cs_ledger_charge *charge,
                                 struct cs_fault *fault)
{
    const struct cs_study *study = charge->study;
    char study_digest[2 * CS_DIGEST_BYTES + 1], plan_digest[2 * CS_DIGEST_BYTES + 1];
    char data_set[2 * CS_DATA_SET_BYTES + 1], peer[CS_FINGERPRINT_TEXT_BYTES];

    sodium_bin2hex(study_digest, sizeof study_digest, study->digest, CS_DIGEST_BYTES);
    sodium_bin2hex(plan_digest, sizeof plan_digest, charge->plan->digest,
                   CS_DIGEST_BYTES);
    sodium_bin2hex(data_set, sizeof data_set, charge->data_set, CS_DATA_SET_BYTES);
    cs_fingerprint_text(peer, study->fingerprint[!charge->party]);
    const struct value values[] = { TEXT(CS_VERSION),
                                    TEXT(study->name),
                                    TEXT(study_digest),
                                    TEXT(plan_digest),
                                    TEXT(party_name[charge->party]),
                                    TEXT(peer),
                                    TEXT(data_set),
                                    REAL(charge->plan->epsilon_spent),
                                    REAL(study->delta) };
    return write_row(ledger,
                     "INSERT INTO run (version, study, study_digest, plan_digest, party, "
                     "peer, data_set, epsilon, delta) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                     values, sizeof values / sizeof *values, fault);
}

/* Whom a release of a run is about, and its price in zero-concentrated privacy. */
static enum cs_status charge_rho(struct cs_ledger *ledger, sqlite3_int64 run,
                                 const char *kind, const char *what, const char *people,
                                 double rho, struct cs_fault *fault)
{
    const struct value values[] = { INTEGER(run), TEXT(kind), TEXT(what), TEXT(people),
                                    REAL(rho) };

    return write_row(ledger,
                     "INSERT INTO release (run, sequence, kind, what, people_of, "
                     "zcdp_rho) SELECT ?1, count(*) + 1, ?2, ?3, ?4, ?5 FROM release "
                     "WHERE run = ?1",
                     values, sizeof values / sizeof *values, fault);
}

static enum cs_status charge_training(struct cs_ledger *ledger, sqlite3_int64 run,
                                      const struct cs_training_spec *training,
                                      const char *people, struct cs_fault *fault)
{
    const char *what = training->sigma > 0 ? "DP-SGD of the generator"
                                           : "training of the generator without noise";
    const struct value values[] = { INTEGER(run),
                                    TEXT(people),
                                    REAL(training->sampling_rate),
                                    INTEGER(training->steps),
                                    REAL(training->sigma),
                                    TEXT(what) };

    return write_row(ledger,
                     "INSERT INTO release (run, sequence, kind, what, people_of, "
                     "sampling_rate, steps, sigma) SELECT ?1, count(*) + 1, 'training', "
                     "?6, ?2, ?3, ?4, ?5 FROM release "
                     "WHERE run = ?1",
                     values, sizeof values / sizeof *values, fault);
}

static enum cs_status charge_releases(struct cs_ledger *ledger, sqlite3_int64 run,
                                      const struct cs_ledger_charge *charge,
                                      struct cs_fault *fault)
{
    static const char *const people_of[] = { "a", "b", "both" }; /* by cs_table_kind */
    const struct cs_schema *columns = &charge->study->schema;
    const struct cs_plan *plan = charge->plan;
    char what[512], name[CS_COLUMN_NAME_BYTES];
    enum cs_status st = CS_OK;

    for (size_t d = 0; d < plan->n_details; d++) {
        const struct cs_detail_spec *detail = &plan->details[d];
        cs_schema_name(name, columns, detail->column);
        CS_TRY(charge_rho(ledger, run, "density", name, party_name[detail->party],
                          cs_plan_rho_detail(detail), fault));
    }
    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *table = &plan->tables[t];
        cs_table_spec_name(what, sizeof what, table, columns);
        CS_TRY(charge_rho(ledger, run, "table", what, people_of[table->kind],
                          cs_plan_rho(table->s2_q16), fault));
    }
    for (enum cs_party p = CS_A; p <= CS_B; p++)
        if (plan->training[p].enabled)
            CS_TRY(
                charge_training(ledger, run, &plan->training[p], party_name[p], fault));
out:
    return st;
}

enum cs_status cs_ledger_charge(struct cs_ledger *ledger,
                                const struct cs_ledger_charge *charge,
                                struct cs_fault *fault)
{
    sqlite3_int64 run;
    enum cs_status st;

    CS_REQUIRE(ledger->run == 0);
    CS_TRY(execute(ledger, "BEGIN IMMEDIATE", fault));
    CS_TRY(charge_run(ledger, charge, fault));
    run = sqlite3_last_insert_rowid(ledger->database);
    CS_TRY(charge_releases(ledger, run, charge, fault));
    CS_TRY(execute(ledger, "COMMIT", fault));
    ledger->run = run;
out:
    if (st != CS_OK)
        roll_back(ledger);
    return st;
}

enum cs_status cs_ledger_end(struct cs_ledger *ledger, const char *failed_in,
                             struct cs_fault *fault)
{
    char state[64] = "finished";

    if (ledger == NULL || ledger->run == 0)
        return CS_OK;
    if (failed_in != NULL)
        snprintf(state, sizeof state, "failed in stage %s", failed_in);
    const struct value values[] = { INTEGER(ledger->run), TEXT(state) };
    const enum cs_status st = write_row(
        ledger, "UPDATE run SET state = ?2, ended = " CS_LEDGER_NOW " WHERE id = ?1",
        values, sizeof values / sizeof *values, NULL);
    if (st != CS_OK)
        return cs_fault_say(fault, st,
                            "%s: the end of run %lld could not be noted: %s; its charge "
                            "stands, its outputs are complete",
                            ledger->path, ledger->run, sqlite3_errmsg(ledger->database));
    ledger->run = 0;
    return CS_OK;
}

enum cs_status cs_ledger_read_spent(struct cs_ledger_spent *spent,
                                    struct cs_ledger *ledger,
                                    const uint8_t data_set[static CS_DATA_SET_BYTES],
                                    struct cs_fault *fault)
{
    char name[2 * CS_DATA_SET_BYTES + 1];
    double found[4] = { 0 };
    enum cs_status st;

    sodium_bin2hex(name, sizeof name, data_set, CS_DATA_SET_BYTES);
    const struct value values[] = { TEXT(name) };
    CS_TRY(read_row(found, 4, ledger,
                    "SELECT count(*), total(epsilon = " CS_LEDGER_INFINITY "), "
                    "total(epsilon) FILTER (WHERE epsilon < " CS_LEDGER_INFINITY "), "
                    "total(delta) FROM run WHERE data_set = ?",
                    values, 1, fault));
    *spent = (struct cs_ledger_spent){ (uint64_t)found[0], (uint64_t)found[1], found[2],
                                       found[3] };
out:
    return st;
}

void cs_ledger_free(struct cs_ledger *ledger)
{
    if (ledger == NULL)
        return;
    sqlite3_close(ledger->database);
    free(ledger);
}
