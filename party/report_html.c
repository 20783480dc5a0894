/* report_html.c: report.html: its sections, and the names that a study's questions are
 * told by. docs/REPORT.md says how it is read. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "party/report_html_parts.h"

#define MINUS "\u2212"

/* Adds to a text of n_bytes, cut at its end. */
static void add(char *text, size_t n_bytes, const char *more)
{
    const size_t n = strlen(text);

    snprintf(text + n, n_bytes - n, "%s", more);
}

/* `mail`, `mail or letter`. */
static void name_levels(char name[static CS_LABEL_BYTES], const struct cs_column *column,
                        struct cs_levels levels)
{
    char label[CS_LABEL_BYTES];

    name[0] = '\0';
    for (unsigned code = 0; code < column->n_codes; code++) {
        if (!cs_levels_has(levels, code))
            continue;
        if (name[0] != '\0')
            add(name, CS_LABEL_BYTES, " or ");
        cs_report_label(label, column, code);
        add(name, CS_LABEL_BYTES, label);
    }
}

/* `visit` of a column that is 1 for those who did, else `plan: gold`. */
static void name_outcome(struct cs_told *told, const struct cs_study *study)
{
    const struct cs_outcome_spec *outcome = &study->outcomes[told->answer->outcome];
    const struct cs_column *column = &study->schema.columns[outcome->column];
    static const char *const plain[] = { "1", "yes", "true", "y", "Yes", "True" };
    char levels[CS_LABEL_BYTES];

    told->outcome[0] = '\0';
    add(told->outcome, sizeof told->outcome, column->name);
    if (outcome->is_mean)
        return;
    name_levels(levels, column, outcome->converted);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (strcmp(levels, plain[i]) == 0)
            return;
    add(told->outcome, sizeof told->outcome, ": ");
    add(told->outcome, sizeof told->outcome, levels);
}

static void init_scale(struct cs_told *told)
{
    told->scale = cs_report_scale_of(told->answer, told->report);
    told->decimals = told->scale.is_mean ? told->scale.digits : 2;
    told->lift_unit = told->scale.is_mean ? "difference" : "difference, points";
    told->measure = told->scale.is_mean ? "mean" : "rate";
}

void cs_told_init(struct cs_told *told, const struct cs_report *report, size_t answer)
{
    const struct cs_study *study = report->study;
    const struct cs_column *arm = &study->schema.columns[study->arm];

    told->report = report;
    told->answer = &report->ab->answers[answer];
    told->effect = cs_answer_effect(told->answer);
    told->direct = cs_answer_direct(told->answer);
    init_scale(told);
    name_levels(told->test, arm, study->tests[told->answer->test].levels);
    name_levels(told->control, arm, study->control);
    name_outcome(told, study);
    snprintf(told->id, sizeof told->id, "answer-%zu", answer + 1);
    snprintf(told->title, sizeof told->title, "%s: %s against %s", told->outcome,
             told->test, told->control);
}

enum cs_finding cs_told_finding(const struct cs_told *told)
{
    if (told->effect->verdict != CS_REPORTED)
        return CS_NOT_TOLD;
    if (!(told->answer->p_adjusted < CS_SHOWN_P))
        return CS_FOUND_NOTHING;
    return told->effect->lift.value > 0 ? CS_FOUND_MORE : CS_FOUND_LESS;
}

void cs_told_lift(char words[static CS_POINTS_BYTES], const struct cs_told *told,
                  double lift)
{
    snprintf(words, CS_POINTS_BYTES, "%s%.*f%s", lift < 0 ? MINUS : "+",
             told->scale.digits, fabs(told->scale.factor * lift), told->scale.points);
}

void cs_told_value(char words[static CS_POINTS_BYTES], const struct cs_told *told,
                   double value)
{
    snprintf(words, CS_POINTS_BYTES, "%.*f%s", told->scale.digits,
             told->scale.factor * value, told->scale.is_mean ? "" : "\u00a0%");
}

