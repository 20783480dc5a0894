/* What report.html says: answers first, in the study's own names; nothing that must not
 * be shared. tests/e2e/test_page.sh looks at it in a browser. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "party/report.h"
#include "tests/support/check.h"
#include "tests/support/markup.h"
#include "tests/support/study.h"

#define TEST "Letter <b>"
#define NBSP "\xc2\xa0"

enum { SEGMENTS_MAX = 3 };

static struct cs_study *study;
static struct cs_plan *plan;
static struct cs_answer answers[2];
static struct cs_segment segments[SEGMENTS_MAX];
static struct cs_ab ab;
static struct cs_recorded recorded[2];
static const struct cs_judgement judgements[2] = {
    { .chosen = CS_SEPARATE, .found = { [CS_SEPARATE] = { .standing = CS_STANDS } } },
    { .chosen = CS_SEPARATE, .found = { [CS_SEPARATE] = { .standing = CS_STANDS } } },
};
static char *html; /* that was written last */

/* Of 1000 people in each arm, so many converted. */
static void set_effect(struct cs_effect *direct, struct cs_effect *synthetic, double test,
                       double control)
{
    const struct cs_outcome counts[CS_ARMS] = {
        [CS_TEST] = { test, 1000 - test, 9, 9, 0 },
        [CS_CONTROL] = { control, 1000 - control, 9, 9, 0 },
    };

    cs_effect_direct(direct, counts);
    cs_effect_synthetic(synthetic, counts, direct);
}

static void set_answer(size_t i, double test, double control)
{
    struct cs_answer *answer = &answers[i];

    *answer = (struct cs_answer){
        .scope = CS_AT_BOTH,
        .agreement = { .agree = true, .n_tables = 3, .tables_p = .5 },
        .split = { .test = .5, .p = 1 },
        .power = { .lift = .04, .without_noise = .03 },
        .segments = i == 0 ? segments : NULL,
        .n_segments = i == 0 ? SEGMENTS_MAX : 0,
    };
    set_effect(&answer->direct, &answer->synthetic, test, control);
    answer->p_adjusted = answer->synthetic.lift.p;
}

/* By region: a clear effect, none, and too few people. */
static void set_segments(void)
{
    const size_t region = cs_schema_find(&study->schema, "region");

    for (unsigned i = 0; i < SEGMENTS_MAX; i++)
        segments[i] =
            (struct cs_segment){ .n_columns = 1, .column = { region }, .code = { i } };
    set_effect(&segments[0].direct, &segments[0].synthetic, 300, 100);
    set_effect(&segments[1].direct, &segments[1].synthetic, 101, 100);
    segments[0].p_adjusted = .001;
    segments[1].p_adjusted = .9;
    segments[2].direct.verdict = segments[2].synthetic.verdict = CS_NOISY_PEOPLE;
}

static void take_study(const char *text)
{
    const size_t n_rows[2] = { 5000, 5000 };
    char *whole = cs_test_study_text(text);
    char *named = cs_test_replace(whole, "values: [control, neither, test]",
                                  "values: [control, neither, \"" TEST "\"]");
    char *asked = cs_test_replace(named, "test: [test]", "test: [\"" TEST "\"]");

    cs_plan_free(plan);
    cs_study_free(study);
    plan = NULL;
    study = cs_test_study_parse(asked);
    assert_ok(cs_plan_make(&plan, study, n_rows, NULL));
    set_segments();
    free(whole);
    free(named);
    free(asked);
}

static int set_up(void **state)
{
    (void)state;
    take_study("");
    memset(recorded, 0, sizeof recorded);
    ab = (struct cs_ab){ .people = { .n_both = 2000 },
                         .answers = answers,
                         .n_answers = 1 };
    set_answer(0, 180, 100);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cs_plan_free(plan);
    cs_study_free(study);
    free(html);
    plan = NULL;
    study = NULL;
    html = NULL;
    return 0;
}

static void write_page(void)
{
    const struct cs_report report = { study, &ab, plan, judgements, recorded };
    size_t n_bytes = 0;

    free(html);
    html = NULL;
    FILE *stream = open_memstream(&html, &n_bytes);
    assert_non_null(stream);
    assert_ok(cs_report_html(stream, &report));
    assert_int_equal(fclose(stream), 0);
    assert_true(cs_markup_is_whole(html));
    *strstr(html, "<script>") = '\0'; /* what follows is no words of the report */
}

