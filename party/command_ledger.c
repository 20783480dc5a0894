/* ledger: what was spent on the people of this party's files, and whether the book is as
 * it was written. */
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "party/arguments.h"
#include "party/commands.h"
#include "party/ledger_file.h"
#include "party/ledger_json.h"
#include "party/ledger_show.h"
#include "party/ledger_verify.h"
#include "party/node.h"

struct request {
    const char *words[2]; /* what to do, and the ledger's path */
    const char *node_path, *format, *head;
    bool json;
    struct cs_node node;          /* of node_path */
    const struct cs_limit *limit; /* of the node, or NULL */
};

static bool names_node(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--node") == 0 || strncmp(argv[i], "--node=", 7) == 0)
            return true;
    return false;
}

static enum cs_status read_request(struct request *request, int argc, char **argv,
                                   struct cs_fault *fault)
{
    const struct cs_argument arguments[] = {
        { .name = "node", .text = &request->node_path },
        { .name = "format", .text = &request->format },
        { .name = "head", .text = &request->head },
    };
    enum cs_status st;

    CS_TRY(cs_arguments_read(argc, argv, arguments, sizeof arguments / sizeof *arguments,
                             request->words, names_node(argc, argv) ? 1 : 2, fault));
    request->json = request->format != NULL && strcmp(request->format, "json") == 0;
    if (request->format != NULL && !request->json && strcmp(request->format, "text") != 0)
        return cs_fault_say(fault, CS_CONFIG, "--format is text or json");
    if (request->node_path == NULL)
        goto out;
    CS_TRY(cs_node_read(&request->node, request->node_path, NULL, fault));
    request->words[1] = request->node.ledger;
    request->limit = &request->node.limit;
out:
    return st;
}

static enum cs_status show(const struct request *request, struct cs_store *store,
                           struct cs_fault *fault)
{
    return request->json ? cs_ledger_json_show(stdout, store, request->limit, fault)
                         : cs_ledger_show(stdout, store, request->limit, fault);
}

static enum cs_status give_all(const struct request *request, struct cs_store *store,
                               struct cs_fault *fault)
{
    if (request->format != NULL && !request->json)
        return cs_fault_say(fault, CS_CONFIG, "--format: an export is JSON");
    return cs_ledger_json_export(stdout, store, fault);
}

static void print_text(const struct cs_findings *findings,
                       const struct cs_chain_check *check, const char *hash)
{
    for (size_t i = 0; i < findings->n && i < CS_FINDINGS_MAX; i++)
        printf("found    %s\n", findings->words[i]);
    printf("links    %llu\nhead     %s\n%s\n", (unsigned long long)check->head.n_links,
           hash, findings->n == 0 ? "the ledger is as it was written" : "NOT INTACT");
}

static enum cs_status print_json(const struct cs_findings *findings,
                                 const struct cs_chain_check *check, const char *hash)
{
    json_t *found = json_array();

    for (size_t i = 0; i < findings->n && i < CS_FINDINGS_MAX; i++)
        json_array_append_new(found, json_string(findings->words[i]));
    json_t *page =
        json_pack("{s:s, s:b, s:I, s:s, s:o}", "schema", "cosynth-ledger-verify/1",
                  "intact", findings->n == 0, "links", (json_int_t)check->head.n_links,
                  "head", hash, "findings", found);
    if (page == NULL)
        return CS_MEMORY;
    const int failed = json_dumpf(page, stdout, JSON_INDENT(1));
    printf("\n");
    json_decref(page);
    return failed == 0 ? CS_OK : CS_IO;
}

/* A head as it was printed or stands in a receipt. */
static enum cs_status read_head(uint8_t head[static CS_CHAIN_BYTES], const char *text,
                                struct cs_fault *fault)
{
    size_t n_read = 0;

    if (sodium_hex2bin(head, CS_CHAIN_BYTES, text, strlen(text), NULL, &n_read, NULL) !=
            0 ||
        n_read != CS_CHAIN_BYTES)
        return cs_fault_say(fault, CS_CONFIG,
                            "--head needs %d hexadecimal digits, as `ledger_head` of a "
                            "receipt",
                            2 * CS_CHAIN_BYTES);
    return CS_OK;
}

static enum cs_status verify(const struct request *request, struct cs_store *store,
                             struct cs_fault *fault)
{
    uint8_t noted[CS_CHAIN_BYTES];
    char hash[2 * CS_CHAIN_BYTES + 1];
    struct cs_findings findings;
    struct cs_chain_check check;
    enum cs_status st = CS_OK;

    if (request->head != NULL)
        CS_TRY(read_head(noted, request->head, fault));
    CS_TRY(cs_ledger_verify(&findings, &check, store,
                            request->head != NULL ? noted : NULL, fault));
    sodium_bin2hex(hash, sizeof hash, check.head.hash, sizeof check.head.hash);
    if (request->json)
        CS_TRY(print_json(&findings, &check, hash));
    else
        print_text(&findings, &check, hash);
    if (findings.n > 0)
        st = cs_fault_say(fault, CS_INPUT,
                          "%s: is not as it was written; keep it as it is, and bring the "
                          "ledger back from a copy that is",
                          cs_store_path(store));
out:
    return st;
}

static enum cs_status run(int argc, char **argv, struct cs_fault *fault)
{
    static const struct {
        const char *name;
        enum cs_status (*run)(const struct request *, struct cs_store *,
                              struct cs_fault *);
    } actions[] = { { "show", show }, { "export", give_all }, { "verify", verify } };
    struct request request = { 0 };
    struct cs_store *store = NULL;
    enum cs_status st;

    CS_TRY(read_request(&request, argc, argv, fault));
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (strcmp(request.words[0], actions[i].name) != 0)
            continue;
        CS_TRY(cs_ledger_file_read(&store, request.words[1], fault));
        CS_TRY(actions[i].run(&request, store, fault));
        goto out;
    }
    st = cs_fault_say(fault, CS_CONFIG,
                      "%s: a ledger can be asked for show, export or verify",
                      request.words[0]);
out:
    cs_store_free(store);
    cs_node_wipe(&request.node);
    return st;
}

const struct cs_command cs_command_ledger = {
    "ledger",
    "what was spent on these people; whether the ledger is as it was written",
    "usage: cosynth ledger show|export|verify LEDGER [options]\n"
    "       cosynth ledger show|export|verify --node NODE [options]\n\n"
    "show      what was spent, by data set, and by which runs\n"
    "export    all rows, as JSON\n"
    "verify    whether a row was changed, removed, put in or moved; exit code 2 if so\n\n"
    "  --node NODE     the ledger that this node file names, with its limit\n"
    "  --format FORM   text (the default of show and verify) or json\n"
    "  --head HASH     verify: a head that was noted, as in a receipt, must be in the "
    "chain,\n"
    "                  or entries were cut off\n\n"
    "docs/LEDGER.md explains what is shown.\n\n"
    "examples:\n"
    "  cosynth ledger show --node a.yaml\n"
    "  cosynth ledger verify out/a/ledger.db\n",
    run,
};
