#include "party/log.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "model/utf8.h"

enum {
    WORDS_BYTES = 1280, /* of a message; with each byte escaped it still fits a line */
    RUN_DIGITS = 8,     /* of the run's id, in a plain line */
    STAMP_BYTES = sizeof "2026-01-31T23:59:59.999Z" + 16,
};

static const char *const styles[] = { "auto", "plain", "json", "none" };
static const char *const levels[] = { "error", "warning", "info", "debug" };
static const char *const events[] = { "begin", "progress", "end", "note", "exit" };

/* Sets *chosen to the place of word among the words, (n); false if it is none of them. */
static bool choose(size_t *chosen, const char *word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(word, words[i]) == 0) {
            *chosen = i;
            return true;
        }
    return false;
}

enum cs_status cs_log_options_read(struct cs_log_options *options, const char *style,
                                   const char *level, struct cs_fault *fault)
{
    size_t chosen = CS_LOG_AUTO;

    if (style != NULL && !choose(&chosen, style, styles, sizeof styles / sizeof *styles))
        return cs_fault_say(fault, CS_CONFIG, "--log is auto, plain, json or none");
    options->style = (enum cs_log_style)chosen;
    options->has_level = level != NULL;
    chosen = CS_LOG_INFO;
    if (level != NULL && !choose(&chosen, level, levels, sizeof levels / sizeof *levels))
        return cs_fault_say(fault, CS_CONFIG,
                            "--log-level is error, warning, info or debug");
    options->level = (enum cs_log_level)chosen;
    return CS_OK;
}

/* systemd says in JOURNAL_STREAM which stream leads to its journal, which has the time of
 * each line: systemd.exec(5). */
static bool leads_to_journal(int descriptor)
{
    const char *stream = getenv("JOURNAL_STREAM");
    unsigned long long device, inode;
    struct stat stat;

    return stream != NULL && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
           fstat(descriptor, &stat) == 0 && stat.st_dev == device && stat.st_ino == inode;
}

void cs_log_init(struct cs_log *log, const struct cs_log_options *options,
                 const char *party)
{
    *log = (struct cs_log){ .party = party, .style = options->style };
    log->level = options->has_level ? options->level : CS_LOG_INFO;
    log->stamps = options->style == CS_LOG_PLAIN && !leads_to_journal(STDERR_FILENO);
}

void cs_log_run(struct cs_log *log, const uint8_t run_id[static 16])
{
    sodium_bin2hex(log->run, sizeof log->run, run_id, 16);
}

bool cs_log_wants(const struct cs_log *log, enum cs_log_level level)
{
    return log->style != CS_LOG_NONE && level <= log->level;
}

/* A line that is being written: at, with room for n bytes more, the NUL counted. */
struct line {
    char *at;
    size_t n;
};

