#include "party/ledger.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "crypto/identity.h"
#include "party/ledger_file.h"
#include "party/ledger_releases.h"

#define NOW "(strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))"

struct cs_ledger {
    struct cs_store *store;
    struct cs_ledger_key key; /* [secret] */
    int64_t run;              /* 0: none is charged */
};

enum cs_status cs_ledger_open(struct cs_ledger **ledger, const char *path,
                              unsigned wait_ms, struct cs_fault *fault)
{
    enum cs_status st = CS_MEMORY;
    struct cs_ledger *made = calloc(1, sizeof *made);

    if (made == NULL)
        goto out;
    CS_TRY(cs_ledger_file_open(&made->store, &made->key, path, wait_ms, fault));
    *ledger = made;
    made = NULL;
out:
    cs_ledger_free(made);
    return st;
}

enum cs_status cs_ledger_read_spent(struct cs_ledger_spent *spent,
                                    struct cs_ledger *ledger, const uint8_t *data_set,
                                    struct cs_fault *fault)
{
    char name[CS_LEDGER_NAME_BYTES];
    double found[4] = { 0 };
    enum cs_status st;

    if (data_set != NULL)
        cs_ledger_key_name(name, &ledger->key, data_set);
    const struct cs_cell value = cs_cell_text(data_set != NULL ? name : NULL);
    CS_TRY(cs_store_numbers(found, 4, ledger->store,
                            "SELECT count(*), total(epsilon = 9e999),"
                            " total(epsilon) FILTER (WHERE epsilon < 9e999), total(delta)"
                            " FROM run WHERE ?1 IS NULL OR data_set = ?1",
                            &value, 1, fault));
    *spent = (struct cs_ledger_spent){ (uint64_t)found[0], (uint64_t)found[1], found[2],
                                       found[3] };
out:
    return st;
}

enum cs_status cs_ledger_allows(struct cs_ledger *ledger,
                                const struct cs_ledger_charge *charge,
                                struct cs_fault *fault)
{
    const bool all = charge->limit.per == CS_LIMIT_PER_LEDGER;
    const struct cs_cost asked = { charge->plan->epsilon_spent, charge->study->delta };
    struct cs_ledger_spent sums;
    enum cs_status st = CS_OK;

    if (cs_limit_is_none(&charge->limit))
        return CS_OK;
    CS_TRY(cs_ledger_read_spent(&sums, ledger, all ? NULL : charge->data_set, fault));
    const struct cs_cost spent = { sums.unprotected > 0 ? INFINITY : sums.epsilon,
                                   sums.delta };
    CS_TRY(cs_limit_check(&charge->limit, &spent, &asked, cs_store_path(ledger->store),
                          fault));
out:
    return st;
}

/* A charge as its columns have it. */
struct run_row {
    char identity[2 * CS_RUN_ID_BYTES + 1], data_set[CS_LEDGER_NAME_BYTES];
    char study_digest[2 * CS_DIGEST_BYTES + 1], plan_digest[2 * CS_DIGEST_BYTES + 1];
    char peer[CS_FINGERPRINT_TEXT_BYTES];
};

static void set_row(struct run_row *row, const struct cs_ledger *ledger,
                    const struct cs_ledger_charge *charge)
{
    sodium_bin2hex(row->identity, sizeof row->identity, charge->run_id, CS_RUN_ID_BYTES);
    sodium_bin2hex(row->study_digest, sizeof row->study_digest, charge->study->digest,
                   CS_DIGEST_BYTES);
    sodium_bin2hex(row->plan_digest, sizeof row->plan_digest, charge->plan->digest,
                   CS_DIGEST_BYTES);
    cs_ledger_key_name(row->data_set, &ledger->key, charge->data_set);
    cs_fingerprint_text(row->peer, charge->study->fingerprint[!charge->party]);
}

static const char *const party_name[] = { "a", "b" };

static enum cs_status say_no_way(const struct cs_ledger *ledger, int64_t run,
                                 const char *why, struct cs_fault *fault)
{
    return cs_fault_say(fault, CS_CONFIG,
                        "%s: run %lld %s; it cannot go on: start a new one, with --fresh "
                        "at both parties",
                        cs_store_path(ledger->store), (long long)run, why);
}

/* The run that has this identity, 0 if none has. Refuses one that was charged for
 * something else, and one of which nothing was kept. */
static enum cs_status find_run(int64_t *run, struct cs_ledger *ledger,
                               const struct run_row *row,
                               const struct cs_ledger_charge *charge,
                               struct cs_fault *fault)
{
    const struct cs_cell values[] = {
        cs_cell_text(row->identity),    cs_cell_text(row->study_digest),
        cs_cell_text(row->plan_digest), cs_cell_text(party_name[charge->party]),
        cs_cell_text(row->peer),        cs_cell_text(row->data_set)
    };
    double found[2] = { 0 }; /* number, whether it is the same */
    enum cs_status st;

