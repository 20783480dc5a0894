#include "party/interrupt.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TELLING_MS = 1000 };

static _Noreturn void end_program(const struct cs_interrupt *interrupt, int number)
{
    signal(number, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &interrupt->heard, NULL);
    raise(number);
    _exit(128 + number); /* as a shell calls it */
}

static void tell_peer(struct cs_interrupt *interrupt)
{
    pthread_mutex_lock(&interrupt->lock); /* for good */
    if (interrupt->channel != NULL)
        cs_channel_stop(interrupt->channel, TELLING_MS);
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
    tell_peer(interrupt);
    end_program(interrupt, number);
}

enum cs_status cs_interrupt_begin(struct cs_interrupt *interrupt,
                                  struct cs_staging *staging, struct cs_fault *fault)
{
    interrupt->staging = staging;
    interrupt->channel = NULL;
    pthread_mutex_init(&interrupt->lock, NULL);
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
    pthread_mutex_destroy(&interrupt->lock);
    return cs_fault_say(fault, CS_MEMORY, "no thread: %s", strerror(failed));
}

void cs_interrupt_tell(struct cs_interrupt *interrupt, struct cs_channel *channel)
{
    pthread_mutex_lock(&interrupt->lock);
    interrupt->channel = channel;
    pthread_mutex_unlock(&interrupt->lock);
}

void cs_interrupt_end(struct cs_interrupt *interrupt)
{
    pthread_cancel(interrupt->thread);
    pthread_join(interrupt->thread, NULL);
    pthread_mutex_destroy(&interrupt->lock);
    pthread_sigmask(SIG_SETMASK, &interrupt->before, NULL);
}
