/* What model/pooled.h promises, one test for each promise. */
#include "model/pooled.h"

#include <math.h>

#include "model/normal.h"
#include "tests/support/check.h"

#define assert_near(x, y, tolerance) assert_true(fabs((x) - (y)) <= (tolerance))

enum { EFFECTS = 30, STUDIES = 400 };

/* Effects that are alike draw to their mean: what differs is noise. */
static void noise_is_drawn_to_the_mean(void **state)
{
    struct cs_pooled effects[10];
    struct cs_pool pool;
    (void)state;

    for (size_t i = 0; i < 10; i++)
        effects[i] = (struct cs_pooled){ .value = .05 + (i % 2 == 0 ? .008 : -.008),
                                         .variance = 1e-4 };
    assert_true(cs_pool_draw(&pool, effects, 10, 1));
    assert_near(pool.mean, .05, 1e-12);
    assert_true(pool.spread == 0);
    for (size_t i = 0; i < 10; i++) /* B is 7 / 9 */
        assert_near(effects[i].drawn, .05 + 2. / 9 * (effects[i].value - .05), 1e-12);
}

/* The control: effects that differ far more than noise stay where they are. */
static void true_differences_stay(void **state)
{
    struct cs_pooled effects[10];
    struct cs_pool pool;
    (void)state;

    for (size_t i = 0; i < 10; i++)
        effects[i] = (struct cs_pooled){ .value = .02 * (double)i, .variance = 1e-6 };
    assert_true(cs_pool_draw(&pool, effects, 10, 1));
    assert_near(pool.spread, .0605, .001);
    for (size_t i = 0; i < 10; i++) {
        assert_near(effects[i].drawn, effects[i].value, 1e-4);
        assert_near(effects[i].high - effects[i].low, 2 * 1.96e-3, 4e-5);
    }
}

static void three_effects_are_not_drawn(void **state)
{
    struct cs_pooled effects[4] = { { .value = 1, .variance = 1 },
                                    { .value = 2, .variance = 1 },
                                    { .value = 3, .variance = 1 },
                                    { .value = 4, .variance = 1 } };
    struct cs_pool pool;
    (void)state;

    assert_false(cs_pool_draw(&pool, effects, 3, 1));
    assert_true(effects[0].drawn == 0);
    assert_true(cs_pool_draw(&pool, effects, 4, 1));
}

/* Five segments lie .0605 apart by themselves, the others not at all. */
static void a_column_that_differs_is_drawn_less(void **state)
{
    struct cs_pooled effects[20];
    struct cs_pool pool;
    (void)state;

    for (size_t i = 0; i < 20; i++)
        effects[i] = (struct cs_pooled){ .value = i == 0 ? .15 : .05,
                                         .variance = 1e-3,
                                         .spread = i < 5 ? .0605 : 0 };
    assert_true(cs_pool_draw(&pool, effects, 20, 4));
    const double differs = effects[0].drawn;
    effects[0].spread = 0;
    assert_true(cs_pool_draw(&pool, effects, 20, 4));

    assert_true(pool.spread == 0); /* together they hide it */
    assert_near(effects[0].drawn, pool.mean + 2. / 19 * (.15 - pool.mean), 1e-12);
    assert_true(differs > .11);
}

static void columns_of_the_same_people_do_not_know_the_mean_better(void **state)
{
    struct cs_pooled effects[12];
    struct cs_pool pool;
    double once;
    (void)state;

    for (size_t i = 0; i < 12; i++)
        effects[i] = (struct cs_pooled){ .value = .05, .variance = 1e-4 };
    assert_true(cs_pool_draw(&pool, effects, 12, 1));
    once = pow((effects[0].high - effects[0].low) / 2 / 1.959964, 2);
    assert_true(cs_pool_draw(&pool, effects, 12, 4));

    const double four = pow((effects[0].high - effects[0].low) / 2 / 1.959964, 2);
    assert_near(four - once, 3 * 9. / 11 * 1e-4 / 12, 1e-9); /* 3 more of B V / k */
}

/* Studies with true effects around .05, some with noise of twice the variance of others:
 * drawn effects are nearer to the truth, and their intervals cover it. */
