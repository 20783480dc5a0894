#include "party/ledger_verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "party/ledger_file.h"

__attribute__((format(printf, 2, 3))) static void find(struct cs_findings *findings,
                                                       const char *format, ...)
{
    va_list values;

    if (findings->n < CS_FINDINGS_MAX) {
        va_start(values, format);
        vsnprintf(findings->words[findings->n], CS_FINDING_BYTES, format, values);
        va_end(values);
    }
    findings->n++;
}

static enum cs_status take_damage(void *arg, const struct cs_cell *row, size_t n)
{
    CS_REQUIRE(n == 1);
    if (strcmp(row[0].text, "ok") != 0)
        find(arg, "the database is damaged: %.100s", row[0].text);
    return CS_OK;
}

struct likeness {
    struct cs_store *store;
    struct cs_findings *findings;
    struct cs_fault *fault;
    bool is_readable; /* its tables are those that the other checks ask */
};

/* A part of the model, name, words and type, must be in the ledger. */
static enum cs_status compare_part(void *arg, const struct cs_cell *row, size_t n)
{
    struct likeness *likeness = arg;
    double found;
    enum cs_status st;

    CS_REQUIRE(n == 3);
    CS_TRY(cs_store_numbers(
        &found, 1, likeness->store,
        "SELECT count(*) FROM sqlite_schema WHERE name = ?1 AND sql IS ?2", row, 2,
        likeness->fault));
    if (found == 1)
        goto out;
    find(likeness->findings, "%s `%s` is gone, or not as the program makes it",
         row[2].text, row[0].text);
    if (strcmp(row[2].text, "table") == 0)
        likeness->is_readable = false;
out:
    return st;
}

static enum cs_status compare_schema(struct likeness *likeness)
{
    static const char count[] = "SELECT count(*) FROM sqlite_schema";
    struct cs_store *model = NULL;
    double n[2];
    enum cs_status st;

    CS_TRY(cs_ledger_file_model(&model, likeness->fault));
    CS_TRY(cs_store_each(model, "SELECT name, sql, type FROM sqlite_schema", NULL, 0,
                         compare_part, likeness, likeness->fault));
    CS_TRY(cs_store_numbers(&n[0], 1, likeness->store, count, NULL, 0, likeness->fault));
    CS_TRY(cs_store_numbers(&n[1], 1, model, count, NULL, 0, likeness->fault));
    if (n[0] > n[1])
        find(likeness->findings, "tables, views or triggers that are not its own: %.0f",
             n[0] - n[1]);
out:
    cs_store_free(model);
    return st;
}

static enum cs_status check_chain(struct cs_findings *findings,
                                  struct cs_chain_check *check, struct cs_store *store,
                                  const uint8_t *noted, struct cs_fault *fault)
{
    enum cs_status st;

    CS_TRY(cs_chain_verify(check, store, noted, fault));
    if (check->is_broken)
        find(findings,
             "link %lld of the chain does not hold: it, what it is of, or a link before "
             "it was changed, removed or moved",
             (long long)check->broken);
    if (noted != NULL && !check->has_noted)
        find(findings, "the head that was noted is not in the chain: entries were cut "
                       "off, or the chain was made anew");
out:
    return st;
}

/* Numbers that should be 0, each with what it means if it is not. */
static const struct {
    const char *sql, *words;
} sums[] = {
    { "SELECT count(*) FROM run WHERE (SELECT count(*) FROM chain"
      " WHERE run = id AND release IS NULL AND chain.state IS NULL) <> 1",
      "runs that are not in the chain once" },
    { "SELECT count(*) FROM release r WHERE (SELECT count(*) FROM chain c"
      " WHERE c.run = r.run AND c.release = r.sequence) <> 1",
      "releases that are not in the chain once" },
    { "SELECT count(*) FROM run r LEFT JOIN chain c ON c.link = (SELECT max(link)"
      " FROM chain WHERE run = r.id AND state IS NOT NULL)"
      " WHERE r.state <> coalesce(c.state, 'charged') OR r.ended IS NOT c.ended",
      "runs whose state or end is not that of the chain" },
    { "SELECT count(*) FROM release WHERE run NOT IN (SELECT id FROM run)",
      "releases of no run" },
    { "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'run'), 0)"
      " - (SELECT count(*) FROM run)",
      "numbers of runs that are missing" },
    { "SELECT abs(count(*) - 1) FROM key", "marks of a key too many or too few" },
};

static enum cs_status check_sums(struct cs_findings *findings, struct cs_store *store,
                                 struct cs_fault *fault)
{
    double found;
    enum cs_status st = CS_OK;

    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        CS_TRY(cs_store_numbers(&found, 1, store, sums[i].sql, NULL, 0, fault));
        if (found != 0)
            find(findings, "%s: %.0f", sums[i].words, found);
    }
out:
    return st;
}

/* In one transaction: a run that is entered meanwhile is seen whole or not at all. */
enum cs_status cs_ledger_verify(struct cs_findings *findings,
                                struct cs_chain_check *check, struct cs_store *store,
                                const uint8_t *noted, struct cs_fault *fault)
{
    struct likeness likeness = { store, findings, fault, true };
    enum cs_status st;

    memset(findings, 0, sizeof *findings);
    *check = (struct cs_chain_check){ 0 };
    CS_TRY(cs_store_run(store, "BEGIN", fault));
    CS_TRY(cs_store_each(store, "PRAGMA integrity_check", NULL, 0, take_damage, findings,
                         fault));
    CS_TRY(compare_schema(&likeness));
    if (!likeness.is_readable)
        goto out;
    CS_TRY(check_chain(findings, check, store, noted, fault));
    CS_TRY(check_sums(findings, store, fault));
out:
    cs_store_roll_back(store);
    return st;
}
