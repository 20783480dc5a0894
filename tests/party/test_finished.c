/* What party/finished.h promises: what a run left is read, and what it did not write is
 * refused by file and field. */
#include "party/finished.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/check.h"
#include "tests/support/study.h"

static const char receipt[] =
    "{\"schema\": \"cosynth-receipt/1\", \"study\": \"spring\", \"party\": \"a\","
    " \"study_digest\": \"5d\", \"plan_digest\": \"91\", \"ledger_head\": \"4e\", "
    "\"population_digest\": \"90\","
    " \"privacy\": {\"private\": true, \"epsilon\": 2, \"epsilon_spent\": 1.99,"
    "  \"delta\": 1e-6, \"noise_of_cross_tables\": \"each\"},"
    " \"released\": {\"tables\": [{\"columns\": [\"region\", \"arm\"]},"
    "  {\"columns\": [\"arm\", \"visit\"]}]},"
    " \"generators\": {\"a\": {\"used\": \"fitted\", \"fitted\":"
    "   {\"chi_square_per_cell\": 1.25}},"
    "  \"b\": {\"used\": \"independent\", \"independent\":"
    "   {\"chi_square_per_cell\": null}}},"
    " \"refit\": {\"chi_square_per_cell\": 0.75}, \"peak_memory_bytes\": 1000,"
    " \"stages\": [{\"stage\": \"load\", \"seconds\": 0.5},"
    "  {\"stage\": \"link\", \"seconds\": 2, \"sent_bytes\": 10, \"received_bytes\": 20,"
    "   \"rounds\": 3}]}";

#define LIFT(value)                                                                      \
    "{\"verdict\": \"reported\", \"lift\": {\"value\": " value ", \"low\": 0.01,"        \
    " \"high\": 0.05, \"variance_sampling\": 0.0003, \"variance_noise\": 0.0001}}"
#define HIDDEN "{\"verdict\": \"wide\", \"reason\": \"the interval is too wide\"}"

static const char report[] =
    "{\"schema\": \"cosynth-report/2\", \"arm\": {\"column\": \"arm\", \"control\": "
    "[\"n\"]},"
    " \"outcomes\": [{\"column\": \"visit\", \"kind\": \"rate\", \"converted\": [\"1\"]},"
    "  {\"column\": \"spend\", \"kind\": \"mean\", \"missing\": \"zero\"}],"
    " \"answers\": [{\"test\": \"mail\", \"outcome\": \"visit\", \"synthetic\": " LIFT(
        "0.03") ","
                "  \"power\": {\"lift\": 0.06},"
                "  \"segments\": [{\"reported\": \"synthetic\", \"synthetic\": " LIFT(
                    "0.1") ", \"direct\": " HIDDEN "},"
                           "   {\"reported\": \"direct\", \"synthetic\": " LIFT(
                               "0.1") ", \"direct\": " HIDDEN "},"
                                      "   {\"reported\": \"direct\", "
                                      "\"synthetic\": " HIDDEN ", \"direct\": " LIFT(
                                          "0.1") "}]},"
                                                 "  {\"test\": \"mail\", \"outcome\": "
                                                 "\"spend\", \"synthetic\": " HIDDEN ","
                                                 "   \"segments\": []}]}";

/* 102 people with the noise of two cells of variance 2, and 98 with that of four of both
 * parties: 1/4 and 1/16 are their weights. */
static const char measured[] =
    "{\"schema\": \"cosynth-measured/1\", \"tables\": ["
    "{\"kind\": \"own_a\", \"s2_q16\": 131072, \"cells\": [100, 2]},"
    "{\"kind\": \"cross\", \"s2_q16\": 131072, \"cells\": [90, 9, 0, -1]}]}";

struct place {
    char folder[64];
    struct cs_finished run;
    struct cs_fault fault;
};

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);

    assert_non_null(place);
    strcpy(place->folder, "/tmp/cosynth-finished-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    *state = place;
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    char command[128];

    cs_finished_wipe(&place->run);
    snprintf(command, sizeof command, "rm -rf %s", place->folder);
    assert_int_equal(system(command), 0);
    free(place);
    return 0;
}

static void write_file(const struct place *place, const char *name, const char *text)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", place->folder, name);
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    assert_true(fputs(text, stream) >= 0);
    assert_int_equal(fclose(stream), 0);
}

static void write_all(const struct place *place)
{
    write_file(place, "receipt.json", receipt);
    write_file(place, "report.json", report);
    write_file(place, "measured.json", measured);
}

static enum cs_status read_run(struct place *place)
{
    cs_finished_wipe(&place->run);
    place->fault.text[0] = '\0';
    return cs_finished_read(&place->run, place->folder, &place->fault);
}

