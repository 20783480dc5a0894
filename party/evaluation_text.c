#include <math.h>
#include <string.h>

#include "party/evaluation.h"

#define WIDTH 88

const char *cs_compat_name(enum cs_compat compat)
{
    static const char *const names[] = {
        [CS_COMPAT_NONE] = "none",
        [CS_COMPAT_SYNTHCITY] = "synthcity",
        [CS_COMPAT_SDMETRICS] = "sdmetrics",
    };

    return names[compat];
}

const char *cs_better_name(enum cs_better better)
{
    static const char *const names[] = {
        [CS_HIGHER] = "higher", [CS_LOWER] = "lower", [CS_UNDIRECTED] = "neither"
    };

    return names[better];
}

/* The words of a sentence in lines, each indented. */
static void put_wrapped(FILE *stream, const char *sentence)
{
    const size_t indent = 6;
    size_t at = 0;

    while (*sentence != '\0') {
        const size_t n = strcspn(sentence, " ");

        if (at == 0 || at + 1 + n > WIDTH) {
            fprintf(stream, "%s%*s", at == 0 ? "" : "\n", (int)indent, "");
            at = indent;
        } else {
            fputc(' ', stream);
            at++;
        }
        fwrite(sentence, 1, n, stream);
        at += n;
        sentence += n + (sentence[n] == ' ');
    }
    fputc('\n', stream);
}

static void put_metric(FILE *stream, const struct cs_metric *metric, double value)
{
    fprintf(stream, "  %-40s ", metric->name);
    if (isnan(value))
        fprintf(stream, "%12s", "-");
    else
        fprintf(stream, "%12.6g", value);
    fprintf(stream, "  %s",
            metric->better == CS_HIGHER  ? "higher is better"
            : metric->better == CS_LOWER ? "lower is better"
                                         : "neither is better");
    if (isinf(metric->least))
        fprintf(stream, ", at most %.3g\n", metric->most);
    else if (isinf(metric->most))
        fprintf(stream, ", from %.3g\n", metric->least);
    else
        fprintf(stream, ", %.3g to %.3g\n", metric->least, metric->most);
    put_wrapped(stream, metric->sentence);
}

static void put_group(FILE *stream, const struct cs_evaluated_group *evaluated)
{
    fprintf(stream, "\n%s\n", evaluated->group->name);
    for (size_t m = 0; m < evaluated->group->n; m++)
        put_metric(stream, &evaluated->group->metrics[m], evaluated->values[m]);
}

static void put_files(FILE *stream, const struct cs_evaluation_result *result)
{
    static const char *const words[CS_SIDES] = { "real", "synthetic", "holdout" };
    const struct cs_compared *compared = result->evaluation->compared;

    for (size_t s = 0; s < CS_SIDES; s++) {
        if (result->files[s] == NULL)
            continue;
        fprintf(stream, "%-10s %s: %zu rows", words[s], result->files[s],
                compared->n_rows[s]);
        if (compared->n_passed_over[s] > 0)
            fprintf(stream, "; %zu columns passed over, which not all files have",
                    compared->n_passed_over[s]);
        fputc('\n', stream);
    }
}

static void put_columns(FILE *stream, const struct cs_compared *compared)
{
    fprintf(stream, "columns   ");
    for (size_t k = 0; k < compared->n_columns; k++)
        fprintf(stream, "%s %s (%s)", k == 0 ? "" : ",", compared->columns[k].name,
                compared->columns[k].is_number ? "number" : "category");
    fputc('\n', stream);
}

enum cs_status cs_evaluation_text(FILE *stream, const struct cs_evaluation_result *result)
{
    fprintf(stream, "%s\n\n", CS_EVALUATION_MARK);
    put_files(stream, result);
    put_columns(stream, result->evaluation->compared);
    fprintf(stream, "seed       %llu\n", (unsigned long long)result->evaluation->seed);
    if (result->evaluation->compat != CS_COMPAT_NONE)
        fprintf(stream, "as         %s has it, where that differs\n",
                cs_compat_name(result->evaluation->compat));
    for (size_t g = 0; g < result->n_groups; g++)
        put_group(stream, &result->groups[g]);
    fprintf(stream, "\n%s\n", CS_EVALUATION_MARK);
    return CS_OK;
}
