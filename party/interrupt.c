#include "party/interrupt.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void end_program(const struct cs_interrupt *interrupt, int number)
{
    signal(number, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &interrupt->heard, NULL);
    raise(number);
    _exit(128 + number); /* as a shell calls it */
}

static void *wait_for_signals(void *arg)
{
    struct cs_interrupt *interrupt = arg;
    int number = 0;

    if (sigwait(&interrupt->heard, &number) != 0)
        return NULL;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    if (cs_staging_stop(interrupt->staging))
        fprintf(stderr, "%scosynth: stopped (%s); no file was written\n",
                isatty(STDERR_FILENO) == 1 ? "\n" : "", strsignal(number));
    end_program(interrupt, number);
}

enum cs_status cs_interrupt_begin(struct cs_interrupt *interrupt,
                                  struct cs_staging *staging, struct cs_fault *fault)
{
    interrupt->staging = staging;
    sigemptyset(&interrupt->heard);
    sigaddset(&interrupt->heard, SIGINT);
    sigaddset(&interrupt->heard, SIGTERM);
    sigaddset(&interrupt->heard, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &interrupt->heard, &interrupt->before);
    const int failed =
        pthread_create(&interrupt->thread, NULL, wait_for_signals, interrupt);
    if (failed == 0)
        return CS_OK;
    pthread_sigmask(SIG_SETMASK, &interrupt->before, NULL);
    return cs_fault_say(fault, CS_MEMORY, "no thread: %s", strerror(failed));
}

void cs_interrupt_end(struct cs_interrupt *interrupt)
{
    pthread_cancel(interrupt->thread);
    pthread_join(interrupt->thread, NULL);
    pthread_sigmask(SIG_SETMASK, &interrupt->before, NULL);
}