static void what_it_cost_is_read(void **state)
{
    struct place *place = *state;
    const struct cs_finished *run = &place->run;

    write_all(place);
    assert_ok(read_run(place));
    assert_string_equal(run->study, "spring");
    assert_true(run->is_private && run->epsilon == 2 && run->epsilon_spent == 1.99);
    assert_false(run->joint_noise);
    assert_int_equal(run->n_tables, 2);
    assert_int_equal(run->n_columns, 3);
    assert_string_equal(run->columns[0], "arm");
    assert_string_equal(run->columns[2], "visit");
    assert_string_equal(run->used[1], "independent");
    assert_true(run->chi_square[0] == 1.25 && isnan(run->chi_square[1]));
    assert_true(run->seconds == 2.5 && run->bytes == 30);
}

static void what_it_could_say_is_read(void **state)
{
    struct place *place = *state;

    write_all(place);
    assert_ok(read_run(place));
    assert_int_equal(place->run.n_answers, 2);
    const struct cs_finished_answer *answer = &place->run.answers[0];
    assert_true(answer->reported && answer->is_rate && answer->lift == .03);
    assert_true(fabs(cs_finished_half_width(answer) - 1.96 * .02) < 1e-4);
    assert_true(fabs(cs_finished_noise_share(answer) - .25) < 1e-12);
    assert_true(answer->smallest == .06);
    assert_int_equal(answer->n_segments, 3);
    assert_int_equal(answer->n_reported, 2); /* the second by neither that counts */
    answer++;
    assert_false(answer->reported || answer->is_rate);
    assert_true(isnan(cs_finished_half_width(answer)));
    assert_string_equal(answer->reason, "the interval is too wide");
}

/* (102 / 4 + 98 / 16) / (1 / 4 + 1 / 16) */
static void people_are_weighed_by_the_noise_of_their_tables(void **state)
{
    struct place *place = *state;

    write_all(place);
    assert_ok(read_run(place));
    assert_true(fabs(place->run.people[CS_AT_BOTH] - 101.2) < 1e-9);
    assert_true(fabs(place->run.v_people[CS_AT_BOTH] - 3.2) < 1e-9);
    assert_true(isinf(place->run.v_people[CS_AT_A]));
}

static void people_who_may_be_at_one_party_are_counted_apart(void **state)
{
    struct place *place = *state;
    char *linked = cs_test_replace(measured, "{\"kind\": \"own_a\"",
                                   "{\"at_a\": 2, \"kind\": \"own_a\"");

    write_all(place);
    write_file(place, "measured.json", linked);
    free(linked);
    assert_ok(read_run(place));
    assert_true(place->run.linked);
    assert_true(place->run.people[CS_AT_A] == 102);
    assert_true(place->run.people[CS_AT_BOTH] == 98);
    assert_true(isinf(place->run.v_people[CS_AT_B]));
}

static void a_table_without_noise_is_exact(void **state)
{
    struct place *place = *state;
    char *exact = cs_test_replace(measured, "\"own_a\", \"s2_q16\": 131072",
                                  "\"own_a\", \"s2_q16\": 0");

    write_all(place);
    write_file(place, "measured.json", exact);
    free(exact);
    assert_ok(read_run(place));
    assert_true(place->run.people[CS_AT_BOTH] == 102);
    assert_true(place->run.v_people[CS_AT_BOTH] == 0);
}

static void a_run_without_privacy_has_no_bound(void **state)
{
    struct place *place = *state;
    char *open = cs_test_replace(receipt, "\"private\": true, \"epsilon\": 2",
                                 "\"private\": false, \"epsilon\": null");

    write_all(place);
    write_file(place, "receipt.json", open);
    free(open);
    assert_ok(read_run(place));
    assert_true(!place->run.is_private && isinf(place->run.epsilon));
}

/* Where the plain mean is not to be believed, the report says so. */
static void a_mean_of_capped_values_is_read_where_it_counts(void **state)
{
    struct place *place = *state;
    char *capped =
        cs_test_replace(report, "\"outcome\": \"spend\",",
                        "\"outcome\": \"spend\", \"power\": {\"lift\": 2}, \"amounts\":"
                        " {\"trust\": \"capped_tail\", \"synthetic\": " LIFT("0.7") "},");

    write_all(place);
    write_file(place, "report.json", capped);
    free(capped);
    assert_ok(read_run(place));
    assert_true(place->run.answers[1].is_capped && place->run.answers[1].lift == .7);
    assert_false(place->run.answers[0].is_capped);
}

