/* What party/journal.h and party/watched.h promise: what a node tells is what is seen. */
#include "party/journal.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "party/staging.h"
#include "party/watched.h"
#include "tests/support/check.h"
#include "tests/support/study.h"

static const char *const stages[] = { "load", "fit", "train", NULL };

struct scene {
    char parent[64], folder[96], part[128];
    struct cs_study *study;
    struct cs_journal journal;
    struct cs_fault fault;
};

static int set(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);

    assert_non_null(scene);
    strcpy(scene->parent, "/tmp/cosynth-journal-XXXXXX");
    assert_non_null(mkdtemp(scene->parent));
    snprintf(scene->folder, sizeof scene->folder, "%s/out", scene->parent);
    snprintf(scene->part, sizeof scene->part, "%s/%s1", scene->folder, CS_STAGING_PREFIX);
    assert_ok(cs_file_make_folder(scene->part, NULL));
    scene->study = cs_test_study(NULL);
    cs_journal_init(&scene->journal);
    *state = scene;
    return 0;
}

static int strike(void **state)
{
    struct scene *scene = *state;
    char command[128];

    cs_journal_close(&scene->journal);
    cs_study_free(scene->study);
    snprintf(command, sizeof command, "rm -rf %s", scene->parent);
    assert_int_equal(system(command), 0);
    free(scene);
    return 0;
}

static void open_journal(struct scene *scene)
{
    assert_ok(cs_journal_open(&scene->journal, scene->part, scene->study, CS_B, stages,
                              &scene->fault));
}

static void write_some(struct scene *scene)
{
    const struct cs_traffic traffic = { "fit", 100, 200, 1, 2, 3 };
    const struct cs_journal_stage load = { "load", 1.5, 1, true, NULL };
    const struct cs_journal_stage fit = { "fit", 2, .25, false, &traffic };

    open_journal(scene);
    cs_journal_tell(&scene->journal, &load);
    cs_journal_charged(&scene->journal, 2.5);
    cs_journal_add(&scene->journal, "fit", 9);
    cs_journal_add(&scene->journal, "fit", 3);
    cs_journal_tell(&scene->journal, &fit);
}

/* In another process: a lock does not stand in the way of who holds it. */
static enum cs_watched_state state_seen_by_another(const char *folder)
{
    int status = 0;
    const pid_t pid = fork();

    if (pid == 0) {
        struct cs_watched watched;
        const enum cs_status st = cs_watched_read(&watched, folder, NULL);

        _exit(st == CS_OK ? (int)watched.state : 99);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 99);
    return (enum cs_watched_state)WEXITSTATUS(status);
}

static void what_is_told_is_seen(void **state)
{
    struct scene *scene = *state;
    struct cs_watched watched;

    write_some(scene);
    assert_ok(cs_watched_read(&watched, scene->folder, &scene->fault));
    assert_string_equal(watched.study, scene->study->name);
    assert_int_equal(watched.party, 'b');
    assert_int_equal(watched.pid, getpid());
    assert_true(watched.epsilon == scene->study->epsilon);
    assert_true(watched.charged == 2.5);
    assert_int_equal(watched.n_stages, 3);
    assert_true(watched.stages[0].over && watched.stages[0].seconds == 1.5);
    assert_false(watched.stages[0].spoke);
    assert_true(watched.stages[1].begun && !watched.stages[1].over);
    assert_true(watched.stages[1].done == .25);
    assert_int_equal(watched.stages[1].received_bytes, 200);
    assert_int_equal(watched.stages[1].rounds, 3);
    assert_false(watched.stages[2].begun);
    assert_ptr_equal(cs_watched_last(&watched), &watched.stages[1]);
    assert_int_equal(watched.n_curves, 1);
    assert_int_equal(watched.curves[0].n, 2);
    assert_true(watched.curves[0].value[1] == 3);
    assert_true(watched.cpu_seconds >= 0 && watched.memory_bytes > 0);
}

static void a_node_that_lives_is_seen_to_run(void **state)
{
    struct scene *scene = *state;

    write_some(scene);
    assert_int_equal(state_seen_by_another(scene->folder), CS_WATCHED_RUNS);
}

