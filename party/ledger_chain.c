#include "party/ledger_chain.h"

#include <sodium.h>
#include <string.h>

#include "crypto/bytes.h"

#define HEX_BYTES (2 * CS_CHAIN_BYTES + 1)

/* What is hashed of links, which `from` gives; a column more is a version more. */
#define CONTENT(from)                                                                    \
    "SELECT c.link, c.run, c.release, c.ended, c.state,"                                 \
    " r.id, r.identity, r.started, r.version, r.study, r.study_digest, r.plan_digest,"   \
    " r.party, r.peer, r.data_set, r.epsilon, r.delta,"                                  \
    " x.run, x.sequence, x.kind, x.what, x.people_of, x.zcdp_rho, x.sampling_rate,"      \
    " x.steps, x.sigma, x.charged, c.hash FROM " from " c"                               \
    " LEFT JOIN run r ON r.id = c.run AND c.release IS NULL AND c.state IS NULL"         \
    " LEFT JOIN release x ON x.run = c.run AND x.sequence = c.release"

static void fold_number(crypto_generichash_state *state, char letter, uint64_t number)
{
    uint8_t bytes[9] = { (uint8_t)letter };

    cs_bytes_put(bytes + 1, number, 8);
    crypto_generichash_update(state, bytes, sizeof bytes);
}

static uint64_t bits_of(double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static void fold(crypto_generichash_state *state, const struct cs_cell *cell)
{
    switch (cell->kind) {
    case CS_CELL_INTEGER:
        fold_number(state, 'i', (uint64_t)cell->integer);
        break;
    case CS_CELL_REAL:
        fold_number(state, 'r', bits_of(cell->real));
        break;
    case CS_CELL_TEXT:
        fold_number(state, 't', cell->n_bytes);
        crypto_generichash_update(state, (const uint8_t *)cell->text, cell->n_bytes);
        break;
    case CS_CELL_NULL:
        crypto_generichash_update(state, (const uint8_t *)"n", 1);
    }
}

/* The hash of a link whose content is a row of CONTENT, but for its last column. */
static void extend(uint8_t hash[static CS_CHAIN_BYTES], const struct cs_cell *row,
                   size_t n)
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, CS_CHAIN_BYTES);
    crypto_generichash_update(&state, hash, CS_CHAIN_BYTES);
    for (size_t i = 0; i + 1 < n; i++)
        fold(&state, &row[i]);
    crypto_generichash_final(&state, hash, CS_CHAIN_BYTES);
}

static bool read_hash(uint8_t hash[static CS_CHAIN_BYTES], const struct cs_cell *cell)
{
    size_t n_read = 0;

    return cell->kind == CS_CELL_TEXT &&
           sodium_hex2bin(hash, CS_CHAIN_BYTES, cell->text, cell->n_bytes, NULL, &n_read,
                          NULL) == 0 &&
           n_read == CS_CHAIN_BYTES;
}

/* A hash that is none leaves zeros: nothing that is linked to it holds. */
static enum cs_status take_head(void *arg, const struct cs_cell *row, size_t n)
{
    struct cs_chain_head *head = arg;

    CS_REQUIRE(n == 2);
    head->n_links = (uint64_t)row[0].integer;
    if (!read_hash(head->hash, &row[1]))
        memset(head->hash, 0, sizeof head->hash);
    return CS_OK;
}

enum cs_status cs_chain_head(struct cs_chain_head *head, struct cs_store *store,
                             struct cs_fault *fault)
{
    *head = (struct cs_chain_head){ 0 };
    return cs_store_each(store,
                         "SELECT * FROM (SELECT link, hash FROM chain UNION ALL"
                         " SELECT 0, mark FROM key) ORDER BY link DESC LIMIT 1",
                         NULL, 0, take_head, head, fault);
}

struct adder {
    struct cs_store *store;
    struct cs_fault *fault;
    struct cs_chain_head head;
};

static enum cs_status extend_head(void *arg, const struct cs_cell *row, size_t n)
{
    struct cs_chain_head *head = arg;

    extend(head->hash, row, n);
    head->n_links++;
    return CS_OK;
}

/* One more link: row is run, release, end, state. */
static enum cs_status add(void *arg, const struct cs_cell *row, size_t n)
{
    struct adder *adder = arg;
    struct cs_cell values[6] = { cs_cell_integer((int64_t)adder->head.n_links + 1) };
    char hash[HEX_BYTES];
    enum cs_status st;

