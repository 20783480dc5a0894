/* What party/arguments.h promises, one test for each promise. */
#include "party/arguments.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/check.h"

static struct {
    const char *text;
    double number, share;
    unsigned long count;
    bool flag;
    struct cs_argument_list list;
    const char *word[2];
} got;

static struct cs_fault fault;

/* `cosynth try WORDS..`, of which two are positional. */
static enum cs_status read_words(char **words, int n)
{
    static const struct cs_argument arguments[] = {
        { .name = "text", .text = &got.text },
        { .name = "number", .number = &got.number },
        { .name = "bound", .number = &got.number, .none = true },
        { .name = "share", .share = &got.share },
        { .name = "count", .count = &got.count },
        { .name = "flag", .flag = &got.flag },
        { .name = "list", .list = &got.list },
    };
    char *argv[160] = { (char[]){ "try" } };

    memset(&got, 0, sizeof got);
    memset(&fault, 0, sizeof fault);
    memcpy(argv + 1, words, (size_t)n * sizeof *words);
    return cs_arguments_read(n + 1, argv, arguments, COUNT(arguments), got.word, 2,
                             &fault);
}

#define READ(...)                                                                        \
    read_words((char *[]){ __VA_ARGS__ },                                                \
               (int)(sizeof((char *[]){ __VA_ARGS__ }) / sizeof(char *)))

#define assert_refused(words, ...)                                                       \
    do {                                                                                 \
        assert_int_equal(READ(__VA_ARGS__), CS_CONFIG);                                  \
        assert_non_null(strstr(fault.text, words));                                      \
        assert_non_null(strstr(fault.text, "see `cosynth try --help`"));                 \
    } while (0)

static void a_number_may_begin_with_its_point(void **state)
{
    (void)state;

    assert_ok(READ("x", "--number", ".5", "y"));
    assert_true(got.number == .5);
}

static void values_follow_or_stand_behind_an_equals_sign(void **state)
{
    (void)state;

    assert_ok(READ("x", "--text", "a b", "--number=2.5e-3", "--count", "0", "y"));
    assert_string_equal(got.text, "a b");
    assert_true(got.number == 2.5e-3);
    assert_int_equal(got.count, 0);
    assert_false(got.flag);
    assert_ok(READ("--text=a=b", "x", "--number", "7", "--count=18446744073709551615",
                   "--flag", "y"));
    assert_string_equal(got.text, "a=b");
    assert_true(got.number == 7);
    assert_true(got.count == UINT64_MAX);
    assert_true(got.flag);
}

static void words_that_are_no_options_come_in_their_order(void **state)
{
    (void)state;

    assert_ok(READ("x", "--flag", "-y"));
    assert_string_equal(got.word[0], "x");
    assert_string_equal(got.word[1], "-y");
}

static void the_last_of_several_counts(void **state)
{
    (void)state;

    assert_ok(READ("x", "y", "--count", "1", "--count=2"));
    assert_int_equal(got.count, 2);
}

static void a_list_has_all_values_in_their_order(void **state)
{
    char option[] = "--list", value[] = "z";
    char *many[2 + 2 * (CS_ARGUMENT_LIST_MAX + 1)] = { value, value };
    (void)state;

    assert_ok(READ("x", "--list", "b=1", "y", "--list=a"));
    assert_int_equal(got.list.n, 2);
    assert_string_equal(got.list.value[0], "b=1");
    assert_string_equal(got.list.value[1], "a");
    assert_refused("--list needs values", "x", "y", "--list=");

    for (int i = 2; i < (int)COUNT(many); i++)
        many[i] = i % 2 == 0 ? option : value;
    assert_ok(read_words(many, COUNT(many) - 2));
    assert_int_equal(got.list.n, CS_ARGUMENT_LIST_MAX);
    assert_int_equal(read_words(many, COUNT(many)), CS_CONFIG);
    assert_non_null(strstr(fault.text, "--list needs values, 64 at most"));
}

static void too_few_or_too_many_words_are_refused(void **state)
{
    (void)state;

    assert_refused("2 more words are needed", "--flag");
    assert_refused("1 more word is needed", "x");
    assert_refused("z: one word too many", "x", "y", "z");
}

static void unknown_options_are_refused_by_name(void **state)
{
    (void)state;

    assert_refused("--tex: there is no such option", "x", "y", "--tex", "1");
    assert_refused("--text2=1: there is no such option", "x", "y", "--text2=1");
    assert_refused("--: there is no such option", "x", "y", "--");
    assert_refused("--=1: there is no such option", "x", "y", "--=1");
}

static void a_missing_or_empty_value_is_refused(void **state)
{
    (void)state;

    assert_refused("--text needs a value", "x", "y", "--text");
    assert_refused("--count needs a value", "x", "y", "--count");
    assert_refused("--text needs a value", "x", "y", "--text=");
    assert_refused("--count needs a whole number", "x", "y", "--count=");
}

static void a_flag_takes_no_value(void **state)
{
    (void)state;

    assert_refused("--flag takes no value", "x", "y", "--flag=no");
    assert_false(got.flag);
}

static void a_share_may_be_nothing_or_all(void **state)
{
    (void)state;

    assert_ok(READ("x", "y", "--share", "0"));
    assert_true(got.share == 0);
    assert_ok(READ("x", "y", "--share=1"));
    assert_true(got.share == 1);
    assert_refused("--share needs a number from 0 to 1", "x", "y", "--share=1.01");
    assert_refused("--share needs a number from 0 to 1", "x", "y", "--share=half");
}

static void none_is_infinite_where_it_has_a_meaning(void **state)
{
    (void)state;

    assert_ok(READ("x", "y", "--bound", "none"));
    assert_true(isinf(got.number));
    assert_ok(READ("x", "y", "--bound", "2"));
    assert_true(got.number == 2);
    assert_refused("--bound needs a positive number, or none", "x", "y",
                   "--bound=nothing");
    assert_refused("--number needs a positive number;", "x", "y", "--number=none");
}

static void what_is_no_number_of_its_kind_is_refused(void **state)
{
    static const char *const numbers[] = { "-1", "0",   "1e12", "1x",    " 1",
                                           "+1", "nan", "inf",  "1e999", "" };
    static const char *const counts[] = { "-1",  " -1",   "+1", "1.5",
                                          "1e3", "0x10x", "",   "18446744073709551616" };
    char word[64];
    (void)state;

    for (size_t i = 0; i < COUNT(numbers); i++) {
        snprintf(word, sizeof word, "--number=%s", numbers[i]);
        assert_refused("--number needs a positive number", "x", "y", word);
    }
    for (size_t i = 0; i < COUNT(counts); i++) {
        snprintf(word, sizeof word, "--count=%s", counts[i]);
        assert_refused("--count needs a whole number", "x", "y", word);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_may_begin_with_its_point),
        cmocka_unit_test(values_follow_or_stand_behind_an_equals_sign),
        cmocka_unit_test(words_that_are_no_options_come_in_their_order),
        cmocka_unit_test(the_last_of_several_counts),
        cmocka_unit_test(a_list_has_all_values_in_their_order),
        cmocka_unit_test(too_few_or_too_many_words_are_refused),
        cmocka_unit_test(unknown_options_are_refused_by_name),
        cmocka_unit_test(a_missing_or_empty_value_is_refused),
        cmocka_unit_test(a_flag_takes_no_value),
        cmocka_unit_test(a_share_may_be_nothing_or_all),
        cmocka_unit_test(none_is_infinite_where_it_has_a_meaning),
        cmocka_unit_test(what_is_no_number_of_its_kind_is_refused),
    };
    return CS_RUN("party/arguments", tests);
}
