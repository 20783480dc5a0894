/* What a study may ask: test arms, outcomes and pairs (docs/STUDY.md). */
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/study.h"

#define TWO_ARMS                                                                         \
    "arm: {column: arm, test: {mail: [test], letter: [neither]}, control: [control]}\n"
#define SPEND "outcomes: [{column: spend, value: mean}]\n"

static void a_list_is_one_test_arm(void **state)
{
    struct cs_study *study = cs_test_study(NULL);
    (void)state;

    assert_int_equal(study->n_tests, 1);
    assert_string_equal(study->tests[0].name, "test");
    assert_int_equal(study->tests[0].levels.bits, 1 << 2);
    assert_int_equal(study->n_outcomes, 1);
    assert_int_equal(study->outcomes[0].column, study->conversion);
    assert_int_equal(study->n_pairs, 0);
    cs_study_free(study);
}

static void a_map_names_several(void **state)
{
    struct cs_study *study = cs_test_study(TWO_ARMS);
    (void)state;

    assert_int_equal(study->n_tests, 2);
    assert_string_equal(study->tests[0].name, "mail");
    assert_string_equal(study->tests[1].name, "letter");
    assert_int_equal(study->tests[1].levels.bits, 1 << 1);
    assert_int_equal(study->control.bits, 1 << 0);
    cs_study_free(study);
}

/* So that outputs of studies from before there were several stay theirs. */
static void one_arm_by_the_name_of_test_is_the_same_study_as_a_list(void **state)
{
    struct cs_study *list = cs_test_study(NULL);
    struct cs_study *map =
        cs_test_study("arm: {column: arm, test: {test: [test]}, control: [control]}\n");
    struct cs_study *other =
        cs_test_study("arm: {column: arm, test: {mail: [test]}, control: [control]}\n");
    (void)state;

    assert_string_equal(list->canonical, map->canonical);
    assert_null(strstr(list->canonical, "outcomes"));
    assert_non_null(strstr(list->canonical, "\narm.test.\"test\" = in\n"));
    assert_string_not_equal(list->canonical, other->canonical);
    cs_study_free(list);
    cs_study_free(map);
    cs_study_free(other);
}

static void outcomes_come_after_the_conversion(void **state)
{
    struct cs_study *study =
        cs_test_study("outcomes: [{column: device, converted: [web]}, {column: spend, "
                      "value: mean, missing: excluded}]\n");
    (void)state;

    assert_int_equal(study->n_outcomes, 3);
    assert_false(study->outcomes[1].is_mean);
    assert_int_equal(study->outcomes[1].converted.bits, 1 << 2);
    assert_true(study->outcomes[2].is_mean && study->outcomes[2].leaves_out_missing);
    assert_true(cs_study_asks(study, study->outcomes[2].column));
    assert_false(cs_study_asks(study, study->arm));
    cs_study_free(study);
}

static void pairs_are_of_any_two_features(void **state)
{
    struct cs_study *study = cs_test_study("pairs: [[region, score], [device, score]]\n");
    const struct cs_column *columns = study->schema.columns;
    (void)state;

    assert_int_equal(study->n_pairs, 2);
    assert_string_equal(columns[study->pairs[0][0]].name, "region");
    assert_string_equal(columns[study->pairs[1][1]].name, "score");
    cs_study_free(study);
}

static void what_cannot_be_asked_is_refused_with_words(void **state)
{
    static const struct {
        const char *extra, *words;
    } cases[] = {
        { "arm: {column: arm, test: {}, control: [control]}\n", "arm.test: is empty" },
        { "arm: {column: arm, test: {a: [test], b: [test]}, control: [control]}\n",
          "arm.test.b: has a value of another test arm" },
        { "arm: {column: arm, test: {a: [test], b: [control]}, control: [control]}\n",
          "arm.control: has a value that is in `test` too" },
        { "arm: {column: arm, test: {control: [test]}, control: [control]}\n",
          "arm.test.control: is no name for a test arm" },
        { "arm: {column: arm, test: {a: test}, control: [control]}\n", "arm.test.a: is" },
        { "outcomes: [{column: spend}]\n", "outcomes[1]: is asked for a rate or a mean" },
        { "outcomes: [{column: device, converted: [web], value: mean}]\n",
          "outcomes[1]: is asked for a rate or a mean" },
        { "outcomes: [{column: device, value: mean}]\n",
          "outcomes[1].column: has no mean" },
        { "outcomes: [{column: since, value: mean}]\n",
          "outcomes[1].column: has no mean" },
        { "outcomes: [{column: spend, converted: [\"1\"]}]\n",
          "outcomes[1].column: must be a category" },
        { "outcomes: [{column: score, value: mean}]\n",
          "outcomes[1].column: must be a column of b alone" },
        { "outcomes: [{column: age, value: mean}]\n",
          "outcomes[1].column: must be a column of b alone" },
        { "outcomes: [{column: converted, converted: [\"0\"]}]\n",
          "outcomes[1].column: is an outcome already" },
        { "outcomes: [{column: spend, value: sum}]\n", "outcomes[1].value: is not" },
        { "outcomes: [{column: device, converted: [web], missing: zero}]\n",
          "outcomes[1].missing: has a meaning beside `value` alone" },
        { "pairs: [[region]]\n", "pairs[1]: is not a pair" },
        { "pairs: [region]\n", "pairs[1]: is not a pair" },
        { "pairs: [[region, region]]\n", "pairs[1]: has a column or a pair twice" },
        { "pairs: [[region, score], [score, region]]\n",
          "pairs[2]: has a column or a pair twice" },
        { "pairs: [[region, regoin]]\n", "pairs[1][2]: is not the name of a column" },
        { "pairs: [[region, arm]]\n", "pairs[1][2]: is what is compared" },
        { SPEND "pairs: [[region, spend]]\n", "pairs[1][2]: is what is compared" },
        { "pairs: [[age, score]]\n", "pairs[1]: has 384 levels together, and 64" },
        { "link: private\npairs: [[device, since]]\n", "pairs[1]: are two columns of b" },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        char *text = cs_test_study_text(cases[i].extra);

        cs_test_study_refused(text, cases[i].words);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_one_test_arm),
        cmocka_unit_test(a_map_names_several),
        cmocka_unit_test(one_arm_by_the_name_of_test_is_the_same_study_as_a_list),
        cmocka_unit_test(outcomes_come_after_the_conversion),
        cmocka_unit_test(pairs_are_of_any_two_features),
        cmocka_unit_test(what_cannot_be_asked_is_refused_with_words),
    };
    return CS_RUN("model/study_question", tests);
}
