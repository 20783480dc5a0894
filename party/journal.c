#include "party/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "party/file.h"
#include "protocol/clock.h"

enum { DUE_MS = 500, DUE_SHARE = 1000 }; /* a line each half second, or 1000th of a run */

void cs_journal_init(struct cs_journal *journal)
{
    *journal = (struct cs_journal){ .descriptor = -1 };
}

void cs_journal_close(struct cs_journal *journal)
{
    if (journal->descriptor >= 0)
        close(journal->descriptor);
    journal->descriptor = -1;
}

/* One line, in one write: who reads it sees all of it, or the file's end. Takes line. */
static void write_line(struct cs_journal *journal, json_t *line)
{
    char *text =
        line == NULL ? NULL : json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(8));
    const size_t n = text == NULL ? 0 : strlen(text);

    json_decref(line);
    if (text != NULL)
        text[n] = '\n'; /* in place of its end */
    if (text == NULL || write(journal->descriptor, text, n + 1) != (ssize_t)(n + 1))
        cs_journal_close(journal);
    free(text);
}

/* JSON has no infinity: what has no bound is null. */
static json_t *number(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static json_t *names(const char *const *name)
{
    json_t *array = json_array();

    for (; *name != NULL; name++)
        json_array_append_new(array, json_string(*name));
    return array;
}

static bool hold_lock(int descriptor)
{
    struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

    return fcntl(descriptor, F_SETLK, &whole) == 0;
}

enum cs_status cs_journal_open(struct cs_journal *journal, const char *folder,
                               const struct cs_study *study, enum cs_party party,
                               const char *const *stages, struct cs_fault *fault)
{
    char path[CS_PATH_BYTES];
    enum cs_status st;

    CS_TRY(cs_file_join(path, folder, CS_JOURNAL_NAME, fault));
    journal->descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (journal->descriptor < 0 || !hold_lock(journal->descriptor)) {
        st = cs_fault_say(fault, CS_IO,
                          "%s: cannot be written and locked: %s; leave --watch out", path,
                          strerror(errno));
        cs_journal_close(journal);
        goto out;
    }
    journal->opened_ms = journal->told_ms = cs_clock_ms();
    write_line(journal,
               json_pack("{s:s, s:s, s:I, s:I, s:s, s:s, s:o, s:o, s:o}", "schema",
                         CS_JOURNAL_SCHEMA, "version", CS_VERSION, "pid",
                         (json_int_t)getpid(), "started", (json_int_t)time(NULL), "study",
                         study->name, "party", party == CS_A ? "a" : "b", "epsilon",
                         number(study->epsilon), "delta",
                         study->unprotected ? json_null() : json_real(study->delta),
                         "stages", names(stages)));
out:
    return st;
}

void cs_journal_charged(struct cs_journal *journal, double epsilon)
{
    if (journal->descriptor >= 0)
        write_line(journal, json_pack("{s:o}", "charged", number(epsilon)));
}

bool cs_journal_is_due(const struct cs_journal *journal)
{
    const uint64_t now_ms = cs_clock_ms();
    const uint64_t share_ms = (now_ms - journal->opened_ms) / DUE_SHARE;

    return journal->descriptor >= 0 &&
           now_ms - journal->told_ms >= (share_ms > DUE_MS ? share_ms : DUE_MS);
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

/* Of this process, from its start. */
static void put_resources(json_t *line)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return;
    json_object_set_new(
        line, "cpu_seconds",
        json_real(seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime)));
    json_object_set_new(line, "memory_bytes",
                        json_integer((json_int_t)usage.ru_maxrss * 1024));
}

static void put_traffic(json_t *line, const struct cs_traffic *traffic)
{
    if (traffic == NULL)
        return;
    json_object_set_new(line, "sent_bytes",
                        json_integer((json_int_t)traffic->sent_bytes));
    json_object_set_new(line, "received_bytes",
                        json_integer((json_int_t)traffic->received_bytes));
    json_object_set_new(line, "rounds", json_integer((json_int_t)traffic->rounds));
}

void cs_journal_tell(struct cs_journal *journal, const struct cs_journal_stage *stage)
{
    if (journal->descriptor < 0)
        return;
    journal->told_ms = cs_clock_ms();
    json_t *line =
        json_pack("{s:s, s:f, s:f, s:f, s:b}", "stage", stage->name, "at",
                  (double)(journal->told_ms - journal->opened_ms) / 1000, "seconds",
                  stage->seconds, "done", stage->done, "over", stage->over);
    put_resources(line);
    put_traffic(line, stage->traffic);
    write_line(journal, line);
}

void cs_journal_add(struct cs_journal *journal, const char *stage, double value)
{
    if (journal->descriptor >= 0 && isfinite(value))
        write_line(journal, json_pack("{s:s, s:f}", "curve", stage, "value", value));
}
