/* What party/log.h promises of lines, for people and for programs. */
#include "party/log.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/check.h"

static const int64_t moment_ms = 1767225599042; /* the last second of 2025 */
static const uint8_t run_id[16] = { 0x3f, 0x9a, 0xc2, 0xd1, 0xee };

static struct cs_log log_of(enum cs_log_style style)
{
    const struct cs_log_options options = { .style = style };
    struct cs_log log;

    cs_log_init(&log, &options, "a");
    return log;
}

static struct cs_log_record note(const char *message)
{
    return (struct cs_log_record){
        .event = CS_LOG_NOTE, .level = CS_LOG_INFO, .stage = "load", .message = message
    };
}

static json_t *parsed(const struct cs_log *log, const struct cs_log_record *record)
{
    char line[CS_LOG_LINE_BYTES];

    cs_log_line(line, log, record, moment_ms);
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    assert_true(json_is_object(object));
    return object;
}

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void plain_lines_begin_with_time_run_and_party(void **state)
{
    struct cs_log log = log_of(CS_LOG_PLAIN);
    const struct cs_log_record record = note("1000 rows");
    char line[CS_LOG_LINE_BYTES];
    (void)state;

    cs_log_line(line, &log, &record, moment_ms);
    assert_string_equal(line, "2025-12-31T23:59:59.042Z -------- a          1000 rows\n");
    cs_log_run(&log, run_id);
    cs_log_line(line, &log, &record, moment_ms);
    assert_string_equal(line, "2025-12-31T23:59:59.042Z 3f9ac2d1 a          1000 rows\n");
}

static void lines_for_who_looks_on_are_bare(void **state)
{
    const struct cs_log log = log_of(CS_LOG_AUTO);
    const struct cs_log_record record = { .event = CS_LOG_BEGIN, .stage = "measure" };
    char line[CS_LOG_LINE_BYTES];
    (void)state;

    cs_log_line(line, &log, &record, moment_ms);
    assert_string_equal(line, "a measure  ...\n");
}

/* systemd's journal has the time of each line. */
static void a_line_for_the_journal_has_no_time(void **state)
{
    struct stat stat;
    char stream[64];
    (void)state;

    assert_int_equal(fstat(STDERR_FILENO, &stat), 0);
    snprintf(stream, sizeof stream, "%llu:%llu", (unsigned long long)stat.st_dev,
             (unsigned long long)stat.st_ino);
    assert_int_equal(setenv("JOURNAL_STREAM", stream, 1), 0);
    assert_false(log_of(CS_LOG_PLAIN).stamps);
    assert_int_equal(setenv("JOURNAL_STREAM", "1:1", 1), 0);
    assert_true(log_of(CS_LOG_PLAIN).stamps);
    assert_int_equal(unsetenv("JOURNAL_STREAM"), 0);
}

static void the_end_of_a_stage_is_an_object_with_its_figures(void **state)
{
    const struct cs_traffic traffic = { .sent_bytes = 1,
                                        .received_bytes = 2,
                                        .rounds = 3 };
    const struct cs_log_record record = { .event = CS_LOG_END,
                                          .level = CS_LOG_INFO,
                                          .stage = "measure",
                                          .seconds = 1.25,
                                          .traffic = &traffic };
    struct cs_log log = log_of(CS_LOG_JSON);
    (void)state;

    json_t *line = parsed(&log, &record);
    assert_string_equal(text_at(line, "time"), "2025-12-31T23:59:59.042Z");
    assert_string_equal(text_at(line, "level"), "info");
    assert_string_equal(text_at(line, "event"), "end");
    assert_string_equal(text_at(line, "party"), "a");
    assert_string_equal(text_at(line, "stage"), "measure");
    assert_string_equal(text_at(line, "message"), "stage measure is done");
    assert_null(json_object_get(line, "run"));
    assert_true(json_real_value(json_object_get(line, "seconds")) == 1.25);
    assert_int_equal(json_integer_value(json_object_get(line, "sent_bytes")), 1);
    assert_int_equal(json_integer_value(json_object_get(line, "received_bytes")), 2);
    assert_int_equal(json_integer_value(json_object_get(line, "rounds")), 3);
    json_decref(line);

    cs_log_run(&log, run_id);
    line = parsed(&log, &record);
    assert_string_equal(text_at(line, "run"), "3f9ac2d1ee0000000000000000000000");
    json_decref(line);
}

