/* What party/comparison.h promises, one test for each promise. */
#include "party/comparison.h"

#include <math.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/runs.h"

static void assert_recommended(const struct cs_runs *runs, const char *folder)
{
    const size_t r = runs->comparison.recommended;

    if (folder == NULL) {
        assert_true(r == CS_COMPARISON_NONE);
        return;
    }
    assert_true(r != CS_COMPARISON_NONE);
    assert_string_equal(runs->run[r].folder, folder);
}

static void runs_stand_in_the_order_of_epsilon(void **state)
{
    struct cs_runs runs;
    (void)state;

    cs_runs_set(&runs);
    cs_runs_compare(&runs, &cs_runs_tenth);
    assert_string_equal(runs.run[0].folder, "two");
    assert_string_equal(runs.run[1].folder, "three");
    assert_string_equal(runs.run[2].folder, "one");
    cs_comparison_wipe(&runs.comparison);
}

static void more_noise_ranks_below(void **state)
{
    struct cs_runs runs;
    (void)state;

    cs_runs_set(&runs);
    cs_runs_compare(&runs, &cs_runs_tenth);
    assert_int_equal(runs.comparison.standing[0].rank, 3);
    assert_int_equal(runs.comparison.standing[1].rank, 2);
    assert_int_equal(runs.comparison.standing[2].rank, 1);
    assert_true(fabs(runs.comparison.standing[1].excess - .05) < 1e-9);
    cs_comparison_wipe(&runs.comparison);
}

static void the_smallest_epsilon_within_the_tolerance_is_recommended(void **state)
{
    const struct {
        double tolerance;
        const char *folder;
    } cases[] = { { .1, "three" }, { .04, "one" }, { 1.5, "two" } };
    struct cs_runs runs;
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        cs_runs_set(&runs);
        cs_runs_compare(&runs, &(struct cs_comparison_terms){ cases[i].tolerance, 0 });
        assert_recommended(&runs, cases[i].folder);
        cs_comparison_wipe(&runs.comparison);
    }
}

static void the_smallest_epsilon_that_shows_the_lift_is_recommended(void **state)
{
    const struct {
        double lift;
        const char *folder;
    } cases[] = { { .06, "two" }, { .03, "three" }, { .028, "one" }, { .02, NULL } };
    struct cs_runs runs;
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        cs_runs_set(&runs);
        cs_runs_compare(&runs, &(struct cs_comparison_terms){ .1, cases[i].lift });
        assert_recommended(&runs, cases[i].folder);
        cs_comparison_wipe(&runs.comparison);
    }
}

/* The narrower arm is not what counts. */
static void every_test_arm_must_be_narrow(void **state)
{
    struct cs_runs runs;
    (void)state;

    cs_runs_set(&runs);
    runs.answer[2][1].noise *= 100;
    cs_runs_compare(&runs, &cs_runs_tenth);
    assert_recommended(&runs, "one");
    cs_comparison_wipe(&runs.comparison);
}

static void a_run_without_an_answer_is_last_and_never_recommended(void **state)
{
    struct cs_runs runs;
    (void)state;

    cs_runs_set(&runs);
    for (size_t r = 1; r < CS_RUNS; r++)
        runs.answer[r][0] =
            (struct cs_finished_answer){ .test = "mail",
                                         .outcome = "visit",
                                         .terms = "{visit}",
                                         .is_rate = true,
                                         .reason = "the interval is too wide",
                                         .lift = NAN,
                                         .low = NAN,
                                         .high = NAN,
                                         .sampling = NAN,
                                         .noise = NAN,
                                         .smallest = NAN };
    cs_runs_compare(&runs, &cs_runs_tenth);
    assert_int_equal(runs.comparison.standing[2].rank, 1);
    assert_int_equal(runs.comparison.standing[0].rank, 2);
    assert_recommended(&runs, "one");
    cs_comparison_wipe(&runs.comparison);
}

static void a_run_that_costs_no_less_and_is_wider_is_dominated(void **state)
{
    struct cs_runs runs;
    (void)state;

    cs_runs_set(&runs);
    cs_runs_set_one(&runs, 0, 2, .03);
    cs_runs_compare(&runs, &cs_runs_tenth);
    assert_string_equal(runs.run[2].folder, "one");
    assert_true(runs.comparison.standing[2].dominated_by == 1);
    assert_true(runs.comparison.standing[1].dominated_by == CS_COMPARISON_NONE);
    assert_true(runs.comparison.standing[0].dominated_by == CS_COMPARISON_NONE);
    cs_comparison_wipe(&runs.comparison);
}

static void a_run_without_privacy_is_measured_by_but_not_recommended(void **state)
{
    struct cs_runs runs;
    (void)state;

    cs_runs_set(&runs);
    cs_runs_set_one(&runs, 0, INFINITY, .009);
    cs_runs_compare(&runs, &(struct cs_comparison_terms){ .05, 0 });
    assert_int_equal(runs.comparison.standing[2].rank, 1);
    assert_recommended(&runs, NULL);
    assert_false(cs_comparison_is_private(&runs.comparison));
    assert_true(runs.comparison.epsilon_sum == 3 && runs.comparison.delta_sum == 2e-6);
    cs_comparison_wipe(&runs.comparison);
}

