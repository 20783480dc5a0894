/* report_html_run.c: where the rows came from, how long it took, how to read and to
 * repeat it.
 *
 * Exact traffic tells the exact numbers of rows, which are between the parties, while
 * this page may be shared. So times and traffic are rounded to one digit, which says less
 * of these numbers than the noisy tables do; receipt.json has them as they were. */
#include <math.h>
#include <sodium.h>
#include <string.h>

#include "party/judged.h"
#include "party/report_html_parts.h"

static const char *const parties[] = { "a", "b" };

void cs_report_html_generators(struct cs_page *page, const void *about)
{
    const struct cs_report *report = ((const struct cs_telling *)about)->report;
    char words[CS_JUDGED_BYTES];

    cs_page_paragraph(page,
                      "The synthetic people are fitted to the tables. What they are "
                      "fitted from are rows that each party's generator proposed, "
                      "judged by private results alone before they were used:");
    cs_page_facts(page, CS_PAGE_FACTS);
    for (enum cs_party party = CS_A; party <= CS_B; party++) {
        char figures[CS_JUDGED_BYTES + 4] = "";

        if (cs_judged_figures(words, &report->judgements[party]))
            snprintf(figures, sizeof figures, " (%s)", words);
        cs_judged_words(words, &report->judgements[party], report->study->generator.kind);
        cs_page_fact(page, parties[party], NULL, "%s%s.", words, figures);
    }
    cs_page_facts_end(page);
    cs_page_note(
        page,
        "Chi-square a cell: how far the proposed rows are from the %s; about 1 is "
        "as near as %s allows. That independent columns were used costs little: "
        "the tables are fitted either way.",
        report->study->unprotected ? "tables" : "noisy tables",
        report->study->unprotected ? "chance" : "noise");
}

/* ---- times and traffic ---- */

static double one_digit(double x)
{
    if (!(x > 0))
        return 0;
    const double unit = pow(10, floor(log10(x)));
    return round(x / unit) * unit;
}

static const char *deed_of(const char *stage)
{
    static const struct {
        const char *stage, *deed;
    } deeds[] = {
        { "load", "reads the files" },
        { "hello", "meets the other party" },
        { "link", "agrees on people and noise" },
        { "measure", "counts tables with noise" },
        { "fit", "fits people to the tables" },
        { "train", "trains the generators" },
        { "judge", "judges them" },
        { "propose", "exchanges proposed rows" },
        { "refit", "fits people from those" },
        { "emit", "writes synthetic.csv" },
    };

    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++)
        if (strcmp(deeds[i].stage, stage) == 0)
            return deeds[i].deed;
    return "";
}

static const struct cs_recorded_stage *find_stage(const struct cs_recorded *recorded,
                                                  const char *name)
{
    for (size_t i = 0; i < recorded->n_stages; i++)
        if (strcmp(recorded->stages[i].name, name) == 0)
            return &recorded->stages[i];
    return NULL;
}

/* Seconds of each party that has a receipt. */
static void put_times(struct cs_page *page, const struct cs_report *report,
                      const struct cs_recorded *first)
{
    struct cs_page_column columns[4] = { { .name = "stage", .role = CS_PAGE_LABEL },
                                         { .name = "what it does" } };
    struct cs_page_table table = { .caption = "Time by stage, in seconds, to one digit",
                                   .plot = CS_PAGE_BARS,
                                   .unit = "seconds",
                                   .columns = columns,
                                   .n_columns = 2 };
    static const char *const names[] = { "at a, s", "at b, s" };
    static const char *const series[] = { "at a", "at b" };

    for (enum cs_party party = CS_A; party <= CS_B; party++)
        if (report->recorded[party].is_there)
            columns[table.n_columns++] =
                (struct cs_page_column){ names[party], CS_PAGE_NUMBER,
                                         CS_PAGE_THREE_DIGITS, CS_PAGE_VALUE,
                                         series[party] };
    cs_page_table(page, &table);
    for (size_t i = 0; i < first->n_stages; i++) {
        cs_page_row(page, CS_PAGE_PLAIN_ROW);
        cs_page_words(page, first->stages[i].name);
        cs_page_words(page, deed_of(first->stages[i].name));
        for (enum cs_party party = CS_A; party <= CS_B; party++) {
            const struct cs_recorded *recorded = &report->recorded[party];
            const struct cs_recorded_stage *stage =
                find_stage(recorded, first->stages[i].name);

            if (recorded->is_there)
                cs_page_number(page, stage == NULL ? NAN : one_digit(stage->seconds));
        }
    }
    cs_page_table_end(page);
}

static void put_traffic(struct cs_page *page, const struct cs_recorded *first)
{
    static const struct cs_page_column columns[] = {
        { .name = "stage", .role = CS_PAGE_LABEL },
        { "from a to b, MB", CS_PAGE_NUMBER, CS_PAGE_THREE_DIGITS, CS_PAGE_VALUE,
          "from a to b" },
        { "from b to a, MB", CS_PAGE_NUMBER, CS_PAGE_THREE_DIGITS, CS_PAGE_VALUE,
          "from b to a" },
    };
    static const struct cs_page_table table = {
        .caption = "Traffic by stage, in MB, to one digit",
        .plot = CS_PAGE_BARS,
        .unit = "MB",
        .columns = columns,
        .n_columns = sizeof columns / sizeof *columns,
    };

    cs_page_table(page, &table);
    for (size_t i = 0; i < first->n_stages; i++) {
        const struct cs_recorded_stage *stage = &first->stages[i];
        const double sent = one_digit(stage->sent_bytes / 1e6);
        const double received = one_digit(stage->received_bytes / 1e6);

        if (sent + received < .001)
            continue;
        cs_page_row(page, CS_PAGE_PLAIN_ROW);
        cs_page_words(page, stage->name);
        cs_page_number(page, first->party == CS_A ? sent : received);
        cs_page_number(page, first->party == CS_A ? received : sent);
    }
    cs_page_table_end(page);
}

