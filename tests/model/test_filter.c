/* What model/filter.h promises, one test for each promise; conditions as text are those
 * of model/condition.h. */
#include "model/filter.h"

#include <string.h>

#include "model/condition.h"
#include "tests/support/check.h"
#include "tests/support/people.h"
#include "tests/support/study.h"

static int64_t since_edges[] = { 18262, 18300, 18628 };

/* The schema of tests/support/people.h with all edges. */
static struct cs_schema schema_of(struct cs_column columns[static PEOPLE_COLUMNS])
{
    struct cs_schema schema = cs_people_schema();

    memcpy(columns, schema.columns, PEOPLE_COLUMNS * sizeof *columns);
    columns[PEOPLE_SINCE].edges = since_edges;
    schema.columns = columns;
    return schema;
}

/* The codes that conditions, split by `&`, take wholly or in part, as bits. */
static uint64_t taken(const char *conditions, size_t column)
{
    struct cs_column columns[PEOPLE_COLUMNS];
    const struct cs_schema schema = schema_of(columns);
    struct cs_filter filter;
    struct cs_fault fault = { 0 };
    char text[256], *rest = text;
    uint64_t bits = 0;

    assert_ok(cs_filter_init(&filter, &schema, NULL));
    strcpy(text, conditions);
    for (char *one = strtok_r(text, "&", &rest); one != NULL;
         one = strtok_r(NULL, "&", &rest)) {
        if (cs_filter_add(&filter, one, &fault) != CS_OK)
            fail_msg("%s", fault.text);
    }
    for (size_t code = 0; code < schema.columns[column].n_codes; code++)
        if (!filter.column[column].is_set || filter.column[column].part[code] > 0)
            bits |= UINT64_C(1) << code;
    cs_filter_wipe(&filter);
    return bits;
}

/* Bins of age are [0, 18) [18, 65) [65, 100); of spend [0, 10) [10, 20) [20, 30], and
 * missing; regions are north, "a, b", other, missing. */
static void conditions_take_the_codes_they_say(void **state)
{
    static const struct {
        const char *conditions;
        size_t column;
        uint64_t codes;
    } cases[] = {
        { "age<18", PEOPLE_AGE, 1 },
        { "age<=18", PEOPLE_AGE, 3 },
        { "age>=18", PEOPLE_AGE, 6 },
        { "age > 64", PEOPLE_AGE, 4 },
        { "age=30", PEOPLE_AGE, 2 },
        { "age==30", PEOPLE_AGE, 2 },
        { "age!=30", PEOPLE_AGE, 7 },
        { "age>10&age<20", PEOPLE_AGE, 3 },
        { "age>17&age<65&age!=20", PEOPLE_AGE, 2 },
        { "age in 3,70,71", PEOPLE_AGE, 5 },
        { "age in 3,200", PEOPLE_AGE, 1 },
        { "spend, total>=20", PEOPLE_SPEND, 4 },
        { "spend, total=", PEOPLE_SPEND, 8 },
        { "spend, total!=", PEOPLE_SPEND, 7 },
        { "spend, total!=5", PEOPLE_SPEND, 15 },
        { "spend, total in 5,,15.00", PEOPLE_SPEND, 11 },
        { "region=north", PEOPLE_REGION, 1 },
        { "region=a, b", PEOPLE_REGION, 2 },
        { "region=", PEOPLE_REGION, 8 },
        { "region!=north", PEOPLE_REGION, 14 },
        { "region=other", PEOPLE_REGION, 4 },
        { "region in north,a, b", PEOPLE_REGION, 3 },
        { "region in a, b,other", PEOPLE_REGION, 6 },
        { "region in north,", PEOPLE_REGION, 9 },
        { "region!=north&region!=other", PEOPLE_REGION, 10 },
        { "since<08.02.2020", PEOPLE_SINCE, 1 },
        { "since>=08.02.2020", PEOPLE_SINCE, 2 },
        { "region=north", PEOPLE_AGE, 7 },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++)
        if (taken(cases[i].conditions, cases[i].column) != cases[i].codes)
            fail_msg("`%s` takes %#llx, not %#llx", cases[i].conditions,
                     (unsigned long long)taken(cases[i].conditions, cases[i].column),
                     (unsigned long long)cases[i].codes);
}

