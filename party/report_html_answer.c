/* report_html_answer.c: one question of the study: rates, the lift, checks, segments. */
#include <math.h>
#include <string.h>

#include "party/report_html_parts.h"

static const char *tables_name(const struct cs_told *told)
{
    return told->report->study->unprotected ? "exact tables" : "noisy tables";
}

/* ---- rates ---- */

static double half_width(const struct cs_rate *rate)
{
    return CS_Z95 * sqrt(rate->sampling + rate->noise);
}

static void put_rate(struct cs_page *page, const struct cs_told *told, enum cs_arm arm)
{
    const char *const name[CS_ARMS] = { told->test, told->control, "all others" };
    const struct cs_rate *rate = &told->answer->synthetic.rate[arm];
    const struct cs_rate *direct = &told->answer->direct.rate[arm];

    cs_page_row(page, CS_PAGE_PLAIN_ROW);
    cs_page_words(page, name[arm]);
    cs_page_number(page, rate->people);
    cs_page_number(page, rate->total);
    cs_page_number(page, 100 * rate->value);
    cs_page_number(page, 100 * direct->value);
    cs_page_number(page, 100 * fmax(0, direct->value - half_width(direct)));
    cs_page_number(page, 100 * fmin(1, direct->value + half_width(direct)));
}

static void put_rates(struct cs_page *page, const struct cs_told *told)
{
    const char *measured = tables_name(told);
    const struct cs_page_column columns[] = {
        { .name = "arm", .role = CS_PAGE_LABEL },
        { .name = "people", .notation = CS_PAGE_NUMBER },
        { .name = "of these", .notation = CS_PAGE_NUMBER },
        { "rate, %", CS_PAGE_NUMBER, 2, CS_PAGE_VALUE, "synthetic people" },
        { measured, CS_PAGE_NUMBER, 2, CS_PAGE_VALUE, measured },
        { "from", CS_PAGE_NUMBER, 2, CS_PAGE_LOW, measured },
        { "to", CS_PAGE_NUMBER, 2, CS_PAGE_HIGH, measured },
    };
    char caption[CS_TITLE_BYTES];
    const struct cs_page_table table = { .caption = caption,
                                         .plot = CS_PAGE_RATES,
                                         .unit = "rate, %",
                                         .columns = columns,
                                         .n_columns = sizeof columns / sizeof *columns };

    snprintf(
        caption, sizeof caption,
        "%s by arm: in the synthetic people, and in the %s with 95\u00a0%% intervals",
        told->outcome, measured);
    cs_page_heading(page, "Rates");
    cs_page_table(page, &table);
    for (enum cs_arm arm = CS_TEST; arm <= CS_NEITHER; arm++)
        if (arm != CS_NEITHER || told->answer->synthetic.rate[arm].people > 0)
            put_rate(page, told, arm);
    cs_page_table_end(page);
}

/* ---- the lift ---- */

static void put_lift(struct cs_page *page, const char *name,
                     const struct cs_effect *effect)
{
    const struct cs_lift *lift = &effect->lift;

    cs_page_row(page, CS_PAGE_STRONG_ROW);
    cs_page_words(page, name);
    if (effect->verdict != CS_REPORTED) {
        cs_page_absent(page, 4, cs_verdict_words(effect->verdict));
        return;
    }
    cs_page_number(page, 100 * lift->value);
    cs_page_number(page, 100 * lift->low);
    cs_page_number(page, 100 * lift->high);
    cs_page_number(page, lift->p);
}