/* Where neither mean is to be believed, the plain one stands there with its interval. */
static void of_two_means_to_doubt_the_plain_one_is_read(void **state)
{
    struct place *place = *state;
    char *doubted =
        cs_test_replace(report, "\"outcome\": \"spend\",",
                        "\"outcome\": \"spend\", \"amounts\": {\"trust\": \"neither\","
                        " \"synthetic\": " LIFT("0.7") "},");

    write_all(place);
    write_file(place, "report.json", doubted);
    free(doubted);
    assert_ok(read_run(place));
    assert_false(place->run.answers[1].is_capped || place->run.answers[1].reported);
    assert_string_equal(place->run.answers[1].reason, "the interval is too wide");
}

static void what_no_run_writes_is_refused_by_file_and_field(void **state)
{
    static const struct {
        const char *name, *text, *from, *to, *words;
    } cases[] = {
        { "receipt.json", receipt, "cosynth-receipt/1", "cosynth-receipt/9",
          "receipt.json: schema: is not cosynth-receipt/1" },
        { "receipt.json", receipt, "\"party\": \"a\"", "\"party\": \"c\"", ": party: " },
        { "receipt.json", receipt, "\"epsilon\": 2", "\"epsilon\": \"2\"",
          ": privacy.epsilon: is not a number" },
        { "receipt.json", receipt, "\"columns\": [\"region\", \"arm\"]",
          "\"columns\": [\"region\", 7]", ": released.tables[0].columns[1]: " },
        { "receipt.json", receipt, "\"used\": \"fitted\"", "\"used\": \"../x\"",
          ": generators.a.used: " },
        { "receipt.json", receipt, "\"sent_bytes\": 10", "\"sent_bytes\": -10",
          ": stages[1].sent_bytes: is not a whole number" },
        { "report.json", report, "\"value\": 0.03", "\"value\": null",
          "report.json: answers[0].synthetic.lift.value: is not a number" },
        { "report.json", report, "\"power\": {\"lift\": 0.06}", "\"power\": {}",
          ": answers[0].power.lift: " },
        { "report.json", report, "{\"column\": \"spend\"", "{\"column\": \"other\"",
          ": outcomes: " },
        { "measured.json", measured, "\"own_a\"", "\"own_c\"",
          "measured.json: tables[0].kind: " },
        { "measured.json", measured, "[100, 2]", "[100, 2.5]",
          ": tables[0].cells[1]: is not a whole number" },
        { "measured.json", measured, "[90, 9, 0, -1]}]}", "[90", "is not JSON" },
    };
    struct place *place = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        char *text = cs_test_replace(cases[i].text, cases[i].from, cases[i].to);

        write_all(place);
        write_file(place, cases[i].name, text);
        assert_int_equal(read_run(place), CS_INPUT);
        if (strstr(place->fault.text, cases[i].words) == NULL)
            fail_msg("not `%s` but: %s", cases[i].words, place->fault.text);
        free(text);
    }
    write_all(place);
    assert_ok(read_run(place));
}

static void a_text_with_control_characters_is_made_fit_for_a_terminal(void **state)
{
    struct place *place = *state;
    char *evil = cs_test_replace(receipt, "\"spring\"", "\"sp\\u001b[2Jring\"");

    write_all(place);
    write_file(place, "receipt.json", evil);
    free(evil);
    assert_ok(read_run(place));
    assert_string_equal(place->run.study, "sp?[2Jring");
}

static void a_folder_of_both_parties_is_refused_with_what_to_name(void **state)
{
    struct place *place = *state;
    char path[96];

    snprintf(path, sizeof path, "%s/a", place->folder);
    assert_int_equal(mkdir(path, 0700), 0);
    write_file(place, "a/receipt.json", receipt);
    assert_int_equal(read_run(place), CS_CONFIG);
    assert_non_null(strstr(place->fault.text, "/a or "));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)
    const struct CMUnitTest tests[] = {
        TEST(what_it_cost_is_read),
        TEST(what_it_could_say_is_read),
        TEST(people_are_weighed_by_the_noise_of_their_tables),
        TEST(people_who_may_be_at_one_party_are_counted_apart),
        TEST(a_table_without_noise_is_exact),
        TEST(a_run_without_privacy_has_no_bound),
        TEST(a_mean_of_capped_values_is_read_where_it_counts),
        TEST(of_two_means_to_doubt_the_plain_one_is_read),
        TEST(what_no_run_writes_is_refused_by_file_and_field),
        TEST(a_text_with_control_characters_is_made_fit_for_a_terminal),
        TEST(a_folder_of_both_parties_is_refused_with_what_to_name),
    };
    return CS_RUN("party/finished", tests);
}
