/* monitor.h: what a run says of itself while it works, and how long each stage took.
 *
 * On a terminal one line is redrawn: stage, share done, time left. Otherwise each stage
 * is a line of the log (party/log.h) when it begins and one when it is done, and one a
 * minute between, or a second at level debug. If there is a journal, it gets the same,
 * and losses. Nothing of a row is ever said. Telling progress also keeps the peer's clock
 * quiet (cs_channel_tick).
 */
#ifndef CS_PARTY_MONITOR_H
#define CS_PARTY_MONITOR_H

#include <stdbool.h>

#include "crypto/progress.h"
#include "model/curve.h"
#include "party/journal.h"
#include "party/log.h"
#include "protocol/channel.h"

#define CS_MONITOR_STAGES_MAX 16

struct cs_stage_time {
    const char *stage; /* a literal */
    double seconds;
};

struct cs_monitor {
    struct cs_log log;           /* what it writes to */
    bool draws;                  /* a line on a terminal, again and again */
    struct cs_channel *channel;  /* to the peer; NULL until there is one */
    struct cs_journal *journal;  /* for who watches; NULL if nobody does */
    struct cs_progress progress; /* to be given to long work */
    struct cs_curve curve; /* to work on private results alone; goes to the journal */
    struct cs_stage_time stage[CS_MONITOR_STAGES_MAX];
    size_t n_stages;
    double start, stage_start;  /* seconds of the monotonic clock */
    double last_told, last_log; /* the same */
    struct cs_outages outages;  /* of the channel, as far as they are said */
    double done;
};

/* The monitor must stay where it is: its progress and its curve point to it. who: before
 * each line. */
void cs_monitor_init(struct cs_monitor *monitor, const struct cs_log_options *options,
                     const char *who);
void cs_monitor_begin(struct cs_monitor *monitor, const char *stage);
void cs_monitor_end(struct cs_monitor *monitor, bool ok);

/* A line of words, between the others; a warning is what may be a mistake. */
void cs_monitor_say(struct cs_monitor *monitor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void cs_monitor_warn(struct cs_monitor *monitor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A warning that no style and no level keeps quiet. */
void cs_monitor_mark(const struct cs_monitor *monitor, const char *words);

/* The last line: how the run ended. Marks the fault as told where main need not. */
void cs_monitor_exit(const struct cs_monitor *monitor, enum cs_status st,
                     struct cs_fault *fault);

#endif
