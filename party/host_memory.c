#include "party/host_memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "party/file.h"

/* root/path, NULL if it is not there. */
static FILE *open_under(const char *root, const char *path)
{
    char whole[CS_PATH_BYTES];
    const int n = snprintf(whole, sizeof whole, "%s/%s", root, path);

    return n > 0 && (size_t)n < sizeof whole ? fopen(whole, "r") : NULL;
}

/* A number of /proc/meminfo, in bytes; 0 if it is not there. */
static double meminfo(const char *root, const char *key)
{
    FILE *stream = open_under(root, "proc/meminfo");
    char line[256], name[64];
    double kib = 0, found = 0;

    while (stream != NULL && fgets(line, sizeof line, stream) != NULL)
        if (sscanf(line, "%63[^:]: %lf kB", name, &kib) == 2 && strcmp(name, key) == 0)
            found = 1024 * kib;
    if (stream != NULL)
        fclose(stream);
    return found;
}

/* The number in a file of one; INFINITY if there is none, as for `max`. */
static double number_in(const char *root, const char *folder, const char *name)
{
    char path[CS_PATH_BYTES];
    double number = INFINITY;

    const int n = snprintf(path, sizeof path, "sys/fs/cgroup%s/%s", folder, name);
    FILE *stream = n > 0 && (size_t)n < sizeof path ? open_under(root, path) : NULL;
    if (stream == NULL)
        return INFINITY;
    if (fscanf(stream, "%lf", &number) != 1)
        number = INFINITY;
    fclose(stream);
    return number;
}

/* A number of the group's memory.stat; 0 if it is not there. */
static double stat_of(const char *root, const char *folder, const char *key)
{
    char path[CS_PATH_BYTES], name[64];
    const int n = snprintf(path, sizeof path, "sys/fs/cgroup%s/memory.stat", folder);
    FILE *stream = n > 0 && (size_t)n < sizeof path ? open_under(root, path) : NULL;
    double number = 0, found = 0;

    while (stream != NULL && fscanf(stream, "%63s %lf", name, &number) == 2)
        if (strcmp(name, key) == 0)
            found = number;
    if (stream != NULL)
        fclose(stream);
    return found;
}

/* What the group has and must keep: the system gives up copies of files for memory. */
static double kept_by(const char *root, const char *folder)
{
    const double files =
        stat_of(root, folder, "active_file") + stat_of(root, folder, "inactive_file");
    const double all = number_in(root, folder, "memory.current");

    return isfinite(all) ? fmax(all - files, 0) : 0;
}

/* The folder of the process's group, from the line `0::/path`. */
static bool find_group(char folder[static CS_PATH_BYTES], const char *root)
{
    FILE *stream = open_under(root, "proc/self/cgroup");
    char line[CS_PATH_BYTES];
    bool found = false;

    while (stream != NULL && !found && fgets(line, sizeof line, stream) != NULL)
        if (strncmp(line, "0::/", 4) == 0) {
            line[strcspn(line, "\n")] = '\0';
            strcpy(folder, line + 3);
            found = true;
        }
    if (stream != NULL)
        fclose(stream);
    return found;
}

/* What is left to the group and to all that it is in. */
static double left_to_groups(const char *root)
{
    char folder[CS_PATH_BYTES];
    double left = INFINITY;

    if (!find_group(folder, root))
        return INFINITY;
    for (;;) {
        const double most = number_in(root, folder, "memory.max");
        char *slash = strrchr(folder, '/');

        if (isfinite(most))
            left = fmin(left, fmax(most - kept_by(root, folder), 0));
        if (slash == NULL)
            return left;
        *slash = '\0';
    }
}

/* What a limit leaves beyond what the process has, by a column of proc/self/statm. */
static double left_to_process(const char *root, int resource, int column)
{
    FILE *stream = open_under(root, "proc/self/statm");
    struct rlimit limit;
    double pages = 0;

    for (int i = 0; stream != NULL && i <= column; i++)
        if (fscanf(stream, "%lf", &pages) != 1)
            pages = 0;
    if (stream != NULL)
        fclose(stream);
    if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return INFINITY;
    return fmax((double)limit.rlim_cur - pages * (double)sysconf(_SC_PAGESIZE), 0);
}

struct cs_host_memory cs_host_memory(const char *root)
{
    enum { SIZE, DATA = 5 }; /* columns of statm */
    const double available = meminfo(root, "MemAvailable");
    const struct cs_host_memory limits[] = {
        { available > 0 ? available + meminfo(root, "SwapFree") : INFINITY,
          "available, with free swap" },
        { left_to_groups(root), "left to the control group" },
        { left_to_process(root, RLIMIT_AS, SIZE), "left by the limit on address space" },
        { left_to_process(root, RLIMIT_DATA, DATA), "left by the limit on data" },
    };
    struct cs_host_memory least = limits[0];

    for (size_t i = 1; i < sizeof limits / sizeof *limits; i++)
        if (limits[i].bytes < least.bytes)
            least = limits[i];
    return least;
}
