/* report_html_segments.c: an answer by group: the forest of segments, and what columns
 * tell. */
#include <math.h>

#include "party/report_html_parts.h"

enum { COLUMNS = 8, DRAWN = 3 }; /* of the forest; and of the drawn lift */

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

static bool any_drawn(const struct cs_answer *answer)
{
    for (size_t i = 0; i < answer->n_segments; i++)
        if (is_listed(&answer->segments[i]) && answer->segments[i].is_drawn)
            return true;
    return false;
}

static void put_drawn(struct cs_page *page, const struct cs_segment *segment, double f)
{
    cs_page_number(page, segment->is_drawn ? f * segment->drawn : NAN);
    cs_page_number(page, segment->is_drawn ? f * segment->drawn_low : NAN);
    cs_page_number(page, segment->is_drawn ? f * segment->drawn_high : NAN);
}

static void put_segment(struct cs_page *page, const struct cs_segment *segment,
                        const struct cs_told *told, const struct cs_page_table *table)
{
    const struct cs_effect *effect = cs_segment_effect(segment);
    const bool shown = effect->verdict == CS_REPORTED && segment->p_adjusted < CS_SHOWN_P;
    const double f = told->scale.factor;
    char name[CS_SEGMENT_BYTES], level[CS_SEGMENT_BYTES], why[160];

    cs_report_segment(name, level, segment, &told->report->study->schema);
    cs_page_row(page, shown ? CS_PAGE_STRONG_ROW : CS_PAGE_PLAIN_ROW);
    cs_page_words(page, name);
    cs_page_words(page, level);
    if (effect->verdict != CS_REPORTED) {
        snprintf(why, sizeof why, "not reportable: %s",
                 cs_verdict_words(effect->verdict));
        cs_page_absent(page, table->n_columns - 2, why);
        return;
    }
    cs_page_number(page, f * effect->rate[CS_TEST].value);
    cs_page_number(page, f * effect->rate[CS_CONTROL].value);
    cs_page_number(page, f * effect->lift.value);
    cs_page_number(page, f * effect->lift.low);
    cs_page_number(page, f * effect->lift.high);
    cs_page_number(page, segment->p_adjusted);
    if (table->n_columns > COLUMNS)
        put_drawn(page, segment, f);
}

static void put_forest(struct cs_page *page, const struct cs_told *told)
{
    static const char raw[] = "by itself", drawn[] = "drawn towards the mean of all";
    const int n = told->scale.digits;
    const bool is_mean = told->scale.is_mean;
    const struct cs_page_column columns[COLUMNS + DRAWN] = {
        { .name = "column", .role = CS_PAGE_LABEL },
        { .name = "level", .role = CS_PAGE_LABEL },
        { is_mean ? "test" : "test, %", CS_PAGE_NUMBER, n, CS_PAGE_NO_ROLE, NULL },
        { is_mean ? "control" : "control, %", CS_PAGE_NUMBER, n, CS_PAGE_NO_ROLE, NULL },
        { told->lift_unit, CS_PAGE_SIGNED, n, CS_PAGE_VALUE, raw },
        { "from", CS_PAGE_SIGNED, n, CS_PAGE_LOW, raw },
        { "to", CS_PAGE_SIGNED, n, CS_PAGE_HIGH, raw },
        { .name = "adjusted p", .notation = CS_PAGE_P_VALUE },
        { "drawn", CS_PAGE_SIGNED, n, CS_PAGE_VALUE, drawn },
        { "from", CS_PAGE_SIGNED, n, CS_PAGE_LOW, drawn },
        { "to", CS_PAGE_SIGNED, n, CS_PAGE_HIGH, drawn },
    };
    const struct cs_page_table table = {
        .caption = "Difference by group, with 95\u00a0% intervals; filled marks and bold "
                   "names: adjusted p below 0.05",
        .plot = CS_PAGE_FOREST,
        .unit = told->lift_unit,
        .columns = columns,
        .n_columns = any_drawn(told->answer) ? COLUMNS + DRAWN : COLUMNS,
    };

    cs_page_table(page, &table);
    for (size_t i = 0; i < told->answer->n_segments; i++)
        if (is_listed(&told->answer->segments[i]))
            put_segment(page, &told->answer->segments[i], told, &table);
    cs_page_table_end(page);
}

void cs_report_html_segments(struct cs_page *page, const struct cs_told *told)
{
    const struct cs_answer *answer = told->answer;
    const size_t n_listed = count_listed(answer);

    cs_page_heading(page, "By group");
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

/* ---- what columns tell ---- */

static void put_relevance(struct cs_page *page, const struct cs_relevance *relevance,
                          const struct cs_told *told)
{
    const struct cs_difference *lifts = &relevance->lifts;
    const bool compared = lifts->n_degrees > 0;
    char name[CS_COLUMN_NAME_BYTES];

    cs_schema_name(name, &told->report->study->schema, relevance->column);
    cs_page_row(page, CS_PAGE_PLAIN_ROW);
    cs_page_words(page, name);
    cs_page_number(page, 100 * relevance->share);
    cs_page_number(page, compared ? told->scale.factor * lifts->spread : NAN);
    cs_page_number(page, compared ? lifts->p : NAN);
}

void cs_report_html_columns(struct cs_page *page, const struct cs_told *told)
{
    const struct cs_answer *answer = told->answer;
    char spread[64], caption[CS_TITLE_BYTES];
    const struct cs_page_column columns[] = {
        { .name = "column", .role = CS_PAGE_LABEL },
        { "tells of the outcome, %", CS_PAGE_NUMBER, 2, CS_PAGE_VALUE, NULL },
        { spread, CS_PAGE_NUMBER, told->decimals, CS_PAGE_NO_ROLE, NULL },
        { .name = "p of none", .notation = CS_PAGE_P_VALUE },
    };
    const struct cs_page_table table = { .caption = caption,
                                         .plot = CS_PAGE_BARS,
                                         .unit =
                                             "tells of the outcome, % of its variance",
                                         .columns = columns,
                                         .n_columns = sizeof columns / sizeof *columns };

    if (answer->n_relevance == 0)
        return;
    snprintf(spread, sizeof spread, "%s varies by", told->lift_unit);
    snprintf(caption, sizeof caption,
             "What each column tells of %s, whatever the arm; and how far the difference "
             "between the arms varies along it",
             told->outcome);
    cs_page_heading(page, "By column");
    cs_page_table(page, &table);
    for (size_t i = 0; i < answer->n_relevance; i++)
        put_relevance(page, &answer->relevance[i], told);
    cs_page_table_end(page);
}
