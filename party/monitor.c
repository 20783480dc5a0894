#include "party/monitor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const double redraw_seconds = 0.1;
static const double log_seconds = 60, debug_seconds = 1; /* between lines on a stage */

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void clear_line(const struct cs_monitor *monitor)
{
    if (monitor->draws)
        fputs("\r\033[K", stderr);
}

static const char *stage_of(const struct cs_monitor *monitor)
{
    return monitor->stage[monitor->n_stages - 1].stage;
}

static void draw(struct cs_monitor *monitor)
{
    const double spent = now() - monitor->stage_start;

    clear_line(monitor);
    fprintf(stderr, "%s %-8s %3.0f %%", monitor->log.party, stage_of(monitor),
            100 * monitor->done);
    if (monitor->done > 0.05 && spent > 1)
        fprintf(stderr, "  %.0f s left", spent / monitor->done * (1 - monitor->done));
    fflush(stderr);
}

/* What the stage has said to the peer so far, or NULL. */
static const struct cs_traffic *traffic_of(const struct cs_monitor *monitor,
                                           const char *stage)
{
    size_t n = 0;

    if (monitor->channel == NULL)
        return NULL;
    const struct cs_traffic *traffic = cs_channel_traffic(monitor->channel, &n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(traffic[i].stage, stage) == 0)
            return &traffic[i];
    return NULL;
}

static void note(const struct cs_monitor *monitor, bool over)
{
    const char *stage = stage_of(monitor);
    const struct cs_journal_stage line = { stage, now() - monitor->stage_start,
                                           monitor->done, over,
                                           traffic_of(monitor, stage) };

    if (monitor->journal != NULL)
        cs_journal_tell(monitor->journal, &line);
}

static void add_point(void *arg, double value)
{
    const struct cs_monitor *monitor = arg;

    if (monitor->journal != NULL)
        cs_journal_add(monitor->journal, stage_of(monitor), value);
}

/* A line of the log, unless it is kept quiet. */
static void write_line(const struct cs_monitor *monitor,
                       const struct cs_log_record *record)
{
    if (!cs_log_wants(&monitor->log, record->level))
        return;
    clear_line(monitor);
    cs_log_write(&monitor->log, record);
}

/* A stage of hours is heard of before its end. */
static void log_progress(struct cs_monitor *monitor, double time)
{
    const bool often = cs_log_wants(&monitor->log, CS_LOG_DEBUG);

    if (monitor->draws ||
        time - monitor->last_log < (often ? debug_seconds : log_seconds))
        return;
    monitor->last_log = time;
    write_line(monitor,
               &(struct cs_log_record){ .event = CS_LOG_PROGRESS,
                                        .level = often ? CS_LOG_DEBUG : CS_LOG_INFO,
                                        .stage = stage_of(monitor),
                                        .done = monitor->done,
                                        .seconds = time - monitor->stage_start });
}

/* What the network did since this was last looked at. */
static void say_outages(struct cs_monitor *monitor)
{
    const struct cs_outages before = monitor->outages;

    if (monitor->channel == NULL)
        return;
    monitor->outages = cs_channel_outages(monitor->channel);
    if (monitor->outages.n_intruders > 0 && before.n_intruders == 0)
        cs_monitor_warn(monitor, "another node with the peer's key asked to join and was "
                                 "refused; does the peer run its node twice? If not, who "
                                 "else has its key?");
    if (monitor->outages.n_cuts > before.n_cuts)
        cs_monitor_say(monitor,
                       "the connection broke and came back, %llu times so far, %.1f s "
                       "in sum",
                       (unsigned long long)monitor->outages.n_cuts,
                       1e-3 * (double)monitor->outages.down_ms);
}

static enum cs_status tell(void *arg, double done)
{
    struct cs_monitor *monitor = arg;
    const double time = now();

    monitor->done = done < 0 ? 0 : done > 1 ? 1 : done;
    if (time - monitor->last_told < redraw_seconds)
        return CS_OK;
    monitor->last_told = time;
    if (monitor->draws)
        draw(monitor);
    log_progress(monitor, time);
    if (monitor->journal != NULL && cs_journal_is_due(monitor->journal))
        note(monitor, false);
    say_outages(monitor);
    return monitor->channel == NULL ? CS_OK : cs_channel_tick(monitor->channel);
}

