/* comparison_html.c: the page for a privacy officer and an analyst together. A table that
 * has a plot says so by its columns' roles (party/page.h). */
#include <math.h>
#include <string.h>

#include "party/comparison_forms.h"
#include "party/page.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* An answer of the comparison, for the section about it. */
struct about_answer {
    const struct cs_comparison *comparison;
    size_t answer;
};

/* `run 2, epsilon 3` */
static void put_name(struct cs_page *page, const struct cs_comparison *comparison,
                     size_t r)
{
    char name[CS_FINISHED_WORD_BYTES];

    if (comparison->runs[r].is_private)
        snprintf(name, sizeof name, "run %zu, epsilon %.4g", r + 1,
                 comparison->runs[r].epsilon);
    else
        snprintf(name, sizeof name, "run %zu, not private", r + 1);
    cs_page_words(page, name);
}

static enum cs_page_row row_of(const struct cs_comparison *comparison, size_t r)
{
    return r == comparison->recommended ? CS_PAGE_STRONG_ROW : CS_PAGE_PLAIN_ROW;
}

/* ---- which run ---- */

static void write_answers(struct cs_page *page, const void *about)
{
    const struct cs_comparison_form *form = about;
    char verdict[CS_COMPARISON_WORDS_BYTES], words[CS_COMPARISON_WORDS_BYTES];

    cs_comparison_verdict(verdict, form);
    cs_comparison_reason(words, form);
    cs_page_facts(page, CS_PAGE_ANSWERS);
    cs_page_fact(page, "Which run is worth its price?", verdict, "%s", words);
    cs_comparison_outlook(words, form);
    if (words[0] != '\0')
        cs_page_fact(page, "What would a larger epsilon do?", NULL, "%s", words);
    cs_comparison_budget(words, form);
    cs_page_fact(page, "What has been spent?", NULL, "%s", words);
    cs_comparison_people(words, form);
    cs_page_fact(page, "Are these the same people?", NULL, "%s", words);
    cs_page_facts_end(page);
}

/* ---- privacy against utility ---- */

static void put_curve(struct cs_page *page, const struct about_answer *about)
{
    const struct cs_comparison *comparison = about->comparison;
    const struct cs_finished_answer *first =
        cs_comparison_answer(comparison, about->answer, 0);
    static const struct cs_page_column columns[] = {
        { "run", CS_PAGE_WORDS, 0, CS_PAGE_LABEL, NULL },
        { "epsilon", CS_PAGE_NUMBER, CS_PAGE_THREE_DIGITS, CS_PAGE_X, NULL },
        { "half of the 95 % interval", CS_PAGE_NUMBER, 2, CS_PAGE_VALUE,
          "half of the 95 % interval" },
        { "smallest lift shown", CS_PAGE_NUMBER, 2, CS_PAGE_VALUE,
          "smallest lift shown" },
    };
    const struct cs_page_table table = {
        .caption = "What a larger epsilon buys, by the private runs",
        .plot = CS_PAGE_CURVE,
        .unit = first->is_rate ? "points" : "in the outcome's unit",
        .x_unit = "epsilon",
        .columns = columns,
        .n_columns = COUNT(columns),
    };

    cs_page_table(page, &table);
    for (size_t r = 0; r < comparison->n_runs; r++) {
        const struct cs_finished_answer *a =
            cs_comparison_answer(comparison, about->answer, r);

        if (!comparison->runs[r].is_private)
            continue;
        cs_page_row(page, row_of(comparison, r));
        put_name(page, comparison, r);
        cs_page_number(page, comparison->runs[r].epsilon);
        cs_page_number(page, cs_comparison_in_unit(a, cs_finished_half_width(a)));
        cs_page_number(page, cs_comparison_in_unit(a, a->smallest));
    }
    cs_page_table_end(page);
}

