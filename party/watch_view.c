#include "party/watch_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    WIDTH = 80, /* where the terminal does not say */
    BAR = 20,
    SPARKLINE = 30,
    LONG_QUIET_SECONDS = 10,
    WORDS_BYTES = 64,
};

/* What is drawn with: one set of characters or the other. */
struct marks {
    const char *over, *now, *died, *full, *empty, *arrow;
    const char *level[8]; /* of a sparkline, lowest first */
};

static const struct marks marks_utf8 = {
    "✓", "▶", "✗", "█", "░", "→", { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" }
};
static const struct marks marks_ascii = {
    "+", ">", "x", "#", ".", "->", { "_", ".", ":", "-", "=", "+", "*", "#" }
};

enum { N_LEVELS = sizeof marks_ascii.level / sizeof *marks_ascii.level };

static const struct marks *marks_of(bool utf8)
{
    return utf8 ? &marks_utf8 : &marks_ascii;
}

/* ---- words ---- */

static const char *duration(char words[static WORDS_BYTES], double seconds)
{
    const unsigned long whole = (unsigned long)fmin(fmax(seconds, 0), 1e9);

    if (seconds < 60)
        snprintf(words, WORDS_BYTES, "%.1f s", seconds);
    else if (seconds < 3600)
        snprintf(words, WORDS_BYTES, "%lu m %02lu s", whole / 60, whole % 60);
    else
        snprintf(words, WORDS_BYTES, "%lu h %02lu m", whole / 3600, whole / 60 % 60);
    return words;
}

static const char *amount(char words[static WORDS_BYTES], uint64_t bytes)
{
    if (bytes < 1000000)
        snprintf(words, WORDS_BYTES, "%.2f kB", 1e-3 * (double)bytes);
    else if (bytes < 1000000000)
        snprintf(words, WORDS_BYTES, "%.2f MB", 1e-6 * (double)bytes);
    else
        snprintf(words, WORDS_BYTES, "%.2f GB", 1e-9 * (double)bytes);
    return words;
}

/* ---- the head ---- */

static void put_state(FILE *to, const struct cs_watched *watched)
{
    const struct cs_watched_stage *last = cs_watched_last(watched);
    char time[WORDS_BYTES], quiet[WORDS_BYTES];

    duration(time, watched->seconds);
    if (watched->state == CS_WATCHED_FINISHED) {
        fprintf(to, "state    finished, after %s\n", time);
        return;
    }
    if (watched->state == CS_WATCHED_DIED) {
        fprintf(to, "state    died in stage %s, after %s: process %ld is gone\n",
                last == NULL ? "load" : last->name, time, watched->pid);
        fputs("         nothing was written; what was charged stays so; run it again\n",
              to);
        return;
    }
    fprintf(to, "state    running for %s, process %ld\n", time, watched->pid);
    if (watched->quiet_seconds >= LONG_QUIET_SECONDS)
        fprintf(to, "         last word %s ago: it may be waiting for the peer\n",
                duration(quiet, watched->quiet_seconds));
}

static void put_budget(FILE *to, const struct cs_watched *watched)
{
    if (isinf(watched->epsilon))
        fputs("budget   NOT PRIVATE: the study has no epsilon\n", to);
    else if (isnan(watched->charged))
        fprintf(to, "budget   epsilon 0 of %.4g spent, delta %.3g: nothing charged yet\n",
                watched->epsilon, watched->delta);
    else
        fprintf(to, "budget   epsilon %.4f of %.4g spent, delta %.3g\n", watched->charged,
                watched->epsilon, watched->delta);
}

static void put_traffic(FILE *to, const struct cs_watched *watched)
{
    struct cs_watched_stage all = { .spoke = false };
    char sent[WORDS_BYTES], received[WORDS_BYTES];

    for (size_t i = 0; i < watched->n_stages; i++) {
        all.sent_bytes += watched->stages[i].sent_bytes;
        all.received_bytes += watched->stages[i].received_bytes;
        all.rounds += watched->stages[i].rounds;
    }
    fprintf(to, "traffic  %s sent, %s received, %llu rounds\n",
            amount(sent, all.sent_bytes), amount(received, all.received_bytes),
            (unsigned long long)all.rounds);
}

static void put_resources(FILE *to, const struct cs_watched *watched)
{
    char memory[WORDS_BYTES], time[WORDS_BYTES];

    fprintf(to, "machine  at most %s of memory", amount(memory, watched->memory_bytes));
    if (!isnan(watched->cpu_seconds))
        fprintf(to, ", %s of processor time", duration(time, watched->cpu_seconds));
    fputs("\n", to);
}

/* ---- the stages ---- */

static void put_bar(FILE *to, double done, const struct marks *marks)
{
    const int n_full = (int)(done * BAR);

    for (int i = 0; i < BAR; i++)
        fputs(i < n_full ? marks->full : marks->empty, to);
}

static void put_under_way(FILE *to, const struct cs_watched_stage *stage, bool died,
                          const struct marks *marks)
{
    char left[WORDS_BYTES];

    fprintf(to, "  %s %-8s ", died ? marks->died : marks->now, stage->name);
    put_bar(to, stage->done, marks);
    fprintf(to, " %3.0f %%", 100 * stage->done);
    if (!died && stage->done > .05 && stage->seconds > 1)
        fprintf(to, "  %s left",
                duration(left, stage->seconds / stage->done * (1 - stage->done)));
    fputs("\n", to);
}

static void put_over(FILE *to, const struct cs_watched_stage *stage,
                     const struct marks *marks)
{
    char time[WORDS_BYTES], sent[WORDS_BYTES], received[WORDS_BYTES];

    fprintf(to, "  %s %-8s %10s", marks->over, stage->name,
            duration(time, stage->seconds));
    if (stage->sent_bytes > 0 || stage->received_bytes > 0)
        fprintf(to, "  %12s sent %12s received %6llu rounds",
                amount(sent, stage->sent_bytes), amount(received, stage->received_bytes),
                (unsigned long long)stage->rounds);
    fputs("\n", to);
}

static void put_stages(FILE *to, const struct cs_watched *watched,
                       const struct marks *marks)
{
    for (size_t i = 0; i < watched->n_stages; i++) {
        const struct cs_watched_stage *stage = &watched->stages[i];

        if (stage->over)
            put_over(to, stage, marks);
        else if (stage->begun)
            put_under_way(to, stage, watched->state == CS_WATCHED_DIED, marks);
        else
            fprintf(to, "    %s\n", stage->name);
    }
}

/* ---- the curves ---- */

static double height_of(double value, bool logarithmic)
{
    return logarithmic ? log(value) : value;
}

/* The mean of a piece of the values, from `piece` of `n_pieces`. */
static double mean_of(const double *values, size_t n, size_t piece, size_t n_pieces)
{
    const size_t first = piece * n / n_pieces, end = (piece + 1) * n / n_pieces;
    double sum = 0;

    for (size_t i = first; i < end; i++)
        sum += values[i];
    return sum / (double)(end - first);
}

void cs_watch_sparkline(char text[static CS_SPARKLINE_BYTES], const double *values,
                        size_t n, size_t width, bool utf8)
{
    const struct marks *marks = marks_of(utf8);
    const size_t n_pieces = n < width ? n : width;
    double height[CS_SPARKLINE_WIDTH_MAX], low = INFINITY, high = -INFINITY;
    bool positive = true;

    CS_REQUIRE(n > 0 && width > 0 && width <= CS_SPARKLINE_WIDTH_MAX);
    for (size_t i = 0; i < n; i++)
        positive = positive && values[i] > 0;
    for (size_t i = 0; i < n_pieces; i++) {
        height[i] = height_of(mean_of(values, n, i, n_pieces), positive);
        low = fmin(low, height[i]);
        high = fmax(high, height[i]);
    }
    text[0] = '\0';
    for (size_t i = 0; i < n_pieces; i++) {
        const double share = high > low ? (height[i] - low) / (high - low) : 0;

        strcat(text, marks->level[(size_t)(share * (N_LEVELS - 1) + .5)]);
    }
}

static void put_curves(FILE *to, const struct cs_watched *watched, bool utf8)
{
    char bars[CS_SPARKLINE_BYTES];

    if (watched->n_curves > 0)
        fputs("\nlosses, of private results alone\n", to);
    for (size_t i = 0; i < watched->n_curves; i++) {
        const struct cs_watched_curve *curve = &watched->curves[i];
        const bool trains = strcmp(curve->stage, "train") == 0;

        fprintf(to, "    %-8s %-17s ", curve->stage,
                trains ? "nats a row" : "chi-square a cell");
        if (curve->n > 1)
            fprintf(to, "%.4g %s ", curve->value[0], marks_of(utf8)->arrow);
        fprintf(to, "%.4g", curve->value[curve->n - 1]);
        cs_watch_sparkline(bars, curve->value, curve->n, SPARKLINE, utf8);
        if (curve->n > 1)
            fprintf(to, "  %s", bars);
        fputs("\n", to);
    }
}

/* ---- the whole ---- */

static void put_all(FILE *to, const struct cs_watched *watched, bool utf8)
{
    fprintf(to, "cosynth  %s, party %c\n", watched->study, watched->party);
    put_state(to, watched);
    put_budget(to, watched);
    put_traffic(to, watched);
    put_resources(to, watched);
    fputs("\n", to);
    put_stages(to, watched, marks_of(utf8));
    put_curves(to, watched, utf8);
}

/* Writes a line of so many characters at most, and what is left of the one before it
 * goes. Returns where the next begins. */
static const char *put_line(FILE *stream, const char *line,
                            const struct cs_watch_style *style)
{
    size_t n = 0;

    for (; *line != '\0' && *line != '\n'; line++) {
        const bool begins = ((unsigned char)*line & 0xc0) != 0x80;

        n += begins;
        if (n <= style->width)
            fputc(*line, stream);
    }
    fputs(style->redraw ? "\033[K\n" : "\n", stream);
    return *line == '\0' ? line : line + 1;
}

enum cs_status cs_watch_view(FILE *stream, const struct cs_watched *watched,
                             const struct cs_watch_style *style)
{
    char *text = NULL;
    size_t n_bytes = 0;
    FILE *to = open_memstream(&text, &n_bytes);

    if (to == NULL)
        return CS_MEMORY;
    put_all(to, watched, style->utf8);
    const bool failed = fclose(to) != 0;
    if (style->redraw)
        fputs("\033[H", stream);
    for (const char *line = text; !failed && *line != '\0';)
        line = put_line(stream, line, style);
    if (style->redraw)
        fputs("\033[J", stream);
    free(text);
    return failed ? CS_MEMORY : CS_OK;
}

/* What the locale of the environment says of characters; the first that is set counts. */
static bool speaks_utf8(void)
{
    static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);

        if (value != NULL && value[0] != '\0')
            return strstr(value, "UTF-8") != NULL || strstr(value, "utf8") != NULL;
    }
    return false;
}

struct cs_watch_style cs_watch_style(void)
{
    struct cs_watch_style style = { WIDTH, speaks_utf8(), false };
    struct winsize size;

    if (isatty(STDOUT_FILENO) == 1) {
        style.redraw = true;
        if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
            style.width = size.ws_col;
    }
    return style;
}