/* Whatever its number is by then: another process may have it. */
static void a_node_that_was_killed_is_seen_to_be_dead(void **state)
{
    struct scene *scene = *state;
    int status, ready[2];
    char byte;

    assert_int_equal(pipe(ready), 0);
    const pid_t node = fork();
    if (node == 0) {
        write_some(scene);
        if (write(ready[1], "x", 1) == 1)
            pause();
        _exit(1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(state_seen_by_another(scene->folder), CS_WATCHED_RUNS);
    kill(node, SIGKILL);
    assert_int_equal(waitpid(node, &status, 0), node);
    assert_int_equal(state_seen_by_another(scene->folder), CS_WATCHED_DIED);
    close(ready[0]);
    close(ready[1]);
}

static void a_node_that_lives_comes_before_one_that_died_later(void **state)
{
    struct scene *scene = *state;
    struct scene later = *scene;

    write_some(scene);
    snprintf(later.part, sizeof later.part, "%s/%s2", scene->folder, CS_STAGING_PREFIX);
    assert_ok(cs_file_make_folder(later.part, NULL));
    cs_journal_init(&later.journal);
    open_journal(&later);
    cs_journal_close(&later.journal);
    assert_int_equal(state_seen_by_another(scene->folder), CS_WATCHED_RUNS);
}

static void it_is_for_its_owner_alone(void **state)
{
    struct scene *scene = *state;
    char path[CS_PATH_BYTES];
    struct stat about;

    open_journal(scene);
    assert_ok(cs_file_join(path, scene->part, CS_JOURNAL_NAME, NULL));
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
}

static void a_file_that_is_there_is_not_taken_for_it(void **state)
{
    struct scene *scene = *state;
    struct scene other = *scene;

    open_journal(scene);
    cs_journal_init(&other.journal);
    assert_int_equal(cs_journal_open(&other.journal, other.part, other.study, CS_A,
                                     stages, &other.fault),
                     CS_IO);
    assert_non_null(strstr(other.fault.text, CS_JOURNAL_NAME));
    assert_non_null(strstr(other.fault.text, "--watch"));
}

static void nothing_is_written_unless_it_was_opened(void **state)
{
    struct scene *scene = *state;
    const struct cs_journal_stage load = { "load", 1, 1, true, NULL };

    assert_false(cs_journal_is_due(&scene->journal));
    cs_journal_tell(&scene->journal, &load);
    cs_journal_add(&scene->journal, "fit", 1);
    cs_journal_charged(&scene->journal, 1);
    assert_int_equal(
        cs_watched_read(&(struct cs_watched){ 0 }, scene->folder, &scene->fault),
        CS_CONFIG);
    assert_non_null(strstr(scene->fault.text, "neither a journal"));
}

static void a_loss_that_is_not_finite_is_left_out(void **state)
{
    struct scene *scene = *state;
    struct cs_watched watched;

    open_journal(scene);
    cs_journal_add(&scene->journal, "train", NAN);
    cs_journal_add(&scene->journal, "train", INFINITY);
    cs_journal_add(&scene->journal, "train", -2);
    assert_ok(cs_watched_read(&watched, scene->folder, &scene->fault));
    assert_int_equal(watched.curves[0].n, 1);
    assert_true(watched.curves[0].value[0] == -2);
}

/* A run on a full disk goes on. */
static void a_journal_that_cannot_be_written_is_given_up(void **state)
{
    struct scene *scene = *state;
    const struct cs_journal_stage load = { "load", 1, 1, true, NULL };
    FILE *full = fopen("/dev/full", "w");

    assert_non_null(full);
    scene->journal.descriptor = dup(fileno(full));
    cs_journal_tell(&scene->journal, &load);
    assert_int_equal(scene->journal.descriptor, -1);
    fclose(full);
}

static void read_whole(char **text, size_t *n_bytes, struct scene *scene)
{
    char path[CS_PATH_BYTES];

    write_some(scene);
    assert_ok(cs_file_join(path, scene->part, CS_JOURNAL_NAME, NULL));
    assert_ok(cs_file_read(text, n_bytes, path, CS_JOURNAL_BYTES_MAX, NULL));
}

/* What is there of a line that is still being written is not looked at. */
static void a_journal_cut_anywhere_is_read_up_to_its_last_line(void **state)
{
    struct scene *scene = *state;
    struct cs_watched watched;
    size_t n_bytes, n_good = 0;
    char *text = NULL;

    read_whole(&text, &n_bytes, scene);
    const size_t n_head = (size_t)(strchr(text, '\n') - text) + 1;

    for (size_t n = 0; n <= n_bytes; n++) {
        const enum cs_status st = cs_watched_parse(&watched, text, n, "j", NULL);

        assert_int_equal(st, n < n_head ? CS_INPUT : CS_OK);
        n_good += st == CS_OK;
    }
    assert_int_equal(n_good, n_bytes - n_head + 1);
    free(text);
}

static void refused(const char *text, const char *words)
{
    struct cs_fault fault = { .text = "" };
    struct cs_watched watched;

    assert_int_equal(cs_watched_parse(&watched, text, strlen(text), "j", &fault),
                     CS_INPUT);
    assert_non_null(strstr(fault.text, words));
}

#define HEAD                                                                             \
    "{\"schema\":\"cosynth-journal/1\",\"pid\":1,\"started\":2,\"study\":\"s\","         \
    "\"party\":\"a\",\"epsilon\":1,\"delta\":1e-6,\"stages\":[\"load\"]}\n"

static void a_line_that_is_none_is_refused_by_its_number(void **state)
{
    (void)state;

    refused("{}\n", "j:1:");
    refused("no json\n", "j:1:");
    refused(HEAD "[]\n", "j:2:");
    refused(HEAD "{\"stage\":\"unheard of\"}\n", "j:2:");
    refused(HEAD "{\"stage\":\"load\",\"seconds\":1,\"done\":2,\"at\":1}\n", "j:2:");
    refused(HEAD "{\"charged\":1}\n{\"curve\":\"load\",\"value\":\"7\"}\n", "j:3:");
    refused(HEAD "{\"charged\":-1}\n", "j:2:");
}

static void more_points_than_there_is_room_for_are_refused(void **state)
{
    const char *const line = "{\"curve\":\"load\",\"value\":7}\n";
    char *text = calloc(CS_WATCHED_POINTS_MAX + 2, strlen(line) + strlen(HEAD));
    struct cs_watched watched;
    (void)state;

    assert_non_null(text);
    strcpy(text, HEAD);
    for (size_t i = 0; i < CS_WATCHED_POINTS_MAX; i++)
        strcat(text, line);
    assert_ok(cs_watched_parse(&watched, text, strlen(text), "j", NULL));
    strcat(text, line);
    refused(text, "j:");
    free(text);
}

static void control_characters_reach_no_terminal(void **state)
{
    struct cs_watched watched;
    const char *const text =
        "{\"schema\":\"cosynth-journal/1\",\"pid\":1,\"started\":2,"
        "\"study\":\"a\\u001b[2Jb\",\"party\":\"a\",\"epsilon\":null,\"delta\":null,"
        "\"stages\":[\"lo\\nad\"]}\n";
    (void)state;

    assert_ok(cs_watched_parse(&watched, text, strlen(text), "j", NULL));
    assert_string_equal(watched.study, "a?[2Jb");
    assert_string_equal(watched.stages[0].name, "lo?ad");
    assert_true(isinf(watched.epsilon));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set, strike)
    const struct CMUnitTest tests[] = {
        TEST(what_is_told_is_seen),
        TEST(a_node_that_lives_is_seen_to_run),
        TEST(a_node_that_was_killed_is_seen_to_be_dead),
        TEST(a_node_that_lives_comes_before_one_that_died_later),
        TEST(it_is_for_its_owner_alone),
        TEST(a_file_that_is_there_is_not_taken_for_it),
        TEST(nothing_is_written_unless_it_was_opened),
        TEST(a_loss_that_is_not_finite_is_left_out),
        TEST(a_journal_that_cannot_be_written_is_given_up),
        TEST(a_journal_cut_anywhere_is_read_up_to_its_last_line),
        TEST(a_line_that_is_none_is_refused_by_its_number),
        TEST(more_points_than_there_is_room_for_are_refused),
        TEST(control_characters_reach_no_terminal),
    };
    return CS_RUN("party/journal", tests);
}
