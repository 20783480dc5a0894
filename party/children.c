#include "party/children.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 5 };

struct child {
    pid_t pid; /* 0: not there, or over */
    bool stopped;
    int code;
};

struct pair {
    struct child child[2];
    sigset_t heard, before; /* waited for while they run; the mask they get */
};

/* In the child. The prctl alone would miss a parent that is gone by now. */
static _Noreturn void become(const char *const *words, const sigset_t *mask, pid_t parent)
{
    sigprocmask(SIG_SETMASK, mask, NULL);
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent)
        execv("/proc/self/exe", (char *const *)words);
    _exit(cs_status_exit_code(CS_IO));
}

static void stop(struct pair *pair)
{
    for (size_t i = 0; i < 2; i++) {
        struct child *child = &pair->child[i];

        if (child->pid == 0 || child->stopped)
            continue;
        child->stopped = true;
        kill(child->pid, SIGTERM);
    }
}

static enum cs_status start(struct pair *pair, const char *const *const words[2],
                            struct cs_fault *fault)
{
    const pid_t parent = getpid();

    fflush(NULL);
    for (size_t i = 0; i < 2; i++) {
        const pid_t pid = fork();

        if (pid == 0)
            become(words[i], &pair->before, parent);
        if (pid < 0)
            return cs_fault_say(fault, CS_IO, "no process for a node: %s",
                                strerror(errno));
        pair->child[i].pid = pid;
    }
    return CS_OK;
}

/* Looks who is over. True if one failed that was not stopped. */
static bool reap(struct pair *pair)
{
    bool failed = false;
    int status = 0;

    for (size_t i = 0; i < 2; i++) {
        struct child *child = &pair->child[i];

        if (child->pid == 0 || waitpid(child->pid, &status, WNOHANG) != child->pid)
            continue;
        child->pid = 0;
        child->code =
            WIFEXITED(status) ? WEXITSTATUS(status) : cs_status_exit_code(CS_IO);
        if (child->stopped && child->code != 0)
            child->code = CS_CHILD_STOPPED;
        else if (child->code != 0)
            failed = true;
    }
    return failed;
}

static bool any_runs(const struct pair *pair)
{
    return pair->child[0].pid != 0 || pair->child[1].pid != 0;
}

/* Returns the signal that stopped them, or 0. */
static int wait_for_both(struct pair *pair)
{
    const struct timespec look_again = { .tv_sec = 1 };
    int by_signal = 0, seconds_left = -1; /* -1: none failed */

    while (any_runs(pair)) {
        const int got = sigtimedwait(&pair->heard, NULL, &look_again);

        if (got > 0 && got != SIGCHLD) {
            by_signal = got;
            stop(pair);
        }
        if (reap(pair))
            seconds_left = PATIENCE_SECONDS;
        else if (got < 0 && errno == EAGAIN && seconds_left > 0 && --seconds_left == 0)
            stop(pair);
    }
    return by_signal;
}

enum cs_status cs_children_run(struct cs_children_end *end,
                               const char *const *const words[2], struct cs_fault *fault)
{
    static const int heard[] = { SIGCHLD, SIGINT, SIGTERM, SIGHUP };
    struct pair pair = { 0 };

    sigemptyset(&pair.heard);
    for (size_t i = 0; i < sizeof heard / sizeof *heard; i++)
        sigaddset(&pair.heard, heard[i]);
    sigprocmask(SIG_BLOCK, &pair.heard, &pair.before);
    const enum cs_status st = start(&pair, words, fault);
    if (st != CS_OK)
        stop(&pair);
    end->signal = wait_for_both(&pair);
    sigprocmask(SIG_SETMASK, &pair.before, NULL);
    for (size_t i = 0; i < 2; i++)
        end->code[i] = pair.child[i].code;
    return st;
}