static void put_cuts(struct cs_page *page, const struct cs_recorded *first)
{
    if (first->n_cuts > 0)
        cs_page_paragraph(page,
                          "The connection broke %.0f times and was away for %.1f s in "
                          "sum. What was on its way was sent again: the result is the "
                          "same as without.",
                          first->n_cuts, first->seconds_down);
}

void cs_report_html_run(struct cs_page *page, const void *about)
{
    const struct cs_report *report = ((const struct cs_telling *)about)->report;
    const struct cs_recorded *first = report->recorded[CS_A].is_there
                                          ? &report->recorded[CS_A]
                                          : &report->recorded[CS_B];

    if (!first->is_there) {
        cs_page_paragraph(page,
                          "Times and traffic are in receipt.json of each party, which "
                          "was not at hand when this page was made.");
        return;
    }
    put_times(page, report, first);
    put_traffic(page, first);
    put_cuts(page, first);
    cs_page_note(page, "To one digit, since exact traffic tells exact numbers of rows, "
                       "which are between the parties; their receipts have it in full.");
}

/* ---- how to read it, and to make it again ---- */

void cs_report_html_reading(struct cs_page *page, const void *about)
{
    const struct cs_report *report = ((const struct cs_telling *)about)->report;
    const bool private = !report->study->unprotected;

    cs_page_facts(page, CS_PAGE_FACTS);
    cs_page_fact(page, "synthetic people", NULL,
                 "Made-up rows that have what the tables say in common with real people. "
                 "None of them is anybody.");
    cs_page_fact(page, private ? "noisy tables" : "exact tables", NULL, "%s",
                 private
                     ? "Counts of real people, each with random noise so large that it "
                       "hides whether any one of them is there."
                     : "Counts of real people as they are: this study has no noise.");
    cs_page_fact(
        page, "interval", NULL,
        "Of 100 such studies, 95 have the true difference within their interval; "
        "it knows of %s. It is that of the %s: the difference of the synthetic people "
        "need not be in its middle.",
        private ? "chance and of the privacy noise" : "chance alone",
        private ? "noisy tables" : "exact tables");
    cs_page_fact(page, "p", NULL,
                 "How often a difference as large comes about when there is none.");
    cs_page_fact(page, "adjusted p", NULL,
                 "The same, counting how many groups were looked at. Trust it, not the "
                 "largest difference of the list.");
    cs_page_fact(
        page, "drawn", NULL,
        "A group's difference drawn towards the mean of all groups, the further "
        "the less certain it is: a better guess of the truth than the difference by "
        "itself, which owes much to luck if it is the largest of many.");
    cs_page_fact(page, "what a column tells", NULL,
                 "The share of the outcome's variance that lies between its levels. The "
                 "difference varies by the standard deviation of true ones, beyond what "
                 "chance explains; p of none: how often as much comes about by chance.");
    cs_page_fact(page, "not reportable", NULL, "%s",
                 private
                     ? "The noise hides the answer; it does not say that there is no "
                       "effect. A larger epsilon, more people or coarser levels help."
                     : "There are too few people to tell; it does not say that there is "
                       "no effect.");
    cs_page_facts_end(page);
}

static void put_digest(struct cs_page *page, const char *name, const uint8_t *digest)
{
    char text[2 * CS_DIGEST_BYTES + 1];

    sodium_bin2hex(text, sizeof text, digest, CS_DIGEST_BYTES);
    cs_page_fact(page, name, NULL, "%s", text);
}

void cs_report_html_again(struct cs_page *page, const void *about)
{
    const struct cs_report *report = ((const struct cs_telling *)about)->report;

    cs_page_paragraph(page,
                      "With the output directories of both parties this page is made "
                      "again, number for number, by");
    cs_page_code(page, "cosynth report OUTPUT_A OUTPUT_B --out DIRECTORY");
    cs_page_facts(page, CS_PAGE_FACTS);
    cs_page_fact(page, "cosynth", NULL, "version %s", CS_VERSION);
    cs_page_fact(page, "study", NULL, "%s", report->study->name);
    put_digest(page, "digest of the study", report->study->digest);
    for (enum cs_party party = CS_A; party <= CS_B; party++)
        if (report->recorded[party].is_there)
            cs_page_fact(page, party == CS_A ? "run at a" : "run at b", NULL,
                         "version %s, digest of the plan %s",
                         report->recorded[party].version,
                         report->recorded[party].plan_digest);
    cs_page_facts_end(page);
    cs_page_note(page,
                 "cosynth check prints the digest of a study file; receipt.json has "
                 "the digests of all that a run wrote.");
}