static void assert_says(const char *words)
{
    if (strstr(html, words) == NULL)
        fail_msg("the page does not say: %s", words);
}

static void assert_silent(const char *words)
{
    if (strstr(html, words) != NULL)
        fail_msg("the page says: %s", words);
}

static void the_answer_comes_first(void **state)
{
    (void)state;
    write_page();
    assert_says("<strong>Yes.</strong> The rate of \xe2\x80\x9c"
                "converted\xe2\x80\x9d was "
                "higher with Letter &lt;b&gt; than with control.");
    assert_says("<strong>+8.0 points</strong> 18.0" NBSP
                "% with Letter &lt;b&gt;, 10.0" NBSP "% with control");
    assert_says("<strong>Very sure.</strong>");
    assert_says("<strong>No group differs beyond noise.</strong> 1 of the 2 groups");
    assert_says("<strong>Noisy results alone.</strong>");
    assert_true(strstr(html, "<strong>Yes.") < strstr(html, "<table"));
}

static void an_effect_that_does_harm_is_no_success(void **state)
{
    (void)state;
    set_answer(0, 100, 180);
    write_page();
    assert_says("<strong>No.</strong>");
    assert_says("was lower with");
    assert_says("<strong>\xe2\x88\x92"
                "8.0 points</strong>");
}

static void what_chance_explains_is_no_answer(void **state)
{
    (void)state;
    set_answer(0, 105, 100);
    write_page();
    assert_says("<strong>It cannot be told.</strong>");
    assert_says("by no more than chance and privacy noise make");
    assert_says("<strong>Not sure.</strong>");
    assert_silent("<strong>Yes.");
}

static void what_noise_hides_is_told_by_its_reason(void **state)
{
    (void)state;
    answers[0].synthetic.verdict = answers[0].direct.verdict = CS_NOISY_PEOPLE;
    write_page();
    assert_says("<strong>It cannot be told.</strong>");
    assert_says("do not stand out of the noise");
    assert_silent("By how much?");
}

static void a_column_that_the_effect_differs_by_is_named(void **state)
{
    struct cs_relevance relevance = { .column = segments[0].column[0],
                                      .lifts = { .n_degrees = 1, .p = .001 } };
    (void)state;

    answers[0].relevance = &relevance;
    answers[0].n_relevance = 1;
    write_page();
    assert_says("<strong>It differs by region.</strong> Largest where region is north "
                "(about +20.0 points), smallest where it is south (about +0.1 points). "
                "1 of the 2 groups");
    relevance.lifts.p = .06;
    write_page();
    assert_says("<strong>No group differs beyond noise.</strong> 1 of the 2 groups");
}

static void a_group_without_a_number_has_a_reason(void **state)
{
    (void)state;
    write_page();
    assert_says("not reportable: the people counted in an arm do not stand out");
    segments[2].synthetic.verdict = CS_FEW_PEOPLE;
    write_page();
    assert_silent("not reportable: ");
    assert_says("1 more groups have fewer than 50 people");
}

static void several_answers_have_a_line_and_a_section_each(void **state)
{
    (void)state;
    ab.n_answers = 2;
    set_answer(1, 100, 100);
    write_page();
    assert_int_equal(cs_markup_count(html, "<section id=\"answer-"), 2);
    assert_int_equal(cs_markup_count(html, "adjusted for the number of questions"), 2);
    assert_silent("By how much?");
}

static void an_answer_is_judged_by_its_adjusted_p(void **state)
{
    (void)state;
    answers[0].p_adjusted = .07;
    write_page();
    assert_says("<strong>It cannot be told.</strong>");
}

static void what_contradicts_itself_is_said_loudly(void **state)
{
    (void)state;
    answers[0].agreement =
        (struct cs_agreement){ false, .05, .01, .n_tables = 3, .tables_p = .0001 };
    write_page();
    assert_says("DISAGREE");
    assert_says("CONTRADICT");
}

