/* Random runs of protocol/link.h, a program of their own for their time: half of it goes
 * into base OTs, in which one party at a time is at work, so several runs are under way.
 */
#include <pthread.h>

#include "crypto/whole.h"
#include "tests/support/check.h"
#include "tests/support/crowd.h"

enum { RUNS = 300, ROWS_MAX = 5000, AT_ONCE = 3 };

struct size {
    size_t n_rows[2], n_both;
};

/* From 1 to 5000, as many small as large ones; overlaps from none to all. */
static struct size size_of(uint64_t run)
{
    struct size size;
    struct cs_rng rng;
    size_t least_rows;

    cs_rng_init_labelled(&rng, run, "link runs");
    size.n_rows[CS_A] = 1 + cs_rng_below(&rng, ROWS_MAX) % (1u << (run % 13 + 1));
    size.n_rows[CS_B] = 1 + cs_rng_below(&rng, ROWS_MAX) % (1u << (run % 11 + 3));
    least_rows = cs_least(size.n_rows[CS_A], size.n_rows[CS_B]);
    size.n_both = cs_rng_below(&rng, 5) == 0
                      ? least_rows
                      : cs_rng_below(&rng, (uint32_t)least_rows + 1);
    return size;
}

/* Every AT_ONCE-th run from the first on; ends at one that fails. */
struct series {
    uint64_t run;
    pthread_t thread;
};

static void *play(void *arg)
{
    struct series *series = arg;

    for (; series->run < RUNS; series->run += AT_ONCE) {
        const struct size size = size_of(series->run);

        if (!cs_crowd_links_overlap(size.n_rows, size.n_both, 1 + series->run % 3,
                                    series->run))
            break;
    }
    return NULL;
}

static void random_runs_open_to_the_join(void **state)
{
    struct series series[AT_ONCE];
    (void)state;

    for (size_t i = 0; i < AT_ONCE; i++) {
        series[i].run = i;
        assert_int_equal(pthread_create(&series[i].thread, NULL, play, &series[i]), 0);
    }
    for (size_t i = 0; i < AT_ONCE; i++)
        assert_int_equal(pthread_join(series[i].thread, NULL), 0);
    for (size_t i = 0; i < AT_ONCE; i++) {
        const uint64_t run = series[i].run;
        const struct size size = size_of(run);

        if (run < RUNS)
            fail_msg("run %d: %zu and %zu rows, %zu at both", (int)run, size.n_rows[CS_A],
                     size.n_rows[CS_B], size.n_both);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_runs_open_to_the_join),
    };
    return CS_RUN("protocol/link, random runs", tests);
}
