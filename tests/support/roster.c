#include "tests/support/roster.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/source.h"

static void append(struct cs_roster *roster, const char *text)
{
    const size_t n = strlen(text);

    assert_true(roster->n_bytes + n < sizeof roster->text);
    memcpy(roster->text + roster->n_bytes, text, n);
    roster->n_bytes += n;
}

void cs_roster_init(struct cs_roster *roster)
{
    roster->n_bytes = 0;
    append(roster, "row,value\n");
}

void cs_roster_add(struct cs_roster *roster, size_t n, const char *format, ...)
{
    char field[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(field, sizeof field, format, arguments);
    va_end(arguments);
    for (size_t k = 0; k < n; k++) {
        append(roster, "x,");
        append(roster, field);
        append(roster, "\n");
    }
}

struct cs_survey cs_roster_survey(const struct cs_roster *roster)
{
    struct cs_text_source source;
    struct cs_fault fault = { 0 };
    struct cs_survey survey;

    cs_text_source_init(&source, roster->text, roster->n_bytes, 4096);
    assert_ok(cs_survey_read(&survey, &source.source, NULL, &fault));
    return survey;
}

struct cs_draft cs_roster_draft(const struct cs_roster *roster, bool as_category)
{
    struct cs_survey survey = cs_roster_survey(roster);
    struct cs_draft draft;

    assert_ok(cs_draft_make(&draft, &survey.columns[1], survey.n_rows, as_category));
    cs_survey_wipe(&survey);
    return draft;
}