static void without_privacy_the_page_says_so_and_speaks_of_no_noise(void **state)
{
    (void)state;
    take_study("privacy: {epsilon: none, acknowledge: " CS_UNPROTECTED_SENTENCE "}");
    write_page();
    assert_says("NOT PRIVATE");
    assert_says(CS_UNPROTECTED_MARK);
    assert_silent("May be shared");
    assert_silent("oisy tables");
    assert_silent("privacy noise");
}

static void people_of_both_parties_are_told_where_they_may_differ(void **state)
{
    (void)state;
    write_page();
    assert_silent("id=\"people\"");
    take_study("link: private\nidentifiers: [email]\n");
    ab.measured[CS_AT_A] = 1234;
    write_page();
    assert_says("id=\"people\"");
    assert_says("data-value=\"1234\"");
}

static void record(enum cs_party party)
{
    recorded[party] = (struct cs_recorded){
        .is_there = true,
        .party = party,
        .version = "9.8.7",
        .plan_digest = "0123456789abcdef",
        .stages = { { "measure", 1.2345, 43210987, 876543 } },
        .n_stages = 1,
        .openings = { { "measure: noisy cross tables", 1, 777 } },
        .n_openings = 1,
    };
}

static void without_a_receipt_the_page_says_what_is_missing(void **state)
{
    (void)state;
    write_page();
    assert_says("Times and traffic are in receipt.json");
    record(CS_B);
    write_page();
    assert_silent("Times and traffic are in receipt.json");
    assert_says("measure: noisy cross tables: 1 time, 777 numbers");
    assert_says("version 9.8.7, digest of the plan 0123456789abcdef");
}

/* Exact ones tell numbers of rows. */
static void times_and_traffic_have_one_digit(void **state)
{
    (void)state;
    record(CS_A);
    write_page();
    assert_says("data-value=\"40\">40</td>");
    assert_says("data-value=\"0.9\">0.9</td>");
    assert_silent("43.2");
    assert_silent("4321");
    assert_silent("8765");
    assert_silent("1.23");
}

static void what_b_received_is_what_a_sent(void **state)
{
    (void)state;
    record(CS_A);
    write_page();
    const char *sent = strstr(html, "data-value=\"40\"");
    assert_true(sent < strstr(html, ">0.9</td>"));
    memset(recorded, 0, sizeof recorded);
    record(CS_B);
    write_page();
    sent = strstr(html, "data-value=\"40\"");
    assert_true(sent > strstr(html, ">0.9</td>"));
}

static void shares_of_the_budget_add_up(void **state)
{
    double sum = 0;
    (void)state;

    record(CS_A);
    for (size_t i = 0; i < plan->n_details; i++)
        recorded[CS_A].rho_densities += cs_plan_rho_detail(&plan->details[i]);
    recorded[CS_A].n_densities = plan->n_details;
    write_page();
    const char *at = strstr(html, "What was made public");
    const char *end = strstr(at, "</table>");
    while ((at = strstr(at, "data-value=\"")) != NULL && at < end) {
        const char *row_end = strstr(at, "</tr>");
        const char *last = at;

        while ((at = strstr(at + 1, "data-value=\"")) != NULL && at < row_end)
            last = at;
        sum += strtod(last + strlen("data-value=\""), NULL);
        at = row_end;
    }
    assert_true(fabs(sum - 100) < .01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        T(the_answer_comes_first),
        T(an_effect_that_does_harm_is_no_success),
        T(what_chance_explains_is_no_answer),
        T(what_noise_hides_is_told_by_its_reason),
        T(a_column_that_the_effect_differs_by_is_named),
        T(a_group_without_a_number_has_a_reason),
        T(several_answers_have_a_line_and_a_section_each),
        T(an_answer_is_judged_by_its_adjusted_p),
        T(what_contradicts_itself_is_said_loudly),
        T(without_privacy_the_page_says_so_and_speaks_of_no_noise),
        T(people_of_both_parties_are_told_where_they_may_differ),
        T(without_a_receipt_the_page_says_what_is_missing),
        T(times_and_traffic_have_one_digit),
        T(what_b_received_is_what_a_sent),
        T(shares_of_the_budget_add_up),
#undef T
    };

    return CS_RUN("report_html", tests);
}
