/* host_memory.h: how much memory a process may still take on this host.
 *
 * The least of: what Linux calls available and free swap (proc(5), MemAvailable and
 * SwapFree), what is left to each control group that the process is in (version 2:
 * memory.max and memory.current, of which copies of files can be given up; no swap is
 * counted there), and of its limits on
 * address space and data (getrlimit(2)).
 *
 *   Errors  none: what cannot be read limits nothing, and INFINITY is no limit known
 */
#ifndef CS_PARTY_HOST_MEMORY_H
#define CS_PARTY_HOST_MEMORY_H

#include <stdbool.h>

struct cs_host_memory {
    double bytes;      /* INFINITY: not known */
    const char *limit; /* what is the least, in words; a literal */
};

/* root: "", or a folder that has proc/ and sys/ of another host, for tests. */
struct cs_host_memory cs_host_memory(const char *root);

#endif
