/* The evaluation as a page: in short, column by column, then each group by its questions,
 * figures and their meaning. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/survival.h"
#include "party/evaluation.h"
#include "party/page.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define SECTIONS_MAX 32
#define CURVE_POINTS 60u

/* What each group asks. */
static const struct {
    const char *name, *title, *question;
} groups[] = {
    { "sanity", "Sanity", "Is it a file of the same kind, and not the same file?" },
    { "marginal", "Single columns", "Has each column the values that it should have?" },
    { "shapes", "Shapes and pairs",
      "What the quality and diagnostic reports of SDMetrics say." },
    { "joint", "Whole rows",
      "Do synthetic rows lie where real ones lie, and everywhere?" },
    { "survival", "Survival", "Do synthetic people survive as long as real ones?" },
    { "detection", "Detection", "Can a learner tell synthetic rows from real ones?" },
    { "utility", "Utility",
      "What was learned from synthetic rows: how well does it do with real ones?" },
    { "privacy", "Copies", "Are synthetic rows copies of real ones?" },
    { "anonymity", "Anonymity",
      "How small, and how much of one kind, are groups of people who look alike?" },
    { "disclosure", "Disclosure", "What do synthetic rows tell of real people?" },
    { "attack", "Attacks",
      "Can it be found out who was in the data, and what they would not tell?" },
};

/* What an owner asks first, the metric that comes nearest to an answer, and what its ends
 * are; beside it another of the group, to compare with. */
static const struct {
    const char *question, *group, *metric, *reading, *beside;
} headlines[] = {
    { "Do columns and pairs look alike?", "shapes", "Overall",
      "1 is the same distribution of every column and pair.", NULL },
    { "Can a learner tell the files apart?", "detection", "detection_xgb.mean",
      "0.5 is no better than a coin, 1 is always.", NULL },
    { "Does what is learned from it hold?", "utility", "xgb.syn_id",
      "1 is without error; learning from real rows comes to", "xgb.gt" },
    { "Are there copies of real rows?", "sanity", "common_rows_proportion.score",
      "the share of real rows that stand in the synthetic file as they are.", NULL },
    { "Do synthetic rows cling to real ones?", "privacy", "authenticity",
      "0 is copies, about 0.5 new draws of the same people.", NULL },
    { "Were these people learned by heart?", "disclosure", "DCROverfittingProtection",
      "1 is no closer to them than to people of the holdout, 0 is always closer.", NULL },
    { "Can members be recognised?", "attack", "dcr_diff.aucroc",
      "0.5 is no better than a coin, 1 is always.", NULL },
};

/* What a section of a group is about. */
struct told {
    const struct cs_evaluated_group *evaluated;
    struct cs_survival *curves; /* (2), or NULL: of another group */
    const char *time_name;
};

/* ---- metrics ---- */

static const char *range_words(char words[static 48], const struct cs_metric *metric)
{
    if (isinf(metric->least))
        snprintf(words, 48, "at most %.3g", metric->most);
    else if (isinf(metric->most))
        snprintf(words, 48, "from %.3g", metric->least);
    else
        snprintf(words, 48, "%.3g to %.3g", metric->least, metric->most);
    return words;
}

static bool is_share(const struct cs_metric *metric)
{
    return metric->least >= 0 && metric->most <= 1;
}

static size_t count_shares(const struct cs_metric_group *group)
{
    size_t n = 0;

    for (size_t m = 0; m < group->n; m++)
        n += is_share(&group->metrics[m]);
    return n;
}

/* Those between 0 and 1 with bars, or the others. */
static void write_metrics(struct cs_page *page,
                          const struct cs_evaluated_group *evaluated, bool shares)
{
    static const struct cs_page_column columns[] = {
        { "metric", CS_PAGE_WORDS, 0, CS_PAGE_LABEL, NULL },
        { "value", CS_PAGE_NUMBER, CS_PAGE_THREE_DIGITS, CS_PAGE_VALUE, NULL },
        { "better", CS_PAGE_WORDS, 0, CS_PAGE_NO_ROLE, NULL },
        { "range", CS_PAGE_WORDS, 0, CS_PAGE_NO_ROLE, NULL },
    };
    const struct cs_page_table table = {
        .caption = shares ? "Metrics from 0 to 1" : "Metrics on scales of their own",
        .plot = shares ? CS_PAGE_BARS : CS_PAGE_NO_PLOT,
        .unit = "value",
        .most = 1,
        .columns = columns,
        .n_columns = COUNT(columns),
    };
    char words[48];

    cs_page_table(page, &table);
    for (size_t m = 0; m < evaluated->group->n; m++) {
        const struct cs_metric *metric = &evaluated->group->metrics[m];

        if (is_share(metric) != shares)
            continue;
        cs_page_row(page, CS_PAGE_PLAIN_ROW);
        cs_page_words(page, metric->name);
        if (isnan(evaluated->values[m]))
            cs_page_absent(page, 1, "not of these files");
        else
            cs_page_number(page, evaluated->values[m]);
        cs_page_words(page, cs_better_name(metric->better));
        cs_page_words(page, range_words(words, metric));
    }
    cs_page_table_end(page);
}

