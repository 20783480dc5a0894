/* What party/comparison.h promises, and what its forms say. */
#include "party/comparison.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "party/comparable.h"
#include "party/comparison_forms.h"
#include "tests/support/check.h"

enum { RUNS = 3, ARMS = 2 };

/* Runs of two test arms; each run has answers of its own. */
struct scene {
    struct cs_finished runs[RUNS];
    struct cs_finished_answer answers[RUNS][ARMS];
    char population[RUNS][2];
    struct cs_comparison comparison;
    struct cs_fault fault;
};

static const struct cs_comparison_terms tenth = { .1, 0 };

static void set_answer(struct cs_finished_answer *answer, const char *test,
                       double deviation)
{
    const double variance = deviation * deviation;

    *answer = (struct cs_finished_answer){ .outcome = "visit",
                                           .terms = "{visit}",
                                           .is_rate = true,
                                           .reported = true,
                                           .lift = .03,
                                           .low = .03 - 2 * deviation,
                                           .high = .03 + 2 * deviation,
                                           .sampling = variance / 4,
                                           .noise = variance * 3 / 4,
                                           .smallest = 2.8 * deviation,
                                           .n_segments = 10,
                                           .n_reported = 4 };
    strcpy(answer->test, test);
}

static void set_run(struct scene *scene, size_t r, double epsilon, double deviation)
{
    struct cs_finished *run = &scene->runs[r];

    *run = (struct cs_finished){ .folder = (const char *[]){ "one", "two", "three" }[r],
                                 .party = 'a',
                                 .study = "spring",
                                 .plan_digest = "p",
                                 .used = { "fitted", "tuned" },
                                 .chi_square = { 1.1, NAN },
                                 .is_private = isfinite(epsilon),
                                 .epsilon = epsilon,
                                 .epsilon_spent = epsilon,
                                 .delta = isfinite(epsilon) ? 1e-6 : 0,
                                 .seconds = 123.4,
                                 .bytes = 98765432,
                                 .arm = "{arm}",
                                 .counted = "",
                                 .answers = scene->answers[r],
                                 .n_answers = ARMS };
    run->population[0] = (char)('x' + r);
    for (size_t scope = 0; scope < CS_SCOPES; scope++)
        run->v_people[scope] = INFINITY;
    run->people[CS_AT_BOTH] = 1000;
    run->v_people[CS_AT_BOTH] = isfinite(epsilon) ? 100 : 0;
    set_answer(&scene->answers[r][0], "mail", deviation);
    set_answer(&scene->answers[r][1], "letter", deviation / 2);
}

/* Epsilon 3, 1 and 2, in this order; the larger, the narrower. */
static void set(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    set_run(scene, 0, 3, .010);
    set_run(scene, 1, 1, .020);
    set_run(scene, 2, 2, .0105);
}

static void compare(struct scene *scene, const struct cs_comparison_terms *terms)
{
    assert_ok(
        cs_comparison_make(&scene->comparison, scene->runs, RUNS, terms, &scene->fault));
}

static void assert_recommended(const struct scene *scene, const char *folder)
{
    const size_t r = scene->comparison.recommended;

    if (folder == NULL) {
        assert_true(r == CS_COMPARISON_NONE);
        return;
    }
    assert_true(r != CS_COMPARISON_NONE);
    assert_string_equal(scene->runs[r].folder, folder);
}

static void runs_stand_in_the_order_of_epsilon(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    compare(&scene, &tenth);
    assert_string_equal(scene.runs[0].folder, "two");
    assert_string_equal(scene.runs[1].folder, "three");
    assert_string_equal(scene.runs[2].folder, "one");
    cs_comparison_wipe(&scene.comparison);
}

static void more_noise_ranks_below(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    compare(&scene, &tenth);
    assert_int_equal(scene.comparison.standing[0].rank, 3);
    assert_int_equal(scene.comparison.standing[1].rank, 2);
    assert_int_equal(scene.comparison.standing[2].rank, 1);
    assert_true(fabs(scene.comparison.standing[1].excess - .05) < 1e-9);
    cs_comparison_wipe(&scene.comparison);
}

