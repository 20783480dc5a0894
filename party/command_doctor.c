/* doctor: whether this host, the files and the network are fit for a run. */
#include "party/arguments.h"
#include "party/commands.h"
#include "party/doctor.h"

struct words {
    struct cs_job_options options;
    unsigned long peer_rows;
    bool json;
};

static enum cs_status read_words(struct words *words, int argc, char **argv,
                                 struct cs_fault *fault)
{
    struct cs_job_options *options = &words->options;
    const char *positional[2];
    const struct cs_argument arguments[] = {
        { .name = "epsilon", .number = &options->study.epsilon, .none = true },
        { .name = "data-dir", .text = &options->node.data_dir },
        { .name = "output-dir", .text = &options->node.output_dir },
        { .name = "ledger", .text = &options->node.ledger },
        { .name = "key", .text = &options->key },
        { .name = "address", .text = &options->address },
        { .name = "threads", .count = &options->threads },
        { .name = "peer-rows", .count = &words->peer_rows },
        { .name = "json", .flag = &words->json },
    };
    const enum cs_status st =
        cs_arguments_read(argc, argv, arguments, sizeof arguments / sizeof *arguments,
                          positional, 2, fault);

    if (st != CS_OK)
        return st;
    options->study_path = positional[0];
    options->node_path = positional[1];
    options->log = (struct cs_log_options){ CS_LOG_AUTO, true, CS_LOG_WARNING };
    return CS_OK;
}

static enum cs_status run(int argc, char **argv, struct cs_fault *fault)
{
    struct words words = { 0 };
    struct cs_doctor doctor = { .options = &words.options, .root = "" };
    enum cs_status st;

    CS_TRY(read_words(&words, argc, argv, fault));
    doctor.peer_rows = words.peer_rows;
    CS_TRY(cs_doctor_examine(&doctor, fault));
    CS_TRY((words.json ? cs_doctor_json : cs_doctor_text)(stdout, &doctor));
    st = cs_doctor_verdict(&doctor, fault);
out:
    return st;
}

const struct cs_command cs_command_doctor = {
    "doctor",
    "whether this host, the files and the network are fit for a run",
    "usage: cosynth doctor STUDY NODE [options]\n\n"
    "Checks processor, random numbers, clock, descriptors, key, folders, address, "
    "files,\n"
    "ledger and what may be spent; then predicts time, memory, traffic and room on disk, "
    "and\n"
    "refuses what cannot fit: exit code 2 if the operator must act, 3 if somebody else "
    "than\n"
    "the peer answers, 5 if this machine will not do. Makes the output folder and the "
    "ledger "
    "if\n"
    "they are not there; a peer that is up is greeted, and goes on waiting.\n\n"
    "  --epsilon E       in place of the study's budget\n"
    "  --data-dir DIR    where the node file's `data` is\n"
    "  --output-dir DIR  outputs go to DIR/a or DIR/b\n"
    "  --ledger FILE     in place of the node file's `ledger`, unless that sets a limit\n"
    "  --key DIR         in place of the node file's `key`\n"
    "  --address URL     in place of the node file's `listen` or `connect`\n"
    "  --threads N       in place of the node file's `threads`\n"
    "  --peer-rows N     how many rows the peer has; else as many as here\n"
    "  --json            as one JSON object\n\n"
    "example:\n"
    "  cosynth doctor study.yaml a.yaml && cosynth run study.yaml a.yaml\n",
    run,
};
