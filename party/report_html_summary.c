/* report_html_summary.c: what is read in ten seconds. */
#include <math.h>

#include "party/report_html_parts.h"

/* What was found, in a word and a sentence. */
static const struct {
    const char *word, *more;
} findings[] = {
    [CS_FOUND_MORE] = { "Yes.", "higher" },
    [CS_FOUND_LESS] = { "No.", "lower" },
    [CS_FOUND_NOTHING] = { "It cannot be told.", NULL },
    [CS_NOT_TOLD] = { "It cannot be told.", NULL },
};

static const char *causes(const struct cs_report *report)
{
    return report->study->unprotected ? "chance" : "chance and privacy noise";
}

static void put_whether(struct cs_page *page, const struct cs_told *told)
{
    static const char question[] = "Did it work?";
    const enum cs_finding finding = cs_told_finding(told);
    const char *word = findings[finding].word;

    if (finding == CS_NOT_TOLD)
        cs_page_fact(page, question, word,
                     "This study cannot compare the %s of \u201c%s\u201d: %s.",
                     told->measure, told->outcome,
                     cs_verdict_words(told->effect->verdict));
    else if (finding == CS_FOUND_NOTHING)
        cs_page_fact(page, question, word,
                     "The %s of \u201c%s\u201d with %s differs from that with %s by no "
                     "more than %s make.",
                     told->measure, told->outcome, told->test, told->control,
                     causes(told->report));
    else
        cs_page_fact(page, question, word,
                     "The %s of \u201c%s\u201d was %s with %s than with %s.",
                     told->measure, told->outcome, findings[finding].more, told->test,
                     told->control);
}

/* Of a mean: which values it is of, where that is not all of them as they are. */
static void put_trust(struct cs_page *page, const struct cs_told *told)
{
    const struct cs_amounts *amounts = &told->answer->amounts;

    if (amounts->trust == CS_TRUST_NEITHER)
        cs_page_fact(page, "How good a mean?", NULL, "Read its range: %s.",
                     cs_trust_words(amounts->trust));
    if (cs_trust_is_capped(amounts->trust))
        cs_page_fact(page, "Of what values?", NULL,
                     "Values above %.6g count as %.6g here: %s.", amounts->cap,
                     amounts->cap, cs_trust_words(amounts->trust));
}

static void put_how_much(struct cs_page *page, const struct cs_told *told)
{
    const struct cs_relative *relative = &told->effect->relative;
    char lift[CS_POINTS_BYTES], test[CS_POINTS_BYTES], control[CS_POINTS_BYTES];
    char more[96] = "";

    cs_told_lift(lift, told, told->effect->lift.value);
    cs_told_value(test, told, told->effect->rate[CS_TEST].value);
    cs_told_value(control, told, told->effect->rate[CS_CONTROL].value);
    if (relative->reported)
        snprintf(more, sizeof more,
                 ", which is %.0f\u00a0%% %s (95\u00a0%% interval %+.0f to "
                 "%+.0f\u00a0%%)",
                 100 * fabs(relative->value), relative->value < 0 ? "less" : "more",
                 100 * relative->low, 100 * relative->high);
    cs_page_fact(page, "By how much?", lift, "%s with %s, %s with %s%s.", test,
                 told->test, control, told->control, more);
    put_trust(page, told);
}

static const char *surety(double p)
{
    return p < .001  ? "Very sure."
           : p < .01 ? "Sure."
           : p < .05 ? "Fairly."
                     : "Not sure.";
}

/* How often such a difference comes about by itself. */
static void name_odds(char words[static 64], double p)
{
    if (p < .0001)
        snprintf(words, 64, "fewer than 1 of 10 000");
    else if (p < .1)
        snprintf(words, 64, "about 1 of %.0f", 1 / p);
    else
        snprintf(words, 64, "about %.0f of 100", 100 * p);
}

static void put_how_sure(struct cs_page *page, const struct cs_told *told)
{
    const struct cs_lift *lift = &told->effect->lift;
    char low[CS_POINTS_BYTES], high[CS_POINTS_BYTES], odds[64], p[CS_P_BYTES];

    cs_told_lift(low, told, lift->low);
    cs_told_lift(high, told, lift->high);
    name_odds(odds, lift->p);
    cs_told_p(p, lift->p);
    cs_page_fact(
        page, "How sure is that?", surety(lift->p),
        "The true difference is between %s and %s (95\u00a0%% interval). If there "
        "were none, %s such studies would show one as large (%s).",
        low, high, odds, p);
}