static void the_last_line_has_the_exit_code(void **state)
{
    const struct cs_log_record record = { .event = CS_LOG_EXIT,
                                          .level = CS_LOG_ERROR,
                                          .stage = "hello",
                                          .message = "nobody came",
                                          .exit_code = 4 };
    const struct cs_log json = log_of(CS_LOG_JSON), plain = log_of(CS_LOG_NONE);
    char text[CS_LOG_LINE_BYTES];
    json_t *line = parsed(&json, &record);
    (void)state;

    assert_string_equal(text_at(line, "level"), "error");
    assert_string_equal(text_at(line, "message"), "nobody came");
    assert_int_equal(json_integer_value(json_object_get(line, "exit_code")), 4);
    json_decref(line);
    cs_log_line(text, &plain, &record, moment_ms);
    assert_string_equal(text, "a exit       0.00 s  code 4, in hello\n");
}

/* Each text, and what stands for it in a line. */
static const struct {
    const char *text, *words;
} texts[] = {
    { "a \"quoted\" back\\slash", "a \"quoted\" back\\slash" },
    { "one\nb load     forged", "one?b load     forged" },
    { "\x1b[2Jgone\x7f", "?[2Jgone?" },
    { "M\xc3\xbcller, \xe6\x9d\xb1", "M\xc3\xbcller, \xe6\x9d\xb1" },
    { "half a character \xc3", "half a character ?" },
    { "\xff\xfe in Latin: \xfc!", "?? in Latin: ?!" },
};

static void no_text_can_break_a_line(void **state)
{
    const struct cs_log json = log_of(CS_LOG_JSON), bare = log_of(CS_LOG_AUTO);
    char line[CS_LOG_LINE_BYTES];
    (void)state;

    for (size_t i = 0; i < COUNT(texts); i++) {
        const struct cs_log_record record = note(texts[i].text);
        json_t *object = parsed(&json, &record);

        assert_string_equal(text_at(object, "message"), texts[i].words);
        json_decref(object);
        cs_log_line(line, &bare, &record, moment_ms);
        assert_ptr_equal(strstr(line, texts[i].words), line + strlen("a          "));
        assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    }
}

static void words_that_are_too_long_are_cut(void **state)
{
    static const char fills[][3] = { "x", "\"", "\xc3\xbc" };
    const struct cs_log json = log_of(CS_LOG_JSON);
    static char message[2 * CS_LOG_LINE_BYTES + 1];
    (void)state;

    for (size_t i = 0; i < COUNT(fills); i++) {
        const size_t n = strlen(fills[i]);

        for (size_t at = 0; at + n < sizeof message; at += n)
            memcpy(message + at, fills[i], n);
        const struct cs_log_record record = note(message);
        json_t *object = parsed(&json, &record);
        assert_in_range(strlen(text_at(object, "message")), 1024, 2048);
        assert_null(strchr(text_at(object, "message"), '?'));
        json_decref(object);
    }
}

static void a_level_shows_itself_and_what_is_graver(void **state)
{
    struct cs_log_options options;
    struct cs_log log;
    (void)state;

    assert_ok(cs_log_options_read(&options, "plain", "warning", NULL));
    cs_log_init(&log, &options, "a");
    assert_true(cs_log_wants(&log, CS_LOG_ERROR));
    assert_true(cs_log_wants(&log, CS_LOG_WARNING));
    assert_false(cs_log_wants(&log, CS_LOG_INFO));
    assert_ok(cs_log_options_read(&options, NULL, NULL, NULL));
    cs_log_init(&log, &options, "a");
    assert_true(cs_log_wants(&log, CS_LOG_INFO));
    assert_false(cs_log_wants(&log, CS_LOG_DEBUG));
    assert_ok(cs_log_options_read(&options, "none", "debug", NULL));
    cs_log_init(&log, &options, "a");
    assert_false(cs_log_wants(&log, CS_LOG_ERROR));
}

static void other_words_are_refused(void **state)
{
    struct cs_log_options options;
    struct cs_fault fault = { 0 };
    (void)state;

    assert_int_equal(cs_log_options_read(&options, "xml", NULL, &fault), CS_CONFIG);
    assert_non_null(strstr(fault.text, "--log is auto, plain, json or none"));
    fault.text[0] = '\0';
    assert_int_equal(cs_log_options_read(&options, "json", "loud", &fault), CS_CONFIG);
    assert_non_null(strstr(fault.text, "--log-level is error"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_lines_begin_with_time_run_and_party),
        cmocka_unit_test(lines_for_who_looks_on_are_bare),
        cmocka_unit_test(a_line_for_the_journal_has_no_time),
        cmocka_unit_test(the_end_of_a_stage_is_an_object_with_its_figures),
        cmocka_unit_test(the_last_line_has_the_exit_code),
        cmocka_unit_test(no_text_can_break_a_line),
        cmocka_unit_test(words_that_are_too_long_are_cut),
        cmocka_unit_test(a_level_shows_itself_and_what_is_graver),
        cmocka_unit_test(other_words_are_refused),
    };
    return CS_RUN("party/log", tests);
}
