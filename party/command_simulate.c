/* simulate: both nodes as two processes on this host, over loopback, as two hosts would
 * run them. */
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "model/study.h"
#include "model/workers.h"
#include "party/arguments.h"
#include "party/children.h"
#include "party/commands.h"
#include "party/file.h"
#include "party/keys.h"
#include "party/monitor.h"
#include "party/node.h"
#include "party/outputs.h"
#include "party/report.h"

enum { WORDS_MAX = 28 }; /* of a node's command line */

struct simulation {
    const char *study, *node[2]; /* paths, as given */
    const char *data_dir, *output_dir;
    double epsilon;
    char epsilon_text[32], address[64];
    char threads_text[2][24];    /* empty: as the node files say */
    const char *log, *log_level; /* as given, or NULL */
    bool watch;
    bool has_own_keys; /* made for this run, and gone with it */

    char work[CS_PATH_BYTES]; /* a private folder: keys and files made for this run */
    char study_path[CS_PATH_BYTES];
    char key[2][CS_PATH_BYTES];    /* empty: the node files' */
    char output[2][CS_PATH_BYTES]; /* the nodes' output folders */
    char ledger[2][CS_PATH_BYTES]; /* empty: the node files' */
    struct cs_children_end end;
};

/* Writes text to work/name. */
static enum cs_status write_text(char path[static CS_PATH_BYTES],
                                 const struct simulation *simulation, const char *name,
                                 const char *text, size_t n_bytes, const char *more,
                                 struct cs_fault *fault)
{
    struct cs_file file = { 0 };
    enum cs_status st = CS_OK;

    CS_TRY(cs_file_join(path, simulation->work, name, fault));
    CS_TRY(cs_file_create(&file, path, fault));
    fwrite(text, 1, n_bytes, file.stream);
    fputs(more, file.stream);
    CS_TRY(cs_file_commit(&file, fault));
out:
    cs_file_discard(&file);
    return st;
}

/* Fresh keys for both parties, and a copy of the study that names their fingerprints:
 * what two hosts would have done by hand. */
static enum cs_status make_keys(struct simulation *simulation, const char *text,
                                size_t n_bytes, struct cs_fault *fault)
{
    static const char *const folder[] = { "key-a", "key-b" };
    char fingerprint[2][CS_FINGERPRINT_TEXT_BYTES], parties[256];
    struct cs_identity identity;
    enum cs_status st = CS_OK;

    for (size_t p = 0; p < 2; p++) {
        CS_TRY(cs_file_join(simulation->key[p], simulation->work, folder[p], fault));
        CS_TRY(cs_keys_make(&identity, simulation->key[p], fault));
        cs_fingerprint_text(fingerprint[p], identity.fingerprint);
        cs_identity_wipe(&identity);
    }
    snprintf(parties, sizeof parties,
             "\n# Keys made by `cosynth simulate` for one run.\n"
             "parties: {a: {fingerprint: \"%s\"}, b: {fingerprint: \"%s\"}}\n",
             fingerprint[0], fingerprint[1]);
    CS_TRY(write_text(simulation->study_path, simulation, "study.yaml", text, n_bytes,
                      parties, fault));
out:
    return st;
}

static enum cs_status prepare_study(struct simulation *simulation, struct cs_fault *fault)
{
    char *text = NULL;
    size_t n_bytes = 0;
    struct cs_study *study = NULL;
    const struct cs_study_override override = { .epsilon = simulation->epsilon };
    enum cs_status st = CS_OK;

    CS_TRY(cs_file_read(&text, &n_bytes, simulation->study, CS_STUDY_BYTES_MAX, fault));
    CS_TRY(cs_study_parse(&study, text, n_bytes, simulation->study, &override, fault));
    if (study->has_fingerprints)
        CS_TRY(cs_file_join(simulation->study_path, NULL, simulation->study, fault));
    else
        CS_TRY(make_keys(simulation, text, n_bytes, fault));
    simulation->has_own_keys = !study->has_fingerprints;
out:
    free(text);
    cs_study_free(study);
    return st;
}

