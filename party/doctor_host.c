/* The machine: processor, random numbers, clock, descriptors. */
#include <stdlib.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>

#include "model/workers.h"
#include "party/doctor.h"

enum {
    DESCRIPTORS = 64,    /* sockets, the ledger's files, outputs, and some to spare */
    BUILT_BEFORE = 2026, /* the year of the oldest build */
    YEARS_MOST = 50,
    TICKS = 1000,
};

static void check_processor(struct cs_doctor *doctor, const struct cs_node *node)
{
    const size_t n_cores = cs_workers_cores(), said = doctor->options->threads;
    const size_t n_threads = said > 0 ? said : node->threads;

    if (n_threads > n_cores)
        cs_doctor_warn(
            doctor, "processor",
            "%zu threads on %zu cores: they wait for each other; set `threads` to "
            "%zu at most",
            n_threads, n_cores, n_cores);
    else
        cs_doctor_good(doctor, "processor", "%zu cores, AES in vectors of %u bits",
                       n_cores, cs_host_vector_bits());
}

/* Without waiting: a host that has just started may have none yet. */
static void check_random(struct cs_doctor *doctor)
{
    unsigned char bytes[32];

    if (getrandom(bytes, sizeof bytes, GRND_NONBLOCK) == (ssize_t)sizeof bytes)
        cs_doctor_good(doctor, "random", "the system gives random numbers");
    else
        cs_doctor_refuse(
            doctor, "random", CS_IO,
            "the system has no random numbers yet; wait until it has started");
}

static bool goes_forward(void)
{
    struct timespec before, now;

    clock_gettime(CLOCK_MONOTONIC, &before);
    for (int i = 0; i < TICKS; i++) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec < before.tv_sec ||
            (now.tv_sec == before.tv_sec && now.tv_nsec < before.tv_nsec))
            return false;
        before = now;
    }
    return true;
}

/* Nothing that is agreed on depends on the date: the ledger and the log have it. */
static void check_clock(struct cs_doctor *doctor)
{
    const time_t now = time(NULL);
    struct tm utc;
    char text[64] = "";

    if (gmtime_r(&now, &utc) != NULL)
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &utc);
    if (!goes_forward())
        cs_doctor_refuse(doctor, "clock", CS_IO,
                         "the monotonic clock goes backward; timeouts cannot work here");
    else if (text[0] == '\0' || utc.tm_year + 1900 < BUILT_BEFORE ||
             utc.tm_year + 1900 > BUILT_BEFORE + YEARS_MOST)
        cs_doctor_warn(doctor, "clock",
                       "it is %s here, which cannot be; the ledger and the log will be "
                       "dated so: set the clock",
                       text);
    else
        cs_doctor_good(doctor, "clock", "%s", text);
}

static void check_descriptors(struct cs_doctor *doctor)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < DESCRIPTORS)
        cs_doctor_refuse(
            doctor, "descriptors", CS_IO,
            "%llu files may be open at once, %d are needed; raise `ulimit -n`",
            (unsigned long long)limit.rlim_cur, DESCRIPTORS);
    else
        cs_doctor_good(doctor, "descriptors", "%llu files may be open at once",
                       (unsigned long long)limit.rlim_cur);
}

void cs_doctor_host(struct cs_doctor *doctor, const struct cs_node *node)
{
    check_processor(doctor, node);
    check_random(doctor);
    check_clock(doctor);
    check_descriptors(doctor);
}
