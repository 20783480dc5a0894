/* soak RUNS A_FOLDER B_FOLDER ADDRESS [descriptor|memory]: runs in a row at two nodes,
 * each one process that goes on living. A line a run: party, run, kilobytes that are
 * resident and on the heap, descriptors, threads. Exit code 1 if a run fails. The last
 * word plants something that each run of a loses. */
#include <dirent.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "party/job.h"

enum { LOST_BYTES = 100000 };

/* Of the sanitizers, where there are any: they have a heap of their own. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t heap_bytes(void)
{
    if (__sanitizer_get_current_allocated_bytes != NULL)
        return __sanitizer_get_current_allocated_bytes();
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static size_t resident_bytes(void)
{
    unsigned long total = 0, resident = 0;
    FILE *stream = fopen("/proc/self/statm", "r");

    CS_REQUIRE(stream != NULL && fscanf(stream, "%lu %lu", &total, &resident) == 2);
    fclose(stream);
    return (size_t)resident * (size_t)sysconf(_SC_PAGESIZE);
}

static size_t n_entries(const char *folder)
{
    DIR *entries = opendir(folder);
    size_t n = 0;

    CS_REQUIRE(entries != NULL);
    while (readdir(entries) != NULL)
        n++;
    closedir(entries);
    return n - 2; /* `.` and `..` */
}

static void lose(const char *what)
{
    static void *volatile lost;

    if (strcmp(what, "descriptor") == 0)
        CS_REQUIRE(open("/dev/null", O_RDONLY) >= 0);
    if (strcmp(what, "memory") == 0) {
        lost = calloc(2, LOST_BYTES / 2);
        CS_REQUIRE(lost != NULL);
    }
}

static int run_once(const char *folder, const char *address)
{
    char study[CS_PATH_BYTES], node[CS_PATH_BYTES];
    struct cs_job_options options = { .study_path = study,
                                      .node_path = node,
                                      .address = address,
                                      .log = { .style = CS_LOG_NONE } };
    struct cs_fault fault = { .stage = "soak" };

    if (cs_file_join(study, folder, "study.yaml", &fault) != CS_OK ||
        cs_file_join(node, folder, "node.yaml", &fault) != CS_OK ||
        cs_job_run(&options, &fault) != CS_OK) {
        fprintf(stderr, "%s: %s: %s\n", folder, fault.stage, fault.text);
        return 1;
    }
    return 0;
}

static int run_all(const char *who, int n_runs, const char *folder, const char *address,
                   const char *loses)
{
    for (int i = 1; i <= n_runs; i++) {
        if (run_once(folder, address) != 0)
            return 1;
        lose(loses);
        printf("%s %d %zu %zu %zu %zu\n", who, i, resident_bytes() / 1000,
               heap_bytes() / 1000, n_entries("/proc/self/fd"),
               n_entries("/proc/self/task"));
        fflush(stdout);
    }
    return 0;
}

int main(int argc, char **argv)
{
    int status = 0;

    if (argc < 5 || sodium_init() < 0)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    const int n_runs = atoi(argv[1]);
    const pid_t peer = fork();
    if (peer == 0)
        return run_all("b", n_runs, argv[3], argv[4], "");
    const int code = run_all("a", n_runs, argv[2], argv[4], argc > 5 ? argv[5] : "");
    return waitpid(peer, &status, 0) == peer && status == 0 ? code : 1;
}