/* A port of this host that nobody listens on: runs side by side do not meet. */
static enum cs_status choose_address(struct simulation *simulation,
                                     struct cs_fault *fault)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t n_address = sizeof address;
    const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    bool good = descriptor >= 0;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    good = good && bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0 &&
           getsockname(descriptor, (struct sockaddr *)&address, &n_address) == 0;
    const int reason = errno;
    if (descriptor >= 0)
        close(descriptor);
    if (!good)
        return cs_fault_say(fault, CS_IO, "no free port on the loopback address: %s",
                            strerror(reason));
    snprintf(simulation->address, sizeof simulation->address, "tcp://127.0.0.1:%u",
             ntohs(address.sin_port));
    return CS_OK;
}

/* The two nodes share the cores of this host. */
static void share_cores(char text[static 24])
{
    const size_t n = cs_workers_cores() / 2;

    snprintf(text, 24, "%zu", n > 0 ? n : 1);
}

/* A trial whose outputs are put elsewhere has a ledger of its own there, unless the owner
 * limits what may be spent. */
static enum cs_status place_ledger(struct simulation *simulation,
                                   const struct cs_node *node, struct cs_fault *fault)
{
    if (simulation->output_dir == NULL || !cs_limit_is_none(&node->limit))
        return CS_OK;
    return cs_file_join(simulation->ledger[node->party], node->output, "ledger.db",
                        fault);
}

/* Both node files must be there, one of each party, and say where the outputs go. */
static enum cs_status prepare_nodes(struct simulation *simulation, struct cs_fault *fault)
{
    const struct cs_node_override override = { .data_dir = simulation->data_dir,
                                               .output_dir = simulation->output_dir };
    struct cs_node node = { 0 };
    enum cs_status st = CS_OK;

    for (size_t p = 0; p < 2; p++) {
        CS_TRY(cs_node_read(&node, simulation->node[p], &override, fault));
        if (node.party != (enum cs_party)p) {
            st = cs_fault_say(fault, CS_CONFIG,
                              "%s: party: is %c; give a's node file first, "
                              "then b's",
                              simulation->node[p], "ab"[node.party]);
            goto out;
        }
        CS_TRY(cs_file_join(simulation->output[p], NULL, node.output, fault));
        CS_TRY(place_ledger(simulation, &node, fault));
        if (node.threads == 0)
            share_cores(simulation->threads_text[p]);
        cs_node_wipe(&node);
    }
out:
    cs_node_wipe(&node);
    return st;
}

/* What an operator said, or else: on a terminal a alone draws. */
static const char *style_of(const struct simulation *simulation, size_t p)
{
    if (simulation->log != NULL && strcmp(simulation->log, "auto") != 0)
        return simulation->log;
    return p == 1 && isatty(STDERR_FILENO) == 1 ? "none" : "auto";
}

/* Party p's node, as an operator would start it. */
static void node_words(const char *words[WORDS_MAX], const struct simulation *simulation,
                       size_t p)
{
    const struct {
        const char *option, *value;
    } options[] = {
        { "--address", simulation->address },
        { "--log", style_of(simulation, p) },
        { "--log-level", simulation->log_level },
        { "--key", simulation->key[p] },
        { "--data-dir", simulation->data_dir },
        { "--output-dir", simulation->output_dir },
        { "--ledger", simulation->ledger[p] },
        { "--epsilon", simulation->epsilon_text },
        { "--threads", simulation->threads_text[p] },
    };
    size_t n = 0;

    words[n++] = "cosynth";
    words[n++] = "run";
    words[n++] = simulation->study_path;
    words[n++] = simulation->node[p];
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (options[i].value == NULL || options[i].value[0] == '\0')
            continue;
        words[n++] = options[i].option;
        words[n++] = options[i].value;
    }
    if (simulation->watch)
        words[n++] = "--watch";
    if (simulation->has_own_keys) /* nobody could open it afterwards */
        words[n++] = "--no-checkpoint";
    words[n] = NULL;
}