    CS_TRY(cs_store_numbers(
        found, 2, ledger->store,
        "SELECT total(id), total(study_digest = ?2 AND plan_digest = ?3 AND party = ?4"
        " AND peer = ?5 AND data_set = ?6) FROM run WHERE identity = ?1",
        values, sizeof values / sizeof *values, fault));
    *run = (int64_t)found[0];
    if (*run != 0 && found[1] == 0)
        st = say_no_way(ledger, *run,
                        "was charged for another study, plan, data set or peer", fault);
    else if (*run != 0 && !charge->goes_on)
        st = say_no_way(ledger, *run,
                        "is what the peer goes on with, and nothing of it is kept here",
                        fault);
out:
    return st;
}

enum cs_status cs_ledger_check_run(struct cs_ledger *ledger,
                                   const struct cs_ledger_charge *charge,
                                   struct cs_fault *fault)
{
    struct run_row row;
    int64_t run;

    set_row(&row, ledger, charge);
    return find_run(&run, ledger, &row, charge, fault);
}

static enum cs_status enter_run(struct cs_ledger *ledger, const struct run_row *row,
                                const struct cs_ledger_charge *charge,
                                struct cs_fault *fault)
{
    const struct cs_cell values[] = { cs_cell_text(row->identity),
                                      cs_cell_text(CS_VERSION),
                                      cs_cell_text(charge->study->name),
                                      cs_cell_text(row->study_digest),
                                      cs_cell_text(row->plan_digest),
                                      cs_cell_text(party_name[charge->party]),
                                      cs_cell_text(row->peer),
                                      cs_cell_text(row->data_set),
                                      cs_cell_real(charge->plan->epsilon_spent),
                                      cs_cell_real(charge->study->delta) };

    return cs_store_each(ledger->store,
                         "INSERT INTO run (identity, version, study, study_digest,"
                         " plan_digest, party, peer, data_set, epsilon, delta)"
                         " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         values, sizeof values / sizeof *values, NULL, NULL, fault);
}

static enum cs_status enter(int64_t *run, struct cs_ledger *ledger,
                            const struct run_row *row,
                            const struct cs_ledger_charge *charge, struct cs_fault *fault)
{
    enum cs_status st;

    CS_TRY(cs_ledger_allows(ledger, charge, fault));
    CS_TRY(enter_run(ledger, row, charge, fault));
    *run = cs_store_last_row(ledger->store);
    CS_TRY(cs_ledger_releases_enter(ledger->store, *run, &charge->study->schema,
                                    charge->plan, fault));
    CS_TRY(cs_chain_add_run(ledger->store, *run, fault));
out:
    return st;
}

/* The transaction begins by writing, so that no other process comes between what was
 * spent and what is charged. */
enum cs_status cs_ledger_charge(struct cs_ledger_charged *charged,
                                struct cs_ledger *ledger,
                                const struct cs_ledger_charge *charge,
                                struct cs_fault *fault)
{
    struct run_row row;
    int64_t run;
    enum cs_status st;

    CS_REQUIRE(ledger->run == 0);
    set_row(&row, ledger, charge);
    CS_TRY(cs_store_run(ledger->store, "BEGIN IMMEDIATE", fault));
    CS_TRY(find_run(&run, ledger, &row, charge, fault));
    charged->before = run != 0;
    if (!charged->before)
        CS_TRY(enter(&run, ledger, &row, charge, fault));
    CS_TRY(cs_chain_head(&charged->head, ledger->store, fault));
    CS_TRY(cs_store_run(ledger->store, "COMMIT", fault));
    ledger->run = run;
out:
    if (st != CS_OK)
        cs_store_roll_back(ledger->store);
    return st;
}

static enum cs_status enter_end(struct cs_ledger *ledger, const char *state,
                                struct cs_fault *fault)
{
    const struct cs_cell values[] = { cs_cell_integer(ledger->run), cs_cell_text(state) };
    enum cs_status st;

    CS_TRY(cs_store_run(ledger->store, "BEGIN IMMEDIATE", fault));
    CS_TRY(cs_store_each(ledger->store,
                         "UPDATE run SET state = ?2, ended = " NOW " WHERE id = ?1",
                         values, 2, NULL, NULL, fault));
    CS_TRY(cs_chain_add_end(ledger->store, ledger->run, fault));
    CS_TRY(cs_store_run(ledger->store, "COMMIT", fault));
out:
    if (st != CS_OK)
        cs_store_roll_back(ledger->store);
    return st;
}

enum cs_status cs_ledger_end(struct cs_ledger *ledger, const char *failed_in,
                             struct cs_fault *fault)
{
    char state[64] = "finished";
    struct cs_fault why = { 0 };

    if (ledger == NULL || ledger->run == 0)
        return CS_OK;
    if (failed_in != NULL)
        snprintf(state, sizeof state, "failed in stage %s", failed_in);
    const enum cs_status st = enter_end(ledger, state, &why);
    if (st != CS_OK)
        return cs_fault_say(fault, st,
                            "%.500s; so the end of run %lld could not be noted; its "
                            "charge stands, its outputs are complete",
                            why.text, (long long)ledger->run);
    ledger->run = 0;
    return CS_OK;
}

void cs_ledger_free(struct cs_ledger *ledger)
{
    if (ledger == NULL)
        return;
    cs_store_free(ledger->store);
    cs_ledger_key_wipe(&ledger->key);
    free(ledger);
}
