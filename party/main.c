/* main.c: the program. A run is `cosynth run`, once at each party: read party/job.c next.
 */
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "crypto/aes.h"
#include "party/commands.h"
#include "party/version.h"

static const struct cs_command *const commands[] = {
    &cs_command_keygen,     &cs_command_init,     &cs_command_check,
    &cs_command_run,        &cs_command_simulate, &cs_command_report,
    &cs_command_synthesize, &cs_command_evaluate, &cs_command_compare,
    &cs_command_privacy,    &cs_command_ledger,   &cs_command_watch,
    &cs_command_doctor,     &cs_command_status,   &cs_command_demo_data,
};

enum { N_COMMANDS = sizeof commands / sizeof *commands };

static int print_usage(FILE *stream, int code)
{
    fputs("cosynth: two parties turn one experiment into two synthetic data sets and an "
          "A/B "
          "report\n\n",
          stream);
    for (size_t i = 0; i < N_COMMANDS; i++)
        fprintf(stream, "  cosynth %-10s %s\n", commands[i]->name, commands[i]->summary);
    fputs(
        "\n`cosynth help COMMAND` shows options and examples; `cosynth --version` the "
        "version.\n\n"
        "Exit codes say who must act: 0 nobody, 2 the operator, 3 the other party, 4 the "
        "network,\n5 this machine.\n",
        stream);
    return code;
}

static const struct cs_command *find_command(const char *name)
{
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int print_version(void)
{
    return printf("cosynth %s%s%s%s\n", CS_VERSION, cs_revision[0] != '\0' ? " (" : "",
                  cs_revision, cs_revision[0] != '\0' ? ")" : "") < 0;
}

static int refuse_command(const char *name)
{
    fprintf(stderr, "cosynth: %s: there is no such command\n\n", name);
    return print_usage(stderr, cs_status_exit_code(CS_CONFIG));
}

/* `cosynth help`, `cosynth help COMMAND`. */
static int print_help(int argc, char **argv)
{
    if (argc < 3)
        return print_usage(stdout, 0);
    const struct cs_command *command = find_command(argv[2]);
    return command != NULL ? fputs(command->help, stdout) < 0 : refuse_command(argv[2]);
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 2; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static int run_command(const struct cs_command *command, int argc, char **argv)
{
    struct cs_fault fault = { .stage = command->name };
    const enum cs_status st = command->run(argc - 1, argv + 1, &fault);

    if (st != CS_OK && !fault.told)
        fprintf(stderr, "cosynth: %s: %s%s%s\n", fault.stage, cs_status_text(st),
                fault.text[0] != '\0' ? ": " : "", fault.text);
    return cs_status_exit_code(st);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return print_usage(stderr, cs_status_exit_code(CS_CONFIG));
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return print_usage(stdout, 0);
    if (strcmp(argv[1], "--version") == 0)
        return print_version();
    if (strcmp(argv[1], "help") == 0)
        return print_help(argc, argv);
    const struct cs_command *command = find_command(argv[1]);
    if (command == NULL)
        return refuse_command(argv[1]);
    if (wants_help(argc, argv))
        return fputs(command->help, stdout) < 0;
    setvbuf(stderr, NULL, _IOLBF, BUFSIZ); /* a line is one write: those of two nodes
                                              do not mix */
    if (sodium_init() < 0 || !cs_aes_supported()) {
        fputs(
            "cosynth: this machine has no secure random numbers, or its processor no AES "
            "instructions; run on another\n",
            stderr);
        return cs_status_exit_code(CS_IO);
    }
    signal(SIGPIPE,
           SIG_IGN); /* a peer that is gone, and a full disk, are errors of writes */
    signal(SIGXFSZ, SIG_IGN);
    return run_command(command, argc, argv);
}
