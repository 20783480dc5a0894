/* What model/study_identifiers.c reads: how people are found with `link: private`. */
#include <stdlib.h>
#include <string.h>

#include "model/study_parts.h"
#include "tests/support/check.h"
#include "tests/support/study.h"

#define PRIVATE "link: private\n"

static void identifiers_are_read_in_their_order(void **state)
{
    struct cs_study *study =
        cs_test_study(PRIVATE "frequent: 1\n"
                              "identifiers:\n"
                              "  - trim\n"
                              "  - {kind: phone, country: \"1\", trunk: \"1\"}\n"
                              "  - {kind: email}\n"
                              "  - {kind: phone, country: 358}\n"
                              "  - {kind: phone, country: 39, trunk: \"\"}\n"
                              "  - lower\n"
                              "  - raw\n"
                              "  - raw\n");
    static const struct cs_identifier expected[] = {
        { .kind = CS_ID_TRIM },      { CS_ID_PHONE, "1", "1" }, { .kind = CS_ID_EMAIL },
        { CS_ID_PHONE, "358", "0" }, { CS_ID_PHONE, "39", "" }, { .kind = CS_ID_LOWER },
        { .kind = CS_ID_RAW },       { .kind = CS_ID_RAW },
    };
    (void)state;

    assert_int_equal(study->frequent, 1);
    assert_int_equal(study->n_identifiers, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_int_equal(study->identifiers[i].kind, expected[i].kind);
        assert_string_equal(study->identifiers[i].country, expected[i].country);
        assert_string_equal(study->identifiers[i].trunk, expected[i].trunk);
    }
    cs_study_free(study);
}

static void without_them_there_is_one_that_is_raw(void **state)
{
    struct cs_study *study = cs_test_study(PRIVATE);
    (void)state;

    assert_int_equal(study->n_identifiers, 1);
    assert_int_equal(study->identifiers[0].kind, CS_ID_RAW);
    assert_int_equal(study->frequent, 10);
    cs_study_free(study);
}

static void what_is_wrong_is_named(void **state)
{
    static const char *const cases[][2] = {
        { "identifiers: [raw]", "identifiers: has a meaning with `link: private` alone" },
        { "frequent: 10", "frequent: has a meaning with `link: private` alone" },
        { PRIVATE "frequent: 0",
          "frequent: is not a value that can be used; it must be" },
        { PRIVATE "frequent: 1000001", "frequent: is not a value that can be used" },
        { PRIVATE "identifiers: email",
          "identifiers: is of the wrong kind; it must be a" },
        { PRIVATE "identifiers: []", "identifiers: has 0 identifiers; give 1 to 8" },
        { PRIVATE "identifiers: [raw,raw,raw,raw,raw,raw,raw,raw,raw]",
          "identifiers: has 9 identifiers" },
        { PRIVATE "identifiers: [mail]",
          "identifiers[1]: is not a kind of identifier; " },
        { PRIVATE "identifiers: [raw, [raw]]", "identifiers[2]: is a list" },
        { PRIVATE "identifiers: [~]", "identifiers[1]: has no value" },
        { PRIVATE "identifiers: [phone]",
          "identifiers[1]: lacks `country`, the calling" },
        { PRIVATE "identifiers: [{kind: phone}]", "identifiers[1]: lacks `country`" },
        { PRIVATE "identifiers: [{country: 49}]", "identifiers[1].kind: is missing" },
        { PRIVATE "identifiers: [{kind: fax}]",
          "identifiers[1].kind: is not a value that can be used; it must be one of raw, "
          "trim, lower, email, phone" },
        { PRIVATE "identifiers: [{kind: email, contry: 49}]",
          "identifiers[1].contry: is not a key of an identifier; did you mean "
          "`country`" },
        { PRIVATE "identifiers: [{kind: email, country: 49}]",
          "identifiers[1]: is no telephone number; leave" },
        { PRIVATE "identifiers: [{kind: raw, trunk: 0}]",
          "identifiers[1]: is no telephone number; leave" },
        { PRIVATE "identifiers: [{kind: phone, country: +49}]",
          "identifiers[1].country: is not a calling code; write 1 to 3 digits" },
        { PRIVATE "identifiers: [{kind: phone, country: \"\"}]",
          "identifiers[1].country: is not a calling code" },
        { PRIVATE "identifiers: [{kind: phone, country: 049}]",
          "identifiers[1].country: is not a calling code" },
        { PRIVATE "identifiers: [{kind: phone, country: 4900}]",
          "identifiers[1].country: is not a calling code" },
        { PRIVATE "identifiers: [{kind: phone, country: [49]}]",
          "identifiers[1].country: is of the wrong kind" },
        { PRIVATE "identifiers: [{kind: phone, country: 49, trunk: none}]",
          "identifiers[1].trunk: is not a trunk prefix" },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        char *text = cs_test_study_text(cases[i][0]);

        cs_test_study_refused(text, cases[i][1]);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identifiers_are_read_in_their_order),
        cmocka_unit_test(without_them_there_is_one_that_is_raw),
        cmocka_unit_test(what_is_wrong_is_named),
    };
    return CS_RUN("model/study_identifiers", tests);
}
