#include "party/ledger_show.h"

#include <math.h>
#include <sodium.h>

#include "party/ledger_chain.h"

struct page {
    FILE *stream;
    struct cs_store *store;
    const struct cs_limit *limit; /* or NULL */
    struct cs_fault *fault;
};

/* Of both, what has a bound. */
static void print_cost(FILE *stream, double epsilon, double delta)
{
    if (isfinite(epsilon))
        fprintf(stream, "epsilon %.6g%s", epsilon, isfinite(delta) ? ", " : "");
    if (isfinite(delta))
        fprintf(stream, "delta %.3g", delta);
}

static void print_limit(FILE *stream, const struct cs_limit *limit)
{
    if (limit == NULL)
        fprintf(stream, "not known; it is in the node file: see --node\n");
    else if (cs_limit_is_none(limit))
        fprintf(stream, "none\n");
    else {
        print_cost(stream, limit->epsilon, limit->delta);
        fprintf(stream, ", per %s\n",
                limit->per == CS_LIMIT_PER_LEDGER ? "ledger" : "data set");
    }
}

static enum cs_status print_head(const struct page *page)
{
    char hash[2 * CS_CHAIN_BYTES + 1];
    struct cs_chain_head head;
    enum cs_status st;

    CS_TRY(cs_chain_head(&head, page->store, page->fault));
    sodium_bin2hex(hash, sizeof hash, head.hash, sizeof head.hash);
    fprintf(page->stream, "ledger   %s\nlimit    ", cs_store_path(page->store));
    print_limit(page->stream, page->limit);
    fprintf(page->stream, "links    %llu\nhead     %s\n",
            (unsigned long long)head.n_links, hash);
out:
    return st;
}

/* What is left of both, where there is a limit; nothing is left below zero. */
static void print_left(const struct page *page, double epsilon, double delta)
{
    const struct cs_limit *limit = page->limit;

    if (limit == NULL || cs_limit_is_none(limit))
        return;
    fprintf(page->stream, "left     ");
    print_cost(page->stream, fmax(limit->epsilon - epsilon, 0),
               fmax(limit->delta - delta, 0));
    fprintf(page->stream, "\n");
}

static enum cs_status print_run(void *arg, const struct cs_cell *row, size_t n)
{
    const struct page *page = arg;

    CS_REQUIRE(n == 7);
    fprintf(page->stream, "  %5lld  %-20s  %-5s  %-8.6g  %-8.3g  %-24s  %s\n",
            (long long)row[0].integer, row[1].text, row[2].text, row[3].real, row[4].real,
            row[5].text, row[6].text);
    return CS_OK;
}

static enum cs_status print_data_set(void *arg, const struct cs_cell *row, size_t n)
{
    const struct page *page = arg;
    const long long runs = row[1].integer, unprotected = row[2].integer;

    CS_REQUIRE(n == 5);
    fprintf(page->stream, "\ndata set %s\nspent    epsilon %.6g, delta %.3g; runs: %lld",
            row[0].text, row[3].real, row[4].real, runs);
    if (unprotected > 0)
        fprintf(page->stream, ", without privacy: %lld", unprotected);
    fprintf(page->stream, "\n");
    if (page->limit == NULL || page->limit->per == CS_LIMIT_PER_DATA_SET)
        print_left(page, row[3].real, row[4].real);
    fprintf(page->stream, "  %5s  %-20s  %-5s  %-8s  %-8s  %-24s  %s\n", "run", "started",
            "party", "epsilon", "delta", "state", "study");
    return cs_store_each(page->store,
                         "SELECT id, started, party, epsilon, delta, state, study"
                         " FROM run WHERE data_set = ? ORDER BY id",
                         row, 1, print_run, arg, page->fault);
}

static enum cs_status print_total(void *arg, const struct cs_cell *row, size_t n)
{
    const struct page *page = arg;

    CS_REQUIRE(n == 2);
    if (page->limit == NULL || page->limit->per == CS_LIMIT_PER_DATA_SET)
        return CS_OK;
    fprintf(page->stream, "spent    epsilon %.6g, delta %.3g, all runs\n", row[0].real,
            row[1].real);
    print_left(page, row[0].real, row[1].real);
    return CS_OK;
}

enum cs_status cs_ledger_show(FILE *stream, struct cs_store *store,
                              const struct cs_limit *limit, struct cs_fault *fault)
{
    struct page page = { stream, store, limit, fault };
    enum cs_status st;

    CS_TRY(cs_store_run(store, "BEGIN", fault));
    CS_TRY(print_head(&page));
    CS_TRY(cs_store_each(store, "SELECT total(epsilon), total(delta) FROM run", NULL, 0,
                         print_total, &page, fault));
    CS_TRY(
        cs_store_each(store,
                      "SELECT coalesce(data_set, ''), runs, unprotected, epsilon, delta"
                      " FROM spent ORDER BY first",
                      NULL, 0, print_data_set, &page, fault));
out:
    cs_store_roll_back(store);
    return st;
}
