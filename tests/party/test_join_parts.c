/* What party/join_parts.h promises, one test for each promise. */
#include "party/join_parts.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"

/* The joined text, or what the fault says. */
struct joined {
    enum cs_status st;
    char *text;
    struct cs_fault fault;
};

static struct joined join(const char *one, const char *other)
{
    struct cs_yaml_document *ours = NULL, *theirs = NULL;
    struct joined joined = { .text = NULL };
    size_t n_bytes;
    FILE *stream = open_memstream(&joined.text, &n_bytes);

    assert_ok(cs_yaml_parse(&ours, one, strlen(one), "a.yaml", &joined.fault));
    assert_ok(cs_yaml_parse(&theirs, other, strlen(other), "b.yaml", &joined.fault));
    joined.st = cs_join_parts(stream, ours, theirs, &joined.fault);
    assert_int_equal(fclose(stream), 0);
    cs_yaml_free(ours);
    cs_yaml_free(theirs);
    return joined;
}

static void assert_joins(const char *one, const char *other, const char *expected)
{
    struct joined joined = join(one, other);

    assert_ok(joined.st);
    assert_string_equal(joined.text, expected);
    free(joined.text);
}

static void assert_refused(const char *one, const char *other, const char *words)
{
    struct joined joined = join(one, other);

    assert_int_equal(joined.st, CS_CONFIG);
    assert_non_null(strstr(joined.fault.text, words));
    free(joined.text);
}

static void each_part_gives_its_keys_and_what_both_say_stands_once(void **state)
{
    (void)state;

    assert_joins("study: s\narm: {column: x}\n", "study: s\n",
                 "study: s\narm: {column: x}\n");
    assert_joins("study: s\nprivacy:\n  epsilon: 3\n", "privacy: {epsilon: 3}\nseed: 2\n",
                 "study: s\nprivacy: {epsilon: 3}\nseed: 2\n");
}

static void columns_and_parties_are_joined_party_by_party(void **state)
{
    (void)state;

    assert_joins("columns: {b: [{name: y}]}\nparties: {a: {fingerprint: f}}\n",
                 "columns: {a: [{name: x}, {name: z}]}\nparties: {b: {fingerprint: g}}\n",
                 "columns:\n  a:\n    - {name: x}\n    - {name: z}\n"
                 "  b:\n    - {name: y}\n"
                 "parties:\n  a: {fingerprint: f}\n  b: {fingerprint: g}\n");
}

#define AGE "{name: age, type: integer, min: 0, max: 100}"
#define EQUAL_AGE "{name: age, type: integer, min: 0, max: 100, spacing: equal}"
#define MONTH "{name: month, type: integer, min: 1, max: 12}"
#define AGE_BEFORE "{name: age_before, type: integer, min: 0, max: 100}"

static void bins_of_a_column_at_both_are_equal(void **state)
{
    (void)state;

    assert_joins("columns: {a: [" AGE ", " MONTH ", " AGE_BEFORE "]}\n",
                 "columns: {b: [" MONTH ", " AGE "]}\n",
                 "columns:\n  a:\n    - " EQUAL_AGE "\n    - " MONTH "\n    - " AGE_BEFORE
                 "\n  b:\n    - " MONTH "\n    - " EQUAL_AGE "\n");
}

static void comments_stay_behind(void **state)
{
    (void)state;

    assert_joins("study: s # from your rows: 17 people\n", "# 12 rows\nseed: 1\n",
                 "study: s\nseed: 1\n");
}

static void what_the_parts_do_not_agree_on_is_named(void **state)
{
    (void)state;

    assert_refused("study: s\nprivacy: {epsilon: 3}\n", "privacy: {epsilon: 1}\n",
                   "a.yaml:2: privacy: is not the same in b.yaml, line 1");
    assert_refused("columns: {a: [{name: x}]}\n", "columns: {a: [{name: y}]}\n",
                   "a.yaml:1: columns.a: is not the same in b.yaml");
    assert_refused("[1]", "study: s\n", "is not a part of a study");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_part_gives_its_keys_and_what_both_say_stands_once),
        cmocka_unit_test(columns_and_parties_are_joined_party_by_party),
        cmocka_unit_test(bins_of_a_column_at_both_are_equal),
        cmocka_unit_test(comments_stay_behind),
        cmocka_unit_test(what_the_parts_do_not_agree_on_is_named),
    };
    return CS_RUN("join_parts", tests);
}
