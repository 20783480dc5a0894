/* report_text.c: report.txt and the terminal. */
#include <math.h>

#include "party/judged.h"
#include "party/report_parts.h"

enum { TITLE_WIDTH = 72 };

static const struct cs_report_words private_words = {
    .tables = "noisy tables",
    .at_epsilon = " at this epsilon",
    .beyond = "The difference is larger than chance and privacy noise explain.",
    .within = "Chance and privacy noise can explain a difference of this size.",
    .interval = "chance and privacy noise",
    .not_reportable = "the noise hides the answer",
};

static const struct cs_report_words unprotected_words = {
    .tables = "exact tables",
    .at_epsilon = "",
    .beyond = "The difference is larger than chance explains.",
    .within = "Chance can explain a difference of this size.",
    .interval = "chance alone",
    .not_reportable = "there are too few people to tell",
};

const struct cs_report_words *cs_report_words_of(const struct cs_report *report)
{
    return report->study->unprotected ? &unprotected_words : &private_words;
}

static void put_privacy(FILE *stream, const struct cs_report *report)
{
    if (report->study->unprotected) {
        fputs("\nWithout privacy (epsilon: none), so not to be shared. Spent: none of "
              "none; no bound holds.\n",
              stream);
        return;
    }
    fprintf(stream,
            "\nFrom private results alone: may be shared. "
            "Spent: epsilon %.3g of %.3g at delta %.3g.\n",
            report->plan->epsilon_spent, report->study->epsilon, report->study->delta);
}

/* Who is where, and who counts. */
static void put_people(FILE *stream, const struct cs_report *report)
{
    const struct cs_ab *ab = report->ab;
    static const char *const at[CS_SCOPES] = {
        [CS_AT_A] = "at a", [CS_AT_B] = "at b", [CS_AT_BOTH] = "at both"
    };

    fprintf(stream,
            "\nSynthetic people: %zu at both parties, %zu at a alone, %zu at b alone.\n",
            ab->people.n_both, ab->people.n_only[CS_A], ab->people.n_only[CS_B]);
    fputs(report->study->unprotected ? "Counted: " : "Measured with noise: ", stream);
    for (enum cs_scope scope = CS_AT_A; scope <= CS_AT_BOTH; scope++)
        fprintf(stream, "%s%.0f (+- %.0f) %s", scope == CS_AT_A ? "" : ", ",
                ab->measured[scope], CS_Z95 * sqrt(ab->v_measured[scope]), at[scope]);
    fputs(ab->answers->scope == CS_AT_A
              ? ".\nEverybody at a counts, who is not at b as not converted.\n"
              : ".\nThe people at both count alone.\n",
          stream);
}

/* What the candidates came from, and how good they were. */
static void put_generators(FILE *stream, const struct cs_report *report)
{
    char words[CS_JUDGED_BYTES];

    fputs("\nGenerators, judged by what was measured\n", stream);
    for (enum cs_party party = CS_A; party <= CS_B; party++) {
        const struct cs_judgement *judgement = &report->judgements[party];

        cs_judged_words(words, judgement, report->study->generator.kind);
        fprintf(stream, "  %s: %s.\n", party == CS_A ? "a" : "b", words);
        if (cs_judged_figures(words, judgement))
            fprintf(stream, "     %s\n", words);
    }
}

static void put_advice(FILE *stream, const struct cs_report_words *words)
{
    fprintf(
        stream,
        "\nHow to read it\n"
        "  An interval holds the true lift in 95 of 100 such studies; it has %s in it.\n"
        "  It is that of the %s: the lift of the synthetic people need not be in its "
        "middle.\n"
        "  Segments are many questions at once: trust the adjusted p, not the largest "
        "lift of the list.\n"
        "  Drawn: the lift drawn towards the mean of all segments, a better guess than "
        "the "
        "lift by itself.\n"
        "  Not reportable means that %s, not that there is no effect.\n",
        words->interval, words->tables, words->not_reportable);
}

/* Each answer in a sentence, named where there are several. */
static void put_headlines(FILE *stream, const struct cs_report *report)
{
    const struct cs_ab *ab = report->ab;

    for (size_t i = 0; i < ab->n_answers; i++) {
        if (ab->n_answers > 1) {
            fputs(i > 0 ? "\n" : "", stream);
            cs_report_put_question(stream, &ab->answers[i], report);
            fputs(":\n", stream);
        }
        cs_report_put_headline(stream, &ab->answers[i], report);
    }
}

static void put_answers(FILE *stream, const struct cs_report *report)
{
    const struct cs_ab *ab = report->ab;

    for (size_t i = 0; i < ab->n_answers; i++) {
        if (ab->n_answers > 1) {
            fputs("\n== ", stream);
            cs_report_put_question(stream, &ab->answers[i], report);
            fputs(" ==\n", stream);
        }
        cs_report_put_answer(stream, &ab->answers[i], report);
    }
    if (report->study->n_tests > 1 && isfinite(ab->split_p)) {
        fprintf(stream, "\nSizes of all %zu arms: p of being equal ",
                report->study->n_tests + 1);
        cs_text_put_p(stream, ab->split_p, 0);
        fputs(" (for information).\n", stream);
    }
}

enum cs_status cs_report_text(FILE *stream, const struct cs_report *report)
{
    if (report->study->unprotected)
        fputs(CS_UNPROTECTED_MARK "\n\n", stream);
    fputs("A/B report of the study ", stream);
    cs_text_put_cut(stream, report->study->name, TITLE_WIDTH);
    fputs("\n\n", stream);
    put_headlines(stream, report);
    put_privacy(stream, report);
    if (report->study->link == CS_LINK_PRIVATE)
        put_people(stream, report);
    put_answers(stream, report);
    put_generators(stream, report);
    put_advice(stream, cs_report_words_of(report));
    return CS_OK;
}
