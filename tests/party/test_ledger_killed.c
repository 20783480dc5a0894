/* What party/ledger.h promises of a process that ends at any moment. A program of its
 * own: each of its children is a copy of it, so it is small. */
#include "party/ledger.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "crypto/rng.h"
#include "tests/support/check.h"
#include "tests/support/ledger.h"

enum { WAIT_MS = 20000, N_LEDGERS = 10, N_KILLS = 20, LATEST_US = 8000 };

static const uint8_t ours[CS_DATA_SET_BYTES] = { 1 };

/* Charges run after run, and tells of each when it is on disk. */
static _Noreturn void charge_for_ever(struct cs_ledger_scene *scene, int told)
{
    while (cs_ledger_try_run(scene, ours, NULL) == CS_OK && write(told, "x", 1) == 1)
        continue;
    _exit(1);
}

/* How many runs a child told of, before it was killed: so many microseconds after it was
 * made, or after it told of the first. */
static size_t kill_after(struct cs_ledger_scene *scene, long microseconds, bool at_work)
{
    size_t n_told = 0;
    int ends[2], status;
    char x;

    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0)
        charge_for_ever(scene, ends[1]);
    close(ends[1]);
    if (at_work)
        n_told += read(ends[0], &x, 1) == 1;
    nanosleep(&(struct timespec){ .tv_nsec = microseconds * 1000 }, NULL);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    while (read(ends[0], &x, 1) == 1)
        n_told++;
    close(ends[0]);
    return n_told;
}

/* Opening is what the next run does; it may find the key without tables. */
static void assert_intact(struct cs_ledger_scene *scene, size_t n_told)
{
    struct cs_ledger *ledger = NULL;

    assert_ok(cs_ledger_open(&ledger, scene->path, WAIT_MS, &scene->fault));
    cs_ledger_free(ledger);
    assert_int_equal(cs_ledger_findings(scene, NULL, NULL), 0);
    const double runs = cs_ledger_ask(scene, "SELECT count(*) FROM run");
    assert_true(runs >= (double)n_told);
    assert_true(cs_ledger_ask(scene, "SELECT count(*) FROM release") ==
                runs * (double)cs_ledger_releases_of(scene->plan));
}

/* Half of them at work, half perhaps before there is a ledger at all. */
static size_t kill_on_one_ledger(struct cs_ledger_scene *scene, struct cs_rng *rng)
{
    size_t n_told = 0;

    cs_ledger_scene_empty(scene);
    for (int k = 0; k < N_KILLS; k++) {
        const long after = (long)cs_rng_below(rng, LATEST_US);

        n_told += kill_after(scene, after, k % 2 == 1);
        assert_intact(scene, n_told);
    }
    assert_ok(cs_ledger_try_run(scene, ours, NULL));
    return n_told;
}

static void killing_at_200_moments_leaves_a_ledger_that_holds(void **state)
{
    const uint8_t seed[CS_RNG_SEED_BYTES] = { 42 };
    struct cs_ledger_scene scene;
    struct cs_rng rng;
    size_t n_runs = 0;
    (void)state;

    cs_rng_init(&rng, seed);
    cs_ledger_scene_init(&scene);
    for (int i = 0; i < N_LEDGERS; i++)
        n_runs += kill_on_one_ledger(&scene, &rng);
    print_message("    runs that were told of: %zu\n", n_runs);
    cs_ledger_scene_wipe(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killing_at_200_moments_leaves_a_ledger_that_holds),
    };
    return CS_RUN("party/ledger_killed", tests);
}
