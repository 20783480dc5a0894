/* report_html_disclosed.c: what left the secret side, at what price, and to whom. */
#include <math.h>

#include "party/report_html_parts.h"

static const struct cs_recorded *any_recorded(const struct cs_report *report)
{
    for (enum cs_party party = CS_A; party <= CS_B; party++)
        if (report->recorded[party].is_there)
            return &report->recorded[party];
    return NULL;
}

/* One kind of result: how much of it there is, and its share of the budget. */
struct kind {
    const char *name, *how;
    size_t n;
    double n_numbers; /* opened; NAN where it does not say much */
    double share;     /* of 1; NAN without privacy */
};

static double tables_share(const struct cs_report *report)
{
    return cs_study_trains(report->study) ? report->study->tables : 1;
}

/* Of the zCDP of all results but training. */
static double all_rho(const struct cs_report *report)
{
    const struct cs_recorded *recorded = any_recorded(report);
    double rho = recorded == NULL ? 0 : recorded->rho_densities + recorded->rho_values;

    for (size_t t = 0; t < report->plan->n_tables; t++)
        rho += cs_plan_rho(report->plan->tables[t].s2_q16);
    return rho;
}

static struct kind kind_of_tables(const struct cs_report *report, enum cs_table_kind kind)
{
    static const char *const name[] = { [CS_OWN_A] = "tables of a's columns",
                                        [CS_OWN_B] = "tables of b's columns",
                                        [CS_CROSS] = "tables across both" };
    static const char *const how[] = { [CS_OWN_A] = "counted by a",
                                       [CS_OWN_B] = "counted by b",
                                       [CS_CROSS] = "counted under secure computation" };
    struct kind made = { .name = name[kind], .how = how[kind] };
    double rho = 0;

    for (size_t t = 0; t < report->plan->n_tables; t++) {
        const struct cs_table_spec *spec = &report->plan->tables[t];

        if (spec->kind != kind)
            continue;
        made.n++;
        made.n_numbers += (double)spec->n_cells;
        rho += cs_plan_rho(spec->s2_q16);
    }
    made.share = rho / all_rho(report) * tables_share(report);
    return made;
}

static void put_kind(struct cs_page *page, const struct kind *kind)
{
    if (kind->n == 0)
        return;
    cs_page_row(page, CS_PAGE_PLAIN_ROW);
    cs_page_words(page, kind->name);
    cs_page_words(page, kind->how);
    cs_page_number(page, (double)kind->n);
    cs_page_number(page, kind->n_numbers);
    cs_page_number(page, 100 * kind->share);
}

static void put_recorded_kinds(struct cs_page *page, const struct cs_report *report,
                               const struct cs_recorded *recorded)
{
    const double share = tables_share(report) / all_rho(report);
    const struct kind densities = { "shapes of numeric columns",
                                    "counted by who has them", recorded->n_densities, NAN,
                                    recorded->rho_densities * share };
    const struct kind values = { "values of categories", "found by who has them",
                                 recorded->n_values, NAN, recorded->rho_values * share };

    put_kind(page, &densities);
    put_kind(page, &values);
}

static void put_kinds(struct cs_page *page, const struct cs_report *report)
{
    const struct cs_recorded *recorded = any_recorded(report);
    const struct kind training = {
        "weights of the generators", "trained by each party on its rows",
        cs_study_trains(report->study) ? 2 : 0, NAN,
        report->study->unprotected ? NAN : 1 - tables_share(report)
    };

    for (enum cs_table_kind kind = CS_OWN_A; kind <= CS_CROSS; kind++) {
        const struct kind tables = kind_of_tables(report, kind);
        put_kind(page, &tables);
    }
    if (recorded != NULL)
        put_recorded_kinds(page, report, recorded);
    put_kind(page, &training);
}

static void put_spent(struct cs_page *page, const struct cs_report *report)
{
    static const struct cs_page_column columns[] = {
        { .name = "what", .role = CS_PAGE_LABEL },
        { .name = "how" },
        { .name = "how many", .notation = CS_PAGE_NUMBER },
        { .name = "numbers in them", .notation = CS_PAGE_NUMBER },
        { "share, %", CS_PAGE_NUMBER, 1, CS_PAGE_VALUE, NULL },
    };
    static const struct cs_page_table table = {
        .caption =
            "What was made public between the parties, and what part of the privacy "
            "budget it took",
        .plot = CS_PAGE_BARS,
        .unit = "share of the budget, %",
        .columns = columns,
        .n_columns = sizeof columns / sizeof *columns,
    };

    cs_page_table(page, &table);
    put_kinds(page, report);
    cs_page_table_end(page);
    if (any_recorded(report) == NULL)
        cs_page_note(page, "Shapes of columns and values that were found are not listed, "
                           "and have a part of these shares: they are in receipt.json, "
                           "which was not at hand.");
}

