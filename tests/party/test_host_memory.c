/* What party/host_memory.h promises, on hosts that are folders. */
#include "party/host_memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "party/file.h"
#include "tests/support/check.h"

enum { GIB = 1 << 30 };

struct host {
    char root[64];
};

static void put(const struct host *host, const char *folder, const char *name,
                const char *text)
{
    char path[256];

    snprintf(path, sizeof path, "%s/%s", host->root, folder);
    assert_ok(cs_file_make_folder(path, NULL));
    snprintf(path, sizeof path, "%s/%s/%s", host->root, folder, name);
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs(text, stream);
    assert_int_equal(fclose(stream), 0);
}

/* 6 GiB available and 2 GiB of free swap. */
static int set(void **state)
{
    struct host *host = calloc(1, sizeof *host);

    assert_non_null(host);
    strcpy(host->root, "/tmp/cosynth-host-XXXXXX");
    assert_non_null(mkdtemp(host->root));
    put(host, "proc", "meminfo",
        "MemTotal:       8388608 kB\nMemFree:         524288 kB\n"
        "MemAvailable:   6291456 kB\nSwapFree:       2097152 kB\n");
    *state = host;
    return 0;
}

static int clear(void **state)
{
    struct host *host = *state;
    char command[128];

    snprintf(command, sizeof command, "rm -r %s", host->root);
    assert_int_equal(system(command), 0);
    free(host);
    return 0;
}

static void what_is_available_counts_with_free_swap(void **state)
{
    const struct host *host = *state;
    const struct cs_host_memory memory = cs_host_memory(host->root);

    assert_true(memory.bytes == 8.0 * GIB);
    assert_string_equal(memory.limit, "available, with free swap");
}

static void the_narrowest_control_group_counts(void **state)
{
    const struct host *host = *state;

    put(host, "proc/self", "cgroup", "1:name=old:/x\n0::/shop/node\n");
    put(host, "sys/fs/cgroup/shop/node", "memory.max", "max\n");
    put(host, "sys/fs/cgroup/shop/node", "memory.current", "1000\n");
    assert_true(cs_host_memory(host->root).bytes == 8.0 * GIB);
    put(host, "sys/fs/cgroup/shop", "memory.max", "3221225472\n");
    put(host, "sys/fs/cgroup/shop", "memory.current", "1073741824\n");
    assert_true(cs_host_memory(host->root).bytes == 2.0 * GIB);
    assert_string_equal(cs_host_memory(host->root).limit, "left to the control group");
    put(host, "sys/fs/cgroup/shop", "memory.current", "4294967296\n");
    assert_true(cs_host_memory(host->root).bytes == 0);
    put(host, "sys/fs/cgroup/shop", "memory.stat",
        "anon 1073741824\ninactive_file 1073741824\nactive_file 1073741824\n");
    assert_true(cs_host_memory(host->root).bytes == 1.0 * GIB);
}

/* Lower than nothing known, higher than what the process has. */
static void a_limit_on_address_space_counts(void **state)
{
    const struct rlimit limit = { (rlim_t)1 << 50, RLIM_INFINITY };
    struct rlimit before;
    (void)state;

    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    if (before.rlim_cur != RLIM_INFINITY)
        return; /* somebody limits the test */
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
    const struct cs_host_memory memory = cs_host_memory("/nowhere");
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    assert_true(memory.bytes == exp2(50));
    assert_string_equal(memory.limit, "left by the limit on address space");
}

static void a_host_that_says_nothing_limits_nothing(void **state)
{
    (void)state;

    assert_true(isinf(cs_host_memory("/nowhere").bytes));
}

static void this_host_says_something(void **state)
{
    const double bytes = cs_host_memory("").bytes;
    (void)state;

    assert_true(bytes >= 0 && isfinite(bytes));
}

int main(void)
{
#define ON_A_HOST(test) cmocka_unit_test_setup_teardown(test, set, clear)
    const struct CMUnitTest tests[] = {
        ON_A_HOST(what_is_available_counts_with_free_swap),
        ON_A_HOST(the_narrowest_control_group_counts),
        cmocka_unit_test(a_limit_on_address_space_counts),
        cmocka_unit_test(a_host_that_says_nothing_limits_nothing),
        cmocka_unit_test(this_host_says_something),
    };
    return CS_RUN("party/host_memory", tests);
}
