/* run and check: this party's node. */
#include "party/arguments.h"
#include "party/commands.h"
#include "party/job.h"

static enum cs_status read_options(struct cs_job_options *options, int argc, char **argv,
                                   struct cs_fault *fault)
{
    const char *positional[2], *log = NULL, *level = NULL;
    const struct cs_argument arguments[] = {
        { .name = "epsilon", .number = &options->study.epsilon, .none = true },
        { .name = "data-dir", .text = &options->node.data_dir },
        { .name = "output-dir", .text = &options->node.output_dir },
        { .name = "ledger", .text = &options->node.ledger },
        { .name = "key", .text = &options->key },
        { .name = "address", .text = &options->address },
        { .name = "threads", .count = &options->threads },
        { .name = "log", .text = &log },
        { .name = "log-level", .text = &level },
        { .name = "watch", .flag = &options->watch },
        { .name = "fresh", .flag = &options->fresh },
        { .name = "no-checkpoint", .flag = &options->forgets },
    };
    const enum cs_status st =
        cs_arguments_read(argc, argv, arguments, sizeof arguments / sizeof *arguments,
                          positional, 2, fault);

    if (st != CS_OK)
        return st;
    options->study_path = positional[0];
    options->node_path = positional[1];
    if (options->threads > CS_WORKERS_MAX)
        return cs_fault_say(fault, CS_CONFIG, "--threads is at most %d", CS_WORKERS_MAX);
    return cs_log_options_read(&options->log, log, level, fault);
}

static enum cs_status run(int argc, char **argv, struct cs_fault *fault)
{
    struct cs_job_options options = { 0 };
    const enum cs_status st = read_options(&options, argc, argv, fault);

    return st == CS_OK ? cs_job_run(&options, fault) : st;
}

static enum cs_status check(int argc, char **argv, struct cs_fault *fault)
{
    struct cs_job_options options = { 0 };
    const enum cs_status st = read_options(&options, argc, argv, fault);

    return st == CS_OK ? cs_job_check(&options, fault) : st;
}

#define OPTIONS                                                                          \
    "  --epsilon E       in place of the study's budget; both parties must say the "     \
    "same;\n"                                                                            \
    "                    none needs a study that acknowledges it (docs/STUDY.md)\n"      \
    "  --data-dir DIR    where the node file's `data` is\n"                              \
    "  --output-dir DIR  outputs go to DIR/a or DIR/b in place of the node file's "      \
    "`output`\n"                                                                         \
    "  --ledger FILE     in place of the node file's `ledger`, unless that sets a "      \
    "limit\n"                                                                            \
    "  --key DIR         in place of the node file's `key`\n"                            \
    "  --address URL     in place of the node file's `listen` or `connect`\n"            \
    "  --threads N       in place of the node file's `threads`\n"                        \
    "  --log STYLE       auto (a progress line on a terminal), plain (lines for a "      \
    "file), json\n"                                                                      \
    "                    (an object a line), none\n"                                     \
    "  --log-level LEVEL error, warning, info (the default) or debug, and what is "      \
    "graver\n"                                                                           \
    "  --watch           keep a journal that `cosynth watch` shows, as long as it "      \
    "runs\n"                                                                             \
    "  --fresh           give up a run that did not end, which has been charged, and "   \
    "begin a new one\n"                                                                  \
    "  --no-checkpoint   keep nothing to go on with after a crash\n"

const struct cs_command cs_command_run = {
    "run",
    "one party's node: runs a study with the other party's node",
    "usage: cosynth run STUDY NODE [options]\n\n"
    "Runs this party's side of the study. The other party runs the same command with the "
    "same\n"
    "study file and its own node file; whichever starts first waits for the other. "
    "Outputs\n"
    "(synthetic.csv, report.html, report.txt, report.json, receipt.json, measured.json, "
    "study.yaml) "
    "appear\n"
    "together at the end, at both parties or at neither.\n\n" OPTIONS "\n"
    "examples:\n"
    "  cosynth run study.yaml a.yaml                  at party A\n"
    "  cosynth run study.yaml b.yaml --log plain      at party B, fit for a log file\n",
    run,
};

const struct cs_command cs_command_check = {
    "check",
    "everything that can be checked before the peer is called",
    "usage: cosynth check STUDY NODE [options]\n\n"
    "Reads study, node file, keys and data, says what would be measured, with how much "
    "noise,\n"
    "and what it would cost. Calls nobody and writes nothing but the output "
    "folder and, if there is none, an empty ledger.\n\n" OPTIONS "\n"
    "example:\n"
    "  cosynth check study.yaml a.yaml\n",
    check,
};