static void put_openings(struct cs_page *page, const struct cs_recorded *recorded)
{
    cs_page_heading(page, "What was opened");
    cs_page_paragraph(page,
                      "Values that both parties held as shares, so that neither could "
                      "read them, were opened to both of them for these purposes "
                      "and no other:");
    cs_page_list(page);
    for (size_t i = 0; i < recorded->n_openings; i++) {
        const struct cs_recorded_opening *opening = &recorded->openings[i];

        cs_page_item(page, "%s: %zu time%s, %.0f numbers", opening->purpose,
                     opening->n_times, opening->n_times == 1 ? "" : "s",
                     opening->n_words);
    }
    cs_page_list_end(page);
}

static void put_bound(struct cs_page *page, const struct cs_report *report)
{
    const struct cs_study *study = report->study;

    if (study->unprotected) {
        cs_page_warning(page,
                        "%s. The study says epsilon: none, so nothing was protected by "
                        "noise.",
                        CS_UNPROTECTED_MARK);
        return;
    }
    const double spent = report->plan->epsilon_spent;
    cs_page_paragraph(
        page,
        "The results are differentially private: whether any one person is in "
        "the data changes the probability of any outcome of the whole run by "
        "a factor of at most exp(%.3g), which is %.*f, but for a probability "
        "of %.3g. The study allowed an epsilon of %.3g.",
        spent, spent < 3 ? 1 : 0, exp(spent), study->delta, study->epsilon);
}

void cs_report_html_disclosed(struct cs_page *page, const void *about)
{
    const struct cs_report *report = ((const struct cs_telling *)about)->report;
    const struct cs_recorded *recorded = any_recorded(report);

    put_bound(page, report);
    put_spent(page, report);
    if (recorded != NULL && recorded->n_openings > 0)
        put_openings(page, recorded);
    cs_page_heading(page, "Who knows what");
    cs_page_list(page);
    cs_page_item(page, "Both parties: all of the above, the synthetic people, this page, "
                       "and how many rows the other's file has.");
    cs_page_item(page, "Each party alone: its own rows.");
    cs_page_item(page, "Nobody else: anything, unless one of them passes it on.");
    cs_page_list_end(page);
}

/* Who is where, and who counts. */
void cs_report_html_people(struct cs_page *page, const void *about)
{
    static const char *const names[CS_SCOPES] = {
        [CS_AT_A] = "at a, all", [CS_AT_B] = "at b, all", [CS_AT_BOTH] = "at both"
    };
    static const struct cs_page_column columns[] = {
        { .name = "people", .role = CS_PAGE_LABEL },
        { .name = "synthetic", .notation = CS_PAGE_NUMBER },
        { .name = "measured", .notation = CS_PAGE_NUMBER },
        { .name = "from", .notation = CS_PAGE_NUMBER },
        { .name = "to", .notation = CS_PAGE_NUMBER },
    };
    static const struct cs_page_table table = {
        .caption = "People by where they are, with 95 % intervals of what was measured",
        .columns = columns,
        .n_columns = sizeof columns / sizeof *columns,
    };
    const struct cs_ab *ab = ((const struct cs_telling *)about)->report->ab;

    cs_page_table(page, &table);
    for (enum cs_scope scope = CS_AT_A; scope <= CS_AT_BOTH; scope++) {
        const double half = CS_Z95 * sqrt(ab->v_measured[scope]);

        cs_page_row(page, CS_PAGE_PLAIN_ROW);
        cs_page_words(page, names[scope]);
        cs_page_number(page, (double)cs_presence_in(&ab->people, scope));
        cs_page_number(page, ab->measured[scope]);
        cs_page_number(page, ab->measured[scope] - half);
        cs_page_number(page, ab->measured[scope] + half);
    }
    cs_page_table_end(page);
    cs_page_paragraph(page, "%s",
                      ab->answers->scope == CS_AT_A
                          ? "Everybody at a counts; who is not at b has not converted."
                          : "The people at both parties count alone.");
}