static void put_interval_row(struct cs_page *page, const struct about_answer *about,
                             size_t r)
{
    const struct cs_finished_answer *a =
        cs_comparison_answer(about->comparison, about->answer, r);

    cs_page_row(page, row_of(about->comparison, r));
    put_name(page, about->comparison, r);
    if (!a->reported) {
        cs_page_absent(page, 5, a->reason);
        return;
    }
    cs_page_number(page, cs_comparison_in_unit(a, a->lift));
    cs_page_number(page, cs_comparison_in_unit(a, a->low));
    cs_page_number(page, cs_comparison_in_unit(a, a->high));
    cs_page_number(page, 100 * cs_finished_noise_share(a));
    cs_page_number(page, 100. * (double)a->n_reported / (double)a->n_segments);
}

static void put_intervals(struct cs_page *page, const struct about_answer *about)
{
    const struct cs_comparison *comparison = about->comparison;
    const bool is_rate = cs_comparison_answer(comparison, about->answer, 0)->is_rate;
    static const struct cs_page_column columns[] = {
        { "run", CS_PAGE_WORDS, 0, CS_PAGE_LABEL, NULL },
        { "lift", CS_PAGE_SIGNED, 2, CS_PAGE_VALUE, NULL },
        { "from", CS_PAGE_SIGNED, 2, CS_PAGE_LOW, NULL },
        { "to", CS_PAGE_SIGNED, 2, CS_PAGE_HIGH, NULL },
        { "noise, % of variance", CS_PAGE_NUMBER, 0, CS_PAGE_NO_ROLE, NULL },
        { "segments reported, %", CS_PAGE_NUMBER, 0, CS_PAGE_NO_ROLE, NULL },
    };
    const struct cs_page_table table = {
        .caption = "The lift by each run, with its 95 % interval",
        .plot = CS_PAGE_FOREST,
        .unit = is_rate ? "points" : "in the outcome's unit",
        .columns = columns,
        .n_columns = COUNT(columns),
    };

    cs_page_table(page, &table);
    for (size_t r = 0; r < comparison->n_runs; r++)
        put_interval_row(page, about, r);
    cs_page_table_end(page);
}

static void put_standings(struct cs_page *page, const struct cs_comparison *comparison)
{
    for (size_t r = 0; r < comparison->n_runs; r++) {
        const size_t by = comparison->standing[r].dominated_by;

        if (by != CS_COMPARISON_NONE)
            cs_page_note(page,
                         "Run %zu costs no less than run %zu, and its interval is wider.",
                         r + 1, by + 1);
    }
}

static void write_utility(struct cs_page *page, const void *about)
{
    const struct cs_comparison *comparison = about;
    char title[CS_COMPARISON_WORDS_BYTES];

    for (size_t k = 0; k < comparison->n_answers; k++) {
        const struct about_answer answer = { comparison, k };

        cs_comparison_title(title, cs_comparison_answer(comparison, k, 0));
        cs_page_heading(page, "%s", title);
        if (comparison->n_unprotected < comparison->n_runs)
            put_curve(page, &answer);
        put_intervals(page, &answer);
        if (cs_comparison_answer(comparison, k, 0)->is_capped)
            cs_page_note(page, "Means of capped values: the plain mean is not to be "
                               "believed here, as the report says.");
        if (k == 0)
            put_standings(page, comparison);
    }
}

/* ---- the runs ---- */