static void drawn_effects_are_nearer_and_their_intervals_cover(void **state)
{
    struct cs_rng rng;
    double raw = 0, drawn = 0;
    size_t covered = 0;
    (void)state;

    cs_rng_init_labelled(&rng, 3, "test_pooled");
    for (size_t s = 0; s < STUDIES; s++) {
        struct cs_pooled effects[EFFECTS];
        float normal[2 * EFFECTS];
        struct cs_pool pool;

        cs_normal_fill(normal, 2 * EFFECTS, &rng);
        for (size_t i = 0; i < EFFECTS; i++) {
            const double variance = i % 2 == 0 ? 4e-4 : 2e-4;

            effects[i] = (struct cs_pooled){
                .value = .05 + .01 * (double)normal[i] +
                         sqrt(variance) * (double)normal[EFFECTS + i],
                .variance = variance,
            };
        }
        assert_true(cs_pool_draw(&pool, effects, EFFECTS, 1));
        for (size_t i = 0; i < EFFECTS; i++) {
            const double truth = .05 + .01 * (double)normal[i];

            raw += pow(effects[i].value - truth, 2);
            drawn += pow(effects[i].drawn - truth, 2);
            covered += effects[i].low <= truth && truth <= effects[i].high;
        }
    }
    print_message("squared error %.2f of the raw one, covered %.3f\n", drawn / raw,
                  (double)covered / (STUDIES * EFFECTS));
    assert_true(drawn < .45 * raw);
    assert_in_range(covered, .93 * STUDIES * EFFECTS, .98 * STUDIES * EFFECTS);
}

static void differences_that_are_noise_have_even_p_values(void **state)
{
    struct cs_rng rng;
    size_t small = 0, found = 0;
    (void)state;

    cs_rng_init_labelled(&rng, 4, "test_pooled");
    for (size_t s = 0; s < STUDIES; s++) {
        struct cs_pooled alike[5], unlike[5];
        float normal[5];

        cs_normal_fill(normal, 5, &rng);
        for (size_t i = 0; i < 5; i++) {
            alike[i] = (struct cs_pooled){ .value = .1 + .02 * (double)normal[i],
                                           .variance = 4e-4 };
            unlike[i] = alike[i];
            unlike[i].value += i == 0 ? .1 : 0; /* five standard errors */
        }
        small += cs_pool_compare(alike, 5).p < .05;
        found += cs_pool_compare(unlike, 5).p < .05;
    }
    assert_in_range(small, .025 * STUDIES, .08 * STUDIES);
    assert_true(found > .9 * STUDIES);
}

/* Two effects of variance 1 at a distance of 4: Q = 8, spread^2 = (8 - 1) / (2 - 1). */
static void the_spread_is_dersimonian_and_lairds(void **state)
{
    const struct cs_pooled two[] = { { .value = 0, .variance = 1 },
                                     { .value = 4, .variance = 1 } };
    const struct cs_difference difference = cs_pool_compare(two, 2);
    (void)state;

    assert_near(difference.q, 8, 1e-12);
    assert_int_equal(difference.n_degrees, 1);
    assert_near(difference.spread, sqrt(7), 1e-12);
    assert_near(difference.p, erfc(2), 1e-9); /* 8 of chi-square with one degree */
    assert_int_equal(cs_pool_compare(two, 1).n_degrees, 0);
    assert_true(isnan(cs_pool_compare(two, 1).p) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noise_is_drawn_to_the_mean),
        cmocka_unit_test(true_differences_stay),
        cmocka_unit_test(three_effects_are_not_drawn),
        cmocka_unit_test(a_column_that_differs_is_drawn_less),
        cmocka_unit_test(columns_of_the_same_people_do_not_know_the_mean_better),
        cmocka_unit_test(drawn_effects_are_nearer_and_their_intervals_cover),
        cmocka_unit_test(differences_that_are_noise_have_even_p_values),
        cmocka_unit_test(the_spread_is_dersimonian_and_lairds),
    };

    return CS_RUN("model/pooled", tests);
}
