#include "model/membership.h"

#include <math.h>
#include <stdlib.h>

#include "tests/support/check.h"

enum { PEOPLE = 8000 };

static double scores[PEOPLE];
static bool is_member[PEOPLE];

static struct cs_rng start(void)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "tests/membership");
    for (size_t i = 0; i < PEOPLE; i++)
        is_member[i] = i < PEOPLE / 2;
    return rng;
}

static void assert_close(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within))
        fail_msg("%g is not %g", value, expected);
}

static void guesses_show_nothing(void **state)
{
    struct cs_rng rng = start();
    struct cs_membership found;
    (void)state;

    for (size_t i = 0; i < PEOPLE; i++)
        scores[i] = cs_rng_unit(&rng);
    assert_ok(cs_membership_judge(&found, scores, is_member, PEOPLE, &rng));
    assert_close(found.area, .5, .03);
    assert_close(found.advantage, 0, .05);
    assert_close(found.true_rates[3], .1, .03);
    assert_true(found.epsilon < .05);
}

/* Nine tenths of the people are left, about half of them members: no mistake in 3,600. */
static void certainty_shows_all_that_so_many_people_can(void **state)
{
    struct cs_rng rng = start();
    struct cs_membership found;
    (void)state;

    for (size_t i = 0; i < PEOPLE; i++)
        scores[i] = is_member[i] ? 1 + cs_rng_unit(&rng) : cs_rng_unit(&rng);
    assert_ok(cs_membership_judge(&found, scores, is_member, PEOPLE, &rng));
    assert_close(found.area, 1, 0);
    assert_close(found.true_rates[0], 1, 0);
    assert_close(found.advantage, 1, 0);
    assert_close(found.epsilon, -log(1 - pow(.05, 1 / 3600.0)), .05);
}

/* Randomised response at epsilon 1 tells the truth with a chance of e/(1 + e). */
static void a_known_epsilon_is_found_but_not_exceeded(void **state)
{
    struct cs_rng rng = start();
    struct cs_membership found;
    (void)state;

    for (size_t i = 0; i < PEOPLE; i++)
        scores[i] = is_member[i] == (cs_rng_unit(&rng) < exp(1) / (1 + exp(1)));
    assert_ok(cs_membership_judge(&found, scores, is_member, PEOPLE, &rng));
    assert_true(found.epsilon > .8 && found.epsilon <= 1);
}

/* A tenth of the others is known for sure not to be members, and nothing else is known.
 */
static void knowing_who_was_not_there_counts_too(void **state)
{
    struct cs_rng rng = start();
    struct cs_membership found;
    (void)state;

    for (size_t i = 0; i < PEOPLE; i++)
        scores[i] = !is_member[i] && i % 10 == 0 ? 0 : 1 + cs_rng_unit(&rng);
    assert_ok(cs_membership_judge(&found, scores, is_member, PEOPLE, &rng));
    assert_true(found.epsilon > 2);
}

static void one_kind_alone_has_no_values(void **state)
{
    struct cs_rng rng = start();
    struct cs_membership found;
    (void)state;

    assert_ok(cs_membership_judge(&found, scores, is_member, PEOPLE / 2, &rng));
    assert_true(isnan(found.area) && isnan(found.epsilon) && isnan(found.true_rates[0]));
    assert_ok(cs_membership_judge(&found, scores, is_member, 0, &rng));
    assert_true(isnan(found.advantage));
}

static void few_people_show_nothing(void **state)
{
    static const double few[] = { 3, 2, 1, 0 };
    static const bool members[] = { true, true, false, false };
    struct cs_rng rng = start();
    struct cs_membership found;
    (void)state;

    assert_ok(cs_membership_judge(&found, few, members, COUNT(few), &rng));
    assert_close(found.area, 1, 0);
    assert_close(found.epsilon, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guesses_show_nothing),
        cmocka_unit_test(certainty_shows_all_that_so_many_people_can),
        cmocka_unit_test(a_known_epsilon_is_found_but_not_exceeded),
        cmocka_unit_test(knowing_who_was_not_there_counts_too),
        cmocka_unit_test(one_kind_alone_has_no_values),
        cmocka_unit_test(few_people_show_nothing),
    };
    return CS_RUN("model/membership", tests);
}