static void put_costs(struct cs_page *page, const struct cs_comparison *comparison)
{
    static const struct cs_page_column columns[] = {
        { "run", CS_PAGE_WORDS, 0, CS_PAGE_LABEL, NULL },
        { "epsilon spent", CS_PAGE_NUMBER, 4, CS_PAGE_VALUE, NULL },
        { "delta", CS_PAGE_NUMBER, CS_PAGE_THREE_DIGITS, CS_PAGE_NO_ROLE, NULL },
        { "seconds", CS_PAGE_NUMBER, CS_PAGE_THREE_DIGITS, CS_PAGE_NO_ROLE, NULL },
        { "MB", CS_PAGE_NUMBER, CS_PAGE_THREE_DIGITS, CS_PAGE_NO_ROLE, NULL },
    };
    const struct cs_page_table table = { .caption = "What each run spent and took",
                                         .plot = CS_PAGE_BARS,
                                         .unit = "epsilon",
                                         .columns = columns,
                                         .n_columns = COUNT(columns) };

    cs_page_table(page, &table);
    for (size_t r = 0; r < comparison->n_runs; r++) {
        const struct cs_finished *run = &comparison->runs[r];

        cs_page_row(page, row_of(comparison, r));
        put_name(page, comparison, r);
        cs_page_number(page, run->epsilon_spent);
        cs_page_number(page, run->is_private ? run->delta : NAN);
        cs_page_number(page, cs_comparison_rounded(run->seconds));
        cs_page_number(page, cs_comparison_rounded(1e-6 * (double)run->bytes));
    }
    cs_page_table_end(page);
    cs_page_note(page, "Seconds and MB, of traffic both ways, are rounded to one digit: "
                       "exact traffic tells exact numbers of rows.");
}

static void put_settings(struct cs_page *page, const struct cs_comparison *comparison)
{
    static const struct cs_page_column columns[] = {
        { "run", CS_PAGE_WORDS, 0, CS_PAGE_LABEL, NULL },
        { "noise", CS_PAGE_WORDS, 0, CS_PAGE_NO_ROLE, NULL },
        { "columns", CS_PAGE_NUMBER, 0, CS_PAGE_NO_ROLE, NULL },
        { "tables", CS_PAGE_NUMBER, 0, CS_PAGE_NO_ROLE, NULL },
        { "candidates of a", CS_PAGE_WORDS, 0, CS_PAGE_NO_ROLE, NULL },
        { "chi-square", CS_PAGE_NUMBER, 2, CS_PAGE_NO_ROLE, NULL },
        { "candidates of b", CS_PAGE_WORDS, 0, CS_PAGE_NO_ROLE, NULL },
        { "chi-square", CS_PAGE_NUMBER, 2, CS_PAGE_NO_ROLE, NULL },
    };
    const struct cs_page_table table = { .caption = "What each run used",
                                         .columns = columns,
                                         .n_columns = COUNT(columns) };

    cs_page_table(page, &table);
    for (size_t r = 0; r < comparison->n_runs; r++) {
        const struct cs_finished *run = &comparison->runs[r];

        cs_page_row(page, row_of(comparison, r));
        put_name(page, comparison, r);
        cs_page_words(page, run->joint_noise ? "joint" : "each");
        cs_page_number(page, (double)run->n_columns);
        cs_page_number(page, (double)run->n_tables);
        for (size_t p = 0; p < 2; p++) {
            cs_page_words(page, run->used[p]);
            cs_page_number(page, run->chi_square[p]);
        }
    }
    cs_page_table_end(page);
}

static void write_runs(struct cs_page *page, const void *about)
{
    put_costs(page, about);
    put_settings(page, about);
}

/* ---- against real rows ---- */

static void write_real(struct cs_page *page, const void *about)
{
    const struct cs_comparison_form *form = about;
    const struct cs_comparison_real *real = form->real;
    struct cs_page_column columns[1 + CS_COMPARISON_METRICS] = {
        { "run", CS_PAGE_WORDS, 0, CS_PAGE_LABEL, NULL },
    };
    const struct cs_page_table table = { .caption = "Synthetic rows against real ones",
                                         .columns = columns,
                                         .n_columns = COUNT(columns) };

    for (size_t k = 0; k < CS_COMPARISON_METRICS; k++)
        columns[1 + k] = (struct cs_page_column){ real->metrics[k]->name, CS_PAGE_NUMBER,
                                                  4, CS_PAGE_NO_ROLE, NULL };
    cs_page_warning(page,
                    "These figures are of the rows of %s, without noise. Do not "
                    "share this page.",
                    real->path);
    cs_page_table(page, &table);
    for (size_t r = 0; r < form->comparison->n_runs; r++) {
        cs_page_row(page, row_of(form->comparison, r));
        put_name(page, form->comparison, r);
        for (size_t k = 0; k < CS_COMPARISON_METRICS; k++)
            cs_page_number(page, real->values[r][k]);
    }
    cs_page_table_end(page);
    cs_page_facts(page, CS_PAGE_FACTS);
    for (size_t k = 0; k < CS_COMPARISON_METRICS; k++)
        cs_page_fact(page, real->metrics[k]->name, NULL, "%s",
                     real->metrics[k]->sentence);
    cs_page_facts_end(page);
}

