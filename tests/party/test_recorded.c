/* What party/recorded.h promises, one test for each promise. */
#include "party/recorded.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"

static const struct cs_study study = { .digest = { 0xab, 0xcd } };

#define DIGEST "abcd000000000000000000000000000000000000000000000000000000000000"
#define RECEIPT(version, party, stages, released)                                        \
    "{\"schema\": \"cosynth-receipt/1\", \"version\": " version ", \"party\": " party    \
    ", \"study_digest\": \"" DIGEST "\", \"plan_digest\": \"" DIGEST                     \
    "\", \"stages\": " stages ", \"released\": " released "}"
#define STAGES                                                                           \
    "[{\"stage\": \"load\", \"seconds\": 0.25}, {\"stage\": \"measure\", \"seconds\": "  \
    "2, \"sent_bytes\": 10, \"received_bytes\": 20}]"
#define OPENED(purpose)                                                                  \
    "{\"purpose\": \"" purpose "\", \"words\": 100, \"word_bytes\": 8}"
#define RELEASED(rho)                                                                    \
    "{\"densities\": [{\"zcdp_rho\": 0.25}, {\"zcdp_rho\": " rho "}], \"values\": [], "  \
    "\"training\": [{\"party\": \"b\"}], \"opened_shares\": [" OPENED(                   \
        "cross tables") "," OPENED("average, round 1") "," OPENED("average, round 2") "]}"
#define WHOLE RECEIPT("\"1.2.3\"", "\"b\"", STAGES, RELEASED("0.5"))

static struct cs_recorded recorded;
static struct cs_fault fault;

static enum cs_status read_receipt(const char *text)
{
    fault = (struct cs_fault){ .stage = "report" };
    return cs_recorded_read(&recorded, &study, text, strlen(text), "receipt.json",
                            &fault);
}

static void what_the_report_tells_of_is_read(void **state)
{
    (void)state;
    assert_ok(read_receipt(WHOLE));
    assert_true(recorded.is_there);
    assert_int_equal(recorded.party, CS_B);
    assert_string_equal(recorded.version, "1.2.3");
    assert_string_equal(recorded.plan_digest, DIGEST);
    assert_int_equal(recorded.n_stages, 2);
    assert_string_equal(recorded.stages[1].name, "measure");
    assert_true(recorded.stages[0].seconds == .25);
    assert_true(recorded.stages[0].sent_bytes == 0);
    assert_true(recorded.stages[1].received_bytes == 20);
    assert_int_equal(recorded.n_densities, 2);
    assert_true(recorded.rho_densities == .75);
    assert_true(recorded.rho_values == 0);
    assert_false(recorded.trained[CS_A]);
    assert_true(recorded.trained[CS_B]);
}

static void openings_of_one_purpose_are_counted_together(void **state)
{
    (void)state;
    assert_ok(read_receipt(WHOLE));
    assert_int_equal(recorded.n_openings, 2);
    assert_string_equal(recorded.openings[0].purpose, "cross tables");
    assert_int_equal(recorded.openings[0].n_times, 1);
    assert_string_equal(recorded.openings[1].purpose, "average");
    assert_int_equal(recorded.openings[1].n_times, 2);
    assert_true(recorded.openings[1].n_words == 200);
}

static void without_privacy_there_is_no_cost(void **state)
{
    (void)state;
    assert_ok(read_receipt(RECEIPT("\"1\"", "\"a\"", "[]", RELEASED("null"))));
    assert_true(isnan(recorded.rho_densities));
    assert_true(recorded.rho_values == 0);
}

static void a_receipt_of_another_study_is_refused(void **state)
{
    char *other = strdup(WHOLE);
    (void)state;

    memcpy(strstr(other, DIGEST), "ff", 2);
    assert_int_equal(read_receipt(other), CS_INPUT);
    assert_non_null(strstr(fault.text, "no receipt of this study"));
    assert_false(recorded.is_there);
    free(other);
}

static void what_is_no_receipt_is_refused(void **state)
{
    static const struct {
        const char *text, *field;
    } cases[] = {
        { "", "no receipt" },
        { "[]", "no receipt" },
        { "{\"schema\": 1}", "no receipt" },
        { RECEIPT("7", "\"b\"", STAGES, RELEASED("1")), "version" },
        { RECEIPT("\"a version that is much too long\"", "\"b\"", STAGES, RELEASED("1")),
          "version" },
        { RECEIPT("\"1\"", "\"c\"", STAGES, RELEASED("1")), "party" },
        { RECEIPT("\"1\"", "\"b\"", "7", RELEASED("1")), "stages" },
        { RECEIPT("\"1\"", "\"b\"", "[{}]", RELEASED("1")), "stages" },
        { RECEIPT("\"1\"", "\"b\"", "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]",
                  RELEASED("1")),
          "stages" },
        { RECEIPT("\"1\"", "\"b\"", STAGES, "{}"), "released" },
        { RECEIPT("\"1\"", "\"b\"", STAGES,
                  "{\"training\": [{}], \"opened_shares\": []}"),
          "released" },
        { RECEIPT("\"1\"", "\"b\"", STAGES, "{\"opened_shares\": [{}]}"), "released" },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(read_receipt(cases[i].text), CS_INPUT);
        assert_non_null(strstr(fault.text, cases[i].field));
        assert_false(recorded.is_there);
    }
}

static void more_purposes_than_there_are_are_refused(void **state)
{
    (void)state;
    assert_int_equal(
        read_receipt(RECEIPT(
            "\"1\"", "\"b\"", "[]",
            "{\"opened_shares\": [" OPENED("1") "," OPENED("2") "," OPENED("3") "," OPENED("4") "," OPENED(
                "5") "," OPENED("6") "," OPENED("7") "," OPENED("8") "," OPENED("9") "]"
                                                                                     "}")),
        CS_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_report_tells_of_is_read),
        cmocka_unit_test(openings_of_one_purpose_are_counted_together),
        cmocka_unit_test(without_privacy_there_is_no_cost),
        cmocka_unit_test(a_receipt_of_another_study_is_refused),
        cmocka_unit_test(what_is_no_receipt_is_refused),
        cmocka_unit_test(more_purposes_than_there_are_are_refused),
    };

    return CS_RUN("recorded", tests);
}
