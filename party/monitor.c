#include "party/monitor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const double redraw_seconds = 0.1;

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

static void draw(struct cs_monitor *monitor)
{
    const double spent = now() - monitor->stage_start;

    clear_line(monitor);
    fprintf(stderr, "%s %-8s %3.0f %%", monitor->who,
            monitor->stage[monitor->n_stages - 1].stage, 100 * monitor->done);
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
    const char *stage = monitor->stage[monitor->n_stages - 1].stage;
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
        cs_journal_add(monitor->journal, monitor->stage[monitor->n_stages - 1].stage,
                       value);
}

static enum cs_status tell(void *arg, double done)
{
    struct cs_monitor *monitor = arg;
    const double time = now();

    monitor->done = done < 0 ? 0 : done > 1 ? 1 : done;
    if (time - monitor->last_drawn < redraw_seconds)
        return CS_OK;
    monitor->last_drawn = time;
    if (monitor->draws)
        draw(monitor);
    if (monitor->journal != NULL && cs_journal_is_due(monitor->journal))
        note(monitor, false);
    return monitor->channel == NULL ? CS_OK : cs_channel_tick(monitor->channel);
}

void cs_monitor_init(struct cs_monitor *monitor, enum cs_monitor_style style,
                     const char *who)
{
    memset(monitor, 0, sizeof *monitor);
    monitor->who = who;
    monitor->draws = style == CS_MONITOR_AUTO && isatty(STDERR_FILENO) == 1;
    monitor->says = style != CS_MONITOR_NONE;
    monitor->progress = (struct cs_progress){ tell, monitor };
    monitor->curve = (struct cs_curve){ add_point, monitor };
}

void cs_monitor_begin(struct cs_monitor *monitor, const char *stage)
{
    CS_REQUIRE(monitor->n_stages < CS_MONITOR_STAGES_MAX);
    monitor->stage[monitor->n_stages++] = (struct cs_stage_time){ stage, 0 };
    monitor->stage_start = now();
    monitor->done = 0;
    if (monitor->channel != NULL)
        cs_channel_stage(monitor->channel, stage);
    if (monitor->draws)
        draw(monitor);
    else if (monitor->says)
        fprintf(stderr, "%s %-8s ...\n", monitor->who, stage);
    note(monitor, false);
}

/* Bytes and rounds of the stage that ends, if it spoke to the peer. */
static void say_traffic(const struct cs_monitor *monitor, const char *stage)
{
    const struct cs_traffic *traffic = traffic_of(monitor, stage);

    if (traffic != NULL)
        fprintf(stderr, "  %.2f MB  %llu rounds",
                1e-6 * (double)(traffic->sent_bytes + traffic->received_bytes),
                (unsigned long long)traffic->rounds);
}

void cs_monitor_end(struct cs_monitor *monitor, bool ok)
{
    struct cs_stage_time *stage = &monitor->stage[monitor->n_stages - 1];

    stage->seconds = now() - monitor->stage_start;
    if (ok) {
        monitor->done = 1;
        note(monitor, true);
    }
    clear_line(monitor);
    if (!monitor->says || !ok)
        return;
    fprintf(stderr, "%s %-8s %6.2f s", monitor->who, stage->stage, stage->seconds);
    say_traffic(monitor, stage->stage);
    fputs("\n", stderr);
}

void cs_monitor_say(struct cs_monitor *monitor, const char *format, ...)
{
    va_list args;

    if (!monitor->says)
        return;
    clear_line(monitor);
    fprintf(stderr, "%s          ", monitor->who);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputs("\n", stderr);
}

void cs_monitor_warn(const struct cs_monitor *monitor, const char *words)
{
    clear_line(monitor);
    fprintf(stderr, "%s          %s\n", monitor->who, words);
}
