/* status: where a run of this node stands that did not end, and what to do. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "crypto/secret.h"
#include "party/arguments.h"
#include "party/commands.h"
#include "party/keys.h"
#include "party/node.h"
#include "party/resume.h"

static const char *const step_words[] = {
#define X(name, words) [CS_STEP_##name] = words,
    CS_STEP_LIST(X)
#undef X
};

static void print_run(const struct cs_resume_run *run)
{
    const time_t begun = (time_t)run->begun;
    char id[2 * CS_RUN_ID_BYTES + 1], when[32] = "?";
    struct tm parts;

    if (gmtime_r(&begun, &parts) != NULL)
        strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &parts);
    sodium_bin2hex(id, sizeof id, run->run_id, sizeof run->run_id);
    printf("run      %s\nstudy    %s\nbegun    %s\n", id, run->study, when);
}

static void print_steps(const struct cs_checkpoint_file *file)
{
    for (int step = 0; step < CS_STEPS; step++) {
        const size_t n = cs_checkpoint_file_count(file, (enum cs_step)step);

        if (n == 1)
            printf("kept     %s\n", step_words[step]);
        else if (n > 1)
            printf("kept     %s (%zu)\n", step_words[step], n);
    }
}

/* As the receipt has it at the end. */
static enum cs_status print_tables(const struct cs_checkpoint_file *file)
{
    const struct cs_checkpoint checkpoint = { .store = cs_checkpoint_file_store(file) };
    char hex[2 * CS_STEP_TAG_BYTES + 1];
    uint8_t tag[CS_STEP_TAG_BYTES];
    uint8_t *cells = NULL;
    size_t n_bytes = 0;
    enum cs_status st;

    CS_TRY(cs_checkpoint_recall_some(&cells, &n_bytes, &checkpoint, CS_STEP_CELLS, 0));
    if (cells == NULL)
        return CS_OK;
    cs_checkpoint_digest(tag, cells, n_bytes);
    printf("tables   %s\n", sodium_bin2hex(hex, sizeof hex, tag, sizeof tag));
out:
    cs_wipe_free(cells, n_bytes);
    return st;
}

static const char *what_to_do(const struct cs_checkpoint_file *file)
{
    if (cs_checkpoint_file_is_in_use(file))
        return "a node is running it now";
    if (cs_checkpoint_file_count(file, CS_STEP_PUBLISHED) > 0)
        return "the outputs are complete. If the peer has its own, run with --fresh next "
               "time; if not, run again at both: nothing is charged";
    return "run again at both parties: the run goes on, and nothing is charged twice. To "
           "give it up, run with --fresh: its charge stays";
}

static enum cs_status print_status(const struct cs_checkpoint_file *file,
                                   const char *folder)
{
    struct cs_resume_run run;
    enum cs_status st;
    bool found;

    CS_TRY(cs_resume_read(&found, &run, file));
    if (!found) {
        printf("%s: no run is kept: none was begun, or the last one ended\n", folder);
        return CS_OK;
    }
    print_run(&run);
    print_steps(file);
    CS_TRY(print_tables(file));
    printf("next     %s\n", what_to_do(file));
out:
    return st;
}

static enum cs_status run(int argc, char **argv, struct cs_fault *fault)
{
    struct cs_node_override override = { 0 };
    const char *path = NULL, *key = NULL;
    const struct cs_argument arguments[] = {
        { .name = "output-dir", .text = &override.output_dir },
        { .name = "key", .text = &key },
    };
    struct cs_node node = { 0 };
    struct cs_identity self = { 0 };
    struct cs_checkpoint_file *file = NULL;
    enum cs_status st;

    CS_TRY(cs_arguments_read(argc, argv, arguments, 2, &path, 1, fault));
    CS_TRY(cs_node_read(&node, path, &override, fault));
    if (key == NULL && node.key == NULL)
        CS_TRY(cs_fault_say(fault, CS_CONFIG,
                            "%s: key: is missing; name the folder that `cosynth keygen` "
                            "made: what a run keeps is sealed under it",
                            path));
    CS_TRY(cs_keys_read(&self, key != NULL ? key : node.key, fault));
    CS_TRY(cs_checkpoint_file_open(&file, node.output, &self, NULL, NULL, fault));
    CS_TRY(print_status(file, node.output));
out:
    cs_checkpoint_file_free(file);
    cs_identity_wipe(&self);
    cs_node_wipe(&node);
    return st;
}

const struct cs_command cs_command_status = {
    "status",
    "where a run stands that did not end, and what to do",
    "usage: cosynth status NODE [options]\n\n"
    "Reads what this party's node keeps of a run until it ends (`.checkpoint` in the "
    "output\n"
    "folder): which run it is, which steps are done, the digest of the tables if they "
    "were\n"
    "opened, and what to do next. Changes nothing, and may be asked while the node "
    "runs.\n\n"
    "  --output-dir DIR  the run was started with it\n"
    "  --key DIR         in place of the node file's `key`\n\n"
    "example:\n"
    "  cosynth status a.yaml\n",
    run,
};
