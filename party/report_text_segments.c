/* The segments of an answer in report.txt, and what its columns tell. */
#include <math.h>

#include "party/report_parts.h"

enum {
    COLUMN_WIDTH = 15,
    LEVEL_WIDTH = 18,
    COLUMNS_MOST = 10 /* told of, the most telling first */
};

static void put_lift(FILE *stream, const struct cs_segment *segment,
                     const struct cs_report_scale *scale)
{
    const struct cs_effect *effect = cs_segment_effect(segment);
    const struct cs_lift *lift = &effect->lift;
    const double f = scale->factor;
    const int n = scale->digits;

    fprintf(stream, "%8.*f%8.*f %+7.*f (%+6.*f to %+6.*f)", n,
            f * effect->rate[CS_TEST].value, n, f * effect->rate[CS_CONTROL].value, n,
            f * lift->value, n, f * lift->low, n, f * lift->high);
    if (segment->is_drawn)
        fprintf(stream, "%+7.*f ", n, f * segment->drawn);
    else
        fprintf(stream, "%7s ", "");
    cs_text_put_p(stream, segment->p_adjusted, 8);
    fputs(segment->p_adjusted < .05 ? " *\n" : "\n", stream);
}

static void put_segment(FILE *stream, const struct cs_segment *segment,
                        const struct cs_report *report,
                        const struct cs_report_scale *scale)
{
    const struct cs_effect *effect = cs_segment_effect(segment);
    char name[CS_SEGMENT_BYTES], label[CS_SEGMENT_BYTES];

    cs_report_segment(name, label, segment, &report->study->schema);
    fputs("  ", stream);
    cs_text_put_cell(stream, name, COLUMN_WIDTH);
    fputc(' ', stream);
    cs_text_put_cell(stream, label, LEVEL_WIDTH);
    if (effect->verdict == CS_REPORTED)
        put_lift(stream, segment, scale);
    else
        fprintf(stream, " not reportable%s (%s)\n",
                cs_report_words_of(report)->at_epsilon, cs_verdict_name(effect->verdict));
}

/* The reasons that segments of this answer have, in words. */
static void put_reasons(FILE *stream, const struct cs_answer *answer)
{
    size_t n[CS_WIDE + 1] = { 0 };

    for (size_t i = 0; i < answer->n_segments; i++)
        n[cs_segment_effect(&answer->segments[i])->verdict]++;
    for (enum cs_verdict why = CS_NOT_MEASURED; why <= CS_WIDE; why++)
        if (n[why] > 0)
            fprintf(stream, "  %s: %s.\n", cs_verdict_name(why), cs_verdict_words(why));
    if (n[CS_FEW_PEOPLE] > 0)
        fprintf(stream, "  Left out, with fewer people in an arm: %zu.\n",
                n[CS_FEW_PEOPLE]);
}

void cs_report_put_segments(FILE *stream, const struct cs_answer *answer,
                            const struct cs_report *report)
{
    const struct cs_report_scale scale = cs_report_scale_of(answer, report);

    fprintf(stream,
            "\nSegments of at least %llu people in each arm (%s; * adjusted p below "
            ".05)\n",
            (unsigned long long)report->study->segment_minimum,
            scale.is_mean ? "means" : "rates in %");
    fprintf(stream, "  %-*s %-*s%8s%8s%8s%19s%7s%9s\n", COLUMN_WIDTH, "column",
            LEVEL_WIDTH, "level", "test", "control", scale.is_mean ? "lift" : "points",
            "95 % interval", "drawn", "adj. p");
    for (size_t i = 0; i < answer->n_segments; i++)
        if (cs_segment_effect(&answer->segments[i])->verdict != CS_FEW_PEOPLE)
            put_segment(stream, &answer->segments[i], report, &scale);
    put_reasons(stream, answer);
    if (answer->scope == CS_AT_A)
        fputs(
            "  By columns of b the people at both count alone: the others have no value "
            "there.\n",
            stream);
}

static void put_column(FILE *stream, const struct cs_relevance *relevance,
                       const struct cs_report *report,
                       const struct cs_report_scale *scale)
{
    const struct cs_difference *lifts = &relevance->lifts;
    char name[CS_COLUMN_NAME_BYTES];

    cs_schema_name(name, &report->study->schema, relevance->column);
    fputs("  ", stream);
    cs_text_put_cell(stream, name, COLUMN_WIDTH + LEVEL_WIDTH + 1);
    fprintf(stream, "%14.2f %%", 100 * relevance->share);
    if (lifts->n_degrees > 0) {
        fprintf(stream, "%18.*f%s  ", scale->is_mean ? scale->digits : 2,
                scale->factor * lifts->spread, scale->points);
        cs_text_put_p(stream, lifts->p, 8);
    }
    fputc('\n', stream);
}

void cs_report_put_columns(FILE *stream, const struct cs_answer *answer,
                           const struct cs_report *report)
{
    const struct cs_report_scale scale = cs_report_scale_of(answer, report);
    const size_t n =
        answer->n_relevance < COLUMNS_MOST ? answer->n_relevance : COLUMNS_MOST;

    if (n == 0)
        return;
    fprintf(stream,
            "\nWhat columns tell: of the outcome (%% of its variance), of the lift "
            "(p of no difference)\n");
    for (size_t i = 0; i < n; i++)
        put_column(stream, &answer->relevance[i], report, &scale);
}
