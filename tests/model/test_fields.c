/* What model/fields.h promises, one test for each promise. */
#include "model/fields.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"

enum fruit { APPLE, PEAR };

struct basket {
    char *label;
    bool ripe;
    unsigned n;
    uint64_t wide;
    double weight;
    enum fruit fruit;
};

#define IN_BASKET(member) CS_MEMBER(struct basket, member)
static const char *const fruits[] = { "apple", "pear", NULL };
static const struct cs_field fields[] = {
    { "label", CS_FIELD_TEXT, IN_BASKET(label), .low = 1, .high = 5, .fallback = "" },
    { "ripe", CS_FIELD_BOOL, IN_BASKET(ripe), .fallback = "true" },
    { "n", CS_FIELD_INTEGER, IN_BASKET(n), .low = 2, .high = 9, .fallback = "3" },
    { "wide", CS_FIELD_INTEGER, IN_BASKET(wide), .high = 1e17, .fallback = "0" },
    { "weight", CS_FIELD_REAL, IN_BASKET(weight), .above = true, .high = 1,
      .fallback = ".5" },
    { "fruit", CS_FIELD_CHOICE, IN_BASKET(fruit), .choices = fruits, .fallback = "pear" },
    { "items", CS_FIELD_LIST, .fallback = "" },
};
static const struct cs_section section = { "a basket", "", fields, COUNT(fields) };

static enum cs_status read_basket(struct basket *basket, const char *text,
                                  struct cs_fault *fault)
{
    struct cs_yaml_document *document = NULL;

    *basket = (struct basket){ .label = NULL };
    *fault = (struct cs_fault){ .stage = "test" };
    assert_ok(cs_yaml_parse(&document, text, strlen(text), "f", fault));
    const enum cs_status st = cs_fields_read(basket, &section, document->root, fault);
    cs_yaml_free(document);
    return st;
}

static void values_go_to_their_members(void **state)
{
    struct basket basket;
    struct cs_fault fault;
    (void)state;

    assert_ok(read_basket(&basket,
                          "{label: \"1\", ripe: false, n: 9, wide: 99999999999, "
                          "weight: 1, fruit: 'apple', items: []}",
                          &fault));
    assert_string_equal(basket.label, "1");
    assert_false(basket.ripe);
    assert_int_equal(basket.n, 9);
    assert_int_equal(basket.wide, 99999999999);
    assert_true(basket.weight == 1);
    assert_int_equal(basket.fruit, APPLE);
    free(basket.label);
}

static void absent_keys_have_their_fallback(void **state)
{
    struct basket basket = { .label = NULL };
    (void)state;

    assert_ok(cs_fields_read(&basket, &section, NULL, NULL));
    assert_null(basket.label);
    assert_true(basket.ripe);
    assert_int_equal(basket.n, 3);
    assert_true(basket.weight == .5);
    assert_int_equal(basket.fruit, PEAR);
}

static void what_does_not_fit_is_refused_in_words(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        { "{label: abcdef}", "f:1: label: is not a value that can be used; it must be a "
                             "text of 1 to 5 bytes" },
        { "{label: \"\"}", "it must be a text of 1 to 5 bytes" },
        { "{label: }", "f:1: label: has no value" },
        { "{label: ~}", "f:1: label: has no value" },
        { "{label: null}", "f:1: label: has no value" },
        { "{label: [x]}", "f:1: label: is of the wrong kind" },
        { "{ripe: yes}",
          "f:1: ripe: is not a value that can be used; it must be true or" },
        { "{ripe: \"true\"}",
          "f:1: ripe: is a text in quotes; it must be true or false" },
        { "{n: 1}", "f:1: n: is not a value that can be used; it must be a whole number "
                    "from 2 to 9" },
        { "{n: 10}", "whole number from 2 to 9" },
        { "{n: 2.0}", "whole number from 2 to 9" },
        { "{n: -2}", "whole number from 2 to 9" },
        { "{n: 0x3}", "whole number from 2 to 9" },
        { "{n: 4294967299}", "whole number from 2 to 9" },
        { "{n: 18446744073709551619}", "whole number from 2 to 9" },
        { "{n: \"3\"}", "f:1: n: is a text in quotes" },
        { "{n: {}}", "f:1: n: is of the wrong kind" },
        { "{weight: 0}", "f:1: weight: is not a value that can be used; it must be a "
                         "number above 0, at most 1" },
        { "{weight: 1.0001}", "a number above 0, at most 1" },
        { "{weight: much}", "a number above 0, at most 1" },
        { "{fruit: plum}", "f:1: fruit: is not a value that can be used; it must be one "
                           "of apple, pear" },
        { "{items: 1}", "f:1: items: is of the wrong kind; it must be a list" },
        { "{wieght: 1}",
          "f:1: wieght: is not a key of a basket; did you mean `weight`?" },
        { "{m: 1}", "f:1: m: is not a key of a basket; did you mean `n`?" },
        { "{<<: 1}", "its keys are label, ripe, n, wide, weight, fruit, items" },
        { "{colour: red}",
          "f:1: colour: is not a key of a basket; its keys are label, " },
        { "x", "f:1: is not a map" },
    };
    struct basket basket;
    struct cs_fault fault;
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(read_basket(&basket, cases[i].text, &fault), CS_CONFIG);
        if (strstr(fault.text, cases[i].words) == NULL)
            fail_msg("wanted `%s`, got `%s`", cases[i].words, fault.text);
        free(basket.label);
    }
}

/* The same spelling error in a key far too long to be one. */
static void long_unknown_keys_are_refused(void **state)
{
    char text[1100] = "{wieght";
    struct basket basket;
    struct cs_fault fault;
    (void)state;

    memset(text + 7, 't', 900);
    strcpy(text + 907, ": 1}");
    assert_int_equal(read_basket(&basket, text, &fault), CS_CONFIG);
    assert_non_null(strstr(fault.text, "is not a key of a basket; its keys are"));
}

static void members_are_written_in_order(void **state)
{
    const struct basket basket = { .n = 4, .wide = 5, .weight = .25, .fruit = PEAR };
    struct cs_text text = { 0 };
    (void)state;

    cs_fields_write(&text, "x", &section, &basket);
    assert_string_equal(text.bytes,
                        "x.label = none\nx.ripe = false\nx.n = 4\nx.wide = 5\n"
                        "x.weight = 0.25\nx.fruit = pear\n");
    cs_text_wipe(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_go_to_their_members),
        cmocka_unit_test(absent_keys_have_their_fallback),
        cmocka_unit_test(what_does_not_fit_is_refused_in_words),
        cmocka_unit_test(long_unknown_keys_are_refused),
        cmocka_unit_test(members_are_written_in_order),
    };
    return CS_RUN("model/fields", tests);
}
