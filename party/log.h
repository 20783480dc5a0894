/* log.h: the lines that a run leaves for its operator, on standard error.
 *
 * Plain lines are for people: what is said, after the time, the run and the party where
 * the style is `plain` (docs/OPERATING.md, Logs). JSON lines are for programs: an object
 * a line, with the keys of struct cs_log_record.
 *
 *   Secrecy  never a value of a row; the words of a fault hold none (crypto/fault.h)
 *   Memory   nothing is allocated, so that `out of memory` can be said too; what does
 *            not fit a line is cut
 *   Text     control characters, and bytes that are not UTF-8, become `?`: neither a file
 *            nor a peer can write a line of its own
 */
#ifndef CS_PARTY_LOG_H
#define CS_PARTY_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/fault.h"
#include "protocol/channel.h"

#define CS_LOG_LINE_BYTES 4096 /* PIPE_BUF: lines of two nodes do not mix in a pipe */

enum cs_log_style {
    CS_LOG_AUTO,  /* for who looks on: bare lines, or one line redrawn on a terminal */
    CS_LOG_PLAIN, /* lines for a file */
    CS_LOG_JSON,
    CS_LOG_NONE,
};

/* A level shows itself and what comes before it. */
enum cs_log_level { CS_LOG_ERROR, CS_LOG_WARNING, CS_LOG_INFO, CS_LOG_DEBUG };

enum cs_log_event { CS_LOG_BEGIN, CS_LOG_PROGRESS, CS_LOG_END, CS_LOG_NOTE, CS_LOG_EXIT };

struct cs_log_options {
    enum cs_log_style style;
    bool has_level;
    enum cs_log_level level; /* without one CS_LOG_INFO */
};

struct cs_log {
    const char *party; /* before each line; borrowed */
    enum cs_log_style style;
    enum cs_log_level level;
    bool stamps;          /* plain lines begin with time and run */
    char run[2 * 16 + 1]; /* in hexadecimal digits; empty: not known yet */
};

/* What is to be told; a member that is 0 or NULL is not. */
struct cs_log_record {
    enum cs_log_event event;
    enum cs_log_level level;
    const char *stage;                /* of the run */
    const char *message;              /* of a note and an exit */
    double done;                      /* share of the stage, in [0, 1]: of a progress */
    double seconds;                   /* since the stage began, or of an exit the run */
    const struct cs_traffic *traffic; /* the stage's own, at its end */
    int exit_code;                    /* of an exit */
};

/* By the words of the command line; NULL: not given. CS_CONFIG with what they may be. */
CS_MUST_USE enum cs_status cs_log_options_read(struct cs_log_options *options,
                                               const char *style, const char *level,
                                               struct cs_fault *fault);

void cs_log_init(struct cs_log *log, const struct cs_log_options *options,
                 const char *party);

void cs_log_run(struct cs_log *log, const uint8_t run_id[static 16]);

/* Puts `?` in place of control characters and of bytes that are not UTF-8. */
void cs_log_clean(char *text);

/* Whether a line of this level is wanted. */
bool cs_log_wants(const struct cs_log *log, enum cs_log_level level);

/* Writes the line, whatever cs_log_wants; stamped with the time, in milliseconds since
 * 1970. */
void cs_log_write(const struct cs_log *log, const struct cs_log_record *record);

/* The same into line, with its end: what cs_log_write writes. */
void cs_log_line(char line[static CS_LOG_LINE_BYTES], const struct cs_log *log,
                 const struct cs_log_record *record, int64_t time_ms);

#endif
