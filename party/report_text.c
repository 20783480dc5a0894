/* report_text.c: report.txt and the terminal. */
#include <math.h>
#include <string.h>

#include "party/judged.h"
#include "party/report.h"

#define TABLES_P_MIN .001 /* below it, tables contradict each other */

enum { NAME_WIDTH = 72, COLUMN_WIDTH = 18, LEVEL_WIDTH = 22 };

static bool begins_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

/* C0, DEL, or C1 in UTF-8: what a terminal would obey. */
static bool is_control(const char *c)
{
    const unsigned char first = (unsigned char)c[0], second = (unsigned char)c[1];

    return first < 0x20 || first == 0x7f || (first == 0xc2 && second < 0xa0);
}

/* Text of at most `width` characters (code points), cut with `..` if it is longer,
 * control characters as `?`. The number of characters put. */
static size_t put_cut(FILE *stream, const char *text, size_t width)
{
    size_t n_chars = 0, n_put = 0;

    for (const char *c = text; *c != '\0'; c++)
        n_chars += begins_character(*c);
    const size_t keep = n_chars <= width ? n_chars : width - 2;
    for (const char *c = text; *c != '\0'; c++) {
        n_put += begins_character(*c);
        if (n_put > keep)
            break;
        if (is_control(c))
            fputc('?', stream);
        else if (begins_character(*c) || c == text || !is_control(c - 1))
            fputc(*c, stream);
    }
    if (keep < n_chars)
        fputs("..", stream);
    return keep < n_chars ? width : n_chars;
}

static void put_cell(FILE *stream, const char *text, size_t width)
{
    const size_t n = put_cut(stream, text, width);

    fprintf(stream, "%*s", (int)(width - n), "");
}

static void put_p(FILE *stream, double p, int width)
{
    if (p < .0001)
        fprintf(stream, "%*s", width, "< 0.0001");
    else
        fprintf(stream, "%*.4f", width, p);
}

static void put_lift(FILE *stream, const struct cs_lift *lift)
{
    fprintf(stream, "%+6.2f points (%+.2f to %+.2f)", 100 * lift->value, 100 * lift->low,
            100 * lift->high);
}

/* What is said otherwise where there is no noise. */
struct words {
    const char *tables, *at_epsilon, *beyond, *within, *interval, *not_reportable;
};

static const struct words private_words = {
    .tables = "noisy tables",
    .at_epsilon = " at this epsilon",
    .beyond = "The difference is larger than chance and privacy noise explain.",
    .within = "Chance and privacy noise can explain a difference of this size.",
    .interval = "chance and privacy noise",
    .not_reportable = "the noise hides the answer",
};

static const struct words unprotected_words = {
    .tables = "exact tables",
    .at_epsilon = "",
    .beyond = "The difference is larger than chance explains.",
    .within = "Chance can explain a difference of this size.",
    .interval = "chance alone",
    .not_reportable = "there are too few people to tell",
};

static const struct words *words_of(const struct cs_report *report)
{
    return report->study->unprotected ? &unprotected_words : &private_words;
}

/* `visit, womens against control`, where there are several answers. */
static void put_question(FILE *stream, const struct cs_answer *answer,
                         const struct cs_report *report)
{
    const struct cs_study *study = report->study;
    const size_t column = study->outcomes[answer->outcome].column;

    put_cut(stream, study->schema.columns[column].name, COLUMN_WIDTH);
    fputs(", ", stream);
    put_cut(stream, study->tests[answer->test].name, COLUMN_WIDTH);
    fputs(" against control", stream);
}

