#include "tests/support/check.h"

#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child;

int cs_check_fork(void)
{
    child = fork();
    if (child == 0) { /* quiet, and without a core file */
        const struct rlimit none = { 0, 0 };
        const int null = open("/dev/null", O_WRONLY);

        setrlimit(RLIMIT_CORE, &none);
        dup2(null, STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
    }
    return (int)child;
}

void cs_check_survived(void)
{
    _exit(0);
}

int cs_check_child_aborted(void)
{
    int status = 0;

    if (waitpid(child, &status, 0) != child)
        return 0;
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

int cs_check_setup(void **state)
{
    (void)state;
    return sodium_init() < 0;
}
