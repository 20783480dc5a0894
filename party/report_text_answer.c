/* One answer of report.txt: its sentence, its rates or means, its lift and the checks. */
#include <math.h>

#include "party/report_parts.h"

#define TABLES_P_MIN .001 /* below it, tables contradict each other */
#define FINE .002         /* a lift's standard error that is worth another digit */

enum { DIGITS_MAX = 6 };

static double error_of(const struct cs_effect *effect)
{
    return effect->verdict == CS_REPORTED
               ? sqrt(effect->lift.sampling + effect->lift.noise)
               : 0;
}

/* Two digits of the standard error. */
static int digits_of(double error)
{
    const double digits = error > 0 ? 1 - floor(log10(error)) : 2;

    return (int)fmin(DIGITS_MAX, fmax(0, digits));
}

struct cs_report_scale cs_report_scale_of(const struct cs_answer *answer,
                                          const struct cs_report *report)
{
    const double error = error_of(cs_answer_effect(answer));

    if (report->study->outcomes[answer->outcome].is_mean)
        return (struct cs_report_scale){ true, 1, digits_of(error), "", "" };
    return (struct cs_report_scale){ false, 100, error > 0 && error < FINE ? 2 : 1,
                                     " points", " %" };
}

void cs_report_put_question(FILE *stream, const struct cs_answer *answer,
                            const struct cs_report *report)
{
    const struct cs_study *study = report->study;
    const size_t column = study->outcomes[answer->outcome].column;

    cs_text_put_cut(stream, study->schema.columns[column].name, CS_REPORT_NAME_WIDTH);
    fputs(", ", stream);
    cs_text_put_cut(stream, study->tests[answer->test].name, CS_REPORT_NAME_WIDTH);
    fputs(" against control", stream);
}

/* ---- the sentence ------------------------------------------------------------------ */

static void put_relative(FILE *stream, const struct cs_relative *relative)
{
    if (relative->reported)
        fprintf(stream, ",\nrelative %+.0f %% (%+.0f %% to %+.0f %%)",
                100 * relative->value, 100 * relative->low, 100 * relative->high);
}

/* Which mean the sentence is about, and why. */
static void put_trust(FILE *stream, const struct cs_answer *answer,
                      const struct cs_report_scale *scale)
{
    const struct cs_lift *plain = &answer->synthetic.lift;

    if (answer->amounts.trust == CS_TRUST_NEITHER)
        fprintf(stream, "Read the interval: %s.\n",
                cs_trust_words(answer->amounts.trust));
    if (!cs_trust_is_capped(answer->amounts.trust))
        return;
    fprintf(stream, "Values above %.6g count as %.6g here:\n%s.\n", answer->amounts.cap,
            answer->amounts.cap, cs_trust_words(answer->amounts.trust));
    if (answer->synthetic.verdict == CS_REPORTED)
        fprintf(stream, "Uncapped it is %+.*f (%+.*f to %+.*f), which is less certain.\n",
                scale->digits, plain->value, scale->digits, plain->low, scale->digits,
                plain->high);
}

void cs_report_put_headline(FILE *stream, const struct cs_answer *answer,
                            const struct cs_report *report)
{
    const struct cs_report_words *words = cs_report_words_of(report);
    const struct cs_report_scale scale = cs_report_scale_of(answer, report);
    const struct cs_effect *effect = cs_answer_effect(answer);
    const struct cs_lift *lift = &effect->lift;
    const double f = scale.factor;
    const int n = scale.digits;

    if (effect->verdict != CS_REPORTED) {
        fprintf(stream, "Not reportable%s: %s.\n", words->at_epsilon,
                cs_verdict_words(effect->verdict));
        return;
    }
    fprintf(stream, "%s %.*f%s, control %s%.*f%s: %+.*f%s ",
            scale.is_mean ? "The mean of test is" : "Test converts at", n,
            f * effect->rate[CS_TEST].value, scale.percent, scale.is_mean ? "" : "at ", n,
            f * effect->rate[CS_CONTROL].value, scale.percent, n, f * lift->value,
            scale.points);
    fprintf(stream, "(95 %% interval %+.*f to %+.*f)", n, f * lift->low, n,
            f * lift->high);
    put_relative(stream, &effect->relative);
    fprintf(stream, ".\n%s\n", lift->p < .05 ? words->beyond : words->within);
    put_trust(stream, answer, &scale);
}

/* ---- rates and lifts --------------------------------------------------------------- */

static void put_value(FILE *stream, double value, const struct cs_report_scale *scale,
                      int width)
{
    if (isfinite(value))
        fprintf(stream, "%*.*f%s", width, scale->is_mean ? scale->digits : 2,
                scale->factor * value, scale->percent);
}

static void put_rates(FILE *stream, const struct cs_effect *synthetic,
                      const struct cs_effect *direct, const struct cs_report_scale *scale)
{
    static const char *const name[CS_ARMS] = { "test", "control", "neither" };

    for (size_t arm = 0; arm < CS_ARMS; arm++) {
        const struct cs_rate *rate = &synthetic->rate[arm];

        if (arm == CS_NEITHER && rate->people == 0)
            continue;
        fprintf(stream, "  %-14s%14.0f%14.0f", name[arm], rate->people, rate->total);
        put_value(stream, rate->value, scale, scale->is_mean ? 10 : 8);
        if (isfinite(rate->value))
            put_value(stream, direct->rate[arm].value, scale, scale->is_mean ? 22 : 20);
        fputc('\n', stream);
    }
}