/* What a manager reads, and what to make of it. */
static void put_headline(FILE *stream, const struct cs_answer *answer,
                         const struct cs_report *report)
{
    const struct cs_effect *effect = &answer->synthetic;
    const struct words *words = words_of(report);
    const struct cs_lift *lift = &effect->lift;
    const struct cs_relative *relative = &effect->relative;

    if (effect->verdict != CS_REPORTED) {
        fprintf(stream, "Not reportable%s: %s.\n", words->at_epsilon,
                cs_verdict_words(effect->verdict));
        return;
    }
    fprintf(stream,
            "Test converts at %.1f %%, control at %.1f %%: %+.1f points "
            "(95 %% interval %+.1f to %+.1f)",
            100 * effect->rate[CS_TEST].value, 100 * effect->rate[CS_CONTROL].value,
            100 * lift->value, 100 * lift->low, 100 * lift->high);
    if (relative->reported)
        fprintf(stream, ",\nrelative %+.0f %% (%+.0f %% to %+.0f %%)",
                100 * relative->value, 100 * relative->low, 100 * relative->high);
    fprintf(stream, ".\n%s\n", lift->p < .05 ? words->beyond : words->within);
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

static void put_rates(FILE *stream, const struct cs_answer *answer,
                      const struct cs_report *report)
{
    static const char *const name[CS_ARMS] = { "test", "control", "neither" };

    fprintf(stream, "\n%-16s%14s%14s%10s  rate in %s\n", "Synthetic people", "people",
            "conversions", "rate", words_of(report)->tables);
    for (size_t arm = 0; arm < CS_ARMS; arm++) {
        const struct cs_rate *rate = &answer->synthetic.rate[arm];
        const struct cs_rate *direct = &answer->direct.rate[arm];

        fprintf(stream, "  %-14s%14.0f%14.0f", name[arm], rate->people,
                rate->conversions);
        if (isfinite(rate->value))
            fprintf(stream, "%8.2f %%", 100 * rate->value);
        if (isfinite(rate->value) && isfinite(direct->value))
            fprintf(stream, "%20.2f %%", 100 * direct->value);
        fputc('\n', stream);
    }
}

static void put_effect(FILE *stream, const char *name, const struct cs_effect *effect)
{
    const struct cs_lift *lift = &effect->lift;
    const double whole = lift->sampling + lift->noise;

    fprintf(stream, "  %-14s", name);
    if (effect->verdict != CS_REPORTED) {
        fprintf(stream, "not reportable: %s\n", cs_verdict_words(effect->verdict));
        return;
    }
    put_lift(stream, lift);
    fputs("   p ", stream);
    put_p(stream, lift->p, 0);
    fprintf(stream, "\n%16s%.0f %% of the variance is sampling, %.0f %% noise\n", "",
            100 * lift->sampling / whole, 100 * lift->noise / whole);
}

static void put_agreement(FILE *stream, const struct cs_answer *answer)
{
    const struct cs_agreement *agreement = &answer->agreement;

    if (answer->synthetic.verdict == CS_REPORTED)
        fprintf(stream,
                "  The two lifts %s: they differ by %.2f points, noise explains %.2f.\n",
                agreement->agree ? "agree" : "DISAGREE",
                100 * fabs(agreement->difference), 100 * agreement->difference_max);
    if (!isfinite(agreement->tables_p))
        return;
    fprintf(
        stream, "  The %zu tables that hold this question %s; p ", agreement->n_tables,
        agreement->tables_p < TABLES_P_MIN ? "CONTRADICT each other beyond their noise"
                                           : "agree with each other");
    put_p(stream, agreement->tables_p, 0);
    fputs(".\n", stream);
}

static void put_checks(FILE *stream, const struct cs_answer *answer)
{
    put_agreement(stream, answer);
    if (isfinite(answer->split.p)) {
        fprintf(stream, "  Test to control is %.1f to %.1f; p of equal halves ",
                100 * answer->split.test, 100 * (1 - answer->split.test));
        put_p(stream, answer->split.p, 0);
        fputs(" (for information).\n", stream);
    }
    if (isfinite(answer->power.lift))
        fprintf(stream,
                "  Such a study shows a lift of %.2f points or more (power 80 %%); "
                "without noise %.2f.\n",
                100 * answer->power.lift, 100 * answer->power.without_noise);
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

static void put_segment(FILE *stream, const struct cs_segment *segment,
                        const struct cs_report *report)
{
    const struct cs_effect *effect = cs_segment_effect(segment);
    char name[CS_SEGMENT_BYTES], label[CS_SEGMENT_BYTES];

    cs_report_segment(name, label, segment, &report->study->schema);
    fputs("  ", stream);
    put_cell(stream, name, COLUMN_WIDTH);
    fputc(' ', stream);
    put_cell(stream, label, LEVEL_WIDTH);
    if (effect->verdict != CS_REPORTED) {
        fprintf(stream, " not reportable%s (%s)\n", words_of(report)->at_epsilon,
                cs_verdict_name(effect->verdict));
        return;
    }
    fprintf(stream, "%8.1f%8.1f %+7.1f (%+6.1f to %+6.1f) ",
            100 * effect->rate[CS_TEST].value, 100 * effect->rate[CS_CONTROL].value,
            100 * effect->lift.value, 100 * effect->lift.low, 100 * effect->lift.high);
    put_p(stream, segment->p_adjusted, 9);
    fputs(segment->p_adjusted < .05 ? " *\n" : "\n", stream);
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

static void put_segments(FILE *stream, const struct cs_answer *answer,
                         const struct cs_report *report)
{
    fprintf(
        stream,
        "\nSegments of at least %llu people in each arm (rates in %%; * adjusted p below "
        ".05)\n",
        (unsigned long long)report->study->segment_minimum);
    fprintf(stream, "  %-*s %-*s%8s%8s%9s%20s%11s\n", COLUMN_WIDTH, "column", LEVEL_WIDTH,
            "level", "test", "control", "points", "95 % interval ", "adjusted p");
    for (size_t i = 0; i < answer->n_segments; i++)
        if (cs_segment_effect(&answer->segments[i])->verdict != CS_FEW_PEOPLE)
            put_segment(stream, &answer->segments[i], report);
    put_reasons(stream, answer);
    if (answer->scope == CS_AT_A)
        fputs(
            "  By columns of b the people at both count alone: the others have no value "
            "there.\n",
            stream);
}

static void put_answer(FILE *stream, const struct cs_answer *answer,
                       const struct cs_report *report)
{
    if (report->ab->n_answers > 1) {
        fputs("\n== ", stream);
        put_question(stream, answer, report);
        fputs(" ==\n", stream);
    }
    put_rates(stream, answer, report);
    fputs("\nLift: test minus control (95 % interval)\n", stream);
    put_effect(stream, "synthetic", &answer->synthetic);
    put_effect(stream, words_of(report)->tables, &answer->direct);
    put_checks(stream, answer);
    put_segments(stream, answer, report);
}

/* Each answer in a sentence, named where there are several. */
static void put_headlines(FILE *stream, const struct cs_report *report)
{
    const struct cs_ab *ab = report->ab;

    for (size_t i = 0; i < ab->n_answers; i++) {
        if (ab->n_answers > 1) {
            fputs(i > 0 ? "\n" : "", stream);
            put_question(stream, &ab->answers[i], report);
            fputs(":\n", stream);
        }
        put_headline(stream, &ab->answers[i], report);
    }
}

static void put_advice(FILE *stream, const struct words *words)
{
    fprintf(
        stream,
        "\nHow to read it\n"
        "  An interval holds the true lift in 95 of 100 such studies; it has %s in it.\n"
        "  Segments are many questions at once: trust the adjusted p, not the largest "
        "lift of the list.\n"
        "  Not reportable means that %s, not that there is no effect.\n",
        words->interval, words->not_reportable);
}

enum cs_status cs_report_text(FILE *stream, const struct cs_report *report)
{
    const struct cs_ab *ab = report->ab;

    if (report->study->unprotected)
        fputs(CS_UNPROTECTED_MARK "\n\n", stream);
    fputs("A/B report of the study ", stream);
    put_cut(stream, report->study->name, NAME_WIDTH);
    fputs("\n\n", stream);
    put_headlines(stream, report);
    put_privacy(stream, report);
    if (report->study->link == CS_LINK_PRIVATE)
        put_people(stream, report);
    for (size_t i = 0; i < ab->n_answers; i++)
        put_answer(stream, &ab->answers[i], report);
    if (report->study->n_tests > 1 && isfinite(ab->split_p)) {
        fputs("\nThe arms are of one size with p ", stream);
        put_p(stream, ab->split_p, 0);
        fputs(" (for information).\n", stream);
    }
    put_generators(stream, report);
    put_advice(stream, words_of(report));
    return CS_OK;
}