static void write_meanings(struct cs_page *page, const struct cs_metric_group *group)
{
    cs_page_details(page, "What each of them says");
    cs_page_facts(page, CS_PAGE_FACTS);
    for (size_t m = 0; m < group->n; m++)
        cs_page_fact(page, group->metrics[m].name, NULL, "%s",
                     group->metrics[m].sentence);
    cs_page_facts_end(page);
    cs_page_details_end(page);
}

/* ---- survival ---- */

static double last_time(const struct cs_survival *curve)
{
    return curve->n > 0 ? curve->rows[curve->n - 1].time : 0;
}

static void write_curves(struct cs_page *page, struct cs_survival curves[static 2],
                         const char *time_name)
{
    const struct cs_page_column columns[] = {
        { time_name, CS_PAGE_NUMBER, CS_PAGE_THREE_DIGITS, CS_PAGE_X, NULL },
        { "real", CS_PAGE_NUMBER, 3, CS_PAGE_VALUE, "real" },
        { "synthetic", CS_PAGE_NUMBER, 3, CS_PAGE_VALUE, "synthetic" },
    };
    const struct cs_page_table table = { .caption = "Share that survives, by time",
                                         .plot = CS_PAGE_CURVE,
                                         .unit = "share",
                                         .x_unit = time_name,
                                         .columns = columns,
                                         .n_columns = COUNT(columns) };
    const double horizon = fmax(last_time(&curves[0]), last_time(&curves[1]));

    cs_page_table(page, &table);
    for (size_t i = 0; i <= CURVE_POINTS; i++) {
        const double time = horizon * (double)i / CURVE_POINTS;

        cs_page_row(page, CS_PAGE_PLAIN_ROW);
        cs_page_number(page, time);
        for (size_t s = 0; s < 2; s++) {
            while (cs_survival_next(&curves[s]) <= time)
                cs_survival_pass(&curves[s], cs_survival_next(&curves[s]));
            cs_page_number(page, curves[s].share);
        }
    }
    cs_page_table_end(page);
}

/* ---- sections ---- */

/* NAN if it was not measured. */
static double find_value(const struct cs_evaluation_result *result, const char *group,
                         const char *metric)
{
    for (size_t g = 0; g < result->n_groups; g++)
        for (size_t m = 0; m < result->groups[g].group->n; m++)
            if (strcmp(result->groups[g].group->name, group) == 0 &&
                strcmp(result->groups[g].group->metrics[m].name, metric) == 0)
                return result->groups[g].values[m];
    return NAN;
}

static void write_headline(struct cs_page *page,
                           const struct cs_evaluation_result *result, size_t h)
{
    const double value = find_value(result, headlines[h].group, headlines[h].metric);
    char lead[32], beside[32] = "";

    if (isnan(value))
        return;
    snprintf(lead, sizeof lead, "%.3g", value);
    if (headlines[h].beside != NULL)
        snprintf(beside, sizeof beside, " %.3g.",
                 find_value(result, headlines[h].group, headlines[h].beside));
    cs_page_fact(page, headlines[h].question, lead, "(%s): %s%s", headlines[h].metric,
                 headlines[h].reading, beside);
}

static void write_answers(struct cs_page *page, const void *about)
{
    const struct cs_evaluation_result *result = about;

    cs_page_warning(page,
                    "These figures are of the rows of %s, without noise. Do not "
                    "share this page.",
                    result->files[CS_REAL]);
    cs_page_facts(page, CS_PAGE_ANSWERS);
    for (size_t h = 0; h < COUNT(headlines); h++)
        write_headline(page, result, h);
    cs_page_facts_end(page);
}

static void write_columns(struct cs_page *page, const void *about)
{
    static const struct cs_page_column columns[] = {
        { "column", CS_PAGE_WORDS, 0, CS_PAGE_LABEL, NULL },
        { "likeness", CS_PAGE_NUMBER, 3, CS_PAGE_VALUE, NULL },
        { "type", CS_PAGE_WORDS, 0, CS_PAGE_NO_ROLE, NULL },
        { "empty, real", CS_PAGE_NUMBER, 3, CS_PAGE_NO_ROLE, NULL },
        { "empty, synthetic", CS_PAGE_NUMBER, 3, CS_PAGE_NO_ROLE, NULL },
    };
    static const struct cs_page_table table = { .caption = "Likeness by column",
                                                .plot = CS_PAGE_BARS,
                                                .unit = "likeness",
                                                .most = 1,
                                                .columns = columns,
                                                .n_columns = COUNT(columns) };
    const struct cs_evaluation_result *result = about;
    const struct cs_compared *compared = result->evaluation->compared;

    cs_page_paragraph(page, "1 is the same distribution, 0 one that has nothing in "
                            "common with it: KSComplement of numbers, TVComplement of "
                            "categories.");
    cs_page_table(page, &table);
    for (size_t k = 0; k < compared->n_columns; k++) {
        cs_page_row(page, CS_PAGE_PLAIN_ROW);
        cs_page_words(page, compared->columns[k].name);
        if (isnan(result->shapes[k].similarity))
            cs_page_absent(page, 1, "no values");
        else
            cs_page_number(page, result->shapes[k].similarity);
        cs_page_words(page, compared->columns[k].is_number ? "number" : "category");
        for (size_t s = 0; s < 2; s++)
            cs_page_number(page, result->shapes[k].empty[s]);
    }
    cs_page_table_end(page);
}

