#include "tests/support/study.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/text.h"
#include "tests/support/check.h"

#define SECTION(key, words)                                                              \
    {                                                                                    \
        "\n" key ":", key ": " words "\n"                                                \
    }

/* Each key of the study, and its line. */
static const struct {
    const char *mark, *text;
} sections[] = {
    SECTION("study", "small"),
    SECTION("link", "aligned"),
    SECTION("privacy", "{epsilon: 3, delta: 1.0e-6}"),
    SECTION("arm", "{column: arm, test: [test], control: [control]}"),
    SECTION("conversion", "{column: converted, converted: [\"1\"]}"),
    SECTION("columns",
            "\n"
            "  a:\n"
            "    - {name: age, type: integer, min: 18, max: 65}\n"
            "    - {name: region, type: category, values: [north, south, west], "
            "nullable: true}\n"
            "    - {name: arm, type: category, values: [control, neither, test]}\n"
            "    - {name: score, type: number, decimals: 2, min: 0, max: 100, "
            "bins: 8, spacing: equal}\n"
            "  b:\n"
            "    - {name: age, type: integer, min: 18, max: 65}\n"
            "    - {name: spend, type: number, decimals: 2, min: 0, max: 5000, "
            "bins: 12, nullable: true}\n"
            "    - {name: device, type: category, values: [phone, other, web]}\n"
            "    - {name: since, type: date, edges: [2020-01-01, 2021-01-01, "
            "2022-01-01, 2023-12-31]}\n"
            "    - {name: converted, type: category, values: [\"0\", \"1\"]}"),
    SECTION("generator",
            "{kind: vae, latent: 4, layers: [16, 16], rounds: 2, train_on: both}"),
    SECTION("report", "{segment_minimum: 50}"),
    SECTION("seed", "7"),
};

static bool holds(const char *extra, const char *mark)
{
    return extra != NULL && (strncmp(extra, mark + 1, strlen(mark) - 1) == 0 ||
                             strstr(extra, mark) != NULL);
}

char *cs_test_study_text(const char *extra)
{
    struct cs_text text = { 0 };
    char *bytes = NULL;

    for (size_t i = 0; i < COUNT(sections); i++)
        if (!holds(extra, sections[i].mark))
            cs_text_add(&text, "%s", sections[i].text);
    cs_text_add(&text, "%s", extra != NULL ? extra : "");
    assert_ok(cs_text_take(&text, &bytes));
    return bytes;
}

char *cs_test_replace(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    struct cs_text changed = { 0 };
    char *bytes = NULL;

    if (at == NULL || strstr(at + 1, from) != NULL)
        fail_msg("`%s` does not stand just once in the text", from);
    cs_text_add(&changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    assert_ok(cs_text_take(&changed, &bytes));
    return bytes;
}

struct cs_study *cs_test_study_parse(const char *text)
{
    struct cs_fault fault = { .stage = "test" };
    struct cs_study *study = NULL;

    if (cs_study_parse(&study, text, strlen(text), "test.yaml", NULL, &fault) != CS_OK)
        fail_msg("%s", fault.text);
    return study;
}

struct cs_study *cs_test_study(const char *extra)
{
    char *text = cs_test_study_text(extra);
    struct cs_study *study = cs_test_study_parse(text);

    free(text);
    return study;
}

void cs_test_study_refused(const char *text, const char *words)
{
    struct cs_fault fault = { .stage = "test" };
    struct cs_study *study = NULL;
    const enum cs_status st =
        cs_study_parse(&study, text, strlen(text), "test.yaml", NULL, &fault);

    if (st == CS_OK)
        fail_msg("wanted `%s`, got a study", words);
    assert_int_equal(st, CS_CONFIG);
    if (strncmp(fault.text, "test.yaml:", 10) != 0 || strstr(fault.text, words) == NULL)
        fail_msg("wanted `%s`, got `%s`", words, fault.text);
}
