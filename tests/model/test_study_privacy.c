/* What model/study_parts.h promises of privacy: that nobody goes without by a slip. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/study_parts.h"
#include "tests/support/check.h"
#include "tests/support/study.h"

#define ACKNOWLEDGE "acknowledge: \"" CS_UNPROTECTED_SENTENCE "\""
#define UNPROTECTED "privacy: {epsilon: none, " ACKNOWLEDGE "}\n"

static void without_privacy_there_is_neither_epsilon_nor_delta(void **state)
{
    struct cs_study *study = cs_test_study(UNPROTECTED);
    (void)state;

    assert_true(study->unprotected);
    assert_true(isinf(study->epsilon) && study->delta == 0);
    assert_non_null(strstr(study->canonical, "\nprivacy.epsilon = none\n"));
    cs_study_free(study);
}

/* The control: numbers are not none. */
static void a_study_with_an_epsilon_is_protected(void **state)
{
    struct cs_study *study = cs_test_study(NULL);
    (void)state;

    assert_false(study->unprotected);
    assert_true(study->epsilon == 3 && study->delta == 1e-6);
    cs_study_free(study);
}

static void the_digest_tells_them_apart_and_the_peer_is_told_why(void **state)
{
    struct cs_study *with = cs_test_study(NULL), *without = cs_test_study(UNPROTECTED);
    char words[256];
    (void)state;

    assert_memory_not_equal(with->digest, without->digest, CS_DIGEST_BYTES);
    assert_true(
        cs_study_difference(words, sizeof words, with->canonical, without->canonical));
    assert_string_equal(
        words, "privacy.acknowledge: here nothing, at the peer " CS_UNPROTECTED_SENTENCE);
    cs_study_free(with);
    cs_study_free(without);
}

static void delta_says_nothing_without_privacy(void **state)
{
    struct cs_study *study = cs_test_study(UNPROTECTED);
    struct cs_study *other =
        cs_test_study("privacy: {epsilon: none, delta: 1.0e-6, " ACKNOWLEDGE "}\n");
    (void)state;

    assert_string_equal(study->canonical, other->canonical);
    cs_study_free(study);
    cs_study_free(other);
}

static void whoever_means_none_has_to_say_the_sentence(void **state)
{
    static const struct {
        const char *privacy, *words;
    } cases[] = {
        { "{epsilon: none}", "privacy.epsilon: is none: no noise would protect anybody" },
        { "{epsilon: none, delta: 1.0e-6}",
          "add `acknowledge: \"" CS_UNPROTECTED_SENTENCE "\"` to `privacy`" },
        { "{epsilon: none, acknowledge: yes}",
          "one of nothing, " CS_UNPROTECTED_SENTENCE },
        { "{epsilon: none, acknowledge: \"These outputs are not private\"}",
          "privacy.acknowledge: is not a value" },
        { "{epsilon: None, " ACKNOWLEDGE "}", "privacy.epsilon: is not a value" },
        { "{epsilon: inf, " ACKNOWLEDGE "}", "at most 64, or none" },
        { "{epsilon: 3, delta: none}", "privacy.delta: is not a value" },
        { "{epsilon: 3, delta: 1.0e-6, " ACKNOWLEDGE "}",
          "privacy.acknowledge: goes with `epsilon: none` alone" },
        { "{epsilon: 3}", "privacy.delta: is missing" },
    };
    char extra[256];
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        snprintf(extra, sizeof extra, "privacy: %s\n", cases[i].privacy);
        char *text = cs_test_study_text(extra);
        cs_test_study_refused(text, cases[i].words);
        free(text);
    }
}

static enum cs_status parse_with(const char *privacy, double epsilon,
                                 struct cs_fault *fault)
{
    const struct cs_study_override override = { .epsilon = epsilon };
    char *text = cs_test_study_text(privacy);
    struct cs_study *study = NULL;
    const enum cs_status st =
        cs_study_parse(&study, text, strlen(text), "test.yaml", &override, fault);

    cs_study_free(study);
    free(text);
    return st;
}

static void the_command_line_alone_cannot_take_privacy_away(void **state)
{
    struct cs_fault fault = { .stage = "test" }, other = { .stage = "test" };
    (void)state;

    assert_int_equal(parse_with(NULL, INFINITY, &fault), CS_CONFIG);
    assert_non_null(strstr(fault.text, "add `acknowledge:"));
    assert_ok(parse_with(UNPROTECTED, INFINITY, &fault));
    assert_int_equal(parse_with(UNPROTECTED, 3, &other), CS_CONFIG);
    assert_non_null(strstr(other.text, "privacy.acknowledge: goes with"));
    assert_ok(parse_with(NULL, 3, &fault));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_privacy_there_is_neither_epsilon_nor_delta),
        cmocka_unit_test(a_study_with_an_epsilon_is_protected),
        cmocka_unit_test(the_digest_tells_them_apart_and_the_peer_is_told_why),
        cmocka_unit_test(delta_says_nothing_without_privacy),
        cmocka_unit_test(whoever_means_none_has_to_say_the_sentence),
        cmocka_unit_test(the_command_line_alone_cannot_take_privacy_away),
    };
    return CS_RUN("model/study_privacy", tests);
}
