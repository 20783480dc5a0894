/* What model/relevance.h promises, one test for each promise. */
#include "model/relevance.h"

#include <math.h>

#include "model/normal.h"
#include "tests/support/check.h"

static struct cs_rate level(double people, double rate, double noise)
{
    return (struct cs_rate){ .people = people,
                             .value = rate,
                             .sampling = rate * (1 - rate) / people,
                             .noise = noise };
}

/* In large numbers: rates .2 and .4 of halves have a phi of .1 / sqrt(.3 * .7). */
static void of_a_rate_it_is_the_square_of_cramers_v(void **state)
{
    const struct cs_rate two[] = { level(5e8, .2, 0), level(5e8, .4, 0) };
    (void)state;

    assert_true(fabs(cs_relevance_share(two, 2) - .01 / .21) < 1e-6);
}

static void levels_that_are_alike_tell_nothing(void **state)
{
    const struct cs_rate alike[] = { level(500, .3, 0), level(700, .3, 0) };
    (void)state;

    assert_true(cs_relevance_share(alike, 2) == 0);
    assert_true(cs_relevance_share(alike, 1) == 0);
    assert_true(cs_relevance_share(alike, 0) == 0);
}

/* Rates as noise alone scatters them tell nothing on average; not to take it away would
 * find a column where there is none. */
static void what_noise_puts_between_levels_is_taken_away(void **state)
{
    enum { LEVELS = 20, STUDIES = 200 };
    struct cs_rng rng;
    double corrected = 0, naive = 0;
    (void)state;

    cs_rng_init_labelled(&rng, 6, "test_relevance");
    for (size_t s = 0; s < STUDIES; s++) {
        struct cs_rate noisy[LEVELS], bare[LEVELS];
        float normal[LEVELS];

        cs_normal_fill(normal, LEVELS, &rng);
        for (size_t i = 0; i < LEVELS; i++) {
            noisy[i] = bare[i] = level(1000, .3, .0004);
            noisy[i].value = bare[i].value =
                .3 + sqrt(.00021 + .0004) * (double)normal[i];
            bare[i].noise = 0;
        }
        corrected += cs_relevance_share(noisy, LEVELS) / STUDIES;
        naive += cs_relevance_share(bare, LEVELS) / STUDIES;
    }
    print_message("share %.5f, without the noise %.5f\n", corrected, naive);
    assert_true(corrected < .0006 && naive > .0015);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_rate_it_is_the_square_of_cramers_v),
        cmocka_unit_test(levels_that_are_alike_tell_nothing),
        cmocka_unit_test(what_noise_puts_between_levels_is_taken_away),
    };

    return CS_RUN("model/relevance", tests);
}