static size_t find_words(const char *name)
{
    size_t g = 0;

    while (g < COUNT(groups) && strcmp(groups[g].name, name) != 0)
        g++;
    CS_REQUIRE(g < COUNT(groups));
    return g;
}

static void write_group(struct cs_page *page, const void *about)
{
    const struct told *told = about;
    const struct cs_metric_group *group = told->evaluated->group;
    const size_t n_shares = count_shares(group);

    cs_page_paragraph(page, "%s", groups[find_words(group->name)].question);
    if (told->curves != NULL)
        write_curves(page, told->curves, told->time_name);
    if (n_shares > 0)
        write_metrics(page, told->evaluated, true);
    if (n_shares < group->n)
        write_metrics(page, told->evaluated, false);
    write_meanings(page, group);
}

static void write_origin(struct cs_page *page, const void *about)
{
    static const char *const words[CS_SIDES] = { "real", "synthetic", "holdout" };
    const struct cs_evaluation_result *result = about;
    const struct cs_evaluation *e = result->evaluation;

    cs_page_facts(page, CS_PAGE_FACTS);
    for (size_t s = 0; s < CS_SIDES; s++)
        if (result->files[s] != NULL)
            cs_page_fact(page, words[s], NULL, "%s: rows %zu, columns passed over %zu",
                         result->files[s], e->compared->n_rows[s],
                         e->compared->n_passed_over[s]);
    cs_page_fact(page, "seed", NULL, "%llu, of what was drawn",
                 (unsigned long long)e->seed);
    if (e->compat != CS_COMPAT_NONE)
        cs_page_fact(page, "as", NULL, "%s has it, where that differs",
                     cs_compat_name(e->compat));
    cs_page_facts_end(page);
    cs_page_note(page, "Definitions, and where the peers differ: docs/EVALUATE.md of "
                       "cosynth.");
}

static enum cs_status make_curves(struct cs_survival curves[static 2],
                                  const struct cs_evaluation *e)
{
    enum cs_status st = CS_OK;

    for (size_t s = 0; s < 2 && e->time != NULL && st == CS_OK; s++)
        st = cs_survival_make(&curves[s], e->time->values[s], e->event->values[s],
                              e->compared->n_rows[s]);
    return st;
}

static void tell(struct told *told, const struct cs_evaluation_result *result, size_t g,
                 struct cs_survival *curves)
{
    *told = (struct told){ .evaluated = &result->groups[g] };
    if (result->groups[g].group != &cs_metrics_survival)
        return;
    told->curves = curves;
    told->time_name = result->evaluation->time->name;
}

static enum cs_status write_page(FILE *stream, const struct cs_evaluation_result *result,
                                 const struct cs_page_section *sections, size_t n)
{
    const size_t *n_rows = result->evaluation->compared->n_rows;
    char subtitle[128];

    snprintf(subtitle, sizeof subtitle, "%zu synthetic rows against %zu real ones",
             n_rows[CS_SYNTHETIC], n_rows[CS_REAL]);
    const struct cs_page_outline outline = {
        .title = "A synthetic file, evaluated",
        .subtitle = subtitle,
        .mark = CS_PAGE_DO_NOT_SHARE,
        .mark_words = "made from real rows, without noise",
        .sections = sections,
        .n_sections = n,
    };
    return cs_page_write(stream, &outline);
}

enum cs_status cs_evaluation_html(FILE *stream, const struct cs_evaluation_result *result)
{
    struct cs_page_section sections[SECTIONS_MAX] = {
        { "answers", "In short", write_answers, result },
        { "columns", "Column by column", write_columns, result },
    };
    struct cs_survival curves[2] = { { NULL } };
    struct told told[SECTIONS_MAX];
    enum cs_status st;
    size_t n = 2;

    CS_REQUIRE(result->n_groups + 3 <= SECTIONS_MAX);
    CS_TRY(make_curves(curves, result->evaluation));
    for (size_t g = 0; g < result->n_groups; g++) {
        const char *name = result->groups[g].group->name;

        tell(&told[g], result, g, curves);
        sections[n++] = (struct cs_page_section){ name, groups[find_words(name)].title,
                                                  write_group, &told[g] };
    }
    sections[n++] =
        (struct cs_page_section){ "origin", "Where it comes from", write_origin, result };
    CS_TRY(write_page(stream, result, sections, n));
out:
    for (size_t s = 0; s < 2; s++)
        cs_survival_wipe(&curves[s]);
    return st;
}