static void put_lifts(struct cs_page *page, const struct cs_told *told)
{
    static const struct cs_page_column columns[] = {
        { .name = "in", .role = CS_PAGE_LABEL },
        { "lift, points", CS_PAGE_SIGNED, 2, CS_PAGE_VALUE, NULL },
        { "from", CS_PAGE_SIGNED, 2, CS_PAGE_LOW, NULL },
        { "to", CS_PAGE_SIGNED, 2, CS_PAGE_HIGH, NULL },
        { .name = "p", .notation = CS_PAGE_P_VALUE },
    };
    char caption[CS_TITLE_BYTES];
    const struct cs_page_table table = { .caption = caption,
                                         .plot = CS_PAGE_FOREST,
                                         .unit = "lift, points",
                                         .columns = columns,
                                         .n_columns = sizeof columns / sizeof *columns };

    snprintf(caption, sizeof caption, "%s, %s less %s, with 95\u00a0%% intervals",
             told->outcome, told->test, told->control);
    cs_page_heading(page, "The difference");
    cs_page_table(page, &table);
    put_lift(page, "synthetic people", &told->answer->synthetic);
    put_lift(page, tables_name(told), &told->answer->direct);
    cs_page_table_end(page);
}

static void put_variance(struct cs_page *page, const struct cs_told *told)
{
    const struct cs_lift *lift = &told->answer->synthetic.lift;

    if (told->answer->synthetic.verdict != CS_REPORTED ||
        told->report->study->unprotected)
        return;
    cs_page_note(
        page,
        "Of what makes the difference uncertain, %.0f\u00a0%% is chance (there are "
        "only so many people) and %.0f\u00a0%% is the noise that protects them.",
        100 * lift->sampling / (lift->sampling + lift->noise),
        100 * lift->noise / (lift->sampling + lift->noise));
}

/* ---- checks ---- */

static void put_agreement(struct cs_page *page, const struct cs_told *told)
{
    const struct cs_agreement *agreement = &told->answer->agreement;
    const double difference = 100 * fabs(agreement->difference);
    const double most = 100 * agreement->difference_max;

    if (told->answer->synthetic.verdict != CS_REPORTED)
        return;
    if (agreement->agree)
        cs_page_item(page,
                     "The synthetic people agree with the tables: their differences are "
                     "%.2f points apart, up to %.2f would be noise.",
                     difference, most);
    else
        cs_page_item(
            page,
            "The synthetic people DISAGREE with the tables: their differences "
            "are %.2f points apart, and noise explains %.2f. Believe the tables.",
            difference, most);
}

static void put_contradiction(struct cs_page *page, const struct cs_told *told)
{
    const struct cs_agreement *agreement = &told->answer->agreement;
    char p[CS_P_BYTES];

    if (!isfinite(agreement->tables_p))
        return;
    cs_told_p(p, agreement->tables_p);
    if (agreement->tables_p < CS_CONTRADICTED_P)
        cs_page_item(page,
                     "The %zu tables that hold this question CONTRADICT each other (%s): "
                     "one was counted wrongly, or changed.",
                     agreement->n_tables, p);
    else
        cs_page_item(page, "The %zu tables that hold this question agree (%s).",
                     agreement->n_tables, p);
}

static void put_split(struct cs_page *page, const struct cs_told *told)
{
    const struct cs_split *split = &told->answer->split;
    char p[CS_P_BYTES];

    if (!isfinite(split->p))
        return;
    cs_told_p(p, split->p);
    cs_page_item(
        page,
        "Of the people in these two arms, %.1f\u00a0%% are in %s. Is that what was "
        "meant? Equal halves would have %s.",
        100 * split->test, told->test, p);
}

static void put_power(struct cs_page *page, const struct cs_told *told)
{
    const struct cs_power *power = &told->answer->power;

    if (isfinite(power->lift))
        cs_page_item(page,
                     "Such a study finds a difference of %.2f points or more in four of "
                     "five cases; counted without noise it would find %.2f.",
                     100 * power->lift, 100 * power->without_noise);
}

void cs_report_html_answer(struct cs_page *page, const void *about)
{
    const struct cs_told *told = about;

    put_rates(page, told);
    put_lifts(page, told);
    put_variance(page, told);
    cs_page_heading(page, "Checks");
    cs_page_list(page);
    put_agreement(page, told);
    put_contradiction(page, told);
    put_split(page, told);
    put_power(page, told);
    cs_page_list_end(page);
    cs_page_heading(page, "By group");
    cs_report_html_segments(page, told);
}
