/* monitor.h: what a run says of itself while it works, and how long each stage took.
 *
 * On a terminal one line is redrawn: stage, share done, time left. Otherwise each stage
 * is one plain line when it begins and one when it is done, fit for a log. If there is a
 * journal, it gets the same, and losses. Nothing of a row is ever said. Telling progress
 * also keeps the peer's clock quiet (cs_channel_tick).
 */
#ifndef CS_PARTY_MONITOR_H
#define CS_PARTY_MONITOR_H

#include <stdbool.h>

#include "crypto/progress.h"
#include "model/curve.h"
#include "party/journal.h"
#include "protocol/channel.h"

#define CS_MONITOR_STAGES_MAX 16

enum cs_monitor_style {
    CS_MONITOR_AUTO, /* terminal if standard error is one, else plain */
    CS_MONITOR_PLAIN,
    CS_MONITOR_NONE,
};

struct cs_stage_time {
    const char *stage; /* a literal */
    double seconds;
};

struct cs_monitor {
    const char *who;             /* before each line: the party */
    bool draws, says;            /* a terminal line; plain lines */
    struct cs_channel *channel;  /* to the peer; NULL until there is one */
    struct cs_journal *journal;  /* for who watches; NULL if nobody does */
    struct cs_progress progress; /* to be given to long work */
    struct cs_curve curve; /* to work on private results alone; goes to the journal */
    struct cs_stage_time stage[CS_MONITOR_STAGES_MAX];
    size_t n_stages;
    double stage_start, last_drawn; /* seconds of the monotonic clock */
    double done;
};

/* The monitor must stay where it is: its progress and its curve point to it. */
void cs_monitor_init(struct cs_monitor *monitor, enum cs_monitor_style style,
                     const char *who);
void cs_monitor_begin(struct cs_monitor *monitor, const char *stage);
void cs_monitor_end(struct cs_monitor *monitor, bool ok);

/* A plain line of words, between the others. */
void cs_monitor_say(struct cs_monitor *monitor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A line that no style keeps quiet. */
void cs_monitor_warn(const struct cs_monitor *monitor, const char *words);

#endif