static void put_effect(FILE *stream, const char *name, const struct cs_effect *effect,
                       const struct cs_report_scale *scale)
{
    const struct cs_lift *lift = &effect->lift;
    const double f = scale->factor, whole = lift->sampling + lift->noise;
    const int n = scale->is_mean ? scale->digits : 2;

    fprintf(stream, "  %-14s", name);
    if (effect->verdict != CS_REPORTED) {
        fprintf(stream, "not reportable: %s\n", cs_verdict_words(effect->verdict));
        return;
    }
    fprintf(stream, "%+6.*f%s (%+.*f to %+.*f)   p ", n, f * lift->value, scale->points,
            n, f * lift->low, n, f * lift->high);
    cs_text_put_p(stream, lift->p, 0);
    fprintf(stream, "\n%16s%.0f %% of the variance is sampling, %.0f %% noise\n", "",
            100 * lift->sampling / whole, 100 * lift->noise / whole);
}

/* ---- checks ------------------------------------------------------------------------ */

static void put_agreement(FILE *stream, const struct cs_answer *answer,
                          const struct cs_report_scale *scale)
{
    const struct cs_agreement *agreement = &answer->agreement;
    const int n = scale->is_mean ? scale->digits : 2;

    if (cs_answer_effect(answer)->verdict == CS_REPORTED)
        fprintf(stream,
                "  The two lifts %s: they differ by %.*f%s, noise explains %.*f.\n",
                agreement->agree ? "agree" : "DISAGREE", n,
                scale->factor * fabs(agreement->difference), scale->points, n,
                scale->factor * agreement->difference_max);
    if (!isfinite(agreement->tables_p))
        return;
    fprintf(
        stream, "  The %zu tables that hold this question %s; p ", agreement->n_tables,
        agreement->tables_p < TABLES_P_MIN ? "CONTRADICT each other beyond their noise"
                                           : "agree with each other");
    cs_text_put_p(stream, agreement->tables_p, 0);
    fputs(".\n", stream);
}

/* Of the effect that the sentence is about, where others were asked for beside it. */
static void put_adjusted(FILE *stream, const struct cs_answer *answer,
                         const struct cs_report *report)
{
    if (report->ab->n_answers == 1 || cs_answer_effect(answer)->verdict != CS_REPORTED)
        return;
    fprintf(stream, "  Adjusted for %zu answers, p is ", report->ab->n_answers);
    cs_text_put_p(stream, answer->p_adjusted, 0);
    fputs(".\n", stream);
}

static void put_checks(FILE *stream, const struct cs_answer *answer,
                       const struct cs_report_scale *scale)
{
    const int n = scale->is_mean ? scale->digits : 2;

    put_agreement(stream, answer, scale);
    if (isfinite(answer->split.p)) {
        fprintf(stream, "  Test to control is %.1f to %.1f; p of equal halves ",
                100 * answer->split.test, 100 * (1 - answer->split.test));
        cs_text_put_p(stream, answer->split.p, 0);
        fputs(" (for information).\n", stream);
    }
    if (isfinite(answer->power.lift))
        fprintf(stream,
                "  Such a study shows a lift of %.*f%s or more (power 80 %%); without "
                "noise %.*f.\n",
                n, scale->factor * answer->power.lift, scale->points, n,
                scale->factor * answer->power.without_noise);
}

/* Of a mean: capped or not, whichever the sentence is not about; those who converted. */
static void put_amounts(FILE *stream, const struct cs_answer *answer,
                        const struct cs_report_scale *scale, const char *tables)
{
    const struct cs_amounts *amounts = &answer->amounts;
    const struct cs_effect *plain = &answer->synthetic;

    if (isfinite(amounts->cap)) {
        const bool is_plain = !cs_trust_is_capped(amounts->trust);

        fprintf(stream, "\nLift of %s values, for comparison\n",
                is_plain ? "capped" : "uncapped");
        put_effect(stream, is_plain ? "capped" : "uncapped",
                   is_plain ? &amounts->synthetic : plain, scale);
        fprintf(stream,
                "  Capped at %.6g. A plain mean wants some %.0f people in an arm.\n",
                amounts->cap, amounts->people_needed);
    }
    fprintf(stream, "\n%-16s%14s%14s%10s  mean in %s\n", "Who converted", "people", "sum",
            "mean", tables);
    put_rates(stream, &amounts->synthetic_converters, &amounts->direct_converters, scale);
    fputs("  The arm decides who converts: their difference is no effect on a person.\n",
          stream);
}

void cs_report_put_answer(FILE *stream, const struct cs_answer *answer,
                          const struct cs_report *report)
{
    const struct cs_report_scale scale = cs_report_scale_of(answer, report);
    const char *tables = cs_report_words_of(report)->tables;

    fprintf(stream, "\n%-16s%14s%14s%10s  %s in %s\n", "Synthetic people", "people",
            scale.is_mean ? "sum" : "conversions", scale.is_mean ? "mean" : "rate",
            scale.is_mean ? "mean" : "rate", tables);
    put_rates(stream, cs_answer_effect(answer), cs_answer_direct(answer), &scale);
    fputs("\nLift: test minus control (95 % interval)\n", stream);
    put_effect(stream, "synthetic", cs_answer_effect(answer), &scale);
    put_effect(stream, tables, cs_answer_direct(answer), &scale);
    put_adjusted(stream, answer, report);
    put_checks(stream, answer, &scale);
    if (scale.is_mean)
        put_amounts(stream, answer, &scale, tables);
    cs_report_put_segments(stream, answer, report);
    cs_report_put_columns(stream, answer, report);
}