/* Segments by what can be said of them. */
struct groups {
    size_t n_judged, n_shown, n_against;
};

static struct groups count_groups(const struct cs_told *told)
{
    const struct cs_answer *answer = told->answer;
    struct groups groups = { 0 };

    for (size_t i = 0; i < answer->n_segments; i++) {
        const struct cs_segment *segment = &answer->segments[i];
        const struct cs_effect *effect = cs_segment_effect(segment);
        const bool shown =
            effect->verdict == CS_REPORTED && segment->p_adjusted < CS_SHOWN_P;

        groups.n_judged += effect->verdict == CS_REPORTED;
        groups.n_shown += shown;
        groups.n_against +=
            shown && (effect->lift.value < 0) != (told->effect->lift.value < 0);
    }
    return groups;
}

/* The column along which the effect differs most clearly, counting how many were looked
 * at (Bonferroni); NULL if along none. */
static const struct cs_relevance *find_difference(const struct cs_answer *answer)
{
    const struct cs_relevance *clearest = NULL;
    size_t n_compared = 0;

    for (size_t i = 0; i < answer->n_relevance; i++) {
        const struct cs_relevance *column = &answer->relevance[i];

        n_compared += column->lifts.n_degrees > 0;
        if (column->lifts.n_degrees > 0 &&
            (clearest == NULL || column->lifts.p < clearest->lifts.p))
            clearest = column;
    }
    if (clearest != NULL && clearest->lifts.p * (double)n_compared < CS_SHOWN_P)
        return clearest;
    return NULL;
}

/* `It differs by region.`, or that no group does. */
#define LEAD_BYTES (CS_COLUMN_NAME_BYTES + 32)
static void name_difference(char lead[static LEAD_BYTES], const struct cs_told *told)
{
    const struct cs_relevance *difference = find_difference(told->answer);
    char name[CS_COLUMN_NAME_BYTES];

    if (difference == NULL) {
        snprintf(lead, LEAD_BYTES, "No group differs beyond %s.",
                 told->report->study->unprotected ? "chance" : "noise");
        return;
    }
    cs_schema_name(name, &told->report->study->schema, difference->column);
    snprintf(lead, LEAD_BYTES, "It differs by %s.", name);
}

/* The best guess of a segment's lift. */
static double guess_of(const struct cs_segment *segment)
{
    return segment->is_drawn ? segment->drawn : cs_segment_effect(segment)->lift.value;
}

/* The level of a column with the largest lift, or by sign -1 the smallest; NULL if none
 * is reported. */
static const struct cs_segment *find_extreme(const struct cs_answer *answer,
                                             size_t column, double sign)
{
    const struct cs_segment *found = NULL;

    for (size_t i = 0; i < answer->n_segments; i++) {
        const struct cs_segment *segment = &answer->segments[i];

        if (segment->n_columns == 1 && segment->column[0] == column &&
            cs_segment_effect(segment)->verdict == CS_REPORTED &&
            (found == NULL || sign * guess_of(segment) > sign * guess_of(found)))
            found = segment;
    }
    return found;
}

/* `Largest where newbie is 1 (about +6.1 points), smallest where it is 0 (..). ` of the
 * column along which the effect differs. */
#define EXTREMES_BYTES                                                                   \
    (CS_COLUMN_NAME_BYTES + 2 * CS_LABEL_BYTES + 2 * CS_POINTS_BYTES + 80)
static void name_extremes(char words[static EXTREMES_BYTES], const struct cs_told *told,
                          size_t column)
{
    const struct cs_segment *most = find_extreme(told->answer, column, 1);
    const struct cs_segment *least = find_extreme(told->answer, column, -1);
    const struct cs_column *of = &told->report->study->schema.columns[column];
    char name[CS_COLUMN_NAME_BYTES];
    char label[2][CS_LABEL_BYTES], lift[2][CS_POINTS_BYTES];

    words[0] = '\0';
    if (most == least)
        return;
    cs_schema_name(name, &told->report->study->schema, column);
    cs_report_label(label[0], of, most->code[0]);
    cs_report_label(label[1], of, least->code[0]);
    cs_told_lift(lift[0], told, guess_of(most));
    cs_told_lift(lift[1], told, guess_of(least));
    snprintf(words, EXTREMES_BYTES,
             "Largest where %s is %s (about %s), smallest where it is %s (about %s). ",
             name, label[0], lift[0], label[1], lift[1]);
}

