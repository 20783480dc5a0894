/* What party/watch_view.h promises, one test for each promise. */
#include "party/watch_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"

/* A run in the middle of its second stage. */
static struct cs_watched some_run(void)
{
    struct cs_watched run = {
        .state = CS_WATCHED_RUNS,
        .study = "spring",
        .party = 'a',
        .pid = 77,
        .epsilon = 3,
        .delta = 1e-6,
        .charged = 2.5,
        .seconds = 3700,
        .cpu_seconds = 61,
        .memory_bytes = 5000000,
        .n_stages = 3,
        .n_curves = 1,
    };

    run.stages[0] = (struct cs_watched_stage){ "load", true,    true,       true, 1.5,
                                               1,      2000000, 3000000000, 4 };
    run.stages[1] =
        (struct cs_watched_stage){ .name = "train", true, .seconds = 30, .done = .25 };
    run.stages[2] = (struct cs_watched_stage){ .name = "emit" };
    run.curves[0] = (struct cs_watched_curve){ "train", { 8, 4, 2, 1 }, 4 };
    return run;
}

/* The view; to be freed. */
static char *view_of(const struct cs_watched *run, struct cs_watch_style style)
{
    char *text = NULL;
    size_t n_bytes = 0;
    FILE *stream = open_memstream(&text, &n_bytes);

    assert_non_null(stream);
    assert_ok(cs_watch_view(stream, run, &style));
    fclose(stream);
    return text;
}

static void assert_says(const struct cs_watched *run, const char *words)
{
    char *text = view_of(run, (struct cs_watch_style){ 80, false, false });

    if (strstr(text, words) == NULL)
        fail_msg("there is no `%s` in:\n%s", words, text);
    free(text);
}

static void a_run_under_way_says_how_far_it_is(void **state)
{
    const struct cs_watched run = some_run();
    (void)state;

    assert_says(&run, "spring, party a");
    assert_says(&run, "running for 1 h 01 m, process 77");
    assert_says(&run, "epsilon 2.5000 of 3 spent, delta 1e-06");
    assert_says(&run, "2.00 MB sent, 3.00 GB received, 4 rounds");
    assert_says(&run, "at most 5.00 MB of memory, 1 m 01 s of processor time");
    assert_says(&run, "  + load          1.5 s");
    assert_says(&run, "  > train    #####...............  25 %  1 m 30 s left\n");
    assert_says(&run, "    emit\n");
    assert_says(&run, "train    nats a row        8 -> 1  #+:_\n");
}

static void a_node_that_died_is_said_to_have(void **state)
{
    struct cs_watched run = some_run();
    (void)state;

    run.state = CS_WATCHED_DIED;
    assert_says(&run, "died in stage train, after 1 h 01 m: process 77 is gone");
    assert_says(&run, "  x train    #####");
    run.n_stages = 0;
    assert_says(&run, "died in stage load");
}

static void a_node_that_says_nothing_may_wait(void **state)
{
    struct cs_watched run = some_run();
    (void)state;

    run.quiet_seconds = 31;
    assert_says(&run, "last word 31.0 s ago: it may be waiting for the peer");
}

static void before_the_charge_nothing_is_spent(void **state)
{
    struct cs_watched run = some_run();
    (void)state;

    run.charged = NAN;
    assert_says(&run, "epsilon 0 of 3 spent");
}

static void a_run_without_privacy_is_marked(void **state)
{
    struct cs_watched run = some_run();
    (void)state;

    run.epsilon = run.charged = INFINITY;
    assert_says(&run, "NOT PRIVATE");
}

static void amounts_have_the_unit_that_fits(void **state)
{
    struct cs_watched run = some_run();
    (void)state;

    run.stages[0].sent_bytes = 49;
    run.stages[0].received_bytes = 999000;
    assert_says(&run, "0.05 kB sent    999.00 kB received      4 rounds");
}

static void without_utf8_all_is_ascii(void **state)
{
    const struct cs_watched run = some_run();
    char *text = view_of(&run, (struct cs_watch_style){ 80, false, false });
    (void)state;

    for (const char *c = text; *c != '\0'; c++)
        assert_true(*c == '\n' || (*c >= ' ' && *c <= '~'));
    free(text);
    text = view_of(&run, (struct cs_watch_style){ 80, true, false });
    assert_non_null(strstr(text, "█▆▃▁")); /* else the loop above proves nothing */
    free(text);
}

/* In characters, not bytes. */
static void no_line_is_wider_than_the_terminal(void **state)
{
    const struct cs_watched run = some_run();
    (void)state;

    for (size_t width = 1; width < 90; width += 11) {
        char *text = view_of(&run, (struct cs_watch_style){ width, true, false });
        size_t n = 0, widest = 0;

        for (const char *c = text; *c != '\0'; c++) {
            n = *c == '\n' ? 0 : n + (((unsigned char)*c & 0xc0) != 0x80);
            widest = n > widest ? n : widest;
        }
        assert_true(widest <= width && widest + 20 >= (width < 80 ? width : 80));
        free(text);
    }
}

static void a_view_is_drawn_over_the_one_before(void **state)
{
    const struct cs_watched run = some_run();
    char *text = view_of(&run, (struct cs_watch_style){ 80, false, true });
    (void)state;

    assert_memory_equal(text, "\033[H", 3);
    for (const char *end = text; (end = strchr(end, '\n')) != NULL; end++)
        assert_memory_equal(end - 3, "\033[K", 3);
    assert_string_equal(text + strlen(text) - 3, "\033[J");
    free(text);
}

static void assert_bars(const double *values, size_t n, size_t width, const char *bars)
{
    char text[CS_SPARKLINE_BYTES];

    cs_watch_sparkline(text, values, n, width, false);
    assert_string_equal(text, bars);
}

static void a_sparkline_shows_the_means_of_pieces(void **state)
{
    const double falling[] = { 128, 64, 32, 16, 8, 4, 2, 1 };
    const double below[] = { -7, 0, 7 };
    const double flat[] = { 5, 5, 5 };
    const double many[] = { -4, -2, -1, 1, 2, 4 };
    (void)state;

    assert_bars(falling, 8, 40, "#*+=-:._");
    assert_bars(below, 3, 40, "_=#");
    assert_bars(flat, 3, 40, "___");
    assert_bars(flat, 1, 40, "_");
    assert_bars(many, 6, 3, "_=#");
    assert_stops(assert_bars(flat, 0, 40, ""));
    assert_stops(assert_bars(flat, 1, CS_SPARKLINE_WIDTH_MAX + 1, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_under_way_says_how_far_it_is),
        cmocka_unit_test(a_node_that_died_is_said_to_have),
        cmocka_unit_test(a_node_that_says_nothing_may_wait),
        cmocka_unit_test(before_the_charge_nothing_is_spent),
        cmocka_unit_test(a_run_without_privacy_is_marked),
        cmocka_unit_test(amounts_have_the_unit_that_fits),
        cmocka_unit_test(without_utf8_all_is_ascii),
        cmocka_unit_test(no_line_is_wider_than_the_terminal),
        cmocka_unit_test(a_view_is_drawn_over_the_one_before),
        cmocka_unit_test(a_sparkline_shows_the_means_of_pieces),
    };
    return CS_RUN("party/watch_view", tests);
}
