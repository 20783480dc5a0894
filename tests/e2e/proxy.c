/* proxy: tests/support/proxy.h as a program, between two nodes of a test of whole runs.
 *
 *     proxy PORT TO_PORT [cut=BYTES] [cuts=N] [stall=BYTES] [delay=MS] [rate=BYTES]
 *
 * Says `connections N bytes N` at its end, by SIGTERM. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/proxy.h"

static bool read_option(struct cs_proxy_options *options, const char *word)
{
    const char *value = strchr(word, '=');

    if (value == NULL)
        return false;
    const unsigned long long number = strtoull(value + 1, NULL, 10);
    const size_t n = (size_t)(value - word);
    if (strncmp(word, "cut", n) == 0 && n == 3)
        options->cut_every = number;
    else if (strncmp(word, "cuts", n) == 0 && n == 4)
        options->n_cuts = number;
    else if (strncmp(word, "stall", n) == 0 && n == 5)
        options->stall_at = number;
    else if (strncmp(word, "delay", n) == 0 && n == 5)
        options->delay_ms = (unsigned)number;
    else if (strncmp(word, "rate", n) == 0 && n == 4)
        options->rate_bytes = number;
    else
        return false;
    return true;
}

int main(int argc, char **argv)
{
    struct cs_proxy_options options = { 0 };
    sigset_t ends;
    int got;

    if (argc < 3)
        return 2;
    options.port = (unsigned)atoi(argv[1]);
    options.to_port = (unsigned)atoi(argv[2]);
    for (int i = 3; i < argc; i++)
        if (!read_option(&options, argv[i]))
            return 2;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    struct cs_proxy *proxy = cs_proxy_start(&options);
    sigwait(&ends, &got);
    printf("connections %u bytes %llu\n", cs_proxy_n_connections(proxy),
           (unsigned long long)cs_proxy_n_bytes(proxy));
    cs_proxy_stop(proxy);
    return 0;
}