static void the_smallest_epsilon_within_the_tolerance_is_recommended(void **state)
{
    const struct {
        double tolerance;
        const char *folder;
    } cases[] = { { .1, "three" }, { .04, "one" }, { 1.5, "two" } };
    struct scene scene;
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        set(&scene);
        compare(&scene, &(struct cs_comparison_terms){ cases[i].tolerance, 0 });
        assert_recommended(&scene, cases[i].folder);
        cs_comparison_wipe(&scene.comparison);
    }
}

static void the_smallest_epsilon_that_shows_the_lift_is_recommended(void **state)
{
    const struct {
        double lift;
        const char *folder;
    } cases[] = { { .06, "two" }, { .03, "three" }, { .028, "one" }, { .02, NULL } };
    struct scene scene;
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        set(&scene);
        compare(&scene, &(struct cs_comparison_terms){ .1, cases[i].lift });
        assert_recommended(&scene, cases[i].folder);
        cs_comparison_wipe(&scene.comparison);
    }
}

/* The narrower arm is not what counts. */
static void every_test_arm_must_be_narrow(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    scene.answers[2][1].noise *= 100;
    compare(&scene, &tenth);
    assert_recommended(&scene, "one");
    cs_comparison_wipe(&scene.comparison);
}

static void a_run_without_an_answer_is_last_and_never_recommended(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    for (size_t r = 1; r < RUNS; r++)
        scene.answers[r][0] =
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
    compare(&scene, &tenth);
    assert_int_equal(scene.comparison.standing[2].rank, 1);
    assert_int_equal(scene.comparison.standing[0].rank, 2);
    assert_recommended(&scene, "one");
    cs_comparison_wipe(&scene.comparison);
}

static void a_run_that_costs_no_less_and_is_wider_is_dominated(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    set_run(&scene, 0, 2, .03);
    compare(&scene, &tenth);
    assert_string_equal(scene.runs[2].folder, "one");
    assert_true(scene.comparison.standing[2].dominated_by == 1);
    assert_true(scene.comparison.standing[1].dominated_by == CS_COMPARISON_NONE);
    assert_true(scene.comparison.standing[0].dominated_by == CS_COMPARISON_NONE);
    cs_comparison_wipe(&scene.comparison);
}

static void a_run_without_privacy_is_measured_by_but_not_recommended(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    set_run(&scene, 0, INFINITY, .009);
    compare(&scene, &(struct cs_comparison_terms){ .05, 0 });
    assert_int_equal(scene.comparison.standing[2].rank, 1);
    assert_recommended(&scene, NULL);
    assert_false(cs_comparison_is_private(&scene.comparison));
    assert_true(scene.comparison.epsilon_sum == 3 && scene.comparison.delta_sum == 2e-6);
    cs_comparison_wipe(&scene.comparison);
}

static void an_outcome_that_only_some_have_is_left_out(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    scene.answers[1][1].terms = "{spend}";
    compare(&scene, &tenth);
    assert_int_equal(scene.comparison.n_answers, 1);
    cs_comparison_wipe(&scene.comparison);
}

/* ---- what is refused ---- */

static void refused(struct scene *scene, const char *words)
{
    assert_int_equal(
        cs_comparison_make(&scene->comparison, scene->runs, RUNS, &tenth, &scene->fault),
        CS_CONFIG);
    if (strstr(scene->fault.text, words) == NULL)
        fail_msg("not `%s` but: %s", words, scene->fault.text);
}

static void another_question_is_refused(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    scene.runs[1].arm = "{another arm}";
    refused(&scene, "one and two ask different questions, by `arm`: {arm}, and {another");
    set(&scene);
    scene.answers[2][0].terms = "{spend}";
    refused(&scene, "one and three ask different questions, by what is to happen");
    set(&scene);
    scene.runs[2].counted = "\"both\"";
    refused(&scene, "by who counts: nothing, and \"both\"");
    set(&scene);
    scene.runs[2].linked = true;
    refused(&scene, "by `link`: aligned, and private");
}