/* The class of the party whose own fault it was, not of the one that was told. */
static enum cs_status judge(const struct cs_children_end *end, struct cs_fault *fault)
{
    static const enum cs_status classes[] = { CS_CONFIG, CS_IO, CS_ABORTED, CS_CLOSED };

    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        for (int p = 0; p < 2; p++)
            if (end->code[p] == cs_status_exit_code(classes[i]))
                return cs_fault_say(
                    fault, classes[i],
                    "party %c ended with exit code %d; its message is above", 'a' + p,
                    cs_status_exit_code(classes[i]));
    if (end->code[0] != 0 || end->code[1] != 0)
        return cs_fault_say(fault, CS_IO, "the nodes ended with exit codes %d and %d",
                            end->code[0], end->code[1]);
    return CS_OK;
}

static enum cs_status run_nodes(struct simulation *simulation, struct cs_fault *fault)
{
    const char *words[2][WORDS_MAX];
    enum cs_status st = CS_OK;

    for (size_t p = 0; p < 2; p++)
        node_words(words[p], simulation, p);
    CS_TRY(cs_children_run(&simulation->end,
                           (const char *const *const[2]){ words[0], words[1] }, fault));
    CS_TRY(judge(&simulation->end, fault));
out:
    return st;
}

/* The folder that both outputs are in, or a's if there is none. */
static void joint_folder(char path[static CS_PATH_BYTES],
                         const struct simulation *simulation)
{
    snprintf(path, CS_PATH_BYTES, "%s", simulation->output[0]);
    char *slash = strrchr(path, '/');
    if (slash != NULL && slash != path)
        *slash = '\0';
}

static enum cs_status report(const struct simulation *simulation, struct cs_fault *fault)
{
    struct cs_outputs outputs = { 0 };
    struct cs_ab *ab = NULL;
    char folder[CS_PATH_BYTES];
    enum cs_status st = CS_OK;

    CS_TRY(
        cs_outputs_read(&outputs, simulation->output[0], simulation->output[1], fault));
    const struct cs_noisy noisy = { outputs.study, &outputs.measured.plan,
                                    outputs.measured.cells };
    const struct cs_crowd crowd = { &outputs.population, &outputs.people };
    CS_TRY(cs_ab_analyse(&ab, &noisy, outputs.measured.shapes.given, &crowd));
    const struct cs_report joint = { outputs.study, ab, &outputs.measured.plan,
                                     outputs.measured.judgements, outputs.recorded };
    joint_folder(folder, simulation);
    CS_TRY(cs_report_write(folder, &joint, fault));
    CS_TRY(cs_report_text(stdout, &joint));
    printf("\nsynthetic data: %s/synthetic.csv, %s/synthetic.csv\n"
           "report:         %s/report.html, %s/report.txt, %s/report.json\n",
           simulation->output[0], simulation->output[1], folder, folder, folder);
out:
    cs_ab_free(ab);
    cs_outputs_wipe(&outputs);
    return st;
}

static enum cs_status make_work_folder(struct simulation *simulation,
                                       struct cs_fault *fault)
{
    const char *folder = getenv("TMPDIR");
    const enum cs_status st =
        cs_file_join(simulation->work, folder != NULL ? folder : "/tmp",
                     "cosynth-simulate-XXXXXX", fault);

    if (st == CS_OK && mkdtemp(simulation->work) == NULL) {
        simulation->work[0] = '\0';
        return cs_fault_say(fault, CS_IO, "no folder for temporary keys: %s",
                            strerror(errno));
    }
    return st;
}

