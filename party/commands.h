/* commands.h: the words that come after `cosynth`, a file each (command_<name>.c); main.c
 * has their table. Each gets argv from its own name on, prints what it has to say on
 * standard output, and leaves words for the operator in fault when it fails. */
#ifndef CS_PARTY_COMMANDS_H
#define CS_PARTY_COMMANDS_H

#include "crypto/fault.h"

struct cs_command {
    const char *name;
    const char *summary; /* one line */
    const char *help;    /* usage, options, examples */
    enum cs_status (*run)(int argc, char **argv, struct cs_fault *fault);
};

extern const struct cs_command cs_command_keygen, cs_command_init, cs_command_check,
    cs_command_run, cs_command_simulate, cs_command_report, cs_command_synthesize,
    cs_command_evaluate, cs_command_privacy, cs_command_ledger, cs_command_compare,
    cs_command_watch, cs_command_doctor, cs_command_status, cs_command_demo_data;

#endif