static void outputs_that_are_not_one_of_each_run_are_refused(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    strcpy(scene.runs[1].population, scene.runs[0].population);
    refused(&scene, "one and two are outputs of one run");
    set(&scene);
    scene.runs[2].party = 'b';
    refused(&scene, "three of party b");
}

static void another_delta_is_refused(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    scene.runs[1].delta = 1e-3;
    refused(&scene, "one has delta 1e-06, two has delta 0.001");
    set(&scene);
    set_run(&scene, 1, INFINITY, .01); /* has none */
    compare(&scene, &tenth);
    cs_comparison_wipe(&scene.comparison);
}

/* Five standard deviations of the two noises together are 71 people. */
static void other_people_are_told_by_their_number(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    scene.runs[1].people[CS_AT_BOTH] = 1070;
    compare(&scene, &tenth);
    cs_comparison_wipe(&scene.comparison);
    set(&scene);
    scene.runs[1].people[CS_AT_BOTH] = 1072;
    refused(&scene, "not about the same people: they measured 1000 and 1072 at both");
    set(&scene);
    set_run(&scene, 0, INFINITY, .01);
    set_run(&scene, 1, INFINITY, .01);
    scene.runs[1].people[CS_AT_BOTH] = 1001;
    refused(&scene, "1000 and 1001");
}

/* ---- what the forms say ---- */

typedef enum cs_status (*form)(FILE *stream, const struct cs_comparison_form *form);

static char *form_of(form write, const struct scene *scene,
                     const struct cs_comparison_real *real)
{
    const struct cs_comparison_form filled = { &scene->comparison, real, NULL };
    char *text = NULL;
    size_t n_bytes = 0;
    FILE *stream = open_memstream(&text, &n_bytes);

    assert_non_null(stream);
    assert_ok(write(stream, &filled));
    fclose(stream);
    return text;
}

static void assert_says(form write, const struct scene *scene,
                        const struct cs_comparison_real *real, const char *words,
                        bool says)
{
    char *text = form_of(write, scene, real);

    if ((strstr(text, words) != NULL) != says)
        fail_msg("`%s` is %sin:\n%.6000s", words, says ? "not " : "", text);
    free(text);
}

static const struct cs_metric metric = { "some_metric", CS_HIGHER, 0, 1, "A metric." };

static const struct cs_comparison_real real_rows = {
    .path = "rows.csv",
    .metrics = { &metric, &metric, &metric },
    .values = { { .9, .8, .5 }, { .91, .81, .5 }, { .92, .82, NAN } },
};

static void only_what_follows_from_private_results_may_be_shared(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    compare(&scene, &tenth);
    assert_says(cs_comparison_text, &scene, NULL, "may be shared", true);
    assert_says(cs_comparison_json, &scene, NULL, "\"may_be_shared\": true", true);
    assert_says(cs_comparison_html, &scene, NULL, "made from private results alone",
                true);
    assert_says(cs_comparison_html, &scene, NULL, "some_metric", false);

    assert_says(cs_comparison_text, &scene, &real_rows, "do not share", true);
    assert_says(cs_comparison_text, &scene, &real_rows, "may be shared", false);
    assert_says(cs_comparison_json, &scene, &real_rows, "\"may_be_shared\": false", true);
    assert_says(cs_comparison_html, &scene, &real_rows, "Do not share", true);
    assert_says(cs_comparison_html, &scene, &real_rows, "some_metric", true);
    cs_comparison_wipe(&scene.comparison);

    set(&scene);
    set_run(&scene, 0, INFINITY, .01);
    compare(&scene, &tenth);
    assert_says(cs_comparison_text, &scene, NULL, "may be shared", false);
    assert_says(cs_comparison_json, &scene, NULL, "\"may_be_shared\": false", true);
    assert_says(cs_comparison_html, &scene, NULL, "without privacy", true);
    cs_comparison_wipe(&scene.comparison);
}