static void mistakes_are_refused_with_a_hint(void **state)
{
    static const char *const cases[][2] = {
        { "agee>3", "`agee` is no column of the study; did you mean `age`?" },
        { "colour=red", "`colour` is no column of the study; there are age, region, " },
        { "colour in red", "`colour` is no column" },
        { "age", "is no condition; write COLUMN=VALUE" },
        { "region=nort", "`nort` is no value of `region`; did you mean `north`?" },
        { "region=elsewhere", "is one of north, a, b" },
        { "region in north,sooth", "`sooth` is no value of `region`" },
        { "region<north", "is a category, which has no order" },
        { "age=old", "is no value of `age`; write one as in the data, such as 0" },
        { "age>=", "is no value of `age`" },
        { "age=", "is no value of `age`" },
        { "age>=100", "leaves no value of `age`, which goes from 0 to 99" },
        { "age=2.5", "is no value of `age`" },
        { "spend, total>1.005", "has more decimals than `spend, total`, which has 2" },
        { "since>2020-02-08", "such as 01.01.2020" },
    };
    struct cs_column columns[PEOPLE_COLUMNS];
    const struct cs_schema schema = schema_of(columns);
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cs_fault fault = { 0 };
        struct cs_filter filter;

        assert_ok(cs_filter_init(&filter, &schema, NULL));
        assert_int_equal(cs_filter_add(&filter, cases[i][0], &fault), CS_CONFIG);
        if (strstr(fault.text, cases[i][1]) == NULL)
            fail_msg("`%s`: `%s` does not say `%s`", cases[i][0], fault.text,
                     cases[i][1]);
        cs_filter_wipe(&filter);
    }
}

static void conditions_that_exclude_each_other_are_refused(void **state)
{
    struct cs_column columns[PEOPLE_COLUMNS];
    const struct cs_schema schema = schema_of(columns);
    struct cs_fault fault = { 0 };
    struct cs_filter filter;
    (void)state;

    assert_ok(cs_filter_init(&filter, &schema, NULL));
    assert_ok(cs_filter_add(&filter, "age<30", &fault));
    assert_int_equal(cs_filter_add(&filter, "age>40", &fault), CS_CONFIG);
    assert_non_null(strstr(fault.text, "`age>40` leaves no value of `age`"));
    cs_filter_wipe(&filter);
}

/* A namesake at the other party must be told. */
static void a_column_of_both_is_named_with_its_party(void **state)
{
    struct cs_study *study = cs_test_study("link: private\n");
    struct cs_fault fault = { 0 };
    struct cs_filter filter;
    (void)state;

    assert_ok(cs_filter_init(&filter, &study->schema, NULL));
    assert_ok(cs_filter_add(&filter, "age (b)>=30", &fault));
    assert_true(filter.column[cs_schema_find(&study->schema, "age (b)")].is_set);
    assert_int_equal(cs_filter_add(&filter, "age>=30", &fault), CS_CONFIG);
    assert_non_null(strstr(fault.text, "did you mean `age ("));
    cs_filter_wipe(&filter);
    cs_study_free(study);
}

/* Of the mass of [18, 65), three quarters are below 30. */
static void a_bin_in_part_is_taken_with_the_share_of_its_density(void **state)
{
    enum { PEOPLE = 20000 };
    int64_t start[] = { 0, 18, 30, 65, 100 }, mass[] = { 10, 75, 25, 10 };
    const struct cs_density density = { 4, start, mass };
    const struct cs_density *densities[PEOPLE_COLUMNS] = { &density };
    struct cs_column columns[PEOPLE_COLUMNS];
    const struct cs_schema schema = schema_of(columns);
    struct cs_filter filter;
    struct cs_rng rng;
    int n = 0;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "filter");
    assert_ok(cs_filter_init(&filter, &schema, densities));
    assert_ok(cs_filter_add(&filter, "age<30", NULL));
    for (int i = 0; i < PEOPLE; i++) {
        n += cs_filter_takes(&filter, PEOPLE_AGE, 1, &rng);
        assert_true(cs_filter_takes(&filter, PEOPLE_AGE, 0, &rng));
        assert_false(cs_filter_takes(&filter, PEOPLE_AGE, 2, &rng));
        assert_true(cs_filter_takes(&filter, PEOPLE_REGION, 3, &rng));
    }
    assert_in_range(n, PEOPLE * 3 / 4 - 300, PEOPLE * 3 / 4 + 300); /* 5 deviations */
    assert_null(cs_filter_spans(&filter, PEOPLE_REGION));
    assert_int_equal(cs_filter_spans(&filter, PEOPLE_AGE)->span[0].hi, 30);
    cs_filter_wipe(&filter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_take_the_codes_they_say),
        cmocka_unit_test(mistakes_are_refused_with_a_hint),
        cmocka_unit_test(conditions_that_exclude_each_other_are_refused),
        cmocka_unit_test(a_column_of_both_is_named_with_its_party),
        cmocka_unit_test(a_bin_in_part_is_taken_with_the_share_of_its_density),
    };
    return CS_RUN("model/filter", tests);
}