void cs_monitor_init(struct cs_monitor *monitor, const struct cs_log_options *options,
                     const char *who)
{
    memset(monitor, 0, sizeof *monitor);
    cs_log_init(&monitor->log, options, who);
    monitor->draws = options->style == CS_LOG_AUTO && isatty(STDERR_FILENO) == 1;
    monitor->start = now();
    monitor->progress = (struct cs_progress){ tell, monitor };
    monitor->curve = (struct cs_curve){ add_point, monitor };
}

void cs_monitor_begin(struct cs_monitor *monitor, const char *stage)
{
    CS_REQUIRE(monitor->n_stages < CS_MONITOR_STAGES_MAX);
    monitor->stage[monitor->n_stages++] = (struct cs_stage_time){ stage, 0 };
    monitor->stage_start = monitor->last_log = now();
    monitor->done = 0;
    if (monitor->channel != NULL)
        cs_channel_stage(monitor->channel, stage);
    if (monitor->draws)
        draw(monitor);
    else
        write_line(monitor, &(struct cs_log_record){ .event = CS_LOG_BEGIN,
                                                     .level = CS_LOG_INFO,
                                                     .stage = stage });
    note(monitor, false);
}

void cs_monitor_end(struct cs_monitor *monitor, bool ok)
{
    struct cs_stage_time *stage = &monitor->stage[monitor->n_stages - 1];

    stage->seconds = now() - monitor->stage_start;
    clear_line(monitor);
    say_outages(monitor);
    if (!ok)
        return;
    monitor->done = 1;
    note(monitor, true);
    write_line(monitor,
               &(struct cs_log_record){ .event = CS_LOG_END,
                                        .level = CS_LOG_INFO,
                                        .stage = stage->stage,
                                        .seconds = stage->seconds,
                                        .traffic = traffic_of(monitor, stage->stage) });
}

static void say(const struct cs_monitor *monitor, enum cs_log_level level,
                const char *format, va_list args)
{
    char words[sizeof((struct cs_fault *)NULL)->text];

    vsnprintf(words, sizeof words, format, args);
    write_line(monitor, &(struct cs_log_record){
                            .event = CS_LOG_NOTE,
                            .level = level,
                            .stage = monitor->n_stages > 0 ? stage_of(monitor) : NULL,
                            .message = words });
}

void cs_monitor_say(struct cs_monitor *monitor, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(monitor, CS_LOG_INFO, format, args);
    va_end(args);
}

void cs_monitor_warn(struct cs_monitor *monitor, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(monitor, CS_LOG_WARNING, format, args);
    va_end(args);
}

void cs_monitor_mark(const struct cs_monitor *monitor, const char *words)
{
    clear_line(monitor);
    cs_log_write(&monitor->log, &(struct cs_log_record){ .event = CS_LOG_NOTE,
                                                         .level = CS_LOG_WARNING,
                                                         .stage = monitor->n_stages > 0
                                                                      ? stage_of(monitor)
                                                                      : NULL,
                                                         .message = words });
}

/* Bare lines end with what main says. */
void cs_monitor_exit(const struct cs_monitor *monitor, enum cs_status st,
                     struct cs_fault *fault)
{
    const bool json = monitor->log.style == CS_LOG_JSON;
    char words[sizeof fault->text + 64];
    struct cs_log_record record = { .event = CS_LOG_EXIT,
                                    .level = st == CS_OK ? CS_LOG_INFO : CS_LOG_ERROR,
                                    .stage = fault->stage,
                                    .message = NULL,
                                    .seconds = now() - monitor->start,
                                    .exit_code = cs_status_exit_code(st) };

    if (st != CS_OK) {
        snprintf(words, sizeof words, "%s%s%s", cs_status_text(st),
                 fault->text[0] != '\0' ? ": " : "", fault->text);
        record.message = words;
        fault->told = json;
    }
    if (monitor->log.style != CS_LOG_AUTO)
        write_line(monitor, &record);
}