static void put_for_whom(struct cs_page *page, const struct cs_told *told)
{
    const struct groups groups = count_groups(told);
    const struct cs_relevance *difference = find_difference(told->answer);
    char lead[LEAD_BYTES], extremes[EXTREMES_BYTES] = "";

    name_difference(lead, told);
    if (difference != NULL)
        name_extremes(extremes, told, difference->column);
    cs_page_fact(
        page, "For whom?", lead,
        "%s%zu of the %zu groups that can be judged show an effect by themselves "
        "(adjusted p below 0.05)%s; the next section has each.",
        extremes, groups.n_shown, groups.n_judged,
        groups.n_shown == 0     ? ""
        : groups.n_against == 0 ? ", all in the same direction"
                                : ", some in the opposite direction");
}

/* All of one question, when it is the only one. */
static void put_answer(struct cs_page *page, const struct cs_told *told)
{
    put_whether(page, told);
    if (cs_told_finding(told) == CS_NOT_TOLD)
        return;
    put_how_much(page, told);
    put_how_sure(page, told);
    put_for_whom(page, told);
}

/* One of several questions, in a line or two. */
static void put_short_answer(struct cs_page *page, const struct cs_told *told)
{
    const enum cs_finding finding = cs_told_finding(told);
    const struct cs_effect *effect = told->effect;
    char by[CS_POINTS_BYTES], low[CS_POINTS_BYTES], high[CS_POINTS_BYTES];
    char test[CS_POINTS_BYTES], control[CS_POINTS_BYTES], p[CS_P_BYTES];
    char lead[LEAD_BYTES];

    if (finding == CS_NOT_TOLD) {
        cs_page_fact(page, told->title, findings[finding].word, "%s.",
                     cs_verdict_words(effect->verdict));
        return;
    }
    cs_told_value(test, told, effect->rate[CS_TEST].value);
    cs_told_value(control, told, effect->rate[CS_CONTROL].value);
    cs_told_lift(by, told, effect->lift.value);
    cs_told_lift(low, told, effect->lift.low);
    cs_told_lift(high, told, effect->lift.high);
    cs_told_p(p, told->answer->p_adjusted);
    name_difference(lead, told);
    cs_page_fact(
        page, told->title, findings[finding].word,
        "%s%s against %s: %s (95\u00a0%% interval %s to %s; %s, adjusted for the "
        "number of questions). %s",
        told->scale.is_mean ? "Mean " : "", test, control, by, low, high, p, lead);
}

static void put_disclosed(struct cs_page *page, const struct cs_report *report)
{
    static const char question[] = "What was disclosed?";

    if (report->study->unprotected)
        cs_page_fact(page, question, "Exact counts.",
                     "The study asks for no privacy: %zu tables were opened without "
                     "noise.",
                     report->plan->n_tables);
    else
        cs_page_fact(page, question, "Noisy results alone.",
                     "%zu tables%s with noise, and synthetic people; no real row was "
                     "shown to anybody. Epsilon %.3g of %.3g was spent, at delta %.3g, "
                     "for each person.",
                     report->plan->n_tables,
                     cs_study_trains(report->study) ? " and weights of generators" : "",
                     report->plan->epsilon_spent, report->study->epsilon,
                     report->study->delta);
}

void cs_report_html_summary(struct cs_page *page, const void *about)
{
    const struct cs_telling *telling = about;
    const size_t n = telling->report->ab->n_answers;

    if (n > 1)
        cs_page_paragraph(page, "Did it work? The study asks in %zu ways.", n);
    cs_page_facts(page, CS_PAGE_ANSWERS);
    if (n == 1)
        put_answer(page, &telling->told[0]);
    else
        for (size_t i = 0; i < n; i++)
            put_short_answer(page, &telling->told[i]);
    put_disclosed(page, telling->report);
    cs_page_facts_end(page);
}