static void put(struct line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put(struct line *line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const int wanted = vsnprintf(line->at, line->n, format, args);
    va_end(args);
    const size_t n = wanted < 0 ? 0 : (size_t)wanted;
    const size_t took = n < line->n ? n : line->n - 1;
    line->at += took;
    line->n -= took;
}

void cs_log_clean(char *text)
{
    const size_t n = strlen(text);

    for (size_t at = 0; (at += cs_utf8_valid_bytes(text + at, n - at)) < n;)
        text[at] = '?';
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            text[i] = '?';
}

/* text in characters that can do no harm. */
static void clean(char words[static WORDS_BYTES], const char *text)
{
    const size_t whole = strlen(text);
    size_t n = whole < WORDS_BYTES ? whole : WORDS_BYTES - 1;

    memcpy(words, text, n);
    if (n < whole)
        n = cs_utf8_valid_bytes(words, n); /* no half of a character at the cut */
    words[n] = '\0';
    cs_log_clean(words);
}

/* The characters of words as they stand within quotes (RFC 8259, section 7). */
static void put_escaped(struct line *line, const char *words)
{
    for (; *words != '\0'; words++)
        put(line, *words == '"' || *words == '\\' ? "\\%c" : "%c", *words);
}

static void put_time(struct line *line, int64_t time_ms)
{
    const time_t seconds = (time_t)(time_ms / 1000);
    char text[STAMP_BYTES] = "";
    struct tm utc;

    if (gmtime_r(&seconds, &utc) != NULL)
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    put(line, "%s.%03dZ", text, (int)(time_ms % 1000));
}

static void put_end(struct line *line, const struct cs_log_record *record)
{
    const struct cs_traffic *traffic = record->traffic;

    put(line, "%6.2f s", record->seconds);
    if (traffic != NULL)
        put(line, "  %.2f MB  %llu rounds",
            1e-6 * (double)(traffic->sent_bytes + traffic->received_bytes),
            (unsigned long long)traffic->rounds);
}

static void put_exit(struct line *line, const struct cs_log_record *record)
{
    put(line, "exit     %6.2f s  code %d", record->seconds, record->exit_code);
    if (record->exit_code != 0)
        put(line, ", in %s", record->stage);
}

static void put_plain(struct line *line, const struct cs_log *log,
                      const struct cs_log_record *record, const char *words)
{
    const bool is_known = log->party[0] != '\0' || !log->stamps;

    put(line, "%s ", is_known ? log->party : "-");
    if (record->event == CS_LOG_EXIT) {
        put_exit(line, record);
        return;
    }
    put(line, "%-8s ", record->event == CS_LOG_NOTE ? "" : record->stage);
    if (record->event == CS_LOG_NOTE)
        put(line, "%s%s", record->level == CS_LOG_WARNING ? "warning: " : "", words);
    else if (record->event == CS_LOG_BEGIN)
        put(line, "...");
    else if (record->event == CS_LOG_PROGRESS)
        put(line, "%3.0f %%  %.0f s", 100 * record->done, record->seconds);
    else
        put_end(line, record);
}

static void put_traffic(struct line *line, const struct cs_traffic *traffic)
{
    if (traffic != NULL)
        put(line, ",\"sent_bytes\":%llu,\"received_bytes\":%llu,\"rounds\":%llu",
            (unsigned long long)traffic->sent_bytes,
            (unsigned long long)traffic->received_bytes,
            (unsigned long long)traffic->rounds);
}

/* What the event is in words. */
static void put_message(struct line *line, const struct cs_log_record *record,
                        const char *words)
{
    put(line, ",\"message\":\"");
    if (words[0] != '\0')
        put_escaped(line, words);
    else if (record->event == CS_LOG_BEGIN)
        put(line, "stage %s begins", record->stage);
    else if (record->event == CS_LOG_PROGRESS)
        put(line, "stage %s is at %.0f %%", record->stage, 100 * record->done);
    else if (record->event == CS_LOG_END)
        put(line, "stage %s is done", record->stage);
    else if (record->event == CS_LOG_EXIT)
        put(line, "the run is done");
    put(line, "\"");
}

static void put_json(struct line *line, const struct cs_log *log,
                     const struct cs_log_record *record, const char *words)
{
    const enum cs_log_event event = record->event;

    put(line, ",\"level\":\"%s\",\"event\":\"%s\"", levels[record->level], events[event]);
    if (log->run[0] != '\0')
        put(line, ",\"run\":\"%s\"", log->run);
    if (log->party[0] != '\0')
        put(line, ",\"party\":\"%s\"", log->party);
    if (record->stage != NULL)
        put(line, ",\"stage\":\"%s\"", record->stage);
    put_message(line, record, words);
    if (event == CS_LOG_PROGRESS)
        put(line, ",\"done\":%.4f", record->done);
    if (event == CS_LOG_PROGRESS || event == CS_LOG_END || event == CS_LOG_EXIT)
        put(line, ",\"seconds\":%.3f", record->seconds);
    put_traffic(line, record->traffic);
    if (event == CS_LOG_EXIT)
        put(line, ",\"exit_code\":%d", record->exit_code);
    put(line, "}");
}

void cs_log_line(char text[static CS_LOG_LINE_BYTES], const struct cs_log *log,
                 const struct cs_log_record *record, int64_t time_ms)
{
    struct line line = { text, CS_LOG_LINE_BYTES - 1 };
    char words[WORDS_BYTES];

    clean(words, record->message != NULL ? record->message : "");
    if (log->style == CS_LOG_JSON) {
        put(&line, "{\"time\":\"");
        put_time(&line, time_ms);
        put(&line, "\"");
        put_json(&line, log, record, words);
    } else {
        if (log->stamps) {
            put_time(&line, time_ms);
            put(&line, " %.*s ", RUN_DIGITS, log->run[0] != '\0' ? log->run : "--------");
        }
        put_plain(&line, log, record, words);
    }
    strcpy(line.at, "\n");
}

void cs_log_write(const struct cs_log *log, const struct cs_log_record *record)
{
    char line[CS_LOG_LINE_BYTES];
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    cs_log_line(line, log, record, (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
    fputs(line, stderr);
}
