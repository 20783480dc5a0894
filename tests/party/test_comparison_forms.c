/* What party/comparison_forms.h promises: who may see a comparison, and what it says. */
#include "party/comparison_forms.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/runs.h"

typedef enum cs_status (*form)(FILE *stream, const struct cs_comparison_form *form);

static char *form_of(form write, const struct cs_runs *runs,
                     const struct cs_comparison_real *real)
{
    const struct cs_comparison_form filled = { &runs->comparison, real, NULL };
    char *text = NULL;
    size_t n_bytes = 0;
    FILE *stream = open_memstream(&text, &n_bytes);

    assert_non_null(stream);
    assert_ok(write(stream, &filled));
    fclose(stream);
    return text;
}

static void assert_says(form write, const struct cs_runs *runs,
                        const struct cs_comparison_real *real, const char *words,
                        bool says)
{
    char *text = form_of(write, runs, real);

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
    struct cs_runs runs;
    (void)state;

    cs_runs_set(&runs);
    cs_runs_compare(&runs, &cs_runs_tenth);
    assert_says(cs_comparison_text, &runs, NULL, "may be shared", true);
    assert_says(cs_comparison_json, &runs, NULL, "\"may_be_shared\": true", true);
    assert_says(cs_comparison_html, &runs, NULL, "made from private results alone", true);
    assert_says(cs_comparison_html, &runs, NULL, "some_metric", false);

    assert_says(cs_comparison_text, &runs, &real_rows, "do not share", true);
    assert_says(cs_comparison_text, &runs, &real_rows, "may be shared", false);
    assert_says(cs_comparison_json, &runs, &real_rows, "\"may_be_shared\": false", true);
    assert_says(cs_comparison_html, &runs, &real_rows, "Do not share", true);
    assert_says(cs_comparison_html, &runs, &real_rows, "some_metric", true);
    cs_comparison_wipe(&runs.comparison);

    cs_runs_set(&runs);
    cs_runs_set_one(&runs, 0, INFINITY, .01);
    cs_runs_compare(&runs, &cs_runs_tenth);
    assert_says(cs_comparison_text, &runs, NULL, "may be shared", false);
    assert_says(cs_comparison_json, &runs, NULL, "\"may_be_shared\": false", true);
    assert_says(cs_comparison_html, &runs, NULL, "without privacy", true);
    cs_comparison_wipe(&runs.comparison);
}

static void times_and_traffic_have_one_digit(void **state)
{
    struct cs_runs runs;
    (void)state;

    assert_true(cs_comparison_rounded(0) == 0);
    assert_true(fabs(cs_comparison_rounded(.01249) - .01) < 1e-12);
    assert_true(cs_comparison_rounded(94765432) == 90000000);
    cs_runs_set(&runs);
    cs_runs_compare(&runs, &cs_runs_tenth);
    assert_says(cs_comparison_json, &runs, NULL, "\"bytes\": 100000000.0", true);
    assert_says(cs_comparison_text, &runs, NULL, "100 s", true);
    cs_comparison_wipe(&runs.comparison);
}

static void the_recommendation_is_in_words_and_by_number(void **state)
{
    struct cs_runs runs;
    (void)state;

    cs_runs_set(&runs);
    cs_runs_compare(&runs, &cs_runs_tenth);
    assert_says(cs_comparison_text, &runs, NULL, "Take run 2 (epsilon 2, three).", true);
    assert_says(cs_comparison_text, &runs, NULL, "5.0 % wider", true);
    assert_says(cs_comparison_text, &runs, NULL, "run 2, 75 % is privacy noise", true);
    assert_says(cs_comparison_text, &runs, NULL, "(3) have spent", true);
    char *text = form_of(cs_comparison_json, &runs, NULL);
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_integer_value(json_object_get(json, "recommended")), 2);
    assert_int_equal(json_array_size(json_object_get(json, "runs")), CS_RUNS);
    json_decref(json);
    free(text);
    cs_comparison_wipe(&runs.comparison);
}

/* 2.8 % is shown by the best; a quarter of the variance is left without noise: 1.4 %. */
static void what_it_would_take_to_show_a_lift_is_said(void **state)
{
    struct cs_runs runs;
    (void)state;

    cs_runs_set(&runs);
    cs_runs_compare(&runs, &(struct cs_comparison_terms){ .1, .02 });
    assert_says(cs_comparison_json, &runs, NULL,
                "no private run shows a lift of 2 points", true);
    assert_says(cs_comparison_json, &runs, NULL, "1.40 points: a larger epsilon may do",
                true);
    cs_comparison_wipe(&runs.comparison);
    cs_runs_set(&runs);
    cs_runs_compare(&runs, &(struct cs_comparison_terms){ .1, .007 });
    assert_says(cs_comparison_json, &runs, NULL, "it takes some 4.0 times the people",
                true);
    cs_comparison_wipe(&runs.comparison);
}

static void runs_without_privacy_alone_are_compared_without_a_bound(void **state)
{
    struct cs_runs runs;
    (void)state;

    cs_runs_set(&runs);
    for (size_t r = 0; r < CS_RUNS; r++)
        cs_runs_set_one(&runs, r, INFINITY, .01);
    cs_runs_compare(&runs, &cs_runs_tenth);
    assert_true(runs.comparison.recommended == CS_COMPARISON_NONE);
    assert_says(cs_comparison_text, &runs, NULL, "Take none", true);
    assert_says(cs_comparison_text, &runs, NULL, "No bound holds", true);
    assert_says(cs_comparison_html, &runs, NULL, "What a larger epsilon buys", false);
    cs_comparison_wipe(&runs.comparison);
}

/* Whoever named the study or an arm writes no markup. */
static void names_are_text_in_a_page(void **state)
{
    struct cs_runs runs;
    (void)state;

    cs_runs_set(&runs);
    for (size_t r = 0; r < CS_RUNS; r++) {
        strcpy(runs.run[r].study, "<script>x</script>");
        strcpy(runs.answer[r][0].test, "<b>mail");
    }
    cs_runs_compare(&runs, &cs_runs_tenth);
    assert_says(cs_comparison_html, &runs, NULL, "<script>x", false);
    assert_says(cs_comparison_html, &runs, NULL, "&lt;script&gt;x", true);
    assert_says(cs_comparison_html, &runs, NULL, "<b>mail", false);
    cs_comparison_wipe(&runs.comparison);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_follows_from_private_results_may_be_shared),
        cmocka_unit_test(times_and_traffic_have_one_digit),
        cmocka_unit_test(the_recommendation_is_in_words_and_by_number),
        cmocka_unit_test(what_it_would_take_to_show_a_lift_is_said),
        cmocka_unit_test(runs_without_privacy_alone_are_compared_without_a_bound),
        cmocka_unit_test(names_are_text_in_a_page),
    };
    return CS_RUN("party/comparison_forms", tests);
}
