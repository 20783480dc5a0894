#include "party/ledger_json.h"

#include <jansson.h>
#include <math.h>
#include <sodium.h>

#include "party/ledger_chain.h"

/* JSON has no infinity: what has no bound is null. */
static json_t *value_of(const struct cs_cell *cell)
{
    switch (cell->kind) {
    case CS_CELL_INTEGER:
        return json_integer(cell->integer);
    case CS_CELL_REAL:
        return isfinite(cell->real) ? json_real(cell->real) : json_null();
    case CS_CELL_TEXT:
        return json_string(cell->text);
    default:
        return json_null();
    }
}

/* The row as an object of its columns, behind the others of an array. */
static enum cs_status add_row(void *arg, const struct cs_cell *row, size_t n)
{
    json_t *object = json_object();

    for (size_t i = 0; i < n; i++)
        if (json_object_set_new(object, row[i].name, value_of(&row[i])) != 0) {
            json_decref(object);
            return CS_MEMORY;
        }
    return json_array_append_new(arg, object) == 0 ? CS_OK : CS_MEMORY;
}

/* Puts the rows that the statement gives under the key. */
static enum cs_status add_rows(json_t *page, const char *key, const char *sql,
                               struct cs_store *store, struct cs_fault *fault)
{
    json_t *rows = json_array();

    if (json_object_set_new(page, key, rows) != 0)
        return CS_MEMORY;
    return cs_store_each(store, sql, NULL, 0, add_row, rows, fault);
}

static enum cs_status add_head(json_t *page, struct cs_store *store,
                               struct cs_fault *fault)
{
    char hash[2 * CS_CHAIN_BYTES + 1];
    struct cs_chain_head head;
    enum cs_status st;

    CS_TRY(cs_chain_head(&head, store, fault));
    sodium_bin2hex(hash, sizeof hash, head.hash, sizeof head.hash);
    json_object_set_new(page, "schema", json_string("cosynth-ledger/1"));
    json_object_set_new(page, "links", json_integer((json_int_t)head.n_links));
    json_object_set_new(page, "head", json_string(hash));
out:
    return st;
}

static enum cs_status print(FILE *stream, const json_t *page)
{
    if (json_dumpf(page, stream, JSON_INDENT(1) | JSON_REAL_PRECISION(17)) != 0)
        return ferror(stream) ? CS_IO : CS_MEMORY;
    fputc('\n', stream);
    return CS_OK;
}

static json_t *bound_of(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static json_t *limit_of(const struct cs_limit *limit)
{
    if (limit == NULL)
        return json_null();
    return json_pack("{s:o, s:o, s:s}", "epsilon", bound_of(limit->epsilon), "delta",
                     bound_of(limit->delta), "per",
                     limit->per == CS_LIMIT_PER_LEDGER ? "ledger" : "data_set");
}

enum cs_status cs_ledger_json_show(FILE *stream, struct cs_store *store,
                                   const struct cs_limit *limit, struct cs_fault *fault)
{
    json_t *page = json_object();
    enum cs_status st;

    CS_TRY(cs_store_run(store, "BEGIN", fault));
    CS_TRY(add_head(page, store, fault));
    json_object_set_new(page, "limit", limit_of(limit));
    CS_TRY(
        add_rows(page, "data_sets", "SELECT * FROM spent ORDER BY first", store, fault));
    CS_TRY(add_rows(page, "runs", "SELECT * FROM run ORDER BY id", store, fault));
    CS_TRY(print(stream, page));
out:
    cs_store_roll_back(store);
    json_decref(page);
    return st;
}

enum cs_status cs_ledger_json_export(FILE *stream, struct cs_store *store,
                                     struct cs_fault *fault)
{
    json_t *page = json_object();
    enum cs_status st;

    CS_TRY(cs_store_run(store, "BEGIN", fault));
    CS_TRY(add_head(page, store, fault));
    CS_TRY(add_rows(page, "key", "SELECT * FROM key", store, fault));
    CS_TRY(add_rows(page, "runs", "SELECT * FROM run ORDER BY id", store, fault));
    CS_TRY(add_rows(page, "releases", "SELECT * FROM release ORDER BY run, sequence",
                    store, fault));
    CS_TRY(add_rows(page, "chain", "SELECT * FROM chain ORDER BY link", store, fault));
    CS_TRY(print(stream, page));
out:
    cs_store_roll_back(store);
    json_decref(page);
    return st;
}