static void times_and_traffic_have_one_digit(void **state)
{
    struct scene scene;
    (void)state;

    assert_true(cs_comparison_rounded(0) == 0);
    assert_true(fabs(cs_comparison_rounded(.01249) - .01) < 1e-12);
    assert_true(cs_comparison_rounded(94765432) == 90000000);
    set(&scene);
    compare(&scene, &tenth);
    assert_says(cs_comparison_json, &scene, NULL, "\"bytes\": 100000000.0", true);
    assert_says(cs_comparison_text, &scene, NULL, "100 s", true);
    cs_comparison_wipe(&scene.comparison);
}

static void the_recommendation_is_in_words_and_by_number(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    compare(&scene, &tenth);
    assert_says(cs_comparison_text, &scene, NULL, "Take run 2 (epsilon 2, three).", true);
    assert_says(cs_comparison_text, &scene, NULL, "5.0 % wider", true);
    assert_says(cs_comparison_text, &scene, NULL, "run 2, 75 % is privacy noise", true);
    assert_says(cs_comparison_text, &scene, NULL, "(3) have spent", true);
    char *text = form_of(cs_comparison_json, &scene, NULL);
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_integer_value(json_object_get(json, "recommended")), 2);
    assert_int_equal(json_array_size(json_object_get(json, "runs")), RUNS);
    json_decref(json);
    free(text);
    cs_comparison_wipe(&scene.comparison);
}

/* 2.8 % is shown by the best; a quarter of the variance is left without noise: 1.4 %. */
static void what_it_would_take_to_show_a_lift_is_said(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    compare(&scene, &(struct cs_comparison_terms){ .1, .02 });
    assert_says(cs_comparison_json, &scene, NULL,
                "no private run shows a lift of 2 points", true);
    assert_says(cs_comparison_json, &scene, NULL, "1.40 points: a larger epsilon may do",
                true);
    cs_comparison_wipe(&scene.comparison);
    set(&scene);
    compare(&scene, &(struct cs_comparison_terms){ .1, .007 });
    assert_says(cs_comparison_json, &scene, NULL, "it takes some 4.0 times the people",
                true);
    cs_comparison_wipe(&scene.comparison);
}

static void runs_without_privacy_alone_are_compared_without_a_bound(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    for (size_t r = 0; r < RUNS; r++)
        set_run(&scene, r, INFINITY, .01);
    compare(&scene, &tenth);
    assert_recommended(&scene, NULL);
    assert_says(cs_comparison_text, &scene, NULL, "Take none", true);
    assert_says(cs_comparison_text, &scene, NULL, "No bound holds", true);
    assert_says(cs_comparison_html, &scene, NULL, "What a larger epsilon buys", false);
    cs_comparison_wipe(&scene.comparison);
}

/* Whoever named the study or an arm writes no markup. */
static void names_are_text_in_a_page(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    for (size_t r = 0; r < RUNS; r++) {
        strcpy(scene.runs[r].study, "<script>x</script>");
        strcpy(scene.answers[r][0].test, "<b>mail");
    }
    compare(&scene, &tenth);
    assert_says(cs_comparison_html, &scene, NULL, "<script>x", false);
    assert_says(cs_comparison_html, &scene, NULL, "&lt;script&gt;x", true);
    assert_says(cs_comparison_html, &scene, NULL, "<b>mail", false);
    cs_comparison_wipe(&scene.comparison);
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
        cmocka_unit_test(another_question_is_refused),
        cmocka_unit_test(another_delta_is_refused),
        cmocka_unit_test(outputs_that_are_not_one_of_each_run_are_refused),
        cmocka_unit_test(other_people_are_told_by_their_number),
        cmocka_unit_test(only_what_follows_from_private_results_may_be_shared),
        cmocka_unit_test(times_and_traffic_have_one_digit),
        cmocka_unit_test(the_recommendation_is_in_words_and_by_number),
        cmocka_unit_test(what_it_would_take_to_show_a_lift_is_said),
        cmocka_unit_test(runs_without_privacy_alone_are_compared_without_a_bound),
        cmocka_unit_test(names_are_text_in_a_page),
    };
    return CS_RUN("party/comparison", tests);
}
