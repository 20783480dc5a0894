/* report_html_answer.c: one question of the study: rates or means, their difference,
 * checks, groups. */
#include <math.h>
#include <string.h>

#include "party/report_html_parts.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static const char *tables_name(const struct cs_told *told)
{
    return told->report->study->unprotected ? "exact tables" : "noisy tables";
}

/* ---- rates or means ---- */

static double half_width(const struct cs_rate *rate)
{
    return CS_Z95 * sqrt(rate->sampling + rate->noise);
}

static void put_rate(struct cs_page *page, const struct cs_told *told, enum cs_arm arm)
{
    const char *const name[CS_ARMS] = { told->test, told->control, "all others" };
    const struct cs_rate *rate = &told->effect->rate[arm];
    const struct cs_rate *direct = &told->direct->rate[arm];
    const double f = told->scale.factor;
    double low = direct->value - half_width(direct);
    double high = direct->value + half_width(direct);

    if (!told->scale.is_mean) {
        low = fmax(0, low);
        high = fmin(1, high);
    }
    cs_page_row(page, CS_PAGE_PLAIN_ROW);
    cs_page_words(page, name[arm]);
    cs_page_number(page, rate->people);
    cs_page_number(page, rate->total);
    cs_page_number(page, f * rate->value);
    cs_page_number(page, f * direct->value);
    cs_page_number(page, f * low);
    cs_page_number(page, f * high);
}

static void put_rates(struct cs_page *page, const struct cs_told *told)
{
    const char *measured = tables_name(told);
    const int n = told->decimals;
    const char *unit = told->scale.is_mean ? told->outcome : "rate, %";
    const struct cs_page_column columns[] = {
        { .name = "arm", .role = CS_PAGE_LABEL },
        { .name = "people", .notation = CS_PAGE_NUMBER },
        { .name = told->scale.is_mean ? "sum" : "of these", .notation = CS_PAGE_NUMBER },
        { told->scale.is_mean ? "mean" : "rate, %", CS_PAGE_NUMBER, n, CS_PAGE_VALUE,
          "synthetic people" },
        { measured, CS_PAGE_NUMBER, n, CS_PAGE_VALUE, measured },
        { "from", CS_PAGE_NUMBER, n, CS_PAGE_LOW, measured },
        { "to", CS_PAGE_NUMBER, n, CS_PAGE_HIGH, measured },
    };
    char caption[CS_TITLE_BYTES];
    const struct cs_page_table table = { .caption = caption,
                                         .plot = CS_PAGE_RATES,
                                         .unit = unit,
                                         .columns = columns,
                                         .n_columns = LENGTH(columns) };

    snprintf(
        caption, sizeof caption,
        "%s by arm: in the synthetic people, and in the %s with 95\u00a0%% intervals",
        told->outcome, measured);
    cs_page_heading(page, told->scale.is_mean ? "Means" : "Rates");
    cs_page_table(page, &table);
    for (enum cs_arm arm = CS_TEST; arm <= CS_NEITHER; arm++)
        if (arm != CS_NEITHER || told->effect->rate[arm].people > 0)
            put_rate(page, told, arm);
    cs_page_table_end(page);
}

/* ---- the difference ---- */

static void put_lift(struct cs_page *page, const char *name,
                     const struct cs_effect *effect, const struct cs_told *told)
{
    const struct cs_lift *lift = &effect->lift;
    const double f = told->scale.factor;

    cs_page_row(page, CS_PAGE_STRONG_ROW);
    cs_page_words(page, name);
    if (effect->verdict != CS_REPORTED) {
        cs_page_absent(page, 4, cs_verdict_words(effect->verdict));
        return;
    }
    cs_page_number(page, f * lift->value);
    cs_page_number(page, f * lift->low);
    cs_page_number(page, f * lift->high);
    cs_page_number(page, lift->p);
}

/* A table of differences begins; it is filled by put_lift. columns: (5). */
static void begin_lifts(struct cs_page *page, struct cs_page_table *table,
                        struct cs_page_column *columns, const struct cs_told *told)
{
    const int n = told->decimals;

    columns[0] = (struct cs_page_column){ .name = "in", .role = CS_PAGE_LABEL };
    columns[1] = (struct cs_page_column){ told->lift_unit, CS_PAGE_SIGNED, n,
                                          CS_PAGE_VALUE, NULL };
    columns[2] = (struct cs_page_column){ "from", CS_PAGE_SIGNED, n, CS_PAGE_LOW, NULL };
    columns[3] = (struct cs_page_column){ "to", CS_PAGE_SIGNED, n, CS_PAGE_HIGH, NULL };
    columns[4] = (struct cs_page_column){ .name = "p", .notation = CS_PAGE_P_VALUE };
    table->plot = CS_PAGE_FOREST;
    table->unit = told->lift_unit;
    table->columns = columns;
    table->n_columns = 5;
    cs_page_table(page, table);
}

