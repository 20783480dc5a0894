/* What model/header.h promises, one test for each promise. What it refuses as part of a
 * file is in test_table.c. */
#include "model/header.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/people.h"

static const char *const id = "id";

static void add(struct cs_header *header, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_ok(cs_header_add(header, names[i], strlen(names[i])));
}

static void fields_get_their_roles_wherever_they_stand(void **state)
{
    static const char *const names[] = { "since", "x",   "region", "spend, total",
                                         "id",    "age", "" };
    static const int roles[] = { PEOPLE_SINCE,    CS_HEADER_UNUSED, PEOPLE_REGION,
                                 PEOPLE_SPEND,    CS_HEADER_ID,     PEOPLE_AGE,
                                 CS_HEADER_UNUSED };
    const struct cs_schema schema = cs_people_schema();
    struct cs_header header = { 0 };
    (void)state;

    add(&header, names, COUNT(names));
    assert_ok(cs_header_match(&header, &schema, CS_A, &id, 1, "a.csv", NULL));
    assert_memory_equal(header.role, roles, sizeof roles);
    cs_header_wipe(&header);
}

static void columns_that_are_not_used_may_be_there_twice(void **state)
{
    static const char *const names[] = { "id", "x", "age", "x", "region" };
    const struct cs_schema schema = cs_people_schema();
    struct cs_header header = { 0 };
    (void)state;

    add(&header, names, COUNT(names));
    assert_ok(cs_header_match(&header, &schema, CS_B, &id, 1, "b.csv", NULL));
    assert_int_equal(header.file_order[0], PEOPLE_AGE);
    cs_header_wipe(&header);
}

static void assert_suggests(const char *name, const char *suggestion)
{
    const char *const names[] = { "id", name };
    const struct cs_schema schema = cs_people_schema();
    struct cs_header header = { 0 };
    struct cs_fault fault = { 0 };
    char words[64];

    add(&header, names, COUNT(names));
    assert_int_equal(cs_header_match(&header, &schema, CS_B, &id, 1, "b.csv", &fault),
                     CS_INPUT);
    snprintf(words, sizeof words, "is \"%s\" meant?", suggestion ? suggestion : "");
    if ((strstr(fault.text, words) != NULL) != (suggestion != NULL))
        fail_msg("%s: %s", name, fault.text);
    assert_non_null(strstr(fault.text, "\"age\""));
    cs_header_wipe(&header);
}

static void a_name_that_is_nearly_right_is_suggested(void **state)
{
    (void)state;
    assert_suggests("Age", "Age");
    assert_suggests("age ", "age ");
    assert_suggests("ag", "ag");
    assert_suggests("aeg", NULL); /* two edits of three letters */
    assert_suggests("region", NULL);
    assert_suggests("", NULL);
}

static void long_names_are_not_compared(void **state)
{
    char name[500];
    (void)state;

    memset(name, 'a', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_suggests(name, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_get_their_roles_wherever_they_stand),
        cmocka_unit_test(columns_that_are_not_used_may_be_there_twice),
        cmocka_unit_test(a_name_that_is_nearly_right_is_suggested),
        cmocka_unit_test(long_names_are_not_compared),
    };
    return CS_RUN("model/header", tests);
}