/* ---- how to read it, and where it comes from ---- */

static void write_reading(struct cs_page *page, const void *about)
{
    static const char *const words[][2] = {
        { "epsilon",
          "what a person may lose: by seeing the outputs nobody's belief about "
          "one person changes by more than a factor of e to the power of "
          "epsilon, but with the probability delta." },
        { "half of the 95 % interval", "how far the true lift may be from the measured "
                                       "one, in 95 of 100 such studies." },
        { "noise, % of variance", "how much of that is the price of privacy; the rest is "
                                  "chance, which only more people make smaller." },
        { "smallest lift shown", "a true lift of this size is found in 80 of 100 such "
                                 "studies, at a level of 5 %." },
        { "segments reported",
          "of the groups of people of one level, those for which the "
          "noise leaves an answer." },
        { "chi-square a cell",
          "how far the candidates, of which the synthetic people are "
          "made, are from the noisy tables; about 1 where noise "
          "alone keeps them apart." },
    };

    (void)about;
    cs_page_facts(page, CS_PAGE_FACTS);
    for (size_t i = 0; i < COUNT(words); i++)
        cs_page_fact(page, words[i][0], NULL, "%s", words[i][1]);
    cs_page_facts_end(page);
}

static void write_origin(struct cs_page *page, const void *about)
{
    const struct cs_comparison *comparison = about;

    cs_page_list(page);
    for (size_t r = 0; r < comparison->n_runs; r++)
        cs_page_item(page, "run %zu: %s; study %.16s.., plan %.16s..", r + 1,
                     comparison->runs[r].folder, comparison->runs[r].study_digest,
                     comparison->runs[r].plan_digest);
    cs_page_list_end(page);
}

/* After the banner's own word. */
static const char *mark_words(const struct cs_comparison_form *form)
{
    if (form->real != NULL)
        return "made from real rows, without noise";
    return cs_comparison_is_private(form->comparison)
               ? "made from private results alone"
               : "one of the runs was made without privacy";
}

enum cs_status cs_comparison_html(FILE *stream, const struct cs_comparison_form *form)
{
    const struct cs_comparison *comparison = form->comparison;
    struct cs_page_section sections[6] = {
        { "answers", "In short", write_answers, form },
        { "utility", "Privacy against utility", write_utility, comparison },
        { "runs", "The runs", write_runs, comparison },
    };
    char title[2 * CS_FINISHED_WORD_BYTES], subtitle[CS_FINISHED_WORD_BYTES];
    size_t n = 3;

    if (form->real != NULL)
        sections[n++] =
            (struct cs_page_section){ "real", "Against real rows", write_real, form };
    sections[n++] =
        (struct cs_page_section){ "reading", "How to read it", write_reading, NULL };
    sections[n++] = (struct cs_page_section){ "origin", "Where it comes from",
                                              write_origin, comparison };
    snprintf(title, sizeof title, "Runs of %s compared", comparison->runs->study);
    snprintf(subtitle, sizeof subtitle, "runs of party %c: %zu", comparison->runs->party,
             comparison->n_runs);
    const struct cs_page_outline outline = {
        .title = title,
        .subtitle = subtitle,
        .mark = form->real != NULL                     ? CS_PAGE_DO_NOT_SHARE
                : cs_comparison_is_private(comparison) ? CS_PAGE_MAY_BE_SHARED
                                                       : CS_PAGE_NOT_PRIVATE,
        .mark_words = mark_words(form),
        .sections = sections,
        .n_sections = n,
    };
    return cs_page_write(stream, &outline);
}