    CS_REQUIRE(n == 4);
    memcpy(values + 1, row, n * sizeof *row);
    CS_TRY(cs_store_each(adder->store,
                         "WITH next(link, run, release, ended, state, hash) AS"
                         " (VALUES (?, ?, ?, ?, ?, '')) " CONTENT("next"),
                         values, 5, extend_head, &adder->head, adder->fault));
    sodium_bin2hex(hash, sizeof hash, adder->head.hash, CS_CHAIN_BYTES);
    values[5] = cs_cell_text(hash);
    CS_TRY(cs_store_each(adder->store, "INSERT INTO chain VALUES (?, ?, ?, ?, ?, ?)",
                         values, 6, NULL, NULL, adder->fault));
out:
    return st;
}

/* Links what the statement gives; its parameter is the run. */
static enum cs_status add_each(struct cs_store *store, const char *sql,
                               const struct cs_cell *run, size_t n,
                               struct cs_fault *fault)
{
    struct adder adder = { store, fault, { 0 } };
    enum cs_status st;

    CS_TRY(cs_chain_head(&adder.head, store, fault));
    CS_TRY(cs_store_each(store, sql, run, n, add, &adder, fault));
out:
    return st;
}

#define OF_RUNS "SELECT id AS run, NULL AS release, NULL AS ended, NULL AS state FROM run"
#define OF_RELEASES "SELECT run, sequence, NULL, NULL FROM release"
#define OF_ENDS "SELECT id, NULL, ended, state FROM run"

enum cs_status cs_chain_add_run(struct cs_store *store, int64_t run,
                                struct cs_fault *fault)
{
    const struct cs_cell id = cs_cell_integer(run);

    return add_each(store,
                    OF_RUNS " WHERE id = ?1 UNION ALL " OF_RELEASES
                            " WHERE run = ?1 ORDER BY release",
                    &id, 1, fault);
}

enum cs_status cs_chain_add_end(struct cs_store *store, int64_t run,
                                struct cs_fault *fault)
{
    const struct cs_cell id = cs_cell_integer(run);

    return add_each(store, OF_ENDS " WHERE id = ?1", &id, 1, fault);
}

enum cs_status cs_chain_add_all(struct cs_store *store, struct cs_fault *fault)
{
    return add_each(store,
                    "SELECT * FROM (" OF_RUNS " UNION ALL " OF_RELEASES
                    " UNION ALL " OF_ENDS " WHERE ended IS NOT NULL)"
                    " ORDER BY run, state IS NOT NULL, release",
                    NULL, 0, fault);
}

struct walk {
    struct cs_chain_check *check;
    const uint8_t *noted;
};

static bool is_noted(const struct walk *walk)
{
    return walk->noted != NULL &&
           memcmp(walk->noted, walk->check->head.hash, CS_CHAIN_BYTES) == 0;
}

/* The walk ends at the first link that does not hold: what comes after it has no hash to
 * go on from. */
static enum cs_status check_link(void *arg, const struct cs_cell *row, size_t n)
{
    const struct walk *walk = arg;
    struct cs_chain_check *check = walk->check;
    uint8_t written[CS_CHAIN_BYTES], made[CS_CHAIN_BYTES];

    if (check->is_broken)
        return CS_OK;
    memcpy(made, check->head.hash, sizeof made);
    extend(made, row, n);
    if (row[0].integer != (int64_t)check->head.n_links + 1 ||
        !read_hash(written, &row[n - 1]) || memcmp(written, made, sizeof made) != 0) {
        check->is_broken = true;
        check->broken = row[0].integer;
        return CS_OK;
    }
    memcpy(check->head.hash, made, sizeof made);
    check->head.n_links++;
    check->has_noted = check->has_noted || is_noted(walk);
    return CS_OK;
}

static enum cs_status begin_at_mark(void *arg, const struct cs_cell *row, size_t n)
{
    CS_REQUIRE(n == 1);
    if (!read_hash(arg, &row[0]))
        memset(arg, 0, CS_CHAIN_BYTES);
    return CS_OK;
}

enum cs_status cs_chain_verify(struct cs_chain_check *check, struct cs_store *store,
                               const uint8_t *noted, struct cs_fault *fault)
{
    struct walk walk = { check, noted };
    enum cs_status st;

    *check = (struct cs_chain_check){ 0 };
    CS_TRY(cs_store_each(store, "SELECT mark FROM key", NULL, 0, begin_at_mark,
                         check->head.hash, fault));
    check->has_noted = is_noted(&walk);
    CS_TRY(cs_store_each(store, CONTENT("chain") " ORDER BY c.link", NULL, 0, check_link,
                         &walk, fault));
out:
    return st;
}
