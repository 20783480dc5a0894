/* report_html_segments.c: the forest of an answer's segments. */
#include "party/report_html_parts.h"

enum { PLOTTED = 7 }; /* columns beside the two names */

static void put_segment(struct cs_page *page, const struct cs_segment *segment,
                        const struct cs_told *told)
{
    const struct cs_effect *effect = cs_segment_effect(segment);
    const bool shown = effect->verdict == CS_REPORTED && segment->p_adjusted < CS_SHOWN_P;
    char name[CS_SEGMENT_BYTES], level[CS_SEGMENT_BYTES], why[128];

    cs_report_segment(name, level, segment, &told->report->study->schema);
    cs_page_row(page, shown ? CS_PAGE_STRONG_ROW : CS_PAGE_PLAIN_ROW);
    cs_page_words(page, name);
    cs_page_words(page, level);
    if (effect->verdict != CS_REPORTED) {
        snprintf(why, sizeof why, "not reportable: %s",
                 cs_verdict_words(effect->verdict));
        cs_page_absent(page, PLOTTED, why);
        return;
    }
    cs_page_number(page, 100 * effect->rate[CS_TEST].value);
    cs_page_number(page, 100 * effect->rate[CS_CONTROL].value);
    cs_page_number(page, 100 * effect->lift.value);
    cs_page_number(page, 100 * effect->lift.low);
    cs_page_number(page, 100 * effect->lift.high);
    cs_page_number(page, 100 * segment->direct.lift.value);
    cs_page_number(page, segment->p_adjusted);
}

static bool is_listed(const struct cs_segment *segment)
{
    return cs_segment_effect(segment)->verdict != CS_FEW_PEOPLE;
}

static size_t count_listed(const struct cs_answer *answer)
{
    size_t n = 0;

    for (size_t i = 0; i < answer->n_segments; i++)
        n += is_listed(&answer->segments[i]);
    return n;
}

static void put_forest(struct cs_page *page, const struct cs_told *told)
{
    const struct cs_answer *answer = told->answer;
    static const struct cs_page_column columns[2 + PLOTTED] = {
        { .name = "column", .role = CS_PAGE_LABEL },
        { .name = "level", .role = CS_PAGE_LABEL },
        { "test, %", CS_PAGE_NUMBER, 1, CS_PAGE_NO_ROLE, NULL },
        { "control, %", CS_PAGE_NUMBER, 1, CS_PAGE_NO_ROLE, NULL },
        { "lift, points", CS_PAGE_SIGNED, 1, CS_PAGE_VALUE, NULL },
        { "from", CS_PAGE_SIGNED, 1, CS_PAGE_LOW, NULL },
        { "to", CS_PAGE_SIGNED, 1, CS_PAGE_HIGH, NULL },
        { "in tables", CS_PAGE_SIGNED, 1, CS_PAGE_NO_ROLE, NULL },
        { .name = "adjusted p", .notation = CS_PAGE_P_VALUE },
    };
    static const struct cs_page_table table = {
        .caption =
            "Difference by group, in points, with 95 % intervals; filled marks and "
            "bold names: adjusted p below 0.05",
        .plot = CS_PAGE_FOREST,
        .unit = "lift, points",
        .columns = columns,
        .n_columns = 2 + PLOTTED,
    };

    cs_page_table(page, &table);
    for (size_t i = 0; i < answer->n_segments; i++)
        if (is_listed(&answer->segments[i]))
            put_segment(page, &answer->segments[i], told);
    cs_page_table_end(page);
}

void cs_report_html_segments(struct cs_page *page, const struct cs_told *told)
{
    const struct cs_answer *answer = told->answer;
    const size_t n_listed = count_listed(answer);

    if (n_listed > 0)
        put_forest(page, told);
    if (answer->n_segments > n_listed)
        cs_page_note(page,
                     "%zu more groups have fewer than %llu people in one of the arms, "
                     "which is too few by the study's own rule.",
                     answer->n_segments - n_listed,
                     (unsigned long long)told->report->study->segment_minimum);
    if (answer->scope == CS_AT_A)
        cs_page_note(page, "By columns of b the people at both parties count alone: the "
                           "others have no value there.");
}