void cs_told_p(char words[static CS_P_BYTES], double p)
{
    if (p < .0001)
        snprintf(words, CS_P_BYTES, "p\u00a0<\u00a00.0001");
    else
        snprintf(words, CS_P_BYTES, "p\u00a0=\u00a0%.4f", p);
}

/* ---- the outline ---- */

enum { FRAME_SECTIONS = 7 }; /* all but the answers */

static void name_subtitle(char words[static CS_TITLE_BYTES],
                          const struct cs_report *report)
{
    const struct cs_presence *people = &report->ab->people;

    if (report->study->unprotected)
        snprintf(words, CS_TITLE_BYTES, "%zu synthetic people, without privacy",
                 cs_presence_all(people));
    else
        snprintf(words, CS_TITLE_BYTES,
                 "%zu synthetic people, made with differential privacy at epsilon %.3g",
                 cs_presence_all(people), report->study->epsilon);
}

/* sections: (n_answers + FRAME_SECTIONS). The number of them. */
static size_t outline_sections(struct cs_page_section *sections,
                               const struct cs_telling *telling)
{
    const struct cs_report *report = telling->report;
    size_t n = 0;

    sections[n++] = (struct cs_page_section){ "summary", "In short",
                                              cs_report_html_summary, telling };
    for (size_t i = 0; i < report->ab->n_answers; i++)
        sections[n++] =
            (struct cs_page_section){ telling->told[i].id, telling->told[i].title,
                                      cs_report_html_answer, &telling->told[i] };
    if (report->study->link == CS_LINK_PRIVATE)
        sections[n++] = (struct cs_page_section){ "people", "Who was counted",
                                                  cs_report_html_people, telling };
    sections[n++] = (struct cs_page_section){ "disclosed", "What was disclosed",
                                              cs_report_html_disclosed, telling };
    sections[n++] = (struct cs_page_section){ "generators", "Where the rows came from",
                                              cs_report_html_generators, telling };
    sections[n++] = (struct cs_page_section){ "run", "How the run went",
                                              cs_report_html_run, telling };
    sections[n++] = (struct cs_page_section){ "reading", "How to read this",
                                              cs_report_html_reading, telling };
    sections[n++] = (struct cs_page_section){ "again", "Make it again",
                                              cs_report_html_again, telling };
    return n;
}

static enum cs_status write_page(FILE *stream, const struct cs_telling *telling,
                                 struct cs_page_section *sections)
{
    const struct cs_report *report = telling->report;
    const bool open = !report->study->unprotected;
    char title[CS_TITLE_BYTES], subtitle[CS_TITLE_BYTES];

    snprintf(title, sizeof title, "A/B report: %s", report->study->name);
    name_subtitle(subtitle, report);
    const struct cs_page_outline outline = {
        .title = title,
        .subtitle = subtitle,
        .mark = open ? CS_PAGE_MAY_BE_SHARED : CS_PAGE_NOT_PRIVATE,
        .mark_words = open ? "Made from private results alone: noisy tables and "
                             "synthetic people."
                           : "Made without differential privacy: it may show what is "
                             "true of one person, so do not share it.",
        .sections = sections,
        .n_sections = outline_sections(sections, telling),
    };
    return cs_page_write(stream, &outline);
}

enum cs_status cs_report_html(FILE *stream, const struct cs_report *report)
{
    const size_t n = report->ab->n_answers;
    struct cs_page_section *sections = calloc(n + FRAME_SECTIONS, sizeof *sections);
    struct cs_told *told = calloc(n, sizeof *told);
    enum cs_status st = CS_MEMORY;

    if (sections == NULL || told == NULL)
        goto out;
    for (size_t i = 0; i < n; i++)
        cs_told_init(&told[i], report, i);
    const struct cs_telling telling = { report, told };
    st = write_page(stream, &telling, sections);
out:
    free(sections);
    free(told);
    return st;
}