static void remove_work_folder(const struct simulation *simulation)
{
    static const char *const names[] = { "key-a/key.pem",
                                         "key-a/certificate.pem",
                                         "key-a",
                                         "key-b/key.pem",
                                         "key-b/certificate.pem",
                                         "key-b",
                                         "study.yaml",
                                         "" };
    char path[CS_PATH_BYTES];

    if (simulation->work[0] == '\0')
        return;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (cs_file_join(path, simulation->work, names[i], NULL) == CS_OK)
            remove(path);
}

static enum cs_status read_options(struct simulation *simulation, int argc, char **argv,
                                   struct cs_fault *fault)
{
    const char *positional[3];
    const struct cs_argument arguments[] = {
        { .name = "epsilon", .number = &simulation->epsilon, .none = true },
        { .name = "data-dir", .text = &simulation->data_dir },
        { .name = "output-dir", .text = &simulation->output_dir },
        { .name = "log", .text = &simulation->log },
        { .name = "log-level", .text = &simulation->log_level },
        { .name = "watch", .flag = &simulation->watch },
    };
    const enum cs_status st =
        cs_arguments_read(argc, argv, arguments, sizeof arguments / sizeof *arguments,
                          positional, 3, fault);

    if (st != CS_OK)
        return st;
    simulation->study = positional[0];
    simulation->node[0] = positional[1];
    simulation->node[1] = positional[2];
    if (isinf(simulation->epsilon))
        snprintf(simulation->epsilon_text, sizeof simulation->epsilon_text, "none");
    else if (simulation->epsilon > 0)
        snprintf(simulation->epsilon_text, sizeof simulation->epsilon_text, "%.17g",
                 simulation->epsilon);
    return CS_OK;
}

static enum cs_status run(int argc, char **argv, struct cs_fault *fault)
{
    struct simulation simulation = { 0 };
    struct cs_log_options options = { .style = CS_LOG_AUTO };
    struct cs_monitor monitor;
    enum cs_status st = CS_OK;

    CS_TRY(read_options(&simulation, argc, argv, fault));
    CS_TRY(cs_log_options_read(&options, simulation.log, simulation.log_level, fault));
    cs_monitor_init(&monitor, &options, "");
    CS_TRY(prepare_nodes(&simulation, fault));
    CS_TRY(make_work_folder(&simulation, fault));
    CS_TRY(prepare_study(&simulation, fault));
    CS_TRY(choose_address(&simulation, fault));
    CS_TRY(run_nodes(&simulation, fault));
    CS_TRY(report(&simulation, fault));
out:
    if (st != CS_OK && options.style == CS_LOG_JSON)
        cs_monitor_exit(&monitor, st, fault); /* that log has no other lines */
    remove_work_folder(&simulation);
    if (simulation.end.signal != 0)
        raise(simulation.end.signal); /* whoever sent it sees that it worked */
    return st;
}

const struct cs_command cs_command_simulate = {
    "simulate",
    "both nodes as two processes on this host, over loopback",
    "usage: cosynth simulate STUDY NODE_A NODE_B [options]\n\n"
    "Starts one process for each party, which talk over loopback as two hosts would, and "
    "prints\n"
    "the joint report. Where the study names no fingerprints, keys are made for the run. "
    "The\n"
    "nodes use a free port of this host in place of `listen` and `connect`.\n\n"
    "  --epsilon E       in place of the study's budget, or none\n"
    "  --data-dir DIR    where the node files' `data` are\n"
    "  --output-dir DIR  outputs go to DIR/a and DIR/b, the joint report to DIR; the "
    "ledgers\n"
    "                    too, but those of node files that set a `ledger_limit`\n"
    "  --log STYLE       of both nodes: auto, plain, json or none\n"
    "  --log-level LEVEL error, warning, info (the default) or debug, and what is "
    "graver\n"
    "  --watch           each node keeps a journal that `cosynth watch` shows\n\n"
    "example:\n"
    "  cosynth simulate study.yaml a.yaml b.yaml --epsilon 1 --output-dir out\n",
    run,
};
