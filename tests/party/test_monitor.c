/* What party/monitor.h promises of the lines of a log, read back from standard error. */
#include "party/monitor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/check.h"

/* Standard error goes to a file between listen and heard. */
struct ear {
    FILE *file;
    int before;
    char text[8192];
};

static void listen_to(struct ear *ear)
{
    ear->file = tmpfile();
    assert_non_null(ear->file);
    fflush(stderr);
    ear->before = dup(STDERR_FILENO);
    assert_int_equal(dup2(fileno(ear->file), STDERR_FILENO), STDERR_FILENO);
}

static const char *heard(struct ear *ear)
{
    fflush(stderr);
    assert_int_equal(dup2(ear->before, STDERR_FILENO), STDERR_FILENO);
    close(ear->before);
    rewind(ear->file);
    const size_t n = fread(ear->text, 1, sizeof ear->text - 1, ear->file);
    ear->text[n] = '\0';
    fclose(ear->file);
    return ear->text;
}

static void begin(struct cs_monitor *monitor, enum cs_log_style style,
                  enum cs_log_level level)
{
    const struct cs_log_options options = { style, true, level };

    cs_monitor_init(monitor, &options, "a");
    cs_monitor_begin(monitor, "measure");
}

static void told(struct cs_monitor *monitor, double done, double seconds_later)
{
    monitor->last_log -= seconds_later;
    monitor->last_told -= seconds_later;
    assert_ok(cs_progress_tell(&monitor->progress, done));
}

static void a_long_stage_is_heard_of_once_a_minute(void **state)
{
    struct cs_monitor monitor;
    struct ear ear;
    (void)state;

    listen_to(&ear);
    begin(&monitor, CS_LOG_JSON, CS_LOG_INFO);
    told(&monitor, 0.25, 59);
    told(&monitor, 0.5, 61);
    told(&monitor, 0.75, 1);
    const char *text = heard(&ear);
    assert_null(strstr(text, "\"done\":0.25"));
    assert_non_null(strstr(text, "\"done\":0.5"));
    assert_null(strstr(text, "\"done\":0.75"));
}

static void at_level_debug_it_is_heard_of_each_second(void **state)
{
    struct cs_monitor monitor;
    struct ear ear;
    (void)state;

    listen_to(&ear);
    begin(&monitor, CS_LOG_JSON, CS_LOG_DEBUG);
    told(&monitor, 0.75, 1.1);
    assert_non_null(strstr(heard(&ear), "\"level\":\"debug\",\"event\":\"progress\""));
}

static void a_mark_is_never_kept_quiet(void **state)
{
    struct cs_monitor monitor;
    struct ear ear;
    (void)state;

    listen_to(&ear);
    begin(&monitor, CS_LOG_NONE, CS_LOG_ERROR);
    cs_monitor_say(&monitor, "said");
    cs_monitor_warn(&monitor, "warned");
    cs_monitor_mark(&monitor, "marked");
    assert_string_equal(heard(&ear), "a          warning: marked\n");
}

static void a_fault_is_told_once(void **state)
{
    struct cs_fault fault = { .stage = "measure", .text = "the disk is full" };
    struct cs_monitor monitor;
    struct ear ear;
    (void)state;

    listen_to(&ear);
    begin(&monitor, CS_LOG_PLAIN, CS_LOG_ERROR);
    cs_monitor_exit(&monitor, CS_IO, &fault);
    assert_non_null(strstr(heard(&ear), "code 5, in measure\n"));
    assert_false(fault.told);

    listen_to(&ear);
    begin(&monitor, CS_LOG_JSON, CS_LOG_ERROR);
    cs_monitor_exit(&monitor, CS_IO, &fault);
    assert_non_null(
        strstr(heard(&ear), "could not be read or written: the disk is full"));
    assert_true(fault.told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_stage_is_heard_of_once_a_minute),
        cmocka_unit_test(at_level_debug_it_is_heard_of_each_second),
        cmocka_unit_test(a_mark_is_never_kept_quiet),
        cmocka_unit_test(a_fault_is_told_once),
    };
    return CS_RUN("party/monitor", tests);
}
