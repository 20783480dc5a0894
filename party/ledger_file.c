#include "party/ledger_file.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "party/file.h"
#include "party/ledger_chain.h"
#include "party/ledger_tables.h"

enum { READER_WAIT_MS = 10000 };

/* The version of its tables, 0 if there are none. Refuses a file that is neither empty
 * nor a ledger, or that is one of a version to come. */
static enum cs_status look(int *version, struct cs_store *store, struct cs_fault *fault)
{
    double found[3]; /* whose, version, number of tables */
    enum cs_status st;

    CS_TRY(cs_store_numbers(found, 3, store,
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
                            cs_store_path(store)));
    if (!(found[1] >= 1 && found[1] <= CS_LEDGER_VERSION))
        CS_TRY(cs_fault_say(fault, CS_CONFIG,
                            "%s: is a ledger of version %.0f, this program writes "
                            "version %d; run the program that made it",
                            cs_store_path(store), found[1], CS_LEDGER_VERSION));
    *version = (int)found[1];
out:
    return st;
}

/* Makes the key if there is none, and writes its mark into the tables. */
static enum cs_status set_key(struct cs_ledger_key *key, struct cs_store *store,
                              struct cs_fault *fault)
{
    char mark[CS_LEDGER_NAME_BYTES];
    enum cs_status st = CS_OK;

    CS_TRY(cs_ledger_key_make(key, cs_store_path(store), fault));
    cs_ledger_key_mark(mark, key);
    const struct cs_cell value = cs_cell_text(mark);
    CS_TRY(
        cs_store_each(store, "INSERT INTO key VALUES (?)", &value, 1, NULL, NULL, fault));
out:
    return st;
}

struct keyed {
    struct cs_ledger_key *key;
    struct cs_store *store;
    struct cs_fault *fault;
};

/* An older row has the digest of the data set as its name. */
static enum cs_status key_data_set(void *arg, const struct cs_cell *row, size_t n)
{
    const struct keyed *keyed = arg;
    uint8_t digest[CS_DATA_SET_BYTES];
    char name[CS_LEDGER_NAME_BYTES];
    size_t n_read = 0;

    CS_REQUIRE(n == 1);
    if (row[0].kind != CS_CELL_TEXT ||
        sodium_hex2bin(digest, sizeof digest, row[0].text, strlen(row[0].text), NULL,
                       &n_read, NULL) != 0 ||
        n_read != sizeof digest)
        return cs_fault_say(keyed->fault, CS_CONFIG,
                            "%s: has the name of a data set that is none; bring the "
                            "ledger back from a copy",
                            cs_store_path(keyed->store));
    cs_ledger_key_name(name, keyed->key, digest);
    const struct cs_cell values[] = { row[0], cs_cell_text(name) };
    return cs_store_each(keyed->store,
                         "UPDATE older_run SET keyed = ?2 WHERE data_set = ?1", values, 2,
                         NULL, NULL, keyed->fault);
}

static enum cs_status bring_up_to_date(struct cs_ledger_key *key, struct cs_store *store,
                                       struct cs_fault *fault)
{
    struct keyed keyed = { key, store, fault };
    enum cs_status st;

    CS_TRY(cs_store_run(store, CS_LEDGER_SET_ASIDE, fault));
    CS_TRY(set_key(key, store, fault));
    CS_TRY(cs_store_each(store, "SELECT DISTINCT data_set FROM older_run", NULL, 0,
                         key_data_set, &keyed, fault));
    CS_TRY(cs_store_run(store, CS_LEDGER_CARRY_ON, fault));
    CS_TRY(cs_chain_add_all(store, fault));
out:
    return st;
}

static enum cs_status copy_mark(void *arg, const struct cs_cell *row, size_t n)
{
    CS_REQUIRE(n == 1);
    snprintf(arg, CS_LEDGER_NAME_BYTES, "%s", row[0].text);
    return CS_OK;
}

static enum cs_status find_key(struct cs_ledger_key *key, struct cs_store *store,
                               struct cs_fault *fault)
{
    char mark[CS_LEDGER_NAME_BYTES] = "";
    enum cs_status st = CS_OK;

    CS_TRY(cs_store_each(store, "SELECT mark FROM key", NULL, 0, copy_mark, mark, fault));
    CS_TRY(cs_ledger_key_read(key, cs_store_path(store), mark, fault));
out:
    return st;
}

static enum cs_status prepare(struct cs_ledger_key *key, struct cs_store *store,
                              int version, struct cs_fault *fault)
{
    enum cs_status st = CS_OK;

    if (version == CS_LEDGER_VERSION)
        return find_key(key, store, fault);
    if (version > 0)
        return bring_up_to_date(key, store, fault);
    CS_TRY(cs_store_run(store, CS_LEDGER_TABLES, fault));
    CS_TRY(set_key(key, store, fault));
out:
    return st;
}

/* Looks twice: before the file of somebody else is changed at all, and when no other
 * process can be making the tables. */
static enum cs_status set_up(struct cs_ledger_key *key, struct cs_store *store,
                             struct cs_fault *fault)
{
    int version;
    enum cs_status st;

    CS_TRY(look(&version, store, fault));
    CS_TRY(cs_store_log_ahead(store, fault));
    CS_TRY(cs_store_run(store,
                        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                        "BEGIN IMMEDIATE",
                        fault));
    CS_TRY(look(&version, store, fault));
    CS_TRY(prepare(key, store, version, fault));
    CS_TRY(cs_store_run(store, CS_LEDGER_MARKS "; COMMIT", fault));
out:
    if (st != CS_OK)
        cs_store_roll_back(store);
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

enum cs_status cs_ledger_file_open(struct cs_store **store, struct cs_ledger_key *key,
                                   const char *path, unsigned wait_ms,
                                   struct cs_fault *fault)
{
    struct cs_store *made = NULL;
    enum cs_status st;

    CS_TRY(make_folder_of(path, fault));
    CS_TRY(cs_store_open(&made, path, CS_STORE_WRITE, wait_ms, fault));
    CS_TRY(set_up(key, made, fault));
    *store = made;
    made = NULL;
out:
    if (st != CS_OK)
        cs_ledger_key_wipe(key);
    cs_store_free(made);
    return st;
}

enum cs_status cs_ledger_file_read(struct cs_store **store, const char *path,
                                   struct cs_fault *fault)
{
    struct cs_store *made = NULL;
    int version;
    enum cs_status st;

    if (access(path, F_OK) != 0)
        return cs_fault_say(fault, CS_CONFIG,
                            "%s: is not there; a run makes it: check the path", path);
    CS_TRY(cs_store_open(&made, path, CS_STORE_READ, READER_WAIT_MS, fault));
    CS_TRY(look(&version, made, fault));
    if (version != CS_LEDGER_VERSION)
        CS_TRY(cs_fault_say(fault, CS_CONFIG,
                            "%s: is %s; `cosynth check` with its node file brings it up "
                            "to date",
                            path,
                            version == 0 ? "empty" : "a ledger of an older version"));
    *store = made;
    made = NULL;
out:
    cs_store_free(made);
    return st;
}

enum cs_status cs_ledger_file_model(struct cs_store **store, struct cs_fault *fault)
{
    struct cs_store *made = NULL;
    enum cs_status st;

    CS_TRY(cs_store_open(&made, ":memory:", CS_STORE_WRITE, 0, fault));
    CS_TRY(cs_store_run(made, CS_LEDGER_TABLES, fault));
    *store = made;
    made = NULL;
out:
    cs_store_free(made);
    return st;
}
