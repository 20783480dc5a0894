/* docs/STUDY.md explains every key of a study, with its choices and its default. */
#include <stdlib.h>

#include "model/study_parts.h"
#include "tests/support/check.h"
#include "tests/support/manual.h"
#include "tests/support/study.h"

static void every_key_is_explained(void **state)
{
    static const char *const headings[CS_N_SECTIONS] = {
        [CS_SECTION_STUDY] = "## study",
        [CS_SECTION_PARTIES] = "## parties",
        [CS_SECTION_PARTY] = "### fingerprint",
        [CS_SECTION_PRIVACY] = "## privacy",
        [CS_SECTION_ARM] = "## arm",
        [CS_SECTION_CONVERSION] = "## conversion",
        [CS_SECTION_COLUMNS] = "## columns",
        [CS_SECTION_GENERATOR] = "## generator",
        [CS_SECTION_REPORT] = "## report",
        [CS_SECTION_OT] = "## ot",
        [CS_SECTION_OUTCOME] = "## outcomes",
        [CS_SECTION_IDENTIFIER] = "## identifiers",
        [CS_SECTION_CATEGORY] = "### category",
        [CS_SECTION_INTEGER] = "### integer",
        [CS_SECTION_NUMBER] = "### number",
        [CS_SECTION_DATE] = "### date",
    };
    (void)state;

    for (size_t i = 0; i < CS_N_SECTIONS; i++)
        cs_manual_check(headings[i], cs_study_section(i));
}

static void the_example_is_a_study(void **state)
{
    char *text = cs_manual_example(0);
    struct cs_study *study = cs_test_study_parse(text);
    (void)state;

    assert_true(study->has_fingerprints);
    assert_int_equal(study->schema.n_columns, 6);
    cs_study_free(study);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_explained),
        cmocka_unit_test(the_example_is_a_study),
    };
    return CS_RUN("model/study_keys", tests);
}