static void an_outcome_that_only_some_have_is_left_out(void **state)
{
    struct cs_runs runs;
    (void)state;

    cs_runs_set(&runs);
    runs.answer[1][1].terms = "{spend}";
    cs_runs_compare(&runs, &cs_runs_tenth);
    assert_int_equal(runs.comparison.n_answers, 1);
    cs_comparison_wipe(&runs.comparison);
}

/* Wherever they stand in the report: they are what counts. */
static void answers_of_the_first_outcome_come_first(void **state)
{
    struct cs_runs runs;
    (void)state;

    cs_runs_set(&runs);
    for (size_t r = 0; r < CS_RUNS; r++) {
        runs.answer[r][2] = runs.answer[r][1];
        runs.answer[r][1].terms = "{spend}";
        runs.run[r].n_answers = 3;
    }
    cs_runs_compare(&runs, &cs_runs_tenth);
    assert_int_equal(runs.comparison.n_answers, 3);
    assert_int_equal(runs.comparison.n_deciding, 2);
    assert_string_equal(cs_comparison_answer(&runs.comparison, 1, 0)->terms, "{visit}");
    assert_string_equal(cs_comparison_answer(&runs.comparison, 2, 0)->terms, "{spend}");
    cs_comparison_wipe(&runs.comparison);
}

/* ---- what is refused ---- */

static void refused(struct cs_runs *runs, const char *words)
{
    assert_int_equal(cs_comparison_make(&runs->comparison, runs->run, CS_RUNS,
                                        &cs_runs_tenth, &runs->fault),
                     CS_CONFIG);
    if (strstr(runs->fault.text, words) == NULL)
        fail_msg("not `%s` but: %s", words, runs->fault.text);
}

static void another_question_is_refused(void **state)
{
    struct cs_runs runs;
    (void)state;

    cs_runs_set(&runs);
    runs.run[1].arm = "{another arm}";
    refused(&runs, "one and two ask different questions, by `arm`: {arm}, and {another");
    cs_runs_set(&runs);
    runs.answer[2][0].terms = "{spend}";
    refused(&runs, "one and three ask different questions, by what is to happen");
    cs_runs_set(&runs);
    runs.run[2].counted = "\"both\"";
    refused(&runs, "by who counts: nothing, and \"both\"");
    cs_runs_set(&runs);
    runs.run[2].linked = true;
    refused(&runs, "by `link`: aligned, and private");
}

static void outputs_that_are_not_one_of_each_run_are_refused(void **state)
{
    struct cs_runs runs;
    (void)state;

    cs_runs_set(&runs);
    strcpy(runs.run[1].population, runs.run[0].population);
    refused(&runs, "one and two are outputs of one run");
    cs_runs_set(&runs);
    runs.run[2].party = 'b';
    refused(&runs, "three of party b");
}

static void another_delta_is_refused(void **state)
{
    struct cs_runs runs;
    (void)state;

    cs_runs_set(&runs);
    runs.run[1].delta = 1e-3;
    refused(&runs, "one has delta 1e-06, two has delta 0.001");
    cs_runs_set(&runs);
    cs_runs_set_one(&runs, 1, INFINITY, .01); /* has none */
    cs_runs_compare(&runs, &cs_runs_tenth);
    cs_comparison_wipe(&runs.comparison);
}

/* Five standard deviations of the two noises together are 71 people. */
static void other_people_are_told_by_their_number(void **state)
{
    struct cs_runs runs;
    (void)state;

    cs_runs_set(&runs);
    runs.run[1].people[CS_AT_BOTH] = 1070;
    cs_runs_compare(&runs, &cs_runs_tenth);
    cs_comparison_wipe(&runs.comparison);
    cs_runs_set(&runs);
    runs.run[1].people[CS_AT_BOTH] = 1072;
    refused(&runs, "not about the same people: they measured 1000 and 1072 at both");
    cs_runs_set(&runs);
    cs_runs_set_one(&runs, 0, INFINITY, .01);
    cs_runs_set_one(&runs, 1, INFINITY, .01);
    runs.run[1].people[CS_AT_BOTH] = 1001;
    refused(&runs, "1000 and 1001");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_stand_in_the_order_of_epsilon),
        cmocka_unit_test(more_noise_ranks_below),
        cmocka_unit_test(the_smallest_epsilon_within_the_tolerance_is_recommended),
        cmocka_unit_test(the_smallest_epsilon_that_shows_the_lift_is_recommended),
        cmocka_unit_test(every_test_arm_must_be_narrow),
        cmocka_unit_test(a_run_without_an_answer_is_last_and_never_recommended),
        cmocka_unit_test(a_run_that_costs_no_less_and_is_wider_is_dominated),
        cmocka_unit_test(a_run_without_privacy_is_measured_by_but_not_recommended),
        cmocka_unit_test(an_outcome_that_only_some_have_is_left_out),
        cmocka_unit_test(answers_of_the_first_outcome_come_first),
        cmocka_unit_test(another_question_is_refused),
        cmocka_unit_test(another_delta_is_refused),
        cmocka_unit_test(outputs_that_are_not_one_of_each_run_are_refused),
        cmocka_unit_test(other_people_are_told_by_their_number),
    };
    return CS_RUN("party/comparison", tests);
}