static void put_lifts(struct cs_page *page, const struct cs_told *told)
{
    char caption[CS_TITLE_BYTES];
    struct cs_page_column columns[5];
    struct cs_page_table table = { .caption = caption };

    snprintf(caption, sizeof caption, "%s, %s less %s, with 95\u00a0%% intervals",
             told->outcome, told->test, told->control);
    cs_page_heading(page, "The difference");
    begin_lifts(page, &table, columns, told);
    put_lift(page, "synthetic people", told->effect, told);
    put_lift(page, tables_name(told), told->direct, told);
    cs_page_table_end(page);
}

static void put_variance(struct cs_page *page, const struct cs_told *told)
{
    const struct cs_lift *lift = &told->effect->lift;
    const double whole = lift->sampling + lift->noise;

    if (told->effect->verdict != CS_REPORTED || told->report->study->unprotected)
        return;
    cs_page_note(page,
                 "Of what makes the difference uncertain, %.0f\u00a0%% is chance (there "
                 "are only so many people) and %.0f\u00a0%% is the noise that protects "
                 "them.",
                 100 * lift->sampling / whole, 100 * lift->noise / whole);
}

/* Of a mean: with large values capped and not, and of those who converted. */
static void put_amounts(struct cs_page *page, const struct cs_told *told)
{
    const struct cs_amounts *amounts = &told->answer->amounts;
    char capped[64];
    struct cs_page_column columns[5];
    struct cs_page_table table = {
        .caption = "The same difference, of other values and other people"
    };

    cs_page_heading(page, "Other ways to count it");
    begin_lifts(page, &table, columns, told);
    put_lift(page, "values as they are", &told->answer->synthetic, told);
    if (isfinite(amounts->cap)) {
        snprintf(capped, sizeof capped, "values capped at %.6g", amounts->cap);
        put_lift(page, capped, &amounts->synthetic, told);
    }
    put_lift(page, "who converted alone", &amounts->synthetic_converters, told);
    cs_page_table_end(page);
    if (isfinite(amounts->cap))
        cs_page_note(page,
                     "The mean of values as they are would want some %.0f people in an "
                     "arm to be about normal. Believed are %s: %s.",
                     amounts->people_needed,
                     cs_trust_is_capped(amounts->trust) ? "capped values"
                                                        : "values as they are",
                     cs_trust_words(amounts->trust));
    cs_page_note(page, "The arm decides who converts: the difference among those is none "
                       "that the arm makes to a person.");
}

/* ---- checks ---- */

static void put_agreement(struct cs_page *page, const struct cs_told *told)
{
    const struct cs_agreement *agreement = &told->answer->agreement;
    const double f = told->scale.factor;

    if (told->effect->verdict != CS_REPORTED)
        return;
    cs_page_item(page,
                 "The synthetic people %s with the tables: their differences are "
                 "%.*f%s apart, and up to %.*f would be %s.%s",
                 agreement->agree ? "agree" : "DISAGREE", told->decimals,
                 f * fabs(agreement->difference), told->scale.points, told->decimals,
                 f * agreement->difference_max,
                 told->report->study->unprotected ? "rounding" : "noise",
                 agreement->agree ? "" : " Believe the tables.");
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
    const double all = told->report->ab->split_p;
    char p[CS_P_BYTES];

    if (isfinite(split->p)) {
        cs_told_p(p, split->p);
        cs_page_item(page,
                     "Of the people in these two arms, %.1f\u00a0%% are in %s. Is that "
                     "what was meant? Equal halves would have %s.",
                     100 * split->test, told->test, p);
    }
    if (told->report->study->n_tests > 1 && isfinite(all)) {
        cs_told_p(p, all);
        cs_page_item(page, "All arms being of one size would have %s.", p);
    }
}

static void put_power(struct cs_page *page, const struct cs_told *told)
{
    const struct cs_power *power = &told->answer->power;
    const double f = told->scale.factor;

    if (isfinite(power->lift))
        cs_page_item(
            page,
            "Such a study finds a true difference of %.*f%s in four of five cases, "
            "and smaller ones less often; counted without noise, one of %.*f.",
            told->decimals, f * power->lift, told->scale.points, told->decimals,
            f * power->without_noise);
}

static void put_checks(struct cs_page *page, const struct cs_told *told)
{
    cs_page_heading(page, "Checks");
    cs_page_list(page);
    put_agreement(page, told);
    put_contradiction(page, told);
    put_split(page, told);
    put_power(page, told);
    cs_page_list_end(page);
}

void cs_report_html_answer(struct cs_page *page, const void *about)
{
    const struct cs_told *told = about;

    put_rates(page, told);
    put_lifts(page, told);
    put_variance(page, told);
    if (told->scale.is_mean)
        put_amounts(page, told);
    put_checks(page, told);
    cs_report_html_segments(page, told);
    cs_report_html_columns(page, told);
}
