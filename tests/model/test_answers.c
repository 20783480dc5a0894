#include "model/answers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/check.h"
#include "tests/support/comparison.h"

static void make(struct cs_answers *answers, const char *real, const char *synthetic,
                 bool as_classes)
{
    struct cs_compared compared;
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "tests/answers");
    cs_comparison_of(&compared, real, synthetic, NULL, 0);
    assert_ok(
        cs_answers_make(answers, &compared, &compared.columns[0], as_classes, &rng));
    cs_rng_wipe(&rng);
    cs_compared_wipe(&compared);
}

static void levels_of_all_files_are_classes(void **state)
{
    struct cs_answers a;
    (void)state;

    make(&a, "c\nb\na\n", "c\nc\nb\n", false);
    assert_true(a.is_learnable);
    assert_int_equal(a.n_classes, 3);
    assert_true(a.values[0] == 1 && a.values[1] == 0 && a.values[2] == 2);
    cs_answers_wipe(&a);
}

static void few_numbers_are_classes_by_the_nearest(void **state)
{
    struct cs_answers a;
    (void)state;

    make(&a, "x\n0\n1\n10\n0\n", "x\n-5\n.6\n5\n6\n", false);
    assert_int_equal(a.n_classes, 3);
    assert_true(a.values[2] == 2 && a.values[3] == 0);
    assert_true(a.values[4] == 0 && a.values[5] == 1 && a.values[6] == 1 &&
                a.values[7] == 2);
    cs_answers_wipe(&a);
}

static void many_numbers_are_numbers_or_deciles(void **state)
{
    static const char real[] = "x\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";
    struct cs_answers a;
    (void)state;

    make(&a, real, "x\n3.5\n", false);
    assert_true(a.is_learnable);
    assert_int_equal(a.n_classes, 0);
    assert_true(a.values[11] == 3.5);
    cs_answers_wipe(&a);
    make(&a, real, "x\n3.5\n", true);
    assert_int_equal(a.n_classes, CS_ANSWERS_BINS);
    assert_true(a.values[0] == 0 && a.values[10] == 9 && a.values[11] == 3);
    cs_answers_wipe(&a);
}

/* Levels n0 .. n39, of which n39 is the most frequent and n38 the next. */
static void the_rarest_levels_are_one_class(void **state)
{
    char *text = calloc(16384, 1);
    int at = sprintf(text, "c\n");
    struct cs_answers a;
    (void)state;

    for (int level = 0; level < 40; level++)
        for (int i = 0; i <= level; i++)
            at += sprintf(text + at, "n%d\n", level);
    make(&a, text, "c\nn39\nn38\nn0\nnew\n", false);
    assert_true(a.is_learnable);
    assert_int_equal(a.n_classes, CS_LOSS_SCORES_MAX);
    const double *synthetic = a.values + 40 * 41 / 2;
    assert_true(synthetic[0] == 0 && synthetic[1] == 1);
    assert_true(synthetic[2] == CS_LOSS_SCORES_MAX - 1);
    assert_true(synthetic[3] == CS_LOSS_SCORES_MAX - 1);
    cs_answers_wipe(&a);
    free(text);
}

static void rows_without_an_answer_are_in_no_list(void **state)
{
    struct cs_answers a;
    (void)state;

    make(&a, "c,x\na,1\n,1\nb,1\n", "c,x\n,1\nb,1\n", false);
    assert_int_equal(cs_answers_of(&a, CS_REAL).n, 2);
    assert_int_equal(cs_answers_of(&a, CS_REAL).at[0] + cs_answers_of(&a, CS_REAL).at[1],
                     0 + 2);
    assert_int_equal(cs_answers_of(&a, CS_SYNTHETIC).n, 1);
    assert_int_equal(cs_answers_of(&a, CS_SYNTHETIC).at[0], 4);
    assert_int_equal(cs_answers_of(&a, CS_HOLDOUT).n, 0);
    cs_answers_wipe(&a);
}

static void one_value_alone_is_not_learned(void **state)
{
    struct cs_answers a;
    (void)state;

    make(&a, "c\na\na\n", "c\na\n", false);
    assert_false(a.is_learnable);
    cs_answers_wipe(&a);
    make(&a, "x\n3\n3\n", "x\n4\n", true);
    assert_false(a.is_learnable);
    cs_answers_wipe(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_of_all_files_are_classes),
        cmocka_unit_test(few_numbers_are_classes_by_the_nearest),
        cmocka_unit_test(many_numbers_are_numbers_or_deciles),
        cmocka_unit_test(the_rarest_levels_are_one_class),
        cmocka_unit_test(rows_without_an_answer_are_in_no_list),
        cmocka_unit_test(one_value_alone_is_not_learned),
    };
    return CS_RUN("model/answers", tests);
}
